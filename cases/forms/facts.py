"""What is typed about a person: names, addresses, numbers, sensitive details, relationships, and when
one of them ends. Each form's `clean` gives the arguments of its verb in `cases.actions.people`.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Fluid, Layout, Size
from django import forms

from cases.forms.fields import LongWordsField, PeopleField, WordsField
from cases.forms.people import day, short
from cases.models import (
    Address,
    ContactPoint,
    Kinship,
    Person,
    PersonName,
    ResponsibilityBy,
    SensitiveDetail,
)
from cases.models.person import AboutPerson
from cases.models.relationship import SEEN_FROM_OTHER_SIDE
from cases.normal import is_full_postcode
from core.dates import plain
from core.forms import DayField

UNKNOWN_PERSON = (
    "No person with this reference is known to you. Check it, or find them by name first."
)


class FactForm(forms.Form):
    """One fact about somebody; `on` is today."""

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.questions())

    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        return []

    def clean_since(self) -> date | None:
        since: date | None = self.cleaned_data["since"]
        return self._come(since)

    def _come(self, given: date | None) -> date | None:
        if given and given > self.on:
            raise forms.ValidationError(
                f"{plain(given)} has not come yet. Write it down once it is so."
            )
        return given


class NameForm(FactForm):
    """A former name, an alias, the name at birth."""

    kind = forms.ChoiceField(
        label="What kind of name", choices=PersonName.Kind.choices, widget=forms.RadioSelect
    )
    name = WordsField(
        label="Name",
        help_text="The whole name: they are found by it as well.",
        max_length=300,
    )
    since = DayField(label="Used since", required=False, help_text="If it is known.")
    until = DayField(label="Used until", required=False, help_text="If it is known.")

    def questions(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            short("name"),
            day("since"),
            day("until"),
        ]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "A name is not used until before it was first used.")
        return given


class AddressForm(FactForm):
    """Where somebody lives, or may safely be written to."""

    kind = forms.ChoiceField(
        label="What kind of address",
        choices=Address.Kind.choices,
        widget=forms.RadioSelect,
        initial=Address.Kind.HOME,
    )
    lines = LongWordsField(
        label="Address", help_text="Line by line, without the postcode.", rows=4, max_length=500
    )
    postcode = WordsField(
        label="Postcode",
        help_text="Leave it empty for an address abroad, or if it is not known.",
        max_length=20,
        required=False,
    )
    since = DayField(label="Lives there since", required=False, help_text="If it is known.")
    is_confidential = forms.BooleanField(
        label="Must not be given to anybody: a refuge, a new home after violence",
        help_text="The front desk does not see it then.",
        required=False,
    )

    def questions(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            Field.text("lines", label_size=Size.SMALL),
            short("postcode", Fixed.TEN),
            day("since"),
            "is_confidential",
        ]

    def clean_postcode(self) -> str:
        postcode: str = self.cleaned_data["postcode"]
        if postcode and not is_full_postcode(postcode):
            raise forms.ValidationError(
                "This is not a whole British postcode. Write it like PR9 0ZZ, or leave it empty."
            )
        return postcode


class NewAddressForm(AddressForm):
    """A new address, and who of the family moves there as well."""

    fields: dict[str, Any]

    also_for = PeopleField(
        label="Who else lives there",
        help_text="The address is written in their records as well. End their old ones there.",
        required=False,
    )

    def __init__(self, *args: Any, near: Iterable[Person], **options: Any) -> None:
        self.near = list(near)
        super().__init__(*args, **options)
        self.fields["also_for"].offer(self.near)
        self.fields["also_for"].initial = []

    def questions(self) -> list[Any]:
        others = [Field.checkboxes("also_for", legend_size=Size.SMALL)] if self.near else []
        return [*super().questions(), *others]


class ContactPointForm(FactForm):
    """A telephone number or an e-mail address."""

    kind = forms.ChoiceField(
        label="What it is", choices=ContactPoint.Kind.choices, widget=forms.RadioSelect
    )
    value = WordsField(
        label="Number or e-mail address",
        help_text="A number with its area code; one abroad begins with + and its country.",
        max_length=254,
    )
    safe_for_messages = forms.BooleanField(
        label="They told us that a message may be left here", required=False
    )
    notes = WordsField(
        label="When and how to use it",
        help_text="For example: after 4pm; say that you are from the library.",
        max_length=200,
        required=False,
    )

    def questions(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            short("value", Fluid.ONE_HALF),
            "safe_for_messages",
            short("notes"),
        ]


class SensitiveDetailForm(FactForm):
    """Something of a special category, never required, with the reason for asking (Art 9)."""

    kind = forms.ChoiceField(
        label="What it is about",
        choices=SensitiveDetail.Kind.choices,
        widget=forms.RadioSelect,
    )
    detail = LongWordsField(
        label="What they told us", help_text="In their own words.", rows=3, max_length=2000
    )
    reason = LongWordsField(
        label="Why we asked",
        help_text="What we need it for. If there is no need, do not write it down.",
        rows=2,
        max_length=1000,
    )

    def questions(self) -> list[Any]:
        return [
            Field.radios("kind", legend_size=Size.SMALL),
            Field.text("detail", label_size=Size.SMALL),
            Field.text("reason", label_size=Size.SMALL),
        ]


def both_ways() -> list[tuple[str, str]]:
    """Each kind of relationship, and where it reads differently from the other side, that as well."""
    choices = []
    for kind in Kinship:
        choices.append((kind.value, str(kind.label)))
        if kind in SEEN_FROM_OTHER_SIDE:
            choices.append((f"{kind.value}:other", SEEN_FROM_OTHER_SIDE[kind]))
    return choices


class RelationshipForm(FactForm):
    """How `person` and somebody else are related; `find` looks the other one up by reference."""

    fields: dict[str, Any]

    how = forms.ChoiceField(choices=())
    other = WordsField(label="Reference of the other person", max_length=20)
    since = DayField(label="Since", required=False, help_text="If it is known.")
    parental_responsibility = forms.BooleanField(
        label="The adult has parental responsibility for the child", required=False
    )
    responsibility_by = forms.ChoiceField(
        label="How they came to have it",
        choices=[("", "Choose how"), *ResponsibilityBy.choices],
        required=False,
    )
    responsibility_evidence = WordsField(
        label="How we know of parental responsibility",
        help_text="For example: birth certificate seen on 3 May 2026; court order of 2024.",
        max_length=200,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        near: Iterable[Person],
        find: Callable[[str], Person | None],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.person, self.find = person, find
        self.fields["how"].label = f"{person} is"
        self.fields["how"].choices = [("", "Choose what"), *both_ways()]
        nearby = ", ".join(f"{one} {one.reference}" for one in near)
        self.fields["other"].help_text = (
            f"As their record shows it. People in the same cases: {nearby}"
            if nearby
            else "As their record shows it, like P-000123. Find or add the person first."
        )

    def questions(self) -> list[Any]:
        return [
            short("how", Fluid.ONE_THIRD),
            short("other", Fixed.TEN),
            day("since"),
            "parental_responsibility",
            short("responsibility_by"),
            short("responsibility_evidence"),
        ]

    def clean_other(self) -> Person:
        other = self.find(self.cleaned_data["other"])
        if other is None:
            raise forms.ValidationError(UNKNOWN_PERSON)
        return other

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        kind, _, reversed_ = given.pop("how", "").partition(":")
        ends = (self.person, given.get("other"))
        given["person"], given["other"] = ends[::-1] if reversed_ else ends
        given["kind"] = kind
        if given.get("parental_responsibility") and not given.get("responsibility_evidence"):
            self.add_error("responsibility_evidence", "Say how we know: what somebody has seen.")
        return given


class EndForm(FactForm):
    """Which of several facts has ended, and when. Gives the fact under the name `noun`."""

    fields: dict[str, Any]

    which = forms.ChoiceField(choices=(), widget=forms.RadioSelect)
    until = DayField(label="Until which day")

    def __init__(
        self,
        *args: Any,
        noun: str,
        question: str,
        facts: Iterable[AboutPerson],
        words: Callable[[Any], str] = str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.noun = noun
        self.facts = {str(fact.pk): fact for fact in facts}
        choices = [(number, words(fact)) for number, fact in self.facts.items()]
        self.fields["which"].label = question
        self.fields["which"].choices = choices
        self.fields["until"].initial = self.on
        if len(choices) == 1:
            self.fields["which"].initial = choices[0][0]

    def questions(self) -> list[Any]:
        return [Field.radios("which", legend_size=Size.SMALL), day("until")]

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > self.on:
            raise forms.ValidationError(
                f"{plain(until)} has not come yet. Write the end down once it has come."
            )
        return until

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        fact = self.facts.get(given.pop("which", ""))
        given[self.noun] = fact
        until = given.get("until")
        if fact and fact.since and until and until < fact.since:
            self.add_error("until", f"It began on {plain(fact.since)}: it cannot end before that.")
        return given
