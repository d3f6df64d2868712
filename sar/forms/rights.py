"""What the other rights, complaints and mistakes ask."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import LongWordsField, TimeOfDayField, TokenField, WordsField
from cases.forms.restrictions import EntryField
from cases.models import Person, Service
from core.dates import plural
from core.forms import DayField
from sar.actions.breaches import NOT_YET
from sar.actions.erasure import NO_EXCEPTION, NO_GROUND
from sar.desk_permissions import any_in_charge
from sar.forms.fields import PastDayField, address_they_gave, email_they_gave
from sar.kinds import Channel
from sar.models import Complaint, ComplaintStep, ErasureItem, Rectification, RightsRequest
from sar.models.erasure import ErasureException, ErasureGround
from sar.pack.held import Item


class DecideRectificationForm(forms.Form):
    """What becomes of it."""

    outcome = forms.ChoiceField(
        label="What becomes of it",
        choices=[c for c in Rectification.Outcome.choices if c[0] != "waiting"],
        widget=forms.RadioSelect,
        help_text="Correct the entry on its own page first. An opinion is not corrected: what the person "
        "says stands beside it.",
    )
    words = LongWordsField(
        label="The person’s statement",
        help_text="It stands beside the entry wherever it shows. Leave it empty to use what they disputed.",
        rows=4,
        required=False,
    )
    because = LongWordsField(label="Why, as they are told", rows=3)


class SendToServiceForm(forms.Form):
    """Which entry is disputed, what is wrong, and who is in charge."""

    fields: dict[str, Any]

    entry = EntryField(
        label="Which entry",
        help_text="Its reference: N- a note, T- a contact, D- a decision, or F- a document.",
    )
    says = LongWordsField(label="What is wrong, in the person’s words", rows=3)
    for_user = forms.ModelChoiceField(
        label="The person in charge of the service",
        queryset=User.objects.none(),
        empty_label="Choose a manager",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["for_user"].queryset = any_in_charge()


class ErasureForm(forms.Form):
    """Erase it on a ground, or keep it under an exception."""

    fields: dict[str, Any]

    decision = forms.ChoiceField(
        label="What becomes of it", choices=ErasureItem.Decision.choices, widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(
        label="If it is erased: on which ground",
        choices=[("", "Choose"), *ErasureGround.choices],
        required=False,
    )
    exception = forms.ChoiceField(
        label="If it is kept: why",
        choices=[("", "Choose"), *ErasureException.choices],
        required=False,
    )
    passages = LongWordsField(
        label="If others share it: the passages that go",
        help_text="One a line, in the words of the item. Empty means all of it.",
        rows=3,
        required=False,
    )
    because = LongWordsField(label="Why", rows=3)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        decision = given.get("decision")
        if decision == ErasureItem.Decision.ERASE and given.get("ground") == "":
            self.add_error("ground", NO_GROUND)
        if decision == ErasureItem.Decision.KEEP and given.get("exception") == "":
            self.add_error("exception", NO_EXCEPTION)
        return given

    def clean_passages(self) -> list[str]:
        return [line for line in self.cleaned_data["passages"].split("\n") if line.strip()]


class TicksField(forms.MultipleChoiceField):
    """What was ticked of a list that may have changed since it was shown; the verb says what is not there."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return bool(value)


class DecideAlikeForm(forms.Form):
    """The same decision about every item that is ticked: on which ground, or why they are kept; and why."""

    fields: dict[str, Any]

    items = TicksField(
        label="Items", error_messages={"required": "Tick at least one item. Nothing was decided."}
    )
    ground = forms.ChoiceField(
        label="On which ground all of these are erased",
        choices=ErasureGround.choices,
        widget=forms.RadioSelect,
    )
    exception = forms.ChoiceField(
        label="Why all of these are kept",
        choices=ErasureException.choices,
        widget=forms.RadioSelect,
    )
    because = LongWordsField(
        label="Why",
        help_text="It has to be true of each of them: it stands beside each, and the person may read it.",
        rows=3,
    )

    def __init__(self, data: QueryDict | None, *, decision: str, every: Iterable[Item]) -> None:
        super().__init__(data)
        self._decision = decision
        self._every = {item.key: item for item in every}
        asked, other = ("ground", "exception")
        if decision != ErasureItem.Decision.ERASE:
            asked, other = other, asked
        del self.fields[other]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios(asked, legend_size=Size.SMALL),
            Field.text("because", label_size=Size.SMALL),
        )

    @property
    def ticked(self) -> set[str]:
        """What was ticked, also where it cannot be saved."""
        return set(self["items"].value() or ())

    def clean_items(self) -> list[Item]:
        keys = dict.fromkeys(self.cleaned_data["items"])
        if gone := sum(key not in self._every for key in keys):
            raise ValidationError(
                f"{plural(gone, 'item')} of what you ticked: not here any more. Nothing was decided. Look at what "
                "is left."
            )
        return [self._every[key] for key in keys]

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "decision": self._decision}


