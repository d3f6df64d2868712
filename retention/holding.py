"""What stops a destruction: holds placed by hand, and those that other work places by itself.

Each is a question to the tables, asked again at the last moment (features.md P34; DPA 2018 s.173: nothing
is destroyed once somebody asked for it).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

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
from core.privacy import declaration_of
from diary.models import DropIn
from retention.kinds import ALLEGATION, APART, BREACH, COMPLAINT, CONCERN, LOG_MONTH, PERSON
from retention.log_months import people_in
from retention.models import Hold
from safeguarding.models import Allegation, AllegationPerson, Concern, ConcernPerson
from safeguarding.workflow import AllegationStatus, ConcernStatus
from sar.complaint_workflow import BreachStatus, ComplaintStatus
from sar.models import Breach, BreachPerson, Complaint, RightsRequest
from sar.queries.figures import since_of
from sar.workflow import OPEN_STATUSES

type Record = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that stops it. `words` name nobody: they stand in the certificate as well.

    `is_known`, where whoever opens the record may read it there; of a concern or a complaint not everybody.
    """

    words: str
    person: int | None = None
    case: int | None = None
    hold: Hold | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """The people and the cases that records are about."""

    people: frozenset[int]
    cases: frozenset[int]


def touched_by(records: Iterable[Record]) -> Touched:
    """Whom, and which cases, the destruction of `records` would touch; merged numbers as well."""
    return touched_by_each([records])[0]


def touched_by_each(groups: Sequence[Iterable[Record]]) -> list[Touched]:
    """The same of each group of records, with as many questions as for one."""
    by_table: dict[str, dict[int, list[int]]] = {}
    for place, records in enumerate(groups):
        for table, number in records:
            by_table.setdefault(table, {}).setdefault(number, []).append(place)
    people: list[set[int]] = [set() for _ in groups]
    cases: list[set[int]] = [set() for _ in groups]
    for table, of in by_table.items():
        for number, places in of.items() if table == "cases.Case" else ():
            for place in places:
                cases[place].add(number)
        for number, person in _people_of(table, of):
            for place in of[number]:
                people[place].add(person)
    everybody = set().union(*people)
    merged = Person.objects.filter(merged_into__in=everybody).values_list("pk", "merged_into")
    numbers: dict[int, set[int]] = {}
    for number, into in merged if everybody else ():
        numbers.setdefault(into or 0, set()).add(number)
    return [
        Touched(
            frozenset(found.union(*(numbers.get(one, set()) for one in found))),
            frozenset(cases[place]),
        )
        for place, found in enumerate(people)
    ]


def may_hold_back(records: Iterable[Record]) -> Touched:
    """The same, with everybody and every case whose holds stop the destruction of `records`.

    Of what is kept apart, every case of its people: their family is not over while one is open. Of a month of
    the log, everybody of whom something was typed in it.
    """
    records = list(records)
    touched = touched_by(records)
    cases = set(touched.cases)
    for table in APART:
        numbers = {number for of, number in records if of == table}
        cases.update(case for _, case in _cases_beside(table, numbers))
    months = [number for table, number in records if table == LOG_MONTH]
    typed = people_in(months) if months else set()
    return Touched(touched.people | typed, frozenset(cases))


