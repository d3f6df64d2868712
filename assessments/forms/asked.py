"""Questions that the charity has defined, as boxes on a page."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fieldset, Fixed, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from assessments.models import Question
from assessments.models.answer import Given
from cases.forms.fields import LongWordsField, WordsField
from core.forms import DayField

NO_ANSWER = ("", "No answer")
PROTECTED = {
    Question.Category.SPECIAL: "Special category information, which the law protects more.",
    Question.Category.OFFENCE: "Information about offences, which the law protects more.",
    Question.Category.THIRD_PARTY: "This may be about somebody else.",
}


class AskedForm(forms.Form):
    """A form that asks `questions`, opened with what is `known` by their keys.

    `clean` gives `answers`: what was answered to each question, None where nothing was.
    """

    fields: dict[str, Any]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        questions: Iterable[Question],
        known: Mapping[str, Given],
        all_required: bool = True,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.questions = list(questions)
        answered = {key: _typed(given) for key, given in known.items() if given is not None}
        super().__init__(data, initial={**(initial or {}), **answered})
        self.own = list(self.fields)
        for question in self.questions:
            self.fields[question.key] = FIELDS[question.kind](question)
            self.fields[question.key].required = question.is_required and all_required
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.first(), *self._sections(), *self.last())

    def first(self) -> list[Any]:
        """What is asked before the questions."""
        return []

    def last(self) -> list[Any]:
        """What is asked after the questions."""
        return []

    def _sections(self) -> list[Any]:
        laid: list[Any] = []
        for title, questions in groupby(self.questions, key=lambda one: one.section):
            boxes = [_layout(question) for question in questions]
            laid += [Fieldset(*boxes, legend=title, legend_size=Size.MEDIUM)] if title else boxes
        return laid

    def clean(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in self.own}
        given["answers"] = {
            question: _given(self.cleaned_data.get(question.key)) for question in self.questions
        }
        return given


def _typed(given: Given) -> Any:
    """An answer as its box holds it."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return f"{given.normalize():f}" if isinstance(given, Decimal) else given


def _given(value: Any) -> Given:
    if value in ("", None) or value == []:
        return None
    return value.strip() or None if isinstance(value, str) else value


def _words(question: Question) -> dict[str, Any]:
    protected = PROTECTED.get(Question.Category(question.category), "")
    why = f"Why we ask: {question.reason}" if question.reason else ""
    help_text = " ".join(filter(None, (question.help_text, _limits(question), protected, why)))
    return {"label": question.wording, "help_text": help_text}


def _limits(question: Question) -> str:
    """What a number may be, in words."""
    if question.kind != Question.Kind.NUMBER or question.is_scale:
        return ""
    low, high = (
        f"{n.normalize():f}" if n is not None else "" for n in (question.lowest, question.highest)
    )
    unit = f" {question.unit}" if question.unit else ""
    if low and high:
        return f"From {low} to {high}{unit}."
    if low or high:
        return f"{low or high}{unit} or {'more' if low else 'less'}."
    return f"In {question.unit}." if question.unit else ""


def _number(question: Question) -> forms.Field:
    if question.is_scale:
        return _scale(question)
    low, high = question.lowest, question.highest
    return forms.DecimalField(
        min_value=low,
        max_value=high,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": f"Write a number for “{question.wording}”, like 4 or 2.5.",
            "min_value": f"“{question.wording}” is at least %(limit_value)s. Check the number.",
            "max_value": f"“{question.wording}” is at most %(limit_value)s. Check the number.",
            "max_decimal_places": "Write at most two digits after the point.",
            "max_digits": "That number is too long. Check it.",
            "max_whole_digits": "That number is too long. Check it.",
        },
        **_words(question),
    )


def _scale(question: Question) -> forms.Field:
    low, high = int(question.lowest or 0), int(question.highest or 0)
    ends = {low: question.low_words, high: question.high_words}
    steps = [
        (str(step), f"{step}: {ends[step]}" if ends.get(step) else str(step))
        for step in range(low, high + 1)
    ]
    return _one_of(question, steps, Decimal)


def _one_of(
    question: Question, answers: list[tuple[str, str]], coerce: Callable[[str], Any]
) -> forms.Field:
    offered = answers if question.is_required else [*answers, NO_ANSWER]
    return forms.TypedChoiceField(
        choices=offered,
        coerce=coerce,
        empty_value=None,
        widget=forms.RadioSelect,
        **_words(question),
    )


def _options(question: Question) -> list[tuple[str, str]]:
    return [(one.key, one.words) for one in question.choices]


FIELDS: dict[str, Callable[[Question], forms.Field]] = {
    Question.Kind.TEXT: lambda q: WordsField(max_length=300, **_words(q)),
    Question.Kind.LONG: lambda q: LongWordsField(rows=4, **_words(q)),
    Question.Kind.NUMBER: _number,
    Question.Kind.DAY: lambda q: DayField(**_words(q)),
    Question.Kind.CHOICE: lambda q: _one_of(q, _options(q), str),
    Question.Kind.SEVERAL: lambda q: forms.MultipleChoiceField(
        choices=_options(q), widget=forms.CheckboxSelectMultiple, **_words(q)
    ),
    Question.Kind.YES_NO: lambda q: _one_of(
        q, [("yes", "Yes"), ("no", "No")], lambda answer: answer == "yes"
    ),
}


def _layout(question: Question) -> Any:
    if question.kind == Question.Kind.SEVERAL:
        return Field.checkboxes(question.key, legend_size=Size.SMALL, small=True)
    if question.kind == Question.Kind.DAY:
        return Field(question.key, context={"legend_size": "govuk-fieldset__legend--s"})
    if question.kind == Question.Kind.NUMBER and not question.is_scale:
        return Field.text(question.key, label_size=Size.SMALL, field_width=Fixed.FIVE)
    if question.kind == Question.Kind.TEXT:
        return Field.text(question.key, label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS)
    if question.kind == Question.Kind.LONG:
        return Field.text(question.key, label_size=Size.SMALL)
    return Field.radios(question.key, legend_size=Size.SMALL, inline=not question.choices)
