"""Opening assessments: those of a case, one by itself, and several beside one another (P46)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from assessments.models import (
    Assessment,
    AssessmentAnswer,
    AssessmentPerson,
    Question,
    Questionnaire,
)
from assessments.models.answer import Given, in_words
from assessments.scores import Score, score_of, shown
from assessments.workflow import AssessmentStatus, EditionStatus
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, Service
from cases.permissions import cases_of, may_write
from cases.queries.cases import open_case
from cases.queries.purposes import for_task
from cases.restricted import usable
from core.references import ASSESSMENT, as_now

MOST_BESIDE = 4  # columns that a reader can compare


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of an assessment with its answer in words; "" where it was not answered."""

    question: Question
    given: Given

    @property
    def words(self) -> str:
        return in_words(self.question, self.given)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of an assessment: its answers, and what those that count come to."""

    title: str
    answers: tuple[Answer, ...]

    @property
    def score(self) -> Score:
        return score_of((one.question, one.given) for one in self.answers)


@dataclass(frozen=True, slots=True)
class AssessmentRecord:
    """An assessment, opened."""

    assessment: Assessment
    parts: tuple[Part, ...]
    correction: Assessment | None

    @property
    def questions(self) -> list[Question]:
        return [one.question for part in self.parts for one in part.answers]

    @property
    def known(self) -> dict[str, Given]:
        return {one.question.key: one.given for part in self.parts for one in part.answers}


@dataclass(frozen=True, slots=True)
class CaseAssessments:
    """The assessments of a case: drafts, final ones, and what may be begun."""

    case: Case
    drafts: list[Assessment]
    finals: list[Assessment]
    to_begin: list[Questionnaire]
    can_compare: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer beside others: `changed` says how it differs from the one before, "" if it does not."""

    words: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answer in each assessment."""

    section: str
    wording: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several assessments with the same questions about the same people, the earliest first."""

    questionnaire: Questionnaire
    about: str
    assessments: tuple[Assessment, ...]
    rows: tuple[Row, ...]
    scores: Row | None


def open_assessment(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Case], bool] | None = None,
    verb: Verb = Verb.ASSESSMENT_READ,
) -> AssessmentRecord:
    """Open the assessment with `reference`, and write that `look.by` did.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does not do
    with it what the page is for (`may`, of cases.permissions).
    """
    record, look = _gather(reference, look, may)
    one = record.assessment
    show(look, [Shown(verb, one, [person.pk for person in one.people.all()])])
    return record


def assessment_to_keep_for(reference: str, *, look: Look) -> AssessmentRecord:
    """The assessment into which something is being typed. Nothing of it is shown, so that keeping what was
    typed leaves no look; refused, and logged, as opening it is.
    """
    return _gather(reference, look, may_write)[0]


