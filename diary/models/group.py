"""Groups, who belongs to them, their registers, and people who drop in (features.md P42, P44)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Case, Contact, Enquiry, Person, Service
from cases.models.base import Recorded
from core.dates import plural
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section, Unprinted


class Group(Recorded):
    """A group that meets: a parents' course, a drop-in. Its sessions are appointments."""

    reference = reference_field("G")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=100)
    about = models.TextField("what it is for", blank=True)
    drop_in = models.BooleanField("people may come without a case", default=False)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["service", "name"],
                condition=Q(ended_on=None),
                name="group_name_once_in_a_service",
                violation_error_message="The service has a group of this name.",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {"id", "reference", "service", "name", "about", "drop_in", "ended_on"}
        )
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about a group; named where somebody's part in it is shown")
        destruction = Keep("about nobody")
        counted = True

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("diary:group", args=[self.reference])


class GroupMember(Recorded):
    """That somebody with a case in the service belongs to a group, from a day until a day."""

    group = models.ForeignKey(to=Group, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="groups")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="groups")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(until=None),
                name="person_once_in_a_group_at_a_time",
                violation_error_message="They belong to the group already.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="group_member_ends_after_start",
            ),
        )

    class Privacy:
        personal = frozenset({"group", "person", "case", "since", "until"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CASES,
            when="since",
            shows=("group", "case", "since", "until"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"


class Attendance(Recorded):
    """One line of a register that is written: the contact of one person with one session."""

    session = models.ForeignKey(
        to="diary.Appointment", on_delete=models.PROTECT, related_name="register"
    )
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="attendances")
    contact = models.OneToOneField(to=Contact, on_delete=models.PROTECT, related_name="attendance")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["session", "person"], name="person_once_in_a_register"),
        )

    class Privacy:
        personal = frozenset({"session", "person", "contact"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal("the contact itself is shown, with what became of it", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.person_id} at {self.session_id}"


class DropIn(Recorded):
    """Somebody who came without a case: counted, and named only if they wish (features.md P44)."""

    reference = reference_field("W")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="drop_ins")
    session = models.ForeignKey(
        to="diary.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="drop_ins",
    )
    came_on = models.DateField()
    adults = models.PositiveSmallIntegerField(default=1)
    children = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("name, if they gave one", max_length=150, blank=True)
    asked = models.TextField("what they came for", blank=True)
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="drop_ins"
    )
    # What they asked and were told, where more came of it.
    enquiry = models.OneToOneField(
        to=Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="drop_in"
    )
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("-came_on", "-pk")
        verbose_name = "drop-in attendance"
        indexes = (models.Index(fields=["service", "-came_on"], name="drop_in_of_service"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(adults__gte=1) | Q(children__gte=1),
                name="drop_in_counts_somebody",
                violation_error_message="Count at least one adult or child.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "name"})
        personal = frozenset(
            {"service", "session", "came_on", "adults", "children", "person", "enquiry"}
        )
        special_category = frozenset({"asked"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("person",)
        retention = Retention.GROUP_ACTIVITY
        pack = Pack(
            section=Section.CONTACTS,
            when="came_on",
            shows=(
                "reference",
                "service",
                "came_on",
                "adults",
                "children",
                "name",
                "asked",
                "enquiry",
                "recorded_at",
                "recorded_by",
            ),
            passages=("asked",),
            left_out={
                "person": "the person whose pack it is",
                "session": "the service and the day say which it was",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    @property
    def in_words(self) -> str:
        """How many came: 1 adult, 2 children."""
        children = f"{self.children} child" if self.children == 1 else f"{self.children} children"
        parts = [plural(self.adults, "adult")] if self.adults else []
        return ", ".join([*parts, children] if self.children else parts)
