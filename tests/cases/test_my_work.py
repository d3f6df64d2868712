"""The page after signing in, and the manager's page about the team."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from cases.kinds import kind_of
from tests.cases.test_people_pages import text_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AllocationFactory,
    CaseFactory,
    CaseNoteFactory,
    HandOverFactory,
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
    ServiceMemberFactory,
    TaskFactory,
    a_waiting_referral,
)

pytestmark = pytest.mark.django_db

HERE, READ = "/casework/", reverse("accounts:notices-read")


@pytest.fixture
def world():
    return a_world()


def fill(world):
    """One of everything that waits for the worker, each about a family of its own."""
    case = CaseFactory(service=world.service, people=[PersonFactory()])
    AllocationFactory(case=case, worker=world.worker)
    TaskFactory(case=case, for_user=world.worker)
    ReferralFactory(service=world.service, people=[PersonFactory()])
    HandOverFactory(case=case, to_worker=world.worker, recorded_by=world.manager)
    tell(who=[world.worker], sentence="Something waits.", by=world.manager)


def test_everything_that_waits_is_there_and_each_row_is_written_down_once(world):
    fill(world)
    with entries_since() as entries:
        page = signed_in(world.worker).get(HERE)
    work = page.context["work"]
    assert [part.count for part in (work.cases, work.tasks, work.referrals)] == [2, 1, 1]
    assert [part.count for part in (work.hand_overs, work.notices)] == [1, 1]
    assert sorted(e.verb for e in entries) == sorted(
        [
            Verb.CASE_LISTED,
            Verb.CASE_LISTED,
            Verb.TASK_LISTED,
            Verb.REFERRAL_LISTED,
            Verb.HAND_OVER_LISTED,
        ]
    )
    assert all(e.people for e in entries)
    assert "Something waits." in text_of(page)


def test_a_manager_meets_what_waits_to_be_signed_off(world):
    since = timezone.localdate() - timedelta(days=9)
    case = CaseFactory(
        service=ServiceFactory(notes_signed_off_from=since), people=[world.joe], status="open"
    )
    ServiceMemberFactory(service=case.service, user=world.manager)
    notes = [
        CaseNoteFactory(case=case, people=[world.joe], recorded_by=world.worker) for _ in range(11)
    ]
    with entries_since() as entries:
        page = signed_in(world.manager).get(HERE)
    part = page.context["work"].to_sign_off
    assert ([one.pk for one in part.rows], part.more) == ([one.pk for one in notes[:10]], 1)
    assert f'href="{kind_of(notes[0]).address(notes[0])}"' in page.text
    assert "1 more to sign off" in text_of(page)
    told = [e for e in entries if e.verb == Verb.SIGN_OFF_LISTED]
    assert len(told) == 10
    assert all(world.joe.pk in e.people for e in told)
    assert "to sign off" not in text_of(signed_in(world.worker).get(HERE)).lower()


def test_what_belongs_to_others_is_not_there(world):
    others = CaseFactory(service=world.service, people=[PersonFactory(family_name="Quill")])
    colleague = member_of(world.service, Role.CASEWORKER, name="A Colleague")
    AllocationFactory(case=others, worker=colleague)
    TaskFactory(case=others, for_user=colleague)
    ReferralFactory(people=[PersonFactory(family_name="Marsh")])
    text = text_of(signed_in(world.worker).get(HERE))
    assert "Amelia Hart" in text
    assert "Quill" not in text
    assert "Marsh" not in text


def test_as_few_questions_for_thirty(world):
    worker = signed_in(world.worker)
    fill(world)
    worker.get(HERE)
    with CaptureQueriesContext(connection) as one:
        worker.get(HERE)
    for _ in range(30):
        fill(world)
    with CaptureQueriesContext(connection) as thirty:
        page = worker.get(HERE)
    assert len(thirty) == len(one)
    assert "21 more" in text_of(page)


def test_what_is_late_is_said(world):
    TaskFactory(for_user=world.worker, due_on=timezone.localdate() - timedelta(days=2))
    assert "1 late" in text_of(signed_in(world.worker).get(HERE))


def test_the_front_desk_has_tasks_and_no_cases(world):
    desk = member_of(world.service, Role.FRONT_DESK, name="Front Desk")
    TaskFactory(person=world.joe, for_user=desk, what="Ring back.")
    text = text_of(signed_in(desk).get(HERE))
    assert "Ring back." in text
    assert "My cases" not in text


def test_whoever_works_in_the_admin_alone_is_led_there(world):
    assert signed_in(the(Role.SYSTEM_ADMINISTRATOR)).get(HERE)["Location"] == "/admin/"


def test_without_a_role_it_says_whom_to_ask(world):
    assert "Your account has no role yet" in text_of(signed_in(UserFactory()).get(HERE))


def test_notices_leave_the_desk_when_they_are_read(world):
    worker = signed_in(world.worker)
    tell(who=[world.worker, world.manager], sentence="One.", by=world.manager)
    tell(who=[world.worker], sentence="Two.", by=world.manager)
    one = Notice.objects.get(to=world.worker, sentence="One.")
    theirs = Notice.objects.get(to=world.manager)
    assert worker.post(READ, {"notice": str(theirs.pk)}).status_code == 409
    with entries_since() as entries:
        worker.post(READ, {"notice": str(one.pk)})
    assert [e.verb for e in entries] == [Verb.NOTICE_READ]
    text = text_of(worker.get(HERE))
    assert "One." not in text
    assert "Two." in text
    worker.post(READ, {"notice": "all"})
    assert "New for you" not in text_of(worker.get(HERE))
    assert Notice.objects.filter(read=None).count() == 1


class TestTeam:
    def test_who_has_how_much(self, world):
        TaskFactory(for_user=world.worker, due_on=timezone.localdate() - timedelta(days=1))
        TaskFactory(for_user=world.worker)
        CaseFactory(service=world.service, people=[PersonFactory()])
        ReferralFactory(service=world.service, people=[PersonFactory()])
        a_waiting_referral(service=world.service, people=[PersonFactory()])
        # Of another service, and so of nobody here.
        ReferralFactory(people=[PersonFactory()])
        with entries_since() as entries:
            page = signed_in(world.manager).get("/casework/team/")
        team = page.context["team"]
        assert [(str(o.worker), o.cases, o.tasks, o.late) for o in team.loads] == [
            ("Dean Okafor", 1, 2, 1),
            ("Priya Nair", 0, 0, 0),
        ]
        assert [(o.to_decide, o.waiting, o.unallocated) for o in team.services] == [(1, 1, 1)]
        # Numbers only: nobody of the records is named.
        assert entries == []
        assert "Hart" not in text_of(page)

    def test_as_few_questions_for_a_large_team(self, world):
        manager = signed_in(world.manager)
        manager.get("/casework/team/")
        with CaptureQueriesContext(connection) as small:
            manager.get("/casework/team/")
        for number in range(12):
            worker = member_of(world.service, Role.CASEWORKER, name=f"Worker {number}")
            AllocationFactory(case=world.case, worker=worker)
        with CaptureQueriesContext(connection) as large:
            page = manager.get("/casework/team/")
        assert len(large) == len(small)
        assert len(page.context["team"].loads) == 14

    def test_only_for_managers(self, world):
        outsider = member_of(ServiceFactory(), Role.QUALITY_REVIEWER, name="A Reviewer")
        for user in (world.worker, outsider):
            assert signed_in(user).get("/casework/team/").status_code == 403
