"""Counting what each contract with a funder was counted in a quarter, and what none was.

Like `planning.counting`, for `planning.figures` only, which hides what would show somebody. Which contact,
person and case a contract counts is `funding.counting`'s to say; here it is put beside everything that its
service counts, so that the parts are the whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from cases.models import Case, Contact, ContactPerson, Service
from funding.counting import Counted, counted_for
from funding.eligibility import districts_of, where_they_live
from funding.models import Contract
from funding.quarters import Quarter
from planning.counted import counted
from planning.paid import AREA, Agreed, PaidCounts, by

IN_WORDS = {True: AREA[0], False: AREA[1], None: AREA[2]}


def count_paid(quarter: Quarter) -> tuple[PaidCounts, ...]:
    """Every service with a contract that ran in `quarter`."""
    running = Contract.objects.filter(starts_on__lte=quarter.last, ends_on__gte=quarter.first)
    services = Service.objects.filter(contracts__in=running).distinct().order_by("name")
    return tuple(
        _of_service(
            service,
            list(running.filter(service=service).select_related("funder").order_by("pk")),
            quarter,
        )
        for service in services
    )


def _of_service(service: Service, contracts: Sequence[Contract], quarter: Quarter) -> PaidCounts:
    found = {one.reference: counted_for(one, quarter) for one in contracts}
    people, cases, contacts = _everything(service, quarter)
    families = _parts(cases, found, "families")
    alone: dict[str, set[int]] = defaultdict(set)
    for case, column in families.items():
        alone[column].add(case)
    return PaidCounts(
        service=service.name,
        agreed=tuple(map(agreed_of, contracts)),
        counts={
            "people": Counter(_parts(people, found, "people").values()),
            "families": Counter(families.values()),
            "contacts": Counter(_parts(contacts, found, "contacts").values()),
        },
        areas={one.reference: _areas(one, alone[one.reference], quarter) for one in contracts},
    )


def _everything(service: Service, quarter: Quarter) -> tuple[set[int], set[int], set[int]]:
    """Whom and what the service's own figures count: people, cases, and contacts that took place."""
    days = (quarter.first, quarter.last)
    took_place = counted(
        Contact.objects.filter(
            case__service=service,
            corrected_by=None,
            happened_at__date__range=days,
            outcome=Contact.Outcome.ATTENDED,
        )
    ).order_by()
    came = counted(ContactPerson.objects.filter(contact__in=took_place)).order_by()
    cases = counted(
        Case.objects.filter(
            Q(closed_at=None) | Q(closed_at__date__gte=quarter.first),
            service=service,
            opened_on__lte=quarter.last,
        )
    ).order_by()
    return (
        set(came.values_list("person", flat=True)),
        set(cases.values_list("pk", flat=True)),
        set(took_place.values_list("pk", flat=True)),
    )


def _parts(everything: Iterable[int], found: dict[str, Counted], what: str) -> dict[int, str]:
    """For each of `everything`, the part it belongs to: which contracts count it."""
    return {
        number: by([reference for reference, one in found.items() if number in getattr(one, what)])
        for number in everything
    }


def _areas(contract: Contract, families: set[int], quarter: Quarter) -> Counter[str]:
    on = min(quarter.last, contract.ends_on)
    districts = districts_of(families, on=on)
    return Counter(
        IN_WORDS[where_they_live(contract, districts[case]).is_inside] for case in families
    )


def agreed_of(contract: Contract) -> Agreed:
    """The contract as it stands now."""
    return Agreed(
        reference=contract.reference,
        name=contract.name,
        funder=str(contract.funder),
        starts_on=contract.starts_on.isoformat(),
        ends_on=contract.ends_on.isoformat(),
        districts=tuple(contract.districts),
        people=contract.target_people,
        families=contract.target_families,
        contacts=contract.target_contacts,
    )
