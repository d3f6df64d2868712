"""Assessments, measures, goals and plans in the timeline (settings.TIMELINE_SOURCES).

There from the day on which they were done, set or agreed; drafts are not: nobody stands by them yet. Read by
whoever reads them on their own pages, which is whoever opens the case.
"""

from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, Goal, Plan, Questionnaire
from assessments.queries.assessments import in_full
from assessments.workflow import AssessmentStatus, PlanStatus
from cases.models import Case, Person
from cases.passages import marked
from cases.queries.timeline_sources import Correction, Flag, Source, TimelineItem
from cases.restricted import usable
from core.dates import plain


def _moment_of(day: str) -> Cast:
    """The first hours of a day, here and in Greenwich: entries without a time come first on their day."""
    return Cast(day, DateTimeField())


def _assessments(
    *, reader: User, cases: Sequence[Case], person: Person | None
) -> QuerySet[Assessment]:
    found = Assessment.objects.filter(case__in=cases, status=AssessmentStatus.FINAL)
    return (
        usable(found, by=reader)
        .exclude(correction__status=AssessmentStatus.FINAL)
        .annotate(happened_at=_moment_of("assessed_on"))
    )


def _tell_assessments(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    found = in_full(Assessment.objects.filter(pk__in=numbers)).fetch_mode(models.FETCH_RAISE)
    return {one.pk: _assessment(one) for one in found}


def _assessment(one: Assessment) -> TimelineItem:
    measure = one.questionnaire.kind == Questionnaire.Kind.OUTCOMES
    moment, by = one.finished_at or one.recorded_at, one.finished_by or one.recorded_by
    return TimelineItem(
        entry="assessment",
        reference=str(one.reference),
        url=one.get_absolute_url(),
        title=f"{'Measure' if measure else 'Assessment'}: {one.questionnaire}",
        case=one.case,
        happened_at=one.assessed_on,
        written_at=moment,
        author=by,
        about=one.people_in_words,
        text=one.summary,
        paragraphs=marked(one.summary, frozenset()),
        facts=_said(
            ("When in our work", one.get_moment_display()),
            ("Score", one.score_in_words),
            ("The next one by", plain(one.next_on) if one.next_on else ""),
        ),
        correction=Correction(at=moment, by=by, reason=one.correction_reason)
        if one.corrects_id
        else None,
    )


def _goals(*, reader: User, cases: Sequence[Case], person: Person | None) -> QuerySet[Goal]:
    found = usable(Goal.objects.filter(case__in=cases), by=reader)
    return found.annotate(happened_at=_moment_of("set_on"))


def _tell_goals(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    found = (
        Goal.objects.filter(pk__in=numbers)
        .select_related("case__service", "person", "recorded_by")
        .prefetch_related("reviews")
        .fetch_mode(models.FETCH_RAISE)
    )
    return {one.pk: _goal(one) for one in found}


def _goal(one: Goal) -> TimelineItem:
    looks = [f"{look.rating} of 10 on {plain(look.reviewed_on)}" for look in one.reviews.all()]
    ended = f"{one.get_status_display()} on {plain(one.ended_on)}" if one.ended_on else ""
    return TimelineItem(
        entry="goal",
        reference=str(one.reference),
        url=reverse("assessments:outcomes", args=[one.case.reference]),
        title="Goal set",
        case=one.case,
        happened_at=one.set_on,
        written_at=one.recorded_at,
        author=one.recorded_by,
        about=str(one.person),
        text=one.words,
        paragraphs=marked(one.words, frozenset()),
        facts=_said(
            ("How far they are", ", ".join(looks)),
            ("Ended", ended),
            ("How it ended", one.ended_because),
        ),
    )


def _plans(*, reader: User, cases: Sequence[Case], person: Person | None) -> QuerySet[Plan]:
    found = Plan.objects.filter(case__in=cases).exclude(status=PlanStatus.DRAFT)
    return usable(found, by=reader).annotate(happened_at=_moment_of("agreed_on"))


def _tell_plans(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    found = (
        Plan.objects.filter(pk__in=numbers)
        .select_related("case__service", "recorded_by", "closed_by")
        .prefetch_related("case__people", "agreed_by", "reviews")
        .fetch_mode(models.FETCH_RAISE)
    )
    return {one.pk: _plan(one) for one in found}


def _plan(one: Plan) -> TimelineItem:
    replaced = one.status == PlanStatus.REPLACED
    return TimelineItem(
        entry="plan",
        reference=str(one.reference),
        url=one.get_absolute_url(),
        title=f"Plan {one.number} agreed",
        case=one.case,
        happened_at=one.agreed_on or one.recorded_at,
        written_at=one.recorded_at,
        author=one.closed_by or one.recorded_by,
        about=", ".join(str(person) for person in one.case.people.all()),
        text="",
        facts=_said(
            ("Agreed by", ", ".join(str(person) for person in one.agreed_by.all())),
            ("What the family decided", one.they_decided),
            ("What we decided", one.we_decided),
            ("We look at it again on", plain(one.review_on) if one.review_on else ""),
            ("Looked at again", ", ".join(plain(look.reviewed_on) for look in one.reviews.all())),
        ),
        flags=(Flag("Replaced by a later plan", "grey"),) if replaced else (),
    )


def _said(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in facts if fact[1])


ASSESSMENTS = Source(
    noun="assessment",
    plural="Assessments and measures",
    rows=_assessments,
    tell=_tell_assessments,
    people="people",
    texts=("summary", "edition__questionnaire__name", "answers__text"),
)
GOALS = Source(
    noun="goal",
    plural="Goals",
    rows=_goals,
    tell=_tell_goals,
    people="person",
    texts=("words", "ended_because"),
)
PLANS = Source(
    noun="plan",
    plural="Plans",
    rows=_plans,
    tell=_tell_plans,
    people="case__people",
    texts=("they_decided", "we_decided"),
)
