"""Pages of what is due and of proposals: proposing, rehearsing, deciding, signing, approving, sending back."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.door import NotNow
from audit.looks import look_of
from audit.purposes import Purpose
from core.errors import Refused
from core.fresh_sign_in import must_be_fresh
from core.pages import answer, carry_out, sent
from retention import permissions
from retention.actions import proposals as verbs
from retention.forms import (
    ApproveForm,
    EarlyForm,
    LookIntoForm,
    Nothing,
    PlaceForm,
    ProposeForm,
    RemainderForm,
    SendBackForm,
    SignForm,
    TicksForm,
)
from retention.holding import Record
from retention.kinds import ALLEGATION, CONCERN, PERSON
from retention.models import Proposal
from retention.queries import along as along_door
from retention.queries import due as due_door
from retention.queries import proposals as door
from retention.queries.proposals import Left, Opened
from retention.tabs import tabs_for
from retention.views.pages import form_page, refuse_unless

REFERENCE = re.compile(r"\b([PCGZ])-0*(\d{1,12})\b", re.IGNORECASE)
KINDS = {"P": PERSON, "C": "cases.Case", "G": CONCERN, "Z": ALLEGATION}
UNREAD = "A file nobody could read"
EXAMPLES = {table: f"{letter}-000123" for letter, table in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to a proposal from its page."""

    name: str
    label: str
    done: str
    form: Callable[[Any, Opened], forms.Form]
    can: Callable[[User, Proposal], bool]
    verb: Callable[..., Any]
    text: str = ""
    is_final: bool = False


STEPS = (
    Step(
        name="rehearse",
        label="Rehearse it",
        done="Rehearsed: nothing was destroyed. What of theirs stands elsewhere is listed below.",
        form=lambda data, _: Nothing(data),
        can=permissions.can_rehearse,
        verb=verbs.rehearse,
        text="Everything is carried out and undone at once, to see which of their names, numbers and "
        "addresses would stand elsewhere afterwards. This may take a minute.",
    ),
    Step(
        name="sign",
        label="Sign off a place outside the system",
        done="Signed off.",
        form=lambda data, opened: SignForm(data, unsigned=opened.unsigned),
        can=permissions.can_sign,
        verb=verbs.sign_outside,
    ),
    Step(
        name="approve",
        label="Approve",
        done="Approved. It is destroyed after the waiting, if nothing changes and nothing holds it.",
        form=lambda data, _: ApproveForm(data),
        can=permissions.can_approve,
        verb=verbs.approve,
        text="You are the second person. After the waiting nothing brings these records back.",
        is_final=True,
    ),
    Step(
        name="send-back",
        label="Do not destroy it",
        done="It is not destroyed.",
        form=lambda data, _: SendBackForm(data),
        can=permissions.can_return,
        verb=verbs.send_back,
    ),
)

