"""What is needed to raise a concern, and what whoever raised it may know of it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from audit.door import NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Case as FamilyCase
from cases.models import Person
from cases.permissions import can_search, cases_of, people_of
from cases.queries.cases import PAGE_LENGTH
from cases.queries.search import Found, search_people
from safeguarding.models import Allegation, Concern
from safeguarding.workflow import AllegationStatus, ConcernStatus

MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Beginning:
    """Whom the page offers to tick, and the case from whose page the button was pressed."""

    people: list[Person]
    case: FamilyCase | None
    found: Found | None
    may_search: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that whoever raised it may know: that it came, and whether it was dealt with."""

    reference: str
    raised_at: datetime
    in_danger: bool
    is_dealt_with: bool
    dealt_with_at: datetime | None
    raised: Concern | Allegation


def begin_raising(
    *, about: str = "", ticked: Iterable[str] = (), words: str = "", look: Look
) -> Beginning:
    """The page on which anybody raises a concern: whoever they are and whatever their service.

    `about` is the reference of the person or case whose page they came from, `ticked` are references
    chosen before, `words` what they search by. Only people who exist for them are offered; everybody
    else they describe.
    """
    user: User = look.by
    found = None
    if words and can_search(user):
        found = search_people(words, look=look, on=timezone.localdate())
    case = _case(about, user)
    wanted = {about, *ticked} | {hit.person.reference for hit in _best(found)}
    people = list(people_of(user, among=Person.objects.filter(reference__in=wanted)))
    if case is not None:
        people = list({person.pk: person for person in (*case.people.all(), *people)}.values())
    show(
        look.for_purpose(Purpose.SAFEGUARDING),
        [Shown(Verb.PERSON_FOUND, person, [person]) for person in people],
    )
    return Beginning(people=people, case=case, found=found, may_search=can_search(user))


def colleagues() -> QuerySet[User]:
    """Everybody with an account, also who may no longer sign in: an allegation may be about them."""
    return User.objects.order_by("full_name", "pk")


def open_receipt(reference: str, *, look: Look) -> Receipt:
    """What `look.by` may know of the concern or allegation that they raised; 404 if it is not theirs."""
    look = look.for_purpose(Purpose.SAFEGUARDING)
    raised: Concern | Allegation | None
    if reference.startswith("Z"):
        raised = Allegation.objects.filter(reference=reference).first()
    else:
        raised = Concern.objects.filter(reference=reference).first()
    if raised is None or raised.recorded_by_id != look.by.pk:
        raise NotYours(
            "You raised no concern with this reference.",
            look=look,
            record=raised or (Allegation if reference.startswith("Z") else Concern),
            people=raised.people.values_list("pk", flat=True) if raised else (),
            values={"reference": reference},
        )
    verb = (
        Verb.CONCERN_RECEIPT_READ if isinstance(raised, Concern) else Verb.ALLEGATION_RECEIPT_READ
    )
    show(look, [Shown(verb, raised, raised.people.values_list("pk", flat=True))])
    return Receipt(
        reference=str(raised.reference),
        raised_at=raised.recorded_at,
        in_danger=raised.in_danger,
        is_dealt_with=raised.ended_at is not None,
        dealt_with_at=raised.ended_at,
        raised=raised,
    )


def list_receipts(*, look: Look, page: int | str = 1) -> Page:
    """What `look.by` raised, the latest first; of whom, it does not say."""
    columns = ("reference", "recorded_at", "is_dealt_with", "ended_at")
    concerns = _ended(Concern.objects.filter(recorded_by=look.by), ConcernStatus.ENDED)
    allegations = _ended(Allegation.objects.filter(recorded_by=look.by), AllegationStatus.ENDED)
    rows = concerns.values(*columns).union(allegations.values(*columns), all=True)
    found = Paginator(rows.order_by("-recorded_at"), PAGE_LENGTH).get_page(page)
    show(look.for_purpose(Purpose.SAFEGUARDING), [])
    found.object_list = list(found.object_list)
    return found


def _ended(raised: QuerySet, status: str) -> QuerySet:
    done = When(status=status, then=Value(True))
    return raised.order_by().annotate(
        is_dealt_with=Case(done, default=Value(False), output_field=BooleanField())
    )


def _best(found: Found | None) -> list:
    return list(found.hits[:MOST_FOUND]) if found else []


def _case(reference: str, user: User) -> FamilyCase | None:
    if not reference.startswith("C-"):
        return None
    return cases_of(user).filter(reference=reference).prefetch_related("people").first()
