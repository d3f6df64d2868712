"""Cases: one piece of work of one service with one or more people, usually a family."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models.agency import Professional
from cases.models.base import Recorded
from cases.models.person import Person
from cases.models.service import Service
from cases.workflow import CaseStatus
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class CaseRole(models.TextChoices):
    """What somebody is in a case."""

    CLIENT = "client", "Client"
    CHILD = "child", "Child"
    PARENT = "parent", "Parent or carer"
    RELATIVE = "relative", "Relative"
    OTHER = "other", "Other person"


class Case(Recorded):
    """One piece of work of one service with a family."""

    reference = reference_field("C")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="cases")
    status = models.TextField(choices=CaseStatus.choices, default=CaseStatus.OPEN)
    opened_on = models.DateField()
    summary = models.TextField("what the work is about", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    closing_summary = models.TextField(blank=True)
    people = models.ManyToManyField(to=Person, through="CasePerson", related_name="cases")

    class Meta(Recorded.Meta):
        ordering = ("-opened_on", "-pk")
        permissions = (
            ("open_case", "Can open a case"),
            ("close_case", "Can close and reopen a case"),
            ("allocate_case", "Can allocate a case to a worker"),
            ("write_entries", "Can write notes, contacts and decisions"),
            ("manage_services", "Can add services and say who belongs to them"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=CaseStatus.values), name="case_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CaseStatus.CLOSED, closed_at__isnull=False, closed_by__isnull=False
                )
                | (~Q(status=CaseStatus.CLOSED) & Q(closed_at=None, closed_by=None)),
                name="case_closed_at_and_by_iff_closed",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"people", "status", "opened_on", "closed_at", "service"})
        third_party = frozenset({"summary", "closing_summary"})
        staff = frozenset({"closed_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CASES,
            when="opened_on",
            shows=(
                "reference",
                "service",
                "status",
                "opened_on",
                "summary",
                "closed_at",
                "closing_summary",
                "workers_in_words",
            ),
            passages=("summary", "closing_summary"),
            left_out={"people": "the section about your family names them"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.reference} ({self.service})"

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.reference])

    @property
    def people_now(self) -> list[Person]:
        """Whoever is part of the case still; `case_people__person` is loaded."""
        return [one.person for one in self.case_people.all() if one.left_on is None]

    @property
    def workers_in_words(self) -> str:
        """Everybody who has worked on the case, by name: the person may know them (Art 15)."""
        return ", ".join(
            str(allocation.worker)
            for allocation in self.allocations.select_related("worker").order_by("since", "pk")
        )


class CasePerson(Recorded):
    """That somebody is part of a case, and as what."""

    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="case_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="case_people")
    role = models.TextField(choices=CaseRole.choices)
    # Of somebody taken out: their last day in the case, and why. What was written stays.
    left_on = models.DateField("part of it until", null=True, blank=True)
    left_because = models.CharField("why they were taken out", max_length=300, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name = "part in a case"
        verbose_name_plural = "parts in cases"
        constraints = (
            models.UniqueConstraint(
                fields=["case", "person"],
                name="person_once_in_a_case",
                violation_error_message="This person is part of the case already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=CaseRole.values), name="case_person_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, left_because="")
                | (Q(left_on__isnull=False) & ~Q(left_because="")),
                name="case_person_left_for_a_reason",
                violation_error_message="Say why they are taken out of the case.",
            ),
        )

    class Privacy:
        personal = frozenset({"case", "person", "role", "left_on"})
        third_party = frozenset({"left_because"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CASES,
            when="recorded_at",
            shows=("case", "role", "left_on", "left_because"),
            passages=("left_because",),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class CaseProfessional(Recorded):
    """That a professional of an agency works with this family: named as delivering the service."""

    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="case_professionals")
    professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, related_name="case_professionals"
    )

    class Meta(Recorded.Meta):
        verbose_name = "professional named on a case"
        verbose_name_plural = "professionals named on cases"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "professional"], name="professional_once_in_a_case"
            ),
        )

    class Privacy:
        personal = frozenset({"case", "professional"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.FAMILY,
            when="recorded_at",
            shows=("professional", "case"),
            passages=("professional",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.professional} ({self.case.reference})"


class Allocation(Recorded):
    """That a member of staff works on a case, from a day until a day."""

    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="allocations")
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="allocations"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-since", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["case", "worker"],
                condition=Q(until=None),
                name="worker_allocated_once_at_a_time",
                violation_error_message="This worker has the case already.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="allocation_ends_after_start",
            ),
        )

    class Privacy:
        staff = frozenset({"worker", "since", "until", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "case"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the workers of a case are named where the case is shown", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.worker}: {self.case}"
