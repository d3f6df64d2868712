"""Two records side by side, what a merge did, and the list of those who may be one person."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import Count

from accounts.models import User
from audit.door import NotNow, NotYours, RefusedLook, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.leave import IsRestricted
from cases.merging import Choice, choices_between, person_keys
from cases.models import Merge, MergedRow, Person
from cases.permissions import can_merge, may_compare, may_merge, people_of, services_of
from cases.queries.opening import REFERENCE
from cases.queries.people import gather, survivor_of
from cases.queries.search import use_the_indexes

PAGE_LENGTH = 30  # pairs
# How many people are compared with all others for one page: a page stays quick among a hundred thousand.
LOOKED_AT = 5000
UNKNOWN = "There is nobody with this reference whom you know. Check it, or find the record first."
THE_SAME = "This is the record that you are on. Give the reference of the other one."
ALIKE = 0.6  # of all runs of three letters in two names, how many must be the same


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of one kind each of the two has."""

    kind: str
    survivor: int
    other: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be of one person."""

    survivor: Person
    other: Person
    choices: list[Choice]
    held: list[Held]
    may_be_merged: bool  # by the reader


@dataclass(frozen=True, slots=True)
class NoPair:
    """The record whose double is looked for, and why what was typed is none."""

    person: Person
    because: str


@dataclass(frozen=True, slots=True)
class WhatMoved:
    """What became of the rows of one kind."""

    kind: str
    fate: str
    count: int


@dataclass(frozen=True, slots=True)
class MergeRecord:
    merge: Merge
    moved: list[WhatMoved]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Double:
    """Two people who may be one, and why."""

    one: Person
    other: Person
    why: str


@dataclass(frozen=True, slots=True)
class Doubles:
    """One page of them; `before` asks for the next, and is None where everybody was compared."""

    pairs: list[Double]
    before: int | None


def begin_merge(reference: str, *, look: Look) -> Person:
    """Open the record of which somebody looks for the double. Errors as `open_person`."""
    found = gather(reference, look=look, may=may_compare)
    show(look, [Shown(Verb.PERSON_OPENED, found.person, [found.person])])
    return found.person


def find_pair(reference: str, words: str, *, look: Look) -> Pair | NoPair:
    """Lay a record beside the one whose reference was typed, also as P-12 or as the number that it had
    before a merge. Errors as `open_person`, for the first alone.

    Who does not exist for `look.by`, sealed or of another service, is answered as nobody; both are logged.
    """
    person = gather(reference, look=look, may=may_compare).person
    other = _meant(words, look.by)
    if other == person.reference:
        show(look, [Shown(Verb.PERSON_OPENED, person, [person])])
        return NoPair(person, THE_SAME)
    try:
        double = gather(other, look=look, may=may_compare).person
    except RefusedLook as refusal:
        there = Person.objects.filter(reference=other)
        show(
            look,
            [
                Shown(Verb.PERSON_OPENED, person, [person]),
                Shown(Verb.LOOK_REFUSED, Person, there),
            ],
            values={"reference": words},
        )
        return NoPair(person, str(refusal) if isinstance(refusal, IsRestricted) else UNKNOWN)
    return _side_by_side(person, double, look)


def open_pair(reference: str, other: str, *, look: Look) -> Pair:
    """Lay two records side by side; both looks are written. Errors as `open_person`, for either."""
    survivor = gather(reference, look=look, may=may_compare).person
    double = gather(_meant(other, look.by), look=look, may=may_compare).person
    return _side_by_side(survivor, double, look)


def _meant(words: str, user: User) -> str:
    """The reference that was typed, or of the record to which it leads since a merge; "" if it is none."""
    typed = REFERENCE.match(words)
    reference = f"P-{int(typed[1]):06d}" if typed else ""
    survivor = survivor_of(reference, user)
    return survivor.reference if survivor else reference


def _side_by_side(survivor: Person, double: Person, look: Look) -> Pair:
    user: User = look.by
    show(
        look.for_purpose(Purpose.CORRECTING_AN_ERROR),
        [Shown(Verb.PERSON_OPENED, one, [one]) for one in (survivor, double)],
    )
    return Pair(
        survivor=survivor,
        other=double,
        choices=choices_between(survivor, double),
        held=_held(survivor, double),
        may_be_merged=can_merge(user, survivor, double),
    )


def open_merge(reference: str, *, look: Look) -> MergeRecord:
    """What a merge did. NotYours (404, logged) if its survivor does not exist for `look.by`; NotNow
    (403, logged) for a role that merges nobody.
    """
    user: User = look.by
    merge = (
        Merge.objects.select_related("survivor", "other", "recorded_by", "undone_by")
        .filter(reference=reference, survivor__in=people_of(user))
        .first()
    )
    if merge is None:
        people = Merge.objects.filter(reference=reference).values_list("survivor", "other")
        raise NotYours(
            "No merge with this reference.",
            look=look,
            record=Merge,
            people={number for pair in people for number in pair},
            values={"reference": reference},
        )
    about = [merge.survivor_id, merge.other_id]
    if not may_merge(user):
        raise NotNow("Your role merges no records.", look=look, record=merge, people=about)
    show(look.for_purpose(Purpose.CORRECTING_AN_ERROR), [Shown(Verb.MERGE_READ, merge, about)])
    counted = merge.rows.order_by().values("table", "fate").annotate(count=Count("pk"))
    return MergeRecord(
        merge=merge,
        moved=[
            WhatMoved(_kind(row["table"]), str(MergedRow.Fate(row["fate"]).label), row["count"])
            for row in counted.order_by("fate", "table")
            if not getattr(apps.get_model(row["table"]), "kept_apart", False)
        ],
        can_undo=not merge.is_undone and can_merge(user, merge.survivor, merge.other),
    )


def merges_of(person: Person) -> list[Merge]:
    """What was merged into the record and not undone, for its page."""
    return list(person.merges.filter(undone_at=None).select_related("other"))


PAIRS = """
WITH newer AS MATERIALIZED (
    SELECT p.* FROM cases_person p
    WHERE p.id < %(before)s AND p.merged_into_id IS NULL AND {theirs}
    ORDER BY p.id DESC LIMIT %(looked_at)s
), pairs AS (
    SELECT newer.id AS one, older.id AS other, 'same date of birth' AS why, true AS is_alike
    FROM newer JOIN cases_person older
        ON older.date_of_birth = newer.date_of_birth AND older.id < newer.id
    WHERE public.similarity(older.name_sought, newer.name_sought) > %(alike)s
       OR public.name_sounds(older.name_sought) @> public.name_sounds(newer.name_sought)
       OR public.name_sounds(older.name_sought) <@ public.name_sounds(newer.name_sought)
    UNION ALL
    SELECT newer.id, older.id, 'same telephone number or e-mail address', true
    FROM newer
    JOIN cases_contactpoint mine ON mine.person_id = newer.id
    JOIN cases_contactpoint theirs ON theirs.value_sought = mine.value_sought
    JOIN cases_person older ON older.id = theirs.person_id AND older.id < newer.id
    WHERE public.similarity(older.name_sought, newer.name_sought) > %(alike)s
    UNION ALL
    SELECT newer.id, older.id, 'same name, and a date of birth is not known', false
    FROM newer JOIN cases_person older
        ON older.name_sought LIKE newer.name_sought AND older.id < newer.id
    WHERE (newer.date_of_birth IS NULL OR older.date_of_birth IS NULL)
      AND older.name_sought = newer.name_sought
)
SELECT one, other, string_agg(DISTINCT why, '; ')
    || CASE WHEN bool_and(is_alike) THEN '; name is alike' ELSE '' END
