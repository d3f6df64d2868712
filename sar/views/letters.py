"""Letters about a request: choosing and writing one, what became of it, and the words behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.written import SavedAlready
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent
from letters.forms import DropForm
from letters.variables import fill
from sar.actions import letters as verbs
from sar.actions.answering import answer_request
from sar.actions.complaint_letters import write_about_complaint
from sar.actions.once_more import send_once_more
from sar.addresses import Party, party_of, where
from sar.complaint_letters import (
    ONCE_FOR_COMPLAINT,
    draft_about,
    letters_about,
    may_be_written_for,
    owed_for,
    party_of_complaint,
)
from sar.desk_permissions import may_write_of_complaints
from sar.forms.letters import (
    ChooseLetterForm,
    LetterWordingForm,
    OnceMoreForm,
    RequestLetterForm,
)
from sar.kinds import AnswerFormat
from sar.letter_kinds import LetterKind, routes_of
from sar.letter_rules import (
    Drafted,
    draft_for,
    gone_once,
    may_be_written,
    owed,
    stop_of,
    why_not_again,
)
from sar.levers import lever_named
from sar.models import Complaint, ErasureStop, RequestLetter, RightsRequest
from sar.permissions import may_work
from sar.queries import letters as door
from sar.queries.complaints import open_complaint
from sar.queries.requests import open_request
from sar.sending import as_sent, text_of

# What such a letter tells is done to the request first, by the lever of this name.
AFTER_LEVER = {
    LetterKind.ASK_IDENTITY: "identity-asked",
    LetterKind.ASK_AUTHORITY: "authority-asked",
    LetterKind.ASK_CLARIFICATION: "clarification-asked",
    LetterKind.EXTEND: "extend",
    LetterKind.NOTHING_HELD: "nothing-held",
    LetterKind.REFUSE: "refuse",
    LetterKind.WITHDRAWN: "withdraw",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is about: a request or a complaint, to whom it goes, and how it begins."""

    opened: RightsRequest | Complaint
    noun: str
    owed: list[LetterKind]
    kinds: list[LetterKind]
    written: list[RequestLetter]
    party: Party
    draft: Callable[[LetterKind], Drafted]
    later: list[tuple[LetterKind, str, str]] = field(default_factory=list)
    large_print: bool = False
    stop: ErasureStop | None = None
    about_data: bool = True


@require_http_methods(["GET", "HEAD", "POST"])
def letter_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a letter about a request."""
    opened = open_request(reference, look=look_of(request), to=may_work)
    party, user = party_of(opened), reader_of(request)
    begun = partial(draft_for, request=opened, name=party.name, by=user, on=timezone.localdate())
    matter = Matter(
        opened=opened,
        noun="Request",
        owed=owed(opened),
        kinds=may_be_written(opened),
        written=gone_once(opened.letters.all()),
        later=_later(opened, user),
        party=party,
        draft=begun,
        large_print=opened.answer_format == AnswerFormat.LARGE_PRINT,
        stop=stop_of(opened),
    )
    return _write(request, matter)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint_letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a letter to whoever complains."""
    opened = open_complaint(reference, look=look_of(request), to=may_write_of_complaints)
    there = letters_about(opened)
    matter = Matter(
        opened=opened,
        noun="Complaint",
        owed=owed_for(opened, there),
        kinds=may_be_written_for(opened, there),
        written=gone_once(there, ONCE_FOR_COMPLAINT),
        party=party_of_complaint(opened),
        draft=partial(
            draft_about, complaint=opened, by=reader_of(request), on=timezone.localdate()
        ),
        about_data=opened.kind == Complaint.Kind.DATA,
    )
    return _write(request, matter)


