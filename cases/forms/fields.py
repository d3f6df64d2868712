"""Questions that several pages of the client record ask in the same way."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from cases.models import Person

CLOCK = re.compile(r"^(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?m?\.?$", re.IGNORECASE)
LONGEST = 50_000  # characters: some twenty typed pages


class WordsField(forms.CharField):
    """Words of any sort. Too many are refused and stay in the box; no browser cuts them off unseen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = (
                    "This is %(show_value)d characters long and may be %(limit_value)d. Shorten it."
                )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        # Browsers cut pasted words off at maxlength without a word about it.
        attrs.pop("maxlength", None)
        return attrs


class LongWordsField(WordsField):
    """Paragraphs, as typed; lines end as they do in the database."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        options.setdefault("max_length", LONGEST)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class TimeOfDayField(forms.CharField):
    """A time as people write it: 14:30, 2.30pm, 9am. Gives a `datetime.time`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 14:30 or 2:30pm")
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        typed = str(super().to_python(value))
        if not typed:
            return None
        match = CLOCK.match(typed)
        if match is None:
            raise self._unreadable()
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if match[2] is None and not half:
            # "14" alone may be an hour or a slip; "2pm" cannot be anything else.
            raise self._unreadable()
        if half and not 1 <= hour <= 12:
            raise self._unreadable()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        try:
            return time(hour, minute)
        except ValueError:
            raise self._unreadable() from None

    @staticmethod
    def _unreadable() -> ValidationError:
        return ValidationError("Write the time like 14:30 or 2:30pm.", code="invalid")


class TokenField(forms.CharField):
    """The number of one form on one screen; None if somebody has tampered with it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> Any:
        try:
            return UUID(str(value))
        except ValueError:
            return None


class PeopleField(forms.MultipleChoiceField):
    """Some of the people of a case, ticked. Gives a list of Person."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, people: Iterable[Person]) -> None:
        """Offer `people`; where there is one alone, they are ticked already."""
        self.people = {person.reference: person for person in people}
        self.choices = [(reference, str(person)) for reference, person in self.people.items()]
        if len(self.people) == 1:
            self.initial = list(self.people)

    def clean(self, value: Any) -> Any:
        return [self.people[reference] for reference in super().clean(value)]


class PersonField(forms.ChoiceField):
    """One of the people of a case. Gives a Person, or None where nobody of them is chosen."""

    def offer(self, people: Iterable[Person], *before: tuple[str, str], after: str = "") -> None:
        """Offer `people` after the answers `before`; `after` is the words for nobody of them."""
        self.people = {person.reference: person for person in people}
        offered = [(reference, str(person)) for reference, person in self.people.items()]
        self.choices = [*before, *offered, *([("nobody", after)] if after else [])]

    def clean(self, value: Any) -> Any:
        return self.people.get(super().clean(value))
