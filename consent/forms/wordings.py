"""The words in which people are asked."""

from django import forms

from cases.forms.fields import LongWordsField


class WordingForm(forms.Form):
    """The text of the next version."""

    text = LongWordsField(
        label="The words that people read or hear",
        help_text="Plain words, in short sentences. Say that they can say no, and that they can change their mind.",
        rows=12,
        max_length=10_000,
    )
