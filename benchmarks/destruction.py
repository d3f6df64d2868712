"""Keeping and destroying at scale: the days of everybody, a thousand people gone, and a gigabyte searched.

Kept are ratios of two things of the same run. Days: a hundred thousand people against ten thousand, in memory
and in statements. Destruction: rows a second of the whole run (asked again, logged, deleted, searched,
certified, in batches as they are by default) against plain DELETEs of the very same rows, undone before. Search: memory at a tenth of the size
and at the whole.
"""

import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.database import a_database

PEOPLE = (10_000, 100_000)
DESTROYED = 1_000
ENTRIES = 100  # of each of them
MEGABYTES = (100, 1_024)
# Half of it in tables, half in files.
PIECE = 1024 * 1024
AIM = 1 / 3
LONG_AGO = timedelta(days=9000)


def measure() -> dict[str, dict[str, float]]:
    """Print the three tables and return their numbers."""
    with a_database(), tempfile.TemporaryDirectory() as folder, _settings(Path(folder)):
        return {
            "destruction": destroyed(DESTROYED, ENTRIES),
            "search": searched(MEGABYTES),
            "days": days(PEOPLE),
        }


@contextmanager
def _settings(folder: Path) -> Iterator[None]:
    from django.conf import settings
    from django.test import override_settings

    retention = {
        **settings.RETENTION,
        "on": True,
        "cooling_days": 0,
        "ledger": folder / "erased.txt",
    }
    with override_settings(
        RETENTION=retention, MEDIA_ROOT=str(folder / "media"), AUDIT_ANCHOR=folder / "seals.jsonl"
    ):
        yield


# --- The days of everybody ------------------------------------------------------------------------


