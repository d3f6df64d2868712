"""Clearing a false alarm of the leak check."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField
from sar.models import LeakFinding


class ClearLeakForm(forms.Form):
    """Which of the findings is a false alarm, and why."""

    fields: dict[str, Any]

    finding = forms.ModelChoiceField(
        label="Which one is a false alarm",
        queryset=LeakFinding.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = LongWordsField(
        label="Why these words may stand there",
        help_text="Whoever signs the pack off reads it.",
        rows=2,
    )

    def __init__(self, data: QueryDict | None = None, *, findings: Iterable[LeakFinding]) -> None:
        super().__init__(data)
        numbers = [finding.pk for finding in findings]
        self.fields["finding"].queryset = LeakFinding.objects.filter(pk__in=numbers).select_related(
            "pack__request"
        )
        self.fields["finding"].label_from_instance = _in_words


def _in_words(finding: LeakFinding) -> str:
    return f"“{finding.words}” ({finding.where})"
