"""Questions that several forms of requests ask."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from cases.models import Person
from core.forms import DayField

Find = Callable[[str], Person | None]


class PastDayField(DayField):
    """A day that has come already."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(
                "This day has not come yet. Write today or an earlier day.", code="future"
            )
        return day


class PersonSought(WordsField):
    """The reference of a person, looked up by the form's `find`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Reference of the person")
        options.setdefault("help_text", "As their record shows it, like P-000123.")
        super().__init__(max_length=20, **options)


def found(find: Find, typed: str) -> Person:
    """The person of the typed reference, or the sentence that there is none."""
    person = find(typed)
    if person is None:
        raise forms.ValidationError(
            "No person with this reference is known to you. Check it, or find them by name first."
        )
    return person


def email_they_gave() -> forms.EmailField:
    """Where to answer whoever writes to us; an address of their record that is safe comes first."""
    return forms.EmailField(
        label="E-mail address they gave",
        help_text="Used only if their record has no address at which a message is safe.",
        required=False,
    )


def address_they_gave() -> LongWordsField:
    """Where to send an answer on paper; an address of their record comes first."""
    return LongWordsField(
        label="Postal address they gave",
        help_text="The postcode on the last line. Used only if their record has none.",
        rows=4,
        required=False,
    )


def what_to_warn_of() -> LongWordsField:
    """What whoever reads the copy is warned of before it comes (features.md N18)."""
    return LongWordsField(
        label="What they would like to be warned of",
        help_text=(
            "A few words, such as “overdose”: a line stands before each entry that has one of them in it, in "
            "whatever form."
        ),
        required=False,
        rows=2,
    )


def colleague(label: str, *, empty_label: str, required: bool = True) -> forms.ModelChoiceField:
    """A choice of colleagues; the form says which (`sar.permissions.who_may_be_asked`)."""
    return forms.ModelChoiceField(
        label=label,
        queryset=User.objects.none(),
        to_field_name="email",
        empty_label=empty_label,
        required=required,
        error_messages={
            "invalid_choice": "This colleague cannot be asked about this request. Choose somebody else."
        },
    )
