"""The charity itself: services, staff with their accounts, agencies, wordings of consents, notices."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.staff import (
    accept_undertaking,
    add_user,
    give_role,
    publish_undertaking,
    suspend,
)
from accounts.models import Undertaking, UndertakingAcceptance, User
from accounts.roles import Role
from accounts.wording import FIRST_UNDERTAKING
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.models import Agency, Professional, Service, ServiceMember
from consent.models import FirstAsked, PrivacyNotice, Readers, Wording
from consent.notices import first_text
from consent.wordings import DRAFTS
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.files import told_charity

TOLD = told_charity()
BEGINNING = 800  # days ago: before the first thing that the demo tells


@dataclass(frozen=True, slots=True)
class Charity:
    """What the families' files name: everything by its key in `charity.toml`."""

    staff: dict[str, User]
    services: dict[str, Service]
    agencies: dict[str, Agency]
    professionals: dict[str, Professional]
    wordings: dict[str, Wording]
    notice: PrivacyNotice


def load_charity(calendar: Calendar) -> Charity:
    """Accounts, services, agencies, wordings and notices; the first account is made by the system itself."""
    with transaction.atomic():
        record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Service)
        staff = _load_staff(calendar)
        services = _load_services()
        _load_first_asked(services, staff["judith"], calendar)
        _load_members(staff, services, calendar)
        agencies, professionals = _load_agencies(staff["maureen"], calendar)
        return Charity(
            staff=staff,
            services=services,
            agencies=agencies,
            professionals=professionals,
            wordings=_load_wordings(staff["judith"], calendar),
            notice=_load_notices(staff["judith"], calendar),
        )


def _load_staff(calendar: Calendar) -> dict[str, User]:
    staff: dict[str, User] = {}
    administrator: User | None = None
    for key, told in TOLD["staff"].items():
        user = add_user(
            email=told["email"],
            full_name=told["full_name"],
            job_title=told["job_title"],
            by=administrator or SYSTEM,
        )
        give_role(user=user, role=Role(told["role"]), by=administrator or SYSTEM)
        administrator = administrator or user
        staff[key] = user
    # Hashed once for all: hashing is slow on purpose, and these passwords are printed anyway.
    User.objects.filter(pk__in=[user.pk for user in staff.values()]).update(
        password=make_password(TOLD["password"])
    )
    if administrator is None:
        raise ValueError("charity.toml tells of no staff.")
    _load_undertaking(staff, administrator, calendar)
    for key, told in TOLD["staff"].items():
        if told.get("suspended"):
            suspend(user=staff[key], by=administrator)
    return staff


def _load_undertaking(staff: dict[str, User], by: User, calendar: Calendar) -> None:
    """Published before anything else, and accepted by everybody who did not begin this week."""
    undertaking = publish_undertaking(text=FIRST_UNDERTAKING, by=by)
    for key, told in TOLD["staff"].items():
        if told.get("undertaken", True):
            accept_undertaking(undertaking=undertaking, by=staff[key])
    beginning = calendar.moment(BEGINNING, "09:00")
    Undertaking.objects.filter(pk=undertaking.pk).update(published_at=beginning)
    UndertakingAcceptance.objects.update(accepted_at=beginning + timedelta(hours=2))


def _load_services() -> dict[str, Service]:
    services = [Service(slug=slug, **told) for slug, told in TOLD["services"].items()]
    return {service.slug: service for service in Service.objects.bulk_create(services)}


def _load_first_asked(services: dict[str, Service], by: User, calendar: Calendar) -> None:
    """For which consents each service asks at a first meeting."""
    FirstAsked.objects.bulk_create(
        FirstAsked(
            service=services[slug],
            purpose=purpose,
            recorded_by=by,
            recorded_at=calendar.moment(BEGINNING, "15:10"),
        )
        for slug, purposes in TOLD["first_asked"].items()
        for purpose in purposes
    )


def _load_members(staff: dict[str, User], services: dict[str, Service], calendar: Calendar) -> None:
    members = []
    for key, told in TOLD["staff"].items():
        since = told.get("member_since", BEGINNING)
        until = told.get("member_until")
        members += [
            ServiceMember(
                service=services[slug],
                user=staff[key],
                in_charge=told.get("in_charge", False),
                since=calendar.day(since),
                until=None if until is None else calendar.day(until),
                recorded_by=staff["maureen"],
                recorded_at=calendar.moment(since, "09:30"),
            )
            for slug in told.get("services", ())
        ]
    ServiceMember.objects.bulk_create(members)


def _load_agencies(
    by: User, calendar: Calendar
) -> tuple[dict[str, Agency], dict[str, Professional]]:
    written: dict[str, Any] = {
        "recorded_by": by,
        "recorded_at": calendar.moment(BEGINNING, "14:00"),
    }
    agencies: dict[str, Agency] = {}
    professionals: dict[str, Professional] = {}
    for key, told in TOLD["agencies"].items():
        fields = {name: value for name, value in told.items() if name != "people"}
        agencies[key] = Agency(**fields, **written)
        for person, details in told["people"].items():
            professionals[person] = Professional(agency=agencies[key], **details, **written)
    Agency.objects.bulk_create(agencies.values())
    Professional.objects.bulk_create(professionals.values())
    return agencies, professionals


def _load_wordings(by: User, calendar: Calendar) -> dict[str, Wording]:
    wordings = [
        Wording(
            purpose=purpose,
            version=1,
            text=text,
            published_at=calendar.moment(BEGINNING, "15:00"),
            published_by=by,
        )
        for purpose, text in DRAFTS.items()
    ]
    return {wording.purpose: wording for wording in Wording.objects.bulk_create(wordings)}


def _load_notices(by: User, calendar: Calendar) -> PrivacyNotice:
    """The first notice for everybody, which it gives, and the one for children."""
    adopted = [
        PrivacyNotice(
            readers=readers,
            version=1,
            text=first_text(readers),
            adopted_at=calendar.moment(BEGINNING, "15:30"),
            adopted_by=by,
        )
        for readers in Readers
    ]
    return PrivacyNotice.objects.bulk_create(adopted)[0]
