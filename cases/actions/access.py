"""Giving somebody access with an end, drawing a sample for a reviewer, and ending it early (P50, S13)."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.closed import closed_cases
from cases.models import Access, AccessCase, Case, Service
from cases.permissions import can_give_access, cases_of, gives_everywhere, services_of, team_of
from core.database import next_number
from core.dates import plain
from core.errors import Refused

LONGEST = timedelta(days=366)


@transaction.atomic
def give_service(
    *, user: User, service: Service, since: date, until: date, reason: str, by: User
) -> Access:
    """`user` needs to know the records of `service` from `since` to the end of `until`.

    Refused for whoever only reviews: they are given a sample (features.md S13).
    """
    if not user.has_perm("cases.read_service"):
        raise Refused(f"{user} reviews: give them a sample of cases, not a whole service.")
    _check_service(service, by)
    return _give(
        Access(user=user, kind=Access.Kind.SERVICE, service=service), since, until, reason, by
    )


@transaction.atomic
def give_cover(
    *, user: User, colleague: User, since: date, until: date, reason: str, by: User
) -> Access:
    """`user` needs to know the cases on which `colleague` works, those they are given meanwhile as well."""
    if user == colleague:
        raise Refused("Nobody covers for themselves.")
    if not gives_everywhere(by) and not team_of(by).filter(pk=colleague.pk).exists():
        raise Refused(f"{colleague} is not of your services.")
    return _give(
        Access(user=user, kind=Access.Kind.COVER, colleague=colleague), since, until, reason, by
    )


@transaction.atomic
def give_sample(
    *, user: User, service: Service, size: int, since: date, until: date, reason: str, by: User
) -> Access:
    """A reviewer needs to know `size` cases of `service`, drawn by chance, and nothing beside.

    Drawn among the cases that exist for whoever gives it and for the reviewer: none that is closed to them.
    Refused where the service has none.
    """
    _check_service(service, by)
    shut = closed_cases(user)
    numbers = list(
        Case.objects.filter(service=service)
        .exclude(pk__in=shut)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not numbers or size < 1:
        raise Refused(f"{service} has no case to draw from, or you asked for none.")
    drawn = secrets.SystemRandom().sample(numbers, min(size, len(numbers)))
    return _give(
        Access(user=user, kind=Access.Kind.SAMPLE, service=service),
        since,
        until,
        reason,
        by,
        cases=drawn,
    )


@transaction.atomic
def choose_sample(
    *,
    user: User,
    service: Service,
    references: str,
    since: date,
    until: date,
    reason: str,
    by: User,
) -> Access:
    """A reviewer needs to know the cases of `service` with these references, chosen by whoever knows them."""
    _check_service(service, by)
    named = {one.upper() for one in references.replace(",", " ").split()}
    known = dict(
        cases_of(by)
        .filter(service=service, reference__in=named)
        .exclude(pk__in=closed_cases(user))
        .values_list("reference", "pk")
    )
    if unknown := sorted(named - known.keys()):
        raise Refused(f"No case of {service} that can be in this sample: {', '.join(unknown)}.")
    return _give(
        Access(user=user, kind=Access.Kind.SAMPLE, service=service),
        since,
        until,
        reason,
        by,
        cases=list(known.values()),
    )


@transaction.atomic
def end_access(*, access: Access, by: User) -> Access:
    """It ends now, before its last day."""
    record(
        Verb.ACCESS_ENDED,
        by=by,
        action=Action.UPDATE,
        record=access,
        purpose=Purpose.ACCESS_CONTROL,
    )
    holds = Access.objects.filter(pk=access.pk, ended_at=None)
    if holds.update(ended_at=timezone.now(), ended_by=by) != 1:
        raise Refused("It is ended already.")
    access.refresh_from_db()
    return access


def _check_service(service: Service, by: User) -> None:
    if not gives_everywhere(by) and not services_of(by).filter(pk=service.pk).exists():
        raise Refused(f"{service} is not a service of yours.")


def _give(
    access: Access,
    since: date,
    until: date,
    reason: str,
    by: User,
    *,
    cases: list[int] | None = None,
) -> Access:
    reason = reason.strip()
    _check(access.user, since, until, reason, by)
    # Two who give at the same moment, or one who sends a form twice, go one after the other.
    User.objects.select_for_update(no_key=True).get(pk=access.user.pk)
    same = Access.objects.filter(
        user=access.user,
        kind=access.kind,
        service=access.service,
        colleague=access.colleague,
        since=since,
        until=until,
        ended_at=None,
    ).first()
    if same is not None:
        return same
    access.pk, access.since, access.until = next_number(Access), since, until
    access.reason, access.recorded_by = reason, by
    record(
        Verb.ACCESS_GIVEN,
        by=by,
        action=Action.CREATE,
        record=access,
        purpose=Purpose.ACCESS_CONTROL,
        values={
            "to": access.user.name_for_log,
            "what": access.to_what,
            "since": since,
            "until": until,
            "cases": sorted(cases or ()),
        },
    )
    access.save(force_insert=True)
    AccessCase.objects.bulk_create(
        AccessCase(access=access, case_id=number, recorded_by=by) for number in cases or ()
    )
    access.refresh_from_db()
    tell(
        who=[access.user],
        sentence=f"You have access from {plain(since)} to {plain(until)}. {access.to_what}.",
        link=reverse("cases:access"),
        by=by,
    )
    return access


def _check(user: User, since: date, until: date, reason: str, by: User) -> None:
    if not can_give_access(by):
        raise Refused("Your role gives nobody access.")
    if user == by:
        raise Refused("Nobody gives themselves access: ask somebody else.")
    if not user.is_active:
        raise Refused(f"{user} does not sign in here any more.")
    if not reason:
        raise Refused("Say why: for whom they cover, or what they review.")
    if until < since:
        raise Refused("The last day comes before the first.")
    if until < timezone.localdate():
        raise Refused("The last day has passed. Write a day from today on.")
    if until - since > LONGEST:
        raise Refused(
            "Access with an end is for a year at most. Let them belong to the service instead."
        )
