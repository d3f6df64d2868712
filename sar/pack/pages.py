"""The disclosed copy as HTML: a chunk for each part, each complete in itself.

Made from a `Disclosed`, never from the record. Everything is escaped by the templates, so a note that
holds `<script>` shows as those letters; the printer opens no address whatever is in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from accounts.models import User
from core.organisation import ORGANISATION
from core.pdf.parts import Chunk
from core.privacy import Label, Section, Unprinted
from sar.announced import alike
from sar.glossary import acronyms_in
from sar.kinds import AnswerFormat
from sar.models import RightsRequest, Search
from sar.pack.redact import Disclosed, ShownItem, with_files
from sar.pack.words import uncapital
from sar.searching import search_missing
from sar.statement import Looked

# Characters in one chunk, roughly: some fifteen pages, so that several printers have work. A chunk ends
# before an item whose key says so, and not at a length: where one item grows shorter, all that
# follows stays as it was printed.
CHUNK = 30_000
SMALLEST, LARGEST = CHUNK * 2 // 3, CHUNK * 2
NOTHING: Mapping[str, int] = {}
ONE_IN = 8  # items of middle length between two such keys

# Sections of what happened, in which people look for a year.
BY_YEAR = frozenset(
    {
        Section.NOTES,
        Section.CONTACTS,
        Section.DECISIONS,
        Section.DOCUMENTS,
        Section.LETTERS,
        Section.SHARING,
    }
)

CATEGORIES = {
    Label.IDENTIFYING: "who you are and how to reach you, such as names, addresses and references",
    Label.PERSONAL: "what happened, and the help you had from us",
    Label.SPECIAL_CATEGORY: (
        "sensitive things, such as health, ethnicity or belief, and what our workers wrote about "
        "your life"
    ),
    Label.OFFENCE: "offences, or what somebody said about one",
    Label.THIRD_PARTY: "what other people told us, and who they are",
}


@dataclass(frozen=True, slots=True)
class Front:
    """What stands on the cover and at the foot of each page."""

    reference: str
    name: str
    received_on: date
    asked_for_by: str
    made_on: date
    person_reference: str
    searched_by: str
    is_large: bool = False
    gap: str = ""
    warn_of: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading; `opens` if the heading stands here and not in an earlier chunk."""

    title: str
    items: tuple[ShownItem, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class PartOfSection:
    """As much of a section as goes into one chunk."""

    title: str
    groups: tuple[Group, ...]
    opens: bool

    @property
    def is_hard(self) -> bool:
        """Whether whoever reads it is warned before (features.md N18)."""
        return self.title == Section.SAFEGUARDING.value


def front_of(request: RightsRequest, *, made_on: date, searched_by: User) -> Front:
    """The cover of the pack of `request`, whose person is known, and who had the record searched."""
    return Front(
        reference=request.reference,
        name=request.name_on_record,
        received_on=request.received_on,
        asked_for_by=request.who_asks if request.asked_by_somebody_else else "",
        made_on=made_on,
        person_reference=str(request.person.reference) if request.person else "",
        searched_by=str(searched_by),
        is_large=request.answer_format == AnswerFormat.LARGE_PRINT,
        gap=request.gap if search_missing(request) else "",
        warn_of=request.warn_of,
        contact=str(request.named_contact or ""),
    )


def file_name(request: RightsRequest, *, released: bool) -> str:
    """What the file of a pack is called: by reference, so that it names nobody."""
    return f"{request.reference}-your-information{'' if released else '-not-released'}.pdf"


def stylesheet(*, is_large: bool = False) -> str:
    """The pack's CSS in the charity's colours; in large print where the person asked for it."""
    return render_to_string("pdf/pack.css", {"organisation": ORGANISATION, "is_large": is_large})


def cover(front: Front, *, has_boxes: bool = False) -> Chunk:
    """The first page. `has_boxes`: some letter in the pack could not be printed, and how to read it says so."""
    return _chunk("cover", "pdf/cover.html", front=front, has_boxes=has_boxes)


def body(
    copy: Disclosed, front: Front, looks: list[Looked], in_files: Mapping[str, int] = NOTHING
) -> Iterator[Chunk]:
    """Everything after the contents, in reading order, but for the files, of which so much is withheld `in_files`.

    `looks` are who has looked at the record.
    """
    yield _chunk(
        "about",
        "pdf/about.html",
        copy=copy,
        categories=categories_of(copy),
        sharing=Section.SHARING.value,
    )
    yield from (chunk for chunk, _ in record_chunks(copy, front.warn_of))
    yield _chunk(
        "searched",
        "pdf/searched.html",
        copy=copy,
        front=front,
        elsewhere=elsewhere_in(copy),
        found=[place for place in copy.searched if place.count],
        nothing_in=[uncapital(place.words) for place in copy.searched if not place.count],
        unprinted=unprinted_in(copy),
    )
    yield _chunk("looks", "pdf/looks.html", looks=looks, made_on=front.made_on)
    reasons = with_files(copy.reasons, in_files)
    yield _chunk("withheld", "pdf/withheld.html", copy=copy, reasons=reasons)
    yield _chunk("rights", "pdf/rights.html")
    yield _chunk("words", "pdf/words.html", acronyms=acronyms_in(_texts(copy)))


def unprinted_in(copy: Disclosed) -> list[str]:
    """Why some of the record is printed row by row for nobody: each reason once, in their order."""
    told = {form.told for form in copy.other_forms}
    return [reason.value for reason in Unprinted if reason.value in told]


def categories_of(copy: Disclosed) -> list[str]:
    """The kinds of information that the shown items really hold (UK GDPR Art 15(1)(b))."""
    held = {value.category for item in copy.items for value in item.values if not value.is_blank}
    return [words for label, words in CATEGORIES.items() if label in held]


def elsewhere_in(copy: Disclosed) -> list[ShownItem]:
    """What was searched outside this system, place by place, as it may be told (UK GDPR Art 15(1A))."""
    return [item for item in copy.items if item.source == Search._meta.label]


def warned_in(copy: Disclosed, warn_of: str) -> frozenset[ShownItem]:
    """The shown items that speak of what the person would like to be warned of, as far as words tell.

    Not their own requests: there it stands in their own words.
    """
    if not warn_of:
        return frozenset()
    words = {
        item: {word for value in item.values for word in re.findall(r"\w+", value.text.casefold())}
        for item in copy.items
        if item.source != RightsRequest._meta.label
    }
    found = alike(warn_of, set().union(*words.values()))
    return frozenset(item for item, of_item in words.items() if not found.isdisjoint(of_item))


def _texts(copy: Disclosed) -> Iterator[str]:
    return (value.text for item in copy.items for value in item.values)


def record_chunks(copy: Disclosed, warn_of: str = "") -> Iterator[tuple[Chunk, frozenset[str]]]:
    """The record alone, chunk by chunk, each with the keys of the items in it.

    A chunk is named after its first item, so that it keeps its name when others come or go.
    """
    warned = warned_in(copy, warn_of)
    nameless = 0
    for parts in parts_of_record(copy):
        keys = [item.key for part in parts for group in part.groups for item in group.items]
        name = keys[0]
        if not name:
            nameless += 1
            name = f"withheld-{nameless}"
        chunk = _chunk(
            f"record-{name}", "pdf/record.html", title=parts[0].title, parts=parts, warned=warned
        )
        yield chunk, frozenset(keys) - {""}


def _ends_before(item: ShownItem, size: int) -> bool:
    """Whether a chunk of `size` characters ends before `item`."""
    is_marked = bool(item.key) and int(item.key, 16) % ONE_IN == 0
    return size > LARGEST or (size > SMALLEST and is_marked)


def parts_of_record(copy: Disclosed) -> Iterator[list[PartOfSection]]:
    """The record in chunks of about `CHUNK` characters: several short sections, or a part of one."""
    parts: list[PartOfSection] = []
    size = 0
    for section in Section:
        section_opens = True
        groups: list[Group] = []
        # What was searched elsewhere stands under “What we searched”, and once.
        in_it = [item for item in copy.of_section(section) if item.source != Search._meta.label]
        for title, items in groups_of(section, in_it):
            opens = True
            waiting: list[ShownItem] = []
            for item in items:
                if _ends_before(item, size):
                    if waiting:
                        groups.append(Group(title, tuple(waiting), opens=opens))
                        waiting, opens = [], False
                    if groups:
                        parts.append(PartOfSection(section.value, tuple(groups), section_opens))
                        groups, section_opens = [], False
                    yield parts
                    parts, size = [], 0
                waiting.append(item)
                size += _length(item)
            groups.append(Group(title, tuple(waiting), opens=opens))
        if groups:
            parts.append(PartOfSection(section.value, tuple(groups), section_opens))
    if parts:
        yield parts


def groups_of(
    section: Section, items: Iterable[ShownItem]
) -> Iterator[tuple[str, list[ShownItem]]]:
    """The items of a section under headings: what happened by year, everything else by kind.

    What is withheld whole comes last and in one place: where it stood would tell when it was.
    """
    shown = [item for item in items if item.withheld is None]
    withheld = [item for item in items if item.withheld is not None]
    if section in BY_YEAR:
        heads = {item: str(item.day.year) if item.day else "Without a date" for item in shown}
    else:
        order = list(dict.fromkeys(item.source for item in shown))
        shown.sort(key=lambda item: order.index(item.source))
        heads = {item: item.kinds for item in shown}
    for title, members in groupby(shown, key=heads.__getitem__):
        yield title, list(members)
    if withheld:
        yield "Withheld", withheld


def _length(item: ShownItem) -> int:
    return 250 + sum(len(value.text) for value in item.values)


def _chunk(key: str, template: str, **values: Any) -> Chunk:
    return Chunk(key=key, html=render_to_string(template, {"organisation": ORGANISATION, **values}))
