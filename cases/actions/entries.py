"""What is written in a case: notes and their corrections, contacts, decisions.

An entry is final when it is written. `token` is the number of the form it was typed into: the same form
sent twice makes one entry, and a form sent again with other words is refused, so that neither is lost.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import (
    Case,
    CaseNote,
    Circumstance,
    Contact,
    ContactPerson,
    Decision,
    HowReceived,
    NotePerson,
    Person,
    Professional,
    SourceKind,
)
from cases.moments import not_yet
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from core.dates import plain
from core.errors import Refused


class SavedAlready(Refused):
    """The form was sent before and made an entry, and now says something else."""


@transaction.atomic
def write_note(
    *,
    case: Case,
    kind: str,
    body: str,
    happened_at: datetime,
    people: Iterable[Person],
    circumstances: Iterable[str] = (),
    source_kind: str = SourceKind.OWN,
    source_person: Person | None = None,
    source_professional: Professional | None = None,
    how_received: str = HowReceived.IN_PERSON,
    token: UUID | None = None,
    by: User,
) -> CaseNote:
    """Write a note about `people` of an open case. From now on it is final (features.md S4, P6)."""
    people = list(people)
    lock_open(case)
    words = _note_words(
        case=case,
        kind=kind,
        body=body,
        happened_at=happened_at,
        people=people,
        circumstances=circumstances,
        source_kind=source_kind,
        source_person=source_person,
        source_professional=source_professional,
        how_received=how_received,
    )
    if before := _sent_before(CaseNote, token, case=case, words=words, people=people, by=by):
        return before
    record(
        Verb.NOTE_WRITTEN,
        by=by,
        action=Action.CREATE,
        record=CaseNote,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )
    return _make_note(case=case, words=words, people=people, token=token, by=by)


@transaction.atomic
def correct_note(
    *,
    note: CaseNote,
    reason: str,
    kind: str,
    body: str,
    happened_at: datetime,
    people: Iterable[Person],
    circumstances: Iterable[str] = (),
    source_kind: str = SourceKind.OWN,
    source_person: Person | None = None,
    source_professional: Professional | None = None,
    how_received: str = HowReceived.IN_PERSON,
    token: UUID | None = None,
    by: User,
) -> CaseNote:
    """Write the next version of `note`, with why; the one before stays and stays readable.

    In a closed case as well: what is wrong is put right (UK GDPR Art 5(1)(d)). Only the newest version
    can be corrected: the second of two people who correct at once is refused.
    """
    people = list(people)
    case = note.case
    # Nobody may lock a final note, so corrections of one case wait for each other here.
    Case.objects.select_for_update(no_key=True).values_list("pk").get(pk=case.pk)
    words = _note_words(
        case=case,
        kind=kind,
        body=body,
        happened_at=happened_at,
        people=people,
        circumstances=circumstances,
        source_kind=source_kind,
        source_person=source_person,
        source_professional=source_professional,
        how_received=how_received,
    )
    correction = {"corrects": note, "correction_reason": reason.strip()}
    if not correction["correction_reason"]:
        raise Refused("Say why the note is corrected.")
    before = _sent_before(
        CaseNote, token, case=case, words=words | correction, people=people, by=by
    )
    if before:
        return before
    _check_newest(note)
    if _same(note, words, people):
        raise Refused(
            "This says the same as the note. Change what is wrong, or leave the note as it is."
        )
    about = {*(person.pk for person in people), *note.people.values_list("pk", flat=True)}
    record(
        Verb.NOTE_CORRECTED,
        by=by,
        action=Action.UPDATE,
        record=note,
        people=about,
        purpose=task_of(by, [case.service_id]),
    )
    return _make_note(case=case, words=words | correction, people=people, token=token, by=by)


@transaction.atomic
def record_contact(
    *,
    case: Case,
    kind: str,
    happened_at: datetime,
    people: Iterable[Person],
    outcome: str = Contact.Outcome.ATTENDED,
    minutes: int | None = None,
    place: str = "",
    others_present: str = "",
    summary: str = "",
    next_step: str = "",
    token: UUID | None = None,
    by: User,
) -> Contact:
    """Record a meeting, visit, call or message with `people`, also one that did not take place (S2)."""
    people = list(people)
    lock_open(case)
    _check_moment("contact", happened_at)
    _check_people(case, people, missing="Say with whom it was, or should have been.")
    if minutes is not None and outcome != Contact.Outcome.ATTENDED:
        raise Refused("It did not take place, so it took no time: leave the minutes empty.")
    words = {
        "kind": kind,
        "happened_at": happened_at,
        "outcome": outcome,
        "minutes": minutes,
        "place": place.strip(),
        "others_present": others_present.strip(),
        "summary": summary.strip(),
        "next_step": next_step.strip(),
    }
    if before := _sent_before(Contact, token, case=case, words=words, people=people, by=by):
        return before
    record(
        Verb.CONTACT_RECORDED,
        by=by,
        action=Action.CREATE,
        record=Contact,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )
    contact = Contact.objects.create(case=case, token=token, recorded_by=by, **words)
    ContactPerson.objects.bulk_create(
        ContactPerson(contact=contact, person=person) for person in people
    )
    return contact


@transaction.atomic
def record_decision(
    *,
    case: Case,
    decision: str,
    decided_by_whom: str,
    basis: str,
    happened_at: datetime,
    clients_view: str = "",
    token: UUID | None = None,
    by: User,
) -> Decision:
    """Record what was decided about the work, by whom, on what basis, and what the family thinks (S12)."""
    lock_open(case)
    _check_moment("decision", happened_at)
    words = {
        "happened_at": happened_at,
        "decision": decision.strip(),
        "decided_by_whom": decided_by_whom.strip(),
        "basis": basis.strip(),
        "clients_view": clients_view.strip(),
    }
    if not (words["decision"] and words["decided_by_whom"] and words["basis"]):
        raise Refused("Say what was decided, who decided it, and on what basis.")
    if before := _sent_before(Decision, token, case=case, words=words, people=None, by=by):
        return before
    people = list(case.case_people.values_list("person_id", flat=True))
    record(
        Verb.DECISION_RECORDED,
        by=by,
        action=Action.CREATE,
        record=Decision,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )
    return Decision.objects.create(case=case, token=token, recorded_by=by, **words)


def _note_words(*, case: Case, people: list[Person], **typed: Any) -> dict[str, Any]:
    """The note's own fields as they are kept; Refused where they cannot stand."""
    words = {
        **typed,
        "body": typed["body"].strip(),
        "circumstances": [c for c in Circumstance.values if c in set(typed["circumstances"])],
    }
    if not words["body"]:
        raise Refused("The note is empty: write what was seen, said or done.")
    _check_moment("note", words["happened_at"])
    _check_people(case, people, missing="Say whom the note is about: at least one person.")
    words["source_person"] = _who_told(case, people, words)
    if words["source_kind"] != SourceKind.PROFESSIONAL:
        words["source_professional"] = None
    elif words["source_professional"] is None:
        raise Refused("Say which professional told you this.")
    return words


