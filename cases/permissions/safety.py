"""Who sees and raises alerts."""

from accounts.models import User
from cases.models import Alert
from cases.permissions.entries import can_see_entries

# What everybody at the charity must know who may open the door to them.
FOR_EVERYBODY = frozenset({Alert.Kind.STAFF_RISK})


def can_see_alert(user: User, alert: Alert) -> bool:
    """An alert of a person who exists for them: the front desk sees what endangers staff alone."""
    return can_see_entries(user) or alert.kind in FOR_EVERYBODY


def can_raise_alert(user: User) -> bool:
    """Raise, review and end alerts."""
    return user.has_perm("cases.raise_alert")
