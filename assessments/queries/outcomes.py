"""Outcomes of a case: what was measured, as pictures, and the goals with their reviews (P8)."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from assessments.models import Assessment, Question, Questionnaire
from assessments.queries.assessments import of_kind, parts_of, to_begin
from assessments.workflow import AssessmentStatus
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, Person
from cases.queries.cases import open_case
from core.charts import Chart, Scale, Series, line_chart


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one person, every time it was taken: the latest first, and as pictures."""

    questionnaire: Questionnaire
    person: Person
    taken: list[Assessment]
    charts: list[Chart]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The tab "Outcomes and goals" of one case."""

    case: Case
    measured: list[Measured]
    drafts: list[Assessment]
    to_begin: list[Questionnaire]


def open_outcomes(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Case], bool] | None = None,
    verb: Verb = Verb.OUTCOMES_READ,
) -> Outcomes:
    """Open the case with `reference` at its outcomes, and write that they were read."""
    case = open_case(reference, look=look, may=may, verb=verb)
    found = list(of_kind(case, Questionnaire.Kind.OUTCOMES))
    return Outcomes(
        case=case,
        measured=_measured([one for one in found if one.status == AssessmentStatus.FINAL]),
        drafts=[one for one in found if one.status == AssessmentStatus.DRAFT],
        to_begin=to_begin(case.service, Questionnaire.Kind.OUTCOMES),
    )


def _measured(finals: list[Assessment]) -> list[Measured]:
    groups: dict[tuple[int, int], list[Assessment]] = {}
    for one in finals:
        for person in one.people.all():
            groups.setdefault((one.edition.questionnaire_id, person.pk), []).append(one)
    return [
        Measured(
            questionnaire=taken[0].questionnaire,
            person=next(person for person in taken[0].people.all() if person.pk == number),
            taken=taken,
            charts=_charts(taken, key=f"m{questionnaire}-{number}"),
        )
        for (questionnaire, number), taken in groups.items()
    ]


def _charts(taken: list[Assessment], *, key: str) -> list[Chart]:
    """A picture for each number that was asked, from the first time to the latest."""
    several = list(reversed(taken))
    given = [
        {a.question.key: a.given for part in parts_of(one) for a in part.answers} for one in several
    ]
    asked = [
        question
        for question in taken[0].edition.questions.all()
        if question.kind == Question.Kind.NUMBER
    ]
    return [
        line_chart(
            key=f"{key}-{question.key}",
            title=question.wording,
            labels=[one.assessed_on for one in several],
            series=[Series("", [_figure(one.get(question.key)) for one in given])],
            unit=question.unit,
            scale=Scale(
                lowest=_figure(question.lowest),
                highest=_figure(question.highest),
                low_words=question.low_words,
                high_words=question.high_words,
            ),
        )
        for question in asked
    ]


def _figure(number: object) -> float | None:
    return None if number is None else float(str(number))
