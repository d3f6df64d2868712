"""The log: who looked at, or did, what, to whom, when and why.

An entry never changes and never goes while its month is kept. Personal values (what a field said
before and after, the words of a search) lie in a side table whose rows may only be deleted, so that a
destroyed person leaves the log without breaking it. The database enforces both (`audit.triggers` and
the rights granted by `manage.py migrate`).
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q

from audit.triggers import EntryIsForEver, EntryStampedByDatabase, ValuesOnlyDeleted
from audit.verbs import Action, Verb
from core.fields import TransactionNumberField
from core.privacy import Blank, Delete, Internal, Retention


class CurrentTransaction(Func):
    """The number of the transaction that is running."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionNumberField()


class ClockTimestamp(Func):
    """The moment by the database's clock, also in the middle of a transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class Entry(models.Model):
    """One look or one act, by one member of staff, at one record."""

    xid = TransactionNumberField(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    action = models.TextField(choices=[(a.value, a.value) for a in Action])
    verb = models.TextField()
    # Text and a number, no foreign key: the entry outlives the account.
    by = models.TextField()
    by_id = models.BigIntegerField(null=True)
    by_roles = models.TextField(blank=True)
    record = models.TextField(blank=True)
    record_id = models.BigIntegerField(null=True)
    people = ArrayField(models.BigIntegerField(), default=list)
    purpose = models.TextField()
    request = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    values_hash = models.BinaryField(null=True)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-id",)
        permissions = (("read_log", "Can read the log"),)
        indexes = (
            models.Index(fields=["xid", "id"], name="entry_in_transaction"),
            models.Index(fields=["by_id", "-id"], name="entry_by_whom"),
            models.Index(fields=["record", "record_id", "-id"], name="entry_of_record"),
            GinIndex(fields=["people"], name="entry_about_whom"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(by=""), name="entry_says_who"),
            models.CheckConstraint(condition=~Q(verb=""), name="entry_says_what"),
            models.CheckConstraint(condition=~Q(purpose=""), name="entry_says_why"),
            models.CheckConstraint(
                condition=Q(action__in=[a.value for a in Action]), name="entry_action_is_known"
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            EntryStampedByDatabase(name="stamped"),
            EntryIsForEver(name="for_ever"),
        ]

    class Privacy:
        not_personal = frozenset(
            {"id", "xid", "at", "action", "verb", "record", "purpose", "request"}
        )
        staff = frozenset({"by", "by_id", "by_roles", "address"})
        personal = frozenset({"people", "record_id", "values_hash"})
        about = ()
        retention = Retention.LOG
        pack = Internal("shown to the person as the statement of who looked, not entry by entry")
        destruction = Blank(frozenset(), "numbers mean nobody once the person's rows are gone")
        counted = False

    # What the application role may do to the table; read by manage.py migrate.
    app_rights = ("SELECT", "INSERT")

    def __str__(self) -> str:
        return f"{self.at:%d %b %Y %H:%M} {self.by}: {self.words}"

    @property
    def words(self) -> str:
        """What was done, as people read it; an old verb that the code forgot is shown as written."""
        return Verb(self.verb).words if self.verb in Verb else self.verb


class EntryValue(models.Model):
    """The personal values of an entry, with the salt of their hash. Only ever deleted."""

    # Without a constraint in the database: it would lock the entry when the transaction commits, and a
    # page that only reads is read only by then. Entries are never deleted, so nothing can dangle.
    entry = models.OneToOneField(
        to=Entry,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="personal",
    )
    people = ArrayField(models.BigIntegerField(), default=list)
    salt = models.BinaryField()
    body = models.JSONField()

    class Meta:
        indexes = (GinIndex(fields=["people"], name="entryvalue_about_whom"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [ValuesOnlyDeleted(name="only_deleted")]

    class Privacy:
        not_personal = frozenset({"entry", "salt"})
        personal = frozenset({"people"})
        special_category = frozenset({"body"})
        about = ()
        retention = Retention.LOG
        pack = Internal("old and new values stand in the record itself, version by version")
        destruction = Delete()
        counted = False

    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"values of entry {self.entry_id}"
