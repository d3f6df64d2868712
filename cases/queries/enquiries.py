"""Enquiries: the list, and opening one."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import CasePerson, Enquiry, Person, ReferralPerson, Service
from cases.permissions import can_take_referral, enquiries_of, people_of, services_of
from cases.queries.purposes import for_task
from core.errors import Refused

PAGE_LENGTH = 30  # rows


@dataclass(frozen=True, slots=True)
class EnquiryRecord:
    """An enquiry, and the person it is about if they exist for the reader."""

    enquiry: Enquiry
    person: Person | None


@dataclass(frozen=True, slots=True)
class Enquiries:
    """One page of enquiries, and the services by which the list can be narrowed."""

    page: Page
    services: list[Service]


def list_enquiries(*, look: Look, page: int | str = 1, service: str = "") -> Enquiries:
    """One page of enquiries, the latest first; one entry for each.

    NotNow (403, logged) for a role that takes in none.
    """
    user: User = look.by
    _check_role(look)
    found = enquiries_of(user)
    services = list(services_of(user))
    if service in {one.slug for one in services}:
        found = found.filter(service__slug=service)
    rows: Page = Paginator(_whole(found), PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {one.service_id for one in rows if one.service_id}),
        [Shown(Verb.ENQUIRY_LISTED, one, people_in(one)) for one in rows],
    )
    return Enquiries(page=rows, services=services)


def open_enquiry(reference: str, *, look: Look) -> EnquiryRecord:
    """Open one enquiry; NotYours (404, logged) if it does not exist for `look.by`."""
    user: User = look.by
    enquiry = _whole(enquiries_of(user).filter(reference=reference)).first()
    if enquiry is None:
        there = Enquiry.objects.filter(reference=reference, person__isnull=False)
        raise NotYours(
            "No enquiry with this reference.",
            look=look,
            record=Enquiry,
            people=there.values_list("person", flat=True),
            values={"reference": reference},
        )
    services = [enquiry.service_id] if enquiry.service_id else []
    person = None
    if enquiry.person_id is not None:
        asked = Person.objects.filter(pk=enquiry.person_id)
        person = people_of(user, among=asked).first()
    show(for_task(look, services), [Shown(Verb.ENQUIRY_READ, enquiry, people_in(enquiry))])
    return EnquiryRecord(enquiry=enquiry, person=person)


def begin_enquiry(*, look: Look) -> None:
    """The page on which an enquiry is written down; NotNow (403, logged) for a role that takes in none."""
    _check_role(look)
    show(look, [])


def enquiry_to_turn(reference: str, *, look: Look) -> Enquiry | None:
    """The enquiry from which a referral or a case is made, opened; None where none is named.

    Refused where something has become of it already.
    """
    if not reference:
        return None
    enquiry = open_enquiry(reference, look=look).enquiry
    if enquiry.turned_at is not None:
        raise Refused(f"{enquiry.reference} has become {enquiry.referral or enquiry.case} already.")
    return enquiry


def people_in(enquiry: Enquiry) -> set[int]:
    """Whom an enquiry is about: the person, and everybody of what became of it."""
    people = {enquiry.person_id} if enquiry.person_id else set()
    if enquiry.referral:
        people |= {one.person_id for one in enquiry.referral.referral_people.all()}
    if enquiry.case:
        people |= {one.person_id for one in enquiry.case.case_people.all()}
    return people


def _check_role(look: Look) -> None:
    if not can_take_referral(look.by):
        raise NotNow("Your role does not work with enquiries.", look=look, record=Enquiry)


def _whole(enquiries: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    return (
        enquiries.select_related("service", "referral", "case", "recorded_by", "turned_by")
        .prefetch_related(
            Prefetch("referral__referral_people", ReferralPerson.objects.all()),
            Prefetch("case__case_people", CasePerson.objects.all()),
        )
        .fetch_mode(models.FETCH_RAISE)
    )