def _people_of(table: str, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The rows of a table with whom they are about; of any declared table, as when entries are erased."""
    if table == PERSON:
        yield from ((number, number) for number in numbers)
    elif table in MEMBERS:
        model, row, person = MEMBERS[table]
        of = model._base_manager.filter(**{f"{row}__in": numbers}).exclude(**{person: None})
        yield from of.values_list(row, person)
    else:
        about = apps.get_model(table)
        for path in declaration_of(about).about:
            rows = about._base_manager.filter(pk__in=numbers).exclude(**{path: None})
            yield from rows.values_list("pk", path)


# Of each record that goes as one, the table that says who is in it.
MEMBERS: dict[str, tuple[type[Model], str, str]] = {
    "cases.Case": (CasePerson, "case", "person"),
    "cases.Referral": (ReferralPerson, "referral", "person"),
    "cases.Enquiry": (Enquiry, "pk", "person"),
    "diary.DropIn": (DropIn, "pk", "person"),
    CONCERN: (ConcernPerson, "concern", "person"),
    ALLEGATION: (AllegationPerson, "allegation", "person"),
    "sar.RightsRequest": (RightsRequest, "pk", "person"),
    COMPLAINT: (Complaint, "pk", "person"),
    BREACH: (BreachPerson, "breach", "person"),
}


def holds_on(
    records: Iterable[Record], *, on: date, but: RightsRequest | None = None
) -> list[Held]:
    """Everything that stops the destruction of `records` on the day `on`; empty if nothing does.

    An erasure request, `but`, holds neither by itself nor by the restriction that was placed for it; single
    entries may be erased from an open case, a whole person or case may not.
    """
    records = list(records)
    touched = may_hold_back(records)
    found = [
        *_by_hand(records, touched),
        *_requests(touched, but),
        *_restrictions(touched, records, but),
    ]
    for ask in (_complaints, _breaches, _alerts):
        found += ask(touched, on)
    found += _concerns(touched, records) + _allegations(touched, records)
    if but is None or any(table in {PERSON, "cases.Case"} for table, _ in records):
        found += _paper(touched_by(records), on)
    return found + _counted_breaches(records, on) + _open_cases(records, touched)


def by_hand_each(records: Iterable[Record]) -> dict[Record, list[Hold]]:
    """Of each record, the holds that somebody placed and that stop its destruction; without those that none stops.

    For a page that says it beside each: as many questions for many as for one. Not of a month of the log, of which
    each would be read through; its own page asks that.
    """
    wanted = [one for one in records if one[0] != LOG_MONTH]
    touched = dict(zip(wanted, touched_by_each([[one] for one in wanted]), strict=True))
    breaches = _breaches_of(wanted)
    cases = {one: set(of.cases) for one, of in touched.items()}
    for one, case in _cases_around(wanted):
        cases[one].add(case)
    everybody = {number for of in touched.values() for number in of.people}
    holds = _standing(
        everybody,
        {case for of in cases.values() for case in of},
        {number for of in breaches.values() for number in of},
    )
    found = {
        one: [
            hold
            for hold in holds
            if hold.person_id in touched[one].people
            or hold.case_id in cases[one]
            or hold.breach_id in breaches.get(one, ())
        ]
        for one in wanted
    }
    return {one: its for one, its in found.items() if its}


def by_hand_in_words(records: Iterable[Record]) -> dict[Record, str]:
    """The same in a sentence that does not tell why it was placed (settings.ERASURE_HELD)."""
    return {
        record: f"A hold stands on it ({its[0].get_kind_display().lower()}): nothing of it is destroyed for now."
        for record, its in by_hand_each(records).items()
    }


def _cases_around(records: Iterable[Record]) -> Iterator[tuple[Record, int]]:
    """Cases something of which would go with a record, though the case itself does not: each case of somebody who
    goes whole, the case in which an entry stands, and those of whose people something is kept apart, or was typed in
    a month of the log.
    """
    by_table: dict[str, set[int]] = {}
    for table, number in records:
        by_table.setdefault(table, set()).add(number)
    if whole := by_table.pop(PERSON, set()):
        members = CasePerson.objects.filter(Q(person__in=whole) | Q(person__merged_into__in=whole))
        for person, into, case in members.values_list("person", "person__merged_into", "case"):
            yield from (((PERSON, one), case) for one in (person, into) if one in whole)
    for month in by_table.pop(LOG_MONTH, set()):
        members = CasePerson.objects.filter(person__in=people_in([month]))
        for case in members.values_list("case", flat=True).distinct():
            yield (LOG_MONTH, month), case
    for table in APART:
        for number, case in _cases_beside(table, by_table.pop(table, set())):
            yield (table, number), case
    for table, numbers in by_table.items():
        if table not in MEMBERS:
            yield from (((table, number), case) for number, case in _cases_of(table, numbers))


def _cases_beside(table: str, numbers: set[int]) -> Iterator[tuple[int, int]]:
    """What is kept apart, with every case of its people and the case in which it was raised."""
    if not numbers:
        return
    of: dict[int, set[int]] = {}
    for number, person in _people_of(table, numbers):
        of.setdefault(person, set()).add(number)
    members = CasePerson.objects.filter(person__in=of).values_list("person", "case")
    yield from ((number, case) for person, case in members for number in of[person])
    if table == CONCERN:
        raised = Concern.objects.filter(pk__in=numbers, case__isnull=False)
        for number, of_case in raised.values_list("pk", "case"):
            if of_case is not None:
                yield number, of_case


def _cases_of(table: str, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The entries of a table with the case they stand in, on the ways by which it declares whom it is about."""
    entries = apps.get_model(table)
    about = declaration_of(entries).about
    ways = {path.partition("case__")[0] + "case" for path in about if "case__" in path}
    if any(one.name == "case" for one in entries._meta.concrete_fields):
        ways.add("case")
    for way in ways:
        rows = entries._base_manager.filter(pk__in=numbers).exclude(**{way: None})
        yield from rows.values_list("pk", way)


def _breaches_of(records: Iterable[Record]) -> dict[Record, set[int]]:
    """The breaches of which something would go with each record: itself, or the link to somebody who goes whole."""
    found: dict[Record, set[int]] = {}
    whole: set[int] = set()
    for table, number in records:
        if table == BREACH:
            found[BREACH, number] = {number}
        elif table == PERSON:
            whole.add(number)
    links = BreachPerson.objects.filter(Q(person__in=whole) | Q(person__merged_into__in=whole))
    told = links.values_list("person", "person__merged_into", "breach") if whole else ()
    for person, into, breach in told:
        for one in whole & {person, into}:
            found.setdefault((PERSON, one), set()).add(breach)
    return found


def _standing(people: Iterable[int], cases: Iterable[int], breaches: Iterable[int]) -> list[Hold]:
    on = Q(person__in=people) | Q(case__in=cases) | Q(breach__in=breaches)
    holds = Hold.objects.filter(on, released_at=None)
    return list(holds.select_related("owner"))


def _by_hand(records: list[Record], touched: Touched) -> list[Held]:
    """A hold on a case, or on a breach, holds as well whoever and whatever would take something of it along."""
    cases = touched.cases.union(case for _, case in _cases_around(records))
    breaches = set().union(*_breaches_of(records).values())
    return [
        Held(
            f"Held: {hold.get_kind_display().lower()}, to be looked at by {plain(hold.review_by)}.",
            hold.person_id,
            hold.case_id,
            hold,
            is_known=True,
        )
        for hold in _standing(touched.people, cases, breaches)
    ]


def _requests(touched: Touched, but: RightsRequest | None) -> list[Held]:
    found = RightsRequest.objects.filter(person__in=touched.people, status__in=OPEN_STATUSES)
    if but is not None:
        found = found.exclude(pk=but.pk)
    return [
        Held("A request about their information is open (DPA 2018 s.173).", one, is_known=True)
        for one in found.values_list("person", flat=True).distinct()
    ]


def _restrictions(touched: Touched, records: list[Record], but: RightsRequest | None) -> list[Held]:
    """What is restricted is stored and nothing else (UK GDPR Art 18): not destroyed either."""
    about = Q(person__in=touched.people) | Q(case__in=touched.cases)
    for entry in ("note", "contact", "document"):
        about |= Q(**{f"{entry}__case__in": touched.cases})
        about |= Q(**{f"{entry}__people__in": touched.people})
    about |= Q(decision__case__in=touched.cases) | Q(decision__case__people__in=touched.people)
    found = Restriction.objects.filter(about, lifted_at=None)
    if but is not None:
        own = found.filter(asked_by__request=but).distinct()
        if any((one.of._meta.label, one.of.pk) in set(records) for one in own):
            return [
                Held("It is restricted itself. Tell the person and lift that first (Art 18(3)).")
            ]
        found = found.exclude(pk__in=own)
    held = Held("Something of it is restricted (UK GDPR Art 18).", is_known=True)
    return [held] if found.exists() else []


def _complaints(touched: Touched, on: date) -> list[Held]:
    found = Complaint.objects.filter(person__in=touched.people).exclude(
        status=ComplaintStatus.CLOSED
    )
    return [
        Held("A complaint of theirs is not closed.", one)
        for one in found.values_list("person", flat=True).distinct()
    ]


def _breaches(touched: Touched, on: date) -> list[Held]:
    found = Breach.objects.filter(people__in=touched.people).exclude(status=BreachStatus.CLOSED)
    return [Held("A breach that is about them is not closed.")] if found.exists() else []


def _counted_breaches(records: list[Record], on: date) -> list[Held]:
    """A breach that is open, or of the quarters whose figures are read still: they would tell of one less."""
    numbers = [number for table, number in records if table == BREACH]
    found = Breach.objects.filter(pk__in=numbers)
    if not numbers:
        return []
    if found.exclude(status=BreachStatus.CLOSED).exists():
        return [Held("The breach is not closed.", is_known=True)]
    if found.filter(aware__date__gte=since_of(on)).exists():
        return [
            Held("The breach is counted in the figures of the last two years still.", is_known=True)
        ]
    return []


def _concerns(touched: Touched, records: list[Record]) -> list[Held]:
    open_ones = Concern.objects.exclude(status=ConcernStatus.ENDED)
    about = Q(people__in=touched.people) | Q(case__in=touched.cases)
    return _apart(CONCERN, open_ones, about, records, "The concern is not ended yet.")


def _allegations(touched: Touched, records: list[Record]) -> list[Held]:
    open_ones = Allegation.objects.exclude(status=AllegationStatus.ENDED)
    about = Q(people__in=touched.people)
    return _apart(ALLEGATION, open_ones, about, records, "The allegation is not ended yet.")


def _apart(
    table: str, open_ones: QuerySet[Any], about: Q, records: list[Record], itself: str
) -> list[Held]:
    """What is kept apart and goes on holds its people, and itself: it may name no client.

    Of anybody's in the words of every concern: that there is an allegation is for those named to receive them.
    """
    own = {number for of, number in records if of == table}
    found = set(open_ones.filter(about | Q(pk__in=own)).values_list("pk", flat=True))
    held = [Held(itself, is_known=True)] if found & own else []
    return [*held, Held("A safeguarding concern is not dealt with yet.")] if found - own else held


def _alerts(touched: Touched, on: date) -> list[Held]:
    found = Alert.objects.filter(
        Q(person__in=touched.people) | Q(household__in=touched.cases),
        stands_on(on),
        kind=Alert.Kind.SAFEGUARDING,
    )
    return [Held("A safeguarding alert stands.", is_known=True)] if found.exists() else []


def _paper(touched: Touched, on: date) -> list[Held]:
    """What is known to lie on paper goes first: afterwards nobody would know whose it is (P53)."""
    found = PaperFile.objects.filter(
        Q(person__in=touched.people) | Q(case__in=touched.cases)
    ).exclude(status=PaperStatus.SHREDDED)
    held = Held("A file on paper is not shredded yet.", is_known=True)
    return [held] if found.exists() else []


def _open_cases(records: list[Record], touched: Touched) -> list[Held]:
    """An open case stops itself, and everybody whose own record would go."""
    people = [number for table, number in records if table == PERSON]
    found = Case.objects.exclude(status=CaseStatus.CLOSED).filter(
        Q(pk__in=touched.cases) | Q(people__in=people)
    )
    return [Held("A case is open.", is_known=True)] if found.exists() else []
