"""Records that are kept and not used: restrictions, who may use them all the same, and what was used.

UK GDPR Art 18: while a restriction lasts the charity stores the record and does nothing else with it,
save for one of four reasons. What that means for pages, lists and figures is asked in `cases.restricted`.
"""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.models import CurrentTransaction
from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.contact import Contact
from cases.models.decision import Decision
from cases.models.document import Document
from cases.models.note import CaseNote
from cases.models.person import Person
from cases.triggers import NOTED, RESTRICTED_MARK, RESTRICTION_STEPS, STAYS_AS_WRITTEN, USED_NOW
from core.fields import TransactionNumberField, reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted

LONGEST_GRANT = timedelta(days=28)


class LawfulReason(models.TextChoices):
    """What alone allows the use of a restricted record (UK GDPR Art 18(2))."""

    CONSENT = "consent", "The person agrees to it"
    CLAIMS = "claims", "A legal claim is made, pursued or defended"
    ANOTHER = "another", "The rights of another person are protected"
    PUBLIC = "public", "Important public interest"


TARGETS = ("person", "case", "note", "contact", "decision", "document")


def _one_of_the_targets() -> Q:
    one = Q()
    for target in TARGETS:
        others = {f"{other}": None for other in TARGETS if other != target}
        one |= Q(**{f"{target}__isnull": False}, **others)
    return one


