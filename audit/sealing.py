"""Sealing the log: what has come to rest is hashed, chained to what was sealed before, and anchored.

An entry has come to rest when no transaction that began before it can still commit: below the horizon
of the snapshot, never by the entry's own number, because entries commit out of the order of their
numbers. Sealing blocks nobody and nobody blocks it; a transaction that stays open delays it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction

from audit import anchor
from audit.chain import BEGINNING, COVERED, leaf, seal_hash
from audit.models import Entry, Era, Seal

# Entries of one seal, unless one transaction alone wrote more; keeps memory the same for any log.
MOST_IN_A_SEAL = 10_000
# The end of an era that is over: no transaction number reaches it.
END_OF_ERA = 2**63 - 1
# Any number that nothing else in this database locks.
SEALER_LOCK = 7_400_001


@dataclass(slots=True)
class _Stretch:
    """The leaves between two transaction numbers, while they are collected."""

    from_xid: int
    leaves: bytearray = field(default_factory=bytearray)
    count: int = 0


def seal() -> list[Seal]:
    """Seal all that has come to rest, then bring the anchor up to date; the seals made.

    Called by the worker every few minutes. Two at once do no harm: the second leaves it to the first.
    """
    with transaction.atomic():
        made = list(_seal_everything()) if _is_the_only_one() else []
    anchor.catch_up()
    return made


def _seal_everything() -> Iterator[Seal]:
    horizon = _horizon()
    eras = list(Era.objects.order_by("number"))
    last = Seal.objects.order_by("-number").first()
    for era in eras:
        start = last.to_xid if last is not None and last.era == era.number else 0
        if start == END_OF_ERA or (last is not None and era.number < last.era):
            continue
        end = horizon if era == eras[-1] else END_OF_ERA
        for made in _seal_era(era.number, last, start, end, above=eras[-1].first_seal):
            last = made
            yield made


def _seal_era(era: int, last: Seal | None, start: int, end: int, *, above: int) -> Iterator[Seal]:
    """Seal the entries of `era` from `start` up to `end`, with numbers of at least `above`."""
    stretch = _Stretch(start)
    newest = start
    for row in _entries(era, start, end):
        if stretch.count >= MOST_IN_A_SEAL and row[COVERED.index("xid")] != newest:
            last = _make(era, last, stretch, to_xid=newest + 1, above=above)
            yield last
            stretch = _Stretch(last.to_xid)
        newest = row[COVERED.index("xid")]
        stretch.leaves += leaf(row)
        stretch.count += 1
    # An era that is over is closed even when nothing is left in it: what comes later was put in.
    if stretch.count or end == END_OF_ERA:
        yield _make(era, last, stretch, to_xid=end, above=above)


def _make(era: int, last: Seal | None, stretch: _Stretch, *, to_xid: int, above: int) -> Seal:
    number = max(above, last.number + 1 if last else 1)
    leaves = bytes(stretch.leaves)
    return Seal.objects.create(
        number=number,
        era=era,
        from_xid=stretch.from_xid,
        to_xid=to_xid,
        count=stretch.count,
        leaves=leaves,
        hash=seal_hash(
            bytes(last.hash) if last else BEGINNING,
            number=number,
            era=era,
            from_xid=stretch.from_xid,
            to_xid=to_xid,
            leaves=leaves,
        ),
    )


def _entries(era: int, start: int, end: int) -> Iterator[tuple]:
    return (
        Entry.objects.filter(era=era, xid__gte=start, xid__lt=end)
        .order_by("xid", "id")
        .values_list(*COVERED)
        .iterator(chunk_size=2000)
    )


def _horizon() -> int:
    """The lowest transaction number that may still be running, in the whole server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def _is_the_only_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])
