"""What is typed into a contact and a decision."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from crispy_forms_gds.layout import Field, Fixed, Fluid, Size
from django import forms

from cases.forms.entries import FIRST, CaseEntryForm, people_of_case, when
from cases.forms.fields import LongWordsField, PeopleField, WordsField
from cases.forms.people import day
from cases.models import Case, Contact, Decision, Professional
from core.forms import DayField

MOST_MINUTES = 24 * 60


class ContactForm(CaseEntryForm):
    """A meeting, visit, call or message (features.md S2)."""

    noun = "contact"
    field_order: Sequence[str] = (
        *FIRST,
        "kind",
        "outcome",
        "happened_on",
        "happened_time",
        "minutes",
    )

    kind = forms.ChoiceField(
        label="What kind of contact", choices=Contact.Kind.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label="What became of it",
        choices=Contact.Outcome.choices,
        widget=forms.RadioSelect,
        initial=Contact.Outcome.ATTENDED,
    )
    minutes = forms.IntegerField(
        label="How long, in minutes",
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Write the minutes as a number, like 45.",
            "min_value": "Write at least 1 minute, or leave it empty.",
            "max_value": "A contact lasts at most a day. Check the minutes.",
        },
    )
    place = WordsField(label="Where", max_length=200, required=False)
    people = PeopleField(label="With whom", help_text="Also if they did not come.")
    others_present = WordsField(label="Who else was there", max_length=300, required=False)
    summary = LongWordsField(label="What was said and done", rows=8, required=False)
    next_step = LongWordsField(label="Next step", rows=2, max_length=2000, required=False)
    next_step_by = DayField(
        label="By when, if the next step is yours",
        help_text="With a day it becomes a task of yours. For example, 27 3 2026",
        required=False,
    )

    def offer(self, case: Case, professionals: Callable[[], Iterable[Professional]]) -> None:
        self.fields["happened_on"].label = "Day it took place, or should have"
        self.fields["people"].offer(people_of_case(case))
        if "reason" in self.fields:
            # A correction asks nobody to do anything.
            del self.fields["next_step_by"]

    def questions(self) -> list[Any]:
        by_when = ["next_step_by"] if "next_step_by" in self.fields else []
        return [
            Field.radios("kind", legend_size=Size.SMALL, inline=True),
            Field.radios("outcome", legend_size=Size.SMALL, inline=True),
            *when(),
            Field.text("minutes", label_size=Size.SMALL, field_width=Fixed.FOUR),
            Field.text("place", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("others_present", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.text("summary", label_size=Size.SMALL),
            Field.text("next_step", label_size=Size.SMALL),
            *(day(name) for name in by_when),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        took_place = given.get("outcome") == Contact.Outcome.ATTENDED
        if given.get("minutes") is not None and not took_place:
            self.add_error(
                "minutes", "It did not take place, so it took no time: leave the minutes empty."
            )
        if given.get("next_step_by") and not given.get("next_step"):
            self.add_error("next_step", "Say what the next step is, or leave out by when.")
        return given

    @staticmethod
    def initial_of(entry: Contact) -> dict[str, Any]:
        words = ("kind", "outcome", "happened_at", "minutes", "place", "others_present")
        return {
            **{name: getattr(entry, name) for name in (*words, "summary", "next_step")},
            "people": [one.reference for one in entry.people.all()],
        }


class DecisionForm(CaseEntryForm):
    """A decision, on what basis, and what the family thinks (features.md S12)."""

    noun = "decision"
    field_order: Sequence[str] = (
        *FIRST,
        "decision",
        "decided_by_whom",
        "happened_on",
        "happened_time",
    )

    decision = LongWordsField(label="What was decided", rows=4)
    decided_by_whom = WordsField(
        label="Who decided",
        help_text="A name, a meeting or a court.",
        max_length=200,
    )
    basis = LongWordsField(label="On what basis", help_text="What was known, and why.", rows=4)
    clients_view = LongWordsField(label="What the family thinks of it", rows=4, required=False)

    def questions(self) -> list[Any]:
        return [
            Field.text("decision", label_size=Size.SMALL),
            Field.text("decided_by_whom", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            *when(),
            Field.text("basis", label_size=Size.SMALL),
            Field.text("clients_view", label_size=Size.SMALL),
        ]

    @staticmethod
    def initial_of(entry: Decision) -> dict[str, Any]:
        words = ("decision", "decided_by_whom", "happened_at", "basis", "clients_view")
        return {name: getattr(entry, name) for name in words}
