"""Figures as they were released."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from core.privacy import Internal, Keep, Retention
from funding.quarters import Quarter, quarter_of
from planning.figures import Figures, read
from planning.triggers import NOTED, RELEASED


class Release(models.Model):
    """The figures of one quarter as everybody may read them; later versions say why they were made.

    It holds nothing that was hidden, so what is destroyed later can neither be found here nor be missing.
    """

    period_from = models.DateField("from")
    period_to = models.DateField("until")
    version = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField("why it was corrected", blank=True)
    kept = models.JSONField("the figures", editable=False)
    made = models.DateTimeField("released", default=timezone.now, editable=False)
    # Nobody where the system released it by itself.
    made_by = models.ForeignKey(
        verbose_name="released by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    app_rights = ("SELECT", "INSERT")

    class Meta:
        ordering = ("-period_from", "-version")
        verbose_name = "release of figures"
        verbose_name_plural = "releases of figures"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, RELEASED]
        permissions = (
            ("read_figures", "Can read released figures and take them out"),
            ("release_figures", "Can release figures and correct them"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["period_from", "version"],
                name="release_version_once",
                violation_error_message="This version has been released already.",
            ),
            models.CheckConstraint(
                condition=Q(period_to__gt=F("period_from")), name="release_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | (Q(version__gt=1) & ~Q(reason="")),
                name="release_corrected_for_a_reason",
                violation_error_message="Say why the figures are corrected.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "period_from", "period_to", "version", "reason", "kept"})
        staff = frozenset({"made", "made_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("figures from which nobody can be told")
        destruction = Keep(
            "figures from which nobody can be told, frozen for those who were given them"
        )
        counted = False

    def __str__(self) -> str:
        return f"{self.quarter}, version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("planning:release", args=[self.quarter.key, self.version])

    @property
    def quarter(self) -> Quarter:
        return quarter_of(self.period_from)

    @property
    def figures(self) -> Figures:
        return read(self.kept)
