"""Doors to uses with names: what was asked for, what was decided, and what may be taken out today."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Person
from cases.permissions import people_of
from planning.agreed import agreed, usable_today
from planning.models import IdentifiedUse
from planning.permissions import asks_for_uses, can_decide_use, can_end_use, can_take_use, uses_of


@dataclass(frozen=True, slots=True)
class OneUse:
    """A use, the people of it who exist for the reader with whether their yes stands, and what is to be done.

    `others` are so many whom the reader does not see: closed to them or restricted.
    """

    use: IdentifiedUse
    people: list[tuple[Person, bool]]
    others: int
    can_decide: bool
    can_take: bool
    can_end: bool


def list_uses(*, look: Look) -> list[IdentifiedUse]:
    """What `look.by` asked for, or everything for whoever decides; NotNow (403, logged) for other roles."""
    look = _check(look)
    show(look, [])
    return list(_uses(look).select_related("recorded_by", "decided_by"))


def begin_use(*, look: Look) -> None:
    """NotNow (403, logged) for a role that asks for no uses."""
    show(_check(look), [])


def open_use(reference: str, *, look: Look) -> OneUse:
    """One use with its people; NotYours (404, logged) if it does not exist for `look.by`."""
    use, look = _one(reference, look)
    today = timezone.localdate()
    used = set(use.used.order_by().values_list("person", flat=True))
    people = list(
        people_of(look.by, among=Person.objects.filter(pk__in=used)).order_by("family_name", "pk")
    )
    show(look, [Shown(Verb.USE_READ, use, people)])
    yes = agreed((one.pk for one in people), on=today)
    return OneUse(
        use=use,
        people=[(one, one.pk in yes) for one in people],
        others=len(used) - len(people),
        can_decide=can_decide_use(look.by, use),
        can_take=can_take_use(look.by, use, on=today),
        can_end=can_end_use(look.by, use),
    )


def begin_change(reference: str, *, look: Look) -> IdentifiedUse:
    """A use to be decided or ended; errors as `open_use`."""
    use, look = _one(reference, look)
    show(look, [])
    return use


def take_use(reference: str, *, look: Look) -> tuple[IdentifiedUse, list[Person]]:
    """A use with the people who go out today, each in the log.

    Errors as `open_use`; NotNow (403, logged) unless it is approved, its time is not over, and the reader
    asked for it.
    """
    use, look = _one(reference, look)
    today = timezone.localdate()
    if not can_take_use(look.by, use, on=today):
        raise NotNow(
            "Only whoever asked takes it out, while it is approved and until its last day.",
            look=look,
            record=use,
        )
    people = usable_today(use, on=today, by=look.by)
    show(look, [Shown(Verb.USE_TAKEN, use, people)])
    return use, people


def _one(reference: str, look: Look) -> tuple[IdentifiedUse, Look]:
    look = _check(look)
    use = _uses(look).filter(reference=reference).select_related("recorded_by").first()
    if use is None:
        raise NotYours(
            "No use with this reference.",
            look=look,
            record=IdentifiedUse,
            values={"reference": reference},
        )
    return use, look


def _uses(look: Look) -> QuerySet[IdentifiedUse]:
    return uses_of(look.by)


def _check(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not asks_for_uses(look.by):
        raise NotNow("Your role asks for no uses with names.", look=look, record=IdentifiedUse)
    return look
