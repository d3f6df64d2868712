"""Killed for real with signal 9 at each step, and raced by others on connections of their own.

In a database of its own, where everything is committed. The process that dies is a child; what it left is
finished by the next run, in this one.
"""

import logging
import os
import signal
import sys
import threading
import time
import traceback

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from cases.documents import DOCUMENTS
from cases.models import Person
from core.privacy import declarations
from retention import ledger, protections, steps
from retention.actions.holds import place_hold
from retention.actions.schedule import end_row
from retention.models import Journal, Run, ScheduleRow
from retention.running import run_destruction
from retention.steps import STEPS, Step
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


class KillsAt(logging.Handler):
    """Signal 9 to this very process, as soon as a step is reached."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def emit(self, record):
        if record.step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step, by):
    """A run in a child that dies there; nothing of the child outlives it but what it committed."""
    connection.close()
    connection.close_pool()
    child = os.fork()
    if child == 0:
        try:
            steps.LOG.setLevel(logging.DEBUG)
            steps.LOG.addHandler(KillsAt(step))
            run_destruction(by=by)
        except BaseException:  # noqa: BLE001  # nobody else tells why it was not killed
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(1)  # only if it was not killed
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def named_files():
    """Every stored file that a row names, but for those that the journal is about to remove."""
    return {
        name
        for declared in declarations()
        for column in declared.files
        if declared.model is not Journal
        for name in declared.model._base_manager.values_list(column, flat=True)
        if name
    }


def stored(folder=DOCUMENTS):
    return {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}


@pytest.fixture(scope="module")
def adopted(database):
    adopt_everything()


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_killed_at_any_step_it_is_finished_by_the_next_run(adopted, step):
    family = a_family()
    before = stored() if default_storage.exists(DOCUMENTS) else set()
    files = {DocumentFactory(case=family.case, people=[family.mother]).file for _ in range(2)}
    proposal = approved(family.all, family)
    people = Person.objects.filter(pk__in=[family.mother.pk, family.child.pk])

    killed_at(step, family.officer)

    # All of it is here or none, and every row that names a file has it.
    is_gone = STEPS.index(step) >= STEPS.index(Step.GONE)
    proposal.refresh_from_db()
    assert people.count() == (0 if is_gone else 2)
    assert (proposal.status == ProposalStatus.DESTROYED) is is_gone
    assert named_files() <= stored()
    assert files <= stored() or is_gone

    run_destruction(by=family.officer)

    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DESTROYED
    assert not people.exists()
    assert stored() == before
    assert named_files() <= stored()
    assert set(proposal.outcome["hashes"]) <= ledger.read()
    assert not Journal.objects.exists()
    assert not Run.objects.filter(finished=None).exists()


def test_a_whole_run_goes_through_every_step_in_order(adopted, caplog):
    family = a_family()
    DocumentFactory(case=family.case, people=[family.mother])
    approved(family.all, family)
    with caplog.at_level(logging.DEBUG, logger=steps.LOG.name):
        run_destruction(by=family.officer)
    assert [one.step for one in caplog.records if one.name == steps.LOG.name] == list(STEPS)


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


def test_what_was_under_way_while_protections_were_noted_is_noted_when_it_ends(database):
    """Its entry in the log has a smaller number than one that was noted already."""
    family = a_family("Tanglewood")
    written, ends = threading.Event(), threading.Event()

    def other():
        try:
            with transaction.atomic():
                a_hold(family)
                written.set()
                ends.wait(30)
        finally:
            written.set()
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    written.wait(30)
    a_hold(a_family("Meadowsweet"))
    assert protections.write_if_changed()
    before = protections.words().count("A letter came.")
    ends.set()
    thread.join(30)
    assert protections.write_if_changed()
    assert protections.words().count("A letter came.") == before + 1
    assert not protections.write_if_changed()


def _until_somebody_waits():
    """Until another connection waits for a lock, or a few seconds have passed."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
