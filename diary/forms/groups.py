"""What is typed about groups, registers and people who drop in."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Fixed, Fluid, Layout
from django import forms
from django.http import QueryDict
from django.utils import timezone

from cases.forms.enquiries import EnquiryForm
from cases.forms.fields import LongWordsField, TokenField, WordsField
from cases.models import Contact, Enquiry, HowReceived, Person, Service
from core.forms import DayField
from diary.actions.groups import Line
from diary.forms.fields import ReferenceField, day, number, one_of, radios, whole_number, words
from diary.models import Appointment, DropIn

LATER = ("", "Not written down yet")
OUTCOMES = [
    (Contact.Outcome.ATTENDED, "Came"),
    (Contact.Outcome.DID_NOT_ATTEND, "Did not come"),
    (Contact.Outcome.CANCELLED_BY_THEM, "Had cancelled"),
    LATER,
]


class GroupForm(forms.Form):
    """A new group of a service."""

    fields: dict[str, Any]

    service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    name = WordsField(label="What it is called", max_length=100)
    about = LongWordsField(label="What it is for", rows=3, max_length=2000, required=False)
    drop_in = forms.BooleanField(
        label="People may come who have no case with us",
        help_text="They are counted, and named only if they wish.",
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, services: Iterable[Service]) -> None:
        services = list(services)
        super().__init__(data, initial={"service": services[0] if len(services) == 1 else None})
        self.fields["service"].queryset = Service.objects.filter(pk__in=[s.pk for s in services])
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            words("service"), words("name", Fluid.TWO_THIRDS), words("about"), "drop_in"
        )


class JoinForm(forms.Form):
    """Somebody who joins a group, named by reference."""

    fields: dict[str, Any]

    person = ReferenceField(
        label="Reference of the person",
        help_text="As their record shows it, like P-000123. They have an open case in the service.",
        max_length=20,
    )

    def __init__(
        self, data: QueryDict | None = None, *, find: Callable[[str], Person | None], person: str
    ) -> None:
        super().__init__(data, initial={"person": person})
        self.fields["person"].find = find
        self.helper = FormHelper(self)
        self.helper.layout = Layout(words("person", Fixed.TEN))


class RegisterForm(forms.Form):
    """Who came to a session: one line a person of whom nothing is written yet."""

    fields: dict[str, Any]

    token = TokenField()
    summary = LongWordsField(
        label="What was done",
        help_text="Stands in the record of everybody who came: name nobody here.",
        rows=5,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, people: Iterable[Person]) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.people = list(people)
        asked: list[Any] = ["token"]
        for person in self.people:
            came, about = self._names(person)
            self.fields[came] = one_of(str(person), OUTCOMES, required=False)
            self.fields[about] = WordsField(
                label=f"A word about {person}", max_length=1000, required=False
            )
            asked += [radios(came, inline=True), words(about, Fluid.TWO_THIRDS)]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*asked, words("summary"))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        lines = []
        for person in self.people:
            came, about = self._names(person)
            if given.get(came):
                lines.append(Line(person, given[came], given.get(about, "")))
            elif given.get(about):
                self.add_error(came, f"Say whether {person} came.")
        if not lines and not self.errors:
            self.add_error(None, "Say of at least one person whether they came.")
        return {"lines": lines, "summary": given.get("summary", ""), "token": given.get("token")}

    @staticmethod
    def _names(person: Person) -> tuple[str, str]:
        return f"came_{person.reference}", f"about_{person.reference}"


class DropInForm(forms.Form):
    """Somebody who came without a case."""

    fields: dict[str, Any]

    token = TokenField()
    service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    came_on = DayField(label="Day they came")
    adults = whole_number("Adults", least=0, most=99)
    children = whole_number("Children", least=0, most=99)
    name = WordsField(
        label="Name, if they gave one",
        help_text="Nobody has to say who they are.",
        max_length=150,
        required=False,
    )
    asked = LongWordsField(label="What they came for", rows=3, max_length=2000, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        services: Iterable[Service],
        session: Appointment | None,
        on: date,
    ) -> None:
        services = list(services)
        begins = {
            "token": uuid4(),
            "came_on": on,
            "adults": 1,
            "children": 0,
            "service": services[0] if len(services) == 1 else None,
        }
        super().__init__(data, initial=begins)
        self.on, self.session = on, session
        self.fields["service"].queryset = Service.objects.filter(pk__in=[s.pk for s in services])
        asked: list[Any] = ["token"]
        if session is None:
            asked += [words("service"), day("came_on")]
        else:
            del self.fields["service"], self.fields["came_on"]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *asked,
            number("adults"),
            number("children"),
            words("name", Fluid.TWO_THIRDS),
            words("asked"),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if self.session is not None:
            given |= {
                "service": self.session.service,
                "session": self.session,
                "came_on": timezone.localdate(self.session.starts),
            }
        elif given.get("came_on") and given["came_on"] > self.on:
            self.add_error("came_on", "This day has not come yet.")
        if given.get("adults") == 0 and given.get("children") == 0:
            self.add_error("adults", "Count at least one adult or child.")
        return given


class KnowForm(forms.Form):
    """Who it was that dropped in, named by reference."""

    fields: dict[str, Any]

    person = ReferenceField(
        label="Reference of the person",
        help_text="As their record shows it, like P-000123. Find or add the person first.",
        max_length=20,
    )

    def __init__(
        self, data: QueryDict | None = None, *, find: Callable[[str], Person | None]
    ) -> None:
        super().__init__(data)
        self.fields["person"].find = find
        self.helper = FormHelper(self)
        self.helper.layout = Layout(words("person", Fixed.TEN))


class DropInEnquiryForm(EnquiryForm):
    """What somebody who dropped in asked: what is known of them is filled in."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        drop_in: DropIn,
        services: Iterable[Service],
        find: Callable[[str], Person | None],
        on: date,
    ) -> None:
        super().__init__(data, services=services, find=find, on=on)
        self.initial = {
            **self.initial,
            "service": drop_in.service_id,
            "asked_on": drop_in.came_on,
            "how_received": HowReceived.IN_PERSON,
            "who": Enquiry.Who.FAMILY,
            "name": drop_in.name,
            "person": drop_in.person.reference if drop_in.person else "",
            "question": drop_in.asked,
        }
