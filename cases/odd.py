"""What makes a look odd: plain rules over plain facts of one day, without the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models

from core.dates import is_working_day

OPENS, ENDS = time(7), time(20)
WITHIN = timedelta(hours=1)
# Looks that were refused, of one colleague on one day, from which on somebody asks why.
REFUSED_OFTEN = 3


# A person or a case, by their numbers.
type Record = tuple[int | None, int | None]


class OddKind(models.TextChoices):
    NOT_THEIRS = "not_theirs", "Not on their list"
    LEFT_IT = "left_it", "Worked on it before, not now"
    SAME_NAME = "same_name", "Same family name"
    SAME_ADDRESS = "same_address", "Same address"
    OUT_OF_HOURS = "out_of_hours", "Out of hours"
    MANY = "many", "Many at once"
    REFUSED = "refused", "Refused again and again"
    CLOSED = "closed", "Refused: a sealed or barred record"


EXPLANATIONS = {
    OddKind.NOT_THEIRS: "A caseworker opened a record of their service that is not on their list.",
    OddKind.LEFT_IT: "A caseworker opened a record that they worked on before and do not any more.",
    OddKind.SAME_NAME: "The family name is the same as the colleague’s own.",
    OddKind.SAME_ADDRESS: "Somebody there lives, or lived on that day, in the house that the colleague gave as their own.",
    OddKind.OUT_OF_HOURS: "It was before seven, after eight in the evening, or on no working day.",
    OddKind.MANY: "Very many different records were opened within one hour.",
    OddKind.REFUSED: "Records that are not theirs were asked for again and again.",
    OddKind.CLOSED: "A record that does not exist for them was asked for: by its address, its number or its name. "
    "It is sealed, or they have a conflict of interest with the person.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at one record: by whom, when, at which person or case.

    `as_caseworker`: their role is casework alone and they looked to provide the service, so that it
    should be on their list.
    """

    entry: int
    looker: int
    at: datetime  # local time
    as_caseworker: bool = True
    person: int | None = None
    case: int | None = None

    @property
    def record(self) -> Record:
        return self.person, self.case


@dataclass(frozen=True, slots=True)
class Working:
    """Who works on what on that day, and who did: pairs of a colleague and a record."""

    now: frozenset[tuple[int, Record]]
    before: frozenset[tuple[int, Record]]


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of a colleague and a record: somebody there has their family name, or lives in their house."""

    names: frozenset[tuple[int, Record]] = frozenset()
    addresses: frozenset[tuple[int, Record]] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """That a colleague was named on a seal, from a moment on, until another if they were taken off it."""

    user: int
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or self.until > at)


@dataclass(frozen=True, slots=True)
class Closing:
    """That the record of a person was closed: to one colleague, or to everybody whom a seal does not name."""

    person: int
    since: datetime
    until: datetime | None
    to: int | None = None  # None for a seal
    named: tuple[Named, ...] = ()
    past_seals: frozenset[int] = frozenset()

    def closes(self, looker: int, person: int, at: datetime) -> bool:
        """Whether the record of `person` was closed to `looker` by this at the moment `at`."""
        if person != self.person or self.since > at or (self.until and self.until <= at):
            return False
        if self.to is not None:
            return self.to == looker
        if looker in self.past_seals:
            return False
        return not any(one.user == looker and one.holds(at) for one in self.named)


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of oddness of one colleague, about one record or none."""

    kind: OddKind
    looker: int
    person: int | None
    case: int | None
    times: int
    first_entry: int


def is_out_of_hours(at: datetime) -> bool:
    """Before seven, after eight in the evening, or on no working day."""
    return not OPENS <= at.time() < ENDS or not is_working_day(at.date())


def has_same_name(looker: str, family_name: str) -> bool:
    """Whether a colleague's name ends with the person's family name; both in the form that is compared."""
    theirs, other = looker.split(), family_name.split()
    return bool(other) and theirs[-len(other) :] == other


def most_at_once(looks: list[Seen]) -> int:
    """The most different records that were looked at within any hour."""
    looks = sorted(looks, key=lambda look: look.at)
    most = start = 0
    for place, look in enumerate(looks):
        while look.at - looks[start].at > WITHIN:
            start += 1
        most = max(most, len({one.record for one in looks[start : place + 1]}))
    return most


def findings_of(
    looks: list[Seen], *, working: Working, alike: Alike, many: int
) -> Iterator[Finding]:
    """What is odd among the looks of one colleague on one day.

    From `many` different records within an hour on it is many at once.
    """
    by_record: dict[Record, list[Seen]] = {}
    for look in looks:
        by_record.setdefault(look.record, []).append(look)
    for record, at_it in by_record.items():
        looker = at_it[0].looker
        if (looker, record) in working.now or not at_it[0].as_caseworker:
            kind = None
        elif (looker, record) in working.before:
            kind = OddKind.LEFT_IT
        else:
            kind = OddKind.NOT_THEIRS
        if kind:
            yield _finding(kind, at_it)
        if (looker, record) in alike.names:
            yield _finding(OddKind.SAME_NAME, at_it)
        if (looker, record) in alike.addresses:
            yield _finding(OddKind.SAME_ADDRESS, at_it)
        late = [look for look in at_it if is_out_of_hours(look.at)]
        if late:
            yield _finding(OddKind.OUT_OF_HOURS, late)
    most = most_at_once(looks)
    if most >= many:
        first = min(looks, key=lambda look: look.entry)
        yield Finding(OddKind.MANY, first.looker, None, None, most, first.entry)


def _finding(kind: OddKind, looks: list[Seen]) -> Finding:
    first = min(looks, key=lambda look: look.entry)
    return Finding(kind, first.looker, first.person, first.case, len(looks), first.entry)
