"""A month of the log: what was typed and changed in it is kept for a time of its own."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.triggers import NOTED
from core.dates import MONTHS
from core.privacy import Delete, Internal, Retention


class LogMonth(models.Model):
    """That values of a month of the log are here, and the month is over and sealed.

    Written by the timetable once the month is over. It is destroyed with the values; the entries stay, and
    with them who looked at or did what, when and why (docs/adr/0049).
    """

    first_day = models.DateField(unique=True)
    last_day = models.DateField()
    recorded_at = models.DateTimeField("written", default=timezone.now, editable=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta:
        verbose_name = "what was typed in a month of the log"
        verbose_name_plural = "what was typed in months of the log"
        ordering = ("first_day",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(first_day__day=1, last_day__gt=models.F("first_day")),
                name="log_month_is_a_month",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "first_day", "last_day", "recorded_at"})
        about = ()
        retention = Retention.LOG
        pack = Internal("about the log itself")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{MONTHS[self.first_day.month - 1]} {self.first_day.year}"

    @property
    def begins(self) -> datetime:
        return _midnight(self.first_day)

    @property
    def ends(self) -> datetime:
        """The first moment that is not in it any more."""
        return _midnight(self.last_day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
