"""Answers: each kind of answer in a column of its own kind, so that they can be counted."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from assessments.models.questionnaire import Question
from assessments.triggers import ANSWER_FITS, FINAL, NOTED
from cases.models import Case
from cases.models.base import Recorded
from core.dates import plain
from core.privacy import Delete, Pack, Retention, Section

type Given = str | Decimal | date | bool | list[str] | None

# Which column holds the answer to a question of which kind.
COLUMNS: dict[str, str] = {
    Question.Kind.TEXT: "text",
    Question.Kind.LONG: "text",
    Question.Kind.NUMBER: "number",
    Question.Kind.DAY: "day",
    Question.Kind.CHOICE: "choices",
    Question.Kind.SEVERAL: "choices",
    Question.Kind.YES_NO: "yes",
}

NOTHING: dict[str, object] = {"text": "", "number": None, "day": None, "yes": None, "choices": []}


def _only_its_own_column() -> Q:
    """Each kind fills its own column and no other. A column that may be empty is for taking back."""
    allowed = Q()
    for kind, column in COLUMNS.items():
        others = {name: nothing for name, nothing in NOTHING.items() if name != column}
        allowed |= Q(kind=kind, **others)
    return allowed


TYPED: tuple[models.BaseConstraint, ...] = (
    models.CheckConstraint(
        condition=_only_its_own_column(), name="%(class)s_fills_the_column_of_its_kind"
    ),
    models.CheckConstraint(
        condition=~Q(kind="choice") | Q(choices__len__lte=1) | Q(choices=[]),
        name="%(class)s_chooses_one_of_one",
    ),
)


class Answered(models.Model):
    """The answer to a question, in the words in which it was asked."""

    question = models.ForeignKey(to=Question, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=Question.Kind.choices)
    text = models.TextField("answer", blank=True)
    number = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    yes = models.BooleanField(null=True, blank=True)
    choices = ArrayField(models.TextField(), default=list, blank=True)

    class Meta:
        abstract = True
        constraints = TYPED
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, ANSWER_FITS]

    @property
    def given(self) -> Given:
        """The answer itself; None where it was taken back."""
        value = getattr(self, COLUMNS[self.kind])
        if value in ("", None) or value == []:
            return None
        return value[0] if self.kind == Question.Kind.CHOICE else value

    @property
    def text_in_words(self) -> str:
        """The answer as people read it, whatever its kind; "" where it was taken back."""
        return in_words(self.question, self.given)

    @property
    def category_in_words(self) -> str:
        return self.question.get_category_display()


def as_row(question: Question, given: Given) -> dict[str, object]:
    """The columns of an answer."""
    row: dict[str, object] = {"question": question, "kind": question.kind, **NOTHING}
    if given is not None:
        chosen = [given] if question.kind == Question.Kind.CHOICE else given
        row[COLUMNS[question.kind]] = chosen
    return row


def in_words(question: Question, given: Given) -> str:
    """An answer to `question` as people read it."""
    if given is None:
        return ""
    if isinstance(given, bool):
        return "Yes" if given else "No"
    if isinstance(given, date):
        return plain(given)
    if isinstance(given, Decimal):
        number = f"{given.normalize():f}"
        return f"{number}{'' if question.unit in {'', '%'} else ' '}{question.unit}"
    if question.kind in {Question.Kind.CHOICE, Question.Kind.SEVERAL}:
        words = {one.key: one.words for one in question.choices}
        chosen = {given} if isinstance(given, str) else set(given)
        return ", ".join(words[key] for key in words if key in chosen)
    return str(given)


class CaseAnswer(Answered, Recorded):
    """What a family answered to a question of their service. A new answer is a new row (S6)."""

    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="service_answers")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta:
        ordering = ("-recorded_at", "-pk")
        verbose_name = "answer to a question of the service"
        verbose_name_plural = "answers to questions of the service"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ANSWER_FITS]
        constraints = TYPED
        indexes = (models.Index(fields=["case", "-recorded_at"], name="case_answers"),)

    class Privacy:
        personal = frozenset({"case", "question"})
        special_category = frozenset({"text", "number", "day", "yes", "choices"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "kind"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.SERVICE_QUESTIONS,
            when="recorded_at",
            shows=(
                "case",
                "question",
                "text_in_words",
                "category_in_words",
                "recorded_at",
                "recorded_by",
            ),
            passages=("text_in_words",),
            left_out=dict.fromkeys(("text", "number", "day", "yes", "choices"), "printed in words"),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.question}"
