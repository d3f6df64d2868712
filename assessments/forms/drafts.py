"""What the forms of all drafts have: how often the draft was saved when the page was opened."""

from typing import Any, cast

from django import forms
from django.http import QueryDict


class SeenField(forms.IntegerField):
    """How often the draft was saved when the page was opened; -1 if somebody has tampered with it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int:
        try:
            return int(value)
        except (TypeError, ValueError):
            return -1


class DraftForm(forms.Form):
    """A form of a draft."""

    seen = SeenField()

    def take_over(self, saves: int) -> None:
        """Make this the page of a draft saved `saves` times: sent again, it stands in its place."""
        typed = cast("QueryDict", self.data).copy()
        typed["seen"] = str(saves)
        self.data = typed
