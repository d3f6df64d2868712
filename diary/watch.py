"""What the worker does every minute: alarms of colleagues who have not come back."""

from django.utils import timezone

from diary.actions.alone import raise_alarm
from diary.queries.alone import not_back_in_time


def raise_alarms() -> int:
    """Call whoever is to be called now; how many people were."""
    return sum(len(raise_alarm(visit=visit)) for visit in not_back_in_time(timezone.now()))
