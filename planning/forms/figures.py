"""What is typed about figures."""

from django import forms

from cases.forms.fields import LongWordsField


class CorrectForm(forms.Form):
    """Why released figures are made again."""

    reason = LongWordsField(
        label="Why are they corrected?",
        help_text="Everybody who reads the figures reads this. Name nobody.",
        max_length=1000,
    )
