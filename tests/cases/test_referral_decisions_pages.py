"""The pages on which a referral is screened, decided and waits."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import referral_decisions as verbs
from cases.actions.services import end_member
from cases.models import Case, Referral
from cases.queries.waiting_list import in_order
from tests.cases.test_people_pages import day, text_of, typed
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
    a_waiting_referral,
)

pytestmark = pytest.mark.django_db

LIST = "/casework/referrals/"
PAGES = ("screen/", "accept/", "decline/", "withdraw/", "allocate/", "place/")


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


@pytest.fixture
def manager(world):
    return signed_in(world.manager)


@pytest.fixture
def received(world):
    rose = PersonFactory(given_names="Rose", family_name="Adeyemi")
    referral = ReferralFactory(service=world.service, people=[rose])
    referral.refresh_from_db()
    return referral


@pytest.fixture
def screened(world, received):
    return verbs.screen(referral=received, screening="Nobody in danger.", by=world.worker)


@pytest.fixture
def waiting(world):
    referral = a_waiting_referral(
        service=world.service,
        people=[PersonFactory(given_names="Ned", family_name="Marsh")],
        decided_at=timezone.now() - timedelta(days=12),
        recorded_by=world.manager,
    )
    referral.refresh_from_db()
    return referral


def page_of(referral, page=""):
    return f"{LIST}{referral.reference}/{page}"


class TestScreening:
    def test_what_was_found_stands_on_the_referral(self, worker, received):
        address = page_of(received, "screen/")
        assert worker.post(address, {"screening": " "}).status_code == 422
        answer = worker.post(address, {"screening": "Nobody in danger."})
        assert answer["Location"] == page_of(received)
        text = text_of(worker.get(answer["Location"]))
        assert "Nobody in danger." in text
        assert "by Dean Okafor" in text
        assert page_of(received, "accept/") in text
        assert page_of(received, "screen/") not in text

    def test_the_front_desk_does_not_read_it(self, world, screened):
        desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))
        text = text_of(desk.get(page_of(screened)))
        assert "Screened, to be decided" in text
        assert "Nobody in danger." not in text


class TestAccepting:
    def test_onto_the_waiting_list(self, worker, screened):
        address = page_of(screened, "accept/")
        answer = worker.post(address, typed(worker.get(address), priority="1"))
        assert answer["Location"] == page_of(screened)
        screened.refresh_from_db()
        assert (screened.status, Case.objects.count()) == ("waiting", 1)
        assert "Urgent" in text_of(worker.get(page_of(screened)))

    def test_to_a_worker_at_once(self, world, worker, screened):
        address = page_of(screened, "accept/")
        page = worker.get(address)
        answer = worker.post(address, typed(page, begins="at_once", worker=str(world.worker.pk)))
        case = Case.objects.get(referral=screened)
        assert answer["Location"] == f"/casework/cases/{case.reference}/"
        assert case.summary == "Asks for help with bedtimes."
        assert "Rose Adeyemi" in text_of(worker.get(answer["Location"]))
        assert case.reference in text_of(worker.get(page_of(screened)))

    def test_at_once_means_with_a_worker(self, worker, screened):
        address = page_of(screened, "accept/")
        answer = worker.post(address, typed(worker.get(address), begins="at_once", worker=""))
        assert answer.status_code == 422
        assert "Choose who works with them" in text_of(answer)

    def test_what_belongs_to_the_other_answer_does_not_count(self, worker, screened):
        address = page_of(screened, "accept/")
        sent = typed(worker.get(address)) | day("opened_on", "31 2 2026")
        assert worker.post(address, sent).status_code == 302
        assert worker.post(address, sent | {"begins": "at_once"}).status_code == 422

    def test_a_caseworker_gives_the_case_to_nobody_else(self, world, worker, manager, screened):
        address = page_of(screened, "accept/")
        given = {"begins": "at_once", "worker": str(world.manager.pk)}
        assert worker.post(address, typed(worker.get(address), **given)).status_code == 422
        given["worker"] = str(world.worker.pk)
        assert manager.post(address, typed(manager.get(address), **given)).status_code == 302

    @pytest.mark.parametrize(
        ("written", "sentence"),
        [("1 1 2099", "has not come yet"), ("4 1 2026", "The referral came on 5 January 2026")],
    )
    def test_not_on_an_impossible_day(self, worker, screened, written, sentence):
        address = page_of(screened, "accept/")
        sent = typed(worker.get(address), summary="Typed.", begins="at_once")
        answer = worker.post(address, sent | day("opened_on", written))
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert "Typed." in text_of(answer)

    def test_the_second_is_told_who_was_first(self, world, worker, screened):
        address = page_of(screened, "accept/")
        page = worker.get(address)
        verbs.decline(referral=screened, reason="No.", signpost="Nowhere.", by=world.manager)
        answer = worker.post(address, typed(page, summary="Typed.", begins="at_once"))
        assert answer.status_code == 422
        text = text_of(answer)
        assert f"{screened.reference} was declined by Priya Nair on" in text
        assert "Typed." in text
        assert worker.get(address).status_code == 409
        assert Case.objects.count() == 1


class TestDeclining:
    def test_reason_and_signpost(self, worker, received):
        address = page_of(received, "decline/")
        half = worker.post(address, {"reason": "No places."})
        assert half.status_code == 422
        assert "No places." in text_of(half)
        sent = {"reason": "No places.", "signpost": "The library on Tuesdays."}
        assert worker.post(address, sent).status_code == 302
        text = text_of(worker.get(page_of(received)))
        assert "No places." in text
        assert "The library on Tuesdays." in text


class TestWithdrawing:
    def test_why_is_kept(self, worker, waiting):
        assert worker.post(page_of(waiting, "withdraw/"), {"reason": "Moved."}).status_code == 302
        text = text_of(worker.get(page_of(waiting)))
        assert "No longer wanted" in text
        assert "Moved." in text


class TestWaitingList:
    def address(self, world):
        return f"/casework/waiting/{world.service.slug}/"

    def test_who_waits_for_how_many_days(self, world, worker, waiting):
        with entries_since() as entries:
            page = worker.get(self.address(world))
        (row,) = page.context["list"].page
        assert (row.number, row.priority, row.days) == (1, "Usual", 12)
        assert "Ned Marsh" in text_of(page)
        assert [(e.verb, e.record_id, e.people) for e in entries] == [
            (Verb.REFERRAL_LISTED, waiting.pk, [waiting.people.get().pk])
        ]

    def test_thirty_to_a_page_and_as_few_questions(self, world, worker, waiting):
        worker.get(self.address(world))
        with CaptureQueriesContext(connection) as one:
            worker.get(self.address(world))
        for _ in range(34):
            a_waiting_referral(service=world.service, people=[PersonFactory()])
        with CaptureQueriesContext(connection) as thirty:
            page = worker.get(self.address(world))
        assert len(thirty) == len(one)
        assert "Showing 1 to 30 of 35 families" in text_of(page)
        second = worker.get(self.address(world), {"page": 2})
        assert [row.number for row in second.context["list"].page] == [31, 32, 33, 34, 35]

    def test_nobody_waits(self, world, worker):
        assert "Nobody waits" in text_of(worker.get(self.address(world)))

    def test_another_services_list_does_not_exist(self, worker):
        other = ServiceFactory(slug="counselling")
        a_waiting_referral(service=other, people=[PersonFactory(family_name="Quill")])
        with entries_since() as entries:
            answer = worker.get("/casework/waiting/counselling/")
        assert answer.status_code == 404
        assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]

    @pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.SYSTEM_ADMINISTRATOR])
    def test_a_role_that_works_with_no_referrals(self, world, role):
        assert signed_in(the(role)).get(self.address(world)).status_code == 403

    def test_the_order_changes_with_a_reason(self, world, worker, waiting):
        second = a_waiting_referral(service=world.service, people=[PersonFactory()])
        second.refresh_from_db()
        address = page_of(second, "place/")
        page = worker.get(address)
        assert f"Before number 1: {waiting.reference}, usual" in text_of(page)
        assert "Ned Marsh" not in text_of(page)
        moved = typed(page, before=waiting.reference)
        assert worker.post(address, moved | {"reason": ""}).status_code == 422
        other = worker.post(address, moved | {"reason": "X.", "priority": "1"})
        assert "has another priority" in text_of(other)
        assert worker.post(address, moved | {"reason": "The baby is due."}).status_code == 302
        assert list(in_order(world.service.pk)) == [second, waiting]
        assert "The baby is due." in text_of(worker.get(page_of(second)))

    def test_a_family_gets_a_worker(self, world, manager, waiting):
        address = page_of(waiting, "allocate/")
        page = manager.get(address)
        empty = manager.post(address, typed(page, worker=""))
        assert empty.status_code == 422
        answer = manager.post(address, typed(page, worker=str(world.worker.pk)))
        case = Case.objects.get(referral=waiting)
        assert answer["Location"] == f"/casework/cases/{case.reference}/"
        assert case.opened_on == timezone.localdate()
        assert manager.get(address).status_code == 409


@pytest.mark.parametrize("page", PAGES)
def test_the_front_desk_does_not_decide(world, received, page):
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))
    with entries_since() as entries:
        assert desk.get(page_of(received, page)).status_code == 403
        assert desk.post(page_of(received, page), {"reason": "No places."}).status_code == 403
    assert [e.verb for e in entries] == [Verb.LOOK_REFUSED] * 2


BEGINS = {
    "received": {"screen/", "decline/", "withdraw/"},
    "screened": {"accept/", "decline/", "withdraw/"},
    "waiting": {"allocate/", "place/", "withdraw/"},
}


@pytest.mark.parametrize("status", BEGINS)
def test_what_is_not_possible_now_is_not_begun(worker, status, request):
    referral = request.getfixturevalue(status)
    answers = {page: worker.get(page_of(referral, page)).status_code for page in PAGES}
    assert {page for page, answer in answers.items() if answer == 200} == BEGINS[status]
    assert set(answers.values()) == {200, 409}
    # And a button leads to each that is.
    text = text_of(worker.get(page_of(referral)))
    assert {page for page in PAGES if page_of(referral, page) in text} == BEGINS[status]


def test_somebody_who_took_it_in_for_another_service_does_not_decide(world, worker):
    referral = ReferralFactory(recorded_by=world.worker, people=[PersonFactory()])
    referral.refresh_from_db()
    assert worker.get(page_of(referral)).status_code == 200
    assert worker.get(page_of(referral, "screen/")).status_code == 403


def test_whoever_left_yesterday_decides_nothing_today(world, received):
    leaver = member_of(world.service, Role.CASEWORKER, name="A Leaver")
    from_yesterday = timezone.localdate() - timedelta(days=1)
    end_member(member=leaver.memberships.get(), until=from_yesterday, by=world.manager)
    assert signed_in(leaver).get(page_of(received, "screen/")).status_code == 404
    assert Referral.objects.get(pk=received.pk).status == "received"
    assert received.received_on == date(2026, 1, 5)
