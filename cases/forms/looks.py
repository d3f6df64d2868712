"""Saying that one has opened the wrong record."""

from typing import Any

from django import forms

from cases.forms.fields import LongWordsField, TokenField


class MistakeForm(forms.Form):
    """Which look it was, and what there is to say."""

    fields: dict[str, Any]

    look = TokenField()
    words = LongWordsField(
        label="What happened, if you like to say", max_length=1000, rows=2, required=False
    )
