"""A request as it came, and whom it is about."""

from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, TokenField, WordsField
from cases.models import Person
from sar.forms.fields import (
    Find,
    PastDayField,
    PersonSought,
    address_they_gave,
    email_they_gave,
    found,
    what_to_warn_of,
)
from sar.kinds import (
    AnswerFormat,
    Channel,
    Kind,
    Requester,
)
from sar.models import RightsRequest


class RequestForm(forms.Form):
    """A request as it came: by any channel, from anybody, about somebody known or not."""

    token = TokenField()
    kinds = forms.TypedMultipleChoiceField(
        label="What they ask for",
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        coerce=Kind,
        help_text="Tick all that one letter or call asks for. Each becomes a request with its own time; "
        "they stay linked.",
    )
    person = PersonSought(
        required=False,
        help_text="As their record shows it, like P-000123. Leave it empty if you cannot find them.",
    )
    about_name = LongWordsField(
        label="If you cannot find them: who they say they are",
        help_text="Name, former names, address, date of birth: whatever they gave.",
        required=False,
        rows=3,
    )
    requester = forms.ChoiceField(
        label="Who asks",
        choices=Requester.choices,
        initial=Requester.PERSON,
        widget=forms.RadioSelect,
    )
    requester_name = WordsField(
        label="Name of whoever asks, if it is not the person themself",
        max_length=200,
        required=False,
    )
    requester_person = PersonSought(
        required=False,
        label="Reference of whoever asks, if they have a record here too",
    )
    channel = forms.ChoiceField(
        label="How it came", choices=Channel.choices, widget=forms.RadioSelect
    )
    received_on = PastDayField(
        label="Day it was received",
        help_text="The day it reached any of us, working day or not. For example, 27 3 2026",
    )
    asked = LongWordsField(
        label="What they asked, in their words",
        help_text="If it was spoken, write it down as they said it.",
        rows=4,
    )
    reach_by = LongWordsField(
        label="A safe way to reach them",
        help_text="Ask: may we write, ring, leave a message? Who else opens the post?",
        rows=2,
    )
    reply_email = email_they_gave()
    reply_address = address_they_gave()
    answer_format = forms.ChoiceField(
        label="How they would like the answer",
        choices=AnswerFormat.choices,
        initial=AnswerFormat.PDF,
        widget=forms.RadioSelect,
    )
    in_stages = forms.BooleanField(label="They would like it in parts", required=False)
    warn_of = what_to_warn_of()

    def __init__(
        self, data: QueryDict | None = None, *, find: Find, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial={"token": uuid4(), **(initial or {})})
        self.find = find
        small = {"legend_size": "govuk-fieldset__legend--s"}
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "token",
            Field.checkboxes("kinds", legend_size=Size.SMALL),
            Field.text("person", label_size=Size.SMALL, field_width=Fixed.TEN),
            Field.text("about_name", label_size=Size.SMALL),
            Field.radios("requester", legend_size=Size.SMALL),
            Field.text("requester_name", label_size=Size.SMALL),
            Field.text("requester_person", label_size=Size.SMALL, field_width=Fixed.TEN),
            Field.radios("channel", legend_size=Size.SMALL),
            Field("received_on", context=small),
            Field.text("asked", label_size=Size.SMALL),
            Field.text("reach_by", label_size=Size.SMALL),
            Field.text("reply_email", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.text("reply_address", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.radios("answer_format", legend_size=Size.SMALL),
            Field.checkbox("in_stages"),
            Field.text("warn_of", label_size=Size.SMALL),
        )

    def clean_person(self) -> Person | None:
        typed: str = self.cleaned_data["person"]
        return found(self.find, typed) if typed else None

    def clean_requester_person(self) -> Person | None:
        typed: str = self.cleaned_data["requester_person"]
        return found(self.find, typed) if typed else None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "person" in given and given["person"] is None and not given.get("about_name"):
            self.add_error(
                "about_name", "Give the person’s reference, or write down who they say they are."
            )
        somebody_else = given.get("requester") not in (None, Requester.PERSON)
        if somebody_else and not given.get("requester_name"):
            self.add_error("requester_name", "Give the name of whoever asks for the person.")
        return given


class FindPersonForm(forms.Form):
    """Which person of the record a request is about."""

    person = PersonSought()

    def __init__(
        self, data: QueryDict | None = None, *, find: Find, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.find = find

    def clean_person(self) -> Person:
        return found(self.find, self.cleaned_data["person"])


class CorrectRequestForm(forms.Form):
    """How the request came, as it should have been written down."""

    needs_request = True
    fields: dict[str, Any]

    received_on = PastDayField(
        label="Day it was received",
        help_text="The answer is due by this day; it is worked out anew.",
    )
    kind = forms.TypedChoiceField(
        label="What they ask for", choices=Kind.choices, widget=forms.RadioSelect, coerce=Kind
    )
    channel = forms.TypedChoiceField(
        label="How it came", choices=Channel.choices, widget=forms.RadioSelect, coerce=Channel
    )
    requester_name = WordsField(label="Name of whoever asks", max_length=200)
    about_name = LongWordsField(label="Who they say they are", rows=3)
    because = LongWordsField(
        label="What went wrong when it was written down",
        help_text="What stood there before stays readable. Whom it is about and who asks are not corrected "
        "here: that is another request. After the answer nothing of this is corrected any more.",
        rows=3,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        names = ("received_on", "kind", "channel", "requester_name", "about_name")
        now = {name: getattr(request, name) for name in names}
        super().__init__(data, initial={**(initial or {}), **now})
        if not request.asked_by_somebody_else:
            del self.fields["requester_name"]
        if request.person_id is not None:
            del self.fields["about_name"]


class CorrectAddressForm(forms.Form):
    """Where to write to whoever asked, when what they gave was wrong or has changed since the answer."""

    needs_request = True
    fields: dict[str, Any]

    reply_email = email_they_gave()
    reply_address = address_they_gave()
    because = LongWordsField(
        label="How you know",
        help_text="Such as: the letter came back, and she rang on the number we know. Make sure that it is "
        "they who say so: what is sent there tells of them. What stood there before stays readable.",
        rows=3,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        now = {name: getattr(request, name) for name in ("reply_email", "reply_address")}
        super().__init__(data, initial={**(initial or {}), **now})
