"""Planning and research with names: asked for by one, decided by another, ended (S11, S14)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person
from cases.permissions import people_of
from core.dates import add_months, plain
from core.errors import Refused
from core.workflow import make
from planning.agreed import agreed
from planning.models import IdentifiedUse, UsedPerson
from planning.permissions import deciders_of_uses
from planning.workflow import USE_MOVES, UseMove, UseStatus

LONGEST = 12  # months


@transaction.atomic
def ask_use(
    *,
    kind: str,
    what_for: str,
    who_sees: str,
    basis: str,
    law: str,
    parts: Sequence[str],
    ends_on: date,
    references: str,
    on: date,
    by: User,
) -> IdentifiedUse:
    """Ask to use what is recorded of some people with their names; whoever decides is told.

    `references` are those of the people; with none it is everybody known to `by` who said yes. Refused for
    anybody who did not, unless a law requires it; for longer than a year; and when it waits already.
    """
    if not on < ends_on <= add_months(on, LONGEST):
        raise Refused("Choose a last day after today and within a year.")
    if IdentifiedUse.objects.filter(
        recorded_by=by, status=UseStatus.ASKED, kind=kind, what_for=what_for.strip()
    ).exists():
        raise Refused("You have asked for this already, and it waits for a decision.")
    if basis == IdentifiedUse.Basis.LAW and not law.strip():
        raise Refused("Say which law or order requires it. That it would be allowed is not enough.")
    people = _people(references, by_consent=basis == IdentifiedUse.Basis.CONSENT, on=on, by=by)
    record(
        Verb.USE_ASKED,
        by=by,
        action=Action.CREATE,
        record=IdentifiedUse,
        people=people,
        purpose=Purpose.MANAGEMENT,
    )
    use = IdentifiedUse.objects.create(
        kind=kind,
        what_for=what_for.strip(),
        who_sees=who_sees.strip(),
        basis=basis,
        law=law.strip() if basis == IdentifiedUse.Basis.LAW else "",
        parts=list(parts),
        ends_on=ends_on,
        recorded_by=by,
    )
    UsedPerson.objects.bulk_create(
        UsedPerson(use=use, person=person, recorded_by=by) for person in people
    )
    use.refresh_from_db()
    tell(
        who=[user for user in deciders_of_uses() if user != by],
        sentence=f"{use} asks to use records with names and waits for your decision.",
        link=use.get_absolute_url(),
        by=by,
    )
    return use


@transaction.atomic
def decide_use(*, use: IdentifiedUse, decision: str, approve: bool, on: date, by: User) -> None:
    """Approve a use or refuse it, with the reason; whoever asked is told.

    Refused to whoever asked, and an approval where somebody's yes does not stand any more.
    """
    if use.recorded_by_id == by.pk:
        raise Refused("You asked for it: somebody else decides.")
    if not decision.strip():
        raise Refused("Say why it is decided so.")
    people = list(Person.objects.filter(used_with_name__use=use).order_by("pk"))
    if approve:
        if use.ends_on < on:
            raise Refused(f"It was asked for until {plain(use.ends_on)}: ask anew.")
        _refuse_without_yes(people, by_consent=use.by_consent, on=on)
    _record(Verb.USE_APPROVED if approve else Verb.USE_REFUSED, use, people, by)
    move = USE_MOVES[UseMove.APPROVE if approve else UseMove.REFUSE]
    make(use, move, decision=decision.strip(), decided_at=timezone.now(), decided_by=by)
    tell(
        who=[use.recorded_by],
        sentence=f"{use}: {use.get_status_display().lower()}.",
        link=use.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def end_use(*, use: IdentifiedUse, by: User) -> None:
    """It is not needed any more, or must stop: nothing is taken out from now on."""
    _record(Verb.USE_ENDED, use, Person.objects.filter(used_with_name__use=use), by)
    make(use, USE_MOVES[UseMove.END], ended_at=timezone.now(), ended_by=by)


def _people(references: str, *, by_consent: bool, on: date, by: User) -> list[Person]:
    mine = people_of(by)
    asked = list(dict.fromkeys(re.findall(r"[^\s,;]+", references.upper())))
    if not asked:
        if not by_consent:
            raise Refused("Name the people whom the law or order is about.")
        yes = agreed(mine.values_list("pk", flat=True), on=on)
        people = list(mine.filter(pk__in=yes).order_by("pk"))
    else:
        people = list(mine.filter(reference__in=asked).order_by("pk"))
        if missing := set(asked) - {str(one.reference) for one in people}:
            raise Refused(f"You know nobody with this number: {', '.join(sorted(missing))}.")
        _refuse_without_yes(people, by_consent=by_consent, on=on)
    if not people:
        raise Refused("Nobody whom you know has said yes to it.")
    return people


def _refuse_without_yes(people: Sequence[Person], *, by_consent: bool, on: date) -> None:
    if not by_consent:
        return
    yes = agreed((one.pk for one in people), on=on)
    without = [str(one.reference) for one in people if one.pk not in yes]
    if without:
        raise Refused(
            f"Without their yes to planning or research with their name: {', '.join(without)}. "
            "Ask them first, or leave them out."
        )


def _record(verb: Verb, use: IdentifiedUse, people: Iterable[Person], by: User) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=use,
        people=people,
        purpose=Purpose.MANAGEMENT,
    )
