"""Questions that several forms of the diary ask."""

from typing import Any

from crispy_forms_gds.layout import Field, Fixed, Size
from django import forms

from cases.forms.fields import WordsField
from cases.models import Person


def whole_number(label: str, *, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A whole number, typed on number keys."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "invalid": "Write it as a whole number.",
            "min_value": f"Write at least {least}.",
            "max_value": f"Write at most {most}.",
        },
        **options,
    )


def one_of(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    """One answer of a few, as radio buttons."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def radios(name: str, *, inline: bool = False) -> Field:
    return Field.radios(name, legend_size=Size.SMALL, inline=inline)


def ticks(name: str) -> Field:
    return Field.checkboxes(name, legend_size=Size.SMALL)


def words(name: str, width: Any = None) -> Field:
    return Field.text(name, label_size=Size.SMALL, field_width=width)


def number(name: str) -> Field:
    return words(name, Fixed.FOUR)


def clock_time(name: str) -> Field:
    return words(name, Fixed.FIVE)


def day(name: str) -> Field:
    return Field(name, context={"legend_size": "govuk-fieldset__legend--s"})


class ReferenceField(WordsField):
    """The reference of a person, looked up by `find`, which the form sets. Gives a Person."""

    find: Any = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        person: Person | None = self.find(typed)
        if person is None:
            raise forms.ValidationError(
                "No person with this reference is known to you. Check it, or find them by name first."
            )
        return person
