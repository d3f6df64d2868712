"""Consents and sharing at a glance: a person's grid, what ends soon, and gateways by quarter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncQuarter
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import CasePerson, Person
from cases.permissions import cases_of, services_in_view
from cases.queries.cases import PAGE_LENGTH
from cases.queries.purposes import for_task
from cases.restricted import usable
from cases.workflow import CaseStatus
from consent.gateways import LEFT_US, Gateway
from consent.models import Consent, Share
from consent.models.answer import Standing
from consent.permissions import can_read_figures, can_see_consents
from consent.purposes import ASKED_FOR
from consent.queries.record import in_force_on, stands
from core.charts import Chart, Series, stacked_bar_chart
from funding.quarters import Quarter, quarter_of

SOON = timedelta(days=30)
QUARTERS = 8
NEVER_ASKED = "–"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One purpose, and how somebody stands to it with each recipient, in the order of the columns."""

    purpose: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """What somebody was asked, purposes down and recipients across."""

    recipients: tuple[str, ...]
    rows: tuple[GridRow, ...]


def grid_of(person: Person, *, on: date) -> Grid:
    """The grid of `person` on the day `on`. Behind the door; in force comes before what is over."""
    answers = list(
        Consent.objects.filter(person__in=person.numbers)
        .select_related("agency", "person")
        .order_by("-given_on", "-pk")
    )
    in_force = set(
        Consent.objects.filter(
            in_force_on(on), stands(on), pk__in=[one.pk for one in answers]
        ).values_list("pk", flat=True)
    )
    cells: dict[tuple[str, str], str] = {}
    for one in sorted(answers, key=lambda each: each.pk not in in_force):
        standing = one.standing(on)
        if standing == Standing.GIVEN and one.pk not in in_force:
            standing = Standing.OVERRIDDEN
        cells.setdefault((one.purpose, one.recipient_in_words), str(standing.label))
    recipients = tuple(sorted({recipient for _, recipient in cells}))
    purposes = [purpose for purpose in ASKED_FOR if any(purpose == asked for asked, _ in cells)]
    return Grid(
        recipients=recipients,
        rows=tuple(
            GridRow(
                purpose=str(purpose.label),
                cells=tuple(cells.get((purpose, who), NEVER_ASKED) for who in recipients),
            )
            for purpose in purposes
        ),
    )


def list_ending(*, look: Look, page: int | str = 1) -> Page:
    """One page of the consents of people in open cases of one's services that end within 30 days.

    One entry for each; NotNow (403, logged) for a role that reads no consents.
    """
    user: User = look.by
    if not can_see_consents(user):
        raise NotNow("Your role reads no consents.", look=look, record=Consent)
    today = timezone.localdate()
    cases = cases_of(user).filter(status=CaseStatus.OPEN, service__in=services_in_view(user))
    theirs = CasePerson.objects.filter(case__in=cases, person=OuterRef("person"))
    found = (
        usable(Consent.objects.all(), by=None)
        .filter(Exists(theirs), in_force_on(today), stands(today), until__lte=today + SOON)
        .select_related("person", "agency")
        .order_by("until", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        for_task(look, _services(rows, cases)),
        [Shown(Verb.CONSENT_LISTED, one, [one.person_id]) for one in rows],
    )
    return rows


def _services(rows: Iterable[Consent], cases: models.QuerySet) -> set[int]:
    people = [one.person_id for one in rows]
    parts = CasePerson.objects.filter(case__in=cases, person__in=people)
    return set(parts.values_list("case__service", flat=True))


def sharing_by_quarter(*, look: Look) -> Chart:
    """How often information left through each gateway, by quarter: counts, about nobody (trustees).

    NotNow (403, logged) for a role that reads no figures.
    """
    if not can_read_figures(look.by):
        raise NotNow("Your role reads no figures of the sharing log.", look=look, record=Share)
    quarters = _latest(timezone.localdate())
    counted = (
        usable(Share.objects.all(), by=None)
        .filter(outcome__in=LEFT_US, happened_at__date__gte=quarters[0].first)
        .order_by()
        .annotate(quarter=TruncQuarter("happened_at"))
        .values_list("quarter", "gateway")
        .annotate(times=Count("pk"))
    )
    times = {
        (quarter_of(timezone.localdate(quarter)), gateway): count
        for quarter, gateway, count in counted
    }
    return stacked_bar_chart(
        key="gateways",
        title="Times that information left, by what let it",
        labels=[str(quarter) for quarter in quarters],
        series=[
            Series(str(way.label), [times.get((quarter, way.value), 0) for quarter in quarters])
            for way in Gateway
        ],
    )


def _latest(on: date) -> list[Quarter]:
    """The quarter of the day `on` and those before it, the oldest first."""
    quarters = [quarter_of(on)]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].previous)
    return quarters
