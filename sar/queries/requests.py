"""Opening a request, and the lists of requests."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.queries.cases import PAGE_LENGTH
from sar.deadlines import Standing, deadline_of
from sar.models import DeadlineNotice, RightsRequest
from sar.permissions import can_record, requests_of
from sar.workflow import OPEN_STATUSES

WHAT_HAPPENED = ("evidence_asked", "evidence_seen", "clarifications", "corrections")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list, and where it stands."""

    request: RightsRequest
    standing: Standing


def open_request(
    reference: str,
    *,
    look: Look,
    verb: Verb = Verb.REQUEST_READ,
    to: Callable[[User], bool] | None = None,
) -> RightsRequest:
    """Open the request with `reference`, with all that happened to it; one entry.

    NotYours (404, logged) if no such request exists for `look.by`; NotNow (403, logged) if they open it
    to do something (`to`) that their role does not do.
    """
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    request = (
        requests_of(look.by)
        .filter(reference=reference)
        .select_related(
            "person",
            "recorded_by",
            "acknowledged_by",
            "refused_by",
            "released_by",
            "released_pack",
            "extension__recorded_by",
            "came_with",
            "named_contact",
            "nothing_held_by",
            "answered_by",
            "withdrawn_by",
        )
        .prefetch_related(
            "evidence_asked__recorded_by",
            "evidence_seen__seen_by",
            "clarifications",
            "corrections__recorded_by",
            "erasures",
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
            "searches__files",
        )
        .first()
    )
    if request is None:
        raise _not_yours(reference, look)
    if to is not None and not to(look.by):
        raise NotNow(
            "Your role records requests, and the Data Protection Officer works on them.",
            look=look,
            record=request,
            people=people_of_request(request),
        )
    show(look, [Shown(verb, request, people_of_request(request))])
    return request


def list_requests(*, look: Look, page: int | str, answered: bool, on: date) -> Page:
    """One page of `RequestRow`s: open ones by deadline, answered ones by the day they came."""
    user: User = look.by
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    if not can_record(user) and not user.has_perm("sar.work_requests"):
        raise NotNow("Your role does not work with requests.", look=look, record=RightsRequest)
    found = requests_of(user).select_related("person", "extension").prefetch_related(*WHAT_HAPPENED)
    rows = _answered(found, page, on) if answered else _open(found, page, on)
    show(
        look,
        [
            Shown(Verb.REQUEST_LISTED, row.request, people_of_request(row.request))
            for row in rows.object_list
        ],
    )
    return rows


def _open(found: QuerySet[RightsRequest], page: int | str, on: date) -> Page:
    return Paginator(by_deadline(found, on), PAGE_LENGTH).get_page(page)


def _answered(found: QuerySet[RightsRequest], page: int | str, on: date) -> Page:
    closed = found.exclude(status__in=OPEN_STATUSES).order_by("-received_on", "-pk")
    rows: Page = Paginator(closed, PAGE_LENGTH).get_page(page)
    rows.object_list = [RequestRow(one, deadline_of(one, on)) for one in rows.object_list]
    return rows


def by_deadline(requests: QuerySet[RightsRequest], on: date) -> list[RequestRow]:
    """The open ones of `requests`, the one that is due first before all others.

    One without a day, because its clock stands still or has not started, comes after those with one. A
    deadline is worked out and stands in no column, so all open requests are read: tens, at a charity.
    """
    waiting = requests.filter(status__in=OPEN_STATUSES).select_related("extension")
    rows = [
        RequestRow(one, deadline_of(one, on)) for one in waiting.prefetch_related(*WHAT_HAPPENED)
    ]
    return sorted(
        rows,
        key=lambda row: (
            row.standing.deadline.due or date.max,
            row.request.received_on,
            row.request.pk,
        ),
    )


def linked_to(user: User, request: RightsRequest) -> list[RightsRequest]:
    """The other requests of the same letter or call, as far as they exist for `user`."""
    first = request.came_with_id or request.pk
    return list(requests_of(user).filter(Q(pk=first) | Q(came_with=first)).exclude(pk=request.pk))


def alike_to(user: User, request: RightsRequest) -> list[RightsRequest]:
    """Open requests that may be the same asked twice: of the person or whoever asks, for the same.

    Only those that exist for `user`. Of somebody whom nobody has found, names are compared word by word.
    """
    others = (
        requests_of(user)
        .filter(kind=request.kind, status__in=OPEN_STATUSES)
        .exclude(pk=request.pk)
        .select_related("person")
    )
    return [one for one in others if _may_be_same(one, request)]


def _may_be_same(one: RightsRequest, other: RightsRequest) -> bool:
    if one.person_id is not None and other.person_id is not None:
        return one.person_id == other.person_id
    if one.reply_email and one.reply_email.casefold() == other.reply_email.casefold():
        return True
    first, second = (
        set(re.findall(r"\w+", row.about_whom.split("\n")[0].casefold())) for row in (one, other)
    )
    smaller = min(first, second, key=len)
    return len(smaller) > 1 and first & second == smaller


def deadline_notice(number: int) -> DeadlineNotice | None:
    """The notice with this number, with its request; None if it is gone."""
    return DeadlineNotice.objects.select_related("request").filter(pk=number).first()


def people_of_request(request: RightsRequest) -> Iterable[int]:
    """Whom a request is about, as far as anybody knows."""
    return [request.person_id] if request.person_id is not None else []


def begin_request(*, look: Look) -> None:
    """Ask whether `look.by` may take in a request at all; NotNow (403, logged) if not."""
    if not can_record(look.by):
        raise NotNow(
            "Your role does not take in requests.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=RightsRequest,
        )


def _not_yours(reference: str, look: Look) -> NotYours:
    return NotYours(
        "No request with this reference.",
        look=look,
        record=RightsRequest,
        people=RightsRequest.objects.filter(reference=reference, person__isnull=False).values_list(
            "person", flat=True
        ),
        values={"reference": reference},
    )