FROM pairs
JOIN cases_person older ON older.id = pairs.other AND older.merged_into_id IS NULL
WHERE NOT EXISTS (SELECT FROM cases_knownapart k WHERE k.one_id = pairs.other AND k.other_id = pairs.one)
GROUP BY one, other ORDER BY one DESC, other DESC LIMIT %(limit)s
"""
# The people of these services; the two columns have their indexes.
OF_SERVICES = """(
    p.id IN (SELECT cp.person_id FROM cases_caseperson cp JOIN cases_case c ON c.id = cp.case_id
             WHERE c.service_id = ANY(%(services)s))
    OR p.id IN (SELECT rp.person_id FROM cases_referralperson rp
                JOIN cases_referral r ON r.id = rp.referral_id WHERE r.service_id = ANY(%(services)s)))"""


def list_doubles(*, look: Look, before: int | None = None) -> Doubles:
    """People who may be one and are written down twice, those added last first; one entry a person.

    Both exist for the reader: of somebody of another service nothing is told here. NotNow (403, logged)
    for a role that merges nobody.
    """
    user: User = look.by
    if not may_merge(user):
        raise NotNow("Your role merges no records.", look=look, record=Person)
    rows = pairs_of(user, before=before)
    numbers = {number for one, other, _ in rows for number in (one, other)}
    people = people_of(user, among=Person.objects.filter(pk__in=numbers)).in_bulk()
    pairs = [
        Double(one=people[other], other=people[one], why=why)
        for one, other, why in rows[:PAGE_LENGTH]
        if one in people and other in people
    ]
    shown = {person.pk: person for pair in pairs for person in (pair.one, pair.other)}
    show(
        look.for_purpose(Purpose.CORRECTING_AN_ERROR),
        [Shown(Verb.PERSON_LISTED, person, [person]) for person in shown.values()],
    )
    more = rows[PAGE_LENGTH - 1][0] if len(rows) > PAGE_LENGTH else _next(user, before)
    return Doubles(pairs=pairs, before=more)


def pairs_of(user: User, *, before: int | None) -> list[tuple[int, int, str]]:
    """Numbers of pairs, a page of them and one more, from indexes. Not for pages: no door."""
    use_the_indexes()
    everybody = user.has_perm("cases.open_any_record")
    with connection.cursor() as cursor:
        cursor.execute(
            PAIRS.format(theirs="true" if everybody else OF_SERVICES),
            {
                "before": before or 2**62,
                "looked_at": LOOKED_AT,
                "alike": ALIKE,
                "limit": PAGE_LENGTH + 1,
                "services": list(services_of(user).values_list("pk", flat=True)),
            },
        )
        return cursor.fetchall()


def _next(user: User, before: int | None) -> int | None:
    """From whom on the next page compares, where this one came to the end of those it looks at."""
    people = people_of(user).filter(pk__lt=before or 2**62).order_by("-pk")
    numbers = people.values_list("pk", flat=True)[LOOKED_AT - 1 : LOOKED_AT + 1]
    return numbers[0] if len(numbers) == 2 else None


def _held(survivor: Person, other: Person) -> list[Held]:
    """What would move, kind by kind, beside what is there."""
    counts: dict[str, list[int]] = {}
    for model, field in person_keys():
        for place, person in enumerate((survivor, other)):
            found = model._base_manager.filter(**{field.name: person}).count()
            counts.setdefault(model._meta.label, [0, 0])[place] += found
    return [
        Held(_kind(label), mine, theirs)
        for label, (mine, theirs) in counts.items()
        if mine or theirs
    ]


def _kind(label: str) -> str:
    name = str(apps.get_model(label)._meta.verbose_name_plural)
    return f"{name[0].upper()}{name[1:]}"
