"""A case goes from one worker to another: what is recorded, and who may."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.actions.staff import suspend
from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import hand_overs as verbs
from cases.actions.cases import close
from cases.models import Allocation, HandOver, Task
from core.errors import LogUnavailable, Refused
from tests.cases.test_cases_races import at_once
from tests.cases.test_people_pages import text_of, typed
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AllocationFactory,
    CaseFactory,
    HandOverFactory,
    PersonFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

WORDS = "Amelia was promised a letter to the school."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def nia(world):
    return member_of(world.service, Role.CASEWORKER, name="Nia Rowe")


def hand_over(world, to_worker, **changes):
    arguments = {
        "case": world.case,
        "from_worker": world.worker,
        "to_worker": to_worker,
        "summary": WORDS,
        "by": world.worker,
    }
    return verbs.hand_over(**arguments | changes)


def working(case):
    return [one.worker for one in case.allocations.filter(until=None)]


class TestHandingOver:
    def test_the_next_worker_has_it_is_asked_to_read_and_told(self, world, nia):
        with entries_since() as entries:
            handed = hand_over(world, nia)
        assert [e.verb for e in entries] == [
            Verb.CASE_HANDED_OVER,
            Verb.TASK_ADDED,
            Verb.NOTICE_GIVEN,
        ]
        assert entries[0].people == sorted([world.amelia.pk, world.joe.pk])
        assert working(world.case) == [nia]
        before = world.case.allocations.get(worker=world.worker)
        assert before.until == timezone.localdate()
        task = Task.objects.get()
        assert (task.for_user, task.case) == (nia, world.case)
        assert task.link == f"/casework/hand-overs/{handed.reference}/"
        notice = Notice.objects.get()
        assert (notice.to, "Hart" in notice.sentence) == (nia, False)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"summary": " "}, "Say what Nia Rowe must know"),
            ({"from_worker": "manager"}, "does not work on"),
            ({"to_worker": "worker"}, "Choose another worker"),
            ({"to_worker": "outsider"}, "Choose another worker"),
        ],
    )
    def test_what_cannot_be_leaves_no_trace(self, world, nia, changes, sentence):
        people = {
            "manager": world.manager,
            "worker": world.worker,
            "outsider": member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider"),
        }
        given = {name: people.get(value, value) for name, value in changes.items()}
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            hand_over(world, **{"to_worker": nia} | given)
        assert (entries, working(world.case), Task.objects.count()) == ([], [world.worker], 0)

    def test_a_closed_case_is_not_handed_over(self, world, nia):
        close(case=world.case, summary="Done.", by=world.manager)
        with pytest.raises(Refused, match="is closed"):
            hand_over(world, nia)

    def test_without_an_entry_nothing_happens(self, world, nia, log_broken):
        with pytest.raises(LogUnavailable):
            hand_over(world, nia)
        assert (working(world.case), HandOver.objects.count()) == ([world.worker], 0)

    def test_all_cases_of_a_leaver_or_none(self, world, nia):
        second = CaseFactory(service=world.service, people=[PersonFactory()])
        AllocationFactory(case=second, worker=world.worker)
        good = verbs.Handing(world.case, nia, WORDS)
        with pytest.raises(Refused, match="Say what"):
            verbs.hand_over_all(
                from_worker=world.worker,
                handings=[good, verbs.Handing(second, world.manager, " ")],
                by=world.manager,
            )
        assert working(world.case) == [world.worker]
        made = verbs.hand_over_all(
            from_worker=world.worker,
            handings=[good, verbs.Handing(second, world.manager, "Rings on Mondays.")],
            by=world.manager,
        )
        assert [one.to_worker for one in made] == [nia, world.manager]
        assert not Allocation.objects.filter(worker=world.worker, until=None).exists()


class TestReading:
    def test_the_next_worker_says_so_once(self, world, nia):
        handed = hand_over(world, nia)
        with entries_since() as entries:
            verbs.acknowledge(hand_over=handed, by=nia)
        assert [e.verb for e in entries] == [Verb.HAND_OVER_ACKNOWLEDGED, Verb.TASK_FINISHED]
        assert HandOver.objects.get().acknowledged_by == nia
        with pytest.raises(Refused, match="already"):
            verbs.acknowledge(hand_over=handed, by=nia)

    def test_nobody_else_says_so(self, world, nia):
        handed = hand_over(world, nia)
        with entries_since() as entries, pytest.raises(Refused, match="Only the next worker"):
            verbs.acknowledge(hand_over=handed, by=world.manager)
        assert entries == []

    def test_the_database_agrees(self, world, nia):
        with pytest.raises(IntegrityError, match="by_the_next_worker"):
            HandOverFactory(
                case=world.case,
                from_worker=world.worker,
                to_worker=nia,
                acknowledged_at=timezone.now(),
                acknowledged_by=world.manager,
                recorded_by=world.worker,
            )

    def test_without_an_entry_it_stays_unread(self, world, nia, request):
        handed = hand_over(world, nia)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable):
            verbs.acknowledge(hand_over=handed, by=nia)
        assert HandOver.objects.get().acknowledged_at is None


class TestPages:
    def test_the_worker_hands_over_and_the_next_one_reads(self, world, nia):
        address = f"/casework/cases/{world.case.reference}/hand-over/"
        worker = signed_in(world.worker)
        page = worker.get(address)
        empty = worker.post(address, typed(page, to_worker=str(nia.pk), summary=""))
        assert empty.status_code == 422
        answer = worker.post(address, typed(page, to_worker=str(nia.pk), summary=WORDS))
        assert answer.status_code == 302
        handed = HandOver.objects.get()
        there = f"/casework/hand-overs/{handed.reference}/"
        with entries_since() as entries:
            mine = signed_in(nia).get("/casework/")
        assert there in text_of(mine)
        assert Verb.HAND_OVER_LISTED in {e.verb for e in entries}
        read = signed_in(nia).get(there)
        assert WORDS in text_of(read)
        assert "I have read this" in text_of(read)
        assert "I have read this" not in text_of(worker.get(there))
        assert worker.post(there).status_code == 409
        assert signed_in(nia).post(there).status_code == 302
        assert signed_in(nia).get("/casework/").context["work"].hand_overs.count == 0

    def test_whoever_does_not_work_on_it_does_not_hand_it_over(self, world, nia):
        address = f"/casework/cases/{world.case.reference}/hand-over/"
        assert signed_in(nia).get(address).status_code == 403
        assert signed_in(world.manager).get(address).status_code == 200

    def test_a_case_without_a_worker_is_allocated_instead(self, world):
        case = CaseFactory(service=world.service, people=[PersonFactory()])
        case.refresh_from_db()
        answer = signed_in(world.manager).get(f"/casework/cases/{case.reference}/hand-over/")
        assert answer.status_code == 409

    def test_one_of_another_service_does_not_exist(self, world):
        hugo = PersonFactory()
        case = CaseFactory(people=[hugo])
        handed = HandOverFactory(case=case, recorded_by=world.worker)
        handed.refresh_from_db()
        with entries_since() as entries:
            answer = signed_in(world.worker).get(f"/casework/hand-overs/{handed.reference}/")
        assert answer.status_code == 404
        assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    def test_whoever_was_suspended_still_stands_on_cases_until_they_are_handed_over(
        self, world, nia
    ):
        manager = signed_in(world.manager)
        warning = "may not sign in any more and still stands on open cases"
        assert warning not in text_of(manager.get("/casework/team/"))
        suspend(user=world.worker, by=the(Role.SYSTEM_ADMINISTRATOR))
        other = AllocationFactory(worker=UserFactory(full_name="Ada Elsewhere", is_active=False))
        team = text_of(manager.get("/casework/team/"))
        address = f"/casework/leaving/?worker={world.worker.pk}"
        assert f"Dean Okafor {warning}" in team
        assert address in team
        assert other.worker.full_name not in team
        assert "Amelia Hart" in text_of(manager.get(address))
        to, summary = f"to_{world.case.reference}", f"summary_{world.case.reference}"
        manager.post(address, {to: str(nia.pk), summary: "Ring her on Mondays."})
        assert working(world.case) == [nia]
        assert warning not in text_of(manager.get("/casework/team/"))

    def test_the_cases_of_a_leaver(self, world, nia):
        elsewhere = CaseFactory(people=[PersonFactory(family_name="Quill")])
        AllocationFactory(case=elsewhere, worker=world.worker)
        address = f"/casework/leaving/?worker={world.worker.pk}"
        manager = signed_in(world.manager)
        with entries_since() as entries:
            page = manager.get(address)
        assert [(e.verb, e.record_id) for e in entries] == [(Verb.CASE_LISTED, world.case.pk)]
        assert "Amelia Hart" in text_of(page)
        assert "Quill" not in text_of(page)
        to, summary = f"to_{world.case.reference}", f"summary_{world.case.reference}"
        half = manager.post(address, {to: str(nia.pk)})
        assert half.status_code == 422
        assert "Say what Nia Rowe must know" in text_of(half)
        assert "Choose for at least one case" in text_of(manager.post(address, {}))
        assert manager.post(address, {to: str(nia.pk), summary: WORDS}).status_code == 302
        assert working(world.case) == [nia]
        assert signed_in(world.worker).get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_case_is_handed_over_once(world, nia):
    done = at_once(
        lambda: hand_over(world, nia), lambda: hand_over(world, world.manager, by=world.manager)
    )
    assert done["waited"]
    assert "does not work on" in str(done["second"])
    assert working(world.case) == [nia]
