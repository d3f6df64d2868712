"""The charity's own rooms."""

from django.db import models

from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention


class Room(Recorded):
    """A room in which people are met; booked for one thing at a time."""

    name = models.CharField(
        max_length=100, unique=True, error_messages={"unique": "There is a room of this name."}
    )
    about = models.CharField("what it offers", max_length=200, blank=True)
    in_use = models.BooleanField("can be booked", default=True)

    class Meta(Recorded.Meta):
        ordering = ("name",)

    class Privacy:
        not_personal = frozenset({"id", "name", "about", "in_use"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about a room; named where an appointment is shown")
        destruction = Keep("about nobody")
        counted = False

    def __str__(self) -> str:
        return self.name
