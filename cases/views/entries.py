"""Pages on which something is written in a case, and the page of one entry with all its versions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import entries as verbs
from cases.actions.drafts import keep_draft
from cases.actions.next_steps import record_contact_with_next_step
from cases.forms.contacts import ContactForm, DecisionForm
from cases.forms.entries import Begun, CaseEntryForm, sheet_in
from cases.forms.fields import TokenField
from cases.forms.notes import NoteForm
from cases.kinds import KINDS, kind_of
from cases.models import Case
from cases.queries.cases import open_case, professionals
from cases.queries.drafts import (
    case_to_keep_in,
    draft_to_go_on_with,
    drafts_here,
    entry_to_keep_for,
)
from cases.queries.entries import EntryRecord, open_entry
from cases.queries.timeline import Told, told_by
from cases.views.unsaved import (
    forget,
    is_script,
    keeps_typed,
    kept,
    say_kept,
    say_not_kept,
    stamp_for,
)
from cases.written import SavedAlready, WrittenElsewhere
from core.dates import plain
from core.errors import Refused
from core.pages import answer, refused, sent
from core.templatetags.pages import plain_time


@dataclass(frozen=True, slots=True)
class Desk:
    """How one kind of entry is written: its form, its verbs, and the words of its page."""

    form: type[CaseEntryForm]
    write: Callable[..., Any]
    correct: Callable[..., Any]
    heading: str
    hint: str = ""


DESKS = {
    "note": Desk(
        NoteForm,
        verbs.write_note,
        verbs.correct_note,
        "Write a note",
        "Once saved, a note is final. A mistake is put right by a correction beside it.",
    ),
    "contact": Desk(
        ContactForm, record_contact_with_next_step, verbs.correct_contact, "Record a contact"
    ),
    "decision": Desk(
        DecisionForm,
        verbs.record_decision,
        verbs.correct_decision,
        "Record a decision",
        "A decision is about everybody in the case.",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is written: a case, or beside the entry that it corrects."""

    noun: str
    case: Case
    corrects: Any = None

    @property
    def desk(self) -> Desk:
        return DESKS[self.noun]

    @property
    def page(self) -> str:
        if self.corrects is None:
            return reverse(f"cases:{self.noun}-add", args=[self.case.reference])
        return reverse(f"cases:{self.noun}-correct", args=[self.corrects.reference])

    def form(self, data: QueryDict | None, begun: Begun | None = None) -> CaseEntryForm:
        return self.desk.form(
            data,
            case=self.case,
            professionals=professionals,
            now=timezone.now(),
            corrects=self.corrects,
            begun=begun,
        )


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def entry_add(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Write a note, a contact or a decision in a case."""
    place = Place(noun, _case_to_write_in(request, reference))
    form = place.form(sent(request), _begun(request, place))
    if entry := _written(form, place.desk.write, case=place.case, by=request.user):
        forget(request)
        messages.success(request, f"The {noun} {entry.reference} is saved.")
        return redirect(place.case)
    return _page(request, place, form)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def entry_correct(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Write the next version of an entry."""
    record = open_entry(KINDS[noun], reference, look=look_of(request), may=permissions.can_correct)
    if request.method != "POST" and record.asked != record.newest:
        raise Refused(_corrected_already(record))
    place = Place(noun, record.case, record.asked)
    form = place.form(sent(request), _begun(request, place))
    if version := _written(form, place.desk.correct, entry=record.asked, by=request.user):
        forget(request)
        messages.success(request, f"The {noun} is corrected, as {version.reference}.")
        return redirect(f"cases:{noun}", version.reference)
    return _page(request, place, form)


@keeps_typed
@require_POST
def draft_keep(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Keep what is typed into a new entry as a draft: the script every few seconds, or the button."""
    return _keep(request, Place(noun, case_to_keep_in(reference, look=look_of(request))))


@keeps_typed
@require_POST
def correction_keep(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Keep what is typed into a correction as a draft."""
    asked = entry_to_keep_for(KINDS[noun], reference, look=look_of(request))
    return _keep(request, Place(noun, asked.case, asked))


def _keep(request: HttpRequest, place: Place) -> HttpResponse:
    token = TokenField().to_python(request.POST.get("token")) or uuid4()
    try:
        draft = keep_draft(
            case=place.case,
            noun=place.noun,
            corrects=place.corrects.reference if place.corrects else "",
            token=token,
            typed=place.desk.form.answers_in(request.POST),
            sheet=sheet_in(request.POST),
            by=reader_of(request),
        )
    except Refused as refusal:
        return _not_kept(request, place, refusal)
    forget(request)
    here = f"{place.page}?draft={draft.token}"
    if is_script(request):
        return say_kept(draft.version, here)
    messages.success(request, f"The draft is saved, {plain_time(draft.saved)}.")
    return redirect(here)


def _not_kept(request: HttpRequest, place: Place, refusal: Refused) -> HttpResponse:
    """Say why; the form holds what was typed, and its button now does what the sentence says."""
    elsewhere = refusal.draft.version if isinstance(refusal, WrittenElsewhere) else 0
    if is_script(request):
        return say_not_kept(request, refusal, elsewhere)
    # The page shows the record around the form, so it is opened like any other.
    place = replace(place, case=open_case(place.case.reference, look=look_of(request)))
    form = place.form(request.POST)
    form.take_version(elsewhere)
    form.refuse(refusal)
    return _page(request, place, form)


def _begun(request: HttpRequest, place: Place) -> Begun | None:
    """What the page goes on with: what was kept while nobody was signed in, or the draft it names."""
    if request.method == "POST":
        return None
    draft = draft_to_go_on_with(
        request.GET.get("draft", ""),
        user=reader_of(request),
        case=place.case,
        kind=KINDS[place.noun],
        corrects=place.corrects.reference if place.corrects else "",
    )
    if begun := kept(request):
        return begun
    return Begun(token=draft.token, typed=draft.typed, version=draft.version) if draft else None


def _page(request: HttpRequest, place: Place, form: CaseEntryForm) -> HttpResponse:
    user, asked, noun = reader_of(request), place.corrects, place.noun
    goes_on = bool(request.GET.get("draft"))
    context = {
        "case": place.case,
        "asked": asked,
        "heading": f"Correct a {noun}" if asked else place.desk.heading,
        "hint": "" if asked else place.desk.hint,
        "submit": "Save the correction" if asked else f"Save the {noun}",
        "cancel": KINDS[noun].address(asked) if asked else place.case.get_absolute_url(),
        "page": place.page,
        "stamp": stamp_for(user),
        "not_kept": form.is_bound or kept(request) is not None,
        "signed_out": not form.is_bound and kept(request) is not None,
        "drafts": []
        if form.is_bound or goes_on
        else drafts_here(
            user=user,
            case=place.case,
            noun=noun,
            corrects=asked.reference if asked else "",
        ),
    }
    return answer(request, "cases/entry_form.html", context, form)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry, and the one that took its place."""

    entry: Any
    number: int
    told: Told
    corrected_by: Any | None
    reviews: list[Any]


@require_safe
def entry(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """One entry with all its versions, the newest first."""
    record = open_entry(KINDS[noun], reference, look=look_of(request))
    user = reader_of(request)
    context = {
        "record": record,
        "versions": _numbered(record, reader=user),
        "can_correct": permissions.can_correct(user, record.newest),
        "correct": f"cases:{noun}-correct",
        "print": reverse(f"cases:{noun}-print", args=[reference]),
        "can_sign_off": permissions.can_sign_off(user, record.versions),
        "review": f"cases:{noun}-review",
    }
    return answer(request, "cases/entry.html", context)


def _numbered(record: EntryRecord, *, reader: User) -> list[Version]:
    later = [None, *record.versions]
    count = len(record.versions)
    return [
        Version(
            entry=version,
            number=count - place,
            told=told_by(version, reader=reader),
            corrected_by=later[place],
            reviews=list(version.reviews.all()) if hasattr(version, "reviews") else [],
        )
        for place, version in enumerate(record.versions)
    ]


def _corrected_already(record: EntryRecord) -> str:
    newest, noun = record.newest, kind_of(record.newest).noun
    day = plain(timezone.localdate(newest.recorded_at))
    return (
        f"{newest.recorded_by} corrected this {noun} on {day}, as {newest.reference}. Open that version "
        "and correct it if it is still wrong."
    )


def _case_to_write_in(request: HttpRequest, reference: str) -> Case:
    """The case, opened by somebody who writes in it. A form is not begun in a closed case.

    One that was sent goes on to the verb, whose refusal keeps what was typed.
    """
    case = open_case(reference, look=look_of(request), may=permissions.may_write)
    user = reader_of(request)
    if request.method != "POST" and not permissions.can_write_in(user, case):
        raise Refused(f"{case.reference} is closed. Nothing new is written in it.")
    return case


def _written(form: CaseEntryForm, verb: Callable[..., Any], **arguments: Any) -> Any:
    """What `verb` made, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        return verb(**arguments, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except WrittenElsewhere as refusal:
        form.take_version(refusal.draft.version)
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None
