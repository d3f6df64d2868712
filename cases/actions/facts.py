"""What is done to any fact about a person: it is written, it ends, it is put right, it is taken out.

What a fact said before and says now goes into the entry; `cases.queries.changes` reads it from there.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.facts import check_order
from cases.models.person import AboutPerson
from core.database import next_number
from core.dates import plain
from core.errors import Refused

TECHNICAL = frozenset({"id", "name_sought", "value_sought", "recorded_at", "recorded_by"})


@transaction.atomic
def add_fact[Fact: AboutPerson](*, fact: Fact, verb: Verb, people: Iterable[int], by: User) -> Fact:
    """Write a new fact about `people`."""
    fact.pk = next_number(type(fact))
    fact.recorded_at, fact.recorded_by = timezone.now(), by
    record(verb, by=by, action=Action.CREATE, record=fact, people=people)
    fact.save(force_insert=True)
    return fact


@transaction.atomic
def end_fact[Fact: AboutPerson](
    *, fact: Fact, verb: Verb, people: Iterable[int], until: date, on: date, by: User
) -> Fact:
    """It is so until the day `until`, which is today, `on`, or over. The fact stays in the record."""
    if until > on:
        raise Refused(f"{plain(until)} has not come yet. Write the end down once it has come.")
    check_order(fact.since, until)
    record(verb, by=by, action=Action.UPDATE, record=fact, people=people, values={"until": until})
    rows: models.QuerySet = type(fact)._base_manager.filter(pk=fact.pk, until=None)
    if rows.update(until=until) != 1:
        raise Refused("This has ended already. Somebody may have written it down: look again.")
    fact.refresh_from_db()
    return fact


@transaction.atomic
def correct_fact[Fact: AboutPerson](
    *,
    fact: Fact,
    verb: Verb,
    people: Iterable[int],
    after: Mapping[str, Any],
    reason: str = "",
    by: User,
) -> Fact:
    """It was written wrongly, and now says `after`. Refused if that says nothing else."""
    now = type(fact)._base_manager.select_for_update(no_key=True).get(pk=fact.pk)
    before = {name: getattr(now, name) for name in after if getattr(now, name) != after[name]}
    if not before:
        raise Refused("Nothing is different from what is written already.")
    shown = before.keys() - TECHNICAL
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=people,
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={
            "before": {name: _plain(before[name]) for name in shown},
            "after": {name: _plain(after[name]) for name in shown},
            "reason": reason,
        },
    )
    type(fact)._base_manager.filter(pk=fact.pk).update(**{name: after[name] for name in before})
    fact.refresh_from_db()
    return fact


@transaction.atomic
def take_out_fact(
    *, fact: AboutPerson, verb: Verb, people: Iterable[int], reason: str, by: User
) -> None:
    """It never was so: it is about somebody else, or was written twice. Only the log still says it."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it does not belong in this record.")
    fields = [field.name for field in fact._meta.concrete_fields if field.name not in TECHNICAL]
    said = {name: _plain(getattr(fact, name)) for name in fields}
    record(
        verb,
        by=by,
        action=Action.DELETE,
        record=fact,
        people=people,
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"before": said, "reason": reason},
    )
    try:
        gone, _ = type(fact)._base_manager.filter(pk=fact.pk).delete()
    except ProtectedError:
        raise Refused("Something else in the record rests on this. End it instead.") from None
    if not gone:
        raise Refused("Somebody has taken this out already: look again.")


def _plain(value: Any) -> Any:
    """A value as the log keeps it: of another record its words."""
    return str(value) if isinstance(value, models.Model) else value
