"""What is typed about privacy notices."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from consent.forms.layout import LEGEND, question
from consent.models import NoticeFormat, NoticeMeans, PrivacyNotice
from consent.queries.notices import Giving
from core.dates import age_on
from core.forms import DayField

CHILD = 13  # years; below it the version for children is offered first


class NoticeForm(forms.Form):
    """The text of the next version, in Markdown."""

    text = LongWordsField(
        label="The notice",
        help_text="# before a heading, - before each line of a list, an empty line between paragraphs.",
        rows=24,
        max_length=100_000,
    )


class GivingForm(forms.Form):
    """That somebody was given the notice."""

    notice = forms.ModelChoiceField(
        label="Which version",
        queryset=PrivacyNotice.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    given_on = DayField(label="Day they were given it")
    means = forms.ChoiceField(
        label="How they were given it", choices=NoticeMeans.choices, widget=forms.RadioSelect
    )
    form = forms.ChoiceField(
        label="In which form", choices=NoticeFormat.choices, widget=forms.RadioSelect
    )
    language = WordsField(label="In which language", max_length=60)
    to_parent = forms.BooleanField(label="A parent or carer was given it for them", required=False)

    def __init__(self, data: QueryDict | None = None, *, giving: Giving, on: date) -> None:
        born = giving.person.date_of_birth
        is_child = born is not None and born <= on and age_on(born, on) < CHILD
        first = giving.current[-1 if is_child else 0].pk if giving.current else None
        super().__init__(
            data,
            initial={
                "given_on": on,
                "notice": first,
                "form": NoticeFormat.STANDARD,
                "language": giving.person.first_language or "English",
            },
        )
        # Whoever was given an earlier version then is written down with that one.
        question(self, "notice").queryset = PrivacyNotice.objects.order_by("readers", "-version")
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("notice", legend_size=Size.SMALL),
            Field("given_on", context=LEGEND),
            Field.radios("means", legend_size=Size.SMALL),
            Field.radios("form", legend_size=Size.SMALL),
            Field.text("language", label_size=Size.SMALL),
            Field.checkbox("to_parent"),
        )

    def clean(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
