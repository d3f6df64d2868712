"""Opening one goal, and the goals of a case with their pictures (P8)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from assessments.models import Goal, GoalReview
from assessments.models.goal import HIGHEST_RATING
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case
from cases.permissions import cases_of
from cases.queries.purposes import for_task
from cases.restricted import usable
from core.charts import Chart, Scale, Series, line_chart

HOW_FAR = Scale(0, HIGHEST_RATING, "Not begun", "Reached")


@dataclass(frozen=True, slots=True)
class GoalToldOf:
    """A goal with its reviews, and how far they came as a picture."""

    goal: Goal
    reviews: list[GoalReview]
    chart: Chart

    @property
    def reviews_words(self) -> str:
        return f"Each time {self.goal.reference} was looked at"

    @property
    def review_button(self) -> str:
        return f"Look at {self.goal.reference} again"

    @property
    def end_button(self) -> str:
        return f"{self.goal.reference} has ended"


def open_goal(reference: str, *, look: Look, may: Callable[[User, Case], bool]) -> Goal:
    """Open the goal with `reference` to do something with it, and write that `look.by` did.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does not.
    """
    user: User = look.by
    goal = (
        _in_full(usable(Goal.objects.filter(case__in=cases_of(user)), by=user))
        .filter(reference=reference)
        .first()
    )
    if goal is None:
        unseen = Goal.objects.filter(reference=reference)
        raise NotYours(
            "No goal with this reference.",
            look=look,
            record=Goal,
            people=unseen.values_list("person_id", flat=True),
            values={"reference": reference},
        )
    look = for_task(look, [goal.case.service_id])
    if not may(user, goal.case):
        raise NotNow(
            "Your role reads this goal and does not change it.",
            look=look,
            record=goal,
            people=[goal.person_id],
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(Verb.GOAL_READ, goal, [goal.person_id])])
    return goal


def goals_of(case: Case) -> list[GoalToldOf]:
    """The goals of `case`, those that are open first. Behind the door: called after the case was opened."""
    found = _in_full(usable(Goal.objects.filter(case=case), by=None)).fetch_mode(models.FETCH_RAISE)
    goals = sorted(found, key=lambda one: one.status != "open")
    return [_told(goal) for goal in goals]


def _told(goal: Goal) -> GoalToldOf:
    reviews = list(goal.reviews.all())
    chart = line_chart(
        key=goal.reference.lower(),
        title=f"{goal.reference}: how far {goal.person} feels they are",
        labels=[one.reviewed_on for one in reviews],
        series=[Series("", [one.rating for one in reviews])],
        scale=HOW_FAR,
    )
    return GoalToldOf(goal, list(reversed(reviews)), chart)


def _in_full(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    reviews = GoalReview.objects.select_related("recorded_by").order_by("reviewed_on", "pk")
    return (
        goals.select_related("case__service", "person", "recorded_by", "ended_by")
        .prefetch_related("case__case_people__person", Prefetch("reviews", reviews))
        .order_by("-set_on", "-pk")
    )
