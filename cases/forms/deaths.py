"""What is typed when somebody has died, and when that was a mistake."""

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Size
from django import forms

from cases.forms.facts import FactForm
from cases.forms.fields import LongWordsField
from cases.forms.people import day
from core.forms import DayField


class DeathForm(FactForm):
    """When they died and how we know."""

    died_on = DayField(label="Day they died")
    source = LongWordsField(
        label="How we know",
        help_text="Who told us, or which paper was seen.",
        rows=2,
        max_length=1000,
    )

    def questions(self) -> list[Any]:
        return [day("died_on"), Field.textarea("source", label_size=Size.SMALL)]

    def clean_died_on(self) -> date | None:
        given: date | None = self.cleaned_data["died_on"]
        return self._come(given)


class LivesForm(forms.Form):
    """Why it was a mistake."""

    because = LongWordsField(label="Why it was a mistake", rows=2, max_length=1000)
