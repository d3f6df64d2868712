"""The rooms that can be booked."""

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from diary.models import Room


@transaction.atomic
def add_room(*, name: str, about: str = "", by: User) -> Room:
    """Say that there is a room which can be booked."""
    name = name.strip()
    if not name:
        raise Refused("Write what the room is called.")
    if Room.objects.filter(name__iexact=name).exists():
        raise Refused(f"There is a room called {name} already.")
    record(Verb.ROOM_ADDED, by=by, action=Action.CREATE, record=Room, purpose=Purpose.MANAGEMENT)
    return Room.objects.create(name=name, about=about.strip(), recorded_by=by)


@transaction.atomic
def use_room(*, room: Room, in_use: bool, by: User) -> Room:
    """Say that a room can be booked from now on, or no more. What is booked in it stays."""
    record(Verb.ROOM_CHANGED, by=by, action=Action.UPDATE, record=room, purpose=Purpose.MANAGEMENT)
    Room.objects.filter(pk=room.pk).update(in_use=in_use)
    room.refresh_from_db()
    return room
