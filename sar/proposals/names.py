"""What somebody is called, in every form that a worker may have written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sar.proposals.words import APOSTROPHES, folded, folded_words, words_of

# What stands before a name: a title, an office, or how somebody is related.
TITLE_WORDS = """
    mr mrs ms miss mx dr prof professor rev sir lady cllr councillor judge nurse pc pcso sgt dc
    reverend pastor imam
"""
# How somebody is related, which is written in small letters as well.
KIN_WORDS = """
    uncle aunt auntie aunty cousin nan nana nanna nanny gran granny grandma grandad granddad grandpa
"""
KIN = frozenset(KIN_WORDS.split())
TITLES = frozenset(TITLE_WORDS.split()) | KIN
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
# What stands between the names of many people, and names nobody by itself.
PARTICLE_WORDS = "ab al ap bin bint da de del della den der di dos du el ibn la le mac mc ni nic st ter the van von y"
PARTICLES = frozenset(PARTICLE_WORDS.split())
# Which a name begins with, as one word or apart: McLoughlin, Mc Loughlin; O’Connor, O Connor.
BEGINS_A_NAME = frozenset({"mc", "mac", "o"})
IN_ONE_WORD = re.compile(r"(Mc|Mac)([A-Z]\w+)")
MONTHS = frozenset({"april", "may", "june", "august"})
# Words that begin sentences, or are days and months, and are one slip away from names such as White and Marsh.
NO_SLIP_WORDS = """
    about above after again along among april around asked began being below bring called cause child
    children clean clear close could daily early either enough every father first found going great green
    group happy hence house known large later least leave lives lunch march maybe might money month morning
    mother never night nobody other others party phone place plans please police quite rather right school
    seems shall share shared should since sister small sorry spoke staff start still support taken takes tells
    thank thanks their there these thing think third those three times today together under until upset usual
    visit visited visits wants water weeks where which while whole whose women would write wrote years young
"""
NO_SLIPS = frozenset(NO_SLIP_WORDS.split())
SPACED = str.maketrans(dict.fromkeys(APOSTROPHES, " "))
# Names that are everyday words: proposed only where they are written with a capital.
EVERYDAY_WORDS = """
    amber angel april archer art ash august autumn baker banks bell berry best bill bird bishop black bob bond
    bowler bridge bridges bright brook brown bush butler carol carter case chance charity chase cherry child
    christian church close cook cooper court cross crystal daisy dale dawn day dean destiny drew duke earl early
    east eve faith farmer field fish fisher ford forest foster fox frank friend gardener gay gene ginger good
    grace grant gray green grey guy hall harmony hazel head heath heather hill holiday holly hope house hunter
    iris ivy jack jade jasmine jay jean jo joy june king knight lamb lane law lee lily little long love major
    mark marsh mason max may melody miles mills moody moon north nick noble nurse olive page park parsons pat
    patience pearl penny pope poppy porter potter power price pride prince queen ray read reed rice rich river
    rob robin rose rowan ruby sage sandy savage sharp shepherd short skip sky small snow south star steel stew
    stone storm street strong sue summer sweet swift ted tom turner victor violet walker wall ward waters wells
    west white wild will willow winter wise wolf wood woods woody young
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
    for words in (*_joined(one), *_begun(one)):
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


def _begun(one: Somebody) -> Iterator[Sequence]:
    """Their names that begin with Mc or the like: apart where they are written in one word, and as one where not."""
    names = () if one.is_agency else (*one.full_names, *one.other_names)
    for name in names:
        for begins, rest in IN_ONE_WORD.findall(name):
            yield folded(begins), folded(rest)
        words = folded_words(name)
        for before, word in pairwise(words):
            if before in BEGINS_A_NAME:
                yield (before + word,)


def _of_full_name(whole: Sequence, *, alone: bool) -> Iterator[tuple[Sequence, Form]]:
    if whole:
        yield whole, Form.FULL
    if alone and len(whole) > 1:
        # Given names in the middle are often left out.
        yield (whole[0], whole[-1]), Form.FULL
        yield (whole[0][0], whole[-1]), Form.FULL
        # As the name of an account, or where the space between got lost.
        yield (whole[0] + whole[-1],), Form.FULL
        # A family name may be of several words: van den Berg, Ó Súilleabháin.
        for first in range(1, len(whole) - 1):
            yield whole[first:], Form.PART
        for words in _whole_and_parts(whole):
            yield words, Form.FULL if words == whole else Form.PART


def _whole_and_parts(whole: Sequence) -> Iterator[Sequence]:
    if whole:
        yield whole
    for place, word in enumerate(whole):
        is_between = 0 < place < len(whole) - 1
        if len(word) > 1 and word != "mc" and not (is_between and word in PARTICLES):
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
