"""Reading the log both ways: who saw this person, and what did this member of staff see (features.md P15).

However long the log is, a page asks as often and reads one page of it: it goes on from the number of an
entry, and no page counts what lies behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F, Max, Min, Q, QuerySet
from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.kept_apart import entries_for
from audit.looks import Look
from audit.mistakes import Mistake, mistakes_among
from audit.models import Entry
from audit.permissions import can_read_log
from audit.purposes import Purpose
from audit.verbs import REFUSALS, Action, Verb

PAGE_LENGTH = 100  # entries
BATCH = 2000  # entries read at once for a file
NOBODY = ("system", "not signed in")  # who has no account


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader narrows the log to; nothing given means everything. Days are local, both included."""

    who: str = ""
    people: tuple[int, ...] = ()
    what: str = ""
    kind: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None


EVERYTHING = Asked()
REFUSED, MISTAKEN = "refused", "mistaken"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen: an entry, and those of the same day that say the same."""

    entry: Entry
    times: int
    earliest: datetime
    words: str
    record: str
    people: tuple[str, ...]
    purpose: str
    was_refused: bool
    mistake: Mistake | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, the latest first; `newer` and `older` are the entries to go on from."""

    lines: list[Line]
    entries: int
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class OneEntry:
    """An entry, and what was kept beside it as long as it was not destroyed."""

    line: Line
    beside: list[tuple[str, str]]
    same_request: list[Line]


def read_log(
    asked: Asked, *, look: Look, before: int | None = None, after: int | None = None
) -> LogPage:
    """One page of the log; that it was read, with what was asked, is one entry of it.

    `before` and `after` are numbers of entries: the page that follows, or comes before, one of them.
    NotNow (403, logged) for a role that does not read the log.
    """
    look = _allowed(look)
    found = entries_asked(asked, by=look.by)
    if after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE_LENGTH + 1])
        more_newer, more_older = len(rows) > PAGE_LENGTH, True
        rows = rows[:PAGE_LENGTH][::-1]
    else:
        there = found.filter(pk__lt=before) if before is not None else found
        # Few entries of many name a person: found by them first, and put in order after.
        order = (F("pk") + 0).desc() if asked.people else F("pk").desc()
        rows = list(there.order_by(order)[: PAGE_LENGTH + 1])
        more_newer, more_older = before is not None, len(rows) > PAGE_LENGTH
        rows = rows[:PAGE_LENGTH]
    lines = folded(rows)
    about = {number for row in rows for number in row.people}
    show(look, [Shown(Verb.LOG_READ, Entry, about)], values=in_words(asked) or None)
    return LogPage(
        lines=lines,
        entries=len(rows),
        newer=rows[0].pk if rows and more_newer else None,
        older=rows[-1].pk if rows and more_older else None,
    )


def take_log(asked: Asked, *, look: Look) -> Iterator[Entry]:
    """Every entry that fits, the latest first, for a file; that it was taken is written first.

    Read a batch at a time while the file is sent, up to what was written when it was asked for.
    """
    look = _allowed(look)
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    show(look, [Shown(Verb.LOG_EXPORTED, Entry, asked.people)], values=in_words(asked) or None)
    return _batches(entries_asked(asked, by=look.by), newest + 1)


def open_entry(number: int, *, look: Look) -> OneEntry:
    """One entry with what is kept beside it, and what else the same request wrote.

    NotYours (404, logged) if there is none that `look.by` may read.
    """
    look = _allowed(look)
    theirs = entries_for(look.by)
    entry = theirs.select_related("personal").filter(pk=number).first()
    if entry is None:
        raise NotYours("No such entry.", look=look, record=Entry, values={"number": number})
    same = []
    if entry.request is not None:
        same = list(theirs.filter(_around(entry), request=entry.request).order_by("-pk"))
    personal = getattr(entry, "personal", None)
    body = personal.body if personal else {}
    about = {*entry.people, *(number for row in same for number in row.people)}
    show(look, [Shown(Verb.LOG_READ, entry, about)])
    (line,) = folded([entry])
    return OneEntry(
        line=line,
        beside=[(str(name).replace("_", " "), _plain(value)) for name, value in body.items()],
        same_request=folded([row for row in same if row.pk != entry.pk]),
    )