class ApproveAlikeForm(forms.Form):
    """Which decisions of somebody else are approved, by their numbers."""

    decisions = TicksField(
        label="Decisions",
        error_messages={"required": "Tick at least one item. Nothing was approved."},
    )

    @property
    def ticked(self) -> set[str]:
        """What was ticked, also where it cannot be approved."""
        return set(self["decisions"].value() or ())

    def clean_decisions(self) -> list[int]:
        typed = self.cleaned_data["decisions"]
        if not all(one.isdecimal() and len(one) < 19 for one in typed):
            raise ValidationError("Tick items of this list.")
        return [int(one) for one in typed]


class FindsPerson(forms.Form):
    """A person, named by their reference, where one is named."""

    fields: dict[str, Any]

    person = WordsField(
        label="Whom it is about",
        help_text="Their reference, such as P-000123, if they are in the record",
        max_length=20,
        required=False,
    )

    def __init__(
        self, data: QueryDict | None, *, find: Callable[[str], Person | None], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self._find = find

    def clean_person(self) -> Person | None:
        typed = self.cleaned_data["person"].strip()
        if not typed:
            return None
        found = self._find(typed)
        if found is None:
            raise ValidationError("Nobody with this reference is in the records you work with.")
        return found


class ComplaintForm(FindsPerson):
    """What somebody complains or is glad about."""

    token = TokenField()
    kind = forms.ChoiceField(
        label="What it is", choices=Complaint.Kind.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label="How it came", choices=Channel.choices)
    received_on = PastDayField(label="Day it came")
    from_name = WordsField(label="Who says it", max_length=200)
    reach_by = LongWordsField(label="A safe way to reach them", rows=2, required=False)
    reply_email = email_they_gave()
    reply_address = address_they_gave()
    words = LongWordsField(label="What they say, in their words", rows=5)
    service = forms.ModelChoiceField(
        label="Which service", queryset=Service.objects.order_by("name"), required=False
    )
    about_staff = forms.ModelChoiceField(
        label="About a member of staff",
        queryset=User.objects.filter(is_active=True).order_by("full_name"),
        required=False,
    )
    request = WordsField(
        label="About our answer to a request",
        help_text="The reference of the request, such as Q-000012, if it is about one",
        max_length=20,
        required=False,
    )
    field_order = (
        "token",
        "kind",
        "words",
        "request",
        "from_name",
        "reach_by",
        "reply_email",
        "reply_address",
        "person",
        "service",
        "about_staff",
        "channel",
        "received_on",
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        find: Callable[[str], Person | None],
        find_request: Callable[[str], RightsRequest | None],
        **options: Any,
    ) -> None:
        initial = {"token": uuid4(), **(options.pop("initial", None) or {})}
        super().__init__(data, find=find, initial=initial, **options)
        self._find_request = find_request

    def clean_request(self) -> RightsRequest | None:
        typed = self.cleaned_data["request"].strip()
        if not typed:
            return None
        found = self._find_request(typed)
        if found is None:
            raise ValidationError(
                "No request with this reference is known to you. Leave it empty and write it into their words: "
                "whoever works on complaints links it."
            )
        return found


class StepForm(forms.Form):
    """What happened to a complaint about a service, or to a compliment, meanwhile."""

    kind = forms.ChoiceField(
        label="What",
        choices=[
            one for one in ComplaintStep.Kind.choices if one[0] != ComplaintStep.Kind.REGULATOR
        ],
        widget=forms.RadioSelect,
    )
    words = LongWordsField(label="In words", rows=3)


class DataStepForm(StepForm):
    """What happened to a complaint about data: the regulator takes it up as well."""

    kind = forms.ChoiceField(
        label="What", choices=ComplaintStep.Kind.choices, widget=forms.RadioSelect
    )


def step_form(complaint: Complaint) -> type[StepForm]:
    """The form of what happened to `complaint`."""
    return DataStepForm if complaint.is_about_data else StepForm


class MistakeForm(FindsPerson):
    """A mistake with personal data, in two sentences."""

    token = TokenField()
    what = LongWordsField(
        label="What happened",
        help_text="A letter to the wrong address, a lost telephone, an e-mail that everybody could read. "
        "Two sentences are enough; nobody is blamed for reporting.",
        rows=4,
    )
    day = DayField(label="The day you noticed")
    hour = TimeOfDayField(label="The time you noticed")
    field_order = ("token", "what", "day", "hour", "person")

    def __init__(
        self, data: QueryDict | None, *, find: Callable[[str], Person | None], **options: Any
    ) -> None:
        initial = {"token": uuid4(), **(options.pop("initial", None) or {})}
        super().__init__(data, find=find, initial=initial, **options)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        day, hour = given.pop("day", None), given.pop("hour", None)
        person = given.pop("person", None)
        if day is not None and hour is not None:
            given["aware"] = timezone.make_aware(datetime.combine(day, hour))
            if given["aware"] > timezone.now():
                self.add_error("day", NOT_YET)
        return {**given, "people": [person] if person else []}
