"""Pages on which something is written in a case, and the page of one entry with all its versions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import entries as verbs
from cases.actions.next_steps import record_contact_with_next_step
from cases.forms.contacts import ContactForm, DecisionForm
from cases.forms.entries import CaseEntryForm
from cases.forms.notes import NoteForm
from cases.kinds import KINDS, kind_of
from cases.models import Case
from cases.queries.cases import open_case, professionals
from cases.queries.entries import EntryRecord, open_entry
from cases.queries.timeline import Told, told_by
from cases.written import SavedAlready
from core.dates import plain
from core.errors import Refused
from core.pages import answer, sent


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


@require_http_methods(["GET", "HEAD", "POST"])
def entry_add(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Write a note, a contact or a decision in a case."""
    desk, case = DESKS[noun], _case_to_write_in(request, reference)
    form = desk.form(sent(request), case=case, professionals=professionals, now=timezone.now())
    if entry := _written(form, desk.write, case=case, by=request.user):
        messages.success(request, f"The {noun} {entry.reference} is saved.")
        return redirect(case)
    context = {
        "case": case,
        "heading": desk.heading,
        "hint": desk.hint,
        "submit": f"Save the {noun}",
    }
    return answer(request, "cases/case_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_correct(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Write the next version of an entry."""
    desk = DESKS[noun]
    record = open_entry(KINDS[noun], reference, look=look_of(request), may=permissions.can_correct)
    if request.method != "POST" and record.asked != record.newest:
        raise Refused(_corrected_already(record))
    form = desk.form(
        sent(request),
        case=record.case,
        professionals=professionals,
        now=timezone.now(),
        corrects=record.asked,
    )
    if version := _written(form, desk.correct, entry=record.asked, by=request.user):
        messages.success(request, f"The {noun} is corrected, as {version.reference}.")
        return redirect(f"cases:{noun}", version.reference)
    context = {"record": record, "back": record.kind.address(record.asked)}
    return answer(request, "cases/entry_correct.html", context, form)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry, and the one that took its place."""

    entry: Any
    number: int
    told: Told
    corrected_by: Any | None


@require_safe
def entry(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """One entry with all its versions, the newest first."""
    record = open_entry(KINDS[noun], reference, look=look_of(request))
    context = {
        "record": record,
        "versions": _numbered(record),
        "can_correct": permissions.can_correct(reader_of(request), record.newest),
        "correct": f"cases:{noun}-correct",
        "print": reverse(f"cases:{noun}-print", args=[reference]),
    }
    return answer(request, "cases/entry.html", context)


def _numbered(record: EntryRecord) -> list[Version]:
    later = [None, *record.versions]
    count = len(record.versions)
    return [
        Version(
            entry=version,
            number=count - place,
            told=told_by(version),
            corrected_by=later[place],
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
        form.add_error(None, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None
