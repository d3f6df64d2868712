"""Enquiries: what was asked and answered, without a case; and what becomes of one."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import enquiries as verbs
from cases.models import Case, Enquiry, Referral
from core.errors import LogUnavailable, Refused
from tests.cases.test_cases_races import at_once
from tests.cases.test_people_pages import day, text_of, typed
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    CaseFactory,
    EnquiryFactory,
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

LIST, ADD = "/casework/enquiries/", "/casework/enquiries/add/"
TODAY = date(2026, 11, 24)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def desk(world):
    return signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))


def write_down(world, **changes):
    arguments = {
        "service": world.service,
        "asked_on": TODAY,
        "how_received": "phone",
        "who": "not_said",
        "question": "Is there a group?",
        "answer": " On Saturdays. ",
        "on": TODAY,
        "by": world.worker,
    }
    return verbs.record_enquiry(**arguments | changes)


class TestWritingDown:
    def test_nobody_need_be_named(self, world):
        with entries_since() as entries:
            enquiry = write_down(world)
        assert (enquiry.answer, enquiry.person) == ("On Saturdays.", None)
        assert [(e.verb, e.record_id, e.people) for e in entries] == [
            (Verb.ENQUIRY_RECORDED, enquiry.pk, [])
        ]

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"question": " "}, "Say what they asked"),
            ({"answer": " "}, "Say what they were told"),
            ({"asked_on": TODAY + timedelta(days=1)}, "has not come yet"),
        ],
    )
    def test_what_cannot_be_leaves_no_trace(self, world, changes, sentence):
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            write_down(world, **changes)
        assert (entries, Enquiry.objects.count()) == ([], 0)

    def test_without_an_entry_nothing_is_written(self, world, log_broken):
        with pytest.raises(LogUnavailable):
            write_down(world)
        assert not Enquiry.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_form_sent_twice_at_once_makes_one(self, world):
        token = uuid4()
        done = at_once(
            lambda: write_down(world, token=token), lambda: write_down(world, token=token)
        )
        assert done["waited"]
        assert done["first"] == done["second"] == Enquiry.objects.get()


class TestBecomingMore:
    def test_it_becomes_one_thing_once(self, world):
        enquiry = EnquiryFactory(service=world.service, person=world.joe)
        referral = ReferralFactory(service=world.service, people=[world.amelia])
        with entries_since() as entries:
            verbs.turn_into(enquiry=enquiry, became=referral, by=world.worker)
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.ENQUIRY_TURNED, sorted([world.amelia.pk, world.joe.pk]))
        ]
        with pytest.raises(Refused, match="already"):
            verbs.turn_into(enquiry=enquiry, became=world.case, by=world.worker)
        enquiry.refresh_from_db()
        assert (enquiry.referral, enquiry.case) == (referral, None)

    def test_without_an_entry_it_stays(self, world, request):
        enquiry = EnquiryFactory(service=world.service)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable):
            verbs.turn_into(enquiry=enquiry, became=world.case, by=world.worker)
        assert Enquiry.objects.get().turned_at is None


class TestPages:
    def test_the_front_desk_writes_one_down(self, world, desk):
        page = desk.get(ADD)
        sent = typed(
            page, how_received="phone", who="family", question="Is there a group?", name="Rose"
        )
        wrong = desk.post(ADD, sent | day("asked_on", "1 1 2099"))
        assert wrong.status_code == 422
        assert "Is there a group?" in text_of(wrong)
        answer = desk.post(ADD, sent | {"answer": "On Saturdays."})
        enquiry = Enquiry.objects.get()
        assert answer["Location"] == f"{LIST}{enquiry.reference}/"
        assert enquiry.service is None
        desk.post(ADD, sent | {"answer": "On Saturdays."})
        assert Enquiry.objects.count() == 1

    def test_the_list_is_written_down(self, world, desk):
        enquiry = EnquiryFactory(service=world.service, person=world.joe)
        EnquiryFactory(question="Of others.")
        with entries_since() as entries:
            page = desk.get(LIST)
        assert list(page.context["page"]) == [enquiry]
        assert [(e.verb, e.people) for e in entries] == [(Verb.ENQUIRY_LISTED, [world.joe.pk])]
        theirs = desk.get(LIST, {"service": world.service.slug})
        assert list(theirs.context["page"]) == [enquiry]

    def test_thirty_to_a_page_and_as_few_questions(self, world, desk):
        def one():
            referral = ReferralFactory(service=world.service, people=[PersonFactory()])
            enquiry = EnquiryFactory(service=world.service, person=PersonFactory())
            verbs.turn_into(enquiry=enquiry, became=referral, by=world.worker)

        one()
        desk.get(LIST)
        with CaptureQueriesContext(connection) as few:
            desk.get(LIST)
        for _ in range(34):
            one()
        with CaptureQueriesContext(connection) as many:
            page = desk.get(LIST)
        assert len(many) == len(few)
        assert "Showing 1 to 30 of 35 enquiries" in text_of(page)

    def test_one_of_another_service_does_not_exist(self, world, desk):
        hugo = PersonFactory()
        enquiry = EnquiryFactory(service=ServiceFactory(), person=hugo)
        enquiry.refresh_from_db()
        for path in (f"{LIST}{enquiry.reference}/", f"/casework/referrals/add/?enquiry={enquiry}"):
            with entries_since() as entries:
                assert desk.get(path).status_code == 404
            assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    def test_a_person_of_another_service_is_not_shown(self, world, desk):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        enquiry = EnquiryFactory(service=world.service, person=hugo)
        enquiry.refresh_from_db()
        page = desk.get(f"{LIST}{enquiry.reference}/")
        assert page.status_code == 200
        assert "Quill" not in text_of(page)

    @pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.SYSTEM_ADMINISTRATOR])
    def test_a_role_that_works_with_none(self, role):
        browser = signed_in(the(role))
        assert browser.get(LIST).status_code == 403
        assert browser.get(ADD).status_code == 403

    def test_a_referral_is_made_of_it(self, world):
        worker = signed_in(world.worker)
        enquiry = EnquiryFactory(service=world.service, person=world.joe, question="Can we come?")
        enquiry.refresh_from_db()
        there = f"/casework/referrals/add/?enquiry={enquiry.reference}"
        assert there in text_of(worker.get(f"{LIST}{enquiry.reference}/")).replace("&amp;", "&")
        with entries_since() as entries:
            page = worker.get(f"{there}&person={world.joe.reference}")
        assert [e.verb for e in entries] == [Verb.ENQUIRY_READ]
        assert "Can we come?" in text_of(page)
        answer = worker.post(there, typed(page, came_from="self", role_1="child"))
        referral = Referral.objects.get()
        assert answer["Location"] == f"/casework/referrals/{referral.reference}/"
        assert (referral.reason, referral.received_on) == ("Can we come?", date(2026, 1, 7))
        assert Enquiry.objects.get().referral == referral
        text = text_of(worker.get(f"{LIST}{enquiry.reference}/"))
        assert referral.reference in text
        assert "Make a referral of it" not in text
        assert worker.get(there).status_code == 409

    def test_a_case_is_opened_of_it(self, world):
        worker = signed_in(world.worker)
        enquiry = EnquiryFactory(service=world.service, person=world.joe, question="Can we come?")
        enquiry.refresh_from_db()
        there = f"/casework/people/{world.joe.reference}/open-case/?enquiry={enquiry.reference}"
        page = worker.get(there)
        role = {f"role_{world.joe.reference}": "child"}
        answer = worker.post(
            there, typed(page, service=str(world.service.pk), summary="Them.", **role)
        )
        assert answer.status_code == 302
        case = Case.objects.order_by("pk").last()
        assert (case.summary, case.opened_on) == ("Them.", timezone.localdate())
        assert Enquiry.objects.get().case == case
