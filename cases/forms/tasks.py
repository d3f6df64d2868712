"""What is typed to ask somebody to do something, to pass it on and to drop it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField
from cases.forms.people import day, short
from core.forms import DayField


class TaskForm(forms.Form):
    """Something to be done, by whom and by when."""

    fields: dict[str, Any]

    what = LongWordsField(
        label="What is to be done",
        help_text="If it is about somebody, they may read it.",
        rows=3,
        max_length=2000,
    )
    for_user = forms.ModelChoiceField(
        label="Who does it", queryset=User.objects.none(), empty_label=None
    )
    due_on = DayField(label="By when, if there is a day", required=False)

    def __init__(
        self, data: QueryDict | None = None, *, colleagues: Iterable[User], by: User, on: date
    ) -> None:
        super().__init__(data, initial={"for_user": by.pk})
        self.on = on
        offer(self.fields["for_user"], colleagues)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("what", label_size=Size.SMALL),
            short("for_user", Fluid.ONE_HALF),
            day("due_on"),
        )

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and due_on < self.on:
            raise forms.ValidationError("This day has passed. Write today or a day to come.")
        return due_on


class PassOnForm(forms.Form):
    """Who does it instead."""

    fields: dict[str, Any]

    to = forms.ModelChoiceField(
        label="Who does it now", queryset=User.objects.none(), empty_label="Choose a colleague"
    )

    def __init__(self, data: QueryDict | None = None, *, colleagues: Iterable[User]) -> None:
        super().__init__(data)
        offer(self.fields["to"], colleagues)


class DropForm(forms.Form):
    """Why nobody needs to do it."""

    because = LongWordsField(label="Why it is no longer needed", rows=3)


def offer(question: Any, people: Iterable[User]) -> None:
    """Offer `people` by name, in their order."""
    people = list(people)
    question.queryset = User.objects.filter(pk__in=[one.pk for one in people])
    first = [("", question.empty_label)] if question.empty_label else []
    question.choices = [*first, *((one.pk, str(one)) for one in people)]
