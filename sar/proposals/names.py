"""What somebody is called, in every form that a worker may have written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sar.proposals.words import APOSTROPHES, folded_words, words_of

# What stands before a name: a title, an office, or how somebody is related.
TITLE_WORDS = """
    mr mrs ms miss mx dr prof professor rev sir lady cllr councillor judge nurse pc pcso sgt dc
    uncle aunt auntie aunty nan nana granny grandma grandad granddad grandpa
"""
TITLES = frozenset(TITLE_WORDS.split())
# What stands before a family name; after the others a given name does as well, which many have.
FORMAL = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})
# Nobody writes these in small letters and means something else.
SMALL_TITLES = frozenset({"mr", "mrs"})
# What may follow a name with a capital, or a title, and is no part of it.
NO_NAME_WORDS = """
    and or he she they we i it the his her
    monday tuesday wednesday thursday friday saturday sunday
"""
NO_NAMES = frozenset(NO_NAME_WORDS.split())
HYPHENS = re.compile("[-‐‑–]")
SPACED = str.maketrans(dict.fromkeys(APOSTROPHES, " "))
# Names that are everyday words: proposed only where they are written with a capital.
EVERYDAY_WORDS = """
    amber april art august autumn baker banks bell best bill bird black bob bowler brook brown bush
    carter chance child cook cross dawn day dean drew earl eve faith field fish fox frank friend gay gene
    good grace grant gray green grey guy hall head hill holiday hope house hunter iris ivy jack jade jay
    jean jo joy june king lamb law lee lily little long love mark mason max may miles moon nick noble
    olive page park parsons pat patience pearl penny price read reed rice rich rob robin rose ruby sandy
    sharp short skip sky small snow stew stone storm strong sue summer swift ted tom violet walker ward
    waters wells west white will winter wise wolf wood woods woody young
"""
EVERYDAY = frozenset(EVERYDAY_WORDS.split())
# Short forms of the trade that are not somebody's initials.
SHORT_WORDS = """
    AM BT CP DV EU FS GB GP HQ HR HV ID IT LA MH MP NI NO OK PA PC PE PM PO QR SA SW TA TV UK US WC
"""
SHORT_FORMS = frozenset(SHORT_WORDS.split())
SHORTEST_MISSPELT = 5


class Form(StrEnum):
    """Which of somebody's names it is, in words for whoever decides."""

    FULL = "full name"
    OTHER = "former or other name"
    PART = "part of the name"
    CALLED = "what they are called"
    INITIALS = "initials"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, professional or agency whom the record may name."""

    key: str
    name: str
    role: str
    full_names: tuple[str, ...]
    called: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    # Paid for work like a social worker's: telling is presumed reasonable (DPA 2018 Sch 2 para 17).
    is_professional: bool = False
    is_agency: bool = False


Sequence = tuple[str, ...]


def forms_of(one: Somebody) -> Iterator[tuple[Sequence, Form]]:
    """Each way to write `one`, as compared words, the most telling first."""
    for name in one.full_names:
        yield from _of_full_name(folded_words(name), alone=not one.is_agency)
    for words in _joined(one):
        yield words, Form.PART
    for name in one.called:
        if whole := folded_words(name):
            yield whole, Form.CALLED
    for name in one.other_names:
        for words in _whole_and_parts(folded_words(name)):
            yield words, Form.OTHER
    for address in one.addresses:
        whole = folded_words(address)
        if len(whole) > 1:
            yield tuple(short_street(word) for word in whole), Form.ADDRESS


def _joined(one: Somebody) -> Iterator[Sequence]:
    """Their names that are one with a hyphen or an apostrophe, such as Ellie-Mae: also Elliemae, and O Connor."""
    names = () if one.is_agency else (*one.full_names, *one.other_names)
    for written in " ".join(names).split():
        words = folded_words(written)
        if len(words) > 1:
            yield words
            yield ("".join(words),)
        for part in HYPHENS.split(written):
            apart = folded_words(part.translate(SPACED))
            if len(apart) > 1:
                yield apart


def _of_full_name(whole: Sequence, *, alone: bool) -> Iterator[tuple[Sequence, Form]]:
    if whole:
        yield whole, Form.FULL
    if alone and len(whole) > 1:
        # Given names in the middle are often left out.
        yield (whole[0], whole[-1]), Form.FULL
        yield (whole[0][0], whole[-1]), Form.FULL
        # As the name of an account, or where the space between got lost.
        yield (whole[0] + whole[-1],), Form.FULL
        for words in _whole_and_parts(whole):
            yield words, Form.FULL if words == whole else Form.PART


def _whole_and_parts(whole: Sequence) -> Iterator[Sequence]:
    if whole:
        yield whole
    for word in whole:
        if len(word) > 1:
            yield (word,)


STREETS = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "av": "ave",
    "lane": "ln",
    "close": "cl",
    "drive": "dr",
    "crescent": "cres",
    "court": "ct",
    "place": "pl",
    "gardens": "gdns",
    "grove": "gr",
    "terrace": "terr",
    "square": "sq",
}


def short_street(word: str) -> str:
    """Street, Road and the like as they are abbreviated."""
    return STREETS.get(word, word)


def initials_of(one: Somebody) -> frozenset[str]:
    """The capital letters that stand for them, of two or three names."""
    if one.is_agency:
        return frozenset()
    found = set()
    for name in (*one.full_names, *one.other_names):
        letters = "".join(word.same[0].upper() for word in words_of(name))
        for short in {letters, letters[:1] + letters[-1:]}:
            if len(short) in {2, 3} and short not in SHORT_FORMS:
                found.add(short)
    return frozenset(found)


def without_one(word: str) -> frozenset[str]:
    """`word`, and what is left of it when any one letter is left out."""
    return frozenset({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def is_misspelt(written: str, name: str) -> bool:
    """Whether one slip makes `written` of `name`: a letter wrong, missing, too many, or two swapped."""
    if written == name or abs(len(written) - len(name)) > 1:
        return False
    if len(written) == len(name):
        wrong = [n for n, (a, b) in enumerate(zip(written, name, strict=True)) if a != b]
        swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and written[wrong[0]] == name[wrong[1]]
            and written[wrong[1]] == name[wrong[0]]
        )
        return len(wrong) == 1 or swapped
    longer, shorter = sorted((written, name), key=len, reverse=True)
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def parts_of(people: Iterable[Somebody]) -> frozenset[str]:
    """Every single word that stands for any of `people`."""
    return frozenset(
        sequence[0]
        for one in people
        for sequence, form in forms_of(one)
        if len(sequence) == 1 and form != Form.ADDRESS
    )
