"""The files of a record as pages of the pack: what is in them is held as much as what is in a note.

A file that cannot be shown is named on a page of its own, with the reason, and never passed over
(features.md P28). The same file held twice is shown once.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from core.dates import plural
from core.files.formats import Format
from core.files.office import NoOffice, to_pdf
from core.files.pictures import Locked, NotDrawn, draw
from core.files.unseen import unseen_in
from core.files.within import DAMAGED, PICTURES, all_within
from core.organisation import ORGANISATION
from core.pdf.foreign import Area, Copied, NotCopied, Place, copy_pages, picture_pages
from core.pdf.foreign.withheld import finder
from core.pdf.kept import Shelf, mark_of, packed, render_kept, unpacked
from core.pdf.parts import Chunk, Part
from core.pdf.press import Press
from sar.exemptions import RULINGS, Exemption
from sar.models import Withholding
from sar.pack.gather import GatherFailed
from sar.pack.held import FILE, Gathered, HeldFile, Item
from sar.pack.redact import DoubleShown, PassageMissing, Piece, covered_by, headed, joined

logger = logging.getLogger(__name__)

MOST_PICTURES = 300  # within one file
NO_OFFICE = (
    "It is a file of a word processor, and this computer has no program that makes pages of it."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is withheld of a file: words and areas, each with the reason that is told."""

    words: tuple[tuple[str, str | None], ...] = ()
    areas: tuple[tuple[Area, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A file to be shown, and what of it is withheld: words and areas, each with the reason that is told."""

    title: str
    dated: str
    file: HeldFile
    words: tuple[tuple[str, str | None], ...] = ()
    areas: tuple[tuple[Area, str | None], ...] = ()
    # What shows the very same file already.
    same_as: str = ""
    key: str = ""
    # What stands over it; `title` is said of it elsewhere, where a name may not stand.
    heading: str = ""
    # What is withheld whole, by the hash of its file: it is not shown as a part of this one either.
    withheld: tuple[tuple[str, str], ...] = ()
    # What is withheld of other files, by their hash: where one came with this one as well, it is taken out too.
    of_others: tuple[tuple[str, Taken], ...] = ()


@dataclass(frozen=True, slots=True)
class Black:
    """Why something is painted black, in plain words, and on which of the pages."""

    why: str
    pages: tuple[int, ...]

    @property
    def where(self) -> str:
        """The pages in words, as the file counts them."""
        *before, last = map(str, self.pages)
        return f"pages {', '.join(before)} and {last}" if before else f"page {last}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One thing to be shown: a text, or pages, or why there are none."""

    title: str
    pieces: tuple[Piece, ...] = ()
    pages: Part | None = None
    # Something on the pages is painted black; `black` says why, as far as it is told.
    is_painted: bool = False
    black: tuple[Black, ...] = ()
    cannot: str = ""


def files_of(gathered: Gathered, decisions: Iterable[Withholding]) -> list[FileCopy]:
    """The files of the items that are shown, with what is withheld of each; of doubles the first.

    Raises DoubleShown if one that is withheld whole is shown as another item.
    """
    by_item: dict[tuple[str, int], list[Withholding]] = {}
    for decision in decisions:
        by_item.setdefault((decision.source, decision.record_id), []).append(decision)
    shown = [
        (item, item.file, by_item.get((item.source, item.record_id), []))
        for item in gathered.items
        if item.file is not None
    ]
    # What was not held when the request came is no secret: the same file may have been held already.
    withheld = {
        file.sha256: item.title
        for item, file, decided in shown
        if file.sha256 and any(one.is_whole_item and not one.is_not_held for one in decided)
    }
    shown = [one for one in shown if not any(decision.is_whole_item for decision in one[2])]
    for item, file, _ in shown:
        if file.sha256 in withheld:
            raise DoubleShown(withheld[file.sha256], item.title)
    # What is withheld of a file is withheld of every double of it.
    of_content: dict[str, list[Withholding]] = {}
    for item, file, decided in shown:
        of_content.setdefault(file.sha256 or item.key, []).extend(decided)
    taken = {content: _taken(decided) for content, decided in of_content.items()}
    first: dict[str, str] = {}
    copies = []
    for item, file, _ in shown:
        content = file.sha256 or item.key
        copy = _copy(item, file, of_content[content], same_as=first.get(content, ""))
        others = tuple((other, of_it) for other, of_it in taken.items() if other != content)
        copies.append(replace(copy, withheld=tuple(withheld.items()), of_others=others))
        first.setdefault(content, item.title)
    return copies


def _copy(item: Item, file: HeldFile, decisions: list[Withholding], *, same_as: str) -> FileCopy:
    taken = _taken(decisions)
    return FileCopy(
        title=item.title,
        dated=item.dated,
        file=file,
        words=taken.words,
        areas=taken.areas,
        same_as=same_as,
        key=item.key,
        heading=_heading(item, decisions),
    )


def _taken(decisions: Iterable[Withholding]) -> Taken:
    of_file = [decision for decision in decisions if decision.field == FILE]
    return Taken(
        words=tuple((one.quote, _told(one)) for one in of_file if not one.is_area),
        # The same part may be withheld of a double as well: it is painted, and counted, once.
        areas=tuple(
            dict.fromkeys(
                (
                    Area(
                        one.page or 0, one.left or 0, one.top or 0, one.right or 0, one.bottom or 0
                    ),
                    _told(one),
                )
                for one in of_file
                if one.is_area
            )
        ),
    )


def _heading(item: Item, decisions: Iterable[Withholding]) -> str:
    """As `ShownItem.heading`."""
    called = item.value(item.called)
    if called is None or covered_by(decisions, called.field, called.text):
        return item.title
    return headed(called.text, item.title)


def _told(decision: Withholding) -> str | None:
    """The reason in plain words; None where we are silent about it."""
    return RULINGS[Exemption(decision.exemption)].plain_words if decision.told else None


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """The files as parts of the pack, and the lines of text that were painted over in them.

    `withheld` counts what is taken out of them, by the reason that is told.
    """

    parts: list[Part]
    under: frozenset[str]
    withheld: Mapping[str, int]


def print_files(press: Press, files: Iterable[FileCopy], shelf: Shelf) -> PrintedFiles:
    """Print the files, each behind a page that says what it is; what lies on `shelf` is not made again.

    Raises PassageMissing if words that are withheld are not found in their file.
    """
    parts: list[Part] = []
    under: set[str] = set()
    withheld: Counter[str] = Counter()
    for number, copy in enumerate(files, 1):
        sheets = (
            [Sheet(copy.title)] if copy.same_as else list(_sheets(copy, shelf, under, withheld))
        )
        for place, sheet in enumerate(sheets):
            html = render_to_string(
                "pdf/file.html",
                {
                    "organisation": ORGANISATION,
                    "opens": number == 1 and not place,
                    "copy": copy,
                    "sheet": sheet,
                    "is_first": not place,
                },
            )
            parts += render_kept(press, [Chunk(key=f"file-{copy.key}-{place}", html=html)], shelf)
            if sheet.pages is not None:
                parts.append(sheet.pages)
    return PrintedFiles(parts, frozenset(under), withheld)


def _sheets(
    copy: FileCopy, shelf: Shelf, under: set[str], withheld: Counter[str]
) -> Iterator[Sheet]:
    content = _as_it_came(copy)
    showing = Showing(copy, shelf)
    try:
        yield from showing.show(content, copy.file.format, copy.title)
    except (PassageMissing, OSError):
        raise
    except Exception as error:  # noqa: BLE001  # nothing may pass, and whoever builds it learns where it stopped
        logger.error("Copying a file failed: %s", error.__class__.__name__)  # noqa: TRY400
        raise GatherFailed(copy.title) from None
    if not showing.is_complete:
        raise PassageMissing(copy.title)
    under.update(showing.under)
    withheld.update(showing.withheld)


def _as_it_came(copy: FileCopy) -> bytes:
    """The bytes that were added to the record. Another file in their place must not go out as what we hold."""
    try:
        with default_storage.open(copy.file.path) as opened:
            content: bytes = opened.read()
    except OSError:
        raise GatherFailed(copy.title) from None
    if copy.file.sha256 and hashlib.sha256(content).hexdigest() != copy.file.sha256:
        logger.error("A file is not the one that was added to the record.")
        raise GatherFailed(copy.title)
    return content


class Showing:
    """A file on its way to pages; remembers which of the withheld words were found in it."""

    def __init__(self, copy: FileCopy, shelf: Shelf) -> None:
        self._copy = copy
        self._shelf = shelf
        self._found: set[int] = set()
        # The lines of text that an area hid, as they stood in the file.
        self.under: list[str] = []
        # How much is taken out, by the reason that is told.
        self.withheld: Counter[str] = Counter()
        self._pages = 0
        self._shown = False
        self._cannot = False
        # How much of what else is in the file whose pages were made last.
        self._besides: list[tuple[int, str]] = []

    @property
    def is_complete(self) -> bool:
        """Whether all that is withheld was there to be taken out; what cannot be shown holds nothing."""
        everything = len(self._found) == len(self._copy.words)
        areas = all(area.page <= self._pages for area, _ in self._copy.areas)
        return (everything and areas) or (self._cannot and not self._shown)

    def show(self, content: bytes, kind: str, title: str) -> Iterator[Sheet]:
        """The sheets of one file, and of those within it."""
        for one in all_within(content, kind, title):
            if one.cannot:
                yield self._none(one.title, one.cannot)
                continue
            self._may_be_shown(one.content)
            if one.text is not None:
                yield self._text(one.title, one.text, self._also(one.content).words)
            else:
                yield self._as_pages(one.content, one.kind, one.title)
                if self._besides:
                    yield Sheet(besides_title(one.title), cannot=besides_in_words(self._besides))
                    self._besides = []

    def _may_be_shown(self, content: bytes) -> None:
        """Raises DoubleShown for what came with an e-mail as well, and is withheld whole where it is held alone."""
        known = dict(self._copy.withheld).get(hashlib.sha256(content).hexdigest())
        if known is not None:
            raise DoubleShown(known, self._copy.title)

    def _also(self, content: bytes) -> Taken:
        """What is withheld of what came with an e-mail, where the very same file is held alone."""
        return dict(self._copy.of_others).get(hashlib.sha256(content).hexdigest(), Taken())

    def _as_pages(self, content: bytes, kind: str, title: str) -> Sheet:
        try:
            return self._made(content, kind, title)
        except NoOffice:
            return self._none(title, NO_OFFICE)
        except (NotDrawn, Locked, NotCopied):
            return self._none(title, DAMAGED)

    def _none(self, title: str, cannot: str) -> Sheet:
        self._cannot = True
        return Sheet(title, cannot=cannot)

    def _text(self, title: str, text: str, also: tuple[tuple[str, str | None], ...]) -> Sheet:
        self._shown = True
        spans = []
        for place, (quote, told) in enumerate((*self._copy.words, *also)):
            for start, end in finder(quote)(text):
                self._have_found([place])
                spans.append((start, end, told))
        return Sheet(title, pieces=tuple(_pieces(text, spans, self.withheld)))

    def _made(self, content: bytes, kind: str, title: str) -> Sheet:
        """The pages of one file, from the shelf if they were made before with the same withheld of them."""
        taken = self._taken_here(content)
        quotes = [quote for quote, _ in taken.words]
        withheld = json.dumps([quotes, [astuple(area) for area, _ in taken.areas]])
        mark = mark_of(content, kind, title, self._key(), withheld)
        kept = self._shelf.get(mark)
        if kept is None:
            copied = self._copied(content, kind, title, taken)
            stood = [list(astuple(place)) for place in copied.places]
            kept = packed(
                [copied.part],
                places=stood,
                under=list(copied.under),
                besides=list(copied.besides),
            )
            self._shelf.put(mark, kept)
        (part,), said = unpacked(kept)
        places = [Place(*place) for place in said["places"]]
        self._have_found(place.words for place in places)
        self.under += said["under"]
        self._besides = [(number, what) for number, what in said["besides"]]
        self._shown = True
        areas = [(area.page, told) for area, told in taken.areas if 1 <= area.page <= part.pages]
        self._pages += part.pages
        black = self._black(places, taken.words, areas)
        return Sheet(title, pages=part, is_painted=bool(places or areas), black=tuple(black))

    def _black(
        self,
        places: Iterable[Place],
        words: Sequence[tuple[str, str | None]],
        areas: Iterable[tuple[int, str | None]],
    ) -> Iterator[Black]:
        """Why something is painted black on the pages of one file, and where; each is counted."""
        on: dict[str, list[int]] = {}
        by_page: dict[int, list[tuple[int, int, str | None]]] = {}
        for place in places:
            told = words[place.words][1]
            by_page.setdefault(place.page, []).append((place.start, place.end, told))
        for page, spans in by_page.items():
            for _, _, reasons in joined(spans):
                for why in {why for why in reasons if why is not None}:
                    on.setdefault(why, []).append(page)
        for page, told in areas:
            if told is not None:
                on.setdefault(told, []).append(page)
        for why, pages in on.items():
            self.withheld[why] += len(pages)
            yield Black(why, tuple(sorted(set(pages))))

    def _have_found(self, places: Iterable[int]) -> None:
        """Which of the words that are withheld of this very file stand there: a part may hold those of another."""
        self._found |= {place for place in places if place < len(self._copy.words)}

    def _copied(self, content: bytes, kind: str, title: str, taken: Taken) -> Copied:
        areas = [area for area, _ in taken.areas]
        if kind in PICTURES:
            drawn = draw(content, kind, most=MOST_PICTURES)
            if drawn.pages > len(drawn.drawn):
                # None of it, rather than a part that looks like the whole.
                raise NotCopied
            pictures = [picture.content for picture in drawn.drawn]
            return picture_pages(pictures, key=self._key(), called=title, areas=areas)
        is_pdf = kind == Format.PDF
        copied = copy_pages(
            content if is_pdf else to_pdf(content, kind),
            key=self._key(),
            called=title,
            areas=areas,
            words=[quote for quote, _ in taken.words],
        )
        return copied if is_pdf else replace(copied, besides=unseen_in(content, kind))

    def _key(self) -> str:
        return f"file-{self._copy.key}-after-{self._pages}"

    def _taken_here(self, content: bytes) -> Taken:
        """What is taken out of a part. Its areas begin here: pages are counted through all that is within a file."""
        also = self._also(content)
        here = [
            (Area(area.page - self._pages, area.left, area.top, area.right, area.bottom), told)
            for area, told in self._copy.areas
        ]
        return Taken(
            words=(*self._copy.words, *also.words),
            areas=tuple(dict.fromkeys((*here, *also.areas))),
        )


def besides_title(title: str) -> str:
    """What the page is called that says what else is in a file."""
    return f"What else is in {title}"


def besides_in_words(besides: Iterable[tuple[int, str]]) -> str:
    """What a file holds that stands on none of its pages, in a sentence."""
    counted = [plural(number, what) for number, what in besides]
    *before, last = counted
    there = f"{', '.join(before)} and {last}" if before else last
    return f"Besides its pages the file holds {there}, which may not stand on them."


def _pieces(
    text: str, spans: list[tuple[int, int, str | None]], withheld: Counter[str]
) -> Iterator[Piece]:
    """`text` without what `spans` cover, each stretch of it counted once for each reason that is told."""
    done = 0
    for start, end, reasons in joined(spans):
        if start > done:
            yield Piece(text[done:start])
        told = sorted({why for why in reasons if why is not None})
        withheld.update(told)
        if told:
            yield Piece("", withheld=" ".join(told))
        done = end
    if done < len(text):
        yield Piece(text[done:])
