"""What the log is narrowed to."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.purposes import Purpose
from audit.queries import MISTAKEN, REFUSED, Asked
from audit.verbs import Action
from core.forms import DayField

KINDS = (
    ("", "Everything"),
    (Action.ACCESS.value, "Looks"),
    (Action.CREATE.value, "Something new"),
    (Action.UPDATE.value, "Changes"),
    (Action.DELETE.value, "Something that went"),
    (REFUSED, "Refused"),
    (MISTAKEN, "Said to be a mistake"),
)
REFERENCE = re.compile(r"^P?-?0*(\d{1,12})$", re.IGNORECASE)


class LogForm(forms.Form):
    """Who did what, to whom, why and when. What is left empty asks for everything."""

    who = forms.CharField(
        label="Who",
        help_text="Part of a name or e-mail address; or “system”",
        max_length=100,
        required=False,
    )
    people = forms.CharField(
        label="About whom",
        help_text="Reference, such as P-000123; several with spaces",
        max_length=200,
        required=False,
    )
    what = forms.CharField(
        label="What", help_text="Such as search, note or role", max_length=60, required=False
    )
    kind = forms.ChoiceField(label="Kind", choices=KINDS, required=False)
    purpose = forms.ChoiceField(
        label="Why",
        choices=[("", "For any purpose"), *((one.value, one.words) for one in Purpose)],
        required=False,
    )
    since = DayField(label="From", required=False, help_text="")
    until = DayField(label="Until", required=False, help_text="")

    def clean_people(self) -> tuple[int, ...]:
        numbers = []
        for word in self.cleaned_data["people"].replace(",", " ").split():
            match = REFERENCE.match(word)
            if match is None:
                raise ValidationError(f"“{word}” is no reference of a person, such as P-000123.")
            numbers.append(int(match[1]))
        return tuple(numbers)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first. Change one of them.")
        return given

    def asked(self) -> Asked | None:
        """What is asked for; None if something in the form cannot be understood."""
        return Asked(**self.cleaned_data) if self.is_valid() else None
