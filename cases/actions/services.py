"""The charity's services and who belongs to them; the agencies and professionals it works with."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Agency, Professional, Service, ServiceMember, Wanted
from cases.queries.called_alike import agency_called
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def add_service(*, name: str, public_text: str = "", retention_rule: str = "", by: User) -> Service:
    """A new service of the charity, with its words for the website and for people's packs."""
    name = _one_line(name)
    slug = slugify(name)
    if not slug:
        raise Refused("Write the name of the service.")
    if Service.objects.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
        raise Refused(f"There is a service called “{name}” already.")
    record(
        Verb.SERVICE_ADDED, by=by, action=Action.CREATE, record=Service, purpose=Purpose.MANAGEMENT
    )
    return Service.objects.create(
        name=name, slug=slug, public_text=public_text, retention_rule=retention_rule
    )


@transaction.atomic
def change_service(
    *, service: Service, public_text: str, retention_rule: str, is_open: bool, by: User
) -> Service:
    """Change what the website and people's packs say of a service, and whether it takes new people."""
    after: dict[str, Any] = {
        "public_text": public_text,
        "retention_rule": retention_rule,
        "is_open": is_open,
    }
    return _set(service, after, by)


@transaction.atomic
def set_gap_rules(*, service: Service, quiet_days: int, wanted: Iterable[str], by: User) -> Service:
    """After how many days without a contact a case is a gap, and what is wanted of everybody (P49)."""
    wanted = [one.value for one in Wanted if one.value in set(wanted)]
    if quiet_days < 1:
        raise Refused("Write at least one day.")
    after: dict[str, Any] = {"quiet_days": quiet_days, "wanted": wanted}
    return _set(service, after, by)


@transaction.atomic
def set_supervision(
    *,
    service: Service,
    notes_signed_off_from: date | None = None,
    closings_signed_off_from: date | None = None,
    by: User,
) -> Service:
    """From which day on notes and closings of a service are signed off by a manager; no day, no sign-off."""
    after = {
        "notes_signed_off_from": notes_signed_off_from,
        "closings_signed_off_from": closings_signed_off_from,
    }
    return _set(service, after, by)


@transaction.atomic
def set_own_workers_only(*, service: Service, own_workers_only: bool, by: User) -> Service:
    """Whether a case of the service is known to its own workers and the manager alone (P50)."""
    return _set(service, {"own_workers_only": own_workers_only}, by)


@transaction.atomic
def add_member(
    *, service: Service, user: User, since: date, in_charge: bool = False, by: User
) -> ServiceMember:
    """`user` belongs to `service` from the day `since`, and needs to know its records from then on.

    Refused for oneself: somebody else decides who needs to know.
    """
    if user.pk == by.pk:
        raise Refused("Nobody gives themselves access to a service: ask somebody in charge of it.")
    if not user.is_active:
        raise Refused(f"{user} may not sign in any more.")
    # Two who add the same person at once go one after the other.
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if service.members.filter(user=user, until=None).exists():
        raise Refused(f"{user} belongs to {service} already.")
    record(
        Verb.MEMBER_ADDED,
        by=by,
        action=Action.CREATE,
        record=service,
        purpose=Purpose.ACCESS_CONTROL,
        values={"user": user.name_for_log, "since": since, "in_charge": in_charge},
    )
    return ServiceMember.objects.create(
        service=service,
        user=user,
        in_charge=in_charge,
        since=since,
        recorded_at=timezone.now(),
        recorded_by=by,
    )


@transaction.atomic
def end_member(*, member: ServiceMember, until: date, by: User) -> ServiceMember:
    """They belong to the service until the day `until`, that day included; its records close then."""
    if until < member.since:
        raise Refused(f"They belong to it since {plain(member.since)}: it cannot end before that.")
    record(
        Verb.MEMBER_ENDED,
        by=by,
        action=Action.UPDATE,
        record=member.service,
        purpose=Purpose.ACCESS_CONTROL,
        values={"user": member.user.name_for_log, "until": until},
    )
    rows = ServiceMember.objects.filter(pk=member.pk, until=None)
    if rows.update(until=until) != 1:
        raise Refused("This has ended already. Somebody may have written it down: look again.")
    member.refresh_from_db()
    return member


@transaction.atomic
def add_agency(*, name: str, kind: str = "", phone: str = "", email: str = "", by: User) -> Agency:
    """An organisation the charity works with: a school, a surgery, the council."""
    name = _one_line(name)
    if not name:
        raise Refused("Write the name of the agency.")
    if known := agency_called(name):
        raise Refused(f"There is an agency called “{known}” already: choose it.")
    record(Verb.AGENCY_ADDED, by=by, action=Action.CREATE, record=Agency)
    return Agency.objects.create(
        name=name,
        kind=_one_line(kind),
        phone=_one_line(phone),
        email=email.strip().lower(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )


@transaction.atomic
def add_professional(
    *,
    agency: Agency,
    name: str,
    role: str,
    phone: str = "",
    email: str = "",
    is_paid: bool = True,
    by: User,
) -> Professional:
    """Somebody who works for `agency` and with families: a teacher, a health visitor.

    Whether they are paid decides what a family is told of them (DPA 2018 Sch 2 para 17).
    """
    name, role = _one_line(name), _one_line(role)
    if not name or not role:
        raise Refused("Write the professional’s name and what they are, such as health visitor.")
    if agency.professionals.filter(name__iexact=name, role__iexact=role).exists():
        raise Refused(f"{name}, {role}, is known at {agency} already: choose them.")
    record(Verb.PROFESSIONAL_ADDED, by=by, action=Action.CREATE, record=Professional)
    return Professional.objects.create(
        agency=agency,
        name=name,
        role=role,
        phone=_one_line(phone),
        email=email.strip().lower(),
        is_paid=is_paid,
        recorded_at=timezone.now(),
        recorded_by=by,
    )


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _set(service: Service, after: dict[str, Any], by: User) -> Service:
    """Write in the log what a service was set to and from what, and set it."""
    record(
        Verb.SERVICE_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=service,
        purpose=Purpose.MANAGEMENT,
        values={name: [getattr(service, name), value] for name, value in after.items()},
    )
    Service.objects.filter(pk=service.pk).update(**after)
    service.refresh_from_db()
    return service
