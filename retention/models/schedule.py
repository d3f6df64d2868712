"""The retention schedule: how long each kind of record is kept, from when, why, and who decided it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Service
from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention

COUNTS_FROM_NOTHING = (
    "Write at least one of: months after the end, after the last entry, after a death, after the end of the "
    "consents; or a birthday."
)


class Category(models.TextChoices):
    """The kinds of record of the declarations (core.privacy.Retention) that a period is decided for."""

    CASE_FILE = Retention.CASE_FILE.value, "Case files"
    ENQUIRY = Retention.ENQUIRY.value, "Enquiries that became no case"
    SAFEGUARDING = Retention.SAFEGUARDING.value, "Safeguarding concerns"
    ALLEGATION = Retention.ALLEGATION.value, "Allegations against staff and volunteers"
    RIGHTS_REQUEST = Retention.RIGHTS_REQUEST.value, "Rights-request papers"
    COMPLAINT = Retention.COMPLAINT.value, "Complaints and compliments"
    BREACH = Retention.BREACH.value, "Breach log"
    GROUP_ACTIVITY = Retention.GROUP_ACTIVITY.value, "Group and drop-in activity"
    STAFF = Retention.STAFF.value, "Staff and volunteers"
    LOG = Retention.LOG.value, "What was typed in the log, by months"


class About(models.TextChoices):
    """Whose records a row is for: a service that sees adults and children may keep them differently."""

    ANYBODY = "anybody", "Anybody"
    CHILDREN = "children", "Where somebody was under 18 at the end"
    ADULTS = "adults", "Where everybody was 18 or older at the end"


class Outcome(models.TextChoices):
    """What is done when the time is over."""

    REVIEW = "review", "Look at it, then decide"
    DESTROY = "destroy", "Destroy"
    ANONYMISE = "anonymise", "Destroy, and keep figures from which nobody can be told"
    KEEP = "keep", "Keep"


# Of these kinds it is declared what may stay without anybody's being told from it (retention.remains).
MADE_ANONYMOUS = (Category.CASE_FILE, Category.ENQUIRY, Category.GROUP_ACTIVITY)
NOT_MADE_ANONYMOUS = (
    "Of this kind of record nothing is declared that could stay without telling of anybody. Choose another "
    "end for it."
)


class ScheduleRow(Recorded):
    """One adopted row of the schedule (features.md P33, law.md section 5); never changed, only replaced.

    The time is over at the latest of what the row counts from. Adopted by whoever wrote it, on the day.
    """

    category = models.TextField("kind of record", choices=Category.choices)
    service = models.ForeignKey(
        verbose_name="of which service",
        to=Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    about_whom = models.TextField("of whom", choices=About.choices, default=About.ANYBODY)
    title = models.CharField("in a few words", max_length=120)
    months_after_end = models.PositiveSmallIntegerField(
        "months after it ended", null=True, blank=True
    )
    months_after_activity = models.PositiveSmallIntegerField(
        "months after the last contact or entry", null=True, blank=True
    )
    birthday = models.PositiveSmallIntegerField(
        "birthday of the youngest, in years", null=True, blank=True
    )
    months_after_death = models.PositiveSmallIntegerField(
        "months after the death of the last of them", null=True, blank=True
    )
    months_after_consent = models.PositiveSmallIntegerField(
        "months after the last of their consents ended", null=True, blank=True
    )
    outcome = models.TextField("what happens then", choices=Outcome.choices)
    reason = models.TextField("why so long")
    citation = models.CharField("rule or guidance", max_length=200, blank=True)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    adopted_on = models.DateField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    app_rights = ("SELECT", "INSERT", "UPDATE (ended_at, ended_by_id)")

    class Meta(Recorded.Meta):
        ordering = ("category", "service__name", "about_whom", "-version")
        permissions = (("adopt_schedule", "Can adopt rows of the retention schedule"),)
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="schedule_category_is_known"
            ),
            models.CheckConstraint(
                condition=Q(about_whom__in=About.values), name="schedule_about_whom_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="schedule_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.ANONYMISE) | Q(category__in=MADE_ANONYMOUS),
                name="schedule_anonymises_what_is_declared",
                violation_error_message=NOT_MADE_ANONYMOUS,
            ),
            models.CheckConstraint(
                condition=Q(months_after_end__isnull=False)
                | Q(months_after_activity__isnull=False)
                | Q(birthday__isnull=False)
                | Q(months_after_death__isnull=False)
                | Q(months_after_consent__isnull=False),
                name="schedule_counts_from_something",
                violation_error_message=COUNTS_FROM_NOTHING,
            ),
            models.CheckConstraint(
                condition=Q(birthday=None) | Q(birthday__lte=120),
                name="schedule_birthday_is_an_age",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(title=""),
                name="schedule_says_why",
                violation_error_message="Say why records are kept for so long.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="schedule_ended_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["category", "service", "about_whom"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="schedule_one_row_at_a_time",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "category",
                "service",
                "about_whom",
                "title",
                "months_after_end",
                "months_after_activity",
                "birthday",
                "months_after_death",
                "months_after_consent",
                "outcome",
                "reason",
                "citation",
                "version",
                "adopted_on",
            }
        )
        staff = frozenset({"recorded_at", "recorded_by", "ended_at", "ended_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a rule of the charity; the period is told with each pack")
        destruction = Keep("about nobody; certificates name its versions")
        counted = False

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"