class Restriction(Recorded):
    """That a person's record, a case or one entry is kept and not used (UK GDPR Art 18).

    Placed by the Data Protection Officer. It ends in two steps: the person is told, with the day and the
    means, and only then is it lifted (Art 18(3)); the database refuses the one without the other.
    """

    class Ground(models.TextChoices):
        ACCURACY = "accuracy", "Its accuracy is disputed and is being checked (18(1)(a))"
        UNLAWFUL = "unlawful", "Its use is unlawful and the person wants it kept (18(1)(b))"
        CLAIMS = "claims", "We need it no longer, and they do for a legal claim (18(1)(c))"
        OBJECTION = "objection", "They objected, and that is being weighed (18(1)(d))"

    class Means(models.TextChoices):
        SPOKEN = "spoken", "Told in person or by telephone"
        LETTER = "letter", "By letter"
        EMAIL = "email", "By e-mail"

    reference = reference_field("X")
    ground = models.TextField(choices=Ground.choices)
    because = models.TextField("why")
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    note = models.ForeignKey(
        to=CaseNote, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    contact = models.ForeignKey(
        to=Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    decision = models.ForeignKey(
        to=Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    document = models.ForeignKey(
        to=Document, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions"
    )
    # How a person is named in words, for what is written about them among others. Names do not change
    # while the restriction lasts.
    mentions = models.TextField(blank=True, editable=False)
    alerts_stay = models.BooleanField(
        "alerts and court orders stay visible, since they protect other people", default=True
    )
    notice_on = models.DateField("the person was told that it ends", null=True, blank=True)
    notice_means = models.TextField("how they were told", choices=Means.choices, blank=True)
    notice_by = models.ForeignKey(
        verbose_name="told by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    lifted_at = models.DateTimeField("lifted", null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    lifted_because = models.TextField("why it was lifted", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (("restrict_records", "Can restrict records, grant their use and lift it"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, RESTRICTION_STEPS, RESTRICTED_MARK]
        constraints = (
            models.CheckConstraint(
                condition=Q(ground__in=["accuracy", "unlawful", "claims", "objection"]),
                name="restriction_ground_is_known",
            ),
            models.CheckConstraint(
                condition=Q(notice_means__in=["", "spoken", "letter", "email"]),
                name="restriction_notice_means_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(because=""),
                name="restriction_says_why",
                violation_error_message="Say why the record is restricted.",
            ),
            models.CheckConstraint(
                condition=_one_of_the_targets(), name="restriction_of_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(person=None, mentions="") | (Q(person__isnull=False) & ~Q(mentions="")),
                name="restriction_of_a_person_knows_their_names",
            ),
            models.CheckConstraint(
                condition=Q(notice_on=None, notice_means="", notice_by=None)
                | (Q(notice_on__isnull=False, notice_by__isnull=False) & ~Q(notice_means="")),
                name="restriction_notice_has_day_means_and_who",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False, notice_on__isnull=False)
                    & ~Q(lifted_because="")
                ),
                name="restriction_lifted_at_and_by_after_the_notice",
                violation_error_message="Tell the person first (UK GDPR Art 18(3)).",
            ),
            *(
                models.UniqueConstraint(
                    fields=[target],
                    condition=Q(lifted_at=None),
                    name=f"{target}_restricted_once_at_a_time",
                    violation_error_message="This is restricted already.",
                )
                for target in TARGETS
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "mentions"})
        personal = frozenset(
            {
                "ground",
                "person",
                "case",
                "note",
                "contact",
                "decision",
                "document",
                "alerts_stay",
                "notice_on",
                "notice_means",
                "lifted_at",
            }
        )
        third_party = frozenset({"because", "lifted_because"})
        staff = frozenset({"notice_by", "lifted_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = (
            "person",
            "case__people",
            "note__people",
            "contact__people",
            "decision__case__people",
            "document__people",
        )
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="recorded_at",
            shows=(
                "reference",
                "what_in_words",
                "ground",
                "because",
                "alerts_stay",
                "notice_on",
                "notice_means",
                "lifted_at",
                "lifted_because",
            ),
            passages=("because", "lifted_because"),
            left_out={
                "mentions": "the person’s own names, as a computer looks for them",
                "person": "told in words",
                "case": "told in words",
                "note": "told in words",
                "contact": "told in words",
                "decision": "told in words",
                "document": "told in words",
            },
        )
        destruction = Delete()
        counted = True
        stays = "says that others are restricted"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("admin:cases_restriction_change", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.lifted_at is None

    @property
    def target(self) -> str:
        """Which of TARGETS it is of."""
        return next(name for name in TARGETS if getattr(self, f"{name}_id") is not None)

    @property
    def of(self) -> Person | Case | CaseNote | Contact | Decision | Document:
        """The very record."""
        record: Person | Case | CaseNote | Contact | Decision | Document = getattr(
            self, self.target
        )
        return record

    @property
    def what_in_words(self) -> str:
        """What is restricted, by its number: never by what it says."""
        words = {"person": "The whole record", "case": "The case", "document": "The document"}
        return f"{words.get(self.target, f'The {self.target}')} {self.of.reference}"


class RestrictionGrant(Recorded):
    """That a named worker may use what is restricted, for one reason, for up to 28 days.

    Given by the Data Protection Officer for a live piece of work; each look is still in the log.
    """

    restriction = models.ForeignKey(to=Restriction, on_delete=models.PROTECT, related_name="grants")
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField("which lawful reason", choices=LawfulReason.choices)
    because = models.TextField("why it applies")
    since = models.DateField("from")
    until = models.DateField("until")
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "leave to use what is restricted"
        verbose_name_plural = "leaves to use what is restricted"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(reason__in=LawfulReason.values), name="grant_reason_is_lawful"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="grant_says_why"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")) & Q(until__lte=F("since") + LONGEST_GRANT),
                name="grant_for_28_days_at_most",
                violation_error_message="A worker gets leave for 28 days at most.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="grant_ended_at_and_by",
            ),
        )

    class Privacy:
        personal = frozenset({"restriction", "reason", "because", "since", "until"})
        staff = frozenset({"worker", "ended_at", "ended_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("restriction__person", "restriction__case__people")
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("who looked is shown in the statement of looks", Unprinted.LOOKS)
        destruction = Delete()
        counted = False
        stays = "says who may use what is restricted"

    def __str__(self) -> str:
        return f"{self.worker} until {self.until}"


class RestrictedUse(Recorded):
    """That something restricted was changed all the same: for which reason, why, by whom.

    The database lets such a change through only in the very transaction that wrote this row.
    """

    restriction = models.ForeignKey(to=Restriction, on_delete=models.PROTECT, related_name="uses")
    reason = models.TextField("which lawful reason", choices=LawfulReason.choices)
    because = models.TextField("why it applies")
    xid = TransactionNumberField(db_default=CurrentTransaction(), editable=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "use of what is restricted"
        verbose_name_plural = "uses of what is restricted"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, USED_NOW]
        constraints = (
            models.CheckConstraint(
                condition=Q(reason__in=LawfulReason.values), name="use_reason_is_lawful"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="use_says_why"),
        )
        indexes = (models.Index(fields=["restriction", "xid"], name="use_in_transaction"),)

    class Privacy:
        personal = frozenset({"restriction", "reason", "because"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "xid"})
        about = ("restriction__person", "restriction__case__people")
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("who did what is shown in the statement of looks", Unprinted.LOOKS)
        destruction = Delete()
        counted = False
        stays = "says why what is restricted was used"

    def __str__(self) -> str:
        return f"{self.restriction}: {self.get_reason_display().lower()}"


class HeldPassages(Recorded):
    """Which passages of an entry about several people are held back for one of them who is restricted.

    Until somebody has gone through the entry and written this, all of it is hidden. The passages are
    words as they stand there; none at all says that nothing in it is about the restricted person.
    """

    restriction = models.ForeignKey(to=Restriction, on_delete=models.PROTECT, related_name="held")
    # The entry by its noun and number: notes, contacts and decisions have tables of their own.
    noun = models.TextField(choices=[(n, n) for n in ("note", "contact", "decision", "document")])
    record_id = models.BigIntegerField(editable=False)
    passages = ArrayField(models.TextField(), default=list, blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "passages held back"
        verbose_name_plural = "passages held back"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, STAYS_AS_WRITTEN]
        constraints = (
            models.CheckConstraint(
                condition=Q(noun__in=["note", "contact", "decision", "document"]),
                name="held_passages_noun_is_known",
            ),
            models.UniqueConstraint(
                fields=["restriction", "noun", "record_id"], name="entry_gone_through_once"
            ),
        )

    class Privacy:
        personal = frozenset({"restriction", "noun", "record_id"})
        third_party = frozenset({"passages"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("restriction__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("passages of entries that are shown themselves", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False
        stays = "says what of an entry is held back"

    def __str__(self) -> str:
        return f"{self.restriction}: {self.noun} {self.record_id}"
