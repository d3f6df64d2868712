"""Which passages of an entry are held back."""

from typing import Any

from django import forms

from cases.forms.fields import LongWordsField


class HoldForm(forms.Form):
    """The passages about the restricted person, one a line."""

    fields: dict[str, Any]

    passages = LongWordsField(
        label="Passages about the restricted person",
        help_text="One a line, in the words of the entry. They are held back wherever they stand in it. "
        "Leave it empty if nothing is about them.",
        rows=6,
        required=False,
    )

    def clean_passages(self) -> list[str]:
        return [line for line in self.cleaned_data["passages"].split("\n") if line.strip()]
