"""Requests on the Data Protection Officer's desk: by deadline, with what can be done as buttons."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, Func, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import User
from accounts.queries import reader_of
from audit.admin_base import ReadingDesk
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Person
from core.dates import plain
from sar.deadlines import Standing, deadline_of
from sar.levers import levers_for
from sar.models import RightsRequest
from sar.permissions import requests_of
from sar.queries.requests import WHAT_HAPPENED, by_deadline, people_of_request
from sar.views.requests import BACK_TO_ADMIN, about_request


class RequestList(ChangeList):
    """A page of requests, the one that is due first on top."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        found: QuerySet[RightsRequest] = super().get_queryset(request, exclude_parameters)
        order = [row.request.pk for row in by_deadline(found.order_by(), timezone.localdate())]
        place = Func(Value(order), F("pk"), function="array_position")
        return found.order_by(place.asc(nulls_last=True), "-received_on", "-pk")


@admin.register(RightsRequest)
class RequestDesk(ReadingDesk):
    """The register of requests."""

    permission = "sar.work_requests"
    purpose = Purpose.RIGHTS_REQUEST
    listed = Verb.REQUEST_LISTED
    read = Verb.REQUEST_READ
    change_form_template = "admin/sar/request.html"
    list_display = ("reference", "about", "what", "received", "due", "left", "state")
    list_display_links = ("reference",)
    list_filter = ("status", "kind", "channel")
    sortable_by = ()
    fields = ("received_on",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsRequest]:
        return (
            requests_of(reader_of(request))
            .select_related(
                "person",
                "extension",
                "recorded_by",
                "acknowledged_by",
                "refused_by",
                "released_by",
                "released_pack",
                "came_with",
                "named_contact",
                "nothing_held_by",
                "answered_by",
                "withdrawn_by",
            )
            .prefetch_related(
                *WHAT_HAPPENED,
                "corrections__recorded_by",
                "erasures",
                "evidence_asked__recorded_by",
                "evidence_seen__seen_by",
                "packs__recorded_by",
                "packs__progress",
                "packs__sign_off__recorded_by",
                "packs__leaks",
                "packs__part",
                "packs__released_as",
                "parts__recorded_by",
                "stops__told_by",
                "restrictions__restriction",
                "letters",
                "warnings__decided_by",
                "competences__assessed_by",
                "searches__place",
                "searches__asked_of",
            )
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RequestList

    def people_of(self, record: Any) -> list[int]:
        return list(people_of_request(record))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> RightsRequest | None:
        found: RightsRequest | None = super().get_object(request, object_id, from_field)
        if found is not None:
            found.reader = reader_of(request)  # type: ignore[attr-defined]
        return found

    def page_of(self, record: Any) -> dict[str, Any]:
        """The whole request, and a small form for each lever, sent to the same address as the pages'."""
        user: User = record.reader
        return {
            **about_request(user, record),
            "back": BACK_TO_ADMIN,
            "forms": [
                (
                    lever,
                    lever.url(record),
                    lever.make_form(
                        None, request=record, by=user, find=_nobody, auto_id=f"{lever.name}-%s"
                    ),
                )
                for lever in levers_for(user, record)
            ],
        }

    @admin.display(description="about")
    def about(self, request: RightsRequest) -> str:
        # Of somebody not found the whole description stands on the page; here its beginning.
        return Truncator(request.about_whom).chars(60)

    @admin.display(description="what they ask")
    def what(self, request: RightsRequest) -> str:
        return request.get_kind_display()

    @admin.display(description="received")
    def received(self, request: RightsRequest) -> str:
        return plain(request.received_on)

    @admin.display(description="answer due")
    def due(self, request: RightsRequest) -> str:
        return _standing(request).due_in_words

    @admin.display(description="which is")
    def left(self, request: RightsRequest) -> str:
        return _standing(request).words

    @admin.display(description="status")
    def state(self, request: RightsRequest) -> str:
        return request.get_status_display()


def _standing(request: RightsRequest) -> Standing:
    return deadline_of(request, timezone.localdate())


def _nobody(words: str) -> Person | None:
    """A form that is only shown looks nobody up."""
    return None
