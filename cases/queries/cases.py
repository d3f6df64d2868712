"""Opening a case, and the list of one's own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import to_whom_closed
from cases.leave import IsRestricted, leave_over, use_grants
from cases.models import (
    Allocation,
    Case,
    CaseNote,
    CasePerson,
    CaseProfessional,
    Contact,
    Decision,
    Document,
    Person,
    Professional,
    RestrictionGrant,
    Service,
    ServiceMember,
)
from cases.permissions import cases_of, cases_restricted
from cases.queries.alerts import AlertsOver, alerts_over
from cases.queries.purposes import for_task
from cases.restricted import hold_back_case
from cases.workflow import CaseStatus
from core.errors import Refused
from core.paging import Page, ShortFirst

PAGE_LENGTH = 30  # rows


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case with everybody in it, the alerts that come before all of it, and what of it the reader may use for
    now although it is restricted (`leave`).
    """

    case: Case
    alerts: AlertsOver
    leave: list[RestrictionGrant]


def open_case(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Case], bool] | None = None,
    verb: Verb = Verb.CASE_OPENED_TO_READ,
) -> Case:
    """Open the case with `reference`, with everybody in it, and write that `look.by` did.

    NotYours (404, logged) if no such case exists for them; NotNow (403, logged) if it does and their
    role does not do there what the page is for (`may`, of cases.permissions). Whether the status of the
    case allows it is for the verb to say.
    """
    case, look = gather_case(reference, look=look, may=may)
    show(look, [shown_case(case, verb)])
    return case


def open_case_page(
    reference: str, *, look: Look, verb: Verb = Verb.CASE_OPENED_TO_READ
) -> CaseRecord:
    """Open the page of a case, with what hangs over everybody in it; errors as `open_case`."""
    case, look = gather_case(reference, look=look)
    alerts = alerts_over(case.people_now, user=look.by, on=timezone.localdate())
    named = {*_people_in_case(case), *alerts.people}
    show(look, [Shown(verb, case, named)])
    leave = leave_over(look.by, people=_people_in_case(case), case=case)
    return CaseRecord(case=case, alerts=alerts, leave=leave)


def gather_case(
    reference: str, *, look: Look, may: Callable[[User, Case], bool] | None = None
) -> tuple[Case, Look]:
    """The case for a page that shows more than it, with the look's purpose. For doors alone: nothing is
    written in the log yet, and the door writes `shown_case` together with the rest of its page.
    """
    user: User = look.by
    case = _with_everybody(cases_of(user)).filter(reference=reference).first()
    if case is None:
        refuse_restricted_case(reference, look)
        raise NotYours(
            "No case with this reference.",
            look=look,
            record=Case,
            people=people_of_unseen(reference),
            values={"reference": reference},
        )
    look = for_task(look, [case.service_id])
    if may is not None and not may(user, case):
        raise NotNow(
            "Your role reads this case and does not do this in it.",
            look=look,
            record=case,
            people=_people_in_case(case),
            values={"reference": reference, "asked": may.__name__},
        )
    people = [one.person for one in case.case_people.all()]
    use_grants(look, people=people, case=case)
    if look.read_only:
        hold_back_case(case, people)
    return case, look


def refuse_restricted_case(reference: str, look: Look) -> None:
    """IsRestricted (403, logged) if the case with `reference` would exist for `look.by` otherwise."""
    if case := cases_restricted(look.by, among=Case.objects.filter(reference=reference)).first():
        raise IsRestricted(look=look, record=case, people=people_of_unseen(reference))


def shown_case(case: Case, verb: Verb = Verb.CASE_OPENED_TO_READ) -> Shown:
    """That `case` and everybody in it is shown."""
    return Shown(verb, case, _people_in_case(case))


def _people_in_case(case: Case) -> list[int]:
    return [one.person_id for one in case.case_people.all()]


def list_cases(
    *, look: Look, page: int | str = 1, mine_only: bool, status: str = CaseStatus.OPEN
) -> Page:
    """One page of cases: those `look.by` works on, or all that exist for them; one entry a row.

    Each row knows `working`, whoever works on it now, and `last_entry_at`, when something last happened
    in it; None if nothing is written.
    """
    rows = _page_of(user=look.by, page=page, mine_only=mine_only, status=status)
    show(for_task(look, {case.service_id for case in rows}), listed(rows))
    return rows


