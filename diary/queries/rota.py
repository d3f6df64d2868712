"""The rota, and the rooms: what managers look after."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, show
from audit.looks import Look
from diary.models import DutyTurn, Room
from diary.permissions import keeps_diary, manages_diary
from diary.queries.calendar import NO_DIARY

AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on duty from now on, and for how long nobody is."""

    turns: list[DutyTurn]
    workers: list[User]
    is_covered_now: bool


def open_rota(*, look: Look, may_change: bool = False) -> Rota:
    """The rota of the next weeks; it is about staff, so nobody's record is shown."""
    user: User = look.by
    if not keeps_diary(user) or (may_change and not manages_diary(user)):
        raise NotNow("Managers make the rota.", look=look, record=DutyTurn)
    now = timezone.now()
    turns = DutyTurn.objects.filter(ends__gt=now, starts__lt=now + AHEAD).select_related("worker")
    show(look, [])
    rows = list(turns)
    return Rota(
        turns=rows,
        workers=list(people_with("diary.keep_diary")),
        is_covered_now=any(turn.starts <= now for turn in rows),
    )


def turn_of(number: str) -> DutyTurn | None:
    """The turn that a button named."""
    if not number.isdecimal():
        return None
    return DutyTurn.objects.select_related("worker").filter(pk=int(number)).first()


def open_rooms(*, look: Look, may_change: bool = False) -> list[Room]:
    """Every room, those that cannot be booked last."""
    user: User = look.by
    if not keeps_diary(user) or (may_change and not manages_diary(user)):
        raise NotNow(NO_DIARY, look=look, record=Room)
    show(look, [])
    return list(Room.objects.order_by("-in_use", "name"))


def room_of(number: str) -> Room | None:
    """The room that a button named."""
    return Room.objects.filter(pk=int(number)).first() if number.isdecimal() else None
