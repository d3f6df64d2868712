"""The log: who looked at, or did, what, to whom, when and why.

An entry never changes and never goes while its month is kept. Personal values (what a field said
before and after, the words of a search) lie in a side table whose rows may only be deleted, so that a
destroyed person leaves the log without breaking it. The database enforces both (`audit.triggers` and
the rights granted by `manage.py migrate`).
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Func, Q

from audit.triggers import EntryIsForEver, EntryStampedByDatabase, SealIsForEver, ValuesOnlyDeleted
from audit.verbs import Action, Verb
from core.fields import TransactionNumberField
from core.privacy import Blank, Delete, Internal, Keep, Retention


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


class Era(models.Model):
    """A stretch of the log within one database server: numbers of transactions grow within it.

    Installing opens the first. A restored backup begins a new one, because another server counts its
    transactions from the beginning again, and because what was lost in between must be declared. Only
    the owner of the tables opens one (`manage.py migrate`, `manage.py audit_new_era`).
    """

    number = models.PositiveIntegerField(primary_key=True)
    began = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    # PostgreSQL's own number of the server, the same for as long as its data directory lives.
    server = models.TextField()
    # Above every number that the anchor knows: what a restore lost keeps its numbers to itself.
    first_seal = models.PositiveBigIntegerField(default=1)
    because = models.TextField()

    app_rights = ("SELECT",)

    class Meta:
        ordering = ("number",)
        constraints = (models.CheckConstraint(condition=~Q(because=""), name="era_says_why"),)

    class Privacy:
        not_personal = frozenset({"number", "began", "server", "first_seal", "because"})
        about = ()
        retention = Retention.LOG
        pack = Internal("about the log itself")
        destruction = Keep("about nobody; without it the seals cannot be checked")
        counted = False

    def __str__(self) -> str:
        return f"Era {self.number}"


class Entry(models.Model):
    """One look or one act, by one member of staff, at one record."""

    era = models.PositiveIntegerField(editable=False, db_default=1)
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
    # Which action a task of the worker follows from; "" for what somebody does themselves.
    because = models.TextField(blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-id",)
        permissions = (("read_log", "Can read the log"),)
        indexes = (
            models.Index(fields=["xid", "id"], name="entry_in_transaction"),
            models.Index(fields=["by_id", "-id"], name="entry_by_whom"),
            models.Index(fields=["record", "record_id", "-id"], name="entry_of_record"),
            GinIndex(fields=["people"], name="entry_about_whom"),
            models.Index(fields=["verb", "-id"], name="entry_of_verb"),
            # Numbers rise with the time, so that a few pages of this find the entries of a day.
            BrinIndex(fields=["at"], name="entry_of_day", autosummarize=True),
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
            {"id", "era", "xid", "at", "action", "verb", "record", "purpose", "request", "because"}
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


class Seal(models.Model):
    """The hash over every entry of a stretch of the log, chained to the seal before (features.md N6).

    It covers the entries of one era whose transactions are numbered from `from_xid` up to, but without,
    `to_xid`. `leaves` holds, entry by entry in that order, its number (8 bytes) and the hash of
    everything it says (32 bytes), so that a changed, inserted or removed entry can be named.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    era = models.PositiveIntegerField()
    from_xid = TransactionNumberField()
    to_xid = TransactionNumberField()
    count = models.PositiveIntegerField()
    leaves = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    made = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    app_rights = ("SELECT", "INSERT")

    class Meta:
        ordering = ("number",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [SealIsForEver(name="for_ever")]
        constraints = (
            models.CheckConstraint(
                condition=Q(to_xid__gt=models.F("from_xid")), name="seal_covers_something"
            ),
            # Two sealers at once would make two stretches from one place.
            models.UniqueConstraint(fields=["era", "from_xid"], name="seal_once_from_a_place"),
        )

    class Privacy:
        not_personal = frozenset(
            {"number", "era", "from_xid", "to_xid", "count", "leaves", "hash", "made"}
        )
        about = ()
        retention = Retention.LOG
        pack = Internal("about the log itself; hashes say nothing about anybody")
        destruction = Keep("hashes with a salt that is destroyed with the values")
        counted = False

    def __str__(self) -> str:
        return f"Seal {self.number}"
