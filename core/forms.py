"""Questions that Django's forms have not: a day in three boxes, and errors in words that help."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from crispy_forms_gds.widgets import DateInputWidget
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField

from core.dates import MONTHS

PARTS = ("day", "month", "year")
FIRST_YEAR = 1900
LAST_YEAR = 2110  # the bank holidays of core.dates end here


class DayWidget(DateInputWidget):
    """Three boxes: day, month, year. Telephones show their number keys."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for box in self.widgets:
            box.attrs["inputmode"] = "numeric"


class LinesChoiceField(forms.ChoiceField):
    """One of several choices whose values have more than one line, such as a postal address.

    A browser sends the end of each line as two characters (HTML, “normalize newlines”).
    """

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def prepare_value(self, value: Any) -> Any:
        """So that what was chosen is still chosen where the form is shown again."""
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class DayField(forms.MultiValueField):
    """A calendar day, typed as day, month (a number or its name) and year. Gives a `datetime.date`.

    A half-filled day is an error also where the question may be left out, so that nothing typed is
    lost in silence. Whether the day may lie in the future is the form's business.
    """

    widget = DayWidget
    default_error_messages = {
        "incomplete": "Write the %(missing)s as well.",
        "no_such_day": "There is no such day in the calendar. Check the day and the month.",
        "no_number": "Write the day, the month and the year as numbers, like 27 3 2026.",
        "year": f"Write the year with four digits, from {FIRST_YEAR} to {LAST_YEAR}.",
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 27 3 2026")
        parts = tuple(forms.CharField(max_length=20, required=False) for _ in PARTS)
        super().__init__(fields=parts, require_all_fields=False, **options)

    def clean(self, value: Any) -> date | None:
        typed = [str(part or "").strip() for part in (value or ("", "", ""))]
        if not any(typed):
            if self.required:
                raise self._error("required")
            return None
        missing = [name for name, part in zip(PARTS, typed, strict=True) if not part]
        if missing:
            raise self._error("incomplete", missing=" and the ".join(missing))
        day = self.compress([typed[0], _month_number(typed[1]), typed[2]])
        self.run_validators(day)
        return day

    def compress(self, data_list: list[str]) -> date:
        try:
            day, month, year = (int(part) for part in data_list)
        except ValueError:
            raise self._error("no_number") from None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise self._error("year")
        try:
            return date(year, month, day)
        except ValueError:
            raise self._error("no_such_day") from None

    def _error(self, code: str, **params: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def errors_in_words(box: BoundField) -> Iterator[str]:
    """The errors of one question. Where nobody wrote better words, its label says what is missing."""
    for error in box.errors.as_data():
        for message in error.messages:
            yield _better_words(box, error) or message


def _better_words(box: BoundField, error: ValidationError) -> str:
    """A sentence for Django's own "required", "invalid choice", addresses and limits; "" for everything else."""
    question, asks = box.field, box.field.widget
    given = str(getattr(error, "message", ""))
    if given == str(EmailValidator.message):
        return f"Write “{box.label}” in full, like name@example.org."
    if better := _limits().get(given):
        return better.format(label=box.label, **(error.params or {}))
    if given not in _stock_words(question, error.code):
        return ""
    if error.code == "invalid_choice":
        return f"Choose one of the answers to “{box.label}”."
    if isinstance(question, DayField):
        return f"Write the day, month and year for “{box.label}”."
    if isinstance(asks, forms.CheckboxSelectMultiple):
        return f"Tick at least one answer to “{box.label}”."
    if isinstance(asks, forms.RadioSelect | forms.Select):
        return f"Choose an answer to “{box.label}”."
    if isinstance(asks, forms.CheckboxInput):
        return f"Tick “{box.label}” to go on."
    if isinstance(asks, forms.FileInput):
        return f"Choose a file for “{box.label}”."
    return f"Fill in “{box.label}”."


@cache
def _limits() -> dict[str, str]:
    """Django's own words for what is too much, too little or no number, and what is said instead."""
    whole, any_number = (
        str(kind.default_error_messages["invalid"])
        for kind in (forms.IntegerField, forms.DecimalField)
    )
    return {
        str(MinValueValidator.message): "Write at least {limit_value} for “{label}”.",
        str(MaxValueValidator.message): "Write at most {limit_value} for “{label}”.",
        whole: "Write “{label}” as a whole number, in figures.",
        any_number: "Write “{label}” as a number, in figures.",
    }


def _stock_words(question: forms.Field, code: str | None) -> set[str]:
    if code not in {"required", "invalid_choice"}:
        return set()
    stock = (vars(kind).get("default_error_messages", {}) for kind in type(question).__mro__)
    return {str(words[code]) for words in stock if code in words}


def _month_number(typed: str) -> str:
    """The month as a number where its name, or at least three letters of it, was typed."""
    short = typed.lower().rstrip(".")
    named = [number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(short)]
    return str(named[0]) if len(short) >= 3 and len(named) == 1 else typed
