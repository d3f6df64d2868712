"""What is typed to take in a referral. `clean` gives the arguments of `cases.actions.referrals.take_in`."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div
from crispy_forms_gds.layout import Fieldset, Fixed, Fluid, Layout, Size
from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from cases.actions.referrals import NewPerson
from cases.births import birth_problem
from cases.forms.facts import UNKNOWN_PERSON
from cases.forms.fields import WordsField
from cases.forms.people import day, short
from cases.forms.referral_source import SourceForm
from cases.models import (
    Agency,
    BirthCertainty,
    CaseRole,
    Enquiry,
    Person,
    Professional,
    Service,
)
from core.forms import DayField

FIRST_ROWS = 2
MOST_ROWS = 12  # people of one referral; more are added to the case later
ROW = ("reference", "given_names", "family_name", "date_of_birth", "birth_certainty", "role")
TYPED = ("reference", "given_names", "family_name", "date_of_birth")


class ReferralForm(SourceForm):
    """A referral, with a row of questions for each person it is about; rows left empty do not count.

    `rows` travels hidden in the form: "Add another person" draws the page again with one more.
    """

    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    service = forms.ModelChoiceField(
        label="Which service is asked for",
        queryset=Service.objects.none(),
        empty_label="Choose a service",
    )
    field_order = ("rows", "service")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        services: Iterable[Service],
        agencies: Iterable[Agency],
        professionals: Iterable[Professional],
        find: Callable[[str], Person | None],
        on: date,
        more_rows: int = 0,
        person: str = "",
    ) -> None:
        initial = {"received_on": on, "rows": FIRST_ROWS, "reference_1": person}
        super().__init__(data, initial=initial)
        self.find, self.on = find, on
        self.count = min(self._rows_sent() + more_rows, MOST_ROWS)
        if data is not None:
            # So that the hidden box says how many rows this page has.
            typed = data.copy()
            typed["rows"] = str(self.count)
            self.data = typed
        open_ = [service.pk for service in services]
        self.fields["service"].queryset = Service.objects.filter(pk__in=open_)
        self.offer_sources(agencies, professionals)
        for number in self.numbers:
            self._add_row(number)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.questions())

    def begins_with(self, asked: Enquiry) -> None:
        """Begin with what is known from an enquiry."""
        self.initial = {
            **self.initial,
            "service": asked.service_id,
            "received_on": asked.asked_on,
            "how_received": asked.how_received,
            "reason": asked.question,
        }

    @property
    def numbers(self) -> range:
        """The numbers of the rows, as people count."""
        return range(1, self.count + 1)

    @property
    def can_grow(self) -> bool:
        return self.count < MOST_ROWS

    @property
    def next_row(self) -> int:
        return self.count + 1

    def as_typed(self) -> "ReferralForm":
        """The form with everything that was typed and without a word about mistakes."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        return self

    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        return [
            "rows",
            short("service"),
            *self.source_and_words(),
            *(self._row(number) for number in self.numbers),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        rows = [
            {name: given.pop(f"{name}_{number}", None) for name in ROW} for number in self.numbers
        ]
        given.pop("rows", None)
        self.check_source_and_day(given, asked_of=given.get("service"))
        given["people"] = [
            (person, CaseRole(role))
            for number, row in zip(self.numbers, rows, strict=True)
            if (person := self._person(number, row)) and (role := self._role(number, row))
        ]
        self._check_people(given["people"])
        return given

    def _rows_sent(self) -> int:
        if not self.is_bound:
            return FIRST_ROWS
        sent = str(self.data.get("rows", ""))
        return max(1, int(sent)) if sent.isdecimal() and len(sent) < 4 else FIRST_ROWS

    def _add_row(self, number: int) -> None:
        questions: dict[str, forms.Field] = {
            "reference": WordsField(
                label="Reference, if we know them already",
                help_text="For example, P-000123. Then leave the rest empty, but for the role.",
                max_length=20,
                required=False,
            ),
            "given_names": WordsField(label="Given names", max_length=150, required=False),
            "family_name": WordsField(label="Family name", max_length=150, required=False),
            "date_of_birth": DayField(
                label="Date of birth", help_text="For example, 27 3 1990", required=False
            ),
            "birth_certainty": forms.ChoiceField(
                label="The date of birth is",
                choices=BirthCertainty.choices,
                initial=BirthCertainty.KNOWN,
            ),
            "role": forms.ChoiceField(
                label="What they are in the family",
                choices=[("", "Choose what they are"), *CaseRole.choices],
                required=False,
            ),
        }
        for name, question in questions.items():
            self.fields[f"{name}_{number}"] = question

    def _row(self, number: int) -> Any:
        return Div(
            Fieldset(
                short(f"reference_{number}", Fixed.TEN),
                short(f"given_names_{number}"),
                short(f"family_name_{number}"),
                day(f"date_of_birth_{number}"),
                short(f"birth_certainty_{number}", Fluid.ONE_THIRD),
                short(f"role_{number}", Fluid.ONE_THIRD),
                legend=f"Person {number}",
                legend_size=Size.MEDIUM,
                legend_tag="h2",
            ),
            css_id=f"person-{number}",
        )

    def _person(self, number: int, row: dict[str, Any]) -> Person | NewPerson | None:
        """Whoever the row is about; None where it is empty or wrong, and then it says so."""
        if any(f"{name}_{number}" in self.errors for name in ROW):
            return None
        if not any(row[name] for name in TYPED):
            return None
        if row["reference"]:
            return self._by_reference(number, row)
        if not (row["given_names"] or row["family_name"]):
            self.add_error(f"given_names_{number}", f"Write a name for person {number}.")
            return None
        problem = birth_problem(row["date_of_birth"], row["birth_certainty"], on=self.on)
        if problem:
            self.add_error(f"date_of_birth_{number}", f"Person {number}: {problem}")
            return None
        return NewPerson(
            **{name: row[name] for name in TYPED[1:]}, birth_certainty=row["birth_certainty"]
        )

    def _by_reference(self, number: int, row: dict[str, Any]) -> Person | None:
        name = f"reference_{number}"
        if any(row[other] for other in TYPED[1:]):
            self.add_error(name, f"Person {number}: give the reference or the name, not both.")
            return None
        person = self.find(row["reference"])
        if person is None:
            self.add_error(name, f"Person {number}: {UNKNOWN_PERSON}")
        return person

    def _role(self, number: int, row: dict[str, Any]) -> str:
        if not row["role"]:
            self.add_error(f"role_{number}", f"Choose what person {number} is in the family.")
        return row["role"] or ""

    def _check_people(self, people: list[tuple[Person | NewPerson, CaseRole]]) -> None:
        known = [person for person, _ in people if isinstance(person, Person)]
        if len(set(known)) != len(known):
            self.add_error(None, "Somebody is named twice. Name each person once, with one role.")
        about_people = {f"{name}_{number}" for name in ROW for number in self.numbers}
        if not people and not about_people & self.errors.keys():
            self.add_error("given_names_1", "Name at least one person whom the referral is about.")