# Of an erasure that somebody asked for, where the second person was asked about every item.
ASKED_FOR = (
    "Two people decided about each item. What is left is to say that it goes: after the waiting nothing brings "
    "it back."
)


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What is due, the longest overdue first."""
    return _due(request)


def _due(request: HttpRequest, form: TicksForm | None = None) -> HttpResponse:
    rows, waiting = along_door.list_due_and_along(look=look_of(request), on=timezone.localdate())
    user = reader_of(request)
    tickable = [row.address for row in rows if not row.goes_alone]
    context = {
        "rows": rows,
        "along": waiting,
        "can_tick": len(tickable) > 1,
        "first_tick": next(iter(tickable), ""),
        "tabs": tabs_for(user, "retention:due"),
        "can_list_places": permissions.may_propose(user),
    }
    return answer(request, "retention/due.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose due records with everything that is due together with them."""
    ticks = TicksForm(request.GET)
    if not ticks.is_valid():
        return _due(request, ticks)
    family = due_door.open_families(ticks.cleaned_data["record"], look=look_of(request))
    if family is None:
        messages.info(request, "This is not due, or not any more.")
        return redirect("retention:due")
    form = ProposeForm(sent(request))
    if made := carry_out(form, verbs.propose, records=family.records, by=request.user):
        messages.success(request, f"{made} is proposed. Rehearse it next.")
        return redirect(made)
    return answer(request, "retention/propose.html", {"family": family}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def propose_early(request: HttpRequest) -> HttpResponse:
    """Propose records before their time, with the reason (DPA 2018 Sch 1 para 41)."""
    due_door.begin_early(look=look_of(request))
    user = reader_of(request)
    kinds = permissions.early_kinds(user)
    initial = {"references": request.GET.get("on", "")}
    form = EarlyForm(sent(request), initial=initial, of_families=PERSON in kinds)

    def verb(*, references: str, reason: str, by: User) -> Proposal:
        records = _records(references, kinds)
        return verbs.propose(records=records, reason=reason, early=True, by=by)

    if made := carry_out(form, verb, by=request.user):
        messages.success(request, f"{made} is proposed. Rehearse it next.")
        return redirect(made)
    title = "Propose records before their time"
    text = permissions.second_person_early(user)
    return form_page(request, form, title=title, text=text, button="Propose", back="retention:due")


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals that wait, or those that are over."""
    done = request.GET.get("status") == "over"
    rows = door.list_proposals(look=look_of(request), page=request.GET.get("page", 1), done=done)
    here = reverse("retention:proposals")
    lists = [
        {"label": "Waiting", "url": here, "current": not done},
        {"label": "Over", "url": f"{here}?status=over", "current": done},
    ]
    tabs = tabs_for(reader_of(request), "retention:proposals")
    return answer(request, "retention/proposals.html", {"page": rows, "lists": lists, "tabs": tabs})


@require_safe
def proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposal: what it would take, what stops it, what stands elsewhere, and what can be done."""
    opened = door.open_proposal(reference, look=look_of(request))
    user = reader_of(request)
    context = {
        "opened": opened,
        "cooled_at": permissions.cooled_at(opened.proposal),
        "steps": [
            (step, reverse("retention:step", args=[reference, step.name]))
            for step in STEPS
            if step.can(user, opened.proposal)
        ],
        "can_decide": permissions.can_rehearse(user, opened.proposal),
        "waits_for": ""
        if permissions.can_approve(user, opened.proposal)
        else permissions.who_approves(opened.proposal),
        "waits_along": opened.waits_along,
        "not_theirs": permissions.why_not_theirs(user, opened.proposal),
    }
    return answer(request, "retention/proposal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Carry one step out; approving asks for the password again."""
    found = door.open_proposal(reference, look=look_of(request))
    opened = found.proposal
    wanted = next((one for one in STEPS if one.name == name), None)
    if wanted is None:
        raise Http404
    if wanted.is_final and (sentence := permissions.why_not_approved(reader_of(request), opened)):
        raise NotNow(sentence, look=look_of(request, Purpose.MANAGEMENT), record=opened)
    refuse_unless(lambda user: wanted.can(user, opened), request)
    if wanted.is_final:
        must_be_fresh(request)
    form = wanted.form(sent(request), found)
    if carry_out(form, wanted.verb, proposal=opened, by=request.user):
        messages.success(request, wanted.done)
        return redirect(opened)
    return form_page(
        request,
        form,
        title=f"{wanted.label}: {opened}",
        text=ASKED_FOR if wanted.is_final and opened.kind == Proposal.Kind.ERASURE else wanted.text,
        button=wanted.label,
        back=opened,
        is_final=wanted.is_final,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remainder(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Decide whose a word in one place is."""
    opened, left = door.open_remainder(reference, number, look=look_of(request))
    refuse_unless(lambda user: permissions.can_rehearse(user, opened.proposal), request)
    if left.is_file:
        return _file(request, opened, left)
    found = left.remainder
    form = RemainderForm(sent(request), initial={"decision": found.decision})
    if carry_out(form, verbs.decide_remainder, remainder=found, by=request.user):
        messages.success(request, "Decided.")
        return redirect(opened.proposal)
    return form_page(
        request,
        form,
        title=f"“{found.word}”" if found.word else UNREAD,
        text=f"It stands in {found.place}.",
        button="Decide",
        back=opened.proposal,
    )


def _file(request: HttpRequest, opened: Opened, left: Left) -> HttpResponse:
    """Of a file that no machine can read: say once who looked into it, or take that back."""
    where = f"It is the {left.remainder.place}" + (
        f", which belongs to {left.kept_with}." if left.kept_with else ", which belongs to no row."
    )
    if left.seen is not None:
        nothing = Nothing(sent(request))
        if carry_out(nothing, verbs.take_look_back, seen=left.seen, by=request.user):
            messages.success(request, "Taken back: nobody looked into this file.")
            return redirect(opened.proposal)
        text = (
            f"{where} {left.seen.looked_by} looked into it by hand. What it holds: {left.seen.holds} "
            f"Why it stays: {left.seen.reason}"
        )
        return form_page(
            request, nothing, title=UNREAD, text=text, button="Take this back", back=opened.proposal
        )
    form = LookIntoForm(sent(request), initial={"looked_by": request.user})
    if carry_out(form, verbs.look_into, remainder=left.remainder, by=request.user):
        messages.success(
            request, "Written down. Until the file changes nobody is asked about it again."
        )
        return redirect(opened.proposal)
    text = (
        f"{where} It is locked or damaged, so its words could not be searched. Somebody opens it by hand. If it is "
        "about whoever goes, it may not stay: remove it from the record it belongs to."
    )
    return form_page(
        request, form, title=UNREAD, text=text, button="Looked at by hand", back=opened.proposal
    )


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """The places outside the system where something about people may lie."""
    found = door.begin_places(look=look_of(request))
    form = PlaceForm(sent(request))
    if carry_out(form, verbs.name_place, by=request.user):
        messages.success(
            request, "It is on the list. Each proposal waits until it is signed off there."
        )
        return redirect("retention:places")
    tabs = tabs_for(reader_of(request), "retention:places")
    return answer(request, "retention/places.html", {"places": found, "tabs": tabs}, form)


def _records(references: str, kinds: Collection[str]) -> list[Record]:
    """The records whose references were typed; of a kind that is not the reader's, as if it were no reference."""
    found = [
        (KINDS[letter.upper()], int(number)) for letter, number in REFERENCE.findall(references)
    ]
    if not found or any(table not in kinds for table, _ in found):
        names = " or ".join(EXAMPLES[table] for table in KINDS.values() if table in kinds)
        raise Refused(f"Write references like {names}, with spaces between.")
    return found
