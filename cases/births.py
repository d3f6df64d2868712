"""Which dates of birth make sense, and how sure we are of them."""

from datetime import date

from cases.models import BirthCertainty
from core.dates import age_on, plain

OLDEST = 120  # years


def birth_problem(born: date | None, certainty: str, *, on: date) -> str:
    """What is wrong with a date of birth, as a sentence on the day `on`; "" if nothing is."""
    if certainty == BirthCertainty.NOT_KNOWN:
        return (
            "There is a date of birth here, and it says that it is not known. Keep one of the two."
            if born
            else ""
        )
    if born is None:
        return "Give the date of birth, or say that it is not known."
    if born > on:
        return f"Nobody is born in the future: {plain(born)} has not come yet. Check the year."
    if age_on(born, on) > OLDEST:
        return f"Born on {plain(born)}, they would be older than {OLDEST} years. Check the year."
    return ""
