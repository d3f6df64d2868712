"""Who lives with whom on a day, read from addresses over time (features.md P1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from audit.door import Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Address, Person
from cases.normal import place_key
from cases.permissions import can_see_confidential, people_of
from cases.queries.people import PersonRecord, gather
from cases.queries.purposes import for_task


@dataclass(frozen=True, slots=True)
class Home:
    """One home of somebody on a day, and who else lives there then."""

    address: Address
    others: list[Person]


@dataclass(frozen=True, slots=True)
class Household:
    """Where somebody lives on the day `on`, and with whom.

    `hides_homes` says that there is a home which the reader's role does not need.
    """

    record: PersonRecord
    on: date
    homes: list[Home]
    hides_homes: bool


def open_household(reference: str, *, look: Look, on: date) -> Household:
    """Open who lives with the person of `reference` on the day `on`; errors as `open_person`.

    Only people who exist for `look.by`; a confidential address counts for whoever may see it, and
    joins nobody for anybody else. The entry names everybody shown.
    """
    user = look.by
    found = gather(reference, look=look, may=None)
    secret = can_see_confidential(user)
    mine = list(_homes(on).filter(person=found.person))
    seen = [one for one in mine if secret or not one.is_confidential]
    postcodes = {one.postcode for one in seen}
    neighbours = _homes(on).filter(postcode__in=postcodes).exclude(person=found.person)
    if not secret:
        neighbours = neighbours.filter(is_confidential=False)
    existing = people_of(user, among=Person.objects.filter(addresses__postcode__in=postcodes))
    by_home: dict[str, dict[int, Person]] = {}
    for one in neighbours.filter(person__in=existing.values("pk")).select_related("person"):
        by_home.setdefault(_key(one), {})[one.person_id] = one.person
    homes = [Home(one, list(by_home.get(_key(one), {}).values())) for one in seen]
    named = {found.person.pk} | found.alerts.people
    named |= {other.pk for home in homes for other in home.others}
    services = {case.service_id for case in found.cases}
    show(for_task(look, services), [Shown(Verb.HOUSEHOLD_READ, found.person, named)])
    return Household(record=found, on=on, homes=homes, hides_homes=len(seen) < len(mine))


def _homes(on: date) -> QuerySet[Address]:
    """Homes on the day `on`; the last day somewhere still counts."""
    return Address.objects.filter(
        Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on), kind=Address.Kind.HOME
    )


def _key(address: Address) -> str:
    return place_key(address.lines, address.postcode)
