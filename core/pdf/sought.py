"""Looking for words in texts and in bytes, in whatever way they are written there."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
QUOTES = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-"}

# Words of this length are looked for also where the spaces between them are gone.
LONG_ENOUGH = 8
# Parts of a file are looked through together, so many bytes of them; no word goes across what is between them.
TOGETHER = 8_000_000
BETWEEN = b"\n\x01\n"
# Digits of a string that a file writes in hexadecimal.
HEXES, LONG_RUN = re.compile(rb"[0-9a-f]{16,}"), b"0" * 16
DIGITS, SHORT_RUN = re.compile(rb"[0-9a-f]{8,}"), b"0" * 8
# What is no letter and no digit of the alphabet of typewriters is a space between words.
WORDS = bytes(
    one if one >= 0x80 or chr(one).isalnum() or one == ord("_") else 32 for one in range(256)
)
# What the words of a file are first looked through by: without digits, of which a file has millions.
SHORTEST = 3
WORD = re.compile(rb"[a-z\x80-\xff]{3,}")
# The same by what the machine does fastest: everything else is a space, and each digit of a string a nought.
APART = bytes(
    one if one >= 0x80 or one in range(ord("a"), ord("z") + 1) else 32 for one in range(256)
)
NOUGHTS = bytes(48 if one in b"0123456789abcdef" else 32 for one in range(256))


def plain_letters(text: str) -> str:
    """`text` as it is compared: small letters, no accents, one space, nothing invisible."""
    if not text.isascii():
        for letter in set(text):
            if not letter.isascii():
                text = text.replace(letter, _plain_letter(letter))
    return " ".join(text.lower().split())


@cache
def _plain_letter(letter: str) -> str:
    """One letter that is not of the alphabet of typewriters, as it is compared."""
    bare = unicodedata.normalize("NFKD", SOFT.sub("", letter)).casefold()
    return "".join(QUOTES.get(one, "" if unicodedata.combining(one) else one) for one in bare)


@dataclass(frozen=True, slots=True)
class Opened:
    """A part of a file in small letters: as it is, without the zeros between letters, its strings opened."""

    small: bytes
    bare: bytes
    opened: bytes


def opened(data: bytes) -> Opened:
    """`data` in the ways in which words may stand in it."""
    small = data.lower()
    digits = b"\n".join(run[: len(run) // 2 * 2] for run in _runs(small, HEXES, LONG_RUN))
    return Opened(
        small,
        small.replace(b"\0", b""),
        bytes.fromhex(digits.decode()).lower().replace(b"\0", b"") if digits else b"",
    )


def _runs(small: bytes, pattern: re.Pattern[bytes], least: bytes) -> Iterator[bytes]:
    """All that `pattern`, which is digits of a string at least as many as in `least`, finds: sought by leaps."""
    noughts = small.translate(NOUGHTS)
    place = noughts.find(least)
    while place >= 0:
        found = pattern.match(small, place)
        if found is None:
            raise AssertionError
        yield found[0]
        place = noughts.find(least, found.end())


class Sought:
    """Words to look for, in whatever way they are written."""

    def __init__(self, words: Iterable[str]) -> None:
        self._plain = {one: plain for one in words if (plain := plain_letters(one))}
        # What was found in each text, which mostly comes twice: two ways of reading say the same of a page. And how a
        # text is compared, since each is looked through before and after the other way has been read.
        self._found: dict[str, list[str]] = {}
        self._as_compared: dict[str, str] = {}
        self._together = {one: _squeezed(plain) for one, plain in self._plain.items()}
        # Long ones are looked for where the zeros are gone and the strings are open, short ones as a
        # file writes them in wide letters or in digits: a name of four letters stands anywhere by chance.
        self._bare = {
            one: {
                way
                for code in ("utf-8", "latin-1")
                for way in _encoded(one, code)
                if len(way) >= LONG_ENOUGH
            }
            for one in self._plain
        }
        self._wide = {one: set(_wide_ways(one)) for one in self._plain}
        self._digits = {one: set(_in_digits(one)) for one in self._plain}

    def in_text(self, text: str) -> Iterator[str]:
        """Which of them stand in `text`: as whole words, or run together."""
        yield from (words for _, words in self.in_texts([text]))

    def in_texts(self, texts: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Which of them stand in which of `texts`, by number. What says the same as a text before is not searched again."""
        plain = [self._compared(text) for text in texts]
        new = [text for text in dict.fromkeys(plain) if text not in self._found]
        self._found.update((text, []) for text in new)
        for number, words in self._in_plain(new):
            self._found[new[number]].append(words)
        yield from ((n, words) for n, text in enumerate(plain) for words in self._found[text])

    def _compared(self, text: str) -> str:
        if text not in self._as_compared:
            self._as_compared[text] = plain_letters(text)
        return self._as_compared[text]

    def _in_plain(self, plain: list[str]) -> Iterator[tuple[int, str]]:
        """Most are seen at once to stand in none of them."""
        together = [_squeezed(text) for text in plain]
        # A line end stands in none of them any more.
        everything = _as_bytes("\n".join(together))
        known = _words_in("\n".join(plain))
        for words, squeezed in self._together.items():
            if len(squeezed) >= LONG_ENOUGH:
                if _as_bytes(squeezed) in everything:
                    yield from ((n, words) for n, text in enumerate(together) if squeezed in text)
            elif known.issuperset(_words_in(short := self._plain[words])):
                yield from (
                    (n, words)
                    for n, text in enumerate(plain)
                    if short in text and _as_words(short, text)
                )

    def in_bytes(self, data: bytes) -> Iterator[str]:
        """Which of them stand in `data`, as a file may write them."""
        yield from self.in_parts([data])

    def may_stand_in(self, words: bytes) -> list[str]:
        """Which of them may stand in plain data of which only the `words` are known."""
        return [one for one in self._plain if any(_may_hold(words, w) for w in self._bare[one])]

    def in_parts(self, parts: Iterable[bytes]) -> Iterator[str]:
        """Which of them stand in any of `parts`, each once."""
        everything = [opened(part) for part in _in_fewer(parts)]
        known = vocabulary(everything)
        digits = b"\n".join(
            {run for part in everything for run in _runs(part.small, DIGITS, SHORT_RUN)}
        )
        for words in self._plain:
            bare = [way for way in self._bare[words] if _may_hold(known, way)]
            wide = self._wide[words] if self._may_be_wide(words, known) else set()
            if (
                any(way in part.bare or way in part.opened for part in everything for way in bare)
                or any(way in part.small for part in everything for way in wide)
                or any(way in digits for way in self._digits[words])
            ):
                yield words

    def _may_be_wide(self, words: str, known: bytes) -> bool:
        """Whether it may stand there in wide letters: without their zeros, they are words like others."""
        return not words.isascii() or _may_hold(known, words.lower().encode())


