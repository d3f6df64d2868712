"""The door to allegations: for the named people alone, and never for the one it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.queries.cases import PAGE_LENGTH
from safeguarding.clock import Clock, age, clock_of
from safeguarding.models import Allegation, AllegationEntry, AllegationPerson, AllegationReport
from safeguarding.permissions import allegations_of, receives


@dataclass(frozen=True, slots=True)
class AllegationRow:
    """An allegation in the list of a named person."""

    allegation: Allegation
    age: str
    clock: Clock


def list_allegations(*, look: Look, page: int | str = 1, now: datetime, today: date) -> Page:
    """One page of the allegations that exist for `look.by`, the latest first; one entry a row.

    NotYours (404, logged) for everybody else: that there is such a list is no news, what is in it would be.
    """
    look = look.for_purpose(Purpose.SAFEGUARDING)
    if not receives(look.by):
        raise NotYours("There is nothing here for you.", look=look, record=Allegation)
    rows: Page = Paginator(_with_people(allegations_of(look.by)), PAGE_LENGTH).get_page(page)
    allegations = list(rows.object_list)
    show(look, [Shown(Verb.ALLEGATION_LISTED, one, _people(one)) for one in allegations])
    rows.object_list = [
        AllegationRow(
            allegation=one, age=age(one.recorded_at, now), clock=clock_of(one, now=now, today=today)
        )
        for one in allegations
    ]
    return rows


def open_allegation(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Allegation], bool] | None = None,
    verb: Verb = Verb.ALLEGATION_OPENED,
) -> Allegation:
    """Open the allegation with `reference`; NotYours and NotNow as `open_concern`."""
    look = look.for_purpose(Purpose.SAFEGUARDING)
    allegation = _in_full(allegations_of(look.by)).filter(reference=reference).first()
    if allegation is None:
        asked = Allegation.objects.filter(reference=reference).first()
        raise NotYours(
            "There is nothing here for you.",
            look=look,
            record=asked or Allegation,
            people=asked.people.values_list("pk", flat=True) if asked else (),
            values={"reference": reference},
        )
    if may is not None and not may(look.by, allegation):
        raise NotNow(
            "This is not yours to do, or not now.",
            look=look,
            record=allegation,
            people=_people(allegation),
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(verb, allegation, _people(allegation))])
    return allegation


def _people(allegation: Allegation) -> list[int]:
    return [link.person_id for link in allegation.allegation_people.all()]


def _with_people(allegations: QuerySet[Allegation]) -> QuerySet[Allegation]:
    about = AllegationPerson.objects.select_related("person")
    return (
        allegations.select_related("read_by", "recorded_by", "about_staff")
        .prefetch_related(Prefetch("allegation_people", about))
        .fetch_mode(models.FETCH_RAISE)
    )


def _in_full(allegations: QuerySet[Allegation]) -> QuerySet[Allegation]:
    return (
        _with_people(allegations)
        .select_related("proposed_by", "ended_by")
        .prefetch_related(
            Prefetch("entries", AllegationEntry.objects.select_related("recorded_by")),
            Prefetch("reports", AllegationReport.objects.select_related("recorded_by")),
        )
    )
