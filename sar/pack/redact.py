"""The disclosed copy: what is withheld is taken out of the data, so that no page can show it.

A passage is withheld wherever its words occur in the text it was marked in, whatever the breaks
between lines. A decision whose passage is no longer there stops the pack: somebody looks again.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from core.dates import plain
from core.privacy import Label, Section
from sar.exemptions import RULINGS, Exemption
from sar.models import Withholding
from sar.pack.held import FILE, Gathered, Item, OtherForm, Rule, Value
from sar.pack.words import is_long, uncapital

# Characters up to which an item is not divided between two pages.
SHORT = 1200

# Blank in every entry that corrects no other.
OF_A_CORRECTION = frozenset({"corrects", "correction_reason"})


class PassageMissing(Exception):
    """A passage that was to be withheld is not in its text any more."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"A passage that is withheld from “{title}” is not found there any more. Look at that item "
            "again: undo the old decision, and withhold the passage as it stands now."
        )


class DoubleShown(PassageMissing):
    """A file is withheld whole, and shown where the very same file is held a second time."""

    def __init__(self, withheld: str, shown: str) -> None:
        Exception.__init__(
            self,
            f"The very same file is withheld as “{withheld}” and shown in “{shown}”. Look at both again: withhold "
            "both, or neither.",
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is shown, or (`withheld` not None) what stands where one was taken out.

    `withheld` is the reason in plain words; "" where we are silent about it.
    """

    text: str
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as the person reads it. No pieces: nothing is recorded."""

    field: str
    label: str
    pieces: tuple[Piece, ...]
    category: Label | None

    @property
    def is_blank(self) -> bool:
        return not self.pieces

    @property
    def is_whole(self) -> bool:
        return all(piece.withheld is None for piece in self.pieces)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_long(self) -> bool:
        """Whether it is set across the page and not beside its label."""
        return is_long(self.text)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item as the person reads it. Withheld whole, it has a reason and nothing else."""

    source: str
    section: Section
    kind: str
    kinds: str
    title: str
    day: date | None
    values: tuple[ShownValue, ...]
    withheld: str | None = None
    # Its name in addresses; "" where it is withheld.
    key: str = ""
    # It may be hard to read, and a line before it says so.
    is_hard: bool = False
    # Which of its values people know it by.
    called: str = ""

    @property
    def dated(self) -> str:
        return plain(self.day) if self.day else "no date recorded"

    @property
    def heading(self) -> str:
        """What it is, and before it what people know it by, unless a part of that is withheld."""
        called = (v.text for v in self.values if v.field == self.called and v.is_whole)
        return headed(next(called, ""), self.title)

    @property
    def is_short(self) -> bool:
        """Whether it is kept together on a page."""
        return sum(len(value.text) for value in self.values) < SHORT

    @property
    def recorded(self) -> list[ShownValue]:
        """What is printed line by line; the reference stands in the title."""
        return [v for v in self.values if not v.is_blank and v.field != "reference"]

    @property
    def not_recorded(self) -> str:
        """What nothing is written down for, in one line. That it corrects nothing is no gap."""
        blanks = (v for v in self.values if v.is_blank and v.field not in OF_A_CORRECTION)
        return "; ".join(uncapital(value.label) for value in blanks)


def headed(called: str, title: str) -> str:
    """What stands over an item: “Nursery review (Document F-000001)”."""
    return f"{called} ({title})" if called else title


@dataclass(frozen=True, slots=True)
class Reason:
    """How much is withheld for one reason, for the page “What is withheld and why”."""

    plain_words: str
    provision: str
    items: int
    passages: int


@dataclass(frozen=True, slots=True)
class Later:
    """Entries of one kind that are not in the copy, because they were written down after it was asked for."""

    kinds: str
    count: int


@dataclass(frozen=True, slots=True)
class Searched:
    """One place of the record, and how many entries about the person the copy tells of."""

    words: str
    section: Section
    count: int


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What the pages are made from, and nothing else: it holds no withheld word."""

    items: tuple[ShownItem, ...]
    searched: tuple[Searched, ...]
    other_forms: tuple[OtherForm, ...]
    rules: tuple[Rule, ...]
    recipients: tuple[str, ...]
    origins: tuple[str, ...]
    some_origins_withheld: bool
    some_recipients_withheld: bool
    # What is withheld of the entries; of files it is counted when they are printed (`with_files`).
    reasons: tuple[Reason, ...]
    # Each file that is shown, and a hash of it with what is withheld of it.
    files: tuple[tuple[str, str], ...] = ()
    later: tuple[Later, ...] = ()

    @property
    def later_count(self) -> int:
        """How many entries are left out because they were written down after the copy was asked for."""
        return sum(one.count for one in self.later)

    @property
    def sha256(self) -> str:
        """The same for the same content, whenever it is gathered: what a release is bound to."""
        text = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def of_section(self, section: Section) -> tuple[ShownItem, ...]:
        return tuple(item for item in self.items if item.section == section)


def disclose(
    gathered: Gathered,
    withholdings: Iterable[Withholding],
    *,
    hard: Collection[tuple[str, int]] = (),
) -> Disclosed:
    """The copy that goes out: `gathered` without what is withheld, and with a line before what is `hard`.

    Raises PassageMissing for a decision about a passage that is not there.
    """
    by_item: dict[tuple[str, int], list[Withholding]] = {}
    for decision in withholdings:
        by_item.setdefault((decision.source, decision.record_id), []).append(decision)
    items: list[ShownItem] = []
    tally: Counter[tuple[str, str]] = Counter()
    silent: Counter[str] = Counter()
    files: list[tuple[str, str]] = []
    later: Counter[str] = Counter()
    for item in gathered.items:
        decisions = by_item.pop((item.source, item.record_id), [])
        if any(decision.is_not_held for decision in decisions):
            later[item.kinds] += 1
            continue
        shown = _shown(item, decisions, tally)
        if item.file is not None and shown is not None and shown.withheld is None:
            files.append(_file_mark(item, decisions))
        if shown is None:
            silent[item.source] += 1
        else:
            is_hard = shown.withheld is None and (item.source, item.record_id) in hard
            items.append(replace(shown, is_hard=is_hard))
    origins, some_origins_withheld = _told_by(items, "source_in_words")
    recipients, some_recipients_withheld = _recipients(gathered, items)
    return Disclosed(
        items=tuple(items),
        # Counted from what is told, so that a silent omission does not show in a sum.
        searched=tuple(
            Searched(source.words, source.section, source.count - silent[source.label])
            for source in gathered.sources
        ),
        other_forms=gathered.other_forms,
        rules=gathered.rules,
        recipients=recipients,
        origins=origins,
        some_origins_withheld=some_origins_withheld,
        some_recipients_withheld=some_recipients_withheld,
        reasons=_reasons(tally),
        files=tuple(files),
        later=tuple(Later(kinds, count) for kinds, count in later.items()),
    )


def _file_mark(item: Item, decisions: Iterable[Withholding]) -> tuple[str, str]:
    """What changes when a file, or what is withheld of it, is another; it tells nothing of either."""
    of_file = sorted(
        f"{one.quote} {one.page} {one.left} {one.top} {one.right} {one.bottom} {one.exemption} {one.told}"
        for one in decisions
        if one.field == FILE
    )
    content = item.file.sha256 if item.file else ""
    return item.title, hashlib.sha256("\n".join([content, *of_file]).encode()).hexdigest()


def _shown(
    item: Item, decisions: list[Withholding], tally: Counter[tuple[str, str]]
) -> ShownItem | None:
    whole = [decision for decision in decisions if decision.is_whole_item]
    if any(not decision.told for decision in whole):
        return None
    if whole:
        tally[whole[0].exemption, "items"] += 1
        return ShownItem(
            source=item.source,
            section=item.section,
            kind=item.kind,
            kinds=item.kinds,
            # Not its reference and not its day: they say something of what is withheld.
            title=item.kind,
            day=None,
            values=(),
            withheld=RULINGS[Exemption(whole[0].exemption)].plain_words,
        )
    return ShownItem(
        source=item.source,
        section=item.section,
        kind=item.kind,
        kinds=item.kinds,
        title=item.title,
        day=item.day,
        values=tuple(
            shown
            for value in item.values
            # All of it withheld in silence: neither there nor told as “none recorded”, which it is not.
            if not (shown := _value(item, value, decisions, tally)).is_blank or not value.text
        ),
        key=item.key,
        called=item.called,
    )


def _value(
    item: Item, value: Value, decisions: list[Withholding], tally: Counter[tuple[str, str]]
) -> ShownValue:
    spans = []
    for decision in decisions:
        if decision.field == value.field and not decision.is_area:
            found = places_of(decision, value.text)
            if not found:
                raise PassageMissing(item.title)
            spans += [(start, end, decision) for start, end in found]
    return ShownValue(
        field=value.field,
        label=value.label,
        pieces=tuple(_pieces(value.text, spans, tally)),
        category=value.category,
    )


def places_of(decision: Withholding, text: str) -> list[tuple[int, int]]:
    """Where a decision about a passage takes words out of `text`; nowhere if the text is another now."""
    if decision.start is None:
        return list(occurrences(decision.quote, text))
    end = decision.start + len(decision.quote)
    if text_sha256(text) != decision.text_sha256 or text[decision.start : end] != decision.quote:
        return []
    return [(decision.start, end)]


def covered_by(decisions: Iterable[Withholding], name: str, text: str) -> list[tuple[int, int]]:
    """Which stretches of a text are withheld already."""
    covered = []
    for decision in decisions:
        if decision.is_whole_item:
            covered.append((0, len(text)))
        elif decision.field == name and not decision.is_area:
            covered += places_of(decision, text)
    return covered


def text_sha256(text: str) -> str:
    """What a decision about one place of a text is bound to."""
    return hashlib.sha256(text.encode()).hexdigest()


def occurrences(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of `quote` stand in `text`, whatever the white space between them.

    Whole words: Sam is not withheld from the middle of Samaritans.
    """
    words = quote.split()
    if words:
        pattern = r"\s+".join(re.escape(word) for word in words)
        before = r"(?<!\w)" if words[0][0].isalnum() else ""
        after = r"(?!\w)" if words[-1][-1].isalnum() else ""
        yield from (found.span() for found in re.finditer(f"{before}{pattern}{after}", text))


def _pieces(
    text: str, spans: list[tuple[int, int, Withholding]], tally: Counter[tuple[str, str]]
) -> Iterator[Piece]:
    """`text` with each stretch that any of `spans` covers taken out; overlaps become one."""
    done = 0
    for start, end, decisions in joined(spans):
        if start > done:
            yield Piece(text[done:start])
        told = [decision for decision in decisions if decision.told]
        for exemption in {decision.exemption for decision in told}:
            tally[exemption, "passages"] += 1
        reasons = sorted({RULINGS[Exemption(decision.exemption)].plain_words for decision in told})
        if told:
            yield Piece("", withheld=" ".join(reasons))
        done = end
    if done < len(text):
        yield Piece(text[done:])


def joined[Why](spans: Iterable[tuple[int, int, Why]]) -> Iterator[tuple[int, int, list[Why]]]:
    """The stretches that `spans` cover, those that overlap as one, each with everything it is covered for."""
    start = end = 0
    covering: list[Why] = []
    for first, last, decision in sorted(spans, key=lambda span: span[:2]):
        if covering and first < end:
            end = max(end, last)
            covering.append(decision)
            continue
        if covering:
            yield start, end, covering
        start, end, covering = first, last, [decision]
    if covering:
        yield start, end, covering


def _told_by(items: Iterable[ShownItem], field: str) -> tuple[tuple[str, ...], bool]:
    """What the items that are shown say in `field`, each once, and whether any of it is withheld.

    Read from the shown items and never from the record: a source whose name is withheld in its note
    must not stand on another page.
    """
    told: dict[str, None] = {}
    withheld = False
    for item in items:
        for value in item.values:
            if value.field == field and not value.is_whole:
                withheld = True
            elif value.field == field and not value.is_blank:
                told[value.text] = None
    return tuple(sorted(told, key=str.casefold)), withheld


def _recipients(gathered: Gathered, items: Iterable[ShownItem]) -> tuple[tuple[str, ...], bool]:
    """Who was told, by name and when, as far as the shown entries of the sharing log say it."""
    shown: dict[str, ShownItem] = {}
    withheld = False
    for item in items:
        if item.section != Section.SHARING:
            continue
        withheld = withheld or item.withheld is not None
        shown |= {value.text: item for value in item.values if value.field == "reference"}
    days: dict[str, list[str]] = {}
    for recipient in gathered.recipients:
        entry = shown.get(recipient.reference)
        if entry is None:
            continue
        name = next(value for value in entry.values if value.field == "recipient_in_words")
        if name.is_whole and name.text:
            days.setdefault(name.text, []).append(plain(recipient.on))
        else:
            withheld = True
    return tuple(f"{name}: {', '.join(when)}" for name, when in days.items()), withheld


def with_files(reasons: Iterable[Reason], in_files: Mapping[str, int]) -> list[Reason]:
    """`reasons` and what is taken out of files as well, counted `in_files` by the plain words for why."""
    there = {reason.plain_words: reason for reason in reasons}
    counted = []
    for ruling in RULINGS.values():
        words = ruling.plain_words
        reason = there.get(words, Reason(words, ruling.provision, items=0, passages=0))
        reason = replace(reason, passages=reason.passages + in_files.get(words, 0))
        if reason.items or reason.passages:
            counted.append(reason)
    return counted


def _reasons(tally: Counter[tuple[str, str]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            plain_words=ruling.plain_words,
            provision=ruling.provision,
            items=tally[exemption.value, "items"],
            passages=tally[exemption.value, "passages"],
        )
        for exemption, ruling in RULINGS.items()
        if tally[exemption.value, "items"] or tally[exemption.value, "passages"]
    )
