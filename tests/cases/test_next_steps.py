"""The next step of a contact becomes a task."""

from datetime import date

import pytest

from audit.verbs import Verb
from cases.models import Contact, Task
from tests.cases.test_people_pages import day, text_of, typed
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.cases import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def filled(worker, address, **changes):
    page = worker.get(address)
    return (
        typed(page, kind="phone", people=[page.context["form"].fields["people"].choices[0][0]])
        | changes
    )


def test_with_a_day_it_is_a_task_of_whoever_wrote_it_once(world):
    worker = signed_in(world.worker)
    address = f"/casework/cases/{world.case.reference}/contacts/add/"
    sent = filled(worker, address, next_step="Ring the school.") | day("next_step_by", "1 3 2027")
    with entries_since() as entries:
        assert worker.post(address, sent).status_code == 302
    assert [e.verb for e in entries if e.action != "access"] == [
        Verb.CONTACT_RECORDED,
        Verb.TASK_ADDED,
    ]
    worker.post(address, sent)
    task = Task.objects.get()
    assert (task.what, task.due_on, task.for_user, task.case) == (
        "Ring the school.",
        date(2027, 3, 1),
        world.worker,
        world.case,
    )
    assert task.link == f"/casework/contacts/{Contact.objects.get().reference}/"
    assert "Ring the school." in text_of(worker.get("/casework/"))


def test_without_a_day_it_is_none_and_a_day_needs_words(world):
    worker = signed_in(world.worker)
    address = f"/casework/cases/{world.case.reference}/contacts/add/"
    sent = filled(worker, address)
    wrong = worker.post(address, sent | day("next_step_by", "1 3 2027"))
    assert wrong.status_code == 422
    assert "Say what the next step is" in text_of(wrong)
    assert worker.post(address, sent | {"next_step": "Ring."}).status_code == 302
    assert not Task.objects.exists()


def test_a_correction_asks_nobody(world):
    contact = ContactFactory(case=world.case, people=[world.joe], next_step="Ring.")
    contact.refresh_from_db()
    page = signed_in(world.worker).get(f"/casework/contacts/{contact.reference}/correct/")
    assert "next_step_by" not in page.context["form"].fields
