"""The words in which people are asked."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.triggers import NOTED
from consent.purposes import ASKED_FOR, NO_SUCH_PURPOSE
from consent.triggers import WordingIsForEver
from core.privacy import Internal, Keep, Retention

ASKED_FOR_CHOICES = [(purpose.value, purpose.label) for purpose in ASKED_FOR]


class Wording(models.Model):
    """The exact words in which people are asked for one purpose. A better text is a new version."""

    purpose = models.TextField(choices=ASKED_FOR_CHOICES)
    version = models.PositiveIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    app_rights = ("SELECT", "INSERT")

    class Meta:
        ordering = ("purpose", "-version")
        permissions = (("publish_wording", "Can publish the words in which people are asked"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, WordingIsForEver(name="for_ever")]
        constraints = (
            models.UniqueConstraint(fields=["purpose", "version"], name="wording_version_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=ASKED_FOR),
                name="wording_purpose_is_known",
                violation_error_message=NO_SUCH_PURPOSE,
            ),
            models.CheckConstraint(condition=~Q(text=""), name="wording_says_something"),
        )

    class Privacy:
        not_personal = frozenset({"id", "purpose", "version", "text", "published_at"})
        staff = frozenset({"published_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a form of words, about nobody; quoted with each consent that rests on it")
        destruction = Keep("shows what people agreed to")
        counted = False

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, version {self.version}"