def _in_fewer(parts: Iterable[bytes]) -> Iterator[bytes]:
    """`parts` joined to some of a fair size, since a file has thousands of small ones."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size > TOGETHER:
            yield BETWEEN.join(waiting)
            waiting, size = [], 0
    yield BETWEEN.join(waiting)


def _squeezed(plain: str) -> str:
    """`plain` run together, as a line that is broken or set apart may be read."""
    return plain.replace(" ", "").replace("-", "")


def times_in(words: str, text: str) -> int:
    """How often `words` stand in `text`, run together or not."""
    plain, sought = plain_letters(text), plain_letters(words)
    if len(_squeezed(sought)) >= LONG_ENOUGH:
        return _squeezed(plain).count(_squeezed(sought))
    return len(re.findall(rf"(?<!\w){re.escape(sought)}(?!\w)", plain))


def _as_bytes(text: str) -> bytes:
    """`text` to be looked through quickly; half a letter of a strange file is looked for like others."""
    return text.encode("utf-8", "surrogatepass")


def _words_in(text: str) -> set[bytes]:
    """Every word of `text`, as patterns take words: by what the machine does fastest, since there are a million."""
    if not text.isascii():
        for letter in set(text):
            if not (letter.isascii() or letter.isalnum()):
                text = text.replace(letter, " ")
    return set(_as_bytes(text).translate(WORDS).split())


def _as_words(sought: str, plain: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", plain) is not None


def _in_cases(words: str) -> set[str]:
    """As somebody wrote it, in small letters and in capitals."""
    return {words, words.lower(), words.upper()}


def _encoded(words: str, code: str) -> set[bytes]:
    """How words stand in bytes of which the letters A to Z were made small, in either case of all others."""
    return {
        way.lower()
        for one in _in_cases(words)
        if (way := one.encode(code, "ignore")) and way.decode(code) == one
    }


def _stands_bare(words: str) -> bool:
    """Whether it is looked for where the zeros between the letters of wide writing are gone."""
    return any(len(way) >= LONG_ENOUGH for way in _encoded(words, "latin-1"))


def _wide_ways(words: str) -> Iterator[bytes]:
    """How words stand in a file that the other way does not find: short ones, and strange letters."""
    if not _stands_bare(words):
        for code in ("utf-16-be", "utf-16-le"):
            yield from (way for way in _encoded(words, code) if len(way) >= LONG_ENOUGH)


def _in_digits(words: str) -> Iterator[bytes]:
    """The same in hexadecimal digits."""
    if not _stands_bare(words):
        for one in _in_cases(words):
            for code in ("utf-16-be", "utf-16-le", "utf-8"):
                way = one.encode(code).hex().encode()
                if len(way) >= LONG_ENOUGH:
                    yield way


def vocabulary(parts: Iterable[Opened]) -> bytes:
    """Every word that stands anywhere, once: most of what is sought is seen at once not to be there."""
    known: set[bytes] = set()
    for part in parts:
        bare = HEXES.sub(b" ", part.bare) if part.opened else part.bare
        known.update(bare.translate(APART).split())
        known.update(part.opened.translate(APART).split())
    return b"\n".join(word for word in known if len(word) >= SHORTEST)


def _may_hold(known: bytes, way: bytes) -> bool:
    """Whether `way` may stand there. What itself looks like digits of a string is always looked for."""
    return all(word in known or HEXES.fullmatch(word) is not None for word in WORD.findall(way))
