"""Killed for real with signal 9 at each step, and raced by others on connections of their own.

In a database of its own, where everything is committed. The process that dies is a child; what it left is
finished by the next run, in this one.
"""

import os
import signal
import threading
import time

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from cases.models import Person
from core.files import keeping
from retention import ledger
from retention.actions import destruction
from retention.actions.holds import place_hold
from retention.actions.schedule import end_row
from retention.models import Journal, Run, ScheduleRow
from retention.running import run_destruction
from retention.workflow import ProposalStatus
from sar.actions.requests import record_request
from sar.kinds import Channel, Kind
from tests.factories.cases import DocumentFactory
from tests.retention.own_database import own_database
from tests.retention.world import a_family, adopt_everything, approved

pytestmark = pytest.mark.usefixtures("switched_on")

DATABASE = f"killed_{os.getpid()}"


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database(DATABASE):
        yield


def dies(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def then_dies(function):
    def called(*args, **kwargs):
        function(*args, **kwargs)
        dies()

    return called


# Where the process is killed, and whether the rows are gone by then.
STEPS = {
    "before anything is deleted": (destruction, "carry_out", dies, False),
    "when everything is deleted and searched": (
        destruction,
        "carry_out",
        then_dies(destruction.carry_out),
        False,
    ),
    "before the ledger": (ledger, "append", dies, True),
    "after the ledger": (ledger, "append", then_dies(ledger.append), True),
    "after the files": (destruction, "remove", then_dies(keeping.remove), True),
    "when the journal is done": (destruction, "finish_run", dies, True),
}


def killed_at(place, name, how, by):
    """A run in a child that kills itself there; nothing of the child outlives it but what it committed."""
    connection.close()
    connection.close_pool()
    child = os.fork()
    if child == 0:
        try:
            setattr(place, name, how)
            run_destruction(by=by)
        finally:
            os._exit(1)  # only if it was not killed
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_the_next_run_finishes_what_a_killed_process_left(database):
    adopt_everything()
    for what, (place, name, how, gone) in STEPS.items():
        family = a_family()
        document = DocumentFactory(case=family.case, people=[family.mother])
        proposal = approved(family.all, family)
        killed_at(place, name, how, family.officer)
        people = Person.objects.filter(pk__in=[family.mother.pk, family.child.pk])
        assert people.exists() is not gone, what
        run_destruction(by=family.officer)
        proposal.refresh_from_db()
        assert proposal.status == ProposalStatus.DESTROYED, what
        assert not people.exists(), what
        assert not default_storage.exists(document.file), what
        assert set(proposal.outcome["hashes"]) <= ledger.read(), what
        assert not Journal.objects.exists(), what
        assert not Run.objects.filter(finished=None).exists(), what


def a_request(family):
    record_request(
        kind=Kind.ACCESS,
        channel=Channel.PHONE,
        received_on=timezone.localdate(),
        asked="Everything.",
        reach_by="By letter.",
        person=family.mother,
        by=family.second,
    )


def a_hold(family):
    place_hold(
        kind="claim",
        reason="A letter came.",
        review_by=timezone.localdate().replace(year=timezone.localdate().year + 1),
        person=family.child,
        by=family.second,
    )


def another_rule(family):
    end_row(row=ScheduleRow.objects.get(category="case file", ended_at=None), by=family.second)


@pytest.mark.parametrize(
    ("name", "what", "says"),
    [
        ("Larkwhistle", a_request, "DPA 2018 s.173"),
        ("Thornbuckle", a_hold, "Held: claim"),
        ("Mosswater", another_rule, "not over any more"),
    ],
)
def test_what_others_write_at_the_same_moment_stops_it(database, name, what, says):
    """They have written and not committed yet when the destruction comes: it waits for them, and sees it."""
    if not ScheduleRow.objects.filter(ended_at=None).exists():
        adopt_everything()
    family = a_family(name)
    proposal = approved(family.all, family)
    written, failed = threading.Event(), []

    def other():
        try:
            with transaction.atomic():
                what(family)
                written.set()
                _until_somebody_waits()
        except BaseException as error:  # noqa: BLE001  # told to the test, whatever it is
            failed.append(error)
            written.set()
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    written.wait(30)
    run_destruction(by=family.officer)
    thread.join(30)
    assert not failed, failed
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.RETURNED
    assert says in proposal.ended_because
    assert Person.objects.filter(pk=family.mother.pk).exists()


def _until_somebody_waits():
    """Until another connection waits for a lock, or a few seconds have passed."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
