"""The door to how the public site is used: nobody is known there, and so nobody's look is written down."""

from django.utils import timezone

from audit.door import NotNow, show
from audit.looks import Look
from planning.permissions import reads_visits
from website.models import Visit
from website.queries import Use, use_of_site

SPANS = (30, 90, 365)  # days


def open_visits(*, days: int, look: Look) -> Use:
    """The last `days` days; NotNow (403, logged) for a role that does not look after the site."""
    if not reads_visits(look.by):
        raise NotNow("Your role does not see how the site is used.", look=look, record=Visit)
    show(look, [])
    return use_of_site(days=days, until=timezone.localdate())
