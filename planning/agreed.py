"""Of whom a use with names may be made today: those who said yes to it, and are not restricted."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from cases.models import Person
from cases.permissions import people_of
from consent.models import Consent
from consent.purposes import Purpose
from consent.queries.record import in_force_on, stands
from planning.models import IdentifiedUse


def agreed(people: Iterable[int], *, on: date) -> set[int]:
    """Those of `people` who said yes to planning or research with their names by ourselves, and still do."""
    said_yes = Consent.objects.filter(
        in_force_on(on),
        stands(on),
        purpose=Purpose.RESEARCH,
        agency=None,
        person__in=list(people),
    )
    return set(said_yes.order_by().values_list("person", flat=True).distinct())


def usable_today(use: IdentifiedUse, *, on: date, by: User) -> list[Person]:
    """The people of `use` who exist for `by`, are not restricted, and whose yes still stands."""
    used = use.used.order_by().values("person")
    people = list(people_of(by, among=Person.objects.filter(pk__in=used)).order_by("pk"))
    if not use.by_consent:
        return people
    yes = agreed((one.pk for one in people), on=on)
    return [one for one in people if one.pk in yes]
