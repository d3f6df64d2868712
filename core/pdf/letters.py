"""Which letter shapes to draw for a short line of any script, left to right on the page.

For names in headers and footers only; the pages themselves are set by Pango. Arabic letters join
and run from right to left, and a name whose letters stand apart and backwards is no longer its
owner's name, so that much is done here from Unicode's own tables. Scripts that need more (those of
India, say) are drawn letter by letter.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

LAM = "\u0644"
RIGHT_TO_LEFT = {"R", "AL"}
NUMBERS = {"EN", "AN"}
NEUTRAL = {"WS", "ON", "NSM", "BN", "CS", "ES", *NUMBERS}
FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")


@dataclass(frozen=True, slots=True)
class Letter:
    """A shape to draw, and the text it stands for when somebody copies it."""

    shape: str
    text: str


def presentation_forms() -> dict[str, dict[str, str]]:
    """Return for each Arabic letter (or lam with alef) its shape in each position."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind in FORMS:
            text = "".join(chr(int(letter, 16)) for letter in letters)
            if len(text) == 1 or (len(text) == 2 and text[0] == LAM):
                forms.setdefault(text, {}).setdefault(kind, chr(code))
    return forms


JOINING = presentation_forms()


def letters_of(text: str) -> list[Letter]:
    """Return the letters of one line in the order in which they stand on the page."""
    if text.isascii() and text.isprintable():
        return [plain(letter) for letter in " ".join(text.split())]
    line = " ".join("".join(map(visible, unicodedata.normalize("NFC", text))).split())
    placed: list[Letter] = []
    for backwards, run in runs(joined(line)):
        placed.extend(turned(run) if backwards else run)
    return placed


@cache
def plain(letter: str) -> Letter:
    """Return a letter that looks as it is written, whatever is beside it."""
    return Letter(letter, letter)


def visible(letter: str) -> str:
    """Return the letter, a space for a control or line break, nothing for an invisible mark."""
    category = unicodedata.category(letter)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Zl", "Zp", "Zs") else letter


def joined(line: str) -> list[Letter]:
    """Return the letters of `line`, each Arabic one in the shape that its neighbours call for."""
    units: list[str] = []
    for letter in line:
        if units and units[-1] + letter in JOINING:
            units[-1] += letter
        else:
            units.append(letter)
    letters = []
    for place, unit in enumerate(units):
        forms = JOINING.get(unit)
        if forms is None:
            letters.append(Letter(unit, unit))
            continue
        before = beside(units, place, -1)
        after = beside(units, place, 1)
        reaches_back = "<initial>" in JOINING.get(before, {}) and "<final>" in forms
        reaches_on = "<initial>" in forms and "<final>" in JOINING.get(after, {})
        kind = FORMS[int(reaches_back) + 2 * int(reaches_on)]
        letters.append(Letter(forms.get(kind, unit), unit))
    return letters


def beside(units: Sequence[str], place: int, step: int) -> str:
    """Return the next unit that is not a mark above or below, in one direction."""
    place += step
    while 0 <= place < len(units):
        if unicodedata.category(units[place][0]) != "Mn":
            return units[place]
        place += step
    return ""


def runs(letters: Sequence[Letter]) -> Iterator[tuple[bool, list[Letter]]]:
    """Yield stretches of one direction; what lies between two words of Arabic belongs to them."""
    kinds = [unicodedata.bidirectional(letter.text[0]) for letter in letters]
    backwards = [kind in RIGHT_TO_LEFT for kind in kinds]
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in NEUTRAL:
            end += 1
        if end == start:
            start += 1
            continue
        if start and end < len(kinds) and backwards[start - 1] and backwards[end]:
            backwards[start:end] = [True] * (end - start)
        start = end
    # A mark goes with the letter it sits on, whatever follows.
    for place, kind in enumerate(kinds):
        if kind == "NSM" and place:
            backwards[place] = backwards[place - 1]
    place = 0
    for direction, group in groupby(backwards):
        length = len(list(group))
        yield direction, list(letters[place : place + length])
        place += length


def turned(run: Sequence[Letter]) -> list[Letter]:
    """Return `run` from right to left, but marks still behind their letter and numbers as read."""
    clusters: list[list[Letter]] = []
    before = ""
    for letter in run:
        kind = unicodedata.bidirectional(letter.text[0])
        if clusters and (kind == "NSM" or (kind in NUMBERS and kind == before)):
            clusters[-1].append(letter)
        else:
            clusters.append([letter])
        before = kind
    return [mirrored(letter) for cluster in reversed(clusters) for letter in cluster]


def mirrored(letter: Letter) -> Letter:
    """Return the other bracket for a bracket, anything else as it is."""
    pairs = "()[]{}«»<>"
    place = pairs.find(letter.shape)
    return letter if place < 0 else Letter(pairs[place ^ 1], letter.text)
