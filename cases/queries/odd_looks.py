"""Looks that want an explanation: what the log shows of a day, and the list to be reviewed (N8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from accounts.roles import Role
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.closed import closed, closed_cases
from cases.homes import marks_of
from cases.kinds import KINDS
from cases.models import (
    Address,
    Allocation,
    Barring,
    Case,
    CasePerson,
    OddLook,
    Person,
    Seal,
    SealReader,
)
from cases.names import NameText
from cases.odd import (
    EXPLANATIONS,
    REFUSED_OFTEN,
    Alike,
    Closing,
    Finding,
    Named,
    OddKind,
    Record,
    Seen,
    Working,
    findings_of,
    has_same_name,
)
from cases.permissions import can_review_looks
from cases.queries.homes import homes_of

PAGE_LENGTH = 30  # rows
OPENED = {
    Person: (Verb.PERSON_OPENED, Verb.PERSON_PRINTED),
    Case: (Verb.CASE_OPENED_TO_READ, Verb.CASE_PRINTED),
}
READ = (
    *(kind.read for kind in KINDS.values()),
    Verb.ENTRY_PRINTED,
    Verb.DOCUMENT_PAGE_SEEN,
    Verb.DOCUMENT_FILE_TAKEN,
)


@dataclass(frozen=True, slots=True)
class OddRow:
    """One odd look as its reviewer reads it."""

    odd: OddLook
    about: str  # the person or case, in words; "" where it is about how many
    why: str
    may_review: bool


def list_odd_looks(
    *, look: Look, page: int | str = 1, reviewed: bool = False
) -> tuple[Page, list[OddRow]]:
    """One page of odd looks, those that wait or those reviewed; each person named is an entry.

    NotNow (403, logged) for a role that does not review looks.
    """
    user: User = look.by
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not can_review_looks(user):
        raise NotNow("Your role does not review looks.", look=look, record=OddLook)
    found = (
        odd_looks_of(user)
        .filter(reviewed_at__isnull=not reviewed)
        .select_related("looker", "person", "case__service", "reviewed_by")
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        look,
        [
            Shown(Verb.ODD_LOOK_LISTED, odd, [odd.person_id] if odd.person_id else [])
            for odd in rows
        ],
    )
    return rows, [_row(odd, user) for odd in rows]


def open_odd_look(reference: str, *, look: Look) -> OddLook:
    """One odd look, to say what it was. NotYours (404) if there is none; NotNow for another role, and
    for whoever looked: their own are reviewed by somebody else.
    """
    user: User = look.by
    look = look.for_purpose(Purpose.MANAGEMENT)
    known = odd_looks_of(user).select_related("looker", "person", "case__service")
    odd = known.filter(reference=reference).first() if can_review_looks(user) else None
    if odd is None:
        raise NotYours("No such look.", look=look, record=OddLook, values={"reference": reference})
    people = [odd.person_id] if odd.person_id else []
    if odd.looker_id == user.pk:
        raise NotNow(
            "These are your own looks: somebody else reviews them.",
            look=look,
            record=odd,
            people=people,
        )
    show(look, [Shown(Verb.ODD_LOOK_LISTED, odd, people)])
    return odd


def odd_looks_of(user: User) -> QuerySet[OddLook]:
    """The odd looks that exist for `user`: not those at records that are closed to them."""
    return OddLook.objects.exclude(closed(user, "person") | Q(case__in=closed_cases(user)))


def waiting_for_review() -> dict[OddKind, int]:
    """How many odd looks of each kind nobody has reviewed."""
    waiting = OddLook.objects.filter(reviewed_at=None).order_by().values_list("kind")
    counted = dict(waiting.annotate(times=Count("pk")))
    return {kind: counted[kind.value] for kind in OddKind if kind.value in counted}


def findings_on(day: date) -> list[Finding]:
    """What is odd among the looks of `day`. A handful of questions to the database, for any number."""
    looks = list(_looks_on(day))
    lookers = {look.looker for look in looks}
    working = _working_on(day, lookers)
    alike = _alike(looks, lookers, day)
    found = [*_refused_on(day), *_closed_on(day)]
    looks.sort(key=lambda look: look.looker)
    for _, theirs in groupby(looks, key=lambda look: look.looker):
        found += findings_of(list(theirs), working=working, alike=alike, many=settings.MANY_LOOKS)
    return found


def _of_day(day: date) -> Q:
    start = timezone.make_aware(datetime.combine(day, time.min))
    return Q(at__gte=start, at__lt=start + timedelta(days=1), by_id__isnull=False)


def _looks_on(day: date) -> Iterable[Seen]:
    """The looks at people and cases; one at an entry by itself, without its record, is one at its case."""
    looks = Entry.objects.filter(_of_day(day), action=Action.ACCESS, record_id__isnull=False)
    opened = looks.filter(verb__in=[verb for verbs in OPENED.values() for verb in verbs])
    # On a page of a record what stands on it is no other look.
    with_record = opened.filter(request__isnull=False).values("request")
    alone = looks.filter(verb__in=READ).exclude(request__in=with_record)
    staff = set(User.objects.values_list("pk", flat=True))
    known: dict[str, dict[int, int]] = {
        model._meta.label: dict(
            model._base_manager.filter(pk__in=_numbers(opened, model)).values_list("pk", "pk")
        )
        for model in OPENED
    } | {
        kind.model._meta.label: dict(
            kind.model._base_manager.filter(pk__in=_numbers(alone, kind.model)).values_list(
                "pk", "case"
            )
        )
        for kind in KINDS.values()
    }
    rows = (opened | alone).values_list(
        "pk", "by_id", "at", "record", "record_id", "by_roles", "purpose"
    )
    for entry, looker, at, record, stands, roles, purpose in rows.order_by("pk").iterator():
        number = known.get(record, {}).get(stands or 0)
        if looker not in staff or number is None:
            continue
        is_person = record == Person._meta.label
        yield Seen(
            entry=entry,
            looker=looker,
            at=timezone.localtime(at),
            as_caseworker=roles == Role.CASEWORKER.value and purpose == Purpose.SERVICE,
            person=number if is_person else None,
            case=None if is_person else number,
        )


def _numbers(opened: QuerySet[Entry], model: type[models.Model]) -> QuerySet:
    return opened.filter(record=model._meta.label).values("record_id")


def _working_on(day: date, lookers: set[int]) -> Working:
    now: set[tuple[int, Record]] = set()
    before: set[tuple[int, Record]] = set()
    cases: dict[int, list[tuple[int, bool]]] = {}
    for worker, case, since, until in Allocation.objects.filter(worker__in=lookers).values_list(
        "worker", "case", "since", "until"
    ):
        works = since <= day and (until is None or until >= day)
        cases.setdefault(case, []).append((worker, works))
        (now if works else before).add((worker, (None, case)))
    for case, person in CasePerson.objects.filter(case__in=cases).values_list("case", "person"):
        for worker, works in cases[case]:
            (now if works else before).add((worker, (person, None)))
    # Whoever wrote somebody down has a reason to look at what they wrote.
    for worker, person in Person.objects.filter(recorded_by__in=lookers).values_list(
        "recorded_by", "pk"
    ):
        now.add((worker, (person, None)))
    return Working(now=frozenset(now), before=frozenset(before))


def _alike(looks: list[Seen], lookers: set[int], day: date) -> Alike:
    """Who looked at somebody of their own family name, or of their own house on `day`."""
    cases = {look.case for look in looks if look.case is not None}
    about: dict[Record, set[int]] = {
        look.record: {look.person} for look in looks if look.person is not None
    }
    for case, person in CasePerson.objects.filter(case__in=cases).values_list("case", "person"):
        about.setdefault((None, case), set()).add(person)
    people = set().union(*about.values())
    names = dict(
        Person.objects.filter(pk__in=people)
        .annotate(compared=NameText("family_name"))
        .values_list("pk", "compared")
    )
    staff = dict(
        User.objects.filter(pk__in=lookers)
        .annotate(compared=NameText("full_name"))
        .values_list("pk", "compared")
    )
    homes, houses = homes_of(lookers), _houses_on(day, people)
    pairs = {(look.looker, look.record) for look in looks}
    return Alike(
        names=frozenset(
            (looker, record)
            for looker, record in pairs
            if any(has_same_name(staff[looker], names[one]) for one in about.get(record, ()))
        ),
        addresses=frozenset(
            (looker, record)
            for looker, record in pairs
            if any(homes.get(looker) in houses.get(one, ()) for one in about.get(record, ()))
        ),
    )


def _houses_on(day: date, people: set[int]) -> dict[int, set[str]]:
    """The marks of the houses in which `people` lived on `day`, by person. An address kept from everybody
    counts too: who lives in a refuge and looks at who hid there is the first to be asked.
    """
    lived = Address.objects.filter(
        Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day), person__in=people
    )
    houses: dict[int, set[str]] = {}
    for person, lines, postcode in lived.values_list("person", "lines", "postcode"):
        houses[person] = houses.get(person, set()) | marks_of(lines, postcode)
    return houses


def _refused_on(day: date) -> Iterable[Finding]:
    refused = (
        Entry.objects.filter(_of_day(day), verb=Verb.LOOK_REFUSED)
        .filter(by_id__in=User.objects.values("pk"))
        .order_by()
        .values_list("by_id")
        .annotate(times=Count("pk"), first=Min("pk"))
    )
    for looker, times, first in refused:
        if times >= REFUSED_OFTEN:
            yield Finding(OddKind.REFUSED, looker, None, None, times, first)


def _closed_on(day: date) -> Iterable[Finding]:
    """Refused looks at people who were closed to whoever looked, when they looked."""
    closings = list(_closings())
    people = {closing.person for closing in closings}
    refused = Entry.objects.filter(
        _of_day(day), verb=Verb.LOOK_REFUSED, people__overlap=sorted(people)
    ).filter(by_id__in=User.objects.values("pk"))
    tried: dict[tuple[int, int], list[int]] = {}
    for entry, looker, at, named in refused.order_by("pk").values_list(
        "pk", "by_id", "at", "people"
    ):
        for person in people.intersection(named):
            if looker and any(closing.closes(looker, person, at) for closing in closings):
                tried.setdefault((looker, person), []).append(entry)
    for (looker, person), entries in tried.items():
        yield Finding(OddKind.CLOSED, looker, person, None, len(entries), entries[0])


def _closings() -> Iterable[Closing]:
    """Every conflict of interest with somebody on record, and every seal, those that are over as well."""
    barrings = Barring.objects.filter(person__isnull=False)
    for user, person, since, until in barrings.values_list(
        "user", "person", "linked_at", "ended_at"
    ):
        if person and since:
            yield Closing(person=person, since=since, until=until, to=user)
    past_seals = frozenset(people_with("cases.open_sealed").values_list("pk", flat=True))
    named: dict[int, list[Named]] = {}
    for seal, user, since, until in SealReader.objects.values_list(
        "seal", "user", "recorded_at", "ended_at"
    ):
        named.setdefault(seal, []).append(Named(user, since, until))
    for seal, person, since, until in Seal.objects.values_list(
        "pk", "person", "recorded_at", "lifted_at"
    ):
        yield Closing(
            person=person,
            since=since,
            until=until,
            named=tuple(named.get(seal, ())),
            past_seals=past_seals,
        )


def _row(odd: OddLook, reader: User) -> OddRow:
    return OddRow(
        odd=odd,
        about=f"{odd.person}, {odd.person.reference}" if odd.person else str(odd.case or ""),
        why=EXPLANATIONS[OddKind(odd.kind)],
        may_review=odd.reviewed_at is None and odd.looker_id != reader.pk,
    )
