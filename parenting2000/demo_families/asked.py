"""What the demo's charity asks by forms of its own, and what its families answered, set out and agreed."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from assessments.models import (
    Assessment,
    AssessmentAnswer,
    AssessmentPerson,
    CaseAnswer,
    Edition,
    Goal,
    GoalReview,
    Plan,
    PlanCopy,
    PlanPerson,
    PlanReview,
    PlanStep,
    Question,
    Questionnaire,
)
from assessments.models.answer import Given, as_row
from assessments.workflow import AssessmentStatus, EditionStatus, GoalStatus, PlanStatus
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.models import Service
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family, Told
from parenting2000.demo_families.files import told_questions

BEGINNING = 790  # days ago: when the charity began to ask


@transaction.atomic
def load_questionnaires(
    calendar: Calendar, *, services: dict[str, Service], by: User
) -> dict[str, Edition]:
    """Every set of questions, in use; the families' files name them by the keys of their file."""
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Questionnaire)
    return {
        key: _questionnaire(told, calendar, services=services, by=by)
        for key, told in told_questions().items()
    }


def _questionnaire(
    told: Told, calendar: Calendar, *, services: dict[str, Service], by: User
) -> Edition:
    words = {name: value for name, value in told.items() if name not in {"service", "questions"}}
    made = Questionnaire.objects.create(service=services.get(told.get("service", "")), **words)
    edition = Edition.objects.create(questionnaire=made, number=1)
    Question.objects.bulk_create(
        _question(edition, number, asked) for number, asked in enumerate(told["questions"], 1)
    )
    edition.status = EditionStatus.IN_USE
    edition.published_at = calendar.moment(BEGINNING, "11:00")
    edition.published_by = by
    edition.save()
    return edition


def _question(edition: Edition, number: int, told: Told) -> Question:
    words = {name: value for name, value in told.items() if name not in {"options", "scores"}}
    answers = told.get("options", [])
    scores = told.get("scores", [None] * len(answers))
    options = [
        {"key": f"a{place}", "words": answer, "score": score}
        for place, (answer, score) in enumerate(zip(answers, scores, strict=True), 1)
    ]
    return Question(edition=edition, key=f"q{number}", place=number, options=options, **words)


def load_asked(family: Family, editions: dict[str, Edition]) -> None:
    """What the family answered, what was measured, their goals and their plans."""
    _load_answers(family, editions)
    for told in family.all_told("assessments"):
        _load_assessment(family, told, editions[told["questions"]])
    goals = {told["key"]: _load_goal(family, told) for told in family.all_told("goals")}
    for told in family.all_told("plans"):
        _load_plan(family, told, goals)


def _load_answers(family: Family, editions: dict[str, Edition]) -> None:
    for told in family.all_told("service_answers"):
        case = family.cases[told["case"]]
        for question, given in _given(editions[told["questions"]], told["answers"]):
            CaseAnswer.objects.create(
                case=case,
                **as_row(question, given),
                **family.written(told, ago=told["ago"], at="15:10"),
            )


def _given(edition: Edition, answers: dict[str, Any]) -> list[tuple[Question, Given]]:
    """The questions of `edition` that `answers` names, each with what was answered."""
    return [
        (question, _value(answers[question.key]))
        for question in edition.questions.all()
        if question.key in answers
    ]


def _value(told: Any) -> Given:
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return Decimal(str(told)) if is_number else told


def _load_assessment(family: Family, told: Told, edition: Edition) -> None:
    calendar = family.calendar
    made = Assessment.objects.create(
        case=family.cases[told["case"]],
        edition=edition,
        moment=told["moment"],
        assessed_on=calendar.worked(told["ago"]),
        summary=calendar.prose(told.get("summary", "")),
        next_on=calendar.worked(told["next"]) if "next" in told else None,
        **family.written(told, ago=told["ago"], at="16:20"),
    )
    AssessmentPerson.objects.bulk_create(
        AssessmentPerson(assessment=made, person=family.people[key]) for key in told["people"]
    )
    AssessmentAnswer.objects.bulk_create(
        AssessmentAnswer(assessment=made, **as_row(question, given))
        for question, given in _given(edition, told["answers"])
    )
    if not told.get("is_draft", False):
        made.status = AssessmentStatus.FINAL
        made.finished_at = calendar.moment(told["ago"], "16:50")
        made.finished_by = family.charity.staff[told["by"]]
        made.save()


def _load_goal(family: Family, told: Told) -> Goal:
    calendar = family.calendar
    ended: Told = {}
    if "ended" in told:
        ended = {
            "status": GoalStatus(told["status"]),
            "ended_on": calendar.worked(told["ended"]),
            "ended_because": told.get("because", ""),
            "ended_by": family.charity.staff[told["by"]],
        }
    goal = Goal.objects.create(
        case=family.cases[told["case"]],
        person=family.people[told["person"]],
        words=told["words"],
        set_on=calendar.worked(told["ago"]),
        review_by=calendar.worked(told["review"]) if "review" in told else None,
        **ended,
        **family.written(told, ago=told["ago"], at="14:40"),
    )
    GoalReview.objects.bulk_create(
        GoalReview(
            goal=goal,
            reviewed_on=calendar.worked(review["ago"]),
            rating=review["rating"],
            words=review.get("words", ""),
            **family.written(told, ago=review["ago"], at="14:50"),
        )
        for review in told["reviews"]
    )
    return goal


def _load_plan(family: Family, told: Told, goals: dict[str, Goal]) -> None:
    calendar, staff = family.calendar, family.charity.staff
    plan = Plan.objects.create(
        case=family.cases[told["case"]],
        number=told["number"],
        they_decided=told["they_decided"],
        we_decided=told["we_decided"],
        review_on=calendar.worked(told["review"]),
        **family.written(told, ago=told["ago"], at="11:30"),
    )
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            place=place,
            words=step["words"],
            person=family.people.get(step.get("person", "")),
            worker=staff.get(step.get("worker", "")),
            by_when=calendar.worked(step["when"]) if "when" in step else None,
            goal=goals.get(step.get("goal", "")),
        )
        for place, step in enumerate(told["steps"], 1)
    )
    plan.status = PlanStatus.AGREED
    plan.agreed_on = calendar.worked(told["ago"])
    plan.agreed_how = told["agreed_how"]
    plan.witness = str(staff[told["by"]])
    plan.closed_by = staff[told["by"]]
    plan.save()
    PlanPerson.objects.bulk_create(
        PlanPerson(plan=plan, person=family.people[key]) for key in told["agreed_by"]
    )
    for copy in told.get("copies", ()):
        PlanCopy.objects.create(
            plan=plan,
            person=family.people[copy["person"]],
            how=copy["how"],
            given_on=calendar.worked(copy["ago"]),
            **family.written(told, ago=copy["ago"], at="11:50"),
        )
    for review in told.get("reviews", ()):
        PlanReview.objects.create(
            plan=plan,
            reviewed_on=calendar.worked(review["ago"]),
            words=review["words"],
            clients_view=review.get("clients_view", ""),
            **family.written(told, ago=review["ago"], at="15:20"),
        )
