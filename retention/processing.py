"""The record of processing (UK GDPR Art 30), from the declarations of the code and the adopted schedule.

Nobody keeps it by hand: a table that is added tomorrow is in it tomorrow (features.md N28).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.privacy import ABOUT_SOMEBODY, Blank, Declaration, Delete, Label, Pack, declarations
from retention.models import ScheduleRow
from retention.suggestions import WITHOUT_A_PERIOD

HELD = {
    Label.IDENTIFYING: "who somebody is",
    Label.PERSONAL: "what happened and the help given",
    Label.SPECIAL_CATEGORY: "special category (Art 9)",
    Label.OFFENCE: "offences (Art 10)",
    Label.THIRD_PARTY: "other people",
    Label.STAFF: "staff at their work",
}
COLUMNS = ("Records", "About", "What is held", "In answers to requests", "Kept", "How it goes")


@dataclass(frozen=True, slots=True)
class Processing:
    """One kind of record: whom it is about, what it holds, how long it is kept and how it goes."""

    records: str
    about: str
    held: str
    shown: str
    kept: str
    goes: str

    @property
    def cells(self) -> tuple[str, ...]:
        return self.records, self.about, self.held, self.shown, self.kept, self.goes


def processing() -> Iterator[Processing]:
    """Every kind of record that holds something about anybody, in the order of the layers."""
    adopted: dict[str, list[str]] = {}
    for row in ScheduleRow.objects.filter(ended_at=None).select_related("service"):
        where = f" ({row.service})" if row.service else ""
        adopted.setdefault(row.category, []).append(f"{row}{where}")
    for one in declarations():
        held = {label for label in one.labels.values() if label in HELD}
        if held:
            yield _of(one, held, adopted)


def _of(one: Declaration, held: set[Label], adopted: dict[str, list[str]]) -> Processing:
    words = str(one.model._meta.verbose_name_plural)
    about_people = held & set(ABOUT_SOMEBODY)
    return Processing(
        records=words[:1].upper() + words[1:],
        about="people we work with" if about_people else "staff and volunteers",
        held=", ".join(text for label, text in HELD.items() if label in held),
        shown=one.pack.section.value if isinstance(one.pack, Pack) else f"No: {one.pack.because}",
        kept=_kept(one, adopted),
        goes=_goes(one),
    )


def _kept(one: Declaration, adopted: dict[str, list[str]]) -> str:
    if one.retention in WITHOUT_A_PERIOD:
        return WITHOUT_A_PERIOD[one.retention]
    rows = adopted.get(one.retention.value)
    return "; ".join(rows) if rows else f"{one.retention.value}: no row is adopted yet"


def _goes(one: Declaration) -> str:
    if isinstance(one.destruction, Delete):
        return "deleted"
    if isinstance(one.destruction, Blank):
        return f"emptied: {one.destruction.because}"
    return f"stays: {one.destruction.because}"