def days(lengths: tuple[int, ...]) -> dict[str, float]:
    """One pass over everybody: seconds, statements and memory at each length."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from retention.due import all_due

    there, peaks, results = 0, [], {}
    print(f"{'people':>9} {'records':>9} {'seconds':>9} {'statements':>11} {'memory':>9}")
    for length in lengths:
        _families(length - there, entries=2)
        there = length
        _analysed()
        began = time.perf_counter()
        found = sum(1 for _ in all_due())
        took = time.perf_counter() - began
        tracemalloc.start()
        with CaptureQueriesContext(connection) as asked:
            list_length = sum(1 for _ in all_due())
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
        assert list_length == found >= 2 * length, (list_length, found)
        results[f"statements_{length}"] = len(asked)
        print(
            f"{length:>9} {found:>9} {took:>8.1f}s {len(asked):>11} {peaks[-1]:>6.1f} MB",
            flush=True,
        )
    results["memory_growth"] = round(peaks[-1] / peaks[0], 2)
    print(
        f"{lengths[-1] // lengths[0]} times the people take {results['memory_growth']} times the memory."
    )
    return results


# --- A thousand people gone -----------------------------------------------------------------------


def destroyed(people: int, entries: int) -> dict[str, float]:
    """Plain DELETEs of all their rows, undone; then the same rows by a run of the destruction."""
    from retention.models import Run
    from retention.running import run_destruction

    officer, second = _officers()
    _adopted(officer)
    families = _families(people, entries=entries)
    _approved(families, officer, second)
    _analysed()
    plain, rows = _plainly_deleted(families)
    began = time.perf_counter()
    run = run_destruction(by=officer)
    took = time.perf_counter() - began
    gone = Run.objects.get(pk=run.pk).proposals.filter(status="destroyed").count()
    assert gone == people, (gone, list(run.proposals.values_list("ended_because", flat=True)[:3]))
    ratio = plain / took
    print(f"{people} people with {entries} entries each, {rows} rows")
    said = "met" if ratio >= AIM else "NOT met"
    print(
        f"plain DELETEs {plain:.1f}s, destruction {took:.1f}s: {ratio:.2f} of the rows a second that plain "
        f"DELETEs take away (aim: at least {AIM:.2f}, so at most three times as long): {said}"
    )
    return {"rows": rows, "share_of_plain_deletes": round(ratio, 2)}


def _plainly_deleted(families: list[tuple[int, int]]) -> tuple[float, int]:
    """How long DELETEs of the rows of `families` take, and how many rows; everything is undone."""
    from django.db import connection, transaction

    from tests.factories.base import note

    cases, people = [case for case, _ in families], [person for _, person in families]
    statements = (
        "DELETE FROM cases_noteperson WHERE note_id IN (SELECT id FROM cases_casenote WHERE case_id = ANY(%s))",
        "DELETE FROM cases_casenote WHERE case_id = ANY(%s)",
        "DELETE FROM cases_caseperson WHERE case_id = ANY(%s)",
        "DELETE FROM cases_case WHERE id = ANY(%s)",
        "DELETE FROM cases_person WHERE id = ANY(%s)",
    )
    rows = 0
    with transaction.atomic(), connection.cursor() as cursor:
        note()
        _as_destroyed(cursor, people)
        began = time.perf_counter()
        for statement in statements:
            cursor.execute(statement, [people if "cases_person" in statement else cases])
            rows += cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took, rows


def _as_destroyed(cursor: Any, people: list[int]) -> None:
    """The entries without which the tables themselves refuse the DELETE of a final row; not in the time."""
    cursor.execute(
        "INSERT INTO audit_entry (action, verb, by, by_roles, record, record_id, people, purpose)"
        " SELECT 'delete', 'record.destroyed', 'a measurement', '', 'cases.Person', one, '{}', 'management'"
        " FROM unnest(%s::bigint[]) AS one",
        [people],
    )


# --- A gigabyte searched --------------------------------------------------------------------------


def searched(sizes: tuple[int, ...]) -> dict[str, float]:
    """One pass over so many megabytes of rows and files, with a word in the last row and the last file."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from django.db import connection

    from core.database import as_owner
    from retention.destroying.proof import Place, search

    words = ["Zebedee Quillfeather", "P-990123", "07700 900123", "Nowhere At All", "SW1A 9ZZ"]
    text = "".join(
        f"{number:06x} we talked about bedtimes and the school. " for number in range(25_000)
    )
    piece = text.encode()[:PIECE]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE measured (id bigserial PRIMARY KEY, words text, more jsonb, raw bytea)"
        )
        cursor.execute("GRANT SELECT ON measured TO PUBLIC")
    there, peaks, results = 0, [], {}
    print(f"{'megabytes':>10} {'seconds':>9} {'a second':>10} {'memory':>9}")
    for size in sizes:
        with as_owner(), connection.cursor() as cursor:
            if not there:
                cursor.execute(
                    "INSERT INTO measured (words, more, raw) SELECT substr(%s, n * 4096, 2048),"
                    " jsonb_build_object('said', substr(%s, n * 4096, 1024)),"
                    " convert_to(substr(%s, n * 4096, 1024), 'UTF8')"
                    " FROM generate_series(0, 255) AS n",
                    [text, text, text],
                )
            cursor.execute(
                "INSERT INTO measured (words, more, raw) SELECT m.words, m.more, m.raw"
                " FROM measured m, generate_series(1, %s) WHERE m.id <= 256",
                [(size - there) // 2 - (0 if there else 1)],
            )
        for _ in range((size - there) // 2 // 8):
            default_storage.save("measured/file", ContentFile(piece * 8))
        there = size
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO measured (words) VALUES ('Asked by Zebedee Quillfeather.')")
        default_storage.save("measured/last", ContentFile(piece + b" of zebedee quillfeather"))
        _analysed()
        began = time.perf_counter()
        found = {one.place for one in search(words) if isinstance(one, Place)}
        took = time.perf_counter() - began
        assert any("table measured" in place for place in found), found
        assert any("file measured/last" in place for place in found), found
        tracemalloc.start()
        sum(1 for _ in search(words))
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
        results[f"megabytes_a_second_{size}"] = round(size / took, 1)
        print(f"{size:>10} {took:>8.1f}s {size / took:>7.1f} MB {peaks[-1]:>6.1f} MB", flush=True)
    results["memory_growth"] = round(peaks[-1] / peaks[0], 2)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE measured")
    for name in default_storage.listdir("measured")[1]:
        default_storage.delete(f"measured/{name}")
    return results


# --- Who is there ---------------------------------------------------------------------------------


def _officers() -> tuple[Any, Any]:
    from accounts.roles import Role
    from tests.factories.accounts import UserFactory

    return UserFactory(roles=[Role.DPO]), UserFactory(roles=[Role.DPO])


def _adopted(officer: Any) -> Any:
    from tests.factories.retention import ScheduleRowFactory

    return ScheduleRowFactory(months_after_end=12, birthday=25, recorded_by=officer)


def _families(count: int, *, entries: int) -> list[tuple[int, int]]:
    """So many closed cases of one person each, with notes: the numbers of each case and person."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from cases.models import Case, CaseNote, CasePerson, CaseRole, NotePerson, Person
    from tests.factories.base import note
    from tests.factories.cases import ServiceFactory

    by = User.objects.order_by("pk").first() or _officers()[0]
    service = ServiceFactory()
    ended = timezone.now() - LONG_AGO
    found = []
    step = max(1, 20_000 // max(1, entries))
    for start in range(0, count, step):
        numbers = range(start, min(start + step, count))
        with transaction.atomic():
            note()
            people = Person.objects.bulk_create(
                Person(
                    given_names=f"Ember{number:06}",
                    family_name=f"Thistlewood{number:06}",
                    date_of_birth=date(1970, 1, 1) + timedelta(days=number % 9000),
                    recorded_by=by,
                    recorded_at=ended,
                )
                for number in numbers
            )
            cases = Case.objects.bulk_create(
                Case(
                    service=service,
                    opened_on=date(2001, 1, 12),
                    status="closed",
                    closed_at=ended,
                    closed_by=by,
                    recorded_by=by,
                    recorded_at=ended,
                )
                for _ in numbers
            )
            CasePerson.objects.bulk_create(
                CasePerson(case=case, person=person, role=CaseRole.CLIENT, recorded_by=by)
                for case, person in zip(cases, people, strict=True)
            )
            notes = CaseNote.objects.bulk_create(
                CaseNote(
                    case=case,
                    kind=CaseNote.Kind.CONVERSATION,
                    body=f"We talked about bedtimes and the school, for the {number}. time.",
                    happened_at=ended,
                    recorded_at=ended,
                    recorded_by=by,
                )
                for case in cases
                for number in range(entries)
            )
            person_of = {case.pk: person for case, person in zip(cases, people, strict=True)}
            NotePerson.objects.bulk_create(
                NotePerson(note=one, person=person_of[one.case_id]) for one in notes
            )
        found += [(case.pk, person.pk) for case, person in zip(cases, people, strict=True)]
    return found


def _approved(families: list[tuple[int, int]], officer: Any, second: Any) -> None:
    """A proposal for each family, rehearsed and approved; as the verbs leave it, without a rehearsal each."""
    from django.db import transaction
    from django.utils import timezone

    from retention.carrying_out import fingerprint_of
    from retention.due import due_of_people
    from retention.erasing import going_each
    from retention.kinds import PERSON
    from retention.models import Proposal, ProposalItem
    from tests.factories.base import note

    dues = {
        (one.table, one.record): one for one in due_of_people([person for _, person in families])
    }
    with transaction.atomic():
        note()
        made = Proposal.objects.bulk_create(
            Proposal(kind=Proposal.Kind.DUE, recorded_by=officer, rehearsed=timezone.now())
            for _ in families
        )
        ProposalItem.objects.bulk_create(
            ProposalItem(
                proposal=proposal,
                table=table,
                record=number,
                row_id=dues[table, number].row,
                due_on=dues[table, number].day,
            )
            for proposal, (case, person) in zip(made, families, strict=True)
            for table, number in (("cases.Case", case), (PERSON, person))
        )
        closures = going_each(made)
        for proposal in made:
            Proposal.objects.filter(pk=proposal.pk).update(
                status="approved",
                approved_at=timezone.now(),
                approved_by=second,
                fingerprint=fingerprint_of(closures[proposal.pk]),
            )


def _analysed() -> None:
    from django.db import connection

    from core.database import as_owner

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        # A tenth, or what was said, to try it out.
        part = float(sys.argv[1])
        PEOPLE = (round(PEOPLE[0] * part), round(PEOPLE[1] * part))
        DESTROYED = round(DESTROYED * part)
        MEGABYTES = (max(16, round(MEGABYTES[0] * part)), max(32, round(MEGABYTES[1] * part)))
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    measure()
