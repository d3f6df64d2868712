"""What is typed about a person in the form in which it is kept; Refused where it cannot be so."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cases.models import ContactPoint
from cases.normal import is_full_postcode, normal_contact, normal_postcode
from core.dates import plain
from core.errors import Refused


def one_line(words: str) -> str:
    """The words with single spaces and without line breaks."""
    return " ".join(words.split())


def tidy_address(lines: str, postcode: str) -> tuple[str, str]:
    """An address line by line, and its postcode: British and whole, or none."""
    lines = "\n".join(filter(None, (one_line(line) for line in lines.splitlines())))
    if not lines:
        raise Refused("Write the address.")
    if postcode.strip() and not is_full_postcode(postcode):
        raise Refused(
            f"“{postcode.strip()}” is not a whole British postcode. Write it like PR9 0ZZ; for an "
            "address abroad leave it empty and write the code into the address."
        )
    return lines, normal_postcode(postcode)


def sought_contact(kind: str, value: str) -> str:
    """The number or address in the form that searching compares; Refused if it cannot be one."""
    if kind == ContactPoint.Kind.EMAIL:
        try:
            validate_email(value)
        except ValidationError:
            raise Refused(
                f"“{value}” is not an e-mail address. Write it like name@example.org."
            ) from None
    elif "@" in value:
        raise Refused(f"“{value}” is an e-mail address. Choose “E-mail”, or write a number.")
    sought = normal_contact(value)
    if not sought:
        raise Refused(
            f"“{value}” is not a telephone number. Write it with its area code, like 01704 496 000; "
            "a number abroad begins with + and its country."
        )
    return sought


def check_come(day: date | None, on: date) -> None:
    """Refused for a day after today, `on`."""
    if day and day > on:
        raise Refused(f"{plain(day)} has not come yet. Write it down once it is so.")


def check_order(since: date | None, until: date | None) -> None:
    """Refused where the last day comes before the first."""
    if since and until and until < since:
        raise Refused("It cannot have ended before it began. Check the two days.")
