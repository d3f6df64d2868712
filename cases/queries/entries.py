"""Opening one entry, with every version that it has had."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Prefetch

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.kinds import KindOfEntry, people_of_entry
from cases.leave import IsRestricted, leave_over, use_grants
from cases.models import Case, CasePerson, HeldPassages, RestrictionGrant
from cases.permissions import cases_of, cases_restricted
from cases.queries.purposes import for_task
from cases.queries.statements import put_statements_beside
from cases.restricted import bars, hold_back, hold_back_case, usable_entries

# From each entry back to what it corrects, until the one that corrects nothing.
FIRST = """
WITH RECURSIVE trail (asked, id, corrects_id) AS (
    SELECT id, id, corrects_id FROM {table} WHERE id = ANY(%s)
    UNION ALL
    SELECT trail.asked, earlier.id, earlier.corrects_id
    FROM {table} AS earlier JOIN trail ON earlier.id = trail.corrects_id
)
SELECT asked, id FROM trail WHERE corrects_id IS NULL
"""
# From the first version on to the newest.
LATER = """
WITH RECURSIVE versions (id, number) AS (
    SELECT %s::bigint, 1
    UNION ALL
    SELECT later.id, versions.number + 1
    FROM {table} AS later JOIN versions ON later.corrects_id = versions.id
)
SELECT id FROM versions ORDER BY number DESC
"""


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """An entry as it was first written and as it was corrected, the newest version first.

    `leave` is what of it the reader may use for now although it is restricted.
    """

    kind: KindOfEntry
    case: Case
    asked: Any
    versions: list[Any]
    leave: list[RestrictionGrant]

    @property
    def newest(self) -> Any:
        return self.versions[0]


def open_entry(
    kind: KindOfEntry,
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Any], bool] | None = None,
    verb: Verb | None = None,
) -> EntryRecord:
    """Open the entry of which `reference` names any version, and write that `look.by` did; `verb` says
    how, where it is not read on its own page.

    NotYours (404, logged) if it is in no case of theirs; NotNow (403, logged) if their role does
    not do with it what the page is for (`may`, of cases.permissions).
    """
    user: User = look.by
    found: Any = kind.model._base_manager.filter(reference=reference)
    asked = found.filter(case__in=cases_of(user)).first()
    if asked is None:
        hidden = cases_restricted(user, among=Case.objects.filter(pk__in=found.values("case")))
        if hidden.exists():
            raise IsRestricted(look=look, record=found.get(), people=_people_of_unseen(found, kind))
        raise NotYours(
            f"No {kind.noun} with this reference.",
            look=look,
            record=kind.model,
            people=_people_of_unseen(found, kind),
            values={"reference": reference},
        )
    case = (
        Case.objects.select_related("service")
        .prefetch_related(Prefetch("case_people", CasePerson.objects.select_related("person")))
        .get(pk=asked.case_id)
    )
    versions = versions_of(kind, asked.pk)
    asked = next(one for one in versions if one.pk == asked.pk)
    look = for_task(look, [case.service_id])
    people = {number for version in versions for number in people_of_entry(version)}
    refuse_restricted(kind, versions, look=look, people=people)
    if may is not None and not may(user, asked):
        raise NotNow(
            f"Your role reads this {kind.noun} and does not do this with it.",
            look=look,
            record=asked,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    use_grants(look, people=people, case=case, entries=versions)
    hold_back(versions, by=user)
    if look.read_only:
        hold_back_case(case, [one.person for one in case.case_people.all()])
    put_statements_beside(versions, dict.fromkeys(versions, versions[-1]))
    show(look, [Shown(verb or kind.read, asked, people)])
    leave = leave_over(user, people=people, case=case, entries=versions)
    return EntryRecord(kind=kind, case=case, asked=asked, versions=versions, leave=leave)


def refuse_restricted(
    kind: KindOfEntry, versions: list[Any], *, look: Look, people: Iterable[int]
) -> None:
    """IsRestricted (403, logged) if any version of an entry may not be shown; also where it may not be
    changed, because passages of it are held back.
    """
    rows = kind.model._base_manager.filter(pk__in=[version.pk for version in versions])
    shown = usable_entries(rows, by=look.by)
    if shown.count() == len(versions):
        held = HeldPassages.objects.filter(
            restriction__in=bars(look.by), noun=kind.noun, record_id__in=rows.values("pk")
        )
        if look.read_only or not held.exists():
            return
    raise IsRestricted(look=look, record=versions[0], people=people)


def _people_of_unseen(found: Any, kind: KindOfEntry) -> Iterable[int]:
    people: Iterable[int] = found.exclude(**{kind.about: None}).values_list(kind.about, flat=True)
    return people


def first_versions(kind: KindOfEntry, entries: Iterable[Any]) -> dict[int, Any]:
    """For each of `entries` that is a correction, by its number, the entry as it was first written."""
    corrections = [entry.pk for entry in entries if entry.corrects_id is not None]
    if not corrections:
        return {}
    roots = dict(_asked(FIRST, kind, corrections))
    written = kind.model._base_manager.select_related("recorded_by").in_bulk(set(roots.values()))
    return {number: written[root] for number, root in roots.items()}


def versions_of(kind: KindOfEntry, number: int) -> list[Any]:
    """Every version of the entry of which `number` is one, whole, the newest first."""
    ((_, first),) = _asked(FIRST, kind, [number])
    numbers = [version for (version,) in _asked(LATER, kind, first)]
    versions = (
        kind.model._base_manager.select_related("case__service", "recorded_by", *kind.brings)
        .prefetch_related(kind.about, *kind.along)
        .order_by()
        .fetch_mode(models.FETCH_RAISE)
        .in_bulk(numbers)
    )
    return [versions[version] for version in numbers]


def _asked(question: str, kind: KindOfEntry, about: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question.format(table=kind.model._meta.db_table), [about])
        return cursor.fetchall()
