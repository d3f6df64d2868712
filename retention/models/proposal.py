"""That something is to be destroyed: proposed, looked at by a second person, waited for, done, proved."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.triggers import NOTED
from cases.models import Service
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Retention
from retention.kinds import APART
from retention.models.schedule import ScheduleRow
from retention.workflow import ProposalStatus
from sar.models import ErasureItem


class Run(Recorded):
    """One run of the destruction, and its certificate: what went, what did not and why (features.md N24)."""

    reference = reference_field("Y")
    finished = models.DateTimeField(null=True, editable=False)
    stopped_because = models.TextField(blank=True)
    # The references of the proposals whose turn did not come, since the run was stopped: they wait, approved.
    left = models.JSONField(default=list, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)

    class Privacy:
        not_personal = frozenset({"id", "reference", "finished", "stopped_because", "left"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.LOG
        pack = Internal("about the charity's own work")
        destruction = Keep("the proof that something was destroyed, without saying of whom")
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("retention:run", args=[self.reference])


class Proposal(Recorded):
    """That the records of a family, or some of them, are to be destroyed (features.md P35, N22)."""

    class Kind(models.TextChoices):
        DUE = "due", "The time of the schedule is over"
        EARLY = "early", "Earlier than the schedule says"
        ERASURE = "erasure", "They asked for it to be erased (UK GDPR Art 17)"

    reference = reference_field("J")
    kind = models.TextField(choices=Kind.choices)
    # Whose manager looks at it as the second person; empty, the Data Protection Officers among themselves.
    service = models.ForeignKey(
        to=Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(
        "why now, if not by the schedule; or what the review found", blank=True
    )
    status = models.TextField(choices=ProposalStatus.choices, default=ProposalStatus.PROPOSED)
    rehearsed = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    # Of everything that would go, as it was when it was approved.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    # A sentence without anybody's name: it stands in the certificate.
    ended_because = models.TextField(blank=True)
    run = models.ForeignKey(
        to=Run, on_delete=models.PROTECT, null=True, related_name="proposals", editable=False
    )
    # Of what was destroyed: rows by table, schedule rows with their versions, keyed hashes of references.
    outcome = models.JSONField(default=dict, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (
            ("propose_destruction", "Can propose what is to be destroyed"),
            ("approve_destruction", "Can approve destruction as the second person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["due", "early", "erasure"]), name="proposal_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="due") | ~Q(reason=""),
                name="proposal_before_its_time_says_why",
                violation_error_message="Say why it is destroyed before its time.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="proposal_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("recorded_by")),
                name="proposal_approved_by_another",
                violation_error_message="Somebody else than whoever proposed it approves it.",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None, fingerprint="")
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(fingerprint="")),
                name="proposal_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "destroyed"]) | Q(approved_at__isnull=False),
                name="proposal_destroyed_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "approved"], ended_at=None, ended_by=None)
                | Q(
                    status__in=["destroyed", "returned", "withdrawn"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="proposal_ended_at_and_by",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"reason", "ended_because", "service"})
        staff = frozenset(
            {
                "recorded_at",
                "recorded_by",
                "approved_at",
                "approved_by",
                "ended_at",
                "ended_by",
            }
        )
        not_personal = frozenset(
            {"id", "kind", "status", "rehearsed", "fingerprint", "run", "outcome"}
        )
        about = ()
        retention = Retention.LOG
        pack = Internal("a proposal about their record, which the record itself tells")
        destruction = Keep(
            "the proof that something was destroyed; its reason is emptied and its items go"
        )
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("retention:proposal", args=[self.reference])

    @property
    def is_kept_apart(self) -> bool:
        """Whether it is about what a few alone may read; never, once that is destroyed.

        Nor what somebody asked to be erased: two people decided about it who read it for the request.
        """
        is_asked = self.kind == Proposal.Kind.ERASURE
        return not is_asked and self.items.filter(table__in=APART).exists()


class ProposalItem(models.Model):
    """One record that a proposal destroys, with everything that hangs on it. Goes when it goes."""

    proposal = models.ForeignKey(to=Proposal, on_delete=models.PROTECT, related_name="items")
    # The table and number of a record: a case, a person, an enquiry, a concern.
    table = models.TextField()
    record = models.BigIntegerField()
    row = models.ForeignKey(
        to=ScheduleRow, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    due_on = models.DateField(null=True)
    # Of an erasure that was asked for: the decision about it, and who approved that.
    erasure = models.ForeignKey(
        to=ErasureItem, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["proposal", "table", "record"], name="record_once_in_a_proposal"
            ),
        )

    class Privacy:
        personal = frozenset({"table", "record", "due_on"})
        not_personal = frozenset({"id", "proposal", "row", "erasure"})
        about = ()
        retention = Retention.LOG
        pack = Internal("a number of a record that is shown itself")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.table} {self.record}"


class Remainder(Recorded):
    """A word of somebody who goes that stands elsewhere, and what a person decided about it.

    A surname or an address may be the survivor's as well: then it stays. Or it is about whoever goes alone,
    and is taken out of the words around it.
    """

    class Decision(models.TextChoices):
        THEIRS = "theirs", "It belongs to somebody who stays"
        TAKE_OUT = "take_out", "Take the words out"
        PAPERS = (
            "papers",
            "It stays with the papers of their request, until the time of those is over",
        )
        LOOKED_AT = "looked_at", "Looked at by hand"

    proposal = models.ForeignKey(to=Proposal, on_delete=models.PROTECT, related_name="remainders")
    word = models.TextField()
    place = models.TextField()
    table = models.TextField(blank=True)
    column = models.TextField(blank=True)
    # The key of the row; of a file nobody could read, its SHA-256.
    record = models.TextField(blank=True)
    decision = models.TextField(choices=Decision.choices, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("word", "place")
        constraints = (
            models.UniqueConstraint(
                fields=["proposal", "word", "place"], name="remainder_once_in_a_proposal"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "theirs", "take_out", "papers", "looked_at"]),
                name="remainder_decision_is_known",
            ),
        )

    class Privacy:
        identifying = frozenset({"word"})
        personal = frozenset({"place", "table", "column", "record", "decision"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "proposal"})
        about = ()
        retention = Retention.LOG
        pack = Internal("where a word of the record stands; the record itself is shown")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.place


class OutsidePlace(Recorded):
    """Somewhere outside this system where the charity may hold something about people (features.md P53)."""

    name = models.CharField("place", max_length=100, unique=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("name",)

    class Privacy:
        not_personal = frozenset({"id", "name", "ended_on"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about the charity's own places")
        destruction = Keep("about nobody")
        counted = False

    def __str__(self) -> str:
        return self.name


class OutsideSigned(Recorded):
    """That somebody looked in a place outside the system, and nothing of the family is there any more."""

    proposal = models.ForeignKey(to=Proposal, on_delete=models.PROTECT, related_name="signed")
    place = models.ForeignKey(to=OutsidePlace, on_delete=models.PROTECT, related_name="+")

    class Meta(Recorded.Meta):
        ordering = ("place__name",)
        constraints = (
            models.UniqueConstraint(
                fields=["proposal", "place"],
                name="place_signed_once",
                violation_error_message="This place is signed off already.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "proposal", "place"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.LOG
        pack = Internal("about the charity's own work")
        destruction = Keep("part of the certificate; names nobody but staff")
        counted = False

    def __str__(self) -> str:
        return f"{self.place_id}"


class Journal(models.Model):
    """What is still to be done outside the database for rows that are gone already.

    Written in the transaction that deletes the rows: a process that is killed leaves it, and the next run
    finishes. `file` is a stored file to remove, `ledger` a line to append to the ledger outside.
    """

    run = models.ForeignKey(to=Run, on_delete=models.PROTECT, related_name="journal")
    file = models.CharField(max_length=200, blank=True)
    ledger = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(ledger="")) | (~Q(file="") & Q(ledger="")),
                name="journal_is_of_a_file_or_of_the_ledger",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "run", "file", "ledger"})
        files = ("file",)
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal("random names of files that are being removed")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.file or self.ledger
