"""What became of an appointment: one contact of the case, however often it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.verbs import Verb
from cases.models import Contact
from core.errors import LogUnavailable, Refused
from diary.actions import outcomes
from diary.models import Kind, Where
from diary.workflow import AppointmentStatus
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.diary import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def visit(world):
    """A visit that began two hours ago."""
    return AppointmentFactory(
        service=world.service,
        case=world.case,
        starts=timezone.now() - timedelta(hours=2),
        people=[world.amelia],
        recorded_by=world.worker,
    )


def hold(world, visit, **changes):
    arguments = {
        "appointment": visit,
        "kind": Contact.Kind.HOME_VISIT,
        "happened_at": visit.starts,
        "outcome": Contact.Outcome.ATTENDED,
        "people": [world.amelia],
        "summary": "The new room.",
        "by": world.worker,
    }
    return outcomes.settle_with_contact(**(arguments | changes))


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("attended", "held"),
        ("did_not_attend", "did_not_attend"),
        ("cancelled_by_them", "cancelled_by_them"),
        ("cancelled_by_us", "cancelled_by_us"),
    ],
)
def test_what_became_of_it_is_a_contact_and_the_diary_says_the_same(world, visit, outcome, status):
    with entries_since() as left:
        contact = hold(world, visit, outcome=outcome)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.CONTACT_RECORDED, [world.amelia.pk]),
        (Verb.APPOINTMENT_SETTLED, [world.amelia.pk]),
    ]
    assert (visit.contact, visit.status, visit.settled_by) == (contact, status, world.worker)
    assert (contact.case, contact.outcome) == (world.case, outcome)


def test_the_same_form_sent_twice_makes_one_contact(world, visit):
    token = uuid4()
    first = hold(world, visit, token=token)
    assert hold(world, visit, token=token) == first
    assert Contact.objects.count() == 1


def test_the_same_form_with_other_words_is_refused(world, visit):
    token = uuid4()
    hold(world, visit, token=token)
    with pytest.raises(Refused, match="was saved before"):
        hold(world, visit, token=token, summary="Something else.")
    assert Contact.objects.count() == 1


def test_a_second_worker_makes_no_second_contact(world, visit):
    contact = hold(world, visit, token=uuid4())
    with entries_since() as left, pytest.raises(Refused, match=contact.reference):
        hold(world, visit, token=uuid4(), by=world.manager)
    assert left == []
    assert Contact.objects.count() == 1


def test_one_form_cannot_settle_two_appointments(world, visit):
    token = uuid4()
    hold(world, visit, token=token)
    other = AppointmentFactory(
        service=world.service, case=world.case, starts=visit.starts, people=[world.amelia]
    )
    with pytest.raises(Refused, match="another appointment"):
        hold(world, other, token=token)
    other.refresh_from_db()
    assert other.status == AppointmentStatus.PLANNED


def test_the_database_itself_keeps_one_contact_to_one_appointment(world, visit):
    contact = hold(world, visit)
    settled = {"status": "held", "settled_at": timezone.now(), "settled_by": world.worker}
    with pytest.raises(IntegrityError, match="contact_id"):
        AppointmentFactory(service=world.service, case=world.case, contact=contact, **settled)


def test_what_has_not_begun_is_not_written_down(world):
    ahead = AppointmentFactory(service=world.service, case=world.case, people=[world.amelia])
    with pytest.raises(Refused, match="cannot be dated"):
        hold(world, ahead)


def test_without_an_entry_nothing_is_settled(world, visit, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        hold(world, visit)
    visit.refresh_from_db()
    assert (visit.status, visit.contact) == ("planned", None)
    assert not Contact.objects.exists()


@pytest.fixture
def training(world):
    return AppointmentFactory(
        service=world.service,
        kind=Kind.OTHER,
        where=Where.REMOTE,
        starts=timezone.now() - timedelta(hours=2),
        recorded_by=world.worker,
    )


def test_work_without_a_case_is_settled_without_a_contact(world, training):
    with entries_since() as left:
        outcomes.settle(appointment=training, status="held", because=" All came. ", by=world.worker)
    assert [e.verb for e in left] == [Verb.APPOINTMENT_SETTLED]
    assert (training.status, training.settled_because) == ("held", "All came.")
    assert not Contact.objects.exists()


def test_of_a_family_a_contact_must_be_written(world, visit):
    with pytest.raises(Refused, match="a contact is written"):
        outcomes.settle(appointment=visit, status="held", by=world.worker)


def test_work_that_has_not_begun_is_not_settled(world):
    ahead = AppointmentFactory(kind=Kind.OTHER, where=Where.REMOTE)
    with pytest.raises(Refused, match="not begun"):
        outcomes.settle(appointment=ahead, status="held", by=world.worker)


def test_without_a_case_no_contact_is_written(world, training):
    with pytest.raises(Refused, match="belongs to no case"):
        hold(world, training)
