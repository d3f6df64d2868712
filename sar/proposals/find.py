"""Everybody who is named in a text, and whatever else gives somebody away, with the reason for each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sar.proposals.names import (
    EVERYDAY,
    HYPHENS,
    KIN,
    MONTHS,
    NO_NAMES,
    NO_SLIPS,
    SHORT_FORMS,
    SHORTEST_MISSPELT,
    SMALL_TITLES,
    TITLES,
    Form,
    Sequence,
    Somebody,
    forms_of,
    initials_of,
    is_misspelt,
    parts_of,
    short_street,
    without_one,
)
from sar.proposals.patterns import shaped_in
from sar.proposals.words import WORD, Word, folded, word_at

LONGEST = 12  # words of a name or the first line of an address
TITLED = "name:"  # a group of whom nothing is known but how they are addressed
SHORT = 100  # characters of a text that may well come again
LONGEST_UNKNOWN = 4  # words of a name that follows a title
INITIAL = re.compile(r"(.)\.", re.DOTALL)
# The other half of a name that is one with a hyphen, with a capital as names have it.
HALF = r"[^\W\d_][^\W_]+"
HALF_BEFORE = re.compile(rf"(?<!\w)({HALF}){HYPHENS.pattern}$")
HALF_AFTER = re.compile(rf"{HYPHENS.pattern}({HALF})")
LONGEST_HALF = 40
DAY_BEFORE = re.compile(r"(?<!\d)(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?: of)?\s$", re.IGNORECASE)
YEAR_AFTER = re.compile(r"\s(?:19|20)\d\d(?!\d)")


class Advice(StrEnum):
    """What is proposed. A person decides; nothing is taken out by itself."""

    WITHHOLD = "withhold"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text about somebody else: where, what it says, whose it is, and why it is proposed.

    `group` is the same wherever the same person, or the same number, is found.
    """

    start: int
    end: int
    words: str
    group: str
    who: str
    why: str
    advice: Advice


