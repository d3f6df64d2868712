"""Emergency looks: finding the record, whom to call where none opens, and the list to be reviewed (N7)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.kept_apart import entries_for
from audit.looks import Look
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.closed import to_whom_closed
from cases.models import EmergencyLook, Person
from cases.permissions import (
    can_review_looks,
    emergencies_of,
    may_break_glass,
    people_in_reach_of_an_emergency,
    people_of,
)
from cases.queries.search import people_matching, use_the_indexes
from cases.queries.staff import reviewers_of_looks
from cases.sought import read
from core.errors import Refused

PAGE_LENGTH = 30  # rows
MOST_LOOKS = 100  # of one emergency, on its page

# The same sentence for somebody unknown, sealed, or in a conflict of interest with whoever asks.
NOBODY = "No record was opened this way. Call one of the people named on this page."
SEVERAL = "More than one person matches. Write the date of birth as well, or search for a telephone number or a reference."
ANYWAY = "Whoever matches is open to you anyway: find them with the search."


@dataclass(frozen=True, slots=True)
class Rate:
    """How often records are opened in an emergency, and by whom."""

    in_a_month: int
    in_a_year: int
    not_needed: int  # of the year's
    by_whom: list[tuple[str, int]]  # of the year's, the most often first


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency look as its page shows it: what was seen by it, the latest last."""

    look: EmergencyLook
    seen: list[Entry]
    more: bool  # was seen than the page shows


def begin_emergency(*, look: Look) -> list[User]:
    """The page on which a record is opened in an emergency; gives whom to call where none opens.

    NotNow (403, logged) for a role that opens none.
    """
    if not may_break_glass(look.by):
        raise NotNow("Your role opens no record in an emergency.", look=look, record=EmergencyLook)
    show(look, [])
    return list(reviewers_of_looks().exclude(pk=look.by.pk))


def find_in_emergency(words: str, *, look: Look) -> Person:
    """The one person who matches `words` and is known to others than `look.by`.

    Refused, and logged with the words, where nobody matches, or several do. Somebody who is closed to
    them is refused in the very words of somebody whom nobody knows.
    """
    user: User = look.by
    use_the_indexes()
    matching = people_matching(read(words), secret_addresses=False).order_by()
    found = list(people_in_reach_of_an_emergency(user, among=matching)[:2])
    if len(found) == 1:
        return found[0]
    there = matching.order_by("pk").values_list("pk", flat=True)[:PAGE_LENGTH]
    show(look, [Shown(Verb.LOOK_REFUSED, EmergencyLook, there)], values={"words": words})
    if found:
        raise Refused(SEVERAL)
    raise Refused(ANYWAY if people_of(user, among=matching).exists() else NOBODY)


def reviewers_of(look: EmergencyLook) -> QuerySet[User]:
    """Who may review `look` today: neither whoever opened the record, nor whoever must not see it."""
    closed = to_whom_closed(Person.objects.filter(pk=look.person_id))
    return reviewers_of_looks().exclude(pk=look.recorded_by_id).exclude(closed)


def list_emergencies(
    *, look: Look, reviewed: bool = False, page: int | str = 1
) -> tuple[Page, Rate | None]:
    """One page of the emergency looks that exist for `look.by`, those to be reviewed first first; each row
    is an entry. The rate of use is for whoever reviews them.

    NotNow (403, logged) for a role that neither opens records in an emergency nor reviews it.
    """
    user: User = look.by
    if not (may_break_glass(user) or can_review_looks(user)):
        raise NotNow("Your role opens no record in an emergency.", look=look, record=EmergencyLook)
    found = (
        emergencies_of(user)
        .filter(reviewed_at__isnull=not reviewed)
        .select_related("person", "recorded_by", "reviewed_by")
        .order_by(*(["-reviewed_at"] if reviewed else ["review_by", "pk"]))
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    rate = rate_of(emergencies_of(user)) if can_review_looks(user) else None
    show(
        look.for_purpose(Purpose.MANAGEMENT),
        [Shown(Verb.EMERGENCY_LISTED, one, [one.person_id]) for one in rows],
    )
    return rows, rate


def rate_of(looks: QuerySet[EmergencyLook]) -> Rate:
    """How often, in the last thirty days and the last year."""
    now = timezone.now()
    year = looks.filter(recorded_at__gte=now - timedelta(days=365)).order_by()
    by_whom = year.values_list("recorded_by__full_name").annotate(times=Count("pk"))
    return Rate(
        in_a_month=year.filter(recorded_at__gte=now - timedelta(days=30)).count(),
        in_a_year=year.count(),
        not_needed=year.filter(
            outcome__in=[EmergencyLook.Outcome.GOOD_FAITH, EmergencyLook.Outcome.WRONG]
        ).count(),
        by_whom=list(by_whom.order_by("-times", "recorded_by__full_name")[:PAGE_LENGTH]),
    )


def open_emergency(reference: str, *, look: Look) -> Emergency:
    """One emergency look with everything that was seen by it. NotYours (404, logged) if it does not exist
    for `look.by`.
    """
    user: User = look.by
    look = look.for_purpose(Purpose.MANAGEMENT)
    one = (
        emergencies_of(user)
        .select_related("person", "recorded_by", "ended_by", "reviewed_by")
        .filter(reference=reference)
        .first()
    )
    if one is None:
        raise NotYours(
            "No emergency look with this reference.",
            look=look,
            record=EmergencyLook,
            people=EmergencyLook.objects.filter(reference=reference).values_list(
                "person", flat=True
            ),
            values={"reference": reference},
        )
    seen = list(_seen_by(one, user)[: MOST_LOOKS + 1])
    show(look, [Shown(Verb.EMERGENCY_READ, one, [one.person_id])])
    return Emergency(look=one, seen=seen[:MOST_LOOKS], more=len(seen) > MOST_LOOKS)


def to_chase(*, on_or_before: date, not_again_on: date) -> QuerySet[EmergencyLook]:
    """The emergency looks whose review is due by a day, and for which nobody was asked again on another."""
    return EmergencyLook.objects.filter(reviewed_at=None, review_by__lte=on_or_before).exclude(
        chased_on=not_again_on
    )


def _seen_by(one: EmergencyLook, reader: User) -> QuerySet[Entry]:
    """The looks of whoever opened the record that were made in an emergency, from its entry on until its end."""
    of_this = Entry.objects.filter(record=EmergencyLook._meta.label, record_id=one.pk).order_by()
    began = of_this.filter(verb=Verb.EMERGENCY_BEGUN).aggregate(first=Min("pk"))["first"] or 0
    ended = of_this.filter(verb=Verb.EMERGENCY_ENDED).aggregate(last=Max("pk"))["last"]
    seen = entries_for(reader).filter(
        by_id=one.recorded_by_id, purpose=Purpose.EMERGENCY, action=Action.ACCESS, pk__gt=began
    )
    seen = seen.filter(pk__lt=ended) if ended else seen.filter(at__lte=one.until)
    return seen.order_by("pk")
