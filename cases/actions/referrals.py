"""Taking in a referral: somebody asks one of our services to work with a family."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.people import add_person
from cases.actions.services import add_agency, add_professional
from cases.models import (
    Agency,
    CaseRole,
    Person,
    Professional,
    Referral,
    ReferralPerson,
    Service,
)
from cases.queries.referrals import taken_in_before
from core.database import next_number
from core.dates import plain
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody named in a referral whom the charity does not know yet."""

    given_names: str
    family_name: str
    date_of_birth: date | None
    birth_certainty: str


@dataclass(frozen=True, slots=True)
class NewProfessional:
    """Who wrote for an agency, where the charity does not know them yet."""

    name: str
    role: str


@transaction.atomic
def take_in(
    *,
    service: Service,
    came_from: str,
    agency: Agency | str | None = None,
    professional: Professional | NewProfessional | None = None,
    other_service: Service | None = None,
    received_on: date,
    how_received: str,
    reason: str,
    people: Iterable[tuple[Person | NewPerson, CaseRole]],
    on: date,
    by: User,
) -> Referral:
    """Somebody asks `service` to work with a family; `on` is today.

    An agency given by its name is looked up and, if it is new, added; so are new professionals and
    people, each with an entry of their own. Refused without people, in the future, for a service that
    takes nobody new, and where the same was taken in already (a form sent twice).
    """
    people = list(people)
    reason = reason.strip()
    # Two forms sent at once go one after the other.
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    _check_source(service, came_from, agency, other_service)
    _check_wish(service, received_on, reason, on)
    _check_people([person for person, _ in people])
    named_people = [person for person, _ in people]
    if earlier := taken_in_before(service, received_on, reason, named_people, by=by):
        raise Refused(f"You have taken in this referral already: it is {earlier.reference}.")
    organisation = _agency(agency, by) if came_from == Referral.From.AGENCY and agency else None
    who = _professional(professional, organisation, by) if organisation else None
    named = [(_known(person, on, by), role) for person, role in people]
    now = timezone.now()
    referral = Referral(
        pk=next_number(Referral),
        service=service,
        came_from=came_from,
        agency=organisation,
        professional=who,
        other_service=other_service if came_from == Referral.From.OTHER_SERVICE else None,
        received_on=received_on,
        how_received=how_received,
        reason=reason,
        recorded_at=now,
        recorded_by=by,
    )
    record(
        Verb.REFERRAL_RECEIVED,
        by=by,
        action=Action.CREATE,
        record=referral,
        people=[person for person, _ in named],
    )
    referral.save(force_insert=True)
    ReferralPerson.objects.bulk_create(
        ReferralPerson(referral=referral, person=person, role=role) for person, role in named
    )
    # The database has made the reference meanwhile.
    referral.refresh_from_db()
    return referral


def _check_source(
    service: Service, came_from: str, agency: Agency | str | None, other_service: Service | None
) -> None:
    if came_from == Referral.From.AGENCY and not agency:
        raise Refused("Say which agency refers.")
    if came_from == Referral.From.OTHER_SERVICE and other_service is None:
        raise Refused("Say which of our services refers.")
    if other_service == service:
        raise Refused(f"{service} does not refer to itself. Choose the service that refers.")


def _check_wish(service: Service, received_on: date, reason: str, on: date) -> None:
    if not service.is_open:
        raise Refused(f"{service} takes no new people at present. Choose another service.")
    if received_on > on:
        raise Refused(f"{plain(received_on)} has not come yet. A referral came today or earlier.")
    if not reason:
        raise Refused("Say why the family is referred.")


def _check_people(people: list[Person | NewPerson]) -> None:
    if not people:
        raise Refused("A referral is about somebody: name at least one person.")
    known = [person.pk for person in people if isinstance(person, Person)]
    if len(set(known)) != len(known):
        raise Refused("Somebody is named twice. Name each person once, with one role.")


def _agency(agency: Agency | str, by: User) -> Agency:
    if isinstance(agency, Agency):
        return agency.now
    same_name = Agency.objects.filter(name__iexact=" ".join(agency.split()))
    known = same_name.select_related("merged_into").first()
    return known.now if known else add_agency(name=agency, by=by)


def _professional(
    professional: Professional | NewProfessional | None, agency: Agency, by: User
) -> Professional | None:
    if isinstance(professional, NewProfessional):
        known = agency.professionals.filter(
            name__iexact=" ".join(professional.name.split()),
            role__iexact=" ".join(professional.role.split()),
        ).first()
        return known or add_professional(
            agency=agency, name=professional.name, role=professional.role, by=by
        )
    if professional is not None and professional.agency.number_now != agency.pk:
        raise Refused(f"{professional.name} does not work for {agency}. Choose their agency.")
    return professional


def _known(person: Person | NewPerson, on: date, by: User) -> Person:
    if isinstance(person, Person):
        return person
    return add_person(
        given_names=person.given_names,
        family_name=person.family_name,
        date_of_birth=person.date_of_birth,
        birth_certainty=person.birth_certainty,
        on=on,
        by=by,
    )
