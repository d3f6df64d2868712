"""Opening plans: those of a case, and one by itself (P47)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from assessments.models import Goal, Plan, PlanCopy, PlanReview, PlanStep
from assessments.workflow import GoalStatus, PlanStatus
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, CasePerson, Means
from cases.permissions import cases_of, may_write
from cases.queries.cases import open_case, workers_for_case
from cases.queries.purposes import for_task
from cases.queries.safe_contact import reach_many
from cases.restricted import usable


@dataclass(frozen=True, slots=True)
class CasePlans:
    """The plans of a case: the draft, the one that is agreed, and those before."""

    case: Case
    draft: Plan | None
    agreed: Plan | None
    before: list[Plan]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a copy may safely be sent to somebody, in words: where to, or why not."""

    name: str
    post: str
    email: str


def open_plans(reference: str, *, look: Look) -> CasePlans:
    """Open the case with `reference` at its plans, and write that they were read."""
    case = open_case(reference, look=look, verb=Verb.PLANS_READ)
    plans = list(
        _in_full(usable(Plan.objects.filter(case=case), by=None)).fetch_mode(models.FETCH_RAISE)
    )
    return CasePlans(
        case=case,
        draft=next((one for one in plans if one.status == PlanStatus.DRAFT), None),
        agreed=next((one for one in plans if one.status == PlanStatus.AGREED), None),
        before=[one for one in plans if one.status == PlanStatus.REPLACED],
    )


def open_plan(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Case], bool] | None = None,
    verb: Verb = Verb.PLAN_READ,
) -> Plan:
    """Open the plan with `reference`, and write that `look.by` did.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does not do
    with it what the page is for (`may`, of cases.permissions).
    """
    plan, look = _gather(reference, look, may)
    show(look, [Shown(verb, plan, [one.person_id for one in plan.case.case_people.all()])])
    return plan


def plan_to_keep_for(reference: str, *, look: Look) -> Plan:
    """The plan into which something is being typed. Nothing of it is shown, so that keeping what was typed
    leaves no look; refused, and logged, as opening it is.
    """
    return _gather(reference, look, may_write)[0]


def _gather(
    reference: str, look: Look, may: Callable[[User, Case], bool] | None
) -> tuple[Plan, Look]:
    user: User = look.by
    plan = (
        _in_full(usable(Plan.objects.filter(case__in=cases_of(user)), by=user))
        .filter(reference=reference)
        .first()
    )
    if plan is None:
        unseen = CasePerson.objects.filter(case__plans__reference=reference)
        raise NotYours(
            "No plan with this reference.",
            look=look,
            record=Plan,
            people=unseen.values_list("person_id", flat=True),
            values={"reference": reference},
        )
    look = for_task(look, [plan.case.service_id])
    people = [one.person_id for one in plan.case.case_people.all()]
    if may is not None and not may(user, plan.case):
        raise NotNow(
            "Your role reads this plan and does not change it.",
            look=look,
            record=plan,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    return plan, look


def workers_of(case: Case) -> list[User]:
    """Who of us may be given a step: everybody who may be given the case."""
    return list(workers_for_case(case).order_by("full_name"))


def open_goals(case: Case) -> list[Goal]:
    """The goals that a step may serve."""
    return list(case.goals.filter(status=GoalStatus.OPEN).order_by("set_on", "pk"))


def ways_to(case: Case) -> list[Ways]:
    """For everybody in the case, whether a copy may be sent to them, where to, or why not."""
    people = [one.person for one in case.case_people.all()]
    found = reach_many(people, on=timezone.localdate())
    return [
        Ways(
            name=str(person),
            post=_told(found[person.pk].by(Means.POST)),
            email=_told(found[person.pk].by(Means.EMAIL)),
        )
        for person in people
    ]


def _told(way: object) -> str:
    allowed = getattr(way, "allowed", False)
    if not allowed:
        return f"No. {getattr(way, 'why', '')}"
    where = [*getattr(way, "addresses", ()), *getattr(way, "points", ())]
    return "; ".join(str(one) for one in where)


def _in_full(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    return (
        plans.select_related("case__service", "recorded_by", "closed_by")
        .prefetch_related(
            "agreed_by",
            "case__case_people__person",
            Prefetch("steps", PlanStep.objects.select_related("person", "worker", "goal")),
            Prefetch("copies", PlanCopy.objects.select_related("person", "recorded_by")),
            Prefetch("reviews", PlanReview.objects.select_related("recorded_by")),
        )
        .order_by("-number")
    )
