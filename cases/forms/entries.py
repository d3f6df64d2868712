"""What is asked of every entry. Each kind of entry adds its own questions.

Each form's `clean` gives the arguments of its verbs in `cases.actions.entries`.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Layout, Size
from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from cases.forms.fields import LongWordsField, TimeOfDayField, TokenField
from cases.models import Case, Person, Professional
from cases.moments import not_yet
from cases.written import Sheet
from core.errors import Refused
from core.forms import DayField
from core.pages import refused

SHEET = ("sitting", "version", "step")
# The questions with which every form begins.
FIRST = ("token", *SHEET, "reason")


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
        self._retype(token=str(uuid4()), version="0")

    def _retype(self, **answers: str | list[str]) -> None:
        typed = cast("QueryDict", self.data).copy()
        for name, answer in answers.items():
            typed.setlist(name, [answer] if isinstance(answer, str) else answer)
        self.data = typed


@dataclass(frozen=True, slots=True)
class Begun:
    """What was typed into a form before: its number, the answers, and which version of a draft it is."""

    token: UUID
    typed: Mapping[str, list[str]]
    version: int


class CaseEntryForm(EntryForm):
    """An entry of a case, or the correction of one."""

    reason = LongWordsField(
        label="Why it is corrected",
        help_text="For example: wrong date; the name of the school was another one.",
        max_length=2000,
        rows=2,
    )

    # The page itself, and what of a draft it began with (cases.written.Sheet).
    sitting = TokenField()
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    step = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Callable[[], Iterable[Professional]],
        now: datetime,
        corrects: Any = None,
        begun: Begun | None = None,
    ) -> None:
        """A form for an entry in `case`; one that `corrects` an entry begins with what that says.

        One that was `begun` before begins with what was typed then.
        """
        super().__init__(data, now=now, initial=self.initial_of(corrects) if corrects else None)
        self.corrects = corrects
        why = [Field.text("reason", label_size=Size.SMALL)]
        if corrects is None:
            del self.fields["reason"]
            why = []
        self.offer(case, professionals)
        self._begin_with(sitting=uuid4(), version=0)
        if begun is not None:
            self._go_on_with(begun)
        self.helper.layout = Layout("token", "sitting", "version", "step", *why, *self.questions())

    def _begin_with(self, **answers: Any) -> None:
        for name, answer in answers.items():
            self.initial[name] = answer

    def _go_on_with(self, begun: Begun) -> None:
        typed = MultiValueDict(begun.typed)
        for name, question in self.fields.items():
            if not question.widget.is_hidden:
                self.initial[name] = question.widget.value_from_datadict(typed, {}, name)
        self._begin_with(token=begun.token, version=begun.version)

    @classmethod
    def answers_in(cls, data: QueryDict) -> dict[str, list[str]]:
        """What of the questions was answered, as it was typed and whether or not it can stand."""
        asked = tuple(name for name, one in cls.base_fields.items() if not one.widget.is_hidden)
        return {name: values for name, values in data.lists() if name.startswith(asked)}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        return {name: value for name, value in given.items() if name not in SHEET} | {
            "sheet": sheet_in(cast("QueryDict", self.data))
        }

    def refuse(self, refusal: Refused) -> None:
        """Say why it was not kept, and nothing of what else the form still lacks."""
        self.full_clean()
        self._errors = ErrorDict()
        refused(self, refusal)

    def take_version(self, version: int) -> None:
        """Make this page go on from `version` of the draft, whatever another window wrote."""
        self._retype(version=str(version))

    def offer(self, case: Case, professionals: Callable[[], Iterable[Professional]]) -> None:
        """Offer the people of `case`, and whoever else may be named."""

    @abstractmethod
    def questions(self) -> list[Any]:
        """The questions in the order in which they are asked."""

    @staticmethod
    @abstractmethod
    def initial_of(entry: Any) -> dict[str, Any]:
        """What the form of a correction begins with: the entry as it stands."""


def sheet_in(data: QueryDict) -> Sheet:
    """The page that `data` was typed into, as far as it can be read; our script counts its savings."""
    return Sheet(
        sitting=TokenField().to_python(data.get("sitting")) or uuid4(),
        version=_whole(data.get("version")),
        step=_whole(data.get("step")) or int(timezone.now().timestamp() * 1000),
    )


def _whole(typed: Any) -> int:
    """A number that the page carries; 0 if somebody has tampered with it."""
    return int(typed) if str(typed or "").isascii() and str(typed).isdigit() else 0


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