class Finder:
    """Finds `others` in texts, and what gives anybody away; what is the person's `own` it passes over.

    Made once and used for all texts of a pack: what it compares with is worked out beforehand.
    """

    def __init__(self, *, own: Somebody, others: Iterable[Somebody]) -> None:
        self._others = list(others)
        self._own = {sequence for sequence, _ in forms_of(own)}
        self._own_firsts = {sequence[0] for sequence in self._own}
        self._own_words = parts_of([own])
        self._own_values = {*own.contacts, *own.postcodes}
        self._own_initials = initials_of(own)
        self._known: dict[str, list[tuple[Sequence, Form, Somebody]]] = {}
        self._slips: dict[str, set[tuple[str, Somebody]]] = {}
        self._initials: dict[str, Somebody] = {}
        self._values: dict[str, Somebody] = {}
        # Of each word as it is written, what `_tells` says: a record has few words, each of them often.
        self._telling: dict[str, bool | None] = {}
        self._short: dict[str, list[Found]] = {}
        for one in self._others:
            self._learn(one)
        # Words of the longest name, one before it that is a title, and one that may follow.
        self._window = 2 + max([LONGEST, *map(len, self._sequences())])

    def _sequences(self) -> Iterator[Sequence]:
        return (sequence for several in self._known.values() for sequence, _, _ in several)

    def _learn(self, one: Somebody) -> None:
        for sequence, form in forms_of(one):
            if sequence in self._own:
                continue
            self._known.setdefault(sequence[0], []).append((sequence, form, one))
            if len(sequence) == 1:
                self._learn_without_apostrophe(sequence[0], form, one)
            # A name as short as "Joan" is one slip away from too many words.
            if len(sequence) == 1 and len(sequence[0]) >= SHORTEST_MISSPELT:
                for left in without_one(sequence[0]):
                    self._slips.setdefault(left, set()).add((sequence[0], one))
        for letters in initials_of(one) - self._own_initials:
            self._initials.setdefault(letters, one)
        for value in (*one.contacts, *one.postcodes):
            self._values.setdefault(value, one)

    def _learn_without_apostrophe(self, name: str, form: Form, one: Somebody) -> None:
        """“Joes bike”, where Joe’s is meant."""
        several = (f"{name}s",)
        if len(name) > 2 and several not in self._own:
            self._known.setdefault(several[0], []).append((several, form, one))

    def find(self, text: str) -> list[Found]:
        """What stands in `text`, in order, the longest where two overlap."""
        if len(text) > SHORT:
            return self._found_in(text)
        # Who told us, and whom it is about, are the same words in one item after the other.
        if text not in self._short:
            self._short[text] = self._found_in(text)
        return list(self._short[text])

    def _found_in(self, text: str) -> list[Found]:
        found = sorted(self._every(text), key=lambda one: (one.start, -one.end))
        kept: list[Found] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        return kept

    def _every(self, text: str) -> Iterator[Found]:
        yield from self._names(text)
        yield from self._shaped(text)

    def _names(self, text: str) -> Iterator[Found]:
        telling = self._telling
        written = WORD.findall(text)
        for word in set(written) - telling.keys():
            telling[word] = self._tells(word)
        if not any(telling[word] for word in set(written)):
            return
        words = [one for one in _placed(written, text) if telling[one[0]] is not None]
        after = 0
        for place, (word, _) in enumerate(words):
            if place >= after and telling[word]:
                near = [word_at(*one) for one in words[place : place + self._window]]
                found, used = self._name_at(text, near, 0)
                if found is not None and not _is_of_a_date(text, found):
                    yield self._whole(text, found)
                after = place + used

    def _whole(self, text: str, found: Found) -> Found:
        """All of Anne-Marie, where Marie is known: half of a name would be left. Not what names somebody itself."""
        before = HALF_BEFORE.search(text, max(0, found.start - LONGEST_HALF), found.start)
        after = HALF_AFTER.match(text, found.end)
        start = before.start(1) if before and self._is_half(before[1]) else found.start
        end = after.end(1) if after and self._is_half(after[1]) else found.end
        if (start, end) == (found.start, found.end):
            return found
        return replace(found, start=start, end=end, words=text[start:end])

    def _is_half(self, written: str) -> bool:
        is_own = folded(written) in self._own_words
        return written.istitle() and not is_own and self._tells(written) is False

    def _tells(self, written: str) -> bool | None:
        """Whether something may be found where this word stands; None where nothing of it can be compared."""
        word = word_at(written, 0)
        if not word.same:
            return None
        return (
            _is_title(word)
            or word.same in self._own_firsts
            or word.same in self._known
            or short_street(word.same) in self._known
            or word.written in self._initials
            or not self._slips.keys().isdisjoint(without_one(word.same))
        )

    def _name_at(self, text: str, words: list[Word], place: int) -> tuple[Found | None, int]:
        """What begins with the word at `place`, and how many words it takes."""
        title = _is_title(words[place])
        begins = place + 1 if title and place + 1 < len(words) else place
        own = self._own_at(words, begins)
        known = self._known_at(words, begins)
        if known is not None and len(known[0]) >= own:
            sequence, form, one = known
            # “her nan Pauline”: whose nan she is may be their own.
            first = begins if words[place].written in KIN else place
            return (
                self._found(text, words[first], words[begins + len(sequence) - 1], one, form),
                begins - place + len(sequence),
            )
        if own:
            return None, begins - place + own
        if begins > place and _may_be_called(text, words[place], words[begins]):
            last = begins
            while last + 1 < len(words) and _goes_on(text, words[begins : last + 2]):
                last += 1
            return (
                Found(
                    start=words[place].start,
                    end=words[last].end,
                    words=text[words[place].start : words[last].end],
                    # “Mrs Coventry” and “Mrs Linda Coventry” are one; Mr Coventry is somebody else.
                    group=f"{TITLED}{words[place].same} {words[last].same}",
                    who=text[words[place].start : words[last].end],
                    why=f"It follows “{words[place].written}”, so it looks like a name.",
                    advice=Advice.WITHHOLD,
                ),
                last - place + 1,
            )
        return self._slip_or_initials(text, words[place]), 1

    def _own_at(self, words: list[Word], place: int) -> int:
        """How many words the person's own name takes there."""
        if words[place].same not in self._own_firsts:
            return 0
        for length in range(min(LONGEST, len(words) - place), 0, -1):
            if tuple(word.same for word in words[place : place + length]) in self._own:
                return length
        return 0

    def _known_at(self, words: list[Word], place: int) -> tuple[Sequence, Form, Somebody] | None:
        """The longest form of somebody that begins there."""
        best: tuple[Sequence, Form, Somebody] | None = None
        first = words[place]
        for key in {first.same, short_street(first.same)}:
            for sequence, form, one in self._known.get(key, ()):
                if best is not None and len(sequence) <= len(best[0]):
                    continue
                there = [word.same for word in words[place : place + len(sequence)]]
                if form == Form.ADDRESS:
                    there = [short_street(word) for word in there]
                if tuple(there) == sequence and _is_meant(first, sequence, form):
                    best = sequence, form, one
        return best

    def _slip_or_initials(self, text: str, word: Word) -> Found | None:
        one = self._initials.get(word.written)
        if one is not None:
            return self._found(text, word, word, one, Form.INITIALS)
        if (
            len(word.same) < SHORTEST_MISSPELT
            or not word.is_capital
            or word.same in self._own_words
            or word.same in NO_SLIPS
        ):
            return None
        for left in without_one(word.same):
            for name, somebody in self._slips.get(left, ()):
                if is_misspelt(word.same, name):
                    return Found(
                        start=word.start,
                        end=word.end,
                        words=word.written,
                        group=somebody.key,
                        who=somebody.name,
                        why=f"It may be {somebody.name}, misspelt.",
                        advice=_advice(somebody),
                    )
        return None

    def _shaped(self, text: str) -> Iterator[Found]:
        for one in shaped_in(text):
            if one.value in self._own_values:
                continue
            owner = self._values.get(one.value)
            written = text[one.start : one.end]
            group, who = (
                _reached(owner) if owner else (f"{one.pattern.name.lower()}:{one.value}", written)
            )
            yield Found(
                start=one.start,
                end=one.end,
                words=written,
                group=group,
                who=who,
                why=f"{_of(owner)}: {one.pattern}." if owner else f"It looks like {one.pattern}.",
                advice=_advice(owner) if owner else Advice.WITHHOLD,
            )
        yield from self._dotted(text)

    def _dotted(self, text: str) -> Iterator[Found]:
        """Initials with their dots: J.H., J. H."""
        before_dots = {found[0] for found in INITIAL.findall(text)}
        for letters, one in self._initials.items():
            if letters[0] not in before_dots:
                continue
            for start, end in _dotted_places(letters, text):
                yield Found(
                    start=start,
                    end=end,
                    words=text[start:end],
                    group=one.key,
                    who=one.name,
                    why=f"{_of(one)}: {Form.INITIALS}.",
                    advice=_advice(one),
                )

    def _found(self, text: str, first: Word, last: Word, one: Somebody, form: Form) -> Found:
        group, who = _reached(one) if form == Form.ADDRESS else (one.key, one.name)
        return Found(
            start=first.start,
            end=last.end,
            words=text[first.start : last.end],
            group=group,
            who=who,
            why=f"{_of(one)}: {form}.",
            advice=_advice(one),
        )


