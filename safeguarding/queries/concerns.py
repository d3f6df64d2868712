"""The door to concerns: the lead's desk, one concern, and those about one person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import BooleanField, Case, Prefetch, QuerySet, Value, When

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Person
from cases.queries.cases import PAGE_LENGTH
from cases.queries.people import gather
from safeguarding.clock import Clock, age, clock_of
from safeguarding.models import Concern, ConcernEntry, ConcernPerson, Report
from safeguarding.permissions import concerns_of, works_concerns
from safeguarding.workflow import ConcernStatus

TO_DO = (
    ConcernStatus.RAISED,
    ConcernStatus.READ,
    ConcernStatus.TO_REPORT,
    ConcernStatus.REPORTED,
)


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """A concern in a list, with how long ago it was raised and what it waits for."""

    concern: Concern
    age: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class PersonConcerns:
    """The concerns about one person."""

    person: Person
    rows: Page


def list_concerns(
    *,
    look: Look,
    page: int | str = 1,
    statuses: tuple[str, ...] = TO_DO,
    now: datetime,
    today: date,
) -> Page:
    """One page of concerns as ConcernRow: unread danger on top, then the oldest; one entry a row.

    NotNow (403, logged) for everybody who does not work on concerns.
    """
    look = look.for_purpose(Purpose.SAFEGUARDING)
    if not works_concerns(look.by):
        raise NotNow(
            "Concerns are read by the safeguarding lead and the deputy.", look=look, record=Concern
        )
    urgent = When(in_danger=True, status=ConcernStatus.RAISED, then=Value(True))
    found = (
        _with_people(concerns_of(look.by).filter(status__in=statuses))
        .annotate(urgent=Case(urgent, default=Value(False), output_field=BooleanField()))
        .order_by("-urgent", "recorded_at", "pk")
    )
    return _listed(found, look, page, now=now, today=today)


def list_about(
    reference: str, *, look: Look, page: int | str = 1, now: datetime, today: date
) -> PersonConcerns:
    """The concerns about the person with `reference`; NotYours and NotNow as `open_person`."""
    look = look.for_purpose(Purpose.SAFEGUARDING)
    found = gather(reference, look=look, may=works_concerns)
    about = _with_people(concerns_of(look.by).filter(people=found.person)).order_by(
        "-recorded_at", "-pk"
    )
    rows = _listed(about, look, page, now=now, today=today, person=found.person)
    return PersonConcerns(person=found.person, rows=rows)


def open_concern(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Concern], bool] | None = None,
    verb: Verb = Verb.CONCERN_OPENED,
) -> Concern:
    """Open the concern with `reference`, with all that was done about it.

    NotYours (404, logged) if it does not exist for `look.by`; NotNow (403, logged) if it does and they do
    not do with it what the page is for (`may`).
    """
    look = look.for_purpose(Purpose.SAFEGUARDING)
    concern = _in_full(concerns_of(look.by)).filter(reference=reference).first()
    if concern is None:
        asked = Concern.objects.filter(reference=reference)
        raise NotYours(
            "No concern with this reference.",
            look=look,
            record=asked.first() or Concern,
            people=ConcernPerson.objects.filter(concern__in=asked).values_list("person", flat=True),
            values={"reference": reference},
        )
    people = [link.person_id for link in concern.concern_people.all()]
    if may is not None and not may(look.by, concern):
        raise NotNow(
            "This is not yours to do with this concern.",
            look=look,
            record=concern,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(verb, concern, people)])
    return concern


def _listed(
    found: QuerySet[Concern],
    look: Look,
    page: int | str,
    *,
    now: datetime,
    today: date,
    person: Person | None = None,
) -> Page:
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    concerns = list(rows.object_list)
    shown = [
        Shown(
            Verb.CONCERN_LISTED, concern, [link.person_id for link in concern.concern_people.all()]
        )
        for concern in concerns
    ]
    if person is not None:
        shown.append(Shown(Verb.CONCERN_LISTED, person, [person]))
    show(look, shown)
    rows.object_list = [
        ConcernRow(
            concern=concern,
            age=age(concern.recorded_at, now),
            clock=clock_of(concern, now=now, today=today),
        )
        for concern in concerns
    ]
    return rows


def _with_people(concerns: QuerySet[Concern]) -> QuerySet[Concern]:
    about = ConcernPerson.objects.select_related("person")
    return (
        concerns.select_related("read_by", "recorded_by")
        .prefetch_related(Prefetch("concern_people", about))
        .fetch_mode(models.FETCH_RAISE)
    )


def _in_full(concerns: QuerySet[Concern]) -> QuerySet[Concern]:
    entries = ConcernEntry.objects.select_related("recorded_by", "decided_by")
    reports = Report.objects.select_related(
        "recorded_by", "share__agency", "share__professional__agency", "share__authorised_by"
    )
    return (
        _with_people(concerns)
        .select_related("ended_by", "case")
        .prefetch_related(Prefetch("entries", entries), Prefetch("reports", reports))
    )
