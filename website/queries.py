"""What is known of the use of the public site: numbers, and nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import ExtractHour, TruncMonth
from django.utils import timezone

from website.models import BusyHour, HourTotal, Visit

MOST = 12  # lines of a list
MONTHS = 12
HOURS = 24

type Counted = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Use:
    """How the public site was used on some days, until and with `until`.

    `at_once` says for each hour of the day the most people within ten minutes on any of these days. What is
    known of browsers, systems and pages that led here reaches back only as far as visits are kept.
    """

    since: date
    until: date
    pages: Counted
    by_programs: int
    by_month: Counted
    at_once: Mapping[int, int]
    browsers: Counted
    systems: Counted
    led_here: Counted
    not_found: int

    @property
    def in_all(self) -> int:
        return sum(number for _, number in self.pages)


def use_of_site(*, days: int, until: date) -> Use:
    """The last `days` days until `until`, and the months until then."""
    since = until - timedelta(days=days - 1)
    totals = HourTotal.objects.filter(hour__date__range=(since, until))
    people = Visit.objects.filter(is_program=False, moment__date__range=(since, until))
    return Use(
        since=since,
        until=until,
        pages=_pages(totals.filter(is_program=False)),
        by_programs=_sum(totals.filter(is_program=True)),
        by_month=_by_month(until),
        at_once=_at_once(since, until),
        browsers=_most(people, "browser"),
        systems=_most(people, "system"),
        led_here=_most(people.filter(referrer__startswith="http"), "referrer"),
        not_found=people.filter(status=404).count(),
    )


def _pages(totals: QuerySet[HourTotal]) -> Counted:
    rows = totals.values_list("page").annotate(often=Sum("number")).order_by("-often", "page")
    return list(rows)


def _sum(totals: QuerySet[HourTotal]) -> int:
    return int(totals.aggregate(often=Sum("number"))["often"] or 0)


def _by_month(until: date) -> Counted:
    months: dict[datetime, int] = dict(
        HourTotal.objects.filter(is_program=False, hour__date__lte=until)
        .annotate(month=TruncMonth("hour"))
        .values_list("month")
        .annotate(often=Sum("number"))
        .order_by("-month")[:MONTHS]
    )
    return [(f"{month:%B %Y}", often) for month, often in sorted(months.items())]


def _at_once(since: date, until: date) -> dict[int, int]:
    rows = dict(
        BusyHour.objects.filter(hour__date__range=(since, until))
        .annotate(of_day=ExtractHour("hour", tzinfo=timezone.get_current_timezone()))
        .values_list("of_day")
        .annotate(most=Max("at_once"))
        .order_by()
    )
    return {hour: rows.get(hour, 0) for hour in range(HOURS)} if rows else {}


def _most(visits: QuerySet[Visit], field: str) -> Counted:
    rows = visits.values_list(field).annotate(often=Count("pk")).order_by("-often", field)
    return list(rows[:MOST])
