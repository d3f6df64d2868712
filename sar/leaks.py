"""Whether a finished pack holds anything that was to be withheld (features.md N15).

The bytes themselves are read, in every way that somebody could read them, and compared with every
withheld passage, every address that must not be given to anybody, and every name that is withheld.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import Q
from django.utils import timezone

from cases.models import Address
from core.dates import plural
from core.pdf import everywhere
from core.pdf.across import BREAK
from core.pdf.beside import LARGE, Reader, inside_beside
from core.pdf.contents import Entry
from core.pdf.everywhere import raw_parts, shown
from core.pdf.faces import kept_text_beside
from core.pdf.kept import Nowhere, Shelf
from core.pdf.reading import NOTHING_READ, Reading
from core.pdf.sought import LONG_ENOUGH, Sought, plain_letters, times_in
from sar.circle import circle_of
from sar.models import RightsRequest, Withholding
from sar.pack.held import Gathered, Item
from sar.proposals.find import TITLED, Finder
from sar.proposals.names import (
    EVERYDAY,
    FORMAL,
    SHORTEST_MISSPELT,
    Form,
    Somebody,
    forms_of,
    parts_of,
)
from sar.proposals.words import folded_words
from sar.workbench.around import around

# Sentences shorter than this say too little to be told apart from others.
SENTENCE = 25

UNDER_AN_AREA = "it is painted over in a document"
NAME_WITHHELD = "this name is withheld"


@dataclass(frozen=True, slots=True)
class Leak:
    """Words that must not be in the file, where they stand, and why they must not."""

    words: str
    place: str
    page: int | None
    because: str
    # The entries on that page, by their headings: nobody can open a file that is not kept.
    entries: str = ""


def barred_in(
    request: RightsRequest, gathered: Gathered, decisions: Iterable[Withholding]
) -> dict[str, str]:
    """The words that must not be in the pack of `request`, each with the reason."""
    own, others = around(gathered.person)
    own_words = {
        *parts_of([own]),
        *(word for name in own.full_names for word in folded_words(name)),
    }
    # Whoever stays in the whole pack is named in it, by a family name that others have as well.
    staying = set(request.staying.filter(undone_at=None).values_list("group", flat=True))
    told_words = own_words | parts_of(one for one in others if one.key in staying)
    told_words |= {
        word
        for one in others
        if one.key in staying
        for name in one.full_names
        for word in folded_words(name)
    }
    # Names alone are no sentence: whether somebody is withheld is decided about their name.
    name_words = own_words | {
        word for one in others for name in one.full_names for word in folded_words(name)
    }
    barred: dict[str, str] = {}
    decisions = list(decisions)
    # What was not held when the request came is no secret: an older version may say the same.
    later = {(one.source, one.record_id) for one in decisions if one.is_not_held}
    whole = {(one.source, one.record_id) for one in decisions if one.is_whole_item} - later
    # What another item says in the same words is told there: how something came to us, for example.
    told = {
        sentence
        for item in gathered.items
        if (item.source, item.record_id) not in whole | later
        for sentence in _sentences(item)
    }
    for item in gathered.items:
        if (item.source, item.record_id) in whole:
            because = "it stands in an item that is withheld"
            barred |= {
                words: because
                for words in _sentences(item)
                if words not in told and not set(folded_words(words)) <= name_words
            }
    quotes = set()
    finder = Finder(own=own, others=others)
    for decision in decisions:
        # Withheld at one place alone, it may stand at another.
        if decision.quote and decision.start is None:
            quotes.add(folded_words(decision.quote))
            if not set(folded_words(decision.quote)) <= told_words:
                barred[decision.quote] = "it is withheld"
            barred |= dict.fromkeys(
                _family_names(finder, decision.quote, staying, told_words), NAME_WITHHELD
            )
    for other in others:
        if other.key in staying:
            continue
        barred |= dict.fromkeys(_names(other, quotes, own_words), NAME_WITHHELD)
    barred |= dict.fromkeys(_safe_addresses(gathered), "this address must not be given to anybody")
    return barred


def barred_under(request: RightsRequest, lines: Iterable[str]) -> dict[str, str]:
    """What must not be in the pack because an area of a document hides it: whole lines, and every name.

    A single word that names nobody stands in many places by chance, and the person's own names are theirs.
    """
    if request.person is None:
        return {}
    own, others = around(request.person)
    finder = Finder(own=own, others=others)
    own_words = set(parts_of([own]))
    staying = set(request.staying.filter(undone_at=None).values_list("group", flat=True))
    barred: dict[str, str] = {}
    for line in lines:
        words = folded_words(line)
        if len(words) > 1 and len("".join(words)) >= LONG_ENOUGH and not set(words) <= own_words:
            barred[line] = UNDER_AN_AREA
        names = (found.words for found in finder.find(line) if found.group not in staying)
        barred |= dict.fromkeys(names, UNDER_AN_AREA)
    return barred


def leaks_in(
    content: bytes,
    barred: dict[str, str],
    *,
    name: str = "",
    known: Reading = NOTHING_READ,
    shelf: Shelf | None = None,
) -> list[Leak]:
    """Each of the `barred` words that can be read out of the finished file `content`, and where.

    Pages that stand in it byte for byte as they were printed draw what was read off them then (`known`), and what a
    reader took out of the very same pages of a file before lies on `shelf`; what is barred is looked for in all of it.
    """
    with leaks_beside(content, barred, name=name, known=known, shelf=shelf) as leaks:
        return leaks()


@contextmanager
def leaks_beside(
    content: bytes,
    barred: dict[str, str],
    *,
    name: str = "",
    known: Reading = NOTHING_READ,
    shelf: Shelf | None = None,
    large: int = LARGE,
    reader: Reader | None = None,
) -> Iterator[Callable[[], list[Leak]]]:
    """As `leaks_in`, asked for by a call: what stands in a file that is `large` is read beside what the block does.

    By `reader` where there is one.

    The call raises subprocess.SubprocessError or pikepdf.PdfError if anything was not read to its end.
    """
    sought = Sought(barred)
    longest = max(map(len, barred), default=0)
    standing = inside_beside(
        content, name=name, known=known, longest=longest, large=large, reader=reader
    )
    reading = kept_text_beside(content, Nowhere() if shelf is None else shelf)
    with standing as stands, reading as texts:

        def leaks() -> list[Leak]:
            in_bytes = [*sought.in_parts(raw_parts(content, known))]
            if maybe := sought.may_stand_in(known.words):
                in_bytes += Sought(maybe).in_parts(raw_parts(content))
            seen = list(shown(content, texts(), longest=longest))
            # Meanwhile: what stands there says mostly the same.
            list(sought.in_texts(one.text for one in seen))
            readables = [*stands(), *seen]
            found: dict[tuple[str, str, int | None], Leak] = {}
            standing_in: dict[int, list[str]] = {}
            for number, words in sought.in_texts(one.text for one in readables):
                standing_in.setdefault(number, []).append(words)
            for number, several in standing_in.items():
                one = readables[number]
                is_across = one.where == everywhere.ACROSS
                there = [w for w in several if not is_across or _goes_across(w, one.text)]
                for words in _told_once(there, one.text):
                    key = words, one.where, one.page
                    found.setdefault(key, Leak(*key, barred[words]))
            for words in in_bytes:
                key = words, everywhere.OLDER, None
                found.setdefault(key, Leak(words, everywhere.OLDER, None, barred[words]))
            return list(found.values())

        yield leaks


def _goes_across(words: str, text: str) -> bool:
    """Whether `words` begin before the page ends and end after it, and do not stand whole on one side alone."""
    return times_in(words, text) > sum(times_in(words, side) for side in text.split(BREAK))


def _told_once(several: Sequence[str], text: str) -> Iterator[str]:
    """Those of the words found in `text` that stand there by themselves as well, not only within longer ones of them."""
    for words in several:
        times = times_in(words, text)
        within = (
            times_in(longer, text) * times_in(words, longer)
            for longer in several
            if len(plain_letters(longer)) > len(plain_letters(words)) and times_in(words, longer)
        )
        if times > max(within, default=0) or not times:
            yield words


def entries_on(page: int | None, headings: Sequence[Entry]) -> str:
    """What stands on `page` of a file with these `headings`: each part, with its entries there.

    The last entry that begins before may go on to it.
    """
    if page is None:
        return ""
    before = [heading for heading in headings if heading.page < page]
    there = [*before[-1:], *(heading for heading in headings if heading.page == page)]
    part = next((heading.title for heading in reversed(before) if heading.level == 1), "")
    found: dict[str, list[str]] = {}
    for heading, after in zip_longest(there, there[1:]):
        if heading.level == 1:
            part = heading.title
        names = found.setdefault(part, [])
        # A year or a kind says less than the entries under it.
        if heading.level > 1 and (after is None or after.level <= heading.level):
            names.append(heading.title)
    return "; ".join(
        f"{part}: {', '.join(names)}" if names else part for part, names in found.items()
    )


def not_cleared(request: RightsRequest, leaks: Iterable[Leak]) -> list[Leak]:
    """Those that nobody has said may stand there."""
    cleared = set(request.cleared_leaks.values_list("words", "place"))
    return [leak for leak in leaks if (leak.words, leak.place) not in cleared]


def _sentences(item: Item) -> Iterator[str]:
    for value in item.values:
        if value.is_passage:
            for sentence in re.split(r"(?<=[.!?])\s+|\n+", value.text):
                if len(sentence) >= SENTENCE:
                    yield sentence.strip()


def _family_names(
    finder: Finder, quote: str, staying: set[str], told_words: set[str]
) -> Iterator[str]:
    """Of “Mrs Carol Quill”, of whom the record knows no more: she may be “Mrs Quill” or “Carol Quill” two lines on."""
    for found in finder.find(quote):
        if not found.group.startswith(TITLED) or found.group in staying:
            continue
        title, *given, family = folded_words(found.words)
        if title not in FORMAL:
            continue
        if len(family) >= SHORTEST_MISSPELT and family not in EVERYDAY | told_words:
            yield found.words.split()[-1]
        elif given and not {*given, family} <= told_words:
            # A short name alone stands in many places by chance; together with the given one it does not.
            yield found.words.split(maxsplit=1)[1]


def _names(other: Somebody, quotes: set[tuple[str, ...]], own_words: set[str]) -> Iterator[str]:
    """The whole names of somebody of whom any name is withheld."""
    forms = {sequence for sequence, form in forms_of(other) if form != Form.ADDRESS}
    if forms & quotes:
        for name in (*other.full_names, *other.other_names):
            if len(folded_words(name)) > 1 and not set(folded_words(name)) <= own_words:
                yield name


def _safe_addresses(gathered: Gathered) -> Iterator[str]:
    """Confidential addresses of others; the person's own is theirs to have, also where they are kept safe together.

    A home that nobody keeps secret for the person is not enough: it may be where they lived before
    somebody fled from them, and nobody has ended it.
    """
    numbers = gathered.person.numbers
    today = timezone.localdate()
    lives = Address.objects.filter(
        Q(until=None) | Q(until__gte=today), person__in=numbers, is_confidential=True
    )
    own = {(one.lines.strip().casefold(), one.postcode) for one in lives}
    people = circle_of(gathered.person) - set(numbers)
    for address in Address.objects.filter(person__in=people, is_confidential=True).order_by("pk"):
        if (address.lines.strip().casefold(), address.postcode) in own:
            continue
        first = address.lines.strip().split("\n", 1)[0]
        if len(first) > 3:
            yield first
        if address.postcode:
            yield address.postcode


def leaks_in_words(leaks: Sequence[Leak]) -> str:
    """That there are leaks, and where, in a sentence that repeats none of the words."""
    places = sorted({leak.place for leak in leaks})
    return (
        f"No pack was made, because {plural(len(leaks), 'time')} words that must not be in it were found "
        f"in the finished file ({', '.join(places)}). Look at what was found, withhold it there or say "
        "why it may stay, and build it again."
    )
