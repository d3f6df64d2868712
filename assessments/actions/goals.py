"""Goals: setting one with somebody, looking at it again, and how it ended (P8)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Goal, GoalReview
from assessments.models.goal import HIGHEST_RATING
from assessments.workflow import GOAL_MOVES, GoalMove, GoalStatus
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case, Person
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from core import workflow
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def set_goal(
    *,
    case: Case,
    person: Person,
    words: str,
    set_on: date,
    rating: int,
    review_by: date | None = None,
    token: UUID | None = None,
    by: User,
) -> Goal:
    """Write down what `person` wants to change, and how far they feel they are. One form makes one."""
    lock_open(case)
    if token and (before := Goal.objects.filter(token=token, case=case).first()):
        return before
    words = words.strip()
    if not words:
        raise Refused("Write what they want to change.")
    if not case.case_people.filter(person=person).exists():
        raise Refused(f"{person} is not part of {case.reference}: add them to the case first.")
    _check_day(set_on)
    _check_rating(rating)
    if review_by is not None and review_by <= set_on:
        raise Refused("It is looked at again after it is set. Check the two days.")
    _note(Verb.GOAL_SET, Action.CREATE, Goal, case=case, person=person, by=by)
    goal = Goal.objects.create(
        case=case,
        person=person,
        words=words,
        set_on=set_on,
        review_by=review_by,
        token=token,
        recorded_by=by,
    )
    GoalReview.objects.create(goal=goal, reviewed_on=set_on, rating=rating, recorded_by=by)
    return goal


@transaction.atomic
def review_goal(
    *,
    goal: Goal,
    reviewed_on: date,
    rating: int,
    words: str = "",
    review_by: date | None = None,
    by: User,
) -> GoalReview:
    """Write down how far they have come on a day, and when it is looked at again."""
    lock_open(goal.case)
    _check_day(reviewed_on)
    _check_rating(rating)
    if reviewed_on < goal.set_on:
        raise Refused(f"The goal was set on {plain(goal.set_on)}: it was not looked at before.")
    if review_by is not None and review_by <= reviewed_on:
        raise Refused("It is looked at again after this time. Check the two days.")
    now = Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
    same_day = now.reviews.filter(reviewed_on=reviewed_on).first()
    if same_day is not None:
        if (same_day.rating, same_day.words) == (rating, words.strip()):
            return same_day
        raise Refused(
            f"This goal was looked at on {plain(reviewed_on)} already. Choose another day, or write "
            "what is new in a note."
        )
    if now.status != GoalStatus.OPEN:
        raise Refused("This goal has ended. Set a new one.")
    _note(Verb.GOAL_REVIEWED, Action.UPDATE, goal, case=goal.case, person=goal.person, by=by)
    Goal.objects.filter(pk=goal.pk).update(review_by=review_by)
    return GoalReview.objects.create(
        goal=goal, reviewed_on=reviewed_on, rating=rating, words=words.strip(), recorded_by=by
    )


@transaction.atomic
def end_goal(*, goal: Goal, move: GoalMove, ended_on: date, because: str = "", by: User) -> Goal:
    """It was achieved, was not, or was given up: the last two say why."""
    lock_open(goal.case)
    because = because.strip()
    if move != GoalMove.ACHIEVE and not because:
        raise Refused("Say why it was not achieved or given up.")
    _check_day(ended_on)
    if ended_on < goal.set_on:
        raise Refused(f"The goal was set on {plain(goal.set_on)}: it cannot end before that.")
    _note(Verb.GOAL_ENDED, Action.UPDATE, goal, case=goal.case, person=goal.person, by=by)
    workflow.make(
        goal,
        GOAL_MOVES[move],
        ended_on=ended_on,
        ended_because=because,
        ended_by=by,
        review_by=None,
    )
    return goal


def _check_day(day: date) -> None:
    if day > timezone.localdate():
        raise Refused(f"{plain(day)} has not come yet. Write the day it was.")


def _check_rating(rating: int) -> None:
    if not 0 <= rating <= HIGHEST_RATING:
        raise Refused(f"Choose a number from 0 to {HIGHEST_RATING}.")


def _note(verb: Verb, action: Action, what: Any, *, case: Case, person: Person, by: User) -> None:
    record(
        verb,
        by=by,
        action=action,
        record=what,
        people=[person],
        purpose=task_of(by, [case.service_id]),
    )