def list_cases_and_restricted(
    *, look: Look, page: int | str = 1, mine_only: bool, status: str = CaseStatus.OPEN
) -> tuple[Page, list[Case]]:
    """As `list_cases`, and those that it leaves out because they are restricted, by their numbers alone; one
    entry for each of these as well.
    """
    user: User = look.by
    rows = _page_of(user=user, page=page, mine_only=mine_only, status=status)
    among = _narrowed(Case.objects.all(), user=user, mine_only=mine_only, status=status)
    hidden = cases_restricted(user, among=among)
    restricted = list(hidden.order_by("pk").prefetch_related("case_people"))
    told = [Shown(Verb.RESTRICTED_FOUND, case, _people_in_case(case)) for case in restricted]
    services = {case.service_id for case in (*rows, *restricted)}
    show(for_task(look, services), [*listed(rows), *told])
    return rows, restricted


def _page_of(*, user: User, page: int | str, mine_only: bool, status: str) -> Page:
    found = _narrowed(cases_of(user), user=user, mine_only=mine_only, status=status)
    return ShortFirst(as_rows(found), PAGE_LENGTH).get_page(page)


def _narrowed(cases: QuerySet[Case], *, user: User, mine_only: bool, status: str) -> QuerySet[Case]:
    cases = cases.filter(status=status)
    return cases.filter(works_on(user)) if mine_only else cases


def as_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a row of a list says: the family, `working`, `last_entry_at`."""
    return (
        cases.annotate(last_entry_at=_last_entry())
        .select_related("service")
        .prefetch_related(
            _people_in(),
            Prefetch("allocations", _with_worker().filter(until=None), to_attr="working"),
        )
        .order_by("-opened_on", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def listed(cases: Iterable[Case]) -> list[Shown]:
    """An entry for each of `cases`, about everybody in it."""
    return [
        Shown(Verb.CASE_LISTED, case, [cp.person_id for cp in case.case_people.all()])
        for case in cases
    ]


def has_cases(user: User) -> bool:
    """Whether `user` works on any case today."""
    return cases_of(user).filter(works_on(user)).exists()


def lock_case(case: Case) -> str:
    """Hold `case` until the transaction ends; gives the status that it has now."""
    now = Case.objects.select_for_update(no_key=True).values_list("status", flat=True)
    return now.get(pk=case.pk)


def lock_open(case: Case) -> None:
    """Hold `case` until the transaction ends, so that it is not closed in the middle of a verb.

    Refused if it is closed.
    """
    if lock_case(case) != CaseStatus.OPEN:
        raise Refused(
            f"{case.reference} is closed. Nothing new is written in it until the manager of the "
            "service opens it again."
        )


def workers_for(service: Service) -> QuerySet[User]:
    """Who may be allocated a case of `service`: its members today whose role writes in cases."""
    today = timezone.localdate()
    membership = ServiceMember.objects.filter(service=service, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    return people_with("cases.write_entries").filter(pk__in=membership.values("user"))


def workers_for_case(case: Case) -> QuerySet[User]:
    """Who may be allocated `case`: of its service, and nobody to whom somebody in it is closed."""
    family = Person.objects.filter(case_people__case=case)
    return workers_for(case.service).exclude(to_whom_closed(family))


def professionals() -> QuerySet[Professional]:
    """Everybody of an agency whom the charity knows, by agency."""
    return Professional.objects.select_related("agency").order_by("agency__name", "name", "pk")


def works_on(user: User) -> Exists:
    """Cases on which `user` works today, as a condition."""
    return Exists(Allocation.objects.filter(case=OuterRef("pk"), worker=user, until=None))


def _last_entry() -> Greatest:
    latest = []
    for kind in (CaseNote, Contact, Decision, Document):
        of_case = (
            kind.objects.filter(case=OuterRef("pk"), corrected_by=None).order_by().values("case")
        )
        latest.append(Subquery(of_case.annotate(last=Max("happened_at")).values("last")))
    return Greatest(*latest)


def _people_in() -> Prefetch:
    return Prefetch("case_people", CasePerson.objects.select_related("person"))


def _with_worker() -> QuerySet[Allocation]:
    return Allocation.objects.select_related("worker")


def _with_everybody(cases: QuerySet[Case]) -> QuerySet[Case]:
    working_with = CaseProfessional.objects.select_related("professional__agency")
    return cases.select_related(
        "service",
        "closed_by",
        "referral__agency",
        "referral__other_service",
        "referral__professional__agency",
    ).prefetch_related(
        _people_in(),
        Prefetch("allocations", _with_worker()),
        Prefetch("case_professionals", working_with),
    )


def people_of_unseen(reference: str) -> list[int]:
    """Whom a case is about that does not exist for the reader: for the entry of the refusal."""
    return list(
        Case.objects.filter(reference=reference, people__isnull=False).values_list(
            "people", flat=True
        )
    )
