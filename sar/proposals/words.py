"""A text as words that can be compared, each with the place where it stands."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = "'’ʼ`´‘"  # as people type them
# Accents that are letters of their own, as a PDF or another computer writes them: Sia and ̂ and n.
ACCENTS = "\u0300-\u036f"
# What is not seen in a line: a hyphen that may stand at its end, no space at all, which way it is read.
UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
LETTERS_IN_A_ROW = rf"[^\W_]+(?:[{ACCENTS}{UNSEEN}]+[^\W_]+)*[{ACCENTS}]*"
WORD = re.compile(rf"{LETTERS_IN_A_ROW}(?:[{APOSTROPHES}]{LETTERS_IN_A_ROW})*")
POSSESSIVE = re.compile(rf"[{APOSTROPHES}]s$", re.IGNORECASE)
# Letters that are no letter and an accent.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: how it is compared, how it stands there, and where."""

    same: str
    written: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.written[0].isupper()


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """`word` as it is compared: Siân is sian, O’Connor is oconnor."""
    # Taken apart before and after: a script capital becomes a plain one, and a folded letter may fall apart.
    apart = unicodedata.normalize("NFKD", word).casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", apart)
    return "".join(letter for letter in plain if letter.isalnum())


def words_of(text: str) -> Iterator[Word]:
    """The words of `text`. Hyphens divide; a possessive is the word without its ending."""
    for found in WORD.finditer(text):
        word = word_at(found[0], found.start())
        if word.same:
            yield word


def word_at(found: str, start: int) -> Word:
    """The word that WORD has `found`; compared as "" where nothing of it can be compared."""
    written = POSSESSIVE.sub("", found)
    return Word(folded(written), written, start, start + len(written))


def folded_words(text: str) -> tuple[str, ...]:
    return tuple(word.same for word in words_of(text))
