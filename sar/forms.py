"""What is typed about a request. Forms check and never save; their questions are the verbs' own names."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from cases.models import Person
from core.forms import DayField
from sar.clock import Ground
from sar.exemptions import RULINGS, Exemption
from sar.kinds import (
    AnswerFormat,
    Channel,
    ExtensionGround,
    HowEstablished,
    Kind,
    Requester,
)
from sar.models import RightsRequest
from sar.pack.gather import Item

Find = Callable[[str], Person | None]
WHOLE_ITEM = "whole item"


class PastDayField(DayField):
    """A day that has come already."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(
                "This day has not come yet. Write today or an earlier day.", code="future"
            )
        return day


class PersonSought(WordsField):
    """The reference of a person, looked up by the form's `find`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Reference of the person")
        options.setdefault("help_text", "As their record shows it, like P-000123.")
        super().__init__(max_length=20, **options)


class RequestForm(forms.Form):
    """A request as it came: by any channel, from anybody, about somebody known or not."""

    kind = forms.ChoiceField(
        label="What they ask for",
        choices=Kind.choices,
        initial=Kind.ACCESS,
        widget=forms.RadioSelect,
        help_text="If they ask for several things, record each as a request of its own.",
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
    answer_format = forms.ChoiceField(
        label="How they would like the answer",
        choices=AnswerFormat.choices,
        initial=AnswerFormat.PDF,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, data: QueryDict | None = None, *, find: Find, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.find = find
        small = {"legend_size": "govuk-fieldset__legend--s"}
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("kind", legend_size=Size.SMALL),
            Field.text("person", label_size=Size.SMALL, field_width=Fixed.TEN),
            Field.text("about_name", label_size=Size.SMALL),
            Field.radios("requester", legend_size=Size.SMALL),
            Field.text("requester_name", label_size=Size.SMALL),
            Field.radios("channel", legend_size=Size.SMALL),
            Field("received_on", context=small),
            Field.text("asked", label_size=Size.SMALL),
            Field.text("reach_by", label_size=Size.SMALL),
            Field.radios("answer_format", legend_size=Size.SMALL),
        )

    def clean_person(self) -> Person | None:
        typed: str = self.cleaned_data["person"]
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


class NothingToSay(forms.Form):
    """A verb that is one button."""


class AskIdentityForm(forms.Form):
    """Why there is doubt about who they are, and when they were asked."""

    because = LongWordsField(
        label="Why there is reasonable doubt about who they are",
        help_text="Somebody whom a worker knows is never asked for papers.",
        rows=3,
    )
    asked_on = PastDayField(label="Day they were asked")


class SeenForm(forms.Form):
    """Who looked, and when."""

    fields: dict[str, Any]

    seen_by = forms.ModelChoiceField(
        label="By whom",
        queryset=User.objects.filter(is_active=True),
        to_field_name="email",
        empty_label="Choose a member of staff",
    )
    seen_on = PastDayField(label="When")


class SeeIdentityForm(SeenForm):
    """How it is known who asks."""

    how = forms.ChoiceField(
        label="How we know who they are",
        choices=HowEstablished.choices,
        widget=forms.RadioSelect,
    )
    what = WordsField(
        label="If evidence was seen: what it was",
        help_text="Such as “driving licence”. Keep no copy and no number of it.",
        max_length=300,
        required=False,
    )
    field_order = ("how", "what", "seen_by", "seen_on")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("how") == HowEstablished.EVIDENCE and not given.get("what"):
            self.add_error("what", "Say what was seen, such as “driving licence”.")
        return given


class AskAuthorityForm(forms.Form):
    """When whoever asks for somebody else was asked to show that they may."""

    asked_on = PastDayField(label="Day they were asked")
    because = LongWordsField(label="What they were asked for", required=False, rows=2)


class SeeAuthorityForm(SeenForm):
    """What showed that they may act for the person."""

    what = WordsField(
        label="What was seen",
        help_text="Such as “letter signed by her, 3 March 2026”. Keep no copy of papers of identity.",
        max_length=300,
    )
    field_order = ("what", "seen_by", "seen_on")


class AskClarificationForm(forms.Form):
    """What was asked back."""

    question = LongWordsField(
        label="What we asked",
        help_text="Only what is needed to find the information. The clock stands still meanwhile.",
        rows=3,
    )
    asked_on = PastDayField(label="Day we asked")


class AnswerClarificationForm(forms.Form):
    """What they answered."""

    answer = LongWordsField(label="What they answered", rows=3)
    answered_on = PastDayField(label="Day the answer came")


class ExtendForm(forms.Form):
    """Why the answer takes longer, and when the person was told."""

    ground = forms.TypedChoiceField(
        label="On which ground",
        choices=ExtensionGround.choices,
        widget=forms.RadioSelect,
        coerce=Ground,
    )
    reasons = LongWordsField(
        label="The reasons, as the person was told them",
        help_text="This can be done once. The notice has to reach the person within the first month.",
        rows=4,
    )
    notice_sent_on = PastDayField(label="Day the notice was sent")


class RefuseForm(forms.Form):
    """Why what was asked is not done."""

    reasons = LongWordsField(
        label="The reasons, as the person will be told them",
        help_text="The letter also names the complaint to us, to the regulator, and the court.",
        rows=5,
    )


class ReleaseForm(forms.Form):
    """That the pack was read, and its reference typed again, since a release cannot be taken back."""

    read = forms.BooleanField(
        label="I have read the pack from the first page to the last",
        error_messages={"required": "Read the whole pack first, then tick that you have."},
    )
    confirm = WordsField(label="Type the reference of the request to confirm", max_length=20)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        request: RightsRequest,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.request = request

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("confirm", "")
        if typed and typed.strip().upper() != self.request.reference:
            self.add_error("confirm", f"Type {self.request.reference} to confirm.")
        return {}


class WithholdForm(forms.Form):
    """Which passage of an item, or all of it, is withheld, and why."""

    fields: dict[str, Any]

    field = forms.ChoiceField(label="What is withheld", widget=forms.RadioSelect)
    quote = LongWordsField(
        label="The passage",
        help_text=(
            "Copy the words from the text above, exactly. Wherever they stand in that text, they are "
            "withheld."
        ),
        required=False,
        rows=3,
    )
    exemption = forms.TypedChoiceField(
        label="Why the law allows it",
        choices=Exemption.choices,
        widget=forms.RadioSelect,
        coerce=Exemption,
    )
    factors = LongWordsField(
        label="What you weighed", help_text="Whoever checks this later reads it.", rows=3
    )
    silent = forms.BooleanField(
        label="Do not tell the person that something is withheld here",
        help_text="Only where saying so would do the very harm that the exemption is about.",
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, item: Item, quote: str = "") -> None:
        """A form about `item`; `quote` is a passage that is proposed."""
        super().__init__(data, initial={"quote": quote})
        passages = [value for value in item.values if value.is_passage and value.text]
        self.fields["field"].choices = [
            *((value.field, f"A passage of “{value.label}”") for value in passages),
            (WHOLE_ITEM, "The whole item"),
        ]
        self.fields["field"].initial = passages[0].field if passages else WHOLE_ITEM
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("field", legend_size=Size.SMALL),
            Field.text("quote", label_size=Size.SMALL),
            Field.radios("exemption", legend_size=Size.SMALL),
            Field.text("factors", label_size=Size.SMALL),
            Field.checkbox("silent"),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the whole item is chosen; asked once the form is valid."""
        return "field" not in self.cleaned_data

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        silent = given.pop("silent", False)
        exemption = given.get("exemption")
        if silent and exemption and not RULINGS[exemption].may_be_silent:
            self.add_error("silent", "This exemption does not allow us to be silent.")
        given["told"] = not silent
        if given.get("field") == WHOLE_ITEM:
            if given.get("quote"):
                self.add_error("quote", "Leave this empty, or choose the text it stands in.")
            del given["field"]
            given.pop("quote", None)
        elif "field" in given and not given.get("quote"):
            self.add_error("quote", "Copy the passage from the text into this box.")
        return given


def found(find: Find, typed: str) -> Person:
    """The person of the typed reference, or the sentence that there is none."""
    person = find(typed)
    if person is None:
        raise forms.ValidationError(
            "No person with this reference is known to you. Check it, or find them by name first."
        )
    return person
