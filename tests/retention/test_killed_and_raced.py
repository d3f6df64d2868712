"""Killed for real with signal 9 at each step, and raced by others on connections of their own.

In a database of its own, where everything is committed; what a case that failed leaves there goes with it. The
process that dies is a child; what it left is finished by the next run, in this one.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import ExitStack, contextmanager

import pytest
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
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
def of_the_others(django_db_setup):
    """The name of the database of the tests of other files."""
    return connection.settings_dict["NAME"]


@pytest.fixture(scope="module")
def in_use(of_the_others, django_db_blocker):
    """The database that the module has at the moment; it goes when this is closed."""
    with django_db_blocker.unblock(), ExitStack() as made:
        yield made


@pytest.fixture
def database(in_use):
    """An own database without anybody in it: a new one if the case before, which may have failed, left something."""
    if connection.settings_dict["NAME"] != DATABASE or something_is_left():
        in_use.close()
        in_use.enter_context(own_database(DATABASE))


def something_is_left():
    connection.close()
    return (
        Person.objects.exists()
        or Journal.objects.exists()
        or Run.objects.filter(finished=None).exists()
    )


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
            # After any browser test the thread of the tests has Playwright's loop running, and with it connections
            # of its own. A child has no loop: it would be handed the connection from before the browser, which is
            # open to the database of the other tests.
            connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
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


@pytest.fixture
def adopted(database):
    if not ScheduleRow.objects.filter(ended_at=None).exists():
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


@contextmanager
def as_after_a_browser_test(database):
    """A loop runs in this thread, as Playwright's does, and a connection from before it is open to `database`."""
    if asyncio._get_running_loop() is not None:  # Playwright's own
        yield
        return
    before = connections[DEFAULT_DB_ALIAS]
    before.close()
    before.close_pool()
    before.settings_dict["NAME"] = database
    before.ensure_connection()
    before.close_pool()
    before.settings_dict["NAME"] = DATABASE
    loop = asyncio.new_event_loop()
    asyncio._set_running_loop(loop)
    try:
        assert connections[DEFAULT_DB_ALIAS] is not before
        yield
    finally:
        connection.close()
        connection.close_pool()
        asyncio._set_running_loop(None)
        loop.close()
        before.close()


def test_a_child_of_a_thread_that_ran_a_browser_is_killed_as_well(adopted, of_the_others):
    with as_after_a_browser_test(of_the_others):
        family = a_family()
        approved(family.all, family)
        killed_at(Step.BEGUN, family.officer)
        assert Run.objects.filter(finished=None).count() == 1
        run_destruction(by=family.officer)
        assert not Person.objects.exists()


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
def test_what_others_write_at_the_same_moment_stops_it(adopted, name, what, says):
    """They have written and not committed yet when the destruction comes: it waits for them, and sees it."""
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
