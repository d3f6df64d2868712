"""A record that was made by mistake goes again, while nothing hangs on it."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Case, Person
from cases.queries.cases import lock_case
from core.errors import Refused

MISTAKEN_FOR = timedelta(hours=24)
CLOSE_INSTEAD = "It is not empty any more: close the case, and say why."


@transaction.atomic
def void_person(*, person: Person, reason: str, by: User) -> None:
    """The record of `person` was made by mistake, for the reason given; the log keeps what it said.

    Only by whoever added them, within 24 hours, while nothing else rests on it: the database keeps
    all three (`cases_person_goes`, and every key that names a person).
    """
    reason = _check(person, reason, by)
    record(
        Verb.PERSON_VOIDED,
        by=by,
        action=Action.DELETE,
        record=person,
        people=[person],
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"before": person.basics, "reason": reason},
    )
    _let_go(
        Person.objects.filter(pk=person.pk),
        instead="Take that out first; if it is about somebody with two records, merge them instead.",
    )


@transaction.atomic
def void_case(*, case: Case, reason: str, by: User) -> Case:
    """`case` was opened by mistake, for the reason given; the log keeps what it said, and the people stay.

    Only by whoever opened it, within 24 hours, while it is empty: who is part of it and who works on it goes
    with it, anything else that rests on it refuses.
    """
    reason = _check(case, reason, by)
    lock_case(case)
    record(
        Verb.CASE_VOIDED,
        by=by,
        action=Action.DELETE,
        record=case,
        people=case.people.all(),
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"before": {"summary": case.summary, "opened_on": case.opened_on}, "reason": reason},
    )
    for part in (case.case_people, case.case_professionals, case.allocations):
        _let_go(part.all(), instead=CLOSE_INSTEAD)
    _let_go(Case.objects.filter(pk=case.pk), instead=CLOSE_INSTEAD)
    return case


def _check(mistaken: Person | Case, reason: str, by: User) -> str:
    """The reason, where `by` may void what they made a moment ago; Refused otherwise."""
    if not reason.strip():
        raise Refused("Say why the record should not be there.")
    if mistaken.recorded_by_id != by.pk:
        raise Refused("Only whoever added a record can void it.")
    if timezone.now() - mistaken.recorded_at >= MISTAKEN_FOR:
        raise Refused("It is there for more than 24 hours. Ask the Data Protection Officer.")
    return reason.strip()


def _let_go(rows: QuerySet[Any], *, instead: str) -> None:
    try:
        rows.delete()
    except ProtectedError as error:
        rests = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise Refused(f"Something rests on this record: {', '.join(rests)}. {instead}") from None
