"""What a family answered to the questions of their service, now and before (S6)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models

from accounts.models import User
from assessments.models import CaseAnswer, Edition, Question, Questionnaire
from assessments.workflow import EditionStatus
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, Service
from cases.queries.cases import open_case
from cases.restricted import usable


@dataclass(slots=True)
class Asked:
    """One question with every answer it had in this case, the latest first.

    `question` is as it is asked now; as it was asked last, where it is asked no more.
    """

    question: Question
    answers: list[CaseAnswer] = field(default_factory=list)

    @property
    def latest(self) -> CaseAnswer | None:
        return self.answers[0] if self.answers else None

    @property
    def is_current(self) -> bool:
        """Whether the latest answer was given to the words that are asked now."""
        return self.latest is not None and asks_the_same(self.latest.question, self.question)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together, under their heading; "" where they have none."""

    title: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class ServiceAnswers:
    """The tab "About this service" of one case."""

    case: Case
    edition: Edition | None
    sections: tuple[Section, ...]
    not_asked_now: tuple[Asked, ...]

    @property
    def questions(self) -> list[Question]:
        return [one.question for section in self.sections for one in section.asked]


def open_service_answers(
    reference: str, *, look: Look, may: Callable[[User, Case], bool] | None = None
) -> ServiceAnswers:
    """Open the case with `reference` at what was answered about the service, and write that it was read.

    NotYours (404) and NotNow (403) as `cases.queries.cases.open_case`.
    """
    case = open_case(reference, look=look, may=may, verb=Verb.SERVICE_ANSWERS_READ)
    edition = edition_in_use(case.service)
    now = list(edition.questions.all()) if edition else []
    by_key = {question.key: Asked(question) for question in now}
    for answer in _answers(case):
        by_key.setdefault(answer.question.key, Asked(answer.question)).answers.append(answer)
    asked = [by_key[question.key] for question in now]
    keys = {question.key for question in now}
    return ServiceAnswers(
        case=case,
        edition=edition,
        sections=in_sections(asked),
        not_asked_now=tuple(one for key, one in by_key.items() if key not in keys),
    )


def in_sections(asked: list[Asked]) -> tuple[Section, ...]:
    """Questions in order, each run of one section together."""
    sections: list[tuple[str, list[Asked]]] = []
    for one in asked:
        if not sections or sections[-1][0] != one.question.section:
            sections.append((one.question.section, []))
        sections[-1][1].append(one)
    return tuple(Section(title, tuple(several)) for title, several in sections)


def edition_in_use(service: Service) -> Edition | None:
    """What the service asks about its cases now; None where it asks nothing of its own."""
    return (
        Edition.objects.filter(
            questionnaire__service=service,
            questionnaire__kind=Questionnaire.Kind.SERVICE,
            questionnaire__is_open=True,
            status=EditionStatus.IN_USE,
        )
        .select_related("questionnaire")
        .prefetch_related("questions")
        .first()
    )


def latest_answers(case: Case) -> dict[str, CaseAnswer]:
    """The latest answer to each question that was ever answered in `case`, by the question's key."""
    latest: dict[str, CaseAnswer] = {}
    for answer in _answers(case):
        latest.setdefault(answer.question.key, answer)
    return latest


def asks_the_same(one: Question, other: Question) -> bool:
    """Whether two editions ask this in the same words, so that an answer to one answers the other."""
    return one.pk == other.pk or all(
        getattr(one, name) == getattr(other, name)
        for name in ("key", "wording", "kind", "unit", "options", "low_words", "high_words")
    )


def _answers(case: Case) -> models.QuerySet[CaseAnswer]:
    return (
        usable(CaseAnswer.objects.filter(case=case), by=None)
        .select_related("question", "recorded_by")
        .order_by("-recorded_at", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )
