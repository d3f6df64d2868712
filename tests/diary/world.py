"""What the tests of the diary arrange, in a few words."""

from datetime import datetime, timedelta

from django.utils import timezone

from cases.models import ContactPoint
from diary.actions import appointments
from diary.models import Kind, Where
from tests.factories.cases import ContactPointFactory


def ten_oclock(days: int = 2) -> datetime:
    """Ten in the morning so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, 10))


def arrange(world, **changes):
    """A home visit with Amelia in two days, by the worker of the world."""
    arguments = {
        "service": world.service,
        "case": world.case,
        "kind": Kind.HOME_VISIT,
        "starts": ten_oclock(),
        "minutes": 60,
        "where": Where.HOME,
        "workers": [world.worker],
        "people": [world.amelia],
        "by": world.worker,
    }
    return appointments.arrange(**(arguments | changes))


def other_work(world, **changes):
    """Work without a family."""
    changes = {"case": None, "people": [], "kind": Kind.OTHER, "where": Where.REMOTE} | changes
    return arrange(world, **changes)


def safe_email(person, **changes):
    """An e-mail address at which a message to `person` is safe."""
    fields = {
        "kind": ContactPoint.Kind.EMAIL,
        "value": "amelia@home.example",
        "value_sought": "amelia@home.example",
        "safe_for_messages": True,
    }
    return ContactPointFactory(person=person, **(fields | changes))
