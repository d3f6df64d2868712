"""Contracts with their numbers, and what pays for a case."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit.door import NotNow, NotYours, show
from audit.looks import Look
from cases.models import Case, Contact, Service
from cases.permissions import cases_of, services_of
from cases.queries.cases import PAGE_LENGTH, as_rows, listed, open_case
from cases.queries.purposes import for_task
from cases.restricted import usable_cases, usable_entries
from cases.workflow import CaseStatus
from funding.counting import Count, Totals, reckon, totals
from funding.eligibility import Eligibility, districts_of, eligibility, where_they_live
from funding.models import CaseFunding, Contract
from funding.permissions import contracts_of, manages_contracts, may_fund
from funding.quarters import Quarter, latest

QUARTERS = 4
LATEST = 20  # contacts


@dataclass(frozen=True, slots=True)
class ContractReport:
    """A contract, its numbers in one quarter step by step, and in the quarters before."""

    contract: Contract
    quarter: Quarter
    counts: tuple[Count, ...]
    trend: list[tuple[Quarter, Totals]]
    without_contract: int
    outside: int
    without_postcode: int


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """What pays for a case and for its latest contacts, and what could."""

    case: Case
    paid: list[CaseFunding]
    offers: list[tuple[Contract, Eligibility]]
    contacts: list[Contact]
    can_change: bool


def list_contracts(*, look: Look) -> list[Contract]:
    """The contracts of the services that `look.by` manages; NotNow (403, logged) for everybody else."""
    _check(look)
    show(look, [])
    return list(contracts_of(look.by).select_related("funder", "service"))


def begin_contract(*, look: Look) -> list[Service]:
    """The services for which `look.by` may add a contract; NotNow (403, logged) for everybody else."""
    _check(look)
    show(look, [])
    return list(services_of(look.by))


def open_contract(reference: str, quarter: Quarter, *, look: Look) -> ContractReport:
    """A contract with its numbers; no client is named, and so nobody's look is written down.

    NotYours (404, logged) if it does not exist for `look.by`.
    """
    contract = _contract(reference, look)
    show(look, [])
    elsewhere = _outside(contract, on=timezone.localdate()).values()
    return ContractReport(
        contract=contract,
        quarter=quarter,
        counts=reckon(contract, quarter),
        trend=[(one, totals(contract, one)) for one in latest(quarter, QUARTERS)],
        without_contract=_unpaid(contract.service).count(),
        outside=sum(one.is_inside is False for one in elsewhere),
        without_postcode=sum(one.is_inside is None for one in elsewhere),
    )


def begin_change(reference: str, *, look: Look) -> Contract:
    """A contract to be changed; errors as `open_contract`."""
    contract = _contract(reference, look)
    show(look, [])
    return contract


def list_unpaid(reference: str, *, look: Look, page: int | str = 1) -> tuple[Contract, Page]:
    """One page of the open cases of a contract's service that no contract pays for; one entry a row.

    Errors as `open_contract`.
    """
    contract = _contract(reference, look)
    unpaid = _unpaid(contract.service).filter(pk__in=cases_of(look.by))
    rows = Paginator(as_rows(unpaid).order_by("opened_on", "pk"), PAGE_LENGTH).get_page(page)
    show(for_task(look, {contract.service_id}), listed(rows))
    return contract, rows


def list_outside(
    reference: str, *, look: Look, page: int | str = 1
) -> tuple[Contract, Page, list[tuple[Case, Eligibility]]]:
    """One page of the open cases that a contract pays for and whose family lives outside its area, or has no
    postcode: its rows with the sentence that says which, and one entry each. Errors as `open_contract`.
    """
    contract = _contract(reference, look)
    outside = _outside(contract, on=timezone.localdate())
    known = set(cases_of(look.by).filter(pk__in=outside).values_list("pk", flat=True))
    mine = [case for case in outside if case in known]
    numbers = Paginator(mine, PAGE_LENGTH).get_page(page)
    cases = {case.pk: case for case in as_rows(Case.objects.filter(pk__in=numbers.object_list))}
    show(for_task(look, {contract.service_id}), listed(cases.values()))
    return contract, numbers, [(cases[case], outside[case]) for case in numbers.object_list]


def _contract(reference: str, look: Look) -> Contract:
    found = contracts_of(look.by).filter(reference=reference).select_related("funder", "service")
    contract: Contract | None = found.first()
    if contract is None:
        raise NotYours(
            "No contract with this reference.",
            look=look,
            record=Contract,
            values={"reference": reference},
        )
    return contract


def open_case_money(reference: str, *, look: Look, to_change: bool = False) -> CaseMoney:
    """What pays for a case; errors as `cases.queries.cases.open_case`.

    `to_change` for whoever says which contract does: NotNow (403, logged) for a role that does not.
    """
    case = open_case(reference, look=look, may=may_fund if to_change else None)
    today = timezone.localdate()
    paid = list(CaseFunding.objects.filter(case=case).select_related("contract__funder"))
    contacts = (
        usable_entries(Contact.objects.filter(case=case, corrected_by=None), by=look.by)
        .select_related("funding__contract__funder")
        .fetch_mode(models.FETCH_RAISE)
    )
    taken = {one.contract_id for one in paid if one.until is None}
    return CaseMoney(
        case=case,
        paid=paid,
        offers=[
            (one, eligibility(one, case, on=today))
            for one in running(case.service, on=today)
            if one.pk not in taken
        ],
        contacts=list(contacts[:LATEST]),
        can_change=may_fund(look.by, case),
    )


def open_contact_money(reference: str, *, look: Look) -> tuple[Contact, list[Contract]]:
    """A contact and the contracts that could pay for it; NotYours (404, logged) unless its case exists."""
    asked = Contact.objects.filter(reference=reference, corrected_by=None)
    contact = usable_entries(asked, by=look.by).first()
    if contact is None:
        raise NotYours(
            "No contact with this reference.",
            look=look,
            record=Contact,
            values={"reference": reference},
        )
    case = Case.objects.get(pk=contact.case_id)
    opened = open_case(case.reference, look=look, may=may_fund)
    contact.case = opened
    day = timezone.localdate(contact.happened_at)
    return contact, running(opened.service, on=day)


def running(service: Service, *, on: date) -> list[Contract]:
    """The contracts of a service that run on the day `on`."""
    found = service.contracts.filter(starts_on__lte=on, ends_on__gte=on)
    return list(found.select_related("funder"))


def _unpaid(service: Service) -> QuerySet[Case]:
    paid = CaseFunding.objects.filter(case=OuterRef("pk"), until=None)
    cases = Case.objects.filter(~Exists(paid), service=service, status=CaseStatus.OPEN)
    return usable_cases(cases, by=None)


def _outside(contract: Contract, *, on: date) -> dict[int, Eligibility]:
    """The open cases that `contract` pays for, outside its area or without a postcode, the oldest first."""
    paid = CaseFunding.objects.filter(case=OuterRef("pk"), contract=contract, until=None)
    cases = usable_cases(Case.objects.filter(Exists(paid), status=CaseStatus.OPEN), by=None)
    numbers = list(cases.order_by("opened_on", "pk").values_list("pk", flat=True))
    homes = districts_of(numbers, on=on)
    found = {case: where_they_live(contract, homes[case]) for case in numbers}
    return {case: one for case, one in found.items() if not one.is_inside}


def _check(look: Look) -> None:
    if not manages_contracts(look.by):
        raise NotNow("Your role sees no contracts.", look=look, record=Contract)
