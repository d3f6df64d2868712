"""The tab "Outcomes and goals", and the pages on which a goal is set, looked at again and ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from assessments.actions import goals as verbs
from assessments.forms.goals import GoalEndForm, GoalForm, GoalReviewForm
from assessments.models import Goal
from assessments.permissions import can_move_goal
from assessments.queries.goals import goals_of, open_goal
from assessments.queries.outcomes import open_outcomes
from assessments.views.pages import begins, form_page
from audit.looks import look_of
from cases import permissions
from cases.queries.cases import open_case
from cases.views.tabs import case_tabs
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def outcomes(request: HttpRequest, reference: str) -> HttpResponse:
    """What was measured, as pictures with tables behind them, and the goals with theirs."""
    told = open_outcomes(reference, look=look_of(request))
    begin = reverse("assessments:assessment-add", args=[reference])
    measures = [(f"Measure: {one}", f"{begin}?form={one.pk}") for one in told.to_begin]
    context = {
        "case": told.case,
        "told": told,
        "goals": goals_of(told.case),
        "measures": measures,
        "tabs": case_tabs(told.case, "assessments:outcomes"),
        "can_write": permissions.can_write_in(reader_of(request), told.case),
    }
    return answer(request, "assessments/outcomes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Set a goal with somebody."""
    case = open_case(reference, look=look_of(request), may=permissions.may_write)
    begins(request, case)
    form = GoalForm(sent(request), case=case, on=timezone.localdate())
    return _goal_page(
        request, form, verbs.set_goal, heading="Set a goal", done="The goal is set.", case=case
    )


@require_http_methods(["GET", "HEAD", "POST"])
def goal_review(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at a goal again."""
    goal = open_goal(reference, look=look_of(request), may=permissions.may_write)
    if request.method != "POST" and not can_move_goal(reader_of(request), goal):
        raise Refused("This goal has ended, or its case is closed: nothing new is written.")
    form = GoalReviewForm(sent(request), on=timezone.localdate())
    heading = "Look at the goal again"
    return _goal_page(request, form, verbs.review_goal, heading=heading, goal=goal)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Say how a goal ended."""
    goal = open_goal(reference, look=look_of(request), may=permissions.may_write)
    if request.method != "POST" and not can_move_goal(reader_of(request), goal):
        raise Refused("This goal has ended, or its case is closed: nothing new is written.")
    form = GoalEndForm(sent(request), on=timezone.localdate())
    return _goal_page(request, form, verbs.end_goal, heading="How the goal ended", goal=goal)


def _goal_page(
    request: HttpRequest,
    form: BaseForm,
    verb: Callable[..., Any],
    *,
    heading: str,
    done: str = "Saved.",
    **about: Any,
) -> HttpResponse:
    """The page of a form about a goal, or about the case in which one is set."""
    goal: Goal | None = about.get("goal")
    case = goal.case if goal else about["case"]
    if carry_out(form, verb, by=request.user, **about):
        messages.success(request, done)
        return redirect("assessments:outcomes", case.reference)
    return form_page(
        request,
        case,
        form,
        heading=heading,
        hint=f"{goal.person}: {goal.words}" if goal else "",
        back=("assessments:outcomes", "Outcomes and goals"),
    )
