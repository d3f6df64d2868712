"""The worker: a build that is asked for is put into the queue with its number alone, and carried out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from core.errors import Refused
from sar.actions.pack import ask_for_pack
from sar.models import BuiltPack
from sar.workflow import LOST_AFTER, PackStatus, RequestStatus
from tests.conftest import entries_since
from tests.factories.base import note as entry
from tests.factories.sar import BuiltPackFactory


def work(*, queue):
    """A real worker, until its queue is empty; in a thread, since a browser test leaves a loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_run, queue).result(timeout=120)


def _run(queue):
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_print")
def test_the_worker_builds_what_was_asked_for(access, note, dpo):
    pack = ask_for_pack(request=access, by=dpo)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("sar.build_pack", {"pack_id": pack.pk})
    work(queue="default")
    pack.refresh_from_db()
    access.refresh_from_db()
    assert pack.status == PackStatus.BUILT
    assert access.status == RequestStatus.READY
    assert not ProcrastinateJob.objects.filter(task_name="sar.build_pack").exists()


@pytest.mark.django_db(transaction=True)
def test_a_build_that_is_rolled_back_is_not_in_the_queue(access, note, dpo):
    with transaction.atomic():
        ask_for_pack(request=access, by=dpo)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()
    assert not BuiltPack.objects.exists()


@pytest.mark.django_db
def test_a_build_that_lost_its_worker_is_taken_up_again_as_itself(access, note, dpo):
    pack = BuiltPackFactory(request=access)
    with pytest.raises(Refused, match="being built already"):
        ask_for_pack(request=access, by=dpo)
    entry()
    pack.progress.last_heard -= LOST_AFTER
    pack.progress.save()
    with entries_since() as entries:
        assert ask_for_pack(request=access, by=dpo) == pack
    assert [e.verb for e in entries] == ["pack.asked"]
    assert ProcrastinateJob.objects.count() == 1
    # Waiting still, since no worker runs: it is in the queue once, not twice.
    pack.progress.save()
    assert ask_for_pack(request=access, by=dpo) == pack
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_progress_needs_no_entry_and_says_nothing_of_anybody(access):
    pack = BuiltPackFactory(request=access)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sar_packprogress WHERE pack_id = %s", [pack.pk])
        assert cursor.fetchone()[1:3] == ("Waiting for its turn", 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick_print")
def test_the_job_of_a_killed_worker_is_given_back_and_done(access, note, dpo):
    pack = ask_for_pack(request=access, by=dpo)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", cursor.fetchone()
        )
    work(queue="default")
    pack.refresh_from_db()
    assert pack.status == PackStatus.WAITING
    app.configure_task("upkeep.take_up_lost_jobs", queue="upkeep").defer(timestamp=0)
    work(queue="upkeep")
    work(queue="default")
    pack.refresh_from_db()
    assert pack.status == PackStatus.BUILT