def _placed(written: Iterable[str], text: str) -> Iterator[tuple[str, int]]:
    """Each of the words of `text`, and where it stands: nothing between two words can begin the next."""
    place = 0
    for word in written:
        place = text.index(word, place)
        yield word, place
        place += len(word)


def _of(one: Somebody | None) -> str:
    if one is None:
        return ""
    return f"{one.name}, {one.role}" if one.role else one.name


def _reached(one: Somebody) -> tuple[str, str]:
    """The group of where somebody lives and how they are reached, and what it is called.

    It is decided about apart from their name: whoever knows that a relative is in the record need not know where
    they live. A professional is reached at work.
    """
    if one.is_professional or one.is_agency:
        return one.key, one.name
    return f"{one.key} reached", f"{one.name}: where they live and how to reach them"


def _advice(one: Somebody) -> Advice:
    return Advice.OPEN if one.is_professional or one.is_agency else Advice.WITHHOLD


def _is_of_a_date(text: str, found: Found) -> bool:
    """Whether it is a month with its day or year, as in 12 May 2025, also where somebody is called May."""
    if found.words.casefold() not in MONTHS:
        return False
    before = text[max(0, found.start - 8) : found.start]
    return bool(DAY_BEFORE.search(before) or YEAR_AFTER.match(text, found.end))


def _is_title(word: Word) -> bool:
    return word.same in TITLES and (
        word.is_capital or word.same in SMALL_TITLES or word.written in KIN
    )


def _may_be_called(text: str, title: Word, word: Word) -> bool:
    """Whether `word` after a title looks like a name, of somebody who is not on record."""
    if word.same in TITLES or word.same in NO_NAMES:
        return False
    if title.written in KIN:
        is_next = text[title.end : word.start] in {" ", "\u00a0"}
        return is_next and word.is_capital and word.written not in SHORT_FORMS
    return word.is_capital or not title.is_capital


def _goes_on(text: str, name: list[Word]) -> bool:
    """Whether the last word of `name` belongs to those before it: Mary-Jane O’Brien, P. J. Singh."""
    before, word = name[-2:]
    between = text[before.end : word.start]
    near = len(between) == 1 and not between.isalnum() and between not in ",;:.!?/("
    initial = len(before.same) == 1 and between in {".", ". "}
    return (
        (near or initial)
        and word.is_capital
        and word.same not in NO_NAMES
        and len(name) <= LONGEST_UNKNOWN
    )


def _is_meant(first: Word, sequence: Sequence, form: Form) -> bool:
    """Whether a single everyday word, or two letters, really stands for somebody."""
    if len(sequence) > 1 or form == Form.ADDRESS or first.is_capital:
        return True
    word = sequence[0]
    return EVERYDAY.isdisjoint({word, word.removesuffix("s")}) and len(word) > 2


def _dotted_places(letters: str, text: str) -> Iterator[tuple[int, int]]:
    place = text.find(f"{letters[0]}.")
    while place >= 0:
        end, wanted = place, 0
        while wanted < len(letters) and text.startswith(f"{letters[wanted]}.", end):
            end += 2
            wanted += 1
            if wanted < len(letters) and text[end : end + 1] == " ":
                end += 1
        before = text[place - 1 : place]
        if wanted == len(letters) and not folded(before):
            yield place, end
        place = text.find(f"{letters[0]}.", place + 1)
