"""What is typed when a case opens, closes, opens again, or changes hands."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.entries import offer_professionals
from cases.forms.fields import LongWordsField, WordsField
from cases.models import Case, CaseRole, Person, Professional, Service
from core.forms import DayField

NOT_PART = ("", "Not part of this case")


class CaseOpenForm(forms.Form):
    """A new case of one service: who belongs to it, and as what."""

    fields: dict[str, Any]

    service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    opened_on = DayField(label="Day it opens")
    summary = LongWordsField(
        label="What the work is about",
        help_text="A few sentences. The family may read it.",
        required=False,
    )
    worker = forms.ModelChoiceField(
        label="Who works on it",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Iterable[Person],
        services: Iterable[Service],
        workers: dict[Service, list[User]],
        on: date,
    ) -> None:
        super().__init__(data, initial={"opened_on": on})
        self.on = on
        self.roles = {f"role_{person.reference}": person for person in people}
        for number, (name, person) in enumerate(self.roles.items()):
            self.fields[name] = forms.ChoiceField(
                label=f"{person} in this case",
                choices=[("", "Choose what they are")] if number == 0 else [NOT_PART],
                required=number == 0,
                error_messages={"required": f"Choose what {person} is in this case."},
            )
            self.fields[name].choices += CaseRole.choices
        services = list(services)
        self.fields["service"].queryset = Service.objects.filter(pk__in=[s.pk for s in services])
        if len(services) == 1:
            self.fields["service"].initial = services[0]
        everybody = {one.pk for members in workers.values() for one in members}
        self.fields["worker"].queryset = User.objects.filter(pk__in=everybody)
        if len(everybody) == 1:
            self.fields["worker"].initial = everybody.pop()
        self.fields["worker"].choices = [
            ("", "Nobody yet"),
            *((str(s), [(one.pk, str(one)) for one in members]) for s, members in workers.items()),
        ]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("service", label_size=Size.SMALL),
            *(Field.text(name, label_size=Size.SMALL) for name in self.roles),
            Field("opened_on", context={"legend_size": "govuk-fieldset__legend--s"}),
            Field.text("summary", label_size=Size.SMALL),
            Field.text("worker", label_size=Size.SMALL),
        )

    def clean_opened_on(self) -> date:
        opened_on: date = self.cleaned_data["opened_on"]
        if opened_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        return opened_on

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        roles = {name: given.pop(name, "") for name in self.roles}
        given["people"] = [
            (person, CaseRole(roles[name])) for name, person in self.roles.items() if roles[name]
        ]
        return given


class SummaryForm(forms.Form):
    """What the work is about now."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    summary = LongWordsField(label="What the work is about", rows=4)
    reason = LongWordsField(
        label="Why it has changed", help_text="For example: she found a flat.", rows=2
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case) -> None:
        super().__init__(data, initial={"seen": case.summary, "summary": case.summary})

    def clean_seen(self) -> str:
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n").replace("\r", "\n")


class CloseForm(forms.Form):
    """How the work ended."""

    summary = LongWordsField(
        label="How the work ended",
        help_text="What was done and what came of it. The family may read it, and so may the next "
        "worker.",
        rows=8,
    )
    clients_view = LongWordsField(label="What the family thinks of it", rows=4, required=False)


class ReopenForm(forms.Form):
    """Why a case that was closed goes on."""

    reason = LongWordsField(label="Why the case is opened again", rows=4)


class VoidForm(forms.Form):
    """Why a case should not be there."""

    reason = LongWordsField(label="Why the case should not be there", rows=4)


class AllocateForm(forms.Form):
    """Who works on the case from today."""

    fields: dict[str, Any]

    worker = forms.ModelChoiceField(
        label="Who works on it from today",
        queryset=User.objects.none(),
        empty_label="Choose a worker",
    )

    def __init__(self, data: QueryDict | None = None, *, workers: Iterable[User]) -> None:
        super().__init__(data)
        self.fields["worker"].queryset = User.objects.filter(pk__in=[one.pk for one in workers])


class CasePersonForm(forms.Form):
    """Somebody who becomes part of a case, named by reference; `find` looks them up."""

    person = WordsField(
        label="Reference of the person",
        help_text="As their record shows it, like P-000123. Find or add the person first.",
        max_length=20,
    )
    role = forms.ChoiceField(
        label="What they are in this case", choices=CaseRole.choices, widget=forms.RadioSelect
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        find: Callable[[str], Person | None],
        initial: dict[str, str],
    ) -> None:
        super().__init__(data, initial=initial)
        self.find = find
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("person", label_size=Size.SMALL, field_width=Fixed.TEN),
            Field.radios("role", legend_size=Size.SMALL),
        )

    def clean_person(self) -> Person:
        person = self.find(self.cleaned_data["person"])
        if person is None:
            raise forms.ValidationError(
                "No person with this reference is known to you. Check it, or find them by name first."
            )
        return person


class CaseProfessionalForm(forms.Form):
    """Somebody of an agency who works with the family."""

    professional = forms.ModelChoiceField(
        label="Professional",
        queryset=Professional.objects.none(),
        empty_label="Choose a professional",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Iterable[Professional],
    ) -> None:
        super().__init__(data)
        named = {one.professional_id for one in case.case_professionals.all()}
        offer_professionals(
            self.fields["professional"], [one for one in professionals if one.pk not in named]
        )


class TakeOutOfCaseForm(forms.Form):
    """Who is no longer part of the case, since when and why."""

    fields: dict[str, Any]

    part = forms.ChoiceField(
        label="Who is no longer part of it", choices=(), widget=forms.RadioSelect
    )
    until = DayField(label="Their last day in the case")
    reason = WordsField(
        label="Why",
        help_text="For example: moved away; was added by mistake. What was written stays.",
        max_length=300,
    )

    def __init__(self, data: QueryDict | None = None, *, case: Case, on: date) -> None:
        super().__init__(data, initial={"until": on})
        self.parts = {
            one.person.reference: one for one in case.case_people.all() if one.left_on is None
        }
        self.fields["part"].choices = [(key, str(one)) for key, one in self.parts.items()]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("part", legend_size=Size.SMALL),
            Field("until", context={"legend_size": "govuk-fieldset__legend--s"}),
            Field.text("reason", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["part"] = self.parts.get(given.get("part", ""))
        return given
