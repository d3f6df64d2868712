"""What is typed when somebody asks something."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.facts import UNKNOWN_PERSON
from cases.forms.fields import LongWordsField, TokenField, WordsField
from cases.forms.people import day, short
from cases.models import Enquiry, HowReceived, Person, Service
from core.dates import plain
from core.forms import DayField


class EnquiryForm(forms.Form):
    """Who asked what, and what they were told; `find` looks a person up by reference."""

    fields: dict[str, Any]

    token = TokenField()
    service = forms.ModelChoiceField(
        label="Which service it is about",
        queryset=Service.objects.none(),
        required=False,
        empty_label="None of ours",
    )
    asked_on = DayField(label="Day")
    how_received = forms.ChoiceField(
        label="How it came", choices=HowReceived.choices, widget=forms.RadioSelect
    )
    who = forms.ChoiceField(
        label="Who asked", choices=Enquiry.Who.choices, widget=forms.RadioSelect
    )
    name = WordsField(
        label="Their name, if they gave it",
        help_text="Nobody has to be named.",
        max_length=200,
        required=False,
    )
    reach = WordsField(
        label="How to reach them, if they want that",
        help_text="For example, a number that is safe to ring, and when.",
        max_length=200,
        required=False,
    )
    person = WordsField(
        label="Reference of the person, if we know them",
        help_text="As their record shows it, like P-000123.",
        max_length=20,
        required=False,
    )
    question = LongWordsField(label="What they asked", rows=4)
    answer = LongWordsField(label="What they were told", rows=4)
    signpost = LongWordsField(
        label="Where they were pointed to, if anywhere", rows=2, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        services: Iterable[Service],
        find: Callable[[str], Person | None],
        on: date,
        person: str = "",
    ) -> None:
        super().__init__(data, initial={"asked_on": on, "token": uuid4(), "person": person})
        self.find, self.on = find, on
        numbers = [service.pk for service in services]
        self.fields["service"].queryset = Service.objects.filter(pk__in=numbers)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "token",
            short("service"),
            day("asked_on"),
            Field.radios("how_received", legend_size=Size.SMALL, inline=True),
            Field.radios("who", legend_size=Size.SMALL, inline=True),
            short("name"),
            short("reach"),
            short("person", Fixed.TEN),
            Field.text("question", label_size=Size.SMALL),
            Field.text("answer", label_size=Size.SMALL),
            Field.text("signpost", label_size=Size.SMALL),
        )

    def clean_asked_on(self) -> date:
        asked_on: date = self.cleaned_data["asked_on"]
        if asked_on > self.on:
            raise forms.ValidationError(
                f"{plain(asked_on)} has not come yet. An enquiry came today or earlier."
            )
        return asked_on

    def clean_person(self) -> Person | None:
        words = self.cleaned_data["person"]
        if not words:
            return None
        person = self.find(words)
        if person is None:
            raise forms.ValidationError(UNKNOWN_PERSON)
        return person
