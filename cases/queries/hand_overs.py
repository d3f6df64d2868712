"""Hand-overs: reading one, in the timeline of their case, and the cases of somebody who leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Allocation, Case, CasePerson, HandOver, Person
from cases.passages import marked
from cases.permissions import (
    can_read_hand_over,
    can_see_entries,
    cases_of,
    manages,
    services_of,
    team_of,
)
from cases.queries.cases import workers_for
from cases.queries.purposes import for_task
from cases.queries.timeline_sources import Source, TimelineItem
from cases.restricted import usable
from cases.workflow import CaseStatus
from core.dates import plain


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whose cases are handed over, if somebody was chosen: each case, and who could take it."""

    team: list[User]
    leaver: User | None
    cases: list[tuple[Case, list[User]]]


def open_hand_over(reference: str, *, look: Look) -> HandOver:
    """Read one hand-over; NotYours (404, logged) unless its case exists for `look.by`."""
    user: User = look.by
    people = CasePerson.objects.select_related("person")
    found = (
        usable(HandOver.objects.filter(case__in=cases_of(user), reference=reference), by=user)
        .select_related("case__service", "from_worker", "to_worker", "recorded_by")
        .prefetch_related(Prefetch("case__case_people", people))
        .first()
    )
    if found is None or not can_read_hand_over(user, found):
        unseen = HandOver.objects.filter(reference=reference, case__people__isnull=False)
        raise NotYours(
            "No hand-over with this reference.",
            look=look,
            record=HandOver,
            people=unseen.values_list("case__people", flat=True),
            values={"reference": reference},
        )
    numbers = [one.person_id for one in found.case.case_people.all()]
    show(for_task(look, [found.case.service_id]), [Shown(Verb.HAND_OVER_READ, found, numbers)])
    return found


def begin_leaving(worker: str, *, look: Look) -> Leaving:
    """The open cases of a member of one's team, to be handed over; one entry for each.

    `worker` is the number of the account, "" where nobody is chosen yet. NotNow (403, logged) for whoever
    manages no service.
    """
    user: User = look.by
    if not manages(user):
        raise NotNow("Your role hands over no cases of others.", look=look, record=HandOver)
    team = [*team_of(user).order_by("full_name", "pk"), *leavers_of(user)]
    leaver = next((one for one in team if str(one.pk) == worker), None)
    cases = list(_cases_of(leaver, user)) if leaver else []
    workers = {one: list(workers_for(one)) for one in {case.service for case in cases}}
    show(
        for_task(look, {case.service_id for case in cases}),
        [
            Shown(Verb.CASE_LISTED, case, [one.person_id for one in case.case_people.all()])
            for case in cases
        ],
    )
    return Leaving(
        team=team,
        leaver=leaver,
        cases=[(case, [one for one in workers[case.service] if one != leaver]) for case in cases],
    )


def leavers_of(user: User) -> models.QuerySet[User]:
    """Colleagues who may not sign in any more and still stand on open cases of the services of `user`."""
    theirs = Allocation.objects.filter(
        worker=OuterRef("pk"),
        until=None,
        case__status=CaseStatus.OPEN,
        case__service__in=services_of(user),
    )
    return User.objects.filter(Exists(theirs), is_active=False).order_by("full_name", "pk")


def _cases_of(leaver: User, user: User) -> models.QuerySet[Case]:
    people = CasePerson.objects.select_related("person")
    return (
        cases_of(user)
        .filter(
            status=CaseStatus.OPEN,
            service__in=services_of(user),
            allocations__worker=leaver,
            allocations__until=None,
        )
        .select_related("service")
        .prefetch_related(Prefetch("case_people", people))
        .order_by("service__name", "pk")
    )


# --- In the timeline (settings.TIMELINE_SOURCES) ----------------------------------------------------


def _rows(*, reader: User, cases: Sequence[Case], person: Person | None) -> QuerySet[HandOver]:
    found = usable(HandOver.objects.filter(case__in=cases), by=reader)
    return found.annotate(happened_at=F("recorded_at"))


def _tell(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    found = (
        HandOver.objects.filter(pk__in=numbers)
        .select_related("case__service", "from_worker", "to_worker", "recorded_by")
        .prefetch_related("case__people")
        .fetch_mode(models.FETCH_RAISE)
    )
    return {one.pk: _told(one) for one in found}


def _told(one: HandOver) -> TimelineItem:
    read = one.acknowledged_at
    return TimelineItem(
        entry="hand-over",
        reference=str(one.reference),
        url=reverse("cases:hand-over", args=[one.reference]),
        title="Hand-over",
        case=one.case,
        happened_at=one.recorded_at,
        written_at=one.recorded_at,
        author=one.recorded_by,
        about=", ".join(str(person) for person in one.case.people.all()),
        text=one.summary,
        paragraphs=marked(one.summary, frozenset()),
        facts=(
            ("From", str(one.from_worker)),
            ("To", str(one.to_worker)),
            ("Read by them", plain(timezone.localdate(read)) if read else "Not yet"),
        ),
    )


HAND_OVERS = Source(
    noun="hand-over",
    plural="Hand-overs",
    rows=_rows,
    tell=_tell,
    people="case__people",
    texts=("summary",),
    may=can_see_entries,
)
