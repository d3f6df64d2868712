"""What Django says of a wrong answer in its own words is said in a sentence that says what to do."""

import pytest
from django import forms

from core.forms import errors_in_words


class Link(forms.Form):
    days = forms.IntegerField(label="For how many days", min_value=1, max_value=30)
    share = forms.DecimalField(label="How much of it", max_value=100)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("days", "99", "Write at most 30 for “For how many days”."),
        ("days", "0", "Write at least 1 for “For how many days”."),
        ("days", "a week", "Write “For how many days” as a whole number, in figures."),
        ("days", "", "Fill in “For how many days”."),
        ("share", "half", "Write “How much of it” as a number, in figures."),
        ("share", "100.5", "Write at most 100 for “How much of it”."),
    ],
)
def test_a_number_that_is_none_or_too_large(name, typed, words):
    asked = Link({"days": "7", "share": "50"} | {name: typed})
    assert list(errors_in_words(asked[name])) == [words]
