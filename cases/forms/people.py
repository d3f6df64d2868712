"""What is typed about a person. Each form's `clean` gives the arguments of its verb in
`cases.actions.people`.
"""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms

from cases.births import birth_problem
from cases.forms.fields import LongWordsField, WordsField
from cases.models import BirthCertainty
from core.forms import DayField

SMALL_LEGEND = {"legend_size": "govuk-fieldset__legend--s"}


def day(name: str) -> Field:
    """A day of three boxes under a small heading."""
    return Field(name, context=SMALL_LEGEND)


def short(name: str, width: str = Fluid.TWO_THIRDS) -> Field:
    return Field.text(name, label_size=Size.SMALL, field_width=width)


class BasicsForm(forms.Form):
    """Who somebody is: the details that everybody who works with them needs (features.md S1)."""

    given_names = WordsField(label="Given names", max_length=150, required=False)
    family_name = WordsField(
        label="Family name",
        help_text="Some people have one name alone: leave the other one empty.",
        max_length=150,
        required=False,
    )
    preferred_name = WordsField(label="Likes to be called", max_length=100, required=False)
    pronouns = WordsField(
        label="Pronouns",
        help_text="If they told us, for example: she/her",
        max_length=40,
        required=False,
    )
    date_of_birth = DayField(
        label="Date of birth",
        help_text="For example, 27 3 1990. Leave it empty if it is not known.",
        required=False,
    )
    birth_certainty = forms.ChoiceField(
        label="The date of birth is",
        choices=BirthCertainty.choices,
        widget=forms.RadioSelect,
        initial=BirthCertainty.KNOWN,
    )
    first_language = WordsField(label="First language", max_length=60, required=False)
    needs_interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    communication_needs = LongWordsField(
        label="Communication needs",
        help_text="What helps them to understand us and to be understood: large print, sign "
        "language, calls in the afternoon only.",
        rows=3,
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.questions())

    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        return [
            short("given_names"),
            short("family_name"),
            short("preferred_name", Fluid.ONE_HALF),
            short("pronouns", Fluid.ONE_QUARTER),
            day("date_of_birth"),
            Field.radios("birth_certainty", legend_size=Size.SMALL, inline=True),
            short("first_language", Fluid.ONE_HALF),
            "needs_interpreter",
            Field.text("communication_needs", label_size=Size.SMALL),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        check_name(self, given)
        check_birth(self, given, on=self.on)
        return given


class ChangeBasicsForm(BasicsForm):
    """The basic details as they stand, to be changed; `seen` is the version that was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name_change = forms.ChoiceField(
        label="If the name is another one now",
        choices=(
            ("new", "They have a new name: keep the old one as a former name"),
            ("wrong", "It was written wrongly: the old one was never theirs"),
        ),
        widget=forms.RadioSelect,
        required=False,
    )

    def questions(self) -> list[Any]:
        names, rest = super().questions()[:2], super().questions()[2:]
        return ["seen", *names, Field.radios("name_change", legend_size=Size.SMALL), *rest]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        change = given.pop("name_change", "")
        names = ("given_names", "family_name")
        differs = any(given.get(name) != self.initial.get(name) for name in names)
        if differs and not change and not self.errors:
            self.add_error("name_change", "Say whether the name is new or was written wrongly.")
        given["keeps_former_name"] = differs and change == "new"
        return given


class HouseholdForm(forms.Form):
    """The day on which a household is looked at."""

    on = DayField(label="Another day")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(day("on"))


def check_name(form: forms.Form, given: dict[str, Any]) -> None:
    """One name at least; the error stands at the given names."""
    if not {"given_names", "family_name"} & form.errors.keys() and not (
        given.get("given_names") or given.get("family_name")
    ):
        form.add_error("given_names", "Write a name: the given names, the family name, or both.")


def check_birth(form: forms.Form, given: dict[str, Any], *, on: date) -> None:
    """The date of birth and how sure it is fit together, and it can be."""
    if {"date_of_birth", "birth_certainty"} & form.errors.keys():
        return
    problem = birth_problem(given.get("date_of_birth"), given.get("birth_certainty", ""), on=on)
    if problem:
        form.add_error("date_of_birth", problem)
