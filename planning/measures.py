"""What is counted and how: the definitions that stand beside the figures, and bands of ages and of days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessments.workflow import GoalStatus
from cases.models import Contact, Referral
from cases.workflow import ReferralStatus
from core.dates import age_on

NOT_KNOWN = "Not known"
AGES = ((4, "0 to 4"), (10, "5 to 10"), (17, "11 to 17"), (25, "18 to 25"))
OLDER = "26 and over"
AGE_BANDS = (*(name for _, name in AGES), OLDER, NOT_KNOWN)

# What people say of themselves in their own words, put together as the census does.
NOT_COLLECTED = "Not collected"
ETHNIC_GROUPS = ("Asian", "Black", "Mixed or multiple", "White", "Another group", NOT_COLLECTED)
_ETHNIC_WORDS = (
    (ETHNIC_GROUPS[0], r"asian|india|pakistan|bangladesh|bengal|chin(a|ese)"),
    (ETHNIC_GROUPS[1], r"black|africa|caribbean|somali|nigeria"),
    (ETHNIC_GROUPS[3], r"white|irish|roma\b|gypsy|travell?er|polish|english|welsh|scottish"),
)

DAYS = ((7, "Within a week"), (28, "Within 4 weeks"), (91, "Within 13 weeks"))
LONGER = "Longer"
WAITS = (*(name for _, name in DAYS), LONGER)

SOURCES = tuple(str(one.label) for one in Referral.From)
BECAME = ("Accepted", "Declined", "Not decided yet", "No longer wanted")
BECAME_OF = {
    ReferralStatus.WAITING: BECAME[0],
    ReferralStatus.ALLOCATED: BECAME[0],
    ReferralStatus.DECLINED: BECAME[1],
    ReferralStatus.WITHDRAWN: BECAME[3],
}
KINDS = tuple(str(one.label) for one in Contact.Kind)
ATTENDANCE = tuple(str(one.label) for one in Contact.Outcome)
STANDING = ("Open at the end", "Closed in the quarter")
SINCE = ("Opened in the quarter", "Opened before")
GOALS = tuple(str(one.label) for one in GoalStatus if one != GoalStatus.OPEN)
CHANGE = ("Higher than at first", "The same as at first", "Lower than at first")


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure: its name, what one of them is, and the lines its tables have."""

    key: str
    title: str
    says: str
    lines_are: str = "Service"


PEOPLE = Definition(
    "people",
    "People",
    "Everybody named in at least one contact that took place in the quarter, once for each service. "
    "Somebody who came to two services counts in both. Age is that on the last day of the quarter; area is "
    "the first part of the postcode of their home on that day. A confidential address is not counted by area. "
    "Ethnic group is what they chose to tell, put together as the census does; nobody has to tell it.",
)
CASES = Definition(
    "cases",
    "Cases",
    "Every case that was open on at least one day of the quarter, once.",
)
REFERRALS = Definition(
    "referrals",
    "Referrals",
    "Every referral received in the quarter, once, by who referred and by what had become of it when these "
    "figures were made.",
)
WAITING = Definition(
    "waiting",
    "Waiting times",
    "Every referral whose case was opened in the quarter, by the days from the day it was received to the day "
    "the case was opened.",
)
CONTACTS = Definition(
    "contacts",
    "Contacts and attendance",
    "Every contact arranged for a day of the quarter, once however many people were there, by its kind and by "
    "whether it took place.",
)
GOALS_ENDED = Definition(
    "goals",
    "Goals",
    "Every goal that ended in the quarter, by how it ended.",
)
OUTCOMES = Definition(
    "outcomes",
    "Outcomes",
    "Everybody whose measure was taken in the quarter and at least once before it in the same case, by how the "
    "latest score compares with the first. Whether higher is better depends on the measure.",
    lines_are="Measure",
)


def age_band(born: date | None, *, on: date) -> str:
    """The band of somebody's age on the day `on`."""
    if born is None:
        return NOT_KNOWN
    age = age_on(born, on)
    return next((name for highest, name in AGES if age <= highest), OLDER)


def ethnic_group(said: str | None) -> str:
    """The group of what somebody said of themselves; words of several groups are a mixed one."""
    asian, black, mixed, white, another, nothing = ETHNIC_GROUPS
    words = (said or "").strip().lower()
    if not words:
        return nothing
    found = {group for group, marks in _ETHNIC_WORDS if re.search(marks, words)}
    if re.search(r"mixed|multiple|dual", words):
        return mixed
    if white in found and "white" not in words and found & {asian, black}:
        found.remove(white)  # "Black Scottish" says where, not a second group
    return another if not found else mixed if len(found) > 1 else found.pop()


def wait_band(days: int) -> str:
    """The band of a waiting time in days."""
    return next((name for longest, name in DAYS if days <= longest), LONGER)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A measure by something: the columns in their order, and how many by line and column."""

    key: str
    title: str
    columns: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure as it was counted, with everything in it: not for showing to anybody."""

    definition: Definition
    lines: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]
