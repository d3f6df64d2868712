"""What is written in a case: notes, contacts, decisions, and the corrections of each.

Final when written. What may stand in an entry, and how a form sent twice makes one, is `cases.written`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import finish_task
from cases.kinds import (
    CONTACT,
    DECISION,
    NOTE,
    Entry,
    KindOfEntry,
    kind_of,
    people_of_entry,
)
from cases.models import Case, CaseNote, Contact, Decision, Draft, Passage, Person, Task
from cases.passages import Mark, Span, marks_in, spans_of
from cases.queries.cases import lock_case, lock_open
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind
from cases.typed_over import keep_as_it_stands
from cases.workflow import CaseStatus, TaskStatus
from cases.written import (
    Sheet,
    check_newest,
    contact_words,
    decision_words,
    note_words,
    same,
    sent_before,
    spans_kept,
)
from core.errors import Refused


@transaction.atomic
def write_note(
    *,
    case: Case,
    people: Iterable[Person],
    marks: Iterable[Mark] = (),
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
    **typed: Any,
) -> CaseNote:
    """Write a note about `people` of an open case. From now on it is final (features.md S4, P6).

    `typed` is what `cases.written.note_words` names. `marks` are words of the note that are marked
    wherever they stand in it (N4).
    """
    people = list(people)
    lock_open(case)
    words = note_words(case=case, people=people, **typed)
    spans = spans_of(marks, words["body"])
    if before := sent_before(
        CaseNote, token, case=case, words=words, people=people, spans=spans, sheet=sheet, by=by
    ):
        return before
    _record(Verb.NOTE_WRITTEN, CaseNote, case=case, people=people, by=by)
    note = _make(NOTE, case=case, people=people, token=token, by=by, **words)
    _mark(note, spans, by)
    return note


@transaction.atomic
def record_contact(
    *,
    case: Case,
    people: Iterable[Person],
    token: UUID | None = None,
    closed_too: bool = False,
    sheet: Sheet | None = None,
    by: User,
    **typed: Any,
) -> Contact:
    """Record a meeting, visit, call or message with `people`, also one that did not take place (S2).

    `typed` is what `cases.written.contact_words` names. `closed_too` is for what went out just as the
    case was closed.
    """
    people = list(people)
    lock_case(case) if closed_too else lock_open(case)
    words = contact_words(case=case, people=people, **typed)
    if before := sent_before(
        Contact, token, case=case, words=words, people=people, sheet=sheet, by=by
    ):
        return before
    _record(Verb.CONTACT_RECORDED, Contact, case=case, people=people, by=by)
    return _make(CONTACT, case=case, people=people, token=token, by=by, **words)


@transaction.atomic
def record_decision(
    *, case: Case, token: UUID | None = None, sheet: Sheet | None = None, by: User, **typed: Any
) -> Decision:
    """Record what was decided about the work, by whom, on what basis, and what the family thinks (S12).

    `typed` is what `cases.written.decision_words` names.
    """
    lock_open(case)
    words = decision_words(**typed)
    if before := sent_before(
        Decision, token, case=case, words=words, people=None, sheet=sheet, by=by
    ):
        return before
    people = list(case.case_people.values_list("person_id", flat=True))
    _record(Verb.DECISION_RECORDED, Decision, case=case, people=people, by=by)
    return _make(DECISION, case=case, people=(), token=token, by=by, **words)


@transaction.atomic
def correct_note(
    *,
    entry: CaseNote,
    reason: str,
    people: Iterable[Person],
    marks: Iterable[Mark] | None = None,
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
    **typed: Any,
) -> CaseNote:
    """Write the next version of a note, with why; the one before stays and stays readable.

    In a closed case as well: what is wrong is put right (UK GDPR Art 5(1)(d)). Only the newest version
    can be corrected: the second of two people who correct at once is refused. Without `marks` those of
    the note go on; refused where their words do not stand in the text any more.
    """
    people = list(people)
    lock_case(entry.case)
    words = note_words(case=entry.case, people=people, **typed)
    if marks is None:
        marks = marks_in(entry.body, spans_kept(entry))
    spans = spans_of(marks, words["body"])
    before, words = _corrected(
        entry, words, people=people, reason=reason, token=token, spans=spans, sheet=sheet, by=by
    )
    if before:
        return before
    note = _make(NOTE, case=entry.case, people=people, token=token, by=by, **words)
    _mark(note, spans, by)
    return note


@transaction.atomic
def correct_contact(
    *,
    entry: Contact,
    reason: str,
    people: Iterable[Person],
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
    **typed: Any,
) -> Contact:
    """Write the next version of a contact, with why; as `correct_note`."""
    people = list(people)
    lock_case(entry.case)
    words = contact_words(case=entry.case, people=people, **typed)
    before, words = _corrected(
        entry, words, people=people, reason=reason, token=token, sheet=sheet, by=by
    )
    return before or _make(CONTACT, case=entry.case, people=people, token=token, by=by, **words)


@transaction.atomic
def correct_decision(
    *,
    entry: Decision,
    reason: str,
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
    **typed: Any,
) -> Decision:
    """Write the next version of a decision, with why; as `correct_note`.

    Where it closed the case, and the case is closed still, the case says the same as the new version.
    """
    case = entry.case
    lock_case(case)
    words = decision_words(**typed)
    before, words = _corrected(
        entry, words, people=None, reason=reason, token=token, sheet=sheet, by=by
    )
    if before:
        return before
    if entry.closes_case:
        still = Case.objects.filter(pk=case.pk, status=CaseStatus.CLOSED)
        still.filter(closing_summary=entry.basis).update(closing_summary=words["basis"])
    closes = {"closes_case": entry.closes_case}
    return _make(DECISION, case=case, people=(), token=token, by=by, **words, **closes)


def _corrected[Kept: Entry](
    entry: Kept,
    words: dict[str, Any],
    *,
    people: list[Person] | None,
    reason: str,
    token: UUID | None,
    spans: frozenset[Span] | None = None,
    sheet: Sheet | None,
    by: User,
) -> tuple[Kept | None, dict[str, Any]]:
    """Write in the log that `entry` is corrected, and give the fields of the new version; or give the
    version that the same form has made already.
    """
    kind = kind_of(entry)
    correction = {"corrects": entry, "correction_reason": reason.strip()}
    if not correction["correction_reason"]:
        raise Refused(f"Say why the {kind.noun} is corrected.")
    new = words | correction
    if before := sent_before(
        type(entry),
        token,
        case=entry.case,
        words=new,
        people=people,
        spans=spans,
        sheet=sheet,
        by=by,
    ):
        return before, new
    check_newest(entry)
    if same(entry, words, people, spans):
        raise Refused(
            f"This says the same as the {kind.noun}. Change what is wrong, or leave the {kind.noun} as "
            "it is."
        )
    about = {*people_of_entry(entry), *(person.pk for person in people or ())}
    record(
        kind.corrected,
        by=by,
        action=Action.UPDATE,
        record=entry,
        people=about,
        purpose=task_of(by, [entry.case.service_id]),
    )
    asked_for = Task.objects.filter(
        kind=TaskKind.CORRECTION, link=kind.address(entry), status=TaskStatus.OPEN
    )
    for task in asked_for:
        finish_task(task=task, by=by)
    return None, new


def _record(verb: Verb, of: type[Entry], *, case: Case, people: Iterable[Any], by: User) -> None:
    record(
        verb,
        by=by,
        action=Action.CREATE,
        record=of,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )


def _make(
    kind: KindOfEntry, /, *, people: Iterable[Person], token: UUID | None, by: User, **fields: Any
) -> Any:
    """The entry with whoever it is about; the draft it was typed into ends with it."""
    drafts = Draft.objects.filter(token=token, recorded_by=by) if token else Draft.objects.none()
    draft = drafts.first()
    if draft is not None:
        keep_as_it_stands(draft, by=by)
    begun = draft.recorded_at if draft is not None else None
    entry = kind.model._base_manager.create(token=token, begun=begun, recorded_by=by, **fields)
    rows: Any = kind.between
    if rows is not None:
        rows.objects.bulk_create(rows(**{kind.noun: entry, "person": person}) for person in people)
    drafts.delete()
    return entry


def _mark(note: CaseNote, spans: frozenset[Span], by: User) -> None:
    Passage.objects.bulk_create(
        Passage(note=note, start=one.start, end=one.end, kind=one.kind, recorded_by=by)
        for one in sorted(spans)
    )