def _write(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Which letter and how it goes, by the address of the page; then the letter itself."""
    # A kind alone is proposed, by whoever leads here; how it goes is still to be chosen.
    is_sent = "way" in request.GET or "chosen" in request.GET
    written = {LetterKind(one.kind) for one in matter.written}
    kinds = [kind for kind in matter.kinds if kind not in written]
    # A form that was open before keeps what was typed: the verb says why it does not go.
    allowed = list(LetterKind) if request.method == "POST" else kinds
    choose = ChooseLetterForm(
        request.GET if is_sent else None,
        kinds=allowed,
        initial={"kind": request.GET.get("kind", "")},
    )
    opened = matter.opened
    context: dict[str, Any] = {
        "opened": opened,
        "noun": matter.noun,
        "choose": choose,
        "kinds": kinds,
        "owed": matter.owed,
        "written": matter.written,
        "later": [one for one in matter.later if one[0] not in kinds and one[0] not in written],
    }
    if not choose.is_valid():
        return answer(request, "sar/letter_choose.html", context, choose)
    kind, way = choose.cleaned_data["kind"], choose.cleaned_data["way"]
    found = where(matter.party, kind, way, on=timezone.localdate())
    if found.why_not:
        choose.add_error("way", found.why_not)
        return answer(request, "sar/letter_choose.html", context, choose)
    begun = matter.draft(kind)
    form = RequestLetterForm(
        sent(request),
        where=found,
        is_post=way == "post",
        ends=kind == LetterKind.DONE and opened.is_open,
        initial={
            "subject": begun.subject,
            "body": begun.body,
            "large_print": matter.large_print,
        },
    )
    if written := _written(
        form, about=opened, kind=kind, way=way, wording=begun.wording, by=reader_of(request)
    ):
        messages.success(request, f"The letter {written.reference} is on its way.")
        return redirect(written)
    context |= {
        "party": matter.party,
        "kind": kind,
        "where": found,
        "routes": routes_of(kind, about_data=matter.about_data),
        "stop": matter.stop if kind == LetterKind.NOT_ERASED else None,
    }
    return answer(request, "sar/letter_write.html", context, form)


def _later(request: RightsRequest, user: User) -> list[tuple[LetterKind, str, str]]:
    """The letters that tell something which is first done to `request`: what that is, and where."""
    levers = [(kind, lever_named(name)) for kind, name in AFTER_LEVER.items()]
    return [
        (kind, lever.label, lever.url(request))
        for kind, lever in levers
        if lever is not None and lever.can(user, request)
    ]


def _written(form: RequestLetterForm, **arguments: Any) -> Any:
    """The letter, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        return _send(**arguments, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None


def _send(*, about: RightsRequest | Complaint, kind: LetterKind, **arguments: Any) -> Any:
    """The letter that says what was done ends its request; every other one is only written."""
    if isinstance(about, Complaint):
        return write_about_complaint(complaint=about, kind=kind, **arguments)
    if kind == LetterKind.DONE and "outcome" in arguments:
        return answer_request(request=about, **arguments)
    return verbs.send_letter(kind=kind, request=about, **arguments)


@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """One letter, and what became of it."""
    opened = door.open_letter(reference, look=look_of(request))
    return answer(request, "sar/letter.html", {"letter": opened, "moves": door.moves_of(opened)})


@require_safe
def letter_file(request: HttpRequest, reference: str) -> FileResponse:
    """What went out: the pages, or the e-mail. Its entry in the log is committed before the first byte."""
    kept = door.open_file(reference, look=look_of(request))
    return FileResponse(
        default_storage.open(kept.path),
        filename=kept.name,
        as_attachment=True,
        content_type=kept.content_type,
    )


@require_safe
def letter_text(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter in plain text, for a screen reader, a braille display or a message."""
    opened = door.open_letter(reference, look=look_of(request))
    return HttpResponse(
        text_of(opened, is_page=True),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{opened.reference}.txt"'},
    )


@require_POST
def letter_posted(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it is in the post, or in their hand."""
    opened = door.open_letter(reference, look=look_of(request))
    verbs.say_posted(letter=opened, by=reader_of(request))
    messages.success(request, f"{opened.reference} has gone.")
    return redirect(opened)


@require_POST
def letter_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Try once more after it failed."""
    opened = door.open_letter(reference, look=look_of(request))
    verbs.try_again(letter=opened, by=reader_of(request))
    return redirect(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it does not go after all."""
    opened = door.open_letter(reference, look=look_of(request))
    form = DropForm(sent(request))
    carry_out(form, verbs.drop_letter, letter=opened, by=request.user)
    if form.is_bound and not form.errors:
        return redirect(opened)
    return answer(request, "letters/letter_drop.html", {"letter": opened}, form)


@require_POST
def letter_settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether an e-mail whose sending broke off arrived; the button sends which."""
    opened = door.open_letter(reference, look=look_of(request))
    content = as_sent(opened) if request.POST.get("went") == "yes" else None
    verbs.say_what_became(letter=opened, content=content, by=reader_of(request))
    return redirect(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_once_more(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a letter that did not reach them once more, to where they are now."""
    opened = door.open_letter(reference, look=look_of(request))
    places = door.places_now(opened, on=timezone.localdate())
    form = OnceMoreForm(sent(request), places=places.found, is_warned=bool(places.warnings))
    if made := carry_out(form, send_once_more, letter=opened, by=reader_of(request)):
        messages.success(request, f"It is on its way once more, as {made.reference}.")
        return redirect(made)
    context = {
        "letter": opened,
        "went_to": ", ".join(opened.sent_to.splitlines()),
        "places": places,
        "why_not": why_not_again(opened),
    }
    return answer(request, "sar/letter_once_more.html", context, form)


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """The words that each kind of letter begins with."""
    return answer(
        request, "sar/letter_wordings.html", {"wordings": door.list_wordings(look=look_of(request))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: HttpRequest, wording: str) -> HttpResponse:
    """New words for a kind of letter: shown filled in first, or used from now on."""
    words = door.open_wording(wording, look=look_of(request))
    form = LetterWordingForm(
        sent(request), kind=words.kind, initial={"subject": words.subject, "body": words.body}
    )
    shown = None
    if form.is_valid() and form.do_show:
        sample = {name: f"[{meaning}]" for name, meaning in words.shipped.variables.items()}
        shown = {name: fill(given, sample) for name, given in form.cleaned_data.items()}
    elif carry_out(form, verbs.publish_wording, kind=words.kind, by=request.user):
        messages.success(request, "From now on letters begin with these words.")
        return redirect("sar:letter-wordings")
    context = {
        "words": words,
        "shown": shown,
        "routes": routes_of(words.kind),
        "variables": words.shipped.variables.items(),
    }
    return answer(request, "sar/letter_wording.html", context, form)
