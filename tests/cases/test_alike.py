"""What may be the same person: days that are near, and how much each thing in common counts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.alike import LIKELY, Described, Fit, InCommon, days_like, in_words, reasons

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
BORN = date(1990, 3, 14)


def common(**given_):
    nothing = {
        "fits": [],
        "present_name": True,
        "born": None,
        "same_phone": False,
        "same_postcode": False,
    }
    return InCommon(**nothing | given_)


@given(DAYS)
def test_a_day_is_like_itself_and_likeness_goes_both_ways(day):
    found = days_like(day)
    assert found[day] == "same date of birth"
    for other in found:
        if 1900 <= other.year <= 2099:
            assert day in days_like(other)


@given(DAYS)
def test_every_likeness_is_a_swap_or_one_figure(day):
    for other, why in days_like(day).items():
        figures = sum(
            a != b for a, b in zip(f"{day:%d%m%Y}", f"{other:%d%m}{other.year:04}", strict=True)
        )
        swapped = (other.day, other.month, other.year) == (day.month, day.day, day.year)
        assert {
            "same date of birth": other == day,
            "date of birth with day and month swapped": swapped,
            "date of birth differs in one figure": figures == 1,
        }[why]


def test_a_day_that_no_month_has_is_never_tried():
    assert date(2024, 2, 29) in days_like(date(2024, 2, 28))
    assert all(
        day.month != 2 or day.day != 29 for day in days_like(date(2023, 2, 28)) if day.year == 2023
    )


@pytest.mark.parametrize(
    ("typed", "has", "why"),
    [
        ({}, {"fits": [Fit.SAME, Fit.SAME]}, "Same name"),
        ({}, {"fits": [Fit.SAME, Fit.SPELT]}, "Name is spelt alike"),
        ({}, {"fits": [Fit.SOUNDS, Fit.SAME]}, "Name sounds alike"),
        (
            {},
            {"fits": [Fit.SAME, Fit.SAME], "present_name": False},
            "Another name of theirs is the same",
        ),
        (
            {"born": BORN},
            {"fits": [Fit.NOT, Fit.SAME], "born": BORN},
            "Part of the name is the same; same date of birth",
        ),
        (
            {"born": date(1990, 3, 12)},
            {"fits": [Fit.SAME, Fit.SAME], "born": date(1990, 12, 3)},
            "Same name; date of birth with day and month swapped",
        ),
        (
            {},
            {"fits": [Fit.SOUNDS, Fit.SAME], "same_phone": True},
            "Same telephone number or e-mail address; name sounds alike",
        ),
        ({}, {"same_phone": True}, "Same telephone number or e-mail address"),
        (
            {},
            {"fits": [Fit.NOT, Fit.SAME], "same_postcode": True},
            "Part of the name is the same; same postcode",
        ),
    ],
)
def test_each_likely_match_says_why_in_words(typed, has, why):
    score, found = reasons(Described(**typed), common(**has))
    assert score >= LIKELY
    assert in_words(found) == why


@pytest.mark.parametrize(
    "has",
    [
        {"fits": [Fit.NOT, Fit.SAME]},
        {"fits": [Fit.NOT, Fit.NOT], "same_postcode": True},
        # Another day altogether: two people of names that sound alike.
        {"fits": [Fit.SOUNDS, Fit.SAME], "born": date(1955, 7, 30)},
        # A mother and her child on one number.
        {"fits": [Fit.NOT, Fit.SAME], "born": date(2019, 7, 30), "same_phone": True},
    ],
)
def test_what_is_no_likely_match_is_not_offered(has):
    assert reasons(Described(born=BORN), common(**has))[0] < LIKELY


def test_it_is_looked_up_only_when_enough_is_typed():
    assert not Described(given_names="Amelia")
    assert not Described(born=BORN)
    assert not Described(phone="0770")
    assert Described(given_names="Amelia", family_name="Hart")
    assert Described(given_names="Amelia", born=BORN)
    assert Described(phone="07700 900123")
