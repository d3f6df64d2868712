"""What is counted for a contract in a quarter, and why it is that number and no other.

A contact counts when it took place in the quarter and its own contract, or else that of its case on that
day, is the one asked for. A person and a family count once however often they came. Numbers only: nothing
here hands over a record.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, CasePerson, Contact, ContactPerson
from cases.restricted import usable, usable_cases, usable_entries
from funding.models import CaseFunding, ContactFunding, Contract
from funding.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the reckoning: what is added or taken away."""

    words: str
    number: int


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted, how many were agreed, and the steps that lead there."""

    words: str
    number: int
    target: int | None
    steps: tuple[Step, ...]

    @property
    def adds_up(self) -> bool:
        return sum(step.number for step in self.steps) == self.number


@dataclass(frozen=True, slots=True)
class Totals:
    """The three numbers of a quarter."""

    people: int
    families: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Who and what counts for a contract in a quarter, by number: for other counting, never for showing."""

    people: set[int]
    families: set[int]
    contacts: set[int]


def counted_for(contract: Contract, quarter: Quarter) -> Counted:
    """The people, cases and contacts that `totals` counts."""
    counted = _counted(contract, quarter)
    return Counted(_people_at(counted), _cases_of(counted), _numbers(counted, "pk"))


def totals(contract: Contract, quarter: Quarter) -> Totals:
    """How many people, families and contacts count for `contract` in `quarter`."""
    counted = _counted(contract, quarter)
    return Totals(
        people=len(_people_at(counted)),
        families=len(_cases_of(counted)),
        contacts=counted.count(),
    )


def reckon(contract: Contract, quarter: Quarter) -> tuple[Count, ...]:
    """The three numbers, each with its steps: why it is 12 and not 14."""
    counted = _counted(contract, quarter)
    return (
        _reckon_people(contract, quarter, counted),
        _reckon_families(contract, quarter, counted),
        _reckon_contacts(contract, quarter, counted),
    )


def _reckon_people(contract: Contract, quarter: Quarter, counted: QuerySet[Contact]) -> Count:
    came = _people_at(counted)
    cases = _cases_in(contract, quarter)
    belong = _numbers(usable(CasePerson.objects.filter(case__in=cases), by=None), "person")
    return Count(
        words="People",
        number=len(came),
        target=contract.target_people,
        steps=(
            Step("People in the cases of this contract", len(belong)),
            Step("of them without a contact that counts in this quarter", -len(belong - came)),
            Step("People at its contacts who are in none of its cases", len(came - belong)),
        ),
    )


def _reckon_families(contract: Contract, quarter: Quarter, counted: QuerySet[Contact]) -> Count:
    came = _cases_of(counted)
    linked = set(_cases_in(contract, quarter).values_list("pk", flat=True))
    return Count(
        words="Families (cases)",
        number=len(came),
        target=contract.target_families,
        steps=(
            Step("Cases of this contract", len(linked)),
            Step("of them without a contact that counts in this quarter", -len(linked - came)),
            Step("Cases of other contracts with a contact that counts here", len(came - linked)),
        ),
    )


def _reckon_contacts(contract: Contract, quarter: Quarter, counted: QuerySet[Contact]) -> Count:
    dated = _dated(quarter).filter(_of_its_cases(contract))
    took_place = dated.filter(outcome=Contact.Outcome.ATTENDED)
    elsewhere = took_place.filter(_overridden(), ~_overridden(contract))
    brought = counted.filter(~_of_its_cases(contract))
    return Count(
        words="Contacts",
        number=counted.count(),
        target=contract.target_contacts,
        steps=(
            Step("Contacts written down in the cases of this contract", dated.count()),
            Step("of them did not take place", took_place.count() - dated.count()),
            Step("of them counted for another contract", -elsewhere.count()),
            Step("Contacts of other cases counted for this contract", brought.count()),
        ),
    )


def _dated(quarter: Quarter) -> QuerySet[Contact]:
    """The newest versions of contacts of the quarter."""
    contacts = usable_entries(Contact.objects.all(), by=None)
    return contacts.filter(
        corrected_by=None, happened_at__date__range=(quarter.first, quarter.last)
    ).order_by()


def _counted(contract: Contract, quarter: Quarter) -> QuerySet[Contact]:
    took_place = _dated(quarter).filter(outcome=Contact.Outcome.ATTENDED)
    return took_place.filter(
        Q(_overridden(contract)) | (Q(_of_its_cases(contract)) & ~Q(_overridden()))
    )


def _of_its_cases(contract: Contract) -> Exists:
    day = OuterRef("happened_at__date")
    paid = CaseFunding.objects.filter(case=OuterRef("case"), contract=contract, since__lte=day)
    return Exists(paid.filter(Q(until=None) | Q(until__gte=day)))


def _overridden(contract: Contract | None = None) -> Exists:
    own = ContactFunding.objects.filter(contact=OuterRef("pk"))
    return Exists(own if contract is None else own.filter(contract=contract))


def _cases_in(contract: Contract, quarter: Quarter) -> QuerySet[Case]:
    """The cases that the contract paid for on any day of the quarter."""
    paid = CaseFunding.objects.filter(
        Q(until=None) | Q(until__gte=quarter.first),
        case=OuterRef("pk"),
        contract=contract,
        since__lte=quarter.last,
    )
    return usable_cases(Case.objects.filter(Exists(paid)), by=None).order_by()


def _people_at(contacts: QuerySet[Contact]) -> set[int]:
    came = ContactPerson.objects.filter(contact__in=contacts)
    return _numbers(usable(came, by=None), "person")


def _cases_of(contacts: QuerySet[Contact]) -> set[int]:
    return _numbers(contacts, "case")


def _numbers(rows: QuerySet, field: str) -> set[int]:
    found: Iterable[int] = rows.order_by().values_list(field, flat=True).distinct()
    return set(found)
