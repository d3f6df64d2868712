"""What the words of a search may mean: read from the words alone, before anything is looked up.

The same words can mean several things ("140390" is a day or part of a telephone number, "N1" is a
postcode district or a note); all of them are sought.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from cases.normal import APOSTROPHES, POSTCODE, normal_contact, normal_postcode
from core.dates import MONTHS
from core.references import ASSESSMENT, CONSENT

MOST_WORDS = 6
LONGEST = 120  # characters: a long name with a date of birth
SHORTEST_PART = 6  # digits of a telephone number without its area code

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))

# The old letter A of consents and assessments as well (core.references).
REFERENCE = re.compile(rf"^([pcrntda]|{CONSENT.lower()}|{ASSESSMENT.lower()})[\s-]*(\d{{1,12}})$")
TELEPHONE = re.compile(r"^[\d\s()+./-]+$")
NUMERIC_DAY = re.compile(
    r"\b(\d{1,2})(?:\s*[./-]\s*|\s+)(\d{1,2})(?:\s*[./-]\s*|\s+)(\d{4}|\d{2})\b"
)
ISO_DAY = re.compile(r"\b(\d{4})(?:\s*[./-]\s*|\s+)(\d{1,2})(?:\s*[./-]\s*|\s+)(\d{1,2})\b")
DIGITS_DAY = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$")
NAMED = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([a-z]*)\.?"
GAP = r"(?:\s*[,./-]\s*|\s+|)"
DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of\b)?{GAP}{NAMED}{GAP}(\d{{4}}|\d{{2}})\b"
)
MONTH_DAY = re.compile(rf"\b{NAMED}{GAP}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(\d{{4}})\b")
# Said beside a date of birth, and no part of a name there.
ABOUT_BIRTH = re.compile(r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born(?: on)?)(?=\W|$):?")
# "O Connor" and "Mc Donald" are one word each.
PREFIX_APART = re.compile(r"\b(o|mc)\s+(?=[^\W\d_]{2})")


@dataclass(frozen=True, slots=True)
class Sought:
    """Everything that the words may mean; what they cannot mean is empty."""

    reference: tuple[str, str] | None = None  # the letters, and the number with at least six digits
    born: frozenset[date] = frozenset()
    contact: str = ""  # as contact points keep it
    contact_ends_with: str = ""  # digits, where the area code was left out
    postcode: str = ""  # whole, a district, or a district and sector
    name: tuple[str, ...] = ()  # words in small letters; with `born`, both must fit

    def __bool__(self) -> bool:
        return any(getattr(self, part) for part in self.__slots__)


def read(words: str) -> Sought:
    """What `words` may mean; nothing where they hold neither letters nor enough digits."""
    text = unicodedata.normalize("NFKC", words)[:LONGEST].translate(DASHES).lower()
    text = " ".join(text.split()).strip("?!,;:")
    if "@" in text:
        return Sought(contact=normal_contact(text))
    reference = _reference(text)
    postcode = normal_postcode(text) if POSTCODE.match(text) else ""
    if reference or postcode:
        return Sought(reference=reference, postcode=postcode)
    born, rest = _days(text)
    if born and not any(letter.isalpha() for letter in rest):
        digits_only = text.isdigit()
        return Sought(born=born, contact_ends_with=text if digits_only else "")
    if TELEPHONE.match(text):
        return _telephone(text)
    return Sought(born=born, name=name_words(rest))


def _reference(text: str) -> tuple[str, str] | None:
    match = REFERENCE.match(text)
    if match is None:
        return None
    letters, number = match.groups()
    return letters.upper(), number.lstrip("0").zfill(6)


def _telephone(text: str) -> Sought:
    digits = re.sub(r"\D", "", text)
    contact = normal_contact(text)
    ends = digits.removeprefix("44").lstrip("0")
    partial = not contact and len(ends) >= SHORTEST_PART
    return Sought(contact=contact, contact_ends_with=ends if partial else "")


def _days(text: str) -> tuple[frozenset[date], str]:
    """The days that `text` may name, and what is left of it without them."""
    if match := DIGITS_DAY.match(text):
        day, month, year = match.groups()
        return _possible(year, month, day, swap=True), ""
    for pattern, order, swap in (
        (ISO_DAY, "ymd", True),
        (NUMERIC_DAY, "dmy", True),
        (DAY_MONTH, "dny", False),
        (MONTH_DAY, "ndy", False),
    ):
        if (match := pattern.search(text)) and (found := _of(match, order, swap=swap)):
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return found, ABOUT_BIRTH.sub(" ", rest)
    return frozenset(), text


def _of(match: re.Match[str], order: str, *, swap: bool) -> frozenset[date]:
    if "n" in order:
        letters, tail = match.group(order.index("n") + 1), match.group(order.index("n") + 2)
        named = [n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(letters + tail)]
        # "sept" is September; "marching" is no month.
        if letters + tail == "sept":
            named = [9]
        if len(named) != 1:
            return frozenset()
        parts = [part for part in match.groups() if part.isdigit()]
        day, year = parts
        return _possible(year, str(named[0]), day, swap=False)
    by_letter = dict(zip(order, match.groups(), strict=True))
    return _possible(by_letter["y"], by_letter["m"], by_letter["d"], swap=swap)


def _possible(year: str, month: str, day: str, *, swap: bool) -> frozenset[date]:
    """The days of the calendar meant; a year of two digits is of this century or of the last."""
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    pairs = {(int(month), int(day))} | ({(int(day), int(month))} if swap else set())
    return frozenset(
        found for y in years for m, d in pairs if (found := _calendar_day(y, m, d)) is not None
    )


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, each once; words with figures are no part of one."""
    together = PREFIX_APART.sub(r"\1", text.translate(APOSTROPHES))
    words = [word for word in re.split(r"[^\w]+|_", together) if word.isalpha()]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]
