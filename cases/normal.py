"""Telephone numbers, e-mail addresses and postcodes in the one form that is kept and compared."""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

# Area and district, then sector and unit: "PR9 0ZZ"; or "PR9" alone, or "PR9 0".
POSTCODE = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)(?:\s*(\d[A-Z]{2})|\s+(\d))?$", re.IGNORECASE)

WHOLE_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
# What says which door or floor within a house, and numbers that are part of a name ("2nd Avenue").
WITHIN_A_HOUSE = re.compile(
    r"\b(?:flat|apartment|apt|unit|room|floor|studio|suite)\b\.?\s*(?:no\.?\s*)?\d*[a-z]?\b|\b\d+(?:st|nd|rd|th)\b"
)
APOSTROPHES = str.maketrans(dict.fromkeys("'‘’ʼ`´′＇"))

SHORTEST = 9  # digits of an ordinary British number, without the leading nought


def normal_postcode(words: str) -> str:
    """A postcode as it is kept: capital letters and one space; or the beginning of one."""
    match = POSTCODE.match(words.strip())
    if match is None:
        return words.strip().upper()
    district, whole, sector = match.groups(default="")
    return f"{district} {whole or sector}".strip().upper()


def is_full_postcode(words: str) -> bool:
    """Whether `words` is a whole British postcode, however it was typed."""
    match = POSTCODE.match(words.strip())
    return match is not None and match.group(2) is not None


def outward(postcode: str) -> str:
    """The first half of a postcode: roughly which part of a town, and no more than that."""
    match = POSTCODE.match(postcode.strip())
    return match.group(1).upper() if match else ""


def normal_contact(value: str) -> str:
    """A telephone number in international form, an e-mail address in small letters, or "".

    A number without a country is British; one without its area code is none, and gives "".
    """
    value = value.strip()
    if "@" in value:
        return value.lower()
    try:
        number = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return ""
    # Seven digits with their area code left out look possible; short ones count where they exist.
    if len(str(number.national_number)) < SHORTEST and not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def place_key(lines: str, postcode: str) -> str:
    """An address in a form that is equal for the same home, however it was typed.

    With a postcode its numbers say which door it is ("Flat 2, 12 Sample Street"); a house that has a
    name alone is known by its first line, an address without a postcode by all of it.
    """
    first = lines.strip().split("\n", 1)[0]
    numbers = re.findall(r"\d+", first)
    if postcode and numbers:
        return f"{normal_postcode(postcode)} {' '.join(numbers)}"
    words = re.findall(r"\w+", (first if postcode else lines).casefold())
    return f"{normal_postcode(postcode)} {' '.join(words)}".strip()


def house_key(lines: str, postcode: str) -> str:
    """A house in a form that is equal however its address was typed; "" where that cannot be said.

    Wider than `place_key`: "Flat 2, 14 Lord St", "14 Lord Street" and "14B" are one house. A house
    without a number is known by its name, and every house by its whole postcode, which may stand
    among the lines.
    """
    within = WHOLE_POSTCODE.search(lines)
    postcode = postcode if is_full_postcode(postcode) else (within.group() if within else "")
    if not is_full_postcode(postcode):
        return ""
    words = WHOLE_POSTCODE.sub(" ", lines).casefold().translate(APOSTROPHES)
    house = WITHIN_A_HOUSE.sub(" ", words)
    number = re.search(r"\d+", house)
    if number:
        return f"{normal_postcode(postcode)} {int(number.group())}"
    parts = (re.findall(r"\w+", part) for part in re.split(r"[,\n]", house))
    named = next((part for part in parts if part), re.findall(r"\w+", words))
    return f"{normal_postcode(postcode)} {' '.join(named)}" if named else ""
