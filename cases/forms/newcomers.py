"""What is typed of somebody whom the charity does not know yet, and how it reads before it is whole."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Fixed, Size
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.actions.referrals import NewPerson
from cases.alike import Described
from cases.forms.fields import LongWordsField, WordsField
from cases.forms.people import BasicsForm, short
from cases.normal import is_full_postcode, normal_contact
from core.forms import DayField

MOST_TYPED = 300  # characters of one box that are worth looking up


class NewPersonForm(BasicsForm):
    """Somebody new: who they are, and a number and address by which we may know them already."""

    phone = WordsField(
        label="Telephone number",
        help_text="No message is left on it until somebody writes down that this is safe.",
        max_length=254,
        required=False,
    )
    address = LongWordsField(
        label="Home address", help_text="Without the postcode.", rows=3, required=False
    )
    postcode = WordsField(label="Postcode", max_length=20, required=False)

    def questions(self) -> list[Any]:
        asked = super().questions()
        # After the name and the day: together they tell people apart.
        asked[6:6] = [
            short("phone", Fixed.TWENTY),
            Field.text("address", label_size=Size.SMALL),
            short("postcode", Fixed.TEN),
        ]
        return asked

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        phone, postcode = given.get("phone", ""), given.get("postcode", "")
        if phone and not normal_contact(phone):
            self.add_error(
                "phone",
                f"“{phone}” is not a telephone number. Write it with its area code, like "
                "01704 496 000.",
            )
        if postcode and not is_full_postcode(postcode):
            self.add_error("postcode", "Write a whole British postcode, like PR9 0ZZ.")
        if postcode and not given.get("address"):
            self.add_error("address", "Write the address as well, or leave the postcode out.")
        return given

    def described(self) -> list[tuple[str, Described]]:
        """The person whom a valid form describes, with no label: there is one alone."""
        given = self.cleaned_data
        names = ("given_names", "family_name", "preferred_name", "phone", "postcode")
        return [
            ("", Described(born=given["date_of_birth"], **{name: given[name] for name in names}))
        ]


def described_new(people: Iterable[tuple[Any, Any]]) -> list[tuple[str, Described]]:
    """Those of the people of a referral who are new, with the number of their row as the label."""
    return [
        (
            f"Person {number}",
            Described(
                given_names=person.given_names,
                family_name=person.family_name,
                born=person.date_of_birth,
            ),
        )
        for number, (person, _) in enumerate(people, 1)
        if isinstance(person, NewPerson)
    ]


def described_while_typing(typed: QueryDict) -> list[tuple[str, Described]]:
    """Whoever a form describes that is being typed: one person, or the rows of a referral.

    Whatever cannot be read yet is left out: nobody is told off in the middle of a word.
    """
    if "given_names" in typed:
        return [("", _typed(typed, ""))]
    rows = typed.get("rows", "")
    numbers = range(1, min(int(rows), 50) + 1) if rows.isdecimal() and len(rows) < 4 else ()
    return [
        (f"Person {number}", _typed(typed, f"_{number}"))
        for number in numbers
        if not typed.get(f"reference_{number}", "").strip()
    ]


def with_reference(typed: QueryDict, chosen: str) -> QueryDict:
    """A referral's form in which a row is filled with the reference of somebody known.

    `chosen` is "2 P-000123": the row and the reference. The names typed there are emptied.
    """
    number, _, reference = chosen.partition(" ")
    filled = typed.copy()
    if f"given_names_{number}" in filled:
        filled[f"reference_{number}"] = reference
        for name in ("given_names", "family_name"):
            filled[f"{name}_{number}"] = ""
        for part in range(3):
            filled[f"date_of_birth_{number}_{part}"] = ""
    return filled


def _typed(typed: QueryDict, suffix: str) -> Described:
    def words(name: str) -> str:
        return " ".join(typed.get(f"{name}{suffix}", "")[:MOST_TYPED].split())

    parts = [typed.get(f"date_of_birth{suffix}_{part}", "") for part in range(3)]
    return Described(
        given_names=words("given_names"),
        family_name=words("family_name"),
        preferred_name=words("preferred_name"),
        born=_day(parts),
        phone=words("phone"),
        postcode=words("postcode"),
    )


def _day(parts: list[str]) -> date | None:
    try:
        return DayField(required=False).clean(parts)
    except ValidationError:
        return None
