"""What a manager says about an entry of somebody else, and the filter of the list."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from cases.models import Review, Service


class ReviewForm(forms.Form):
    """Signed off, or to be corrected."""

    fields: dict[str, Any]

    verdict = forms.ChoiceField(
        label="What you say",
        choices=(
            (Review.Verdict.SIGNED_OFF, "I sign it off"),
            (Review.Verdict.SENT_BACK, "I ask the writer for a correction"),
        ),
        widget=forms.RadioSelect,
    )
    comment = LongWordsField(
        label="Comment",
        help_text="Needed if you ask for a correction: say what is to be corrected. The person may read it.",
        max_length=2000,
        rows=3,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if given.get("verdict") == Review.Verdict.SENT_BACK and not given.get("comment"):
            self.add_error("comment", "Say what is to be corrected.")
        return given


class SignOffFilterForm(forms.Form):
    """Which service the list is narrowed to."""

    fields: dict[str, Any]

    service = forms.ChoiceField(label="Service", required=False)

    def __init__(self, data: QueryDict, *, services: Iterable[Service]) -> None:
        super().__init__(data)
        self.fields["service"].choices = [
            ("", "All my services"),
            *((one.slug, one.name) for one in services),
        ]
