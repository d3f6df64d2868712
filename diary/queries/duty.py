"""Who is on duty, and whom an alarm calls at which step."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from accounts.queries import people_with
from diary.models import DutyTurn


def on_duty(now: datetime) -> list[User]:
    """Whoever is on duty at `now` and may sign in, whom to call first first."""
    turns = DutyTurn.objects.filter(starts__lte=now, ends__gt=now, worker__is_active=True)
    return [turn.worker for turn in turns.select_related("worker").order_by("rank")]


def managers() -> list[User]:
    """Everybody who manages the diary: called when nobody on duty answers."""
    return list(people_with("diary.manage_diary").order_by("pk"))


def called_at_step(step: int, duty: Sequence[User], *, but: int) -> list[User]:
    """Whom to call at the step numbered `step` from nought: one on duty after the other, then all managers,
    then from the beginning. Nobody is called about themselves (`but` is their number).
    """
    steps = [[user] for user in duty if user.pk != but]
    steps.append([user for user in managers() if user.pk != but])
    steps = [called for called in steps if called]
    return steps[step % len(steps)] if steps else []
