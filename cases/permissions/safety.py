"""Who sees and raises alerts (docs/adr/0041)."""

from collections.abc import Iterable

from accounts.models import User
from cases.models import Alert
from cases.permissions.entries import can_see_entries
from cases.reach import emergencies_now

# What everybody at the charity must know who may open the door to them.
FOR_EVERYBODY = frozenset({Alert.Kind.STAFF_RISK})


def alerts_seen(user: User, alerts: Iterable[Alert], *, of: set[int]) -> list[Alert]:
    """Those of `alerts`, which hang over the people with the numbers `of`, who exist for `user`, that they see.

    The front desk sees what endangers staff, what was marked for it, and in an emergency all of them.
    """
    alerts = list(alerts)
    if can_see_entries(user):
        return alerts
    seen = [alert for alert in alerts if alert.kind in FOR_EVERYBODY or alert.for_front_desk]
    if len(seen) < len(alerts) and _is_emergency(user, of):
        return alerts
    return seen


def _is_emergency(user: User, people: set[int]) -> bool:
    """Whether the records of all of `people` are open to `user` in an emergency."""
    urgent = emergencies_now(user).filter(person__in=people).order_by()
    return urgent.values("person").distinct().count() == len(people)


def can_raise_alert(user: User) -> bool:
    """Raise, review and end alerts."""
    return user.has_perm("cases.raise_alert")
