"""A fact that was written wrongly, typed anew. Each form's `clean` gives the arguments of its verb in
`cases.actions.corrections` or `cases.actions.relationships`.
"""

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Fluid, Size
from django import forms

from accounts.models import User
from cases.forms.facts import (
    AddressForm,
    ContactPointForm,
    FactForm,
    NameForm,
    SensitiveDetailForm,
    both_ways,
)
from cases.forms.fields import LongWordsField, WordsField
from cases.forms.people import day, short
from cases.models import Person, Relationship, ResponsibilityBy
from cases.models.relationship import SEEN_FROM_OTHER_SIDE, Kinship
from core.forms import DayField

OPEN = "Leave it empty while it is still so."


class Correction(FactForm):
    """A fact with its last day, if it has one."""

    until = DayField(label="Until", required=False, help_text=OPEN)

    def questions(self) -> list[Any]:
        return [*super().questions(), day("until")]

    def clean_until(self) -> date | None:
        return self._come(self.cleaned_data["until"])


class AddressCorrection(Correction, AddressForm):
    """An address as it should have been written."""


class ContactPointCorrection(Correction, ContactPointForm):
    """A number or e-mail address as it should have been written, and how it may be used."""


class SensitiveDetailCorrection(Correction, SensitiveDetailForm):
    """What they told us, as it should have been written."""


class NameCorrection(NameForm):
    """Another name as it should have been written."""


class RelationshipCorrection(Correction):
    """How `person` and the other of `fact` are really related."""

    fields: dict[str, Any]

    how = forms.ChoiceField(choices=())
    since = DayField(label="Since", required=False, help_text="If it is known.")

    def __init__(self, *args: Any, person: Person, fact: Relationship, **options: Any) -> None:
        super().__init__(*args, **options)
        _, other = fact.seen_from(person)
        self.person, self.other = person, other
        self.fields["how"].label = f"{person} is … {other}"
        self.fields["how"].choices = both_ways()

    @staticmethod
    def initial_of(person: Person, fact: Relationship) -> dict[str, Any]:
        """What the form begins with: the relationship as it stands, read from `person`."""
        turned = person.pk != fact.person_id and Kinship(fact.kind) in SEEN_FROM_OTHER_SIDE
        how = f"{fact.kind}:other" if turned else fact.kind
        return {"how": how, "since": fact.since, "until": fact.until}

    def questions(self) -> list[Any]:
        return [short("how", Fluid.ONE_HALF), day("since"), day("until")]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        kind, _, turned = given.pop("how", "").partition(":")
        ends = (self.person, self.other)
        given["person"], given["other"] = ends[::-1] if turned else ends
        given["kind"] = kind
        return given


class ResponsibilityForm(FactForm):
    """Parental responsibility of one person for another: how, since when, and what somebody has seen."""

    fields: dict[str, Any]

    responsibility_by = forms.ChoiceField(
        label="How they came to have it",
        choices=ResponsibilityBy.choices,
        widget=forms.RadioSelect,
    )
    since = DayField(label="Since", required=False, help_text="If it is known.")
    until = DayField(
        label="Until",
        required=False,
        help_text="Only if it has ended: by adoption, or because a court took it away.",
    )
    evidence = WordsField(
        label="How we know",
        help_text="For example: birth certificate; sealed order. No copy is kept.",
        max_length=200,
    )
    seen_on = DayField(label="Seen on", required=False, help_text="If somebody of us has seen it.")
    seen_by = forms.ModelChoiceField(
        label="Seen by", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )

    def __init__(self, *args: Any, staff: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seen_by"].queryset = staff

    @staticmethod
    def initial_of(fact: Relationship) -> dict[str, Any]:
        """What the form begins with: what is recorded."""
        return {
            "responsibility_by": fact.responsibility_by,
            "since": fact.responsibility_since,
            "until": fact.responsibility_until,
            "evidence": fact.responsibility_evidence,
            "seen_on": fact.responsibility_seen_on,
            "seen_by": fact.responsibility_seen_by_id,
        }

    def questions(self) -> list[Any]:
        return [
            Field.radios("responsibility_by", legend_size=Size.SMALL),
            day("since"),
            day("until"),
            short("evidence"),
            day("seen_on"),
            short("seen_by", Fluid.ONE_HALF),
        ]

    def clean_until(self) -> date | None:
        return self._come(self.cleaned_data["until"])

    def clean_seen_on(self) -> date | None:
        return self._come(self.cleaned_data["seen_on"])

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if bool(given.get("seen_on")) != bool(given.get("seen_by")):
            missing = "seen_by" if given.get("seen_on") else "seen_on"
            self.add_error(missing, "Say on which day it was seen, and by whom: both, or neither.")
        return given


class TakeOutForm(FactForm):
    """Why a fact does not belong in the record."""

    reason = LongWordsField(
        label="Why it does not belong here",
        help_text="It is about somebody else, or stands here twice. What was so and is over is ended "
        "instead. The log keeps what it said.",
        rows=3,
        max_length=1000,
    )

    def questions(self) -> list[Any]:
        return [Field.text("reason", label_size=Size.SMALL)]
