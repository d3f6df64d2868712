"""Writing visits down and letting them go. They are about nobody, so the log has no entries of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from core.dates import add_months
from website.models import Visit

type Hour = tuple[datetime, str, bool]


@transaction.atomic
def write_down(visits: Sequence[Visit], forms: Counter[Hour]) -> None:
    """Keep `visits`, and count them and the pages of `forms` by the hour."""
    Visit.objects.bulk_create(visits)
    hours = forms + Counter(
        (one.moment.replace(minute=0), one.page, one.is_program) for one in visits
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO website_hourtotal AS known (hour, page, is_program, number)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (hour, page, is_program)"
            " DO UPDATE SET number = known.number + excluded.number",
            # In one order, so that two processes never wait for each other.
            [(*hour, number) for hour, number in sorted(hours.items())],
        )


@transaction.atomic
def tidy_visits(*, months: int, now: datetime) -> int:
    """Count how many people were there at once in the hours that are over; let go what is old.

    How many visits went.
    """
    over = now.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO website_busyhour (hour, at_once) SELECT hour, max(people) FROM ("
            "   SELECT date_trunc('hour', moment) AS hour,"
            "          count(DISTINCT (network, browser, system)) AS people"
            "   FROM website_visit WHERE NOT is_program AND moment < %s"
            "   GROUP BY 1, floor(extract(minute FROM moment) / 10)"
            " ) AS parts GROUP BY hour ON CONFLICT (hour) DO NOTHING",
            [over],
        )
    first = add_months(timezone.localdate(now), -months)
    return Visit.objects.filter(moment__date__lt=first).delete()[0]
