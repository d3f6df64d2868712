"""Adding contracts, and saying which one pays for a case or a contact (features.md P43)."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Case, Contact, Service
from cases.permissions import services_of
from core.dates import plain
from core.errors import Refused
from funding.eligibility import eligibility
from funding.models import CaseFunding, ContactFunding, Contract, Funder

DISTRICT = re.compile(r"^[A-Z]{1,2}[0-9][0-9A-Z]?$")


@transaction.atomic
def add_contract(
    *,
    funder: str,
    service: Service,
    name: str,
    starts_on: date,
    ends_on: date,
    districts: Iterable[str] = (),
    target_people: int | None = None,
    target_families: int | None = None,
    target_contacts: int | None = None,
    by: User,
) -> Contract:
    """A new contract of a service; a funder that is new is added by its name.

    Refused for a service that is not theirs, for an end before the beginning, and for a district that is
    none.
    """
    funder, name = " ".join(funder.split()), " ".join(name.split())
    if not funder or not name:
        raise Refused("Write who pays and what the contract is called.")
    _check_service(service, by)
    if ends_on < starts_on:
        raise Refused("A contract ends on the day it begins or later.")
    areas = _areas(districts)
    payer = Funder.objects.filter(name__iexact=funder).first()
    same = Contract.objects.filter(funder=payer, service=service, name__iexact=name)
    if payer is not None and same.exists():
        raise Refused(f"{payer} has a contract called “{name}” for {service} already.")
    record(
        Verb.CONTRACT_ADDED,
        by=by,
        action=Action.CREATE,
        record=Contract,
        purpose=Purpose.MANAGEMENT,
    )
    payer = payer or Funder.objects.create(name=funder, recorded_by=by)
    contract = Contract.objects.create(
        funder=payer,
        service=service,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        districts=areas,
        target_people=target_people,
        target_families=target_families,
        target_contacts=target_contacts,
        recorded_by=by,
    )
    contract.refresh_from_db()
    return contract


@transaction.atomic
def change_contract(
    *,
    contract: Contract,
    name: str,
    ends_on: date,
    districts: Iterable[str] = (),
    target_people: int | None = None,
    target_families: int | None = None,
    target_contacts: int | None = None,
    by: User,
) -> Contract:
    """What was agreed anew with the funder; the log keeps what stood before.

    Who pays, for which service and since when stay: that is another contract. Refused for a service that is
    not theirs, for an end before the beginning or before a day from which it pays for a case.
    """
    name = " ".join(name.split())
    if not name:
        raise Refused("Write what the contract is called.")
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    _check_service(contract.service, by)
    if ends_on < contract.starts_on:
        raise Refused("A contract ends on the day it begins or later.")
    if later := contract.fundings.filter(since__gt=ends_on).order_by("-since").first():
        raise Refused(
            f"It pays for a case from {plain(later.since)}. Choose that day or a later one as its end."
        )
    same = Contract.objects.filter(
        funder=contract.funder_id, service=contract.service_id, name__iexact=name
    )
    if same.exclude(pk=contract.pk).exists():
        raise Refused(f"This funder has a contract called “{name}” for the service already.")
    after: dict[str, Any] = {
        "name": name,
        "ends_on": ends_on,
        "districts": _areas(districts),
        "target_people": target_people,
        "target_families": target_families,
        "target_contacts": target_contacts,
    }
    before = {field: getattr(contract, field) for field in after}
    record(
        Verb.CONTRACT_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=contract,
        purpose=Purpose.MANAGEMENT,
        values={"old": before, "new": after},
    )
    Contract.objects.filter(pk=contract.pk).update(**after)
    contract.refresh_from_db()
    return contract


def _check_service(service: Service, by: User) -> None:
    if not services_of(by).filter(pk=service.pk).exists():
        raise Refused("Choose a service of yours.")


def _areas(districts: Iterable[str]) -> list[str]:
    """Postcode districts in capitals, each once; Refused for one that is none."""
    areas = sorted({one.strip().upper() for one in districts if one.strip()})
    for area in areas:
        if not DISTRICT.match(area):
            raise Refused(
                f"“{area}” is no postcode district. Write the part before the space: PR8."
            )
    return areas


@transaction.atomic
def fund_case(
    *, case: Case, contract: Contract, since: date, why_outside: str = "", on: date, by: User
) -> CaseFunding:
    """`contract` pays for `case`, and by that for its contacts, from the day `since`; `on` is today.

    Where the family lives outside the area, or nobody knows, it needs the reason. Refused for a contract
    of another service, for days on which it does not run, and the second time.
    """
    why_outside = why_outside.strip()
    Case.objects.select_for_update(no_key=True).values_list("pk").get(pk=case.pk)
    if contract.service_id != case.service_id:
        raise Refused(f"{contract.name} pays for another service.")
    if since > on:
        raise Refused(f"{plain(since)} has not come yet. Choose today or an earlier day.")
    if not contract.starts_on <= since <= contract.ends_on:
        raise Refused(
            f"{contract.name} runs from {plain(contract.starts_on)} until {plain(contract.ends_on)}."
        )
    if CaseFunding.objects.filter(case=case, contract=contract, until=None).exists():
        raise Refused(f"{contract.name} pays for {case.reference} already.")
    found = eligibility(contract, case, on=since)
    if found.is_inside is not True and not why_outside:
        raise Refused(f"{found.sentence} Say why the contract pays all the same.")
    record(
        Verb.CASE_FUNDED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=list(case.case_people.values_list("person_id", flat=True)),
    )
    return CaseFunding.objects.create(
        case=case, contract=contract, since=since, why_outside=why_outside, recorded_by=by
    )


@transaction.atomic
def end_funding(*, case: Case, contract: Contract, by: User) -> CaseFunding:
    """The contract pays for the case until today. Refused where it does not pay for it."""
    paid = (
        CaseFunding.objects.select_for_update(no_key=True)
        .filter(case=case, contract=contract, until=None)
        .first()
    )
    if paid is None:
        raise Refused(f"{contract.name} does not pay for {case.reference}. Look again.")
    record(
        Verb.CASE_FUNDING_ENDED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=list(case.case_people.values_list("person_id", flat=True)),
    )
    now = timezone.now()
    paid.until, paid.ended_at, paid.ended_by = timezone.localdate(now), now, by
    paid.save(update_fields=["until", "ended_at", "ended_by"])
    return paid


@transaction.atomic
def fund_contact(*, contact: Contact, contract: Contract | None, by: User) -> ContactFunding | None:
    """One contact counts for `contract` instead of that of its case; with None, for that of its case again."""
    Case.objects.select_for_update(no_key=True).values_list("pk").get(pk=contact.case_id)
    if contract is not None and contract.service_id != contact.case.service_id:
        raise Refused(f"{contract.name} pays for another service.")
    record(
        Verb.CONTACT_FUNDED,
        by=by,
        action=Action.UPDATE,
        record=contact,
        people=list(contact.contact_people.values_list("person_id", flat=True)),
    )
    ContactFunding.objects.filter(contact=contact).delete()
    if contract is None:
        return None
    return ContactFunding.objects.create(contact=contact, contract=contract, recorded_by=by)
