"""Two people press at once: the second waits for the first, and then is told what happened."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.actions import cases, entries
from cases.models import Case, CaseNote, CaseRole, Decision
from cases.workflow import CaseStatus
from core.errors import Refused
from tests.cases.world import a_world
from tests.factories.cases import CaseNoteFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 40  # seconds


@pytest.fixture
def world():
    return a_world()


def at_once(first, second):
    """What each of two acts gave or was refused with, when the second begins before the first ends."""
    begun, done = threading.Event(), {}

    def run_second():
        begun.wait(PATIENCE)
        try:
            done["second"] = second()
        except Refused as refusal:
            done["second"] = refusal
        finally:
            connection.close()

    thread = threading.Thread(target=run_second)
    thread.start()
    with transaction.atomic():
        done["first"] = first()
        begun.set()
        # The second has reached the row that the first holds, or will find it changed.
        thread.join(0.5)
        done["waited"] = thread.is_alive()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    return done


def test_a_case_is_closed_once(world):
    done = at_once(
        lambda: cases.close(case=world.case, summary="Done.", by=world.manager),
        lambda: cases.close(
            case=Case.objects.get(pk=world.case.pk), summary="Also done.", by=world.manager
        ),
    )
    assert done["waited"]
    assert isinstance(done["second"], Refused)
    assert "look again" in str(done["second"])
    assert Case.objects.get().closing_summary == "Done."
    assert Decision.objects.count() == 1


def test_a_note_is_corrected_once_at_a_time(world):
    note = CaseNoteFactory(case=world.case, people=[world.joe], recorded_by=world.worker)

    def correct(body, by):
        return entries.correct_note(
            entry=CaseNote.objects.select_related("case").get(pk=note.pk),
            reason="It was wrong.",
            kind=note.kind,
            body=body,
            happened_at=note.happened_at,
            people=[world.joe],
            by=by,
        )

    done = at_once(
        lambda: correct("Joe built a bridge.", world.worker),
        lambda: correct("Joe built a castle.", world.manager),
    )
    assert done["waited"]
    assert "Dean Okafor corrected this note" in str(done["second"])
    assert [n.body for n in CaseNote.objects.filter(corrects=note)] == ["Joe built a bridge."]


def test_one_form_sent_twice_at_once_makes_one_note(world):
    token, moment = uuid4(), timezone.now() - timedelta(days=1)

    def write():
        return entries.write_note(
            case=world.case,
            kind=CaseNote.Kind.OBSERVATION,
            body="Joe built a tower.",
            happened_at=moment,
            people=[world.joe],
            token=token,
            by=world.worker,
        )

    done = at_once(write, write)
    assert done["waited"]
    assert done["first"] == done["second"]
    assert CaseNote.objects.count() == 1


def test_nothing_is_written_into_a_case_that_is_being_closed(world):
    done = at_once(
        lambda: cases.close(case=world.case, summary="Done.", by=world.manager),
        lambda: entries.record_decision(
            case=Case.objects.get(pk=world.case.pk),
            decision="Six more weeks.",
            decided_by_whom="Team meeting",
            basis="Progress.",
            happened_at=timezone.now() - timedelta(days=1),
            by=world.worker,
        ),
    )
    assert done["waited"]
    assert "is closed" in str(done["second"])
    assert Case.objects.get().status == CaseStatus.CLOSED


def test_one_family_gets_one_case(world):
    rose = PersonFactory()

    def open_one():
        return cases.open_case(
            service=world.service,
            people=[(rose, CaseRole.CLIENT)],
            opened_on=timezone.localdate(),
            by=world.worker,
        )

    done = at_once(open_one, open_one)
    assert done["waited"]
    assert "is open already" in str(done["second"])
    assert Case.objects.filter(people=rose).count() == 1
