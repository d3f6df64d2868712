"""Deputies: somebody has the role of a colleague who is away, from a day to a day (features.md P50)."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import Deputy, User
from accounts.permissions import can_name_deputy
from accounts.roles import Role
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.database import next_number
from core.dates import plain
from core.errors import Refused

LONGEST = timedelta(days=366)


@transaction.atomic
def name_deputy(
    *, user: User, role: Role, since: date, until: date, reason: str, by: User
) -> Deputy:
    """`user` has `role` from `since` to the end of `until`, and is told so.

    Refused without a reason or an end, for more than a year, for oneself, for a role that `by` neither has nor
    gives, and while `user` has it anyway. Named twice for the same days it is one (a form sent twice).
    """
    reason = reason.strip()
    _check(user, role, reason, by)
    _check_days(since, until)
    # Two who name somebody at the same moment go one after the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    there = Deputy.objects.filter(user=user, role=role.value, ended_at=None)
    same = there.filter(since=since, until=until).first()
    if same is not None:
        return same
    if there.filter(since__lte=until, until__gte=since).exists():
        raise Refused(f"{user} is a deputy for some of these days already. End that first.")
    named = Deputy(
        pk=next_number(Deputy),
        user=user,
        role=role.value,
        since=since,
        until=until,
        reason=reason,
        given_by=by,
    )
    record(
        Verb.DEPUTY_NAMED,
        by=by,
        action=Action.CREATE,
        record=named,
        purpose=Purpose.ACCESS_CONTROL,
        values={"deputy": user.name_for_log, "role": role.value, "since": since, "until": until},
    )
    named.save(force_insert=True)
    tell(
        who=[user],
        sentence=f"You are the deputy {role.value} from {plain(since)} to {plain(until)}.",
        link=reverse("accounts:deputies"),
        by=by,
    )
    return named


@transaction.atomic
def end_deputy(*, deputy: Deputy, by: User) -> Deputy:
    """They are not the deputy any more, from their next page on."""
    if not can_name_deputy(by, Role(deputy.role)):
        raise Refused("This role is not yours to give or to end.")
    record(
        Verb.DEPUTY_ENDED,
        by=by,
        action=Action.UPDATE,
        record=deputy,
        purpose=Purpose.ACCESS_CONTROL,
    )
    holds = Deputy.objects.filter(pk=deputy.pk, ended_at=None)
    if holds.update(ended_at=timezone.now(), ended_by=by) != 1:
        raise Refused("It is ended already.")
    deputy.refresh_from_db()
    return deputy


def _check(user: User, role: Role, reason: str, by: User) -> None:
    if not reason:
        raise Refused("Say why: who is away, and until when.")
    if user == by:
        raise Refused("Nobody makes themselves a deputy: ask somebody else who has the role.")
    if not can_name_deputy(by, role):
        raise Refused(f"The role “{role.value}” is not yours to give.")
    if not user.is_active:
        raise Refused(f"{user} does not sign in here any more.")
    if user.groups.filter(name=role.value).exists():
        raise Refused(f"{user} has this role anyway.")


def _check_days(since: date, until: date) -> None:
    if until < since:
        raise Refused("The last day comes before the first.")
    if until < timezone.localdate():
        raise Refused("The last day has passed. Write a day from today on.")
    if until - since > LONGEST:
        raise Refused("Nobody is a deputy for more than a year. Give them the role instead.")
