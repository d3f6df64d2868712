"""What a service asks of everybody when they first meet."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models import Service
from cases.models.base import Recorded
from cases.triggers import NOTED
from consent.models.wording import ASKED_FOR_CHOICES
from consent.purposes import ASKED_FOR, NO_SUCH_PURPOSE
from core.privacy import Internal, Keep, Retention


class FirstAsked(Recorded):
    """That a service asks everybody for consent to one purpose at the first meeting. The DPO says which."""

    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="first_asked")
    purpose = models.TextField("for", choices=ASKED_FOR_CHOICES)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "question of a first meeting"
        verbose_name_plural = "questions of first meetings"
        ordering = ("service", "pk")
        permissions = (("set_first_asked", "Can say what services ask for at a first meeting"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["service", "purpose"], name="first_asked_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=ASKED_FOR),
                name="first_asked_purpose_is_known",
                violation_error_message=NO_SUCH_PURPOSE,
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "service", "purpose"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a rule of the charity, about nobody")
        destruction = Keep("a rule of the charity, about nobody")
        counted = False

    def __str__(self) -> str:
        return f"{self.service}: {self.get_purpose_display()}"
