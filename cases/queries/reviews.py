"""What waits to be signed off, what went back to its writer, and what was signed off (features.md P7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import TruncDate

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.kinds import DECISION, KINDS, NOTE, people_of_entry
from cases.models import CaseNote, Decision, Review, Service
from cases.permissions import cases_of, may_sign_off, services_of
from cases.queries.cases import PAGE_LENGTH
from cases.queries.purposes import for_task
from cases.restricted import usable_entries

WAITING, BACK, SIGNED = "waiting", "back", "signed"
STATES = {WAITING: "To sign off", BACK: "With the writer", SIGNED: "Signed off"}


@dataclass(frozen=True, slots=True)
class SignOffs:
    """One page of entries in one state, of the services of a manager."""

    services: list[Service]
    page: Page


def awaiting_sign_off(user: User) -> list[QuerySet[Any]]:
    """The notes and the closings that wait for `user`, as two querysets; two empty ones for whoever
    signs nothing off. For pages that count them; whoever shows them goes through a door.
    """
    services = services_of(user) if may_sign_off(user) else Service.objects.none()
    return [
        entries.exclude(recorded_by=user).exclude(corrects__recorded_by=user)
        for entries in _entries(user, services, WAITING)
    ]


def how_many_await(user: User) -> int:
    """How many entries wait for `user` to sign them off."""
    return sum(entries.count() for entries in awaiting_sign_off(user))


def first_awaiting(user: User, length: int) -> list[Any]:
    """The `length` entries that have waited longest for `user`, the oldest first. Not for pages as they
    are: the door that lists them writes the entries.
    """
    return _whole(list(_keys(awaiting_sign_off(user))[:length]))


def list_sign_offs(
    *, look: Look, state: str = WAITING, service: str = "", page: int | str = 1
) -> SignOffs:
    """One page of what waits for `look.by`, or is in another state, the oldest first; one entry a row.

    NotNow (403, logged) for a role that signs nothing off. `service` is the slug of one of theirs.
    """
    user: User = look.by
    if not may_sign_off(user):
        raise NotNow("Your role signs nothing off.", look=look, record=Review)
    services = list(services_of(user))
    chosen = [one for one in services if one.slug == service] or services
    found = _entries(user, chosen, state)
    if state == WAITING:
        found = [
            entries.exclude(recorded_by=user).exclude(corrects__recorded_by=user)
            for entries in found
        ]
    rows: Page = Paginator(_keys(found), PAGE_LENGTH).get_page(page)
    entries = _whole(list(rows.object_list))
    rows.object_list = entries
    show(
        for_task(look, {entry.case.service_id for entry in entries}),
        listed(entries),
    )
    return SignOffs(services=services, page=rows)


def listed(entries: Iterable[Any]) -> list[Shown]:
    """What the log says of `entries` as rows of a list to sign off."""
    return [Shown(Verb.SIGN_OFF_LISTED, entry, people_of_entry(entry)) for entry in entries]


def _keys(found: list[QuerySet[Any]]) -> QuerySet[Any]:
    """Kind, number and day of the notes and the closings in `found`, the oldest first."""
    notes, closings = (
        entries.order_by().values_list(
            Value(kind.noun, output_field=TextField()), "pk", "recorded_at"
        )
        for kind, entries in zip((NOTE, DECISION), found, strict=True)
    )
    return notes.union(closings, all=True).order_by("recorded_at", "pk")


def _entries(user: User, services: Iterable[Service], state: str) -> list[QuerySet[Any]]:
    wanted = (
        (usable_entries(CaseNote.objects.all(), by=None), "notes_signed_off_from", "note"),
        (
            usable_entries(Decision.objects.filter(closes_case=True), by=None),
            "closings_signed_off_from",
            "decision",
        ),
    )
    return [
        _in_state(
            entries.annotate(written_on=TruncDate("recorded_at")).filter(
                case__in=cases_of(user).filter(service__in=services),
                corrected_by=None,
                written_on__gte=F(f"case__service__{begins}"),
            ),
            Review.objects.filter(**{noun: OuterRef("pk")}),
            state,
        )
        for entries, begins, noun in wanted
    ]


def _in_state(entries: QuerySet[Any], reviews: QuerySet[Review], state: str) -> QuerySet[Any]:
    signed = Exists(reviews.filter(verdict=Review.Verdict.SIGNED_OFF))
    if state == SIGNED:
        return entries.filter(signed)
    if state == BACK:
        return entries.filter(~signed, Exists(reviews))
    return entries.filter(~Exists(reviews))


def _whole(keys: list[tuple[str, int, Any]]) -> list[Any]:
    found: dict[tuple[str, int], Any] = {}
    for noun, kind in KINDS.items():
        numbers = [number for entry, number, _ in keys if entry == noun]
        if numbers:
            written = kind.model._base_manager.filter(pk__in=numbers)
            whole = written.select_related("case__service", "recorded_by", *kind.brings)
            for entry in whole.prefetch_related(kind.about, *kind.along):
                found[noun, entry.pk] = entry
    return [found[entry, number] for entry, number, _ in keys]