def _gather(
    reference: str, look: Look, may: Callable[[User, Case], bool] | None
) -> tuple[AssessmentRecord, Look]:
    user: User = look.by
    reference = as_now(ASSESSMENT, reference)
    found = in_full(usable(Assessment.objects.filter(case__in=cases_of(user)), by=user))
    assessment = found.filter(reference=reference).first()
    if assessment is None:
        unseen = AssessmentPerson.objects.filter(assessment__reference=reference)
        raise NotYours(
            "No assessment with this reference.",
            look=look,
            record=Assessment,
            people=unseen.values_list("person_id", flat=True),
            values={"reference": reference},
        )
    look = for_task(look, [assessment.case.service_id])
    people = [person.pk for person in assessment.people.all()]
    if may is not None and not may(user, assessment.case):
        raise NotNow(
            "Your role reads this assessment and does not change it.",
            look=look,
            record=assessment,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    record = AssessmentRecord(
        assessment=assessment,
        parts=parts_of(assessment),
        correction=getattr(assessment, "correction", None),
    )
    return record, look


def open_assessments(
    reference: str, *, look: Look, may: Callable[[User, Case], bool] | None = None
) -> CaseAssessments:
    """Open the case with `reference` at its assessments, and write that they were listed."""
    case = open_case(reference, look=look, may=may, verb=Verb.ASSESSMENTS_LISTED)
    found = list(of_kind(case, Questionnaire.Kind.ASSESSMENT))
    finals = [one for one in found if one.status == AssessmentStatus.FINAL]
    groups = _together(finals)
    return CaseAssessments(
        case=case,
        drafts=[one for one in found if one.status == AssessmentStatus.DRAFT],
        finals=finals,
        to_begin=to_begin(case.service, Questionnaire.Kind.ASSESSMENT),
        can_compare=any(len(several) > 1 for several in groups),
    )


def open_to_begin(
    reference: str, *, look: Look, may: Callable[[User, Case], bool]
) -> CaseAssessments:
    """Open the case with `reference` to assess somebody in it, with every set of questions asked there."""
    case = open_case(reference, look=look, may=may)
    kinds = (Questionnaire.Kind.ASSESSMENT, Questionnaire.Kind.OUTCOMES)
    offered = [one for kind in kinds for one in to_begin(case.service, kind)]
    return CaseAssessments(case, [], [], offered, can_compare=False)


def compare_assessments(reference: str, *, look: Look) -> tuple[Case, list[Comparison]]:
    """Open the case with `reference` at its assessments beside one another: the latest of each sort."""
    case = open_case(reference, look=look, verb=Verb.ASSESSMENTS_COMPARED)
    finals = [
        one
        for one in of_kind(case, Questionnaire.Kind.ASSESSMENT)
        if one.status == AssessmentStatus.FINAL
    ]
    groups = [several for several in _together(finals) if len(several) > 1]
    return case, [_compared(several[:MOST_BESIDE]) for several in groups]


def of_kind(case: Case, kind: str) -> QuerySet[Assessment]:
    """The assessments of `case` of one kind that were not corrected by another, the latest first."""
    found = usable(Assessment.objects.filter(case=case, edition__questionnaire__kind=kind), by=None)
    found = found.exclude(correction__status=AssessmentStatus.FINAL)
    return in_full(found).fetch_mode(models.FETCH_RAISE)


def to_begin(service: Service, kind: str) -> list[Questionnaire]:
    """The sets of questions that may be begun in a case of `service`."""
    asked = Questionnaire.objects.filter(
        Q(service=None) | Q(service=service),
        kind=kind,
        is_open=True,
        editions__status=EditionStatus.IN_USE,
    )
    return list(asked.distinct().order_by("name"))


def parts_of(assessment: Assessment) -> tuple[Part, ...]:
    """The answers by section, in the order in which they are asked."""
    given = {one.question_id: one.given for one in assessment.answers.all()}
    parts: list[tuple[str, list[Answer]]] = []
    for question in assessment.edition.questions.all():
        if not parts or parts[-1][0] != question.section:
            parts.append((question.section, []))
        parts[-1][1].append(Answer(question, given.get(question.pk)))
    return tuple(Part(title, tuple(answers)) for title, answers in parts)


def in_full(found: QuerySet[Assessment]) -> QuerySet[Assessment]:
    return (
        found.select_related(
            "case__service",
            "edition__questionnaire",
            "recorded_by",
            "finished_by",
            "corrects",
            "correction",
        )
        .prefetch_related(
            "people",
            "edition__questions",
            "case__case_people__person",
            Prefetch("answers", AssessmentAnswer.objects.select_related("question")),
        )
        .order_by("-assessed_on", "-pk")
    )


def _together(finals: Iterable[Assessment]) -> list[list[Assessment]]:
    """Those with the same set of questions about the same people, each group the latest first."""
    groups: dict[tuple[int, frozenset[int]], list[Assessment]] = {}
    for one in finals:
        about = frozenset(person.pk for person in one.people.all())
        groups.setdefault((one.edition.questionnaire_id, about), []).append(one)
    return list(groups.values())


def _compared(latest_first: list[Assessment]) -> Comparison:
    several = tuple(reversed(latest_first))
    answered = [
        {a.question.key: a for part in parts_of(one) for a in part.answers} for one in several
    ]
    # In the order of the newest edition; what only older ones asked comes after.
    asked: dict[str, Question] = {}
    for one in reversed(answered):
        for key, each in one.items():
            asked.setdefault(key, each.question)
    rows = [
        Row(question.section, question.wording, _cells([one.get(key) for one in answered]))
        for key, question in asked.items()
    ]
    scores = [one.score for one in several]
    return Comparison(
        questionnaire=several[-1].questionnaire,
        about=several[-1].people_in_words,
        assessments=several,
        rows=tuple(rows),
        scores=Row("", "Score", _score_cells(scores)) if scores[-1].reached is not None else None,
    )


def _cells(answers: list[Answer | None]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    before: Answer | None = None
    for place, answer in enumerate(answers):
        words = (answer.words or "Not answered") if answer else "Not asked"
        changed = ""
        if place and answer is not None and before is not None:
            changed = _change(before.given, answer.given)
        cells.append(Cell(words, changed))
        before = answer
    return tuple(cells)


def _score_cells(scores: list[Score]) -> tuple[Cell, ...]:
    befores = [None, *scores]
    return tuple(
        Cell(now.words, _change(before.reached, now.reached) if before else "")
        for before, now in zip(befores, scores, strict=False)
    )


def _change(before: Given, now: Given) -> str:
    """How an answer differs from the one before: by how much where both are numbers."""
    if before == now:
        return ""
    if isinstance(before, Decimal) and isinstance(now, Decimal):
        return f"{'Up' if now > before else 'Down'} {shown(abs(now - before))}"
    return "Changed"
