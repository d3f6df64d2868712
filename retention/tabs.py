"""The pages about keeping and destroying, as the tabs above each of them."""

from django.urls import reverse

from accounts.models import User
from retention import permissions

TABS = (
    ("retention:schedule", "Schedule", permissions.may_see_schedule),
    ("retention:due", "Due", permissions.may_see_due),
    ("retention:erasures", "Erasure requests", permissions.may_propose),
    ("retention:proposals", "Proposals", permissions.may_see_proposals),
    ("retention:holds", "Holds", permissions.may_hold),
    ("retention:runs", "Destroyed", permissions.may_see_proposals),
    ("retention:figures", "Figures", permissions.may_propose),
    ("retention:papers", "Your file", permissions.may_adopt),
    ("retention:processing", "Record of processing", permissions.may_adopt),
)


def tabs_for(user: User, current: str) -> list[dict[str, object]]:
    """Those that the role opens."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label, may in TABS
        if may(user)
    ]
