"""What the log and the permissions add to a person's page and to a list of 50 rows, and how the log is verified.

The same pages in one process, in turn: as they are, and with the log and the permissions patched out,
which is done here and nowhere else. Kept is the ratio of the medians: seconds say more about the machine.
Measured is the time of the processor, of this process and of the database's for it, so that whatever else the
machine does meanwhile stays out; the time on the clock stands beside it.
Verifying is measured at two lengths of the log: the memory must be the same.
"""

import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest.mock import patch

from accounts.roles import ROLES, Role
from benchmarks.database import a_database
from core.privacy import OUR_APPS

ROWS = 50
NOTES = 30
TURNS = 60
AIM = 1.25
RIGHTS = ROLES[Role.CASEWORKER].permissions
LENGTHS = (20_000, 100_000)  # entries
OF_ONE_TRANSACTION = 1_000
LOOK = """
INSERT INTO audit_entry (action, verb, by, by_id, by_roles, record, record_id, people, purpose)
SELECT 'access', 'person.opened', 'Dean Okafor <dean@charity.example>', 1, 'caseworker',
    'cases.Person', n, ARRAY[n]::bigint[], 'service' FROM generate_series(1, %s) AS n
"""


def measure() -> dict[str, dict[str, float]]:
    """Print both tables and return their numbers."""
    with a_database():
        return {**_pages(), **_verification()}


# --- Pages ----------------------------------------------------------------------------------------


