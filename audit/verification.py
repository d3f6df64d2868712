"""Proving that the log is whole, or naming what was done to it (features.md N6).

One pass over the entries in the order in which they were sealed, with the memory of one seal. What is
compared: every entry with its leaf, every seal with the one before it, every seal with the anchor, and
the personal values that are still there with the hash that their entry keeps.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import OuterRef, Subquery

from audit.anchor import Anchored, DeclaredGap, read
from audit.chain import BEGINNING, COVERED, LEAF_LENGTH, leaf, seal_hash, split
from audit.log import hash_of
from audit.models import Entry, EntryValue, Era, Seal


@dataclass(slots=True)
class Report:
    """What a verification found: `faults` in sentences, and how much was looked at."""

    faults: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    entries: int = 0  # sealed ones
    seals: int = 0
    not_sealed: int = 0  # written since the last seal
    not_anchored: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(anchor: Path | None = None) -> Report:
    """Look at everything; `anchor` is the file to compare with, else that of the settings."""
    report = Report()
    anchored, gaps = _anchor(report, anchor)
    newest_anchored = max(anchored, default=0)
    first_seals = set(Era.objects.values_list("first_seal", flat=True))
    previous: Seal | None = None
    ends: dict[int, int] = {}
    for seal in Seal.objects.order_by("number").iterator(chunk_size=1):
        report.faults += [*_chain_faults(seal, previous, first_seals), *_entry_faults(seal)]
        if seal.number in anchored:
            report.faults += _anchor_faults(seal, anchored.pop(seal.number))
        elif seal.number < newest_anchored:
            report.faults.append(f"{seal} is not in the anchor, although later ones are.")
        else:
            report.not_anchored += 1
        report.entries += seal.count
        report.seals += 1
        ends[seal.era] = seal.to_xid
        previous = seal
    _look_for_lost_seals(report, anchored.values(), gaps)
    _look_at_entries_without_seal(report, ends)
    report.faults += _value_faults()
    return report


def _anchor(report: Report, path: Path | None) -> tuple[dict[int, Anchored], list[DeclaredGap]]:
    anchored: dict[int, Anchored] = {}
    gaps = []
    try:
        for line in read(path):
            if isinstance(line, DeclaredGap):
                gaps.append(line)
            else:
                anchored[line.seal] = line
    except ValueError as error:
        report.faults.append(str(error))
    return anchored, gaps


def _chain_faults(seal: Seal, previous: Seal | None, first_seals: set[int]) -> Iterator[str]:
    follows_on = seal.number == (previous.number + 1 if previous else 1)
    if not follows_on and seal.number not in first_seals:
        yield f"A seal is missing before {seal}."
    follows = previous.to_xid if previous and previous.era == seal.era else 0
    if seal.from_xid != follows:
        yield f"{seal} does not begin where the one before it ends."
    leaves = bytes(seal.leaves)
    expected = seal_hash(
        bytes(previous.hash) if previous else BEGINNING,
        number=seal.number,
        era=seal.era,
        from_xid=seal.from_xid,
        to_xid=seal.to_xid,
        leaves=leaves,
    )
    if bytes(seal.hash) != expected or seal.count * LEAF_LENGTH != len(leaves):
        yield f"{seal} is not what was sealed: it, or the seal before it, was changed."


def _entry_faults(seal: Seal) -> Iterator[str]:
    """The entries in the stretch of `seal` that are not as they were sealed, one by one."""
    waiting = dict(split(bytes(seal.leaves)))
    rows = Entry.objects.filter(era=seal.era, xid__gte=seal.from_xid, xid__lt=seal.to_xid)
    for row in rows.values_list(*COVERED).order_by("xid", "id").iterator(chunk_size=2000):
        sealed = waiting.pop(row[0], None)
        if sealed is None:
            yield f"Entry {row[0]} was inserted into the past that {seal} covers."
        elif sealed != leaf(row):
            yield f"Entry {row[0]} was changed after {seal} was made."
    for number in waiting:
        yield f"Entry {number}, which {seal} covers, was removed."


def _anchor_faults(seal: Seal, anchored: Anchored) -> Iterator[str]:
    if anchored != Anchored.of(seal):
        yield (
            f"{seal} is another one than in the anchor: from entry {anchored.first_entry} on the "
            "history was sealed anew."
        )


def _look_for_lost_seals(
    report: Report, missing: Iterable[Anchored], gaps: list[DeclaredGap]
) -> None:
    for line in missing:
        lost = (
            f"Seal {line.seal} is in the anchor and not here: {line.count} entries, numbers "
            f"{line.first_entry} to {line.last_entry}, were cut off."
        )
        because = [
            gap.because for gap in gaps if line.era < gap.new_era and line.seal > gap.after_seal
        ]
        if because:
            report.declared.append(f"{lost} Declared: {because[0]}")
        else:
            report.faults.append(lost)


def _look_at_entries_without_seal(report: Report, ends: dict[int, int]) -> None:
    """Count what was written since the last seal; entries of an era that never was are named."""
    eras = set(Era.objects.values_list("number", flat=True))
    loose = Entry.objects.exclude(era__in=eras).order_by("pk").values_list("pk", flat=True)
    report.faults += [f"Entry {number} is of an era that never began." for number in loose]
    report.not_sealed = sum(
        Entry.objects.filter(era=era, xid__gte=ends.get(era, 0)).count() for era in eras
    )


def _value_faults() -> Iterator[str]:
    """Personal values that are still there and do not fit the hash that their entry keeps."""
    hashes = Entry.objects.filter(pk=OuterRef("pk")).values("values_hash")
    values = EntryValue.objects.annotate(kept=Subquery(hashes)).order_by("pk")
    for value in values.iterator(chunk_size=2000):
        if value.kept is None:
            yield f"Values lie beside entry {value.pk}, which has none."
        elif bytes(value.kept) != hash_of(bytes(value.salt), value.body):
            yield f"The values of entry {value.pk} were changed."
