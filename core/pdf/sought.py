"""Looking for words in texts and in bytes, in whatever way they are written there."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-"})

# Words of this length are looked for also where the spaces between them are gone.
LONG_ENOUGH = 8
# Digits of a string that a file writes in hexadecimal.
HEXES = re.compile(rb"[0-9a-f]{16,}")
# What the words of a file are first looked through by: without digits, of which a file has millions.
WORD = re.compile(rb"[a-z\x80-\xff]{3,}")


def plain_letters(text: str) -> str:
    """`text` as it is compared: small letters, no accents, one space, nothing invisible."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = unicodedata.normalize("NFKD", SOFT.sub("", text)).casefold()
    accents = {ord(letter): None for letter in set(bare) if unicodedata.combining(letter)}
    bare = bare.translate(accents)
    return " ".join(bare.translate(QUOTES).split())


@dataclass(frozen=True, slots=True)
class Opened:
    """A part of a file in small letters: as it is, without the zeros between letters, its strings opened."""

    small: bytes
    bare: bytes
    opened: bytes


def opened(data: bytes) -> Opened:
    """`data` in the ways in which words may stand in it."""
    small = data.lower()
    digits = b"\n".join(run[: len(run) // 2 * 2] for run in HEXES.findall(small))
    return Opened(
        small,
        small.replace(b"\0", b""),
        bytes.fromhex(digits.decode()).lower().replace(b"\0", b"") if digits else b"",
    )


class Sought:
    """Words to look for, in whatever way they are written."""

    def __init__(self, words: Iterable[str]) -> None:
        self._plain = {one: plain for one in words if (plain := plain_letters(one))}
        self._together = {one: _squeezed(plain) for one, plain in self._plain.items()}
        # Long ones are looked for where the zeros are gone and the strings are open, short ones as a
        # file writes them in wide letters or in digits: a name of four letters stands anywhere by chance.
        self._bare = {
            one: {
                one.lower().encode(code)
                for code in ("utf-8", "latin-1")
                if len(_encoded(one, code)) >= LONG_ENOUGH
            }
            for one in self._plain
        }
        self._wide = {one: set(_wide_ways(one)) for one in self._plain}

    def in_text(self, text: str) -> Iterator[str]:
        """Which of them stand in `text`: as whole words, or run together."""
        plain = plain_letters(text)
        if not plain:
            return
        together = _squeezed(plain)
        for words, squeezed in self._together.items():
            if len(squeezed) >= LONG_ENOUGH:
                if squeezed in together:
                    yield words
            elif self._plain[words] in plain and _as_words(self._plain[words], plain):
                yield words

    def in_bytes(self, data: bytes) -> Iterator[str]:
        """Which of them stand in `data`, as a file may write them."""
        yield from self.in_parts([data])

    def in_parts(self, parts: Iterable[bytes]) -> Iterator[str]:
        """Which of them stand in any of `parts`, each once."""
        everything = [opened(part) for part in parts]
        vocabulary = _vocabulary(everything)
        for words in self._plain:
            bare = [way for way in self._bare[words] if _may_hold(vocabulary, way)]
            wide = self._wide[words]
            if any(
                any(way in part.bare or way in part.opened for way in bare)
                or any(way in part.small for way in wide)
                for part in everything
            ):
                yield words


def _squeezed(plain: str) -> str:
    """`plain` run together, as a line that is broken or set apart may be read."""
    return plain.replace(" ", "").replace("-", "")


def _as_words(sought: str, plain: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", plain) is not None


def _encoded(words: str, code: str) -> bytes:
    try:
        return words.lower().encode(code)
    except UnicodeEncodeError:
        return b""


def _wide_ways(words: str) -> Iterator[bytes]:
    """How words stand in a file that the other way does not find: short ones, and strange letters."""
    small = words.lower()
    is_short = len(small.encode()) < LONG_ENOUGH
    if is_short or not _encoded(small, "latin-1"):
        for code in ("utf-16-be", "utf-16-le"):
            way = small.encode(code)
            for one in (way.lower(), way.hex().encode()):
                if len(one) >= LONG_ENOUGH:
                    yield one
    if is_short and len(small.encode()) * 2 >= LONG_ENOUGH:
        yield small.encode().hex().encode()


def _vocabulary(parts: Iterable[Opened]) -> bytes:
    """Every word that stands anywhere, once: most of what is sought is seen at once not to be there."""
    known: set[bytes] = set()
    for part in parts:
        known.update(WORD.findall(HEXES.sub(b" ", part.bare)))
        known.update(WORD.findall(part.opened))
    return b"\n".join(known)


def _may_hold(vocabulary: bytes, way: bytes) -> bool:
    """Whether `way` may stand there. What itself looks like digits of a string is always looked for."""
    return all(
        word in vocabulary or HEXES.fullmatch(word) is not None for word in WORD.findall(way)
    )
