"""What is restricted, and which passages of an entry are held back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.actions.restrictions import ALERTS_STAY
from cases.forms.fields import LongWordsField
from cases.kinds import KINDS
from cases.models import Case, Person, Restriction

FIRST_LETTERS: dict[str, Any] = {
    "P": Person,
    "C": Case,
    "N": KINDS["note"].model,
    "T": KINDS["contact"].model,
    "D": KINDS["decision"].model,
    "F": KINDS["document"].model,
}


class RecordField(forms.CharField):
    """The reference of a person, a case or an entry; gives the record."""

    unknown = (
        "There is no such record. Write its reference, such as P-000123 for a person, C- for a case, N- for a "
        "note, T- for a contact, D- for a decision or F- for a document."
    )

    def to_python(self, value: Any) -> Any:
        typed = str(super().to_python(value)).strip().upper()
        if not typed:
            return None
        model = FIRST_LETTERS.get(typed[0])
        found = model._base_manager.filter(reference=typed).first() if model else None
        if found is None:
            raise ValidationError(self.unknown)
        return found


class EntryField(RecordField):
    """The reference of an entry; gives the entry. Of a person or a case it says where those are corrected."""

    unknown = (
        "There is no such entry. Write its reference, such as N-000123 for a note, T- for a contact, D- for a "
        "decision or F- for a document."
    )

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if isinstance(found, Person | Case):
            raise ValidationError(
                "The details of a person or a case are corrected on their own page. Name a note, a contact, a "
                "decision or a document here."
            )
        return found


class RestrictForm(forms.Form):
    """What is restricted, on which ground and why."""

    of = RecordField(
        label="What is restricted",
        help_text="Its reference: P- a whole record, C- a case, N- a note, T- a contact, D- a decision, "
        "F- a document.",
    )
    ground = forms.ChoiceField(
        label="On which ground", choices=Restriction.Ground.choices, widget=forms.RadioSelect
    )
    because = LongWordsField(label="Why", rows=3)
    alerts_stay = forms.BooleanField(
        label="For a person: I have looked at their alerts and court orders. They stay visible, because "
        "they protect other people.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if isinstance(given.get("of"), Person) and not given.get("alerts_stay"):
            self.add_error("alerts_stay", ALERTS_STAY)
        return given


class HoldForm(forms.Form):
    """The passages about the restricted person, one a line."""

    fields: dict[str, Any]

    passages = LongWordsField(
        label="Passages about the restricted person",
        help_text="One a line, in the words of the entry. They are held back wherever they stand in it. "
        "Leave it empty if nothing is about them.",
        rows=6,
        required=False,
    )

    def clean_passages(self) -> list[str]:
        return [line for line in self.cleaned_data["passages"].split("\n") if line.strip()]
