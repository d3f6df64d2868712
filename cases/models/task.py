"""What staff have to do, and what became of it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.triggers import NOTED
from cases.models.case import Case
from cases.models.person import Person
from cases.models.service import Service
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class Task(models.Model):
    """Something that a member of staff, or anybody of a service, is asked to do (features.md P9).

    `link` is the path of the page where it is done; a task without one is done outside the software.
    """

    reference = reference_field("K")
    kind = models.TextField()
    what = models.TextField("what is to be done")
    for_user = models.ForeignKey(
        verbose_name="for",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
    )
    service = models.ForeignKey(
        to=Service, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    due_on = models.DateField("by", null=True, blank=True)
    link = models.CharField("page", max_length=300, blank=True)
    status = models.TextField(choices=TaskStatus.choices, default=TaskStatus.OPEN)
    asked = models.DateTimeField(default=timezone.now, editable=False)
    # Nobody where the software asks by itself: a review that falls due.
    asked_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks_asked",
        editable=False,
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    dropped_because = models.TextField(blank=True)

    class Meta:
        ordering = (F("due_on").asc(nulls_last=True), "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        indexes = (
            models.Index(
                fields=["for_user", "due_on"], condition=Q(status="open"), name="task_to_do"
            ),
            models.Index(
                fields=["service", "due_on"], condition=Q(status="open"), name="task_of_service"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(kind=""), name="task_has_a_kind"),
            models.CheckConstraint(
                condition=~Q(what=""),
                name="task_says_what",
                violation_error_message="Say what is to be done.",
            ),
            models.CheckConstraint(
                condition=Q(for_user__isnull=False) | Q(service__isnull=False),
                name="task_is_for_somebody",
                violation_error_message="Say who is to do it: a colleague, or a service.",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="/"),
                name="task_leads_to_a_page_of_ours",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TaskStatus.values), name="task_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=TaskStatus.OPEN, ended_at=None, ended_by=None)
                | (~Q(status=TaskStatus.OPEN) & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="task_ended_at_and_by_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(status=TaskStatus.DROPPED) & ~Q(dropped_because="")
                | ~Q(status=TaskStatus.DROPPED) & Q(dropped_because=""),
                name="task_dropped_with_a_reason",
                violation_error_message="Say why it is no longer needed.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case", "person", "kind", "due_on", "status", "ended_at"})
        third_party = frozenset({"what", "dropped_because"})
        staff = frozenset({"for_user", "asked", "asked_by", "ended_by"})
        not_personal = frozenset({"id", "service", "link"})
        about = ("person", "case__people")
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.TASKS,
            when="asked",
            written="asked",
            shows=(
                "reference",
                "kind_in_words",
                "what",
                "case",
                "due_on",
                "status",
                "ended_at",
                "dropped_because",
            ),
            passages=("what", "dropped_because"),
            left_out={
                "kind": "printed in words",
                "person": "the person whose pack it is, or somebody of the same case",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.kind_in_words

    @property
    def kind_in_words(self) -> str:
        """The kind as people read it; one that the code forgot is shown as written."""
        return TaskKind(self.kind).words if self.kind in TaskKind else self.kind
