"""Safeguarding concerns in the timeline of a case or a person (settings.TIMELINE_SOURCES).

For those alone who read concerns; for everybody else they are not there, on the page or on paper. The line says
that there is one and where it stands. What was said stands on its own page, which is a look of its own.
"""

from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import User
from cases.models import Case, CasePerson, Person
from cases.queries.timeline_sources import Flag, Source, TimelineItem
from safeguarding.models import Concern, ConcernPerson
from safeguarding.permissions import concerns_of, works_concerns


def _concerns(*, reader: User, cases: Sequence[Case], person: Person | None) -> QuerySet[Concern]:
    """Raised from one of `cases`, or about somebody in them; about `person`, wherever it was raised."""
    found = concerns_of(reader).annotate(happened_at=F("recorded_at"))
    if person is not None:
        return found
    family = CasePerson.objects.filter(case__in=cases).values("person")
    about = ConcernPerson.objects.filter(person__in=family).values("concern")
    return found.filter(Q(case__in=cases) | Q(pk__in=about))


def _tell(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    about = ConcernPerson.objects.select_related("person")
    found = (
        Concern.objects.filter(pk__in=numbers)
        .select_related("case__service", "recorded_by")
        .prefetch_related(Prefetch("concern_people", about))
        .fetch_mode(models.FETCH_RAISE)
    )
    return {one.pk: _told(one) for one in found}


def _told(one: Concern) -> TimelineItem:
    return TimelineItem(
        entry="concern",
        reference=str(one.reference),
        url=one.get_absolute_url(),
        title="Safeguarding concern",
        # In which case it was raised is for the desk to say, where the whole of it is read.
        case=None,
        happened_at=one.recorded_at,
        written_at=one.recorded_at,
        author=one.recorded_by,
        about=one.people_in_words,
        text="",
        facts=(("Where it stands", one.get_status_display()),),
        flags=(Flag("Immediate danger", "red"),) if one.in_danger else (),
    )


CONCERNS = Source(
    noun="concern",
    plural="Safeguarding concerns",
    rows=_concerns,
    tell=_tell,
    people="people",
    texts=("what", "own_words", "described"),
    may=works_concerns,
)
