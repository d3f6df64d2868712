"""What stops a destruction: holds placed by hand, and those that other work places by itself.

Each is a question to the tables, asked again at the last moment (features.md P34; DPA 2018 s.173: nothing
is destroyed once somebody asked for it).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.models import (
    Alert,
    Case,
    CasePerson,
    Enquiry,
    PaperFile,
    Person,
    ReferralPerson,
    Restriction,
)
from cases.models.standing import stands_on
from cases.workflow import CaseStatus, PaperStatus
from core.dates import plain
from diary.models import DropIn
from retention.due import PERSON
from retention.models import Hold
from safeguarding.models import AllegationPerson, Concern, ConcernPerson
from safeguarding.workflow import AllegationStatus, ConcernStatus
from sar.models import RightsRequest
from sar.workflow import OPEN_STATUSES

type Record = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that stops it. `words` name nobody: they stand in the certificate as well."""

    words: str
    person: int | None = None
    case: int | None = None
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """The people and the cases that records are about."""

    people: frozenset[int]
    cases: frozenset[int]


def touched_by(records: Iterable[Record]) -> Touched:
    """Whom, and which cases, the destruction of `records` would touch; merged numbers as well."""
    by_table: dict[str, set[int]] = {}
    for table, number in records:
        by_table.setdefault(table, set()).add(number)
    people = set(by_table.get(PERSON, ()))
    cases = by_table.get("cases.Case", set())
    for table, found in MEMBERS.items():
        if table in by_table:
            people.update(found(by_table[table]))
    people.discard(0)
    merged = Person.objects.filter(merged_into__in=people).values_list("pk", flat=True)
    return Touched(frozenset(people | set(merged)), frozenset(cases))


MEMBERS: dict[str, Callable[[set[int]], Iterable[int]]] = {
    "cases.Case": lambda keys: CasePerson.objects.filter(case__in=keys).values_list(
        "person", flat=True
    ),
    "cases.Referral": lambda keys: ReferralPerson.objects.filter(referral__in=keys).values_list(
        "person", flat=True
    ),
    "cases.Enquiry": lambda keys: Enquiry.objects.filter(
        pk__in=keys, person__isnull=False
    ).values_list("person", flat=True),
    "diary.DropIn": lambda keys: DropIn.objects.filter(
        pk__in=keys, person__isnull=False
    ).values_list("person", flat=True),
    "safeguarding.Concern": lambda keys: ConcernPerson.objects.filter(concern__in=keys).values_list(
        "person", flat=True
    ),
    "safeguarding.Allegation": lambda keys: AllegationPerson.objects.filter(
        allegation__in=keys
    ).values_list("person", flat=True),
    "sar.RightsRequest": lambda keys: RightsRequest.objects.filter(
        pk__in=keys, person__isnull=False
    ).values_list("person", flat=True),
}


def holds_on(records: Iterable[Record], *, on: date) -> list[Held]:
    """Everything that stops the destruction of `records` on the day `on`; empty if nothing does."""
    records = list(records)
    touched = touched_by(records)
    found: list[Held] = []
    for ask in (_by_hand, _requests, _restrictions, _concerns, _allegations, _alerts, _paper):
        found += ask(touched, on)
    return found + _open_cases(records, touched)


def _by_hand(touched: Touched, on: date) -> list[Held]:
    holds = Hold.objects.filter(
        Q(person__in=touched.people) | Q(case__in=touched.cases), released_at=None
    ).select_related("owner")
    return [
        Held(
            f"Held: {hold.get_kind_display().lower()}, to be looked at by {plain(hold.review_by)}.",
            hold.person_id,
            hold.case_id,
            hold,
        )
        for hold in holds
    ]


def _requests(touched: Touched, on: date) -> list[Held]:
    found = RightsRequest.objects.filter(person__in=touched.people, status__in=OPEN_STATUSES)
    return [
        Held("A request about their information is open (DPA 2018 s.173).", one)
        for one in found.values_list("person", flat=True).distinct()
    ]


def _restrictions(touched: Touched, on: date) -> list[Held]:
    """What is restricted is stored and nothing else (UK GDPR Art 18): not destroyed either."""
    about = Q(person__in=touched.people) | Q(case__in=touched.cases)
    for entry in ("note", "contact", "document"):
        about |= Q(**{f"{entry}__case__in": touched.cases})
        about |= Q(**{f"{entry}__people__in": touched.people})
    about |= Q(decision__case__in=touched.cases) | Q(decision__case__people__in=touched.people)
    found = Restriction.objects.filter(about, lifted_at=None)
    return [Held("Something of it is restricted (UK GDPR Art 18).")] if found.exists() else []


def _concerns(touched: Touched, on: date) -> list[Held]:
    found = Concern.objects.filter(
        Q(people__in=touched.people) | Q(case__in=touched.cases)
    ).exclude(status=ConcernStatus.ENDED)
    return [Held("A safeguarding concern is not dealt with yet.")] if found.exists() else []


def _allegations(touched: Touched, on: date) -> list[Held]:
    found = AllegationPerson.objects.filter(person__in=touched.people).exclude(
        allegation__status=AllegationStatus.ENDED
    )
    # In the words of every concern: that there is an allegation is for those named to receive them.
    return [Held("A safeguarding concern is not dealt with yet.")] if found.exists() else []


def _alerts(touched: Touched, on: date) -> list[Held]:
    found = Alert.objects.filter(
        Q(person__in=touched.people) | Q(household__in=touched.cases),
        stands_on(on),
        kind=Alert.Kind.SAFEGUARDING,
    )
    return [Held("A safeguarding alert stands.")] if found.exists() else []


def _paper(touched: Touched, on: date) -> list[Held]:
    """What is known to lie on paper goes first: afterwards nobody would know whose it is (P53)."""
    found = PaperFile.objects.filter(
        Q(person__in=touched.people) | Q(case__in=touched.cases)
    ).exclude(status=PaperStatus.SHREDDED)
    return [Held("A file on paper is not shredded yet.")] if found.exists() else []


def _open_cases(records: list[Record], touched: Touched) -> list[Held]:
    """An open case stops itself, and everybody whose own record would go."""
    people = [number for table, number in records if table == PERSON]
    found = Case.objects.exclude(status=CaseStatus.CLOSED).filter(
        Q(pk__in=touched.cases) | Q(people__in=people)
    )
    return [Held("A case is open.")] if found.exists() else []
