"""What is asked about a paper file."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from cases.forms.fields import WordsField
from core.forms import DayField


class PaperFileForm(forms.Form):
    """That there is a file on paper."""

    what = WordsField(
        label="What it is", help_text="For example: blue folder, notes of 2019", max_length=200
    )
    place = WordsField(
        label="Where it is kept", help_text="For example: cabinet 2, top drawer", max_length=200
    )


class TakeForm(forms.Form):
    """Who takes it out, and until when."""

    fields: dict[str, Any]

    holder = forms.ModelChoiceField(
        label="Who takes it",
        queryset=User.objects.filter(is_active=True).order_by("full_name", "pk"),
        empty_label="Choose a colleague",
    )
    due_back_on = DayField(label="When it is due back")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean_due_back_on(self) -> date:
        day: date = self.cleaned_data["due_back_on"]
        if day < self.on:
            raise forms.ValidationError("This day has passed. Write a day from today on.")
        return day


class ReturnForm(forms.Form):
    """Where it is kept now that it is back."""

    place = PaperFileForm.base_fields["place"]


class ShredForm(forms.Form):
    """How it was destroyed."""

    how = WordsField(
        label="How it was destroyed, and who saw it",
        help_text="For example: shredded in the office, with Sue Barlow",
        max_length=300,
    )
