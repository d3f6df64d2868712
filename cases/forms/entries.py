"""What is asked of every entry. Each kind of entry adds its own questions.

Each form's `clean` gives the arguments of its verbs in `cases.actions.entries`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django import forms
from django.http import QueryDict
from django.utils import timezone

from cases.forms.fields import LongWordsField, TimeOfDayField, TokenField
from cases.models import Case, Person, Professional
from cases.moments import not_yet
from core.forms import DayField

# The questions with which every form begins.
FIRST = ("token", "reason")


class EntryForm(forms.Form):
    """What every entry is asked: when it happened. A form sent twice makes one entry."""

    noun = "entry"
    fields: dict[str, Any]
    field_order: Sequence[str] = ()

    token = TokenField()
    happened_on = DayField(label="Day it happened")
    happened_time = TimeOfDayField(label="Time")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.now = timezone.localtime(now)
        moment = timezone.localtime((initial or {}).get("happened_at", now))
        super().__init__(
            data,
            initial={
                "token": uuid4(),
                "happened_on": moment.date(),
                "happened_time": moment.strftime("%H:%M"),
                **(initial or {}),
            },
        )
        self.helper = FormHelper(self)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        day, at = given.pop("happened_on", None), given.pop("happened_time", None)
        if day is not None and at is not None:
            moment = timezone.make_aware(datetime.combine(day, at))
            given["happened_at"] = moment
            if sentence := not_yet(self.noun, moment, now=self.now):
                self.add_error("happened_on", sentence)
        return given

    def renew_token(self) -> None:
        """Make this another form, so that what stands in it can be saved as another entry."""
        typed = cast("QueryDict", self.data).copy()
        typed["token"] = str(uuid4())
        self.data = typed


class CaseEntryForm(EntryForm):
    """An entry of a case, or the correction of one."""

    reason = LongWordsField(
        label="Why it is corrected",
        help_text="For example: wrong date; the name of the school was another one.",
        max_length=2000,
        rows=2,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Callable[[], Iterable[Professional]],
        now: datetime,
        corrects: Any = None,
    ) -> None:
        """A form for an entry in `case`; one that `corrects` an entry begins with what that says."""
        super().__init__(data, now=now, initial=self.initial_of(corrects) if corrects else None)
        why = [Field.text("reason", label_size=Size.SMALL)]
        if corrects is None:
            del self.fields["reason"]
            why = []
        self.offer(case, professionals)
        self.helper.layout = Layout("token", *why, *self.questions())

    def offer(self, case: Case, professionals: Callable[[], Iterable[Professional]]) -> None:
        """Offer the people of `case`, and whoever else may be named."""

    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""
        raise NotImplementedError

    @staticmethod
    def initial_of(entry: Any) -> dict[str, Any]:
        """What the form of a correction begins with: the entry as it stands."""
        raise NotImplementedError


def when() -> tuple[Any, Any]:
    """The two questions of when something happened."""
    return (
        Field("happened_on", context={"legend_size": "govuk-fieldset__legend--s"}),
        Field.text("happened_time", label_size=Size.SMALL, field_width=Fixed.FIVE),
    )


def people_of_case(case: Case) -> list[Person]:
    """Everybody in `case`, in the order in which they came to it; whoever has left it, last."""
    parts = sorted(case.case_people.all(), key=lambda one: one.left_on is not None)
    return [one.person for one in parts]


def offer_professionals(
    question: Any, professionals: Iterable[Professional], *, first: Case | None = None
) -> None:
    """Offer `professionals` by agency; before them those who work with the family of `first`."""
    everybody = list(professionals)
    question.queryset = Professional.objects.select_related("agency")
    near = {one.professional_id for one in first.case_professionals.all()} if first else set()
    choices: list[Any] = [("", "Choose a professional")]
    if near:
        of_family = [(one.pk, str(one)) for one in everybody if one.pk in near]
        choices.append(("Working with this family", of_family))
    others = [one for one in everybody if one.pk not in near]
    for agency, members in groupby(others, key=lambda one: one.agency):
        choices.append((str(agency), [(one.pk, f"{one.name}, {one.role}") for one in members]))
    question.choices = choices
