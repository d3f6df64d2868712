"""What may be done to a case: opening, closing, reopening it, and who works on it or belongs to it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.closed import to_whom_closed
from cases.models import (
    Allocation,
    Case,
    CasePerson,
    CaseProfessional,
    CaseRole,
    Decision,
    Person,
    Professional,
    Service,
)
from cases.queries.cases import lock_open, workers_for
from cases.queries.purposes import task_of
from cases.workflow import CASE_MOVES, CaseMove, CaseStatus
from core import workflow
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def open_case(
    *,
    service: Service,
    people: Iterable[tuple[Person, CaseRole]],
    opened_on: date,
    summary: str = "",
    worker: User | None = None,
    by: User,
) -> Case:
    """Begin a piece of work of `service` with a family, from the day `opened_on`.

    Refused without people, in a service that takes nobody new, for a day to come, for a worker who is
    not of the service, and while the same people have an open case there (a form sent twice).
    """
    people = list(people)
    # Two who open a case in one service at the same moment go one after the other.
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    _check_opening(service, [person for person, _ in people], opened_on)
    if worker is not None:
        _check_worker(worker, service, [person for person, _ in people])
    record(
        Verb.CASE_OPENED,
        by=by,
        action=Action.CREATE,
        record=Case,
        people=[person for person, _ in people],
        purpose=task_of(by, [service.pk]),
    )
    now = timezone.now()
    case = Case.objects.create(
        service=service,
        opened_on=opened_on,
        summary=summary,
        recorded_at=now,
        recorded_by=by,
    )
    CasePerson.objects.bulk_create(
        CasePerson(case=case, person=person, role=role, recorded_at=now, recorded_by=by)
        for person, role in people
    )
    if worker is not None:
        Allocation.objects.create(
            case=case, worker=worker, since=opened_on, recorded_at=now, recorded_by=by
        )
    return case


def _check_opening(service: Service, people: list[Person], opened_on: date) -> None:
    if not service.is_open:
        raise Refused(f"{service} takes no new people at present. Choose another service.")
    if not people:
        raise Refused("A case is about somebody: say at least who the client is.")
    numbers = {person.pk for person in people}
    if len(numbers) != len(people):
        raise Refused("Somebody is named twice. Name each person once, with one role.")
    if opened_on > timezone.localdate():
        raise Refused(f"{plain(opened_on)} has not come yet. A case opens today or opened earlier.")
    here = Case.objects.filter(service=service, status=CaseStatus.OPEN, people__in=people)
    for case in here.distinct().prefetch_related("case_people"):
        if {one.person_id for one in case.case_people.all()} == numbers:
            raise Refused(
                f"{case.reference} is open already in {service} with the same people. Write in that "
                "case, or close it first."
            )


@transaction.atomic
def change_summary(*, case: Case, summary: str, reason: str, seen: str, by: User) -> Case:
    """Say anew what the work is about: families change, and so does what they need.

    What it was about before, and why it changed, is kept as a decision. Refused where a colleague changed it
    after the page was opened, which showed `seen`.
    """
    summary, reason = summary.strip(), reason.strip()
    if not summary or not reason:
        raise Refused("Say what the work is about now, and why that has changed.")
    lock_open(case)
    before = Case.objects.values_list("summary", flat=True).get(pk=case.pk)
    if summary == before:
        return case
    if seen.strip() != before.strip():
        raise Refused(
            "Somebody changed it in the meantime, or a part of it is held back from you. What you wrote is "
            "still here: look at the case in another window first, then open this page again."
        )
    now = timezone.now()
    record(
        Verb.CASE_SUMMARY_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
        values={"before": before, "after": summary},
    )
    Case.objects.filter(pk=case.pk).update(summary=summary)
    was = f"\n\nBefore, it was about: {before}" if before else ""
    Decision.objects.create(
        case=case,
        happened_at=now,
        decision=f"The work is about: {summary}{was}",
        decided_by_whom=str(by),
        basis=reason,
        recorded_at=now,
        recorded_by=by,
    )
    case.refresh_from_db()
    return case


@transaction.atomic
def close(*, case: Case, summary: str, clients_view: str = "", by: User) -> Case:
    """End the work; the retention clock of the case starts from this moment.

    The closing is also a decision in the record (features.md S12), so that it stays readable when the
    case is opened again. Whoever works on the case does so until today.
    """
    summary = summary.strip()
    if not summary:
        raise Refused(
            "Say how the work ended: the family will read it, and so will the next worker."
        )
    record(
        Verb.CASE_CLOSED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    now = timezone.now()
    workflow.make(
        case,
        CASE_MOVES[CaseMove.CLOSE],
        closed_at=now,
        closed_by=by,
        closing_summary=summary,
    )
    case.allocations.filter(until=None).update(until=timezone.localdate(now))
    Decision.objects.create(
        case=case,
        happened_at=now,
        decision="To close the case.",
        closes_case=True,
        decided_by_whom=str(by),
        basis=summary,
        clients_view=clients_view.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    return case


@transaction.atomic
def reopen(*, case: Case, reason: str, by: User) -> Case:
    """Go on with a case that was closed. Nobody works on it until somebody is allocated.

    Why is kept as a decision; the summary of the closing stays in the decision of that day.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the case is opened again.")
    record(
        Verb.CASE_REOPENED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    now = timezone.now()
    closed_at = case.closed_at
    workflow.make(
        case,
        CASE_MOVES[CaseMove.REOPEN],
        closed_at=None,
        closed_by=None,
        closing_summary="",
    )
    since = f", closed since {plain(timezone.localdate(closed_at))}" if closed_at else ""
    Decision.objects.create(
        case=case,
        happened_at=now,
        decision=f"To open the case again{since}.",
        decided_by_whom=str(by),
        basis=reason,
        recorded_at=now,
        recorded_by=by,
    )
    return case


@transaction.atomic
def allocate(*, case: Case, worker: User, by: User) -> Allocation:
    """`worker` works on the case from today; several may."""
    lock_open(case)
    _check_worker(worker, case.service, case.people.all())
    if case.allocations.filter(worker=worker, until=None).exists():
        raise Refused(f"{worker} works on this case already.")
    record(
        Verb.CASE_ALLOCATED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    now = timezone.now()
    return Allocation.objects.create(
        case=case,
        worker=worker,
        since=timezone.localdate(now),
        recorded_at=now,
        recorded_by=by,
    )


@transaction.atomic
def end_allocation(*, case: Case, worker: User, by: User) -> Allocation:
    """`worker` works on the case until today."""
    lock_open(case)
    allocation = case.allocations.filter(worker=worker, until=None).first()
    if allocation is None:
        raise Refused(f"{worker} does not work on this case. Somebody may have changed it.")
    record(
        Verb.CASE_ALLOCATION_ENDED,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    allocation.until = timezone.localdate()
    allocation.save(update_fields=["until"])
    return allocation


@transaction.atomic
def add_person_to_case(*, case: Case, person: Person, role: CaseRole, by: User) -> CasePerson:
    """Make `person` part of the case, so that entries can be about them; again, if they had left it."""
    lock_open(case)
    there = case.case_people.filter(person=person).first()
    if there is not None and there.left_on is None:
        raise Refused(f"{person} is part of this case already.")
    if there is not None:
        return _return(there, role, by=by)
    record(
        Verb.CASE_PERSON_ADDED,
        by=by,
        action=Action.CREATE,
        record=case,
        people=[person, *_people_of(case)],
        purpose=task_of(by, [case.service_id]),
    )
    return CasePerson.objects.create(case=case, person=person, role=role, recorded_by=by)


@transaction.atomic
def take_out_of_case(
    *, part: CasePerson, reason: str, until: date, on: date, by: User
) -> CasePerson:
    """Somebody is no longer part of the case since the day `until`; `on` is today.

    What was written about them stays, and stays theirs. Refused for the last one who is part of it.
    """
    case, reason = part.case, " ".join(reason.split())
    lock_open(case)
    if not reason:
        raise Refused("Say why they are taken out of the case.")
    if until > on:
        raise Refused(f"{plain(until)} has not come yet. Write it down once it has come.")
    if not case.case_people.filter(left_on=None).exclude(pk=part.pk).exists():
        raise Refused("A case is about somebody: close it instead of taking the last one out.")
    record(
        Verb.CASE_PERSON_LEFT,
        by=by,
        action=Action.UPDATE,
        record=part,
        people=[part.person_id],
        purpose=task_of(by, [case.service_id]),
        values={"after": {"left_on": until}, "reason": reason},
    )
    rows = CasePerson.objects.filter(pk=part.pk, left_on=None)
    if rows.update(left_on=until, left_because=reason) != 1:
        raise Refused("They were taken out already. Somebody may have changed it: look again.")
    part.refresh_from_db()
    return part


def _return(part: CasePerson, role: CaseRole, *, by: User) -> CasePerson:
    before = {name: getattr(part, name) for name in ("role", "left_on", "left_because")}
    record(
        Verb.CASE_PERSON_RETURNED,
        by=by,
        action=Action.UPDATE,
        record=part,
        people=[part.person_id],
        purpose=task_of(by, [part.case.service_id]),
        values={"before": before, "after": {"role": role, "left_on": None, "left_because": ""}},
    )
    CasePerson.objects.filter(pk=part.pk).update(role=role, left_on=None, left_because="")
    part.refresh_from_db()
    return part


@transaction.atomic
def name_professional(*, case: Case, professional: Professional, by: User) -> CaseProfessional:
    """Say that `professional` of an agency works with this family."""
    lock_open(case)
    if case.case_professionals.filter(professional=professional).exists():
        raise Refused(f"{professional} is named in this case already.")
    record(
        Verb.CASE_PROFESSIONAL_NAMED,
        by=by,
        action=Action.CREATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    return CaseProfessional.objects.create(case=case, professional=professional, recorded_by=by)


def _check_worker(worker: User, service: Service, people: Iterable[Person]) -> None:
    if not workers_for(service).filter(pk=worker.pk).exists():
        raise Refused(
            f"{worker} does not belong to {service} and could not open the case. Choose somebody "
            "of the service, or ask its manager to add them."
        )
    family = Person.objects.filter(pk__in=[person.pk for person in people])
    if User.objects.filter(to_whom_closed(family), pk=worker.pk).exists():
        raise Refused(
            f"{worker} cannot work with this family. Choose somebody else; the Data Protection "
            "Officer knows why."
        )


def _people_of(case: Case) -> list[int]:
    return list(case.case_people.values_list("person_id", flat=True))
