"""Plans: writing one with a family, agreeing it, giving copies, and looking at it again (P47)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from assessments.drafts import SavedMeanwhile
from assessments.models import Goal, Plan, PlanCopy, PlanPerson, PlanReview, PlanStep
from assessments.models.plan import CopyHow
from assessments.workflow import PLAN_MOVES, PlanMove, PlanStatus
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task
from cases.models import Case, Draft, Means, Person
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from cases.queries.safe_contact import reach
from cases.task_kinds import TaskKind
from cases.written import Sheet, settle_draft
from core import workflow
from core.dates import plain
from core.errors import Refused

SENT_BY = {CopyHow.POST: Means.POST, CopyHow.EMAIL: Means.EMAIL}


@dataclass(frozen=True, slots=True)
class Step:
    """Who does what by when, as it is typed."""

    words: str
    person: Person | None = None
    worker: User | None = None
    by_when: date | None = None
    goal: Goal | None = None


@transaction.atomic
def begin_plan(*, case: Case, token: UUID | None = None, by: User) -> Plan:
    """A draft of the next plan of an open case; it begins with what the agreed one says."""
    lock_open(case)
    if token and (before := Plan.objects.filter(token=token, case=case).first()):
        return before
    draft = case.plans.filter(status=PlanStatus.DRAFT).first()
    if draft is not None:
        raise Refused(f"{draft.reference} is being written already: go on there.")
    _note(Verb.PLAN_BEGUN, Action.CREATE, Plan, case, by)
    agreed = case.plans.filter(status=PlanStatus.AGREED).first()
    last = case.plans.aggregate(last=Max("number"))["last"] or 0
    plan = Plan.objects.create(
        case=case,
        number=last + 1,
        they_decided=agreed.they_decided if agreed else "",
        we_decided=agreed.we_decided if agreed else "",
        token=token,
        recorded_by=by,
    )
    if agreed:
        _write_steps(
            plan,
            [
                Step(one.words, one.person, one.worker, one.by_when, one.goal)
                for one in agreed.steps.select_related("person", "worker", "goal")
            ],
        )
    return plan


@transaction.atomic
def save_plan(
    *,
    plan: Plan,
    they_decided: str,
    we_decided: str,
    review_on: date | None,
    steps: Iterable[Step],
    seen: int,
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
) -> Plan:
    """Save a draft. Refused where it was saved since the page was opened that shows it `seen` times saved,
    or where they typed on in another window.
    """
    steps = list(steps)
    lock_open(plan.case)
    now = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    words = {
        "they_decided": they_decided.strip(),
        "we_decided": we_decided.strip(),
        "review_on": review_on,
    }
    if now.status != PlanStatus.DRAFT:
        raise Refused("This plan is agreed and stays. Begin the next one to change it.")
    if seen != now.saves:
        if _says(now, words, steps):
            return now
        raise SavedMeanwhile(now.saves)
    _check_steps(plan.case, steps)
    _note(Verb.PLAN_SAVED, Action.UPDATE, plan, plan.case, by)
    PlanStep.objects.filter(plan=plan).delete()
    _write_steps(plan, steps)
    Plan.objects.filter(pk=plan.pk).update(saves=now.saves + 1, **words)
    settle_draft(token=token, sheet=sheet, by=by)
    plan.refresh_from_db()
    return plan


@transaction.atomic
def agree_plan(
    *,
    plan: Plan,
    agreed_on: date,
    agreed_how: str,
    witness: str,
    people: Iterable[Person],
    by: User,
) -> Plan:
    """The family agrees: from now on the plan stays, takes the place of the one before, and our own
    steps are tasks of whoever does them.
    """
    people, witness = list(people), witness.strip()
    case = plan.case
    lock_open(case)
    _check_agreeing(plan, agreed_on, witness, people)
    _check_all_saved(plan, by)
    _note(Verb.PLAN_AGREED, Action.UPDATE, plan, case, by)
    for before in case.plans.filter(status=PlanStatus.AGREED):
        workflow.make(before, PLAN_MOVES[PlanMove.REPLACE])
    workflow.make(
        plan,
        PLAN_MOVES[PlanMove.AGREE],
        agreed_on=agreed_on,
        agreed_how=agreed_how,
        witness=witness,
        closed_by=by,
    )
    PlanPerson.objects.bulk_create(PlanPerson(plan=plan, person=one) for one in people)
    _ask_workers(plan, by=by)
    return plan


@transaction.atomic
def discard_plan(*, plan: Plan, by: User) -> Plan:
    """Throw a draft away. What was agreed stays."""
    now = Plan.objects.select_for_update(no_key=True).filter(pk=plan.pk).first()
    if now is None or now.status != PlanStatus.DRAFT:
        raise Refused(
            "This plan is agreed and stays, or somebody has thrown the draft away already."
        )
    _note(Verb.PLAN_DISCARDED, Action.DELETE, plan, plan.case, by)
    PlanStep.objects.filter(plan=plan).delete()
    Plan.objects.filter(pk=plan.pk).delete()
    return plan


@transaction.atomic
def give_copy(*, plan: Plan, person: Person, how: str, given_on: date, by: User) -> PlanCopy:
    """Write down that `person` was given a copy, or did not want one.

    By post and e-mail only where it is safe: `cases.queries.safe_contact` says whether, and where to.
    """
    if plan.status == PlanStatus.DRAFT:
        raise Refused("The plan is not agreed yet. Copies are given of agreed plans.")
    if not plan.case.case_people.filter(person=person).exists():
        raise Refused(f"{person} is not part of {plan.case.reference}.")
    _check_past(given_on)
    same = plan.copies.filter(person=person, how=how, given_on=given_on).first()
    if same is not None:
        return same
    where_to = _where_to(person, CopyHow(how), given_on)
    record(
        Verb.PLAN_COPY_GIVEN,
        by=by,
        action=Action.CREATE,
        record=plan,
        people=[person],
        purpose=task_of(by, [plan.case.service_id]),
    )
    return PlanCopy.objects.create(
        plan=plan, person=person, how=how, given_on=given_on, where_to=where_to, recorded_by=by
    )


@transaction.atomic
def review_plan(
    *,
    plan: Plan,
    reviewed_on: date,
    words: str,
    clients_view: str = "",
    next_on: date | None = None,
    by: User,
) -> PlanReview:
    """Write down how an agreed plan went, and when it is looked at again: then whoever writes is asked."""
    lock_open(plan.case)
    words, clients_view = words.strip(), clients_view.strip()
    if plan.status == PlanStatus.DRAFT:
        raise Refused("The plan is not agreed yet.")
    if not words:
        raise Refused("Write what was done and what was not.")
    _check_past(reviewed_on)
    if next_on is not None and next_on <= reviewed_on:
        raise Refused("It is looked at again after this time. Check the two days.")
    same = plan.reviews.filter(reviewed_on=reviewed_on).first()
    if same is not None:
        if (same.words, same.clients_view, same.next_on) == (words, clients_view, next_on):
            return same
        raise Refused(f"This plan was looked at on {plain(reviewed_on)} already.")
    _note(Verb.PLAN_REVIEWED, Action.CREATE, plan, plan.case, by)
    review = PlanReview.objects.create(
        plan=plan,
        reviewed_on=reviewed_on,
        words=words,
        clients_view=clients_view,
        next_on=next_on,
        recorded_by=by,
    )
    if next_on is not None:
        _ask_to_review(plan, next_on, by=by)
    return review


# --- What must hold -----------------------------------------------------------------------------------


def _check_all_saved(plan: Plan, by: User) -> None:
    """Refused where `by` has typed something into the plan and not saved it: the family has not read that."""
    if Draft.objects.filter(noun="plan", corrects=plan.reference, recorded_by=by).exists():
        raise Refused(
            "You typed something into this plan and did not save it. Go on writing and save it, or discard "
            "it under “My drafts”."
        )


def _check_steps(case: Case, steps: list[Step]) -> None:
    part = set(case.case_people.values_list("person_id", flat=True))
    for step in steps:
        if not step.words.strip():
            raise Refused("A step has no words: write what is done, or empty its line.")
        if (step.person is None) == (step.worker is None):
            raise Refused(f"Say who does “{step.words}”: somebody of the family, or one of us.")
        if step.person is not None and step.person.pk not in part:
            raise Refused(f"{step.person} is not part of {case.reference}.")
        if step.goal is not None and step.goal.case_id != case.pk:
            raise Refused("That goal belongs to another case.")


def _check_agreeing(plan: Plan, agreed_on: date, witness: str, people: list[Person]) -> None:
    if not (plan.they_decided or plan.we_decided or plan.steps.exists()):
        raise Refused("The plan is empty. Write it first.")
    _check_past(agreed_on)
    if plan.review_on is not None and plan.review_on <= agreed_on:
        raise Refused(
            "It is looked at again after it is agreed. Change that day in the plan first."
        )
    if not witness:
        raise Refused("Write who saw them sign, or heard them agree.")
    if not people:
        raise Refused("Say who agreed: at least one person.")
    part = set(plan.case.case_people.values_list("person_id", flat=True))
    if any(one.pk not in part for one in people):
        raise Refused("Somebody who agreed is not part of this case.")


def _check_past(day: date) -> None:
    if day > timezone.localdate():
        raise Refused(f"{plain(day)} has not come yet. Write the day it was.")


def _where_to(person: Person, how: CopyHow, on: date) -> str:
    """Where a copy goes that is sent; Refused, with the reason, where it is not safe to send it."""
    means = SENT_BY.get(how)
    if means is None:
        return ""
    way = reach(person, on=on).by(means)
    if not way.allowed:
        raise Refused(f"{way.why} Give the copy by hand instead.")
    return str((way.addresses or way.points)[0])


def _says(now: Plan, words: dict[str, Any], steps: list[Step]) -> bool:
    """Whether exactly this stands in the draft."""
    kept = [
        (one.words, one.person_id, one.worker_id, one.by_when, one.goal_id)
        for one in now.steps.order_by("place")
    ]
    sent = [
        (
            one.words.strip(),
            one.person.pk if one.person else None,
            one.worker.pk if one.worker else None,
            one.by_when,
            one.goal.pk if one.goal else None,
        )
        for one in steps
    ]
    return kept == sent and all(getattr(now, name) == value for name, value in words.items())


def _write_steps(plan: Plan, steps: Iterable[Step]) -> None:
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            place=place,
            words=step.words.strip(),
            person=step.person,
            worker=step.worker,
            by_when=step.by_when,
            goal=step.goal,
        )
        for place, step in enumerate(steps, 1)
    )


def _ask_workers(plan: Plan, *, by: User) -> None:
    """Our own steps become tasks, and so does looking at the plan again."""
    for step in plan.steps.exclude(worker=None).select_related("worker"):
        add_task(
            kind=TaskKind.NEXT_STEP,
            what=step.words,
            for_user=step.worker,
            service=plan.case.service,
            due_on=step.by_when,
            case=plan.case,
            link=plan.get_absolute_url(),
            by=by,
        )
    if plan.review_on is not None:
        _ask_to_review(plan, plan.review_on, by=by)


def _ask_to_review(plan: Plan, on: date, *, by: User) -> None:
    add_task(
        kind=TaskKind.REVIEW,
        what=f"Look at the plan {plan.reference} again with the family",
        for_user=by,
        service=plan.case.service,
        due_on=on,
        case=plan.case,
        link=plan.get_absolute_url(),
        by=by,
    )


def _note(verb: Verb, action: Action, what: Any, case: Case, by: User) -> None:
    record(
        verb,
        by=by,
        action=action,
        record=what,
        people=case.case_people.values_list("person_id", flat=True),
        purpose=task_of(by, [case.service_id]),
    )
