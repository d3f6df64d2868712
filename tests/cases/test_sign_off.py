"""Supervision: a manager signs off what somebody else wrote, or sends it back (features.md P7)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import cases, entries, reviews, services
from cases.models import CaseNote, Decision, Review, Task
from cases.queries.reviews import awaiting_sign_off, how_many_await
from core.errors import LogUnavailable, Refused
from tests.cases.typed import at, typed_note, words_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import note as prepared
from tests.factories.cases import CaseNoteFactory, ServiceFactory, ServiceMemberFactory

pytestmark = pytest.mark.django_db

LIST = "/casework/sign-off/"


@pytest.fixture
def world():
    made = a_world()
    today = timezone.localdate()
    services.set_supervision(
        service=made.service,
        notes_signed_off_from=today - timedelta(days=10),
        closings_signed_off_from=today,
        by=the(Role.SYSTEM_ADMINISTRATOR),
    )
    made.case.service.refresh_from_db()
    return made


@pytest.fixture
def note(world):
    return CaseNoteFactory(
        case=world.case, people=[world.joe], body="Joe built a tower.", recorded_by=world.worker
    )


def address(entry, name="note-review"):
    return reverse(f"cases:{name}", args=[entry.reference])


def closing(world):
    cases.close(case=world.case, summary="Moved to Leeds.", by=world.manager)
    return Decision.objects.get(closes_case=True)


# --- The verbs ------------------------------------------------------------------------------------


def test_a_note_is_signed_off_with_one_entry(world, note):
    with entries_since() as left:
        review = reviews.sign_off(entry=note, comment="Well seen.", by=world.manager)
    assert [(e.verb, e.record_id, e.people) for e in left] == [
        (Verb.ENTRY_SIGNED_OFF, note.pk, [world.joe.pk])
    ]
    assert (review.note, review.verdict, review.comment) == (note, "signed_off", "Well seen.")


def test_a_note_that_is_sent_back_is_a_task_and_a_notice_of_its_writer(world, note):
    with entries_since() as left:
        reviews.send_back(entry=note, comment="Which school?", by=world.manager)
    assert [e.verb for e in left] == [Verb.ENTRY_SENT_BACK, Verb.TASK_ADDED, Verb.NOTICE_GIVEN]
    task = Task.objects.get()
    assert (task.for_user, task.what, task.link) == (
        world.worker,
        "Which school?",
        reverse("cases:note", args=[note.reference]),
    )
    notice = Notice.objects.get()
    assert notice.to == world.worker
    assert "Hart" not in notice.sentence
    # The correction is what was asked for: the task is done with it, and the manager looks again.
    newer = entries.correct_note(
        entry=note,
        reason="The school.",
        kind=note.kind,
        body="Joe built a tower at Norwood.",
        happened_at=note.happened_at,
        people=[world.joe],
        by=world.worker,
    )
    task.refresh_from_db()
    assert task.status == "done"
    assert [list(found) for found in awaiting_sign_off(world.manager)] == [[newer], []]


def test_the_closing_of_a_case_is_signed_off_by_another_manager(world):
    decision = closing(world)
    with pytest.raises(Refused, match="somebody else signs it off"):
        reviews.sign_off(entry=decision, by=world.manager)
    other = member_of(world.service, Role.SERVICE_MANAGER, name="Ruth Ashe")
    assert how_many_await(world.manager) == 0
    assert how_many_await(other) == 1
    reviews.sign_off(entry=decision, by=other)
    assert how_many_await(other) == 0


def test_nobody_signs_off_their_own_not_even_an_older_version(world, note):
    with entries_since() as left, pytest.raises(Refused, match="You wrote this"):
        reviews.sign_off(entry=note, by=world.worker)
    mine = CaseNoteFactory(case=world.case, people=[world.joe], recorded_by=world.manager)
    corrected = CaseNoteFactory(
        case=world.case,
        people=[world.joe],
        corrects=mine,
        correction_reason="A comma.",
        recorded_by=world.worker,
    )
    with pytest.raises(Refused, match="a version of it"):
        reviews.sign_off(entry=corrected, by=world.manager)
    assert left == []
    assert not Review.objects.exists()
    assert corrected not in awaiting_sign_off(world.manager)[0]


@pytest.mark.parametrize("way", ["own", "older", "closing"])
def test_the_database_itself_refuses_ones_own(world, note, way):
    older = CaseNoteFactory(
        case=world.case, corrects=note, correction_reason="x", recorded_by=world.manager
    )
    what, by = {
        "own": ({"note": note}, world.worker),
        "older": ({"note": older}, world.worker),
        "closing": ({"decision": closing(world)}, world.manager),
    }[way]
    prepared()
    with pytest.raises(DatabaseError, match="Nobody signs off"), transaction.atomic():
        Review.objects.create(**what, verdict="signed_off", recorded_by=by)


def test_what_was_looked_at_already_or_corrected_since_is_not_signed_off(world, note):
    with pytest.raises(Refused, match="what is to be corrected"):
        reviews.send_back(entry=note, comment=" ", by=world.manager)
    reviews.sign_off(entry=note, by=world.manager)
    with entries_since() as left:
        for verb in (reviews.sign_off, reviews.send_back):
            with pytest.raises(Refused, match="looked at already"):
                verb(entry=note, comment="Again.", by=world.manager)
    assert left == []
    other = CaseNoteFactory(case=world.case, people=[world.joe], recorded_by=world.worker)
    CaseNoteFactory(
        case=world.case, corrects=other, correction_reason="x", recorded_by=world.worker
    )
    with pytest.raises(Refused, match="corrected this note"):
        reviews.sign_off(entry=other, by=world.manager)


def test_nothing_is_signed_off_while_the_log_cannot_be_written(request, world, note):
    request.getfixturevalue("log_broken")
    for verb in (reviews.sign_off, reviews.send_back):
        with pytest.raises(LogUnavailable):
            verb(entry=note, comment="Which school?", by=world.manager)
    assert not Review.objects.exists()
    assert not Task.objects.exists()


# --- What waits -----------------------------------------------------------------------------------


def test_only_what_the_service_asks_for_waits(world, note):
    CaseNoteFactory(
        case=world.case,
        recorded_by=world.worker,
        happened_at=timezone.now() - timedelta(days=30),
        recorded_at=timezone.now() - timedelta(days=20),
    )
    assert list(awaiting_sign_off(world.manager)[0]) == [note]
    assert how_many_await(world.worker) == 0
    services.set_supervision(service=world.service, by=the(Role.SYSTEM_ADMINISTRATOR))
    assert how_many_await(world.manager) == 0


# --- The pages ------------------------------------------------------------------------------------


def test_a_manager_signs_off_from_the_list(world, note):
    browser = signed_in(world.manager)
    with entries_since() as left:
        page = words_of(browser.get(LIST))
    assert [(e.verb, e.record_id, e.people) for e in left] == [
        (Verb.SIGN_OFF_LISTED, note.pk, [world.joe.pk])
    ]
    assert note.reference in page
    assert address(note) in words_of(browser.get(reverse("cases:note", args=[note.reference])))
    with entries_since() as left:
        response = browser.post(address(note), {"verdict": "signed_off", "comment": ""})
    assert response.headers["Location"] == LIST
    assert [e.verb for e in left] == [Verb.NOTE_READ, Verb.ENTRY_SIGNED_OFF]
    assert "Signed off by Priya Nair" in words_of(browser.get(world.case.get_absolute_url()))
    entry = words_of(browser.get(reverse("cases:note", args=[note.reference])))
    assert "Signed off" in entry
    assert address(note) not in entry
    assert note.reference not in words_of(browser.get(LIST)).split("<table")[-1]
    assert note.reference in words_of(browser.get(f"{LIST}?state=signed"))
    assert browser.get(address(note)).status_code == 409


def test_what_is_typed_stays_when_it_is_refused(world, note):
    browser = signed_in(world.manager)
    for given, words in (
        ({"verdict": "sent_back", "comment": ""}, "Say what is to be corrected."),
        ({"comment": "Which school?"}, "What you say"),
    ):
        response = browser.post(address(note), given)
        assert response.status_code == 422
        assert words in words_of(response)
        assert given["comment"] in words_of(response)
    reviews.sign_off(entry=note, by=member_of(world.service, Role.SERVICE_MANAGER, name="Ruth"))
    response = browser.post(address(note), {"verdict": "sent_back", "comment": "Which school?"})
    assert response.status_code == 422
    assert "looked at already" in words_of(response)
    assert "Which school?" in words_of(response)


def test_the_writer_finds_what_went_back(world, note):
    signed_in(world.manager).post(
        address(note), {"verdict": "sent_back", "comment": "Which school?"}
    )
    browser = signed_in(world.worker)
    entry = words_of(browser.get(reverse("cases:note", args=[note.reference])))
    assert "Correction asked for" in entry
    assert "Which school?" in entry
    correct = reverse("cases:note-correct", args=[note.reference])
    given = typed_note(world, **at(note.happened_at), reason="The school.")
    assert browser.post(correct, given).status_code == 302
    assert Task.objects.get().status == "done"
    assert CaseNote.objects.get(corrects=note).reference in words_of(
        signed_in(world.manager).get(LIST)
    )


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.CASEWORKER, 403),
        (Role.SERVICE_MANAGER, 200),
        (Role.QUALITY_REVIEWER, 403),
        (Role.SAFEGUARDING_LEAD, 403),
        (Role.DPO, 403),
        (Role.FRONT_DESK, 404),
    ],
)
def test_who_signs_off(world, note, role, status):
    browser = signed_in(member_of(world.service, role, name="Some One"))
    assert browser.get(LIST).status_code == (200 if status == 200 else 403)
    assert browser.get(address(note)).status_code == status
    if status != 200:
        posted = browser.post(address(note), {"verdict": "signed_off"})
        assert posted.status_code == status
        assert not Review.objects.exists()


def test_a_manager_of_another_service_sees_nothing_of_it(world, note):
    elsewhere = ServiceFactory(name="Counselling")
    other = member_of(elsewhere, Role.SERVICE_MANAGER, name="Colm Byrne")
    browser = signed_in(other)
    assert browser.get(address(note)).status_code == 404
    page = words_of(browser.get(f"{LIST}?service={world.service.slug}"))
    assert note.reference not in page
    ServiceMemberFactory(service=world.service, user=other)
    assert note.reference in words_of(browser.get(LIST))
    assert note.reference not in words_of(browser.get(f"{LIST}?service={elsewhere.slug}"))


def test_the_list_costs_the_same_for_one_entry_and_for_thirty(world, note):
    browser, counts = signed_in(world.manager), []
    browser.get(LIST)
    for number in (0, 29):
        for _ in range(number):
            CaseNoteFactory(case=world.case, people=[world.joe], recorded_by=world.worker)
        with CaptureQueriesContext(connection) as queries:
            assert note.reference in words_of(browser.get(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_managers_work_says_how_many_wait(world, note):
    page = words_of(signed_in(world.manager).get("/casework/"))
    assert "To sign off (1)" in page
    assert "My drafts (0)" in page
    assert "To sign off" not in words_of(signed_in(world.worker).get("/casework/"))
