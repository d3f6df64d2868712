"""What is typed to set a goal, look at it again, and end it."""

from datetime import date
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from assessments.models.goal import HIGHEST_RATING
from assessments.workflow import GoalMove
from cases.forms.entries import people_of_case
from cases.forms.fields import LongWordsField, PersonField, TokenField
from cases.models import Case
from core.forms import DayField

RATINGS = [
    ("0", "0: not begun"),
    *((str(step), str(step)) for step in range(1, HIGHEST_RATING)),
    (str(HIGHEST_RATING), f"{HIGHEST_RATING}: reached"),
]
SMALL_DAY = {"legend_size": "govuk-fieldset__legend--s"}


class RatingField(forms.TypedChoiceField):
    """How far they feel they are, as they say it themselves."""

    def __init__(self) -> None:
        super().__init__(
            label="How far are they, in their own view?",
            choices=RATINGS,
            coerce=int,
            widget=forms.RadioSelect,
        )


def rating() -> Any:
    """Where the rating stands on a page."""
    return Field.radios("rating", legend_size=Size.SMALL, inline=True)


class GoalForm(forms.Form):
    """A goal, in the words of whoever it belongs to."""

    fields: dict[str, Any]

    token = TokenField()
    person = PersonField(label="Whose goal it is", widget=forms.RadioSelect)
    words = LongWordsField(
        label="What they want to change",
        help_text="In their own words, as they would say it.",
        max_length=2000,
        rows=3,
    )
    set_on = DayField(label="Set on")
    rating = RatingField()
    review_by = DayField(label="Look at it again by", required=False)

    def __init__(self, data: QueryDict | None = None, *, case: Case, on: date) -> None:
        super().__init__(data, initial={"token": uuid4(), "set_on": on})
        self.fields["person"].offer(people_of_case(case))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "token",
            Field.radios("person", legend_size=Size.SMALL),
            Field.text("words", label_size=Size.SMALL),
            Field("set_on", context=SMALL_DAY),
            rating(),
            Field("review_by", context=SMALL_DAY),
        )


class GoalReviewForm(forms.Form):
    """How far they have come."""

    reviewed_on = DayField(label="Day you looked at it together")
    rating = RatingField()
    words = LongWordsField(label="What was said", max_length=2000, rows=3, required=False)
    review_by = DayField(label="Look at it again by", required=False)

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data, initial={"reviewed_on": on})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("reviewed_on", context=SMALL_DAY),
            rating(),
            Field.text("words", label_size=Size.SMALL),
            Field("review_by", context=SMALL_DAY),
        )


class GoalEndForm(forms.Form):
    """How a goal ended."""

    move = forms.TypedChoiceField(
        label="How did it end?",
        choices=(
            (GoalMove.ACHIEVE.value, "Achieved"),
            (GoalMove.MISS.value, "Not achieved"),
            (GoalMove.GIVE_UP.value, "Given up"),
        ),
        coerce=GoalMove,
        widget=forms.RadioSelect,
    )
    ended_on = DayField(label="On which day")
    because = LongWordsField(
        label="Why",
        help_text="Needed where it was not achieved or was given up.",
        max_length=2000,
        rows=3,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data, initial={"ended_on": on})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("move", legend_size=Size.SMALL, inline=True),
            Field("ended_on", context=SMALL_DAY),
            Field.text("because", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.get("move") not in {None, GoalMove.ACHIEVE} and not given.get("because"):
            self.add_error("because", "Say why it was not achieved or given up.")
        return given
