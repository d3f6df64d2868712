"""Where was searched for a request: the officer's list of places, and what came of each (UK GDPR Art 15(1A))."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Task
from cases.models.base import Recorded
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section
from sar.models.request import RightsRequest
from sar.triggers import NOTED


class SearchPlace(Recorded):
    """A place where the charity may hold something: its list is the Data Protection Officer's."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    help_text = models.CharField("what to look at there", max_length=300, blank=True)
    is_open = models.BooleanField("searched for new requests", default=True)

    class Meta(Recorded.Meta):
        verbose_name = "place that is searched"
        verbose_name_plural = "places that are searched"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="search_place_has_a_name"),
        )

    class Privacy:
        not_personal = frozenset({"id", "slug", "name", "help_text", "is_open"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("the charity's own list; about nobody")
        destruction = Keep("the charity's own list; about nobody")
        counted = False

    def __str__(self) -> str:
        return self.name


class Search(Recorded):
    """One place for one request: who was asked by when, and what came of it (features.md P24, N12)."""

    class Outcome(models.TextChoices):
        FOUND = "found", "Something was found"
        NONE = "none", "Nothing was found"
        NOT_SEARCHED = "not_searched", "Not searched"

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="searches")
    place = models.ForeignKey(to=SearchPlace, on_delete=models.PROTECT, related_name="searches")
    asked_of = models.ForeignKey(
        verbose_name="who was asked",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="searches_asked",
    )
    asked_on = models.DateField(null=True, blank=True)
    due_on = models.DateField("by", null=True, blank=True)
    task = models.OneToOneField(
        to=Task, on_delete=models.PROTECT, null=True, blank=True, related_name="search"
    )
    # When they were last asked again, and when the officer was told that it is late.
    chased_on = models.DateField(null=True, blank=True, editable=False)
    escalated_on = models.DateField(null=True, blank=True, editable=False)
    outcome = models.TextField("what came of it", choices=Outcome.choices, blank=True)
    searched_by = models.CharField("who searched", max_length=200, blank=True)
    searched_on = models.DateField("when", null=True, blank=True)
    terms = models.TextField("with what words", blank=True)
    because = models.TextField("what was found, or why it was not searched", blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "search of a place"
        verbose_name_plural = "searches of places"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["request", "place"], name="place_searched_once"),
            models.CheckConstraint(
                condition=Q(asked_of=None, asked_on=None, due_on=None, task=None)
                | Q(
                    asked_of__isnull=False,
                    asked_on__isnull=False,
                    due_on__gte=F("asked_on"),
                    task__isnull=False,
                ),
                name="search_asked_of_somebody_by_a_day",
                violation_error_message="Say who is asked, and by when.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", searched_by="", searched_on=None, terms="", because="")
                | (
                    Q(outcome__in=["found", "none"], searched_on__isnull=False)
                    & ~Q(searched_by="")
                    & ~Q(terms="")
                )
                | (Q(outcome="not_searched", searched_on=None) & ~Q(because="")),
                name="search_says_who_when_and_with_what_words",
                violation_error_message="Say who searched, when and with what words, or why nobody did.",
            ),
        )

    class Privacy:
        personal = frozenset({"outcome", "searched_on", "terms", "because"})
        staff = frozenset({"asked_of", "searched_by", "recorded_at", "recorded_by"})
        not_personal = frozenset(
            {"id", "request", "place", "asked_on", "due_on", "task", "chased_on", "escalated_on"}
        )
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="searched_on",
            shows=("request", "place", "outcome", "searched_by", "searched_on", "terms", "because"),
            passages=("terms", "because"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.place}: {self.get_outcome_display() or 'not answered yet'}"

    def get_absolute_url(self) -> str:
        return reverse("sar:search", args=[self.request.reference, self.place.slug])

    @property
    def is_answered(self) -> bool:
        return bool(self.outcome)
