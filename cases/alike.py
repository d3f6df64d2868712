"""Whether somebody described on a form may be somebody whom the charity knows already (features.md P2).

Read from the description alone: which days of birth are near enough, and how much each thing in common
counts. `cases.queries.duplicates` looks them up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from cases.normal import is_full_postcode, normal_contact, normal_postcode
from cases.sought import name_words

# A match counts from here: the same telephone number alone, or a whole name that sounds alike.
LIKELY = 2
SAME_NAME = 3


class Fit(IntEnum):
    """How one typed word fits somebody's names, as `public.name_fits` answers."""

    NOT = 0
    SOUNDS = 1
    SPELT = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody as far as they are typed yet; what is not typed is empty."""

    given_names: str = ""
    family_name: str = ""
    preferred_name: str = ""
    born: date | None = None
    phone: str = ""
    postcode: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name, each once, in small letters."""
        return name_words(f"{self.given_names} {self.family_name}".lower())

    @property
    def contact(self) -> str:
        """The telephone number or e-mail address as contact points keep it; "" if it is none."""
        return normal_contact(self.phone)

    @property
    def whole_postcode(self) -> str:
        return normal_postcode(self.postcode) if is_full_postcode(self.postcode) else ""

    def __bool__(self) -> bool:
        """Whether enough is typed to look: a name of two words, one with a day, or a number."""
        words = len(self.words)
        return words > 1 or bool(words and (self.born or self.whole_postcode)) or bool(self.contact)


@dataclass(frozen=True, slots=True)
class InCommon:
    """What a person whom we know has in common with the description."""

    fits: Sequence[int]  # how each typed word fits their names
    present_name: bool  # all words that fit stand in the name they have now
    born: date | None
    same_phone: bool
    same_postcode: bool


def days_like(born: date) -> dict[date, str]:
    """Every day that may be meant by `born`, with why: day and month swapped, or one figure wrong."""
    found: dict[date, str] = {}
    text = f"{born:%d%m%Y}"
    for place, figure in enumerate(text):
        for other in "0123456789":
            if other != figure and (day := _day(text[:place] + other + text[place + 1 :])):
                found[day] = "date of birth differs in one figure"
    if swapped := _day(f"{born:%m%d%Y}"):
        found[swapped] = "date of birth with day and month swapped"
    found[born] = "same date of birth"
    return found


def words_needed(words: int) -> int:
    """How many of so many typed words must fit for the whole name to fit: of three or more, all but one."""
    return words if words < 3 else words - 1


def reasons(described: Described, common: InCommon) -> tuple[int, list[str]]:
    """How much speaks for the same person, and why, in words: the strongest first.

    A date of birth that is known and is nothing like the other one speaks against; less so where the
    whole name is the same, since a day can be wrong twice.
    """
    score, why = _of_name(common)
    against = 1 if score == SAME_NAME else 2
    if described.born and common.born:
        near = days_like(described.born).get(common.born)
        if near is None:
            score -= against
        else:
            score += 3 if common.born == described.born else 2
            why.append(near)
    if common.same_phone:
        score += 2
        # First, since a number is hardly ever the same by chance.
        why.insert(0, "same telephone number or e-mail address")
    if common.same_postcode:
        score += 1
        why.append("same postcode")
    return score, why


def in_words(why: Iterable[str]) -> str:
    """The reasons as the end of a row: "Same telephone number; name sounds alike"."""
    text = "; ".join(why)
    return text[:1].upper() + text[1:]


def _of_name(common: InCommon) -> tuple[int, list[str]]:
    fitting = [fit for fit in common.fits if fit]
    if not fitting:
        return 0, []
    name = "name" if common.present_name else "another name of theirs"
    if len(fitting) >= words_needed(len(common.fits)) and len(common.fits) > 1:
        worst = min(fitting)
        if worst == Fit.SAME:
            return SAME_NAME, [f"same {name}" if common.present_name else f"{name} is the same"]
        return 2, [f"{name} is spelt alike" if worst == Fit.SPELT else f"{name} sounds alike"]
    best = max(fitting)
    part = "part of the name" if common.present_name else "part of another name"
    how = {Fit.SAME: "is the same", Fit.SPELT: "is spelt alike"}.get(Fit(best), "sounds alike")
    return 1, [f"{part} {how}"]


def _day(text: str) -> date | None:
    """The day written as eight figures, day first; None if the calendar has none."""
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None