def _pages() -> dict[str, dict[str, float]]:
    from cases.queries import cases as case_rows

    browser, addresses = _charity()
    results = {}
    print(
        f"{'page':<14} {'whole':>9} {'bare':>9} {'ratio':>7} {'on the clock':>13} "
        f"{'statements of the log':>22}"
    )
    with patch.object(case_rows, "PAGE_LENGTH", ROWS):
        for name, address in addresses.items():
            whole, bare = _in_turn(lambda address=address: opened(browser, address))
            inserts = _statements_of_the_log(browser, address)
            ratio, on_the_clock = whole.worked / bare.worked, whole.lasted / bare.lasted
            results[name] = {
                "whole_milliseconds": round(whole.worked * 1000, 1),
                "bare_milliseconds": round(bare.worked * 1000, 1),
                "ratio": round(ratio, 2),
                "ratio_on_the_clock": round(on_the_clock, 2),
                "statements_of_the_log": inserts,
            }
            said = "" if ratio <= AIM else f"  more than {AIM:.0%}"
            print(
                f"{name:<14} {whole.worked * 1000:>7.1f}ms {bare.worked * 1000:>7.1f}ms {ratio:>7.2f} "
                f"{on_the_clock:>13.2f} {inserts:>22}{said}",
                flush=True,
            )
    return results


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of one page: of the processor, and on the clock."""

    worked: float
    lasted: float


def _in_turn(opened: Callable[[], Took]) -> tuple[Took, Took]:
    """The medians of the whole page and of the bare one, one after the other each turn."""
    whole, bare = [], []
    for turn in range(TURNS + 5):
        took = opened()
        with _patched_out():
            took_bare = opened()
        if turn >= 5:  # the first ones warm up
            whole.append(took)
            bare.append(took_bare)
    return _median(whole), _median(bare)


def _median(took: list[Took]) -> Took:
    return Took(
        worked=statistics.median(one.worked for one in took),
        lasted=statistics.median(one.lasted for one in took),
    )


def opened(browser: Any, address: str) -> Took:
    began, worked = time.perf_counter(), _worked()
    answer = browser.get(address)
    took = Took(worked=_worked() - worked, lasted=time.perf_counter() - began)
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def _worked() -> float:
    """Seconds that the processor worked for us: here, and in the database's process for this connection,
    where the system says so (Linux).
    """
    from django.db import connection

    connection.ensure_connection()
    theirs = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    nanoseconds = int(theirs.read_text().split()[0]) if theirs.exists() else 0
    return time.process_time() + nanoseconds / 1e9


def _statements_of_the_log(browser: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return sum('INSERT INTO "audit_entry"' in query["sql"] for query in queries)


@contextmanager
def _patched_out() -> Iterator[None]:
    """No log, and nothing asked of the database about who may see what: the same page for everybody."""
    with ExitStack() as patches:
        for where, name, instead in _places():
            patches.enter_context(patch.object(where, name, instead))
        yield


@cache
def _places() -> list[tuple[Any, str, Any]]:
    """Where each function of the log and of the permissions stands under a name, and what takes its place."""
    from accounts.models import User
    from audit import door
    from cases import permissions
    from cases.models import Case, Person, Service
    from cases.queries import purposes

    instead: dict[Any, Any] = {
        door.show: lambda *args, **more: None,
        permissions.people_of: lambda user, among=None: (
            Person.objects.all() if among is None else among
        ),
        permissions.cases_of: lambda user: Case.objects.all(),
        permissions.services_of: lambda user: Service.objects.all(),
        purposes.for_task: lambda look, *args: look,
    }
    ours = [sys.modules[name] for name in sys.modules if name.partition(".")[0] in OUR_APPS]
    return [
        # The same page is shown, so the same buttons and the same menu.
        (User, "has_perm", lambda self, name: name in RIGHTS),
        *(
            (module, name, instead[value])
            for module in ours
            for name, value in vars(module).items()
            if isinstance(value, FunctionType) and value in instead
        ),
    ]


def _charity() -> tuple[Any, dict[str, str]]:
    """A caseworker with fifty cases, signed in, and the pages that are measured."""
    from django.urls import reverse

    from tests.cases.world import a_world, signed_in
    from tests.factories.cases import (
        AllocationFactory,
        CaseFactory,
        CaseNoteFactory,
        PersonFactory,
    )

    world = a_world()
    for _ in range(NOTES):
        CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
    for _ in range(ROWS - 1):
        case = CaseFactory(service=world.service, people=[PersonFactory(), PersonFactory()])
        AllocationFactory(case=case, worker=world.worker)
    return signed_in(world.worker), {
        "person page": reverse("cases:person", args=[world.amelia.reference]),
        f"{ROWS}-row list": reverse("cases:mine"),
    }


# --- Verifying ------------------------------------------------------------------------------------


def _verification() -> dict[str, dict[str, float]]:
    from django.db import connection, transaction
    from django.test import override_settings

    from audit.sealing import seal
    from audit.verification import verify

    results, written, peaks = {}, 0, []
    print(f"{'entries':>9} {'verified':>10} {'entries a second':>17} {'memory':>9}")
    with (
        tempfile.TemporaryDirectory() as mount,
        override_settings(AUDIT_ANCHOR=Path(mount) / "seals.jsonl"),
    ):
        for length in LENGTHS:
            while written < length:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(LOOK, [OF_ONE_TRANSACTION])
                written += OF_ONE_TRANSACTION
            # What another program of this server has open holds sealing back.
            while seal() or verify().not_sealed:
                time.sleep(0.2)
            began = time.perf_counter()
            report = verify()
            took = time.perf_counter() - began
            assert report.is_whole, report.faults[:3]
            assert report.entries >= length, report
            tracemalloc.start()
            verify()
            peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
            tracemalloc.stop()
            results[f"verifying {length}"] = {
                "entries_a_second": round(report.entries / took),
                "megabytes": round(peaks[-1], 1),
            }
            print(
                f"{report.entries:>9} {took:>9.1f}s {report.entries / took:>17.0f} "
                f"{peaks[-1]:>6.1f} MB",
                flush=True,
            )
    growth = peaks[-1] / peaks[0]
    results["verifying"] = {"memory_growth": round(growth, 2)}
    print(f"{LENGTHS[-1] / LENGTHS[0]:.0f} times the entries take {growth:.2f} times the memory.")
    return results


if __name__ == "__main__":
    measure()
