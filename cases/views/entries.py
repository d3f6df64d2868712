"""Pages on which something is written in a case, and the page of one note with all its versions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import entries as verbs
from cases.forms.entries import (
    ContactForm,
    CorrectionForm,
    DecisionForm,
    EntryForm,
    NoteForm,
    initial_of,
)
from cases.models import Case, CaseNote
from cases.queries.cases import open_case, professionals
from cases.queries.entries import NoteRecord, open_note
from cases.queries.timeline import Flag, flags_of
from core.dates import plain
from core.errors import Refused
from core.pages import answer, sent


@require_http_methods(["GET", "HEAD", "POST"])
def note_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a note in a case."""
    case = _case_to_write_in(request, reference)
    form = NoteForm(sent(request), case=case, professionals=professionals(), now=timezone.now())
    if note := _written(form, verbs.write_note, case=case, by=request.user):
        messages.success(request, f"The note {note.reference} is saved.")
        return redirect(case)
    context = {
        "case": case,
        "heading": "Write a note",
        "hint": "Once saved, a note is final. A mistake is put right by a correction beside it.",
        "submit": "Save the note",
    }
    return answer(request, "cases/case_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a meeting, visit, call or message."""
    case = _case_to_write_in(request, reference)
    form = ContactForm(sent(request), case=case, now=timezone.now())
    if contact := _written(form, verbs.record_contact, case=case, by=request.user):
        messages.success(request, f"The contact {contact.reference} is saved.")
        return redirect(case)
    context = {
        "case": case,
        "heading": "Record a contact",
        "hint": "",
        "submit": "Save the contact",
    }
    return answer(request, "cases/case_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a decision."""
    case = _case_to_write_in(request, reference)
    form = DecisionForm(sent(request), now=timezone.now())
    if decision := _written(form, verbs.record_decision, case=case, by=request.user):
        messages.success(request, f"The decision {decision.reference} is saved.")
        return redirect(case)
    context = {
        "case": case,
        "heading": "Record a decision",
        "hint": "A decision is about everybody in the case.",
        "submit": "Save the decision",
    }
    return answer(request, "cases/case_form.html", context, form)


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """One version of a note, and the one that took its place."""

    note: CaseNote
    number: int
    corrected_by: CaseNote | None
    flags: tuple[Flag, ...]


@require_safe
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """One note with all its versions, the newest first."""
    record = open_note(reference, look=look_of(request))
    user = reader_of(request)
    context = {
        "record": record,
        "versions": _numbered(record),
        "can_correct": permissions.can_correct(user, record.newest),
    }
    return answer(request, "cases/note.html", context)


def _numbered(record: NoteRecord) -> list[NoteVersion]:
    later: list[CaseNote | None] = [None, *record.versions]
    count = len(record.versions)
    return [
        NoteVersion(
            note=version,
            number=count - place,
            corrected_by=later[place],
            flags=flags_of(version),
        )
        for place, version in enumerate(record.versions)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def note_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the next version of a note."""
    record = open_note(reference, look=look_of(request), may=permissions.can_correct)
    asked = next(one for one in record.versions if one.reference == reference)
    if request.method != "POST" and asked != record.newest:
        raise Refused(_corrected_already(record.newest))
    form = CorrectionForm(
        sent(request),
        case=record.case,
        professionals=professionals(),
        now=timezone.now(),
        initial=initial_of(asked),
    )
    if version := _written(form, verbs.correct_note, note=asked, by=request.user):
        messages.success(request, f"The note is corrected, as {version.reference}.")
        return redirect("cases:note", version.reference)
    return answer(request, "cases/note_correct.html", {"record": record, "asked": asked}, form)


def _corrected_already(newest: CaseNote) -> str:
    day = plain(timezone.localdate(newest.recorded_at))
    return (
        f"{newest.recorded_by} corrected this note on {day}, as {newest.reference}. Open that version "
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


def _written(form: EntryForm, verb: Callable[..., Any], **arguments: Any) -> Any:
    """What `verb` made, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        return verb(**arguments, **form.cleaned_data)
    except verbs.SavedAlready as refusal:
        form.renew_token()
        form.add_error(None, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None
