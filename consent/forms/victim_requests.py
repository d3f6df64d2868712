"""What police or another authorised person showed when they asked for a victim's information."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from consent.forms.layout import LEGEND
from core.forms import DayField

YES_NO = (("yes", "Yes"), ("no", "No"))


class VictimRequestForm(forms.Form):
    """Everything that the Act asks of whoever asks."""

    asked_by = WordsField(label="Who asked, with rank and number", max_length=200)
    asked_on = DayField(label="Day they asked")
    belief = LongWordsField(label="What they believe to be in it, and why", rows=3, max_length=5000)
    relevance = LongWordsField(
        label="To which line of enquiry it is relevant", rows=3, max_length=5000
    )
    necessity = LongWordsField(
        label="Why they cannot learn it in another way", rows=3, max_length=5000
    )
    is_counselling = forms.ChoiceField(
        label="Is it about counselling", choices=YES_NO, widget=forms.RadioSelect
    )
    probative = LongWordsField(
        label="Why it is of substantial value as evidence", rows=3, max_length=5000, required=False
    )
    notified = forms.ChoiceField(
        label="Was the victim given written notice", choices=YES_NO, widget=forms.RadioSelect
    )
    notice_on = DayField(label="Day of the notice", required=False)
    why_no_notice = LongWordsField(
        label="Why there was no notice", rows=3, max_length=5000, required=False
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("asked_by", label_size=Size.SMALL),
            Field("asked_on", context=LEGEND),
            *(
                Field.textarea(name, label_size=Size.SMALL)
                for name in ("belief", "relevance", "necessity")
            ),
            Revealing("is_counselling", {"yes": "probative"}),
            Revealing("notified", {"yes": "notice_on", "no": "why_no_notice"}),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        told = given.pop("notified", "") == "yes"
        given["is_counselling"] = given.get("is_counselling") == "yes"
        if not given["is_counselling"]:
            given["probative"] = ""
        if told:
            given["why_no_notice"] = ""
        else:
            given["notice_on"] = None
        return given
