"""What one cell says. Each function gives the value, or raises ValueError with a sentence that says what to do.

Cells come as text (`imports.reading`); an empty cell never comes here.
"""

import re
from collections.abc import Callable
from datetime import date, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cases.models import CaseNote, CaseRole, Contact
from cases.normal import is_full_postcode, normal_contact, normal_postcode
from core.dates import MONTHS

LONGEST_LINE = 150
LONGEST_TEXT = 50_000
DAY_FIRST = re.compile(r"^(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4}|\d{2})$")
YEAR_FIRST = re.compile(
    r"^(\d{4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$"
)
IN_WORDS = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s./-]+([a-z]{3,9})[\s.,/-]+(\d{4}|\d{2})$",
    re.IGNORECASE,
)
SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
CLOCK = re.compile(r"^(\d{1,2})[:.](\d{2})(?::\d{2})?\s*([ap])?\.?m?\.?$", re.IGNORECASE)
HOUR = re.compile(r"^(\d{1,2})\s*([ap])\.?m\.?$", re.IGNORECASE)
EARLIEST = 1900
YES = frozenset({"yes", "y", "true", "1", "x", "✓"})
NO = frozenset({"no", "n", "false", "0", "-"})


def short(text: str) -> str:
    """A few words on one line."""
    words = " ".join(text.split())
    if len(words) > LONGEST_LINE:
        raise ValueError(
            f"It is {len(words)} characters long and may be {LONGEST_LINE}. Shorten it."
        )
    return words


def name(text: str) -> str:
    """A name: no figures, no @."""
    words = short(text)
    if any(letter.isdigit() for letter in words) or "@" in words:
        raise ValueError(f"“{words}” does not look like a name. Is this another column?")
    return words


def number(text: str) -> str:
    """A number or code of the old file, compared without regard to case."""
    return short(text)


def text(typed: str) -> str:
    """Paragraphs."""
    if len(typed) > LONGEST_TEXT:
        raise ValueError(f"It is {len(typed)} characters long and may be {LONGEST_TEXT}.")
    return typed.strip()


def reference(text: str) -> str:
    """One reference of ours, or a number of an earlier file."""
    return short(text)


def references(text: str) -> list[str]:
    """Several of them, with ; between."""
    found = [short(part) for part in re.split(r"[;\n]", text) if part.strip()]
    if not found:
        raise ValueError("Name at least one person.")
    return found


def day(text: str) -> date:
    """A day, day first as the British write it; or year first."""
    words = " ".join(text.split())
    if SERIAL.match(words):
        raise ValueError(
            f"“{words}” is a date as a spreadsheet counts it inside. Format the column as a date and save "
            "the file again."
        )
    if match := YEAR_FIRST.match(words):
        year, month, day_ = match.groups()
    elif match := DAY_FIRST.match(words):
        day_, month, year = match.groups()
    elif match := IN_WORDS.match(words):
        day_, month, year = match[1], str(_month(match[2])), match[3]
    else:
        raise ValueError(f"“{words}” is not a date. Write it like 27/03/1990.")
    return _calendar(words, int(day_), int(month), _whole_year(year))


def birthday(text: str) -> date:
    """A date of birth; years of two figures are of the last hundred years."""
    return day(text)


def past_day(text: str) -> date:
    return day(text)


def clock(text: str) -> time:
    """A time of day."""
    words = text.strip()
    match = CLOCK.match(words)
    hour_only = HOUR.match(words)
    if match:
        hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    elif hour_only:
        hour, minute, half = int(hour_only[1]), 0, hour_only[2].lower()
    else:
        raise ValueError(f"“{words}” is not a time. Write it like 14:30.")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(f"“{words}” is not a time. Write it like 14:30.") from None


def yes_no(text: str) -> bool:
    words = text.strip().lower()
    if words in YES | NO:
        return words in YES
    raise ValueError(f"“{text.strip()}” is neither yes nor no.")


def phone(text: str) -> str:
    """A telephone number; a spreadsheet may have eaten its first nought."""
    words = short(text)
    if "@" in words:
        raise ValueError(f"“{words}” is an e-mail address. Is this another column?")
    for written in (f"0{words}" if words[:1] in "123789" else "", words):
        if written and normal_contact(written):
            return written
    raise ValueError(
        f"“{words}” is not a telephone number. Write it with its area code, like 01704 496 000."
    )


def email(text: str) -> str:
    words = short(text)
    try:
        validate_email(words)
    except ValidationError:
        raise ValueError(
            f"“{words}” is not an e-mail address. Write it like name@example.org."
        ) from None
    return words


def postcode(text: str) -> str:
    words = short(text)
    if not is_full_postcode(words):
        raise ValueError(f"“{words}” is not a whole British postcode. Write it like PR9 0ZZ.")
    return normal_postcode(words)


def minutes(text: str) -> int:
    words = text.strip()
    if not words.isdecimal() or not 0 < int(words[:6]) <= 24 * 60:
        raise ValueError(f"“{words}” is not a number of minutes of one day. Write it like 60.")
    return int(words)


def _one_of(
    choices: list[tuple[str, str]], also: dict[str, str] | None = None
) -> Callable[[str], str]:
    known = {label.lower(): value for value, label in choices} | {
        value.replace("_", " "): value for value, _ in choices
    }
    known |= also or {}
    labels = ", ".join(label for _, label in choices)

    def read(text: str) -> str:
        words = " ".join(text.lower().replace("_", " ").split())
        if words not in known:
            raise ValueError(f"“{text.strip()}” is none of: {labels}.")
        return known[words]

    return read


role = _one_of(CaseRole.choices, {"parent": CaseRole.PARENT, "carer": CaseRole.PARENT})
note_kind = _one_of(CaseNote.Kind.choices)
contact_kind = _one_of(
    Contact.Kind.choices,
    {
        "visit": Contact.Kind.HOME_VISIT,
        "call": Contact.Kind.PHONE,
        "telephone": Contact.Kind.PHONE,
        "phone call": Contact.Kind.PHONE,
        "sms": Contact.Kind.TEXT,
        "email": Contact.Kind.EMAIL,
        "group": Contact.Kind.GROUP,
    },
)
outcome = _one_of(
    Contact.Outcome.choices,
    {
        "yes": Contact.Outcome.ATTENDED,
        "dna": Contact.Outcome.DID_NOT_ATTEND,
        "no": Contact.Outcome.DID_NOT_ATTEND,
        "cancelled": Contact.Outcome.CANCELLED_BY_THEM,
    },
)


def _month(words: str) -> int:
    found = [n for n, month in enumerate(MONTHS, 1) if month.lower().startswith(words.lower()[:3])]
    if len(found) != 1 or not MONTHS[found[0] - 1].lower().startswith(
        words.lower().removesuffix("t")
    ):
        raise ValueError(f"“{words}” is no month. Write the date like 27/03/1990.")
    return found[0]


def _whole_year(year: str) -> int:
    """A year of two figures: 30 and above are of the last century."""
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= 30 else 2000)


def _calendar(words: str, day_: int, month: int, year: int) -> date:
    if month > 12 >= day_:
        raise ValueError(f"“{words}” has its month first. Write the day first, like 27/03/1990.")
    if not EARLIEST <= year <= 2100:
        raise ValueError(f"“{words}” has an impossible year.")
    try:
        return date(year, month, day_)
    except ValueError:
        raise ValueError(
            f"There is no such day as “{words}”. Check the day and the month."
        ) from None
