"""Mistakes with personal data: reported by anybody, assessed, told of, learnt from (UK GDPR Art 33, 34)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person
from core.errors import Refused
from core.workflow import make
from sar.complaint_workflow import BREACH_MOVES, BreachMove
from sar.desk_permissions import breach_workers
from sar.models import Breach, BreachPerson
from sar.rules import saved_before

NOT_YET = "That moment has not come yet."
AFTER_WE_KNEW = "Give the moment at which the regulator was told: after we knew, and not ahead."
TOLD_AFTER_WE_KNEW = "Give the day on which they were told: after we knew, and not ahead."


@transaction.atomic
def report(
    *,
    what: str,
    aware: datetime | None = None,
    people: Iterable[Person] = (),
    token: UUID | None = None,
    by: User,
) -> Breach:
    """Report a mistake: the 72 hours run from `aware`, now if nothing is said. Told of at once.

    A form sent twice is one mistake, also where both come at the same moment.
    """
    if before := saved_before(Breach, token, what=what.strip()):
        return before
    now = timezone.now()
    aware = aware or now
    if not what.strip():
        raise Refused("Say what happened, in a sentence or two.")
    if aware > now:
        raise Refused(NOT_YET)
    chosen = list(people)
    _record(Verb.BREACH_REPORTED, Breach, chosen, by=by, action=Action.CREATE)
    made = Breach.objects.create(
        what=what.strip(), aware=aware, token=token, recorded_by=by, recorded_at=timezone.now()
    )
    BreachPerson.objects.bulk_create(
        BreachPerson(breach=made, person=person, recorded_by=by) for person in chosen
    )
    made.refresh_from_db()
    tell(
        who=breach_workers(),
        sentence=f"A mistake with personal data was reported: {made.reference}. The 72 hours run.",
        link=made.get_absolute_url(),
        by=by,
    )
    return made


@transaction.atomic
def assess(*, breach: Breach, risk: str, risk_because: str, by: User) -> None:
    """Decide how great the risk is, and why; it may be decided again while the breach is open."""
    if not (risk and risk_because.strip()):
        raise Refused("Decide the risk, and say why it is that.")
    _record(Verb.BREACH_ASSESSED, breach, breach.people.all(), by=by)
    make(
        breach,
        BREACH_MOVES[BreachMove.ASSESS],
        risk=risk,
        risk_because=risk_because.strip(),
        decided_at=timezone.now(),
        decided_by=by,
    )


@transaction.atomic
def tell_regulator(
    *,
    breach: Breach,
    regulator_told: datetime,
    regulator_case: str = "",
    late_because: str = "",
    by: User,
) -> None:
    """Write down that the regulator was told; after 72 hours with the reason (Art 33(1))."""
    if regulator_told > timezone.now() or regulator_told < breach.aware:
        raise Refused(AFTER_WE_KNEW)
    if regulator_told > breach.tell_by and not late_because.strip():
        raise Refused("It was told after 72 hours: say why (UK GDPR Art 33(1)).")
    _record(Verb.BREACH_REGULATOR_TOLD, breach, breach.people.all(), by=by)
    Breach.objects.filter(pk=breach.pk).update(
        regulator_told=regulator_told,
        regulator_case=regulator_case.strip(),
        late_because=late_because.strip() if regulator_told > breach.tell_by else "",
    )
    breach.refresh_from_db()


@transaction.atomic
def tell_people(
    *, breach: Breach, people_told_how: str, people_told_on: date | None = None, by: User
) -> None:
    """Write down how the people were told, or why they were not (Art 34)."""
    if not people_told_how.strip():
        raise Refused("Say how they were told, or why they were not.")
    aware = timezone.localdate(breach.aware)
    if people_told_on is not None and not aware <= people_told_on <= timezone.localdate():
        raise Refused(TOLD_AFTER_WE_KNEW)
    _record(Verb.BREACH_PEOPLE_TOLD, breach, breach.people.all(), by=by)
    Breach.objects.filter(pk=breach.pk).update(
        people_told_how=people_told_how.strip(), people_told_on=people_told_on
    )
    breach.refresh_from_db()


@transaction.atomic
def close_breach(*, breach: Breach, remedy: str, lessons: str, by: User) -> None:
    """Close it, with what was done and what we learn; refused before everybody was told who must be."""
    if not (remedy.strip() and lessons.strip()):
        raise Refused("Write down what was done about it, and what we learn from it.")
    if breach.risk in (Breach.Risk.RISK, Breach.Risk.HIGH) and breach.regulator_told is None:
        raise Refused("There is a risk: the regulator is told first (UK GDPR Art 33).")
    if breach.risk == Breach.Risk.HIGH and not breach.people_told_how:
        raise Refused("The risk is high: the people are told first (UK GDPR Art 34).")
    _record(Verb.BREACH_CLOSED, breach, breach.people.all(), by=by)
    make(
        breach,
        BREACH_MOVES[BreachMove.CLOSE],
        remedy=remedy.strip(),
        lessons=lessons.strip(),
        closed_at=timezone.now(),
        closed_by=by,
    )


def _record(
    verb: Verb,
    on: Breach | type[Breach],
    people: Iterable[Person],
    *,
    by: User,
    action: Action = Action.UPDATE,
) -> None:
    record(
        verb, by=by, action=action, record=on, people=people, purpose=Purpose.CORRECTING_AN_ERROR
    )
