"""Tasks: asked, passed on, done, dropped."""

from datetime import date

import pytest

from audit.actors import SYSTEM
from cases.actions.tasks import add_task, drop_task, finish_task, pass_on
from cases.models import Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def asked(world, **changes):
    words = {
        "kind": TaskKind.NEXT_STEP,
        "what": "Ring the school.",
        "for_user": world.worker,
        "due_on": date(2026, 12, 1),
        "case": world.case,
        "by": world.manager,
    }
    return add_task(**(words | changes))


def test_add_task_leaves_one_entry_about_everybody_of_the_case(world):
    with entries_since() as left:
        task = asked(world)
    assert (task.status, task.asked_by, task.kind_in_words) == ("open", world.manager, "Next step")
    assert [(entry.verb, set(entry.people)) for entry in left] == [
        ("task.added", {world.amelia.pk, world.joe.pk})
    ]


def test_add_task_by_the_software_names_nobody(world):
    assert asked(world, by=SYSTEM).asked_by is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"what": "  "}, "Say what is to be done."),
        ({"for_user": None}, "Say who is to do it"),
    ],
)
def test_add_task_refused_leaves_no_trace(world, changes, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        asked(world, **changes)
    assert left == []
    assert not Task.objects.exists()


def test_add_task_for_somebody_suspended_is_refused(world):
    with pytest.raises(Refused, match="no longer signs in"):
        asked(world, for_user=UserFactory(is_active=False))


def test_pass_on_changes_who_does_it(world):
    task = asked(world)
    with entries_since() as left:
        pass_on(task=task, to=world.manager, by=world.worker)
    assert task.for_user == world.manager
    assert [entry.verb for entry in left] == ["task.passed-on"]


def test_pass_on_of_an_ended_task_is_refused(world):
    task = asked(world)
    finish_task(task=Task.objects.get(), by=world.worker)
    with entries_since() as left, pytest.raises(Refused, match="ended this task"):
        pass_on(task=task, to=world.manager, by=world.worker)
    assert left == []


def test_finish_task_says_who_and_when(world):
    task = asked(world)
    with entries_since() as left:
        finish_task(task=task, by=world.worker)
    assert (task.status, task.ended_by) == (TaskStatus.DONE, world.worker)
    assert [entry.verb for entry in left] == ["task.finished"]


def test_finish_task_twice_is_refused_without_trace(world):
    task = asked(world)
    finish_task(task=task, by=world.worker)
    with entries_since() as left, pytest.raises(Refused, match="cannot become"):
        finish_task(task=task, by=world.manager)
    assert left == []


def test_drop_task_keeps_why(world):
    task = drop_task(task=asked(world), because="They moved away.", by=world.worker)
    assert (task.status, task.dropped_because) == (TaskStatus.DROPPED, "They moved away.")


def test_drop_task_without_a_reason_is_refused(world):
    task = asked(world)
    with pytest.raises(Refused, match="Say why"):
        drop_task(task=task, because=" ", by=world.worker)
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN


@pytest.mark.parametrize("verb", [finish_task, asked])
def test_a_verb_is_undone_without_its_entry(world, verb, request):
    task = asked(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        finish_task(task=task, by=world.worker) if verb is finish_task else asked(world)
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN
