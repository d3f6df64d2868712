"""The worker: numbers alone in the queue, ten thousand rows, and a worker that is killed."""

import signal
import time

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import Person
from imports.actions.files import finish_checking, keep_rows, name_columns, start
from imports.kinds import Kind, guess
from imports.models import ImportProgress, ImportRow
from imports.workflow import Status
from tests.imports.conftest import uploaded
from tests.sar.test_tasks import work
from tests.worker_process import a_worker, given_up, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def table(rows):
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = (
        f"{n},{letters[n % 26]}{letters[n // 26 % 26]}{letters[n // 676 % 26]}rosa,"
        f"{letters[n // 676 % 26]}{letters[n // 26 % 26]}quayle,{n % 28 + 1}/{n % 12 + 1}/{1950 + n % 60}"
        for n in range(rows)
    )
    return "ID,First name,Surname,DOB\n" + "\n".join(names) + "\n"


def test_the_queue_holds_a_number_alone(world):
    batch = uploaded(world, table(3))
    name_columns(batch=batch, columns=guess(Kind.PEOPLE, batch.headings), by=world.manager)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("imports.check", {"batch_id": batch.pk})
    work(queue="default")
    batch.refresh_from_db()
    assert batch.status == Status.CHECKED


def test_a_worker_killed_while_checking_goes_on_where_it_was(world):
    batch = uploaded(world, table(400))
    name_columns(batch=batch, columns=guess(Kind.PEOPLE, batch.headings), by=world.manager)
    worker = a_worker()
    try:
        wait_for(lambda: batch.rows.count() >= 100)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    kept = set(batch.rows.values_list("pk", flat=True))
    batch.refresh_from_db()
    assert 100 <= len(kept) < 400
    assert batch.status == Status.CHECKING
    given_up()
    work(queue="default")
    batch.refresh_from_db()
    assert batch.status == Status.CHECKED
    assert batch.rows.count() == 400
    assert kept <= set(batch.rows.values_list("pk", flat=True))


def test_ten_thousand_rows_and_a_worker_killed_while_writing(world):
    """All or nothing: killed in the middle it leaves nobody, and then brings in everybody."""
    batch = uploaded(world, table(10_000))
    name_columns(batch=batch, columns=guess(Kind.PEOPLE, batch.headings), by=world.manager)
    _answer_at_once(batch, world)
    before = Person.objects.count()
    start(batch=batch, by=world.manager)
    worker = a_worker()
    try:
        wait_for(
            lambda: ImportProgress.objects.get(batch=batch).step == "Writing everything at once"
        )
        time.sleep(0.3)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    batch.refresh_from_db()
    assert batch.status == Status.WRITING
    wait_for(lambda: Person.objects.count() == before)
    given_up()
    work(queue="default")
    batch.refresh_from_db()
    assert batch.status == Status.WRITTEN, batch.failure
    assert Person.objects.count() == before + 10_000


def _answer_at_once(batch, world):
    """As if checked: comparing ten thousand people with each other is another test's business."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    keep_rows(
        batch=batch,
        rows=[ImportRow(batch=batch, number=n + 2, answer="new") for n in range(10_000)],
        by=world.manager,
    )
    finish_checking(batch=batch, by=world.manager)
