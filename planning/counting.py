"""Counting a quarter: every measure by line and column, before anything is hidden.

What comes out of here would show single people: only `planning.figures` uses it, which hides them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from assessments.models import Assessment, Goal
from assessments.workflow import AssessmentStatus, GoalStatus
from cases.models import (
    Address,
    Case,
    Contact,
    ContactPerson,
    Person,
    Referral,
    SensitiveDetail,
    Service,
)
from cases.workflow import ReferralStatus
from funding.eligibility import district_of
from funding.quarters import Quarter
from planning import measures as of
from planning.answers import answers
from planning.counted import counted
from planning.measures import Breakdown, Definition, Measured

NO_AREA = "Not known or confidential"


def count(quarter: Quarter) -> tuple[Measured, ...]:
    """Every measure of `quarter`."""
    services = tuple(Service.objects.values_list("name", flat=True))
    return (
        _people(quarter, services),
        _cases(quarter, services),
        _referrals(quarter, services),
        _waiting(quarter, services),
        _contacts(quarter, services),
        _goals(quarter, services),
        _outcomes(quarter),
        *answers(quarter),
    )


def _people(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    contacts = _contacts_of(quarter).filter(outcome=Contact.Outcome.ATTENDED)
    came = set(
        counted(ContactPerson.objects.filter(contact__in=contacts))
        .order_by()
        .values_list("contact__case__service__name", "person")
        .distinct()
    )
    numbers = {person for _, person in came}
    born = dict(Person.objects.filter(pk__in=numbers).values_list("pk", "date_of_birth"))
    home = districts_of(numbers, on=quarter.last)
    told = _told(numbers, SensitiveDetail.Kind.ETHNICITY, on=quarter.last)
    districts = sorted({area for area in home.values() if area != NO_AREA})
    return Measured(
        of.PEOPLE,
        services,
        (
            _breakdown(
                "age",
                "By age",
                of.AGE_BANDS,
                ((service, of.age_band(born[who], on=quarter.last)) for service, who in came),
            ),
            _breakdown(
                "area",
                "By area",
                (*districts, NO_AREA),
                ((service, home.get(who, NO_AREA)) for service, who in came),
            ),
            _breakdown(
                "ethnicity",
                "By ethnic group",
                of.ETHNIC_GROUPS,
                ((service, of.ethnic_group(told.get(who))) for service, who in came),
            ),
        ),
    )


def _cases(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    rows = (
        counted(Case.objects.filter(opened_on__lte=quarter.last))
        .filter(Q(closed_at=None) | Q(closed_at__date__gte=quarter.first))
        .order_by()
        .values_list("service__name", "opened_on", "closed_at")
    )
    found = [
        (
            service,
            of.SINCE[0] if opened >= quarter.first else of.SINCE[1],
            of.STANDING[1]
            if closed is not None and timezone.localdate(closed) <= quarter.last
            else of.STANDING[0],
        )
        for service, opened, closed in rows
    ]
    return _by_two(
        of.CASES,
        services,
        found,
        ("standing", "By whether they are open", of.STANDING, 2),
        ("since", "By when they were opened", of.SINCE, 1),
    )


def _referrals(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    rows = (
        counted(Referral.objects.filter(received_on__range=(quarter.first, quarter.last)))
        .order_by()
        .values_list("service__name", "came_from", "status")
    )
    labels = dict(Referral.From.choices)
    found = [
        (service, str(labels[source]), of.BECAME_OF.get(ReferralStatus(status), of.BECAME[2]))
        for service, source, status in rows
    ]
    return _by_two(
        of.REFERRALS,
        services,
        found,
        ("source", "By who referred", of.SOURCES, 1),
        ("became", "By what became of them", of.BECAME, 2),
    )


def _waiting(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    rows = (
        counted(Referral.objects.filter(case__opened_on__range=(quarter.first, quarter.last)))
        .order_by()
        .values_list("service__name", "received_on", "case__opened_on")
    )
    waited = ((name, of.wait_band((opened - came).days)) for name, came, opened in rows)
    return Measured(
        of.WAITING, services, (_breakdown("wait", "By how long it took", of.WAITS, waited),)
    )


def _contacts(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    kinds, outcomes = dict(Contact.Kind.choices), dict(Contact.Outcome.choices)
    rows = _contacts_of(quarter).values_list("case__service__name", "kind", "outcome")
    found = [(name, str(kinds[kind]), str(outcomes[became])) for name, kind, became in rows]
    return _by_two(
        of.CONTACTS,
        services,
        found,
        ("attendance", "By whether they took place", of.ATTENDANCE, 2),
        ("kind", "By kind", of.KINDS, 1),
    )


def _goals(quarter: Quarter, services: tuple[str, ...]) -> Measured:
    labels = dict(GoalStatus.choices)
    rows = (
        counted(Goal.objects.filter(ended_on__range=(quarter.first, quarter.last)))
        .order_by()
        .values_list("case__service__name", "status")
    )
    found = ((service, str(labels[status])) for service, status in rows)
    return Measured(
        of.GOALS_ENDED, services, (_breakdown("ended", "By how they ended", of.GOALS, found),)
    )


def _outcomes(quarter: Quarter) -> Measured:
    final = Q(status=AssessmentStatus.FINAL, correction=None, assessed_on__lte=quarter.last)
    in_quarter = counted(Assessment.objects.filter(final, assessed_on__gte=quarter.first))
    taken = (
        counted(Assessment.objects.filter(final, case__in=in_quarter.order_by().values("case")))
        .select_related("edition__questionnaire")
        .prefetch_related(
            "edition__questions", "answers__question", Prefetch("people", Person.objects.all())
        )
        .order_by("assessed_on", "pk")
    )
    series: dict[tuple[str, int, int], list[Assessment]] = {}
    for one in taken:
        if one.score.reached is None:
            continue
        for person in one.people.all():
            series.setdefault((one.questionnaire.name, one.case_id, person.pk), []).append(one)
    found = [
        (name, _change(several))
        for (name, _, _), several in sorted(series.items())
        if len(several) > 1 and several[-1].assessed_on >= quarter.first
    ]
    lines = tuple(sorted({name for name, _ in found}))
    return Measured(
        of.OUTCOMES,
        lines,
        (_breakdown("change", "By how the score changed", of.CHANGE, found),),
    )


def _change(several: list[Assessment]) -> str:
    first, latest = several[0].score.reached, several[-1].score.reached
    if first is None or latest is None or latest == first:
        return of.CHANGE[1]
    return of.CHANGE[0] if latest > first else of.CHANGE[2]


# --- What is used above ---------------------------------------------------------------------------


def _contacts_of(quarter: Quarter) -> QuerySet[Contact]:
    dated = Q(corrected_by=None, happened_at__date__range=(quarter.first, quarter.last))
    return counted(Contact.objects.filter(dated)).order_by()


def districts_of(people: set[int], *, on: date) -> dict[int, str]:
    """The first part of the postcode of everybody's home on the day `on`; a confidential one is none."""
    homes = (
        Address.objects.filter(Q(until=None) | Q(until__gte=on), Q(since=None) | Q(since__lte=on))
        .filter(person__in=people, kind=Address.Kind.HOME)
        .order_by("since", "pk")
        .values_list("person", "postcode", "is_confidential")
    )
    return {
        person: (district_of(postcode) if not confidential else "") or NO_AREA
        for person, postcode, confidential in homes
    }


def _told(people: set[int], kind: str, *, on: date) -> dict[int, str]:
    """What people chose to tell of a `kind`, as it stood on the day `on`."""
    said = (
        SensitiveDetail.objects.filter(
            Q(until=None) | Q(until__gte=on), Q(since=None) | Q(since__lte=on)
        )
        .filter(person__in=people, kind=kind)
        .order_by("since", "pk")
        .values_list("person", "detail")
    )
    return dict(said)


def _by_two(
    definition: Definition,
    lines: tuple[str, ...],
    found: Sequence[tuple[str, ...]],
    *breakdowns: tuple[str, str, tuple[str, ...], int],
) -> Measured:
    """The same rows counted by several of their parts, so that the totals are the same."""
    return Measured(
        definition,
        lines,
        tuple(
            _breakdown(key, title, columns, ((row[0], row[part]) for row in found))
            for key, title, columns, part in breakdowns
        ),
    )


def _breakdown(
    key: str, title: str, columns: tuple[str, ...], pairs: Iterable[tuple[str, str]]
) -> Breakdown:
    return Breakdown(key, title, columns, Counter(pairs))