def _who_told(case: Case, people: list[Person], words: dict[str, Any]) -> Person | None:
    """The person of the case from whom the information came; None where it was nobody of the case."""
    kind, who = words["source_kind"], words["source_person"]
    if kind == SourceKind.PERSON:
        if who is None and len(people) == 1:
            return people[0]
        if who is None:
            raise Refused("The note is about several people: say which of them told you this.")
        if who not in people:
            raise Refused(
                f"The note is not about {who}: they told you as a relative, or tick them too."
            )
        return who
    if kind == SourceKind.RELATIVE:
        if who is not None:
            _check_people(case, [who], missing="")
        return who
    return None


def _check_moment(noun: str, happened_at: datetime) -> None:
    if sentence := not_yet(noun, happened_at, now=timezone.now()):
        raise Refused(sentence)


def _check_people(case: Case, people: list[Person], *, missing: str) -> None:
    if not people:
        raise Refused(missing)
    part = set(case.case_people.values_list("person_id", flat=True))
    for person in people:
        if person.pk not in part:
            raise Refused(f"{person} is not part of {case.reference}: add them to the case first.")


def _check_newest(note: CaseNote) -> None:
    newer = CaseNote.objects.filter(corrects=note).select_related("recorded_by").first()
    if newer is not None:
        day = plain(timezone.localdate(newer.recorded_at))
        raise Refused(
            f"{newer.recorded_by} corrected this note on {day}, as {newer.reference}. What you typed is "
            "still here: read the newer version, and correct that one if it is still wrong."
        )


def _make_note(
    *, case: Case, words: dict[str, Any], people: list[Person], token: UUID | None, by: User
) -> CaseNote:
    note = CaseNote.objects.create(case=case, token=token, recorded_by=by, **words)
    NotePerson.objects.bulk_create(NotePerson(note=note, person=person) for person in people)
    return note


def _sent_before[Kept: (CaseNote, Contact, Decision)](
    model: type[Kept],
    token: UUID | None,
    *,
    case: Case,
    words: dict[str, Any],
    people: list[Person] | None,
    by: User,
) -> Kept | None:
    """The entry that the same form has made already, if it has; SavedAlready if it said other words."""
    if token is None:
        return None
    before = model.objects.filter(token=token).first()
    if before is None:
        return None
    if (
        before.case_id == case.pk
        and before.recorded_by_id == by.pk
        and _same(before, words, people)
    ):
        return before
    raise SavedAlready(
        f"This form was saved before, as {before.reference}, and now says something else. Press the "
        "button again to save what stands here as another entry."
    )


def _same(entry: models.Model, words: dict[str, Any], people: list[Person] | None) -> bool:
    """Whether `entry` holds exactly these words about these people."""
    if any(getattr(entry, name) != value for name, value in words.items()):
        return False
    if people is None:
        return True
    about = set(entry.people.values_list("pk", flat=True))  # type: ignore[attr-defined]
    return about == {person.pk for person in people}
