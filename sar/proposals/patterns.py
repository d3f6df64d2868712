"""What gives somebody away whoever they are: numbers and addresses by their shape, with their check digits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from cases.normal import normal_contact, normal_postcode


class Pattern(StrEnum):
    """What a stretch of text looks like, in words for whoever decides."""

    EMAIL = "an e-mail address"
    URL = "a web address"
    NHS = "an NHS number (its check digit is right)"
    NI = "a National Insurance number"
    PHONE = "a telephone number"
    POSTCODE = "a postcode"
    CAR = "a car registration"


@dataclass(frozen=True, slots=True)
class Shaped:
    """A stretch of text, what it looks like, and its value in the form in which two are the same."""

    start: int
    end: int
    pattern: Pattern
    value: str


EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]", re.IGNORECASE)
# As it is typed, and as a web page or a word processor writes it.
SPACE = " \u00a0\u2007\u2009\u202f"
GAP = rf"[{SPACE}.-]{{0,2}}"
# Without a scheme only with what stands behind the name: whose page it is.
PROFILE = re.compile(
    r"(?<![\w@./-])(?:[a-z\d-]+\.)+(?:com|net|org|info|me|tv|uk)/[^\s<>\"]*[^\s<>\".,;:!?)\]]",
    re.IGNORECASE,
)
NHS = re.compile(rf"(?<![\d-])\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}}(?![\d-])")
# HMRC's manual, NIM39110: which letters cannot begin a number, and which pairs are not given out.
NI = re.compile(
    rf"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{GAP}(?:\d{{2}}{GAP}){{3}}[A-D]\b",
    re.IGNORECASE,
)
POSTCODE = re.compile(
    rf"\b[A-Z]{{1,2}}\d[A-Z\d]?[{SPACE}]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE
)
# Looked for before the shapes that cannot be without them: where these are not, it takes no time.
DIGIT = re.compile(r"\d")
SIX_DIGITS = re.compile(rf"\d{{2}}{GAP}\d{{2}}{GAP}\d{{2}}")
DIGIT_AND_LETTERS = re.compile(rf"\d{GAP}[A-Z]{{2}}|[A-Z]{GAP}\d{{3}}", re.IGNORECASE)
# Without so many digits there is no telephone number, and looking for one takes time.
DIGITS = re.compile(rf"\d(?:[{SPACE}()+.-]*\d){{6}}")
# British by its beginning, also where nobody was given the number, as in a slip of the pen.
PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+44|0044|0)(?:[{SPACE}()-]{{0,2}}\d){{9,10}}|0\d{{2,4}}\.\d{{3,4}}\.\d{{3,4}})(?!\d)"
)
# Since 2001 AB12 CDE, before that A123 BCD, and before that ABC 123D; in Northern Ireland ABZ 1234. In small
# letters the first alone, since "a12 the" is a road; and not after what stands before a number ("yr10 and").
CAR = re.compile(
    rf"""\b(?:[A-Z]{{2}}\d{{2}}[{SPACE}-]?[A-Z]{{3}}
    |(?!(?:at|by|ch|in|ks|no|of|on|pg|pp|to|wk|yr)\d)[a-z]{{2}}\d{{2}}[{SPACE}-]?[a-z]{{3}}
    |[A-HJ-NP-TV-Y]\d{{1,3}}[{SPACE}-]?[A-Z]{{3}}
    |[A-Z]{{3}}[{SPACE}-]?\d{{1,3}}[A-HJ-NPR-TV-Y]
    |(?:[A-Z]{{2}}Z|[A-Z][IZ][A-Z])[{SPACE}-]?(?!19|20)\d{{3,4}})\b""",
    re.VERBOSE,
)


def shaped_in(text: str) -> Iterator[Shaped]:
    """What stands in `text` by its shape, in order; where two shapes overlap the surer one counts."""
    taken: list[Shaped] = []
    for one in _every(text):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    yield from sorted(taken, key=lambda one: one.start)


def _every(text: str) -> Iterator[Shaped]:
    """The surest shapes first."""
    if "@" in text:
        yield from _of(Pattern.EMAIL, EMAIL, text, str.lower)
    if "://" in text or "www." in text.lower():
        yield from _of(Pattern.URL, URL, text, str.lower)
    if "/" in text:
        yield from _of(Pattern.URL, PROFILE, text, str.lower)
    if DIGIT.search(text):
        yield from _numbers(text)


def _numbers(text: str) -> Iterator[Shaped]:
    yield from (one for one in _of(Pattern.NHS, NHS, text, _digits) if is_nhs_number(one.value))
    if SIX_DIGITS.search(text):
        yield from _of(Pattern.NI, NI, text, _without_spaces)
    yield from _phones(text)
    if DIGIT_AND_LETTERS.search(text):
        yield from _of(Pattern.POSTCODE, POSTCODE, text, normal_postcode)
        yield from _of(Pattern.CAR, CAR, text, _without_spaces)


def _of(
    pattern: Pattern, shape: re.Pattern[str], text: str, value: Callable[[str], str]
) -> Iterator[Shaped]:
    for found in shape.finditer(text):
        yield Shaped(*found.span(), pattern, value(found[0]))


def _digits(words: str) -> str:
    return re.sub(r"\D", "", words)


def _without_spaces(words: str) -> str:
    return re.sub(r"[\W_]", "", words).upper()


def _phones(text: str) -> Iterator[Shaped]:
    if not DIGITS.search(text):
        return
    matcher = phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.VALID)
    for match in matcher:
        # A bracket that is not closed within the number opened before it.
        opened = match.raw_string.startswith("(") and ")" not in match.raw_string
        yield Shaped(
            match.start + opened, match.end, Pattern.PHONE, normal_contact(match.raw_string)
        )
    for found in PHONE.finditer(text):
        value = normal_contact(found[0]) or _digits(found[0])
        yield Shaped(*found.span(), Pattern.PHONE, value)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: the last one checks the others, modulo 11."""
    if len(digits) != 10 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[9])