def entries_asked(asked: Asked, *, by: Any) -> QuerySet[Entry]:
    """The entries that fit, of those that `by` may read."""
    found = entries_for(by)
    if asked.who:
        found = found.filter(_by(asked.who))
    if asked.people:
        found = found.filter(people__overlap=list(asked.people))
    if asked.what:
        found = found.filter(verb__in=[v.value for v in Verb if asked.what.lower() in v.words])
    if asked.kind == REFUSED:
        found = found.filter(verb__in=REFUSALS)
    elif asked.kind == MISTAKEN:
        found = found.filter(pk__in=_mistaken())
    elif asked.kind:
        found = found.filter(action=asked.kind)
    if asked.purpose:
        found = found.filter(purpose=asked.purpose)
    return found.filter(_on(asked)) if asked.since or asked.until else found


def in_words(asked: Asked) -> dict[str, str]:
    """What was asked, as it is kept beside the entry of the reading."""
    said = {
        "who": asked.who,
        "people": " ".join(map(str, asked.people)),
        "what": asked.what,
        "kind": asked.kind,
        "purpose": asked.purpose,
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
    }
    return {name: value for name, value in said.items() if value}


def folded(rows: list[Entry]) -> list[Line]:
    """`rows`, the latest first, with those of one day that say the same as one line."""
    mistakes = mistakes_among(rows)
    alike: dict[Any, list[Entry]] = {}
    for row in rows:
        said = (row.by, row.verb, row.record, row.record_id, *row.people)
        day = timezone.localdate(row.at)
        # A look of which something was said stands by itself.
        alone = row.pk if row.pk in mistakes else None
        alike.setdefault((day, row.purpose, row.because, alone, said), []).append(row)
    return [_line(same, mistakes.get(same[0].pk)) for same in alike.values()]


def record_in_words(entry: Entry) -> str:
    """What kind of record it was; an old kind that the code forgot is shown as written."""
    if not entry.record:
        return ""
    try:
        words = str(apps.get_model(entry.record)._meta.verbose_name)
    except LookupError:
        words = entry.record
    return f"{words} {entry.record_id}" if entry.record_id else words


def purpose_in_words(entry: Entry) -> str:
    purpose = entry.purpose
    return Purpose(purpose).words if purpose in Purpose else purpose


def reference_of(number: int) -> str:
    """The reference of a person; it means nobody once they are destroyed."""
    return f"P-{number:06d}"


def _allowed(look: Look) -> Look:
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    if not can_read_log(look.by):
        raise NotNow("Your role does not read the log.", look=look, record=Entry)
    return look


def _by(who: str) -> Q:
    """Entries of everybody whose name or address has `who` in it, and of whom nobody has an account."""
    accounts: Any = get_user_model()
    staff = accounts.objects.filter(Q(full_name__icontains=who) | Q(email__icontains=who))
    named = Q(by_id__in=list(staff.values_list("pk", flat=True)))
    return named | Q(by_id=None, by__in=[one for one in NOBODY if who.lower() in one])


def _mistaken() -> QuerySet:
    said = Entry.objects.filter(verb=Verb.LOOK_MISTAKEN, record=Entry._meta.label)
    return said.order_by().values("record_id")


def _on(asked: Asked) -> Q:
    """The days asked for, and between which numbers their entries lie."""
    on = Q()
    if asked.since:
        on &= Q(at__gte=_midnight(asked.since))
    if asked.until:
        on &= Q(at__lt=_midnight(asked.until + timedelta(days=1)))
    # Added to nothing, so that the entries are found by their time and not by walking the numbers.
    ends = Entry.objects.filter(on).aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    return on & Q(pk__gte=ends["first"] or 0, pk__lte=ends["last"] or 0)


def _around(entry: Entry) -> Q:
    """The numbers near an entry, among which the others of its request are."""
    return Q(pk__gte=entry.pk - 5000, pk__lte=entry.pk + 5000)


def _batches(found: QuerySet[Entry], before: int) -> Iterator[Entry]:
    while True:
        rows = list(found.filter(pk__lt=before).order_by("-pk")[:BATCH])
        yield from rows
        if len(rows) < BATCH:
            return
        before = rows[-1].pk


def _line(same: list[Entry], mistake: Mistake | None) -> Line:
    entry = same[0]
    return Line(
        entry=entry,
        times=len(same),
        earliest=same[-1].at,
        words=entry.words,
        record=record_in_words(entry),
        people=tuple(reference_of(number) for number in entry.people),
        purpose=purpose_in_words(entry),
        was_refused=entry.verb in REFUSALS and entry.action == Action.ACCESS,
        mistake=mistake,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return f"before: {value[0] or 'nothing'}; after: {value[1] or 'nothing'}"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return "" if value is None else str(value)
