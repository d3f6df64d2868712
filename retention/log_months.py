"""What was typed in the months of the log: which values, of whom, and which months are over and sealed."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from audit.models import Entry, EntryValue, Seal
from core.dates import ONE_DAY, add_months
from retention.models import LogMonth


def values_in(months: Iterable[int]) -> set[int]:
    """The keys of the values that lie in months of the log, each by its number."""
    found: set[int] = set()
    for month in LogMonth.objects.filter(pk__in=months):
        of = EntryValue.objects.filter(entry__at__gte=month.begins, entry__at__lt=month.ends)
        found.update(of.values_list("pk", flat=True))
    return found


def people_in(months: Iterable[int]) -> set[int]:
    """Everybody still on record whom the values of these months are about."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for month in LogMonth.objects.filter(pk__in=months):
            cursor.execute(
                "SELECT DISTINCT p.id FROM audit_entry e JOIN audit_entryvalue v ON v.entry_id = e.id"
                " JOIN cases_person p ON p.id = ANY (v.people) WHERE e.at >= %s AND e.at < %s",
                [month.begins, month.ends],
            )
            found |= {number for (number,) in cursor.fetchall()}
    return found


def months_to_note(*, on: date) -> Iterator[LogMonth]:
    """The months that are over on the day `on`, sealed to their end, with values, and not noted yet.

    A month before one that is noted, and not noted itself, was destroyed.
    """
    newest = LogMonth.objects.order_by("-first_day").first()
    if newest is not None:
        first = newest.last_day + ONE_DAY
    else:
        oldest = Entry.objects.aggregate(at=Min("at"))["at"]
        first = timezone.localdate(oldest).replace(day=1) if oldest is not None else on
    while (after := add_months(first, 1)) <= on:
        month = LogMonth(first_day=first, last_day=after - timedelta(days=1))
        entries = Entry.objects.filter(at__gte=month.begins, at__lt=month.ends)
        last = entries.order_by("-era", "-xid").first()
        if last is not None:
            if not Seal.objects.filter(era=last.era, to_xid__gt=last.xid).exists():
                return
            if EntryValue.objects.filter(entry__in=entries.values("pk")).exists():
                yield month
        first = after
