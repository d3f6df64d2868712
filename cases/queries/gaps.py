"""Lists of gaps: what is missing, late or forgotten in the records of one's services (features.md P49)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, TextChoices
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import (
    Address,
    Alert,
    Allocation,
    Case,
    CasePerson,
    CaseRole,
    Contact,
    ContactPoint,
    Draft,
    Person,
    SensitiveDetail,
    Service,
    Wanted,
)
from cases.permissions import can_see_entries, cases_of, services_in_view
from cases.queries.purposes import for_task
from cases.restricted import usable, usable_entries
from cases.workflow import CaseStatus
from core.dates import plain

PAGE_LENGTH = 30  # rows
LEFT_LYING = timedelta(days=7)  # since a draft was last saved

# Whom a service works with; of a relative or somebody else it need not know everything.
WORKED_WITH = (CaseRole.CLIENT, CaseRole.CHILD, CaseRole.PARENT)


class Gap(TextChoices):
    """One list of gaps."""

    QUIET = "quiet", "No contact for long"
    MISSING = "missing", "Something missing"
    UNALLOCATED = "unallocated", "Nobody works on it"
    REVIEWS = "reviews", "Reviews overdue"
    DRAFTS = "drafts", "Drafts left lying"


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap, as a row says it. `about` is whose page it leads to."""

    about: Case | Person
    names: str
    service: str
    what: str
    numbers: tuple[int, ...]
    services: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """One page of one list, how long every list is, and the services by which it can be narrowed."""

    gap: Gap
    page: Page
    counts: dict[Gap, int]
    services: list[Service]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Of which cases and services the gaps are asked, and on which day."""

    cases: QuerySet[Case]
    services: list[Service]
    on: date


@dataclass(frozen=True, slots=True)
class _Kind:
    find: Callable[[_Scope], QuerySet[Any]]
    row: Callable[[Any, _Scope], GapRow]


def list_gaps(*, look: Look, gap: Gap, page: int | str = 1, service: str = "") -> Gaps:
    """One page of the gaps of one kind; one entry for each row.

    NotNow (403, logged) for a role that reads no records.
    """
    scope, services = _scope(look, service)
    rows: Page = Paginator(KINDS[gap].find(scope), PAGE_LENGTH).get_page(page)
    counts = {kind: KINDS[kind].find(scope).count() for kind in Gap}
    rows.object_list = [KINDS[gap].row(one, scope) for one in rows]
    _show(look, rows, Verb.GAP_LISTED)
    return Gaps(gap=gap, page=rows, counts=counts, services=services)


def export_gaps(*, look: Look, gap: Gap, service: str = "") -> list[GapRow]:
    """All gaps of one kind, to be taken away as a file; one entry for each row. Errors as `list_gaps`."""
    scope, _ = _scope(look, service)
    rows = [KINDS[gap].row(one, scope) for one in KINDS[gap].find(scope)]
    _show(look, rows, Verb.GAP_EXPORTED)
    return rows


def _scope(look: Look, service: str) -> tuple[_Scope, list[Service]]:
    user: User = look.by
    if not can_see_entries(user):
        raise NotNow("Your role reads no lists of gaps.", look=look, record=Case)
    services = list(services_in_view(user))
    chosen = [one for one in services if one.slug == service] or services
    cases = cases_of(user).filter(status=CaseStatus.OPEN, service__in=chosen)
    return _Scope(cases=cases, services=chosen, on=timezone.localdate()), services


def _show(look: Look, rows: Iterable[GapRow], verb: Verb) -> None:
    rows = list(rows)
    services = {number for row in rows for number in row.services}
    show(for_task(look, services), [Shown(verb, row.about, row.numbers) for row in rows])


# --- The kinds ----------------------------------------------------------------------------------


def _quiet(scope: _Scope) -> QuerySet[Case]:
    """Open cases without a contact that took place for as long as their service says."""
    took_place = usable_entries(Contact.objects.all(), by=None).filter(
        case=OuterRef("pk"), outcome=Contact.Outcome.ATTENDED, corrected_by=None
    )
    latest = took_place.order_by().values("case").annotate(last=Max("happened_at")).values("last")
    silent = Q(pk__in=[])
    for service in scope.services:
        until = scope.on - timedelta(days=service.quiet_days)
        silent |= Q(service=service) & (
            Q(last_contact__date__lt=until) | Q(last_contact=None, opened_on__lt=until)
        )
    return (
        _whole(scope.cases)
        .annotate(last_contact=Subquery(latest))
        .filter(silent)
        .order_by(models.F("last_contact").asc(nulls_first=True), "opened_on", "pk")
    )


def _quiet_row(case: Any, scope: _Scope) -> GapRow:
    last: datetime | None = case.last_contact
    if last is None:
        return _case_row(case, f"No contact since it opened on {plain(case.opened_on)}")
    day = timezone.localdate(last)
    return _case_row(case, f"Last contact on {plain(day)}, {(scope.on - day).days} days ago")


def _unallocated(scope: _Scope) -> QuerySet[Case]:
    working = Allocation.objects.filter(case=OuterRef("pk"), until=None)
    return _whole(scope.cases).filter(~Exists(working)).order_by("opened_on", "pk")


def _unallocated_row(case: Case, scope: _Scope) -> GapRow:
    return _case_row(case, f"Open since {plain(case.opened_on)}")


def _missing(scope: _Scope) -> QuerySet[CasePerson]:
    """Everybody in an open case of whom something that their service wants is not recorded."""
    current = Q(until=None) | Q(until__gte=scope.on)
    here = {"person": OuterRef("person")}
    lacks = Q(pk__in=[])
    for service in scope.services:
        for wanted in service.wanted:
            lacks |= Q(case__service=service) & LACKS[Wanted(wanted)]
    return (
        usable(CasePerson.objects.filter(case__in=scope.cases, role__in=WORKED_WITH), by=None)
        .annotate(
            has_postcode=Exists(Address.objects.filter(current, **here).exclude(postcode="")),
            has_phone=Exists(ContactPoint.objects.filter(current, **here)),
            has_ethnicity=Exists(
                SensitiveDetail.objects.filter(**here, kind=SensitiveDetail.Kind.ETHNICITY)
            ),
        )
        .filter(lacks)
        .select_related("case__service", "person")
        .order_by("case__service__name", "case", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


LACKS = {
    Wanted.DATE_OF_BIRTH: Q(person__date_of_birth=None),
    Wanted.POSTCODE: Q(has_postcode=False),
    Wanted.PHONE: Q(has_phone=False),
    Wanted.LANGUAGE: Q(person__first_language=""),
    Wanted.ETHNICITY: Q(has_ethnicity=False),
}


def _missing_row(part: Any, scope: _Scope) -> GapRow:
    has = {
        Wanted.DATE_OF_BIRTH: part.person.date_of_birth is not None,
        Wanted.POSTCODE: part.has_postcode,
        Wanted.PHONE: part.has_phone,
        Wanted.LANGUAGE: bool(part.person.first_language),
        Wanted.ETHNICITY: part.has_ethnicity,
    }
    service = part.case.service
    missing = [str(Wanted(one).label) for one in service.wanted if not has[Wanted(one)]]
    return GapRow(
        about=part.person,
        names=f"{part.person}, in {part.case.reference}",
        service=str(service),
        what=f"Not recorded: {', '.join(missing)}",
        numbers=(part.person_id,),
        services=(service.pk,),
    )


def _reviews(scope: _Scope) -> QuerySet[Alert]:
    """Alerts of people in the open cases whose day to be looked at has passed."""
    theirs = CasePerson.objects.filter(case__in=scope.cases, person=OuterRef("person"))
    return (
        Alert.objects.filter(Exists(theirs), ended_at=None, review_on__lt=scope.on)
        .select_related("person")
        .order_by("review_on", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def _reviews_row(alert: Alert, scope: _Scope) -> GapRow:
    late = (scope.on - alert.review_on).days
    return GapRow(
        about=alert.person,
        names=str(alert.person),
        service="",
        what=f"Alert to be looked at by {plain(alert.review_on)}, {late} days late",
        numbers=(alert.person_id,),
        services=(),
    )


def _drafts(scope: _Scope) -> QuerySet[Draft]:
    """What anybody began a week ago or longer and neither saved nor discarded: leavers' drafts too."""
    return (
        Draft.objects.filter(case__in=scope.cases, saved__lt=timezone.now() - LEFT_LYING)
        .select_related("recorded_by")
        .prefetch_related(Prefetch("case", _whole(scope.cases)))
        .order_by("saved", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def _drafts_row(draft: Draft, scope: _Scope) -> GapRow:
    begun = f"{draft.get_noun_display()} that {draft.recorded_by} has not finished"
    return _case_row(draft.case, f"{begun}, last saved on {plain(timezone.localdate(draft.saved))}")


def _whole(cases: QuerySet[Case]) -> QuerySet[Case]:
    people = CasePerson.objects.select_related("person")
    return (
        cases.select_related("service")
        .prefetch_related(Prefetch("case_people", people))
        .fetch_mode(models.FETCH_RAISE)
    )


def _case_row(case: Case, what: str) -> GapRow:
    parts = list(case.case_people.all())
    return GapRow(
        about=case,
        names=", ".join(str(one.person) for one in parts),
        service=str(case.service),
        what=what,
        numbers=tuple(one.person_id for one in parts),
        services=(case.service_id,),
    )


KINDS: dict[Gap, _Kind] = {
    Gap.QUIET: _Kind(_quiet, _quiet_row),
    Gap.MISSING: _Kind(_missing, _missing_row),
    Gap.UNALLOCATED: _Kind(_unallocated, _unallocated_row),
    Gap.REVIEWS: _Kind(_reviews, _reviews_row),
    Gap.DRAFTS: _Kind(_drafts, _drafts_row),
}
