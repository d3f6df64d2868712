"""Which rows of a file are about somebody who is closed to their reader by now (features.md P17).

A file is brought in by somebody who knew the people of its rows. A seal or a conflict of interest may come
later, and another manager may look at the rows.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from cases.closed import closed_cases, out_of_reach
from cases.models import Case, Person
from imports.models import Import, Imported, ImportRow

BETWEEN = re.compile(r"\s*[,;\n]\s*")
NAMING = ("person", "people", "case")  # columns that name a person or a case
# What a row names: a person or a case, by its number, our reference, or its number in an old file.
Named = tuple[str, int | str]
PERSON, CASE = Person._meta.label, Case._meta.label


def rows_closed(batch: Import, rows: Iterable[ImportRow], user: User) -> set[int]:
    """The numbers of those of `rows` that name somebody, or a case, closed to `user`."""
    is_own = batch.acts_for.pk == user.pk
    named = {row.number: _named(row, is_own=is_own) for row in rows}
    made = Imported.objects.filter(batch=batch, row__in=named, table__in=(PERSON, CASE))
    for number, table, record in made.values_list("row", "table", "record"):
        named[number].add((table, record))
    closed = _closed(batch, set().union(*named.values()), user) if named else set()
    return {number for number, those in named.items() if those & closed}


def _named(row: ImportRow, *, is_own: bool) -> set[Named]:
    """Whom `row` names. Of one's own file no number that named nobody when it was checked: the row says so
    whether there is such a record or not.
    """
    people: set[Any] = {match["person"] for match in row.matches} | {row.existing_id}
    found: set[Named] = {(PERSON, number) for number in people if number}
    for column in NAMING:
        if is_own and column in row.errors:
            continue
        words = BETWEEN.split(row.cells.get(column, "").strip().lower())
        found |= {(CASE if column == "case" else PERSON, word) for word in words if word}
    return found


def _closed(batch: Import, named: set[Named], user: User) -> set[Named]:
    """Those of `named` that are closed to `user`."""
    words = {word for _, word in named if isinstance(word, str)}
    numbers: dict[Named, int] = {(table, one): one for table, one in named if isinstance(one, int)}
    if words:
        earlier = Imported.objects.filter(batch__service=batch.service, table__in=(PERSON, CASE))
        old = earlier.annotate(old=Lower("old_number")).filter(old__in=words)
        numbers |= {
            (table, word): record
            for table, word, record in old.values_list("table", "old", "record")
        }
        ours = Person.objects.annotate(ours=Lower("reference")).filter(ours__in=words)
        numbers |= {(PERSON, word): number for word, number in ours.values_list("ours", "pk")}
        cases = Case.objects.annotate(ours=Lower("reference")).filter(ours__in=words)
        numbers |= {(CASE, word): number for word, number in cases.values_list("ours", "pk")}
    people = {number for (table, _), number in numbers.items() if table == PERSON}
    # Merged meanwhile: whoever the number leads to.
    known = Q(pk__in=people) | Q(merged_from__in=people)
    gone = Person.objects.filter(known, out_of_reach(user))
    shut = {(PERSON, number) for pair in gone.values_list("pk", "merged_from") for number in pair}
    theirs = {number for (table, _), number in numbers.items() if table == CASE}
    shut_cases = Case.objects.filter(pk__in=theirs).filter(pk__in=closed_cases(user))
    shut |= {(CASE, number) for number in shut_cases.values_list("pk", flat=True)}
    return {one for one, number in numbers.items() if (one[0], number) in shut}
