"""A record that was made by mistake goes again, while nothing hangs on it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person
from core.errors import Refused

MISTAKEN_FOR = timedelta(hours=24)


@transaction.atomic
def void_person(*, person: Person, reason: str, by: User) -> None:
    """The record of `person` was made by mistake, for the reason given; the log keeps what it said.

    Only by whoever added them, within 24 hours, while nothing else rests on it: the database keeps
    all three (`cases_person_goes`, and every key that names a person).
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the record should not be there.")
    if person.recorded_by_id != by.pk:
        raise Refused("Only whoever added somebody can void the record.")
    if timezone.now() - person.recorded_at >= MISTAKEN_FOR:
        raise Refused("It is there for more than 24 hours. Ask the Data Protection Officer.")
    record(
        Verb.PERSON_VOIDED,
        by=by,
        action=Action.DELETE,
        record=person,
        people=[person],
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"before": person.basics, "reason": reason},
    )
    try:
        Person.objects.filter(pk=person.pk).delete()
    except ProtectedError as error:
        rests = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise Refused(
            f"Something rests on this record: {', '.join(rests)}. Take that out first; if it is about "
            "somebody with two records, merge them instead."
        ) from None
