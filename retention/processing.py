"""The record of processing (UK GDPR Art 30), the data map and the schedule as files.

From the declarations of the code and the adopted schedule. `manage.py data_map` writes them for
docs/data-protection as they are before anybody adopts anything, and the build says when those differ.

Nobody keeps it by hand: a table that is added tomorrow is in it tomorrow (features.md N28).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.dates import plain
from core.privacy import (
    ABOUT_SOMEBODY,
    Blank,
    Declaration,
    Delete,
    Label,
    Pack,
    Table,
    declarations,
)
from retention.models import Outcome, ScheduleRow
from retention.remains import kept_of
from retention.suggestions import SUGGESTIONS, WITHOUT_A_PERIOD, Suggestion
from retention.wording import category_words, words_of

HELD = {
    Label.IDENTIFYING: "who somebody is",
    Label.PERSONAL: "what happened and the help given",
    Label.SPECIAL_CATEGORY: "special category (Art 9)",
    Label.OFFENCE: "offences (Art 10)",
    Label.THIRD_PARTY: "other people",
    Label.STAFF: "staff at their work",
}
MAP_COLUMNS = (
    "Table",
    "Column",
    "Kind of information",
    "About whom",
    "Found through",
    "Kept as",
    "How it goes",
    "Counted",
)
SCHEDULE_COLUMNS = (
    "In a few words",
    "Kind of record",
    "Service",
    "Kept until",
    "Then",
    "Why",
    "Rule or guidance",
    "Adopted",
)
MAPPED_COLUMNS = ("What is held", "Columns", "How it goes")
PEOPLE = "people we work with"
NAMED = "whoever it names"
STAFF = "staff and volunteers"
NOBODY = "nobody"
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


def adopted_rows() -> dict[str, list[str]]:
    """The rows of the schedule that hold, by the kind of record."""
    adopted: dict[str, list[str]] = {}
    for row in ScheduleRow.objects.filter(ended_at=None).select_related("service"):
        where = f" ({row.service})" if row.service else ""
        adopted.setdefault(row.category, []).append(f"{row}{where}")
    return adopted


def processing(adopted: Mapping[str, list[str]]) -> Iterator[Processing]:
    """Every kind of record that holds something about anybody, in the order of the layers."""
    for one in declarations():
        held = {label for label in one.labels.values() if label in HELD}
        if held:
            yield _of(one, held, adopted)


def data_map() -> Iterator[tuple[str, ...]]:
    """Every column of every table: what it holds, about whom, how it goes, and what of it may stay."""
    yield from _of_ours()
    yield from _of_libraries()


def _of_ours() -> Iterator[tuple[str, ...]]:
    for one in declarations():
        through = ", ".join("the person" if path == "self" else path for path in one.about)
        for name, label in sorted(one.labels.items()):
            yield (
                one.model._meta.label,
                name,
                HELD.get(label, "not personal"),
                _about(one, label),
                through,
                one.retention.value,
                _column_goes(one, name),
                "yes" if one.counted else "no",
            )


def _of_libraries() -> Iterator[tuple[str, ...]]:
    """The tables that other people's code brings, as they are declared beside the settings."""
    others: dict[str, Table] = import_string(settings.PRIVACY_OTHER_TABLES)
    for name, table in others.items():
        kinds = (
            ("staff at their work", STAFF, table.staff),
            ("what happened and the help given", NAMED, table.personal),
            ("not personal", NOBODY, table.not_personal),
        )
        for held, about, columns in kinds:
            for column in sorted(columns):
                yield name, column, held, about, "", table.because, table.emptied, "no"


@dataclass(slots=True)
class Mapped:
    """One table of the data map, for a reader: what holds for all of it, and its columns by what they hold."""

    table: str
    through: str
    kept: str
    counted: str
    whom: list[str] = field(default_factory=list)
    columns: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """What is held, in which columns, and how it goes."""
        return [(held, ", ".join(names), goes) for (held, goes), names in self.columns.items()]

    @property
    def about(self) -> str:
        """Whom it is about, in the words of the record of processing."""
        return _all_of(self.whom, through=self.through)


def data_map_by_table() -> list[Mapped]:
    """The same, a table at a time."""
    found: dict[str, Mapped] = {}
    for table, column, held, about, through, kept, goes, counted in data_map():
        mapped = found.setdefault(table, Mapped(table, through, kept, counted))
        mapped.whom.append(about)
        mapped.columns.setdefault((held, goes), []).append(column)
    return list(found.values())


def adopted_schedule() -> Iterator[tuple[str, ...]]:
    """The rows that hold, and by whom and when each was adopted."""
    rows = ScheduleRow.objects.filter(ended_at=None).select_related("service", "recorded_by")
    for row in rows:
        adopted = f"{plain(row.adopted_on)}, {row.recorded_by}"
        yield _scheduled(row, str(row), str(row.service or "Every other"), adopted)


def suggested_schedule() -> Iterator[tuple[str, ...]]:
    """The rows that the product suggests; nobody has adopted them."""
    for one in SUGGESTIONS:
        yield _scheduled(one, one.title, one.thought_for or "Every other", "no")


def _scheduled(
    row: ScheduleRow | Suggestion, title: str, service: str, adopted: str
) -> tuple[str, ...]:
    outcome = str(Outcome(row.outcome).label)
    kind, until = category_words(row), words_of(row)
    return title, kind, service, until, outcome, row.reason, row.citation, adopted


def _of(one: Declaration, held: set[Label], adopted: Mapping[str, list[str]]) -> Processing:
    words = str(one.model._meta.verbose_name_plural)
    return Processing(
        records=words[:1].upper() + words[1:],
        about=_all_of((_about(one, label) for label in one.labels.values()), through=one.about),
        held=", ".join(text for label, text in HELD.items() if label in held),
        shown=one.pack.section.value if isinstance(one.pack, Pack) else f"No: {one.pack.because}",
        kept=_kept(one, adopted),
        goes=_goes(one),
    )


def _about(one: Declaration, label: Label) -> str:
    """Whom a column is about: of a table that declares no way to anybody, whoever its words or numbers name."""
    if label == Label.STAFF:
        return STAFF
    if label not in ABOUT_SOMEBODY:
        return NOBODY
    return PEOPLE if one.about else NAMED


def _all_of(whom: Iterable[str], *, through: Any) -> str:
    """Everybody a table is about, by its columns or by the way to them, once each and always in the same order."""
    found = {*whom, PEOPLE} if through else set(whom)
    return ", ".join(words for words in (PEOPLE, NAMED, STAFF) if words in found) or NOBODY


def _kept(one: Declaration, adopted: Mapping[str, list[str]]) -> str:
    if one.retention in WITHOUT_A_PERIOD:
        return WITHOUT_A_PERIOD[one.retention]
    rows = adopted.get(one.retention.value)
    return "; ".join(rows) if rows else f"{one.retention.value}: no row is adopted yet"


def _column_goes(one: Declaration, name: str) -> str:
    """How one column goes, and what of it stays where an adopted row says that figures are kept."""
    stays = kept_of(one.model._meta.label, name)
    return f"{_goes(one)}; of anonymous records stays: {', '.join(stays)}" if stays else _goes(one)


def _goes(one: Declaration) -> str:
    if isinstance(one.destruction, Delete):
        return "deleted"
    if isinstance(one.destruction, Blank):
        return f"emptied: {one.destruction.because}"
    return f"stays: {one.destruction.because}"
