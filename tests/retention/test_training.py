"""The register of trainings and undertakings: who writes it, who is asked again, and what stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Task
from core.dates import plain
from core.errors import LogUnavailable, Refused
from retention.actions.training import ask_for_trainings, record_training, strike_out
from retention.models import Training
from retention.queries.training import in_force
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import noted

pytestmark = pytest.mark.django_db
WHAT = "Data protection and confidentiality"


@pytest.fixture
def officer():
    return UserFactory(full_name="Ada One", roles=[Role.DPO])


@pytest.fixture
def worker():
    return UserFactory(full_name="Wen Worker", roles=[Role.CASEWORKER])


def trained(worker, officer, *, days_ago=0, days=365, what=WHAT):
    done = timezone.localdate() - timedelta(days=days_ago)
    return record_training(
        user=worker, what=what, done_on=done, due_by=done + timedelta(days=days), by=officer
    )


def test_a_training_is_followed_by_the_next_and_a_wrong_one_struck_out(officer, worker):
    first = trained(worker, officer, days_ago=300)
    with entries_since() as entries:
        second = trained(worker, officer)
    assert [entry.verb for entry in entries] == [Verb.TRAINING_RECORDED]
    assert in_force() == [second]
    with entries_since() as entries:
        strike_out(training=second, by=officer)
    assert [entry.verb for entry in entries] == [Verb.TRAINING_STRUCK_OUT]
    assert in_force() == [first]
    with entries_since() as entries, pytest.raises(Refused, match="struck out already"):
        strike_out(training=second, by=officer)
    assert entries == []
    assert trained(worker, officer).what == WHAT


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"what": " "}, "which training"),
        ({"days_ago": -1}, "has not come yet"),
        ({"days": 0}, "due again after"),
        ({"days_ago": 5}, "in the register already"),
    ],
)
def test_refused_it_leaves_no_trace(officer, worker, given, says):
    trained(worker, officer, days_ago=5)
    with entries_since() as entries, pytest.raises(Refused, match=says):
        trained(worker, officer, **given)
    assert entries == []
    assert Training.objects.count() == 1


def test_without_the_log_nothing_is_written(officer, worker, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        trained(worker, officer)
    assert not Training.objects.exists()


def test_the_database_lets_nobody_change_one(officer, worker):
    made = trained(worker, officer)
    with pytest.raises(DatabaseError, match="permission denied"):
        noted(Training.objects.filter(pk=made.pk).update, due_by=made.due_by + timedelta(days=9))


def test_the_database_wants_a_day_after_it(officer, worker):
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match="training_is_due_after_it_was_done"):
        noted(
            Training.objects.create,
            user=worker,
            what=WHAT,
            done_on=today,
            due_by=today,
            recorded_by=officer,
        )


def test_a_month_before_both_are_asked_once_and_no_more_when_it_is_done(officer, worker):
    made = trained(worker, officer, days_ago=10)
    trained(UserFactory(is_active=False), officer, days_ago=10, days=11)
    day = made.due_by - timedelta(days=30)
    assert ask_for_trainings(on=day - timedelta(days=1)) == 0
    assert ask_for_trainings(on=day) == 2
    assert ask_for_trainings(on=day) == 0
    tasks = {task.for_user: task for task in Task.objects.filter(due_on=made.due_by)}
    assert set(tasks) == {worker, officer}
    assert signed_in(worker).get(tasks[worker].link).status_code == 200
    assert signed_in(officer).get(tasks[officer].link).status_code == 200
    trained(worker, officer)
    assert not Task.objects.filter(ended_at=None).exists()


def test_the_officer_writes_it_in_the_file_and_everybody_reads_their_own(officer, worker):
    other = UserFactory(full_name="Olu Other", roles=[Role.CASEWORKER])
    trained(other, officer, what="Safe sharing", days_ago=400, days=30)
    reader, today = signed_in(officer), timezone.localdate()
    sent = {
        "user": worker.pk,
        "what": WHAT,
        **{f"done_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))},
        **{f"due_by_{n}": part for n, part in enumerate((1, 1, today.year - 1))},
    }
    refused = reader.post(reverse("retention:training-add"), sent)
    assert refused.status_code == 422
    assert WHAT in refused.content.decode()
    sent["due_by_2"] = today.year + 2
    page = reader.post(reverse("retention:training-add"), sent, follow=True).content.decode()
    assert f"{WHAT}: Wen Worker is in the register." in page
    assert "Safe sharing" in page
    assert "Due</strong>" in page
    with entries_since() as entries:
        file = reader.get(reverse("retention:training-file")).content.decode()
    assert [entry.verb for entry in entries] == [Verb.RETENTION_READ]
    assert f"no,{WHAT},{plain(today)}" in file or f"yes,{WHAT},{plain(today)}" in file
    own = signed_in(worker).get(reverse("retention:my-training")).content.decode()
    assert WHAT in own
    assert "Safe sharing" not in own
    made = Training.objects.get(user=worker)
    where = reverse("retention:training-strike-out", args=[made.pk])
    assert reader.post(where).status_code == 302
    assert reader.get(where).status_code == 404
    for name in ("training-add", "training-file"):
        assert signed_in(worker).get(reverse(f"retention:{name}")).status_code == 403
