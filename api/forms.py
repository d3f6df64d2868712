"""What is asked when somebody makes a token."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from api.scopes import Scope
from cases.forms.fields import WordsField
from cases.forms.people import day, short
from core.dates import plain
from core.forms import DayField


class TokenForm(forms.Form):
    """For which program, for what, and until when."""

    name = WordsField(
        label="For which program",
        help_text="So that you know it again: for example, the attendance spreadsheet.",
        max_length=100,
    )
    scopes = forms.MultipleChoiceField(
        label="What it may be used for",
        help_text="As little as the program needs. It never may do more than you may.",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    expires = DayField(label="Works until", help_text="")

    def __init__(self, data: QueryDict | None = None) -> None:
        today = timezone.localdate()
        self.last = today + timedelta(days=settings.API["longest_days"])
        usual = today + timedelta(days=min(90, settings.API["longest_days"]))
        super().__init__(data, initial={"expires": usual})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            short("name"),
            Field.checkboxes("scopes", legend_size=Size.SMALL),
            day("expires"),
        )

    def clean_expires(self) -> date:
        expires: date = self.cleaned_data["expires"]
        if not timezone.localdate() < expires <= self.last:
            raise forms.ValidationError(f"Choose a day from tomorrow to {plain(self.last)}.")
        return expires

    def clean(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
