"""Taking in a referral, and putting right how it was taken in: somebody asks one of our services to work with
a family.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.people import add_person
from cases.actions.services import add_agency, add_professional
from cases.models import (
    Agency,
    CaseRole,
    Person,
    Professional,
    Referral,
    ReferralCorrection,
    ReferralPerson,
    Service,
)
from cases.queries.called_alike import agency_called
from cases.queries.referrals import taken_in_before
from core.database import next_number
from core.dates import plain
from core.errors import Refused

What = ReferralCorrection.What
SOURCE = ("came_from", "agency", "professional", "other_service")


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
    source = _source(came_from, agency, professional, other_service, by)
    named = [(_known(person, on, by), role) for person, role in people]
    now = timezone.now()
    referral = Referral(
        pk=next_number(Referral),
        service=service,
        received_on=received_on,
        how_received=how_received,
        reason=reason,
        recorded_at=now,
        recorded_by=by,
        **source,
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


@transaction.atomic
def correct_referral(
    *,
    referral: Referral,
    seen: int,
    because: str,
    came_from: str,
    agency: Agency | str | None = None,
    professional: Professional | NewProfessional | None = None,
    other_service: Service | None = None,
    received_on: date,
    how_received: str,
    reason: str,
    on: date,
    by: User,
) -> list[ReferralCorrection]:
    """Put right how `referral` was taken in; what stood there stays readable. `on` is today, `seen` how many
    corrections there were when the words were read.

    Refused without a difference or a reason, for a day after something that already happened to it, and
    where somebody corrected it meanwhile. Whom it is about and what service is asked for is not corrected:
    that is a referral of its own, and this one was not wanted.
    """
    now = Referral.objects.select_for_update(no_key=True, of=("self",)).get(pk=referral.pk)
    before = _in_words(now)
    reason, because = reason.strip(), because.strip()
    if not because:
        raise Refused("Say why the referral is corrected.")
    _check_source(now.service, came_from, agency, other_service)
    _check_words(received_on, reason, on)
    _check_day(now, received_on)
    if now.corrections.count() != seen:
        raise Refused(
            f"Somebody corrected {now} meanwhile. Open it in another window, and see whether anything is left."
        )
    for name, value in _source(came_from, agency, professional, other_service, by).items():
        setattr(now, name, value)
    now.received_on, now.how_received, now.reason = received_on, how_received, reason
    after = _in_words(now)
    changed = [what for what in What if before[what] != after[what]]
    if not changed:
        raise Refused("Nothing is different from what stands there. Change what was wrong.")
    record(
        Verb.REFERRAL_CORRECTED,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=list(now.referral_people.values_list("person_id", flat=True)),
        purpose=Purpose.CORRECTING_AN_ERROR,
    )
    made = ReferralCorrection.objects.bulk_create(
        ReferralCorrection(
            referral=now,
            what=what,
            before=before[what],
            after=after[what],
            because=because,
            recorded_by=by,
        )
        for what in changed
    )
    now.save(update_fields=[*SOURCE, "received_on", "how_received", "reason"])
    referral.refresh_from_db()
    return made


def _in_words(referral: Referral) -> dict[What, str]:
    """What can be put right, as a page says it."""
    return {
        What.REASON: referral.reason,
        What.RECEIVED_ON: plain(referral.received_on),
        What.HOW_RECEIVED: referral.get_how_received_display(),
        What.SOURCE: referral.source_in_words,
    }


def _check_day(referral: Referral, received_on: date) -> None:
    happened = [
        timezone.localdate(at)
        for at in (referral.screened_at, referral.decided_at, referral.withdrawn_at)
        if at is not None
    ]
    if referral.case is not None:
        happened.append(referral.case.opened_on)
    if happened and received_on > (first := min(happened)):
        raise Refused(
            f"Something was done with {referral} on {plain(first)} already, so that it cannot have come after "
            "that. Correct the day."
        )


def _source(
    came_from: str,
    agency: Agency | str | None,
    professional: Professional | NewProfessional | None,
    other_service: Service | None,
    by: User,
) -> dict[str, object]:
    """Who refers, as the columns of a referral; an agency and somebody there whom we do not know are added."""
    organisation = _agency(agency, by) if came_from == Referral.From.AGENCY and agency else None
    return {
        "came_from": came_from,
        "agency": organisation,
        "professional": _professional(professional, organisation, by) if organisation else None,
        "other_service": other_service if came_from == Referral.From.OTHER_SERVICE else None,
    }


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
    _check_words(received_on, reason, on)


def _check_words(received_on: date, reason: str, on: date) -> None:
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
    return agency_called(agency) or add_agency(name=agency, by=by)


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
