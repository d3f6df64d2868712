"""Referrals to agencies: what was asked, who was chased, and what became of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Task
from consent.actions import referrals_out as verbs
from consent.gateways import Outcome
from consent.models import ReferralOut
from consent.workflow import REFERRAL_OUT_MOVES, ReferralOutMove, ReferralOutStatus
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import day, text_of
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import CaseFactory, PersonFactory
from tests.factories.consent import ShareFactory

pytestmark = pytest.mark.django_db

MARCH = date(2027, 3, 1)


@pytest.fixture
def world():
    return a_world()


def shared(world, **fields):
    share = ShareFactory(case=world.case, people=[world.amelia], recorded_by=world.worker, **fields)
    share.refresh_from_db()
    return share


@pytest.fixture
def share(world):
    return shared(world)


@pytest.fixture
def referral(world, share):
    return verbs.refer_out(share=share, asked_for="Debt advice.", chase_on=MARCH, by=world.worker)


class TestReferring:
    def test_it_rests_on_the_sharing_log_and_asks_to_chase(self, world, share):
        with entries_since() as entries:
            verbs.refer_out(
                share=share, asked_for=" Debt advice. ", chase_on=MARCH, by=world.worker
            )
        assert entries[0].people == [world.amelia.pk]
        assert [e.verb for e in entries] == [Verb.REFERRED_OUT, Verb.TASK_ADDED]
        task = Task.objects.get()
        assert (task.due_on, task.for_user) == (MARCH, world.worker)
        assert task.link == f"/casework/sharing/{share.reference}/referral/"

    def test_not_by_what_was_not_shared_nor_twice(self, world, referral):
        kept = shared(world, outcome=Outcome.NOT_SHARED, sent_how="", kept_back="No permission.")
        nobody = shared(world, agency=None, recipient_name="Aunt Jo")
        for one, sentence in (
            (kept, "Nothing was shared"),
            (nobody, "names no agency"),
            (referral.share, "is a referral already"),
        ):
            with entries_since() as entries, pytest.raises(Refused, match=sentence):
                verbs.refer_out(share=one, asked_for="Debt advice.", by=world.worker)
            assert entries == []

    def test_without_an_entry_nobody_is_referred(self, world, share, log_broken):
        with pytest.raises(LogUnavailable):
            verbs.refer_out(share=share, asked_for="Debt advice.", by=world.worker)
        assert not ReferralOut.objects.exists()


class TestWhatBecameOfIt:
    def test_chasing_ends_the_task_and_asks_again(self, world, referral):
        with entries_since() as entries:
            verbs.chase(referral=referral, words="Rang Jo.", chase_on=MARCH, by=world.manager)
        assert [e.verb for e in entries] == [
            Verb.REFERRAL_OUT_CHASED,
            Verb.TASK_FINISHED,
            Verb.TASK_ADDED,
        ]
        assert [task.for_user for task in Task.objects.filter(status="open")] == [world.manager]

    def test_an_answer_ends_the_task(self, world, referral):
        verbs.answer(
            referral=referral, move=ReferralOutMove.ACCEPT, words="They come.", by=world.worker
        )
        assert (referral.status, referral.answer) == (ReferralOutStatus.ACCEPTED, "They come.")
        assert not Task.objects.filter(status="open").exists()
        with pytest.raises(Refused, match="They have answered"):
            verbs.chase(referral=referral, words="Again.", by=world.worker)

    @pytest.mark.parametrize("move", ReferralOutMove)
    @pytest.mark.parametrize("status", ReferralOutStatus.values)
    def test_every_status_with_every_move(self, world, referral, status, move):
        ways = {
            "accepted": ReferralOutMove.ACCEPT,
            "declined": ReferralOutMove.DECLINE,
            "no_answer": ReferralOutMove.GIVE_UP,
        }
        if status in ways:
            verbs.answer(referral=referral, move=ways[status], words="So.", by=world.worker)
        if status in REFERRAL_OUT_MOVES[move].sources:
            verbs.answer(referral=referral, move=move, words="Then.", by=world.worker)
            assert referral.answer == "Then."
        else:
            with entries_since() as entries, pytest.raises(Refused):
                verbs.answer(referral=referral, move=move, words="Then.", by=world.worker)
            assert entries == []

    def test_without_words_or_an_entry_it_waits(self, world, referral, request):
        with pytest.raises(Refused, match="Say what they said"):
            verbs.answer(referral=referral, move=ReferralOutMove.ACCEPT, words=" ", by=world.worker)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable):
            verbs.answer(
                referral=referral, move=ReferralOutMove.ACCEPT, words="Yes.", by=world.worker
            )
        assert ReferralOut.objects.get().status == ReferralOutStatus.WAITING


class TestPages:
    def test_from_the_sharing_log_to_the_answer(self, world, share):
        worker = signed_in(world.worker)
        address = f"/casework/sharing/{share.reference}/referral/"
        assert address in text_of(worker.get(f"/casework/sharing/{share.reference}/"))
        assert worker.post(address, {"asked_for": ""}).status_code == 422
        assert worker.post(address, {"asked_for": "Debt advice."}).status_code == 302
        assert "Amelia Hart" in text_of(worker.get("/casework/referrals-out/"))
        today = timezone.localdate()
        chased = {"became": "chased", "words": "Rang Jo."}
        passed = worker.post(
            address, chased | day("chase_on", f"{today - timedelta(days=1):%d %m %Y}")
        )
        assert passed.status_code == 422
        assert "This day has passed" in text_of(passed)
        assert "Rang Jo." in text_of(passed)
        chased |= day("chase_on", f"{today:%d %m %Y}")
        assert worker.post(address, chased).status_code == 302
        assert "They accepted" in text_of(worker.get(address))
        wrong = worker.post(address, chased | {"became": "accept"})
        assert wrong.status_code == 422
        assert worker.post(address, {"became": "accept", "words": "They come."}).status_code == 302
        text = text_of(worker.get(address))
        assert "Rang Jo." in text
        assert "They come." in text
        # There is an answer: nothing is asked any more, and what an older page sends is refused.
        assert "They accepted" not in text
        again = worker.post(address, {"became": "decline", "words": "No."})
        assert again.status_code == 422
        assert "Nothing waits" in text_of(worker.get("/casework/referrals-out/"))
        with entries_since() as entries:
            answered = text_of(worker.get("/casework/referrals-out/?show=answered"))
        assert "Amelia Hart" in answered
        assert "Accepted" in answered
        assert [e.verb for e in entries] == [Verb.REFERRAL_OUT_LISTED]

    def test_the_list_is_written_down_with_as_few_questions_for_thirty(self, world, referral):
        worker = signed_in(world.worker)
        with entries_since() as entries:
            worker.get("/casework/referrals-out/")
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.REFERRAL_OUT_LISTED, [world.amelia.pk])
        ]
        with CaptureQueriesContext(connection) as one:
            worker.get("/casework/referrals-out/")
        for _ in range(30):
            verbs.refer_out(share=shared(world), asked_for="Debt advice.", by=world.worker)
        with CaptureQueriesContext(connection) as thirty:
            worker.get("/casework/referrals-out/")
        assert len(thirty) == len(one)

    def test_of_another_service_nothing_exists(self, world):
        hugo = PersonFactory()
        share = ShareFactory(case=CaseFactory(people=[hugo]), people=[hugo])
        share.refresh_from_db()
        verbs.refer_out(share=share, asked_for="Debt advice.", by=world.worker)
        worker = signed_in(world.worker)
        assert "Nothing waits" in text_of(worker.get("/casework/referrals-out/"))
        referral = ReferralOut.objects.get()
        verbs.answer(referral=referral, move=ReferralOutMove.DECLINE, words="No.", by=world.worker)
        assert "None yet" in text_of(worker.get("/casework/referrals-out/?show=answered"))
        with entries_since() as entries:
            assert worker.get(f"/casework/sharing/{share.reference}/referral/").status_code == 404
        assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    @pytest.mark.parametrize(
        "role", [Role.FRONT_DESK, Role.QUALITY_REVIEWER, Role.SYSTEM_ADMINISTRATOR]
    )
    def test_a_role_that_refers_nobody(self, world, share, role):
        browser = signed_in(member_of(world.service, role, name="Some One"))
        assert browser.get("/casework/referrals-out/").status_code == 403
        assert browser.get(f"/casework/sharing/{share.reference}/referral/").status_code == 403
