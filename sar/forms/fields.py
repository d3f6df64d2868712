"""Questions that several forms of requests ask."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from cases.forms.fields import WordsField
from cases.models import Person
from core.forms import DayField

Find = Callable[[str], Person | None]


class PastDayField(DayField):
    """A day that has come already."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(
                "This day has not come yet. Write today or an earlier day.", code="future"
            )
        return day


class PersonSought(WordsField):
    """The reference of a person, looked up by the form's `find`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Reference of the person")
        options.setdefault("help_text", "As their record shows it, like P-000123.")
        super().__init__(max_length=20, **options)


def found(find: Find, typed: str) -> Person:
    """The person of the typed reference, or the sentence that there is none."""
    person = find(typed)
    if person is None:
        raise forms.ValidationError(
            "No person with this reference is known to you. Check it, or find them by name first."
        )
    return person
