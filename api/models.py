"""Tokens by which programs act in somebody's name, and what they made."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from api.scopes import Scope
from audit.triggers import NOTED
from core.privacy import Delete, Internal, Retention


class Token(models.Model):
    """A key of somebody who works here for one program: for some things only, and until a day.

    The key itself is shown once and never kept: `key_hash` recognises it, `prefix` names it in lists and
    in the log. When it was last used stands in the log.
    """

    owner = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens"
    )
    name = models.CharField("for which program", max_length=100)
    scopes = ArrayField(
        models.TextField(choices=Scope.choices), verbose_name="what it may be used for"
    )
    prefix = models.CharField("begins with", max_length=12, unique=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made = models.DateTimeField(default=timezone.now, editable=False)
    expires = models.DateField("works until")
    revoked_at = models.DateTimeField("taken back", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        verbose_name="taken back by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta:
        ordering = (F("revoked_at").asc(nulls_first=True), "-made", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        permissions = (("revoke_tokens", "Can take back anybody's token"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0),
                name="token_scopes_are_known",
                violation_error_message="Choose what it may be used for.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="token_is_named"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_at_and_by",
            ),
        )

    class Privacy:
        staff = frozenset({"owner", "name", "made", "revoked_at", "revoked_by"})
        not_personal = frozenset({"id", "scopes", "prefix", "key_hash", "expires"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scopes_in_words(self) -> str:
        return ", ".join(str(Scope(scope).label) for scope in self.scopes)


class Creation(models.Model):
    """That a request with this key made something: sent again, it makes nothing more."""

    token = models.ForeignKey(to=Token, on_delete=models.PROTECT, related_name="creations")
    key = models.UUIDField()
    sent_hash = models.CharField(max_length=64)
    reference = models.TextField()
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["token", "key"], name="creation_once_for_a_key"),
        )

    class Privacy:
        not_personal = frozenset({"id", "token", "key", "sent_hash", "made"})
        identifying = frozenset({"reference"})
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal("a number of a record that is shown itself; forgotten after some days")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference
