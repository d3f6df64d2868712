"""Tasks: asking somebody, finishing, passing on, dropping; the lists and their pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import tasks as verbs
from cases.models import Task
from cases.permissions import tasks_of
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import day, text_of, typed
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import CaseFactory, PersonFactory, ServiceFactory, TaskFactory

pytestmark = pytest.mark.django_db

LIST = "/casework/tasks/"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def task(world):
    made = TaskFactory(case=world.case, for_user=world.worker, asked_by=world.manager)
    made.refresh_from_db()
    return made


class TestAsking:
    def test_a_colleague_is_asked(self, world):
        with entries_since() as entries:
            made = verbs.ask(
                what=" Ring the school. ", for_user=world.worker, case=world.case, by=world.manager
            )
        assert (made.what, made.for_user, made.asked_by) == (
            "Ring the school.",
            world.worker,
            world.manager,
        )
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.TASK_ADDED, sorted([world.amelia.pk, world.joe.pk]))
        ]

    def test_nobody_is_asked_who_could_not_open_what_it_is_about(self, world):
        outsider = member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider")
        for about in ({"case": world.case}, {"person": world.joe}):
            with entries_since() as entries, pytest.raises(Refused, match="could not open"):
                verbs.ask(what="Ring.", for_user=outsider, by=world.manager, **about)
            assert entries == []
        assert not Task.objects.exists()
        # About nobody, anybody can be asked.
        assert verbs.ask(what="Order paper.", for_user=outsider, by=world.manager).pk

    def test_without_an_entry_nobody_is_asked(self, world, log_broken):
        with pytest.raises(LogUnavailable):
            verbs.ask(what="Ring.", for_user=world.worker, case=world.case, by=world.manager)
        assert not Task.objects.exists()


def test_it_is_not_passed_on_to_somebody_who_could_not_open_it(world, task):
    outsider = member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider")
    with entries_since() as entries, pytest.raises(Refused, match="could not open"):
        verbs.pass_on(task=task, to=outsider, by=world.manager)
    assert entries == []
    verbs.pass_on(task=task, to=world.manager, by=world.worker)
    assert Task.objects.get().for_user == world.manager


class TestForWhomItExists:
    def test_whoever_does_it_asked_for_it_or_manages(self, world, task):
        colleague = member_of(world.service, Role.CASEWORKER, name="A Colleague")
        assert {u for u in (world.worker, world.manager, colleague) if task in tasks_of(u)} == {
            world.worker,
            world.manager,
        }

    def test_nobodys_is_everybodys_of_the_service(self, world):
        task = TaskFactory(for_user=None, asked_by=None, service=world.service, case=world.case)
        colleague = member_of(world.service, Role.CASEWORKER, name="A Colleague")
        outsider = member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider")
        assert task in tasks_of(colleague)
        assert task not in tasks_of(outsider)

    def test_a_task_about_another_services_family_does_not_exist(self, world):
        elsewhere = CaseFactory(people=[PersonFactory()])
        task = TaskFactory(case=elsewhere, for_user=world.worker)
        assert task not in tasks_of(world.worker)
        desk = member_of(world.service, Role.FRONT_DESK, name="Front Desk")
        assert TaskFactory(case=world.case, for_user=desk) not in tasks_of(desk)
        assert TaskFactory(person=world.joe, for_user=desk) in tasks_of(desk)


class TestList:
    def test_what_is_due_first_stands_on_top_and_each_row_is_written_down(self, world, task):
        today = timezone.localdate()
        soon = TaskFactory(person=world.joe, for_user=world.worker, due_on=today)
        late = TaskFactory(for_user=world.worker, due_on=today - timedelta(days=1))
        with entries_since() as entries:
            page = signed_in(world.worker).get(LIST)
        assert list(page.context["page"]) == [late, soon, task]
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.TASK_LISTED, []),
            (Verb.TASK_LISTED, [world.joe.pk]),
            (Verb.TASK_LISTED, sorted([world.amelia.pk, world.joe.pk])),
        ]
        text = text_of(page)
        assert text.count(">Late<") == 1
        only_late = signed_in(world.worker).get(LIST, {"late": "yes"})
        assert list(only_late.context["page"]) == [late]

    def test_each_list_shows_its_own(self, world, task):
        nobodys = TaskFactory(for_user=None, asked_by=None, service=world.service)
        done = TaskFactory(for_user=world.worker)
        verbs.finish_task(task=done, by=world.worker)
        manager = signed_in(world.manager)
        shown = {
            whose: list(manager.get(LIST, {"whose": whose}).context["page"])
            for whose in ("mine", "service", "asked", "team")
        }
        assert shown == {"mine": [], "service": [nobodys], "asked": [task], "team": [task]}
        worker = signed_in(world.worker)
        assert list(worker.get(LIST, {"ended": "yes"}).context["page"]) == [done]
        assert worker.get(LIST, {"whose": "team"}).status_code == 403

    def test_thirty_to_a_page_and_as_few_questions(self, world, task):
        worker = signed_in(world.worker)
        worker.get(LIST)
        with CaptureQueriesContext(connection) as one:
            worker.get(LIST)
        for _ in range(34):
            case = CaseFactory(service=world.service, people=[PersonFactory()])
            TaskFactory(case=case, for_user=world.worker)
        with CaptureQueriesContext(connection) as thirty:
            page = worker.get(LIST)
        assert len(thirty) == len(one)
        assert "Showing 1 to 30 of 35 tasks" in text_of(page)


class TestPages:
    def test_a_task_about_a_case(self, world):
        worker = signed_in(world.worker)
        address = f"/casework/cases/{world.case.reference}/tasks/add/"
        page = worker.get(address)
        assert [words for _, words in page.context["form"].fields["for_user"].choices] == [
            "Dean Okafor",
            "Priya Nair",
        ]
        sent = typed(page, for_user=str(world.manager.pk), what="Sign the form.")
        wrong = worker.post(address, sent | day("due_on", "1 1 2020"))
        assert wrong.status_code == 422
        assert "Sign the form." in text_of(wrong)
        answer = worker.post(address, sent)
        assert answer["Location"] == f"/casework/cases/{world.case.reference}/"
        assert Task.objects.get().for_user == world.manager

    def test_a_task_about_a_person_and_one_about_nobody(self, world):
        worker = signed_in(world.worker)
        for address in (f"/casework/people/{world.joe.reference}/tasks/add/", f"{LIST}add/"):
            page = worker.get(address)
            assert worker.post(address, typed(page, what="Ring.")).status_code == 302
        assert [task.person for task in Task.objects.order_by("pk")] == [world.joe, None]

    def test_it_is_done_once(self, world, task):
        worker = signed_in(world.worker)
        with entries_since() as entries:
            worker.post(f"{LIST}{task.reference}/done/")
        assert [e.verb for e in entries] == [Verb.TASK_READ, Verb.TASK_FINISHED]
        assert worker.post(f"{LIST}{task.reference}/done/").status_code == 409
        for page in ("drop/", "pass-on/"):
            assert worker.get(f"{LIST}{task.reference}/{page}").status_code == 409
        text = text_of(worker.get(f"{LIST}{task.reference}/"))
        assert "by Dean Okafor" in text
        assert "It is done" not in text

    def test_it_is_dropped_with_a_reason(self, world, task):
        worker = signed_in(world.worker)
        address = f"{LIST}{task.reference}/drop/"
        assert worker.post(address, {"because": ""}).status_code == 422
        assert worker.post(address, {"because": "They moved."}).status_code == 302
        assert "They moved." in text_of(worker.get(f"{LIST}{task.reference}/"))

    def test_it_is_passed_on(self, world, task):
        worker = signed_in(world.worker)
        address = f"{LIST}{task.reference}/pass-on/"
        assert worker.post(address, {"to": ""}).status_code == 422
        assert worker.post(address, {"to": str(world.manager.pk)}).status_code == 302
        assert Task.objects.get().for_user == world.manager

    def test_one_of_another_service_does_not_exist(self, world):
        hugo = PersonFactory()
        task = TaskFactory(case=CaseFactory(people=[hugo]))
        task.refresh_from_db()
        worker = signed_in(world.worker)
        for page in ("", "drop/", "pass-on/"):
            with entries_since() as entries:
                assert worker.get(f"{LIST}{task.reference}/{page}").status_code == 404
            assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    def test_the_system_administrator_sees_none(self, world, task):
        browser = signed_in(the(Role.SYSTEM_ADMINISTRATOR))
        assert browser.get(f"{LIST}{task.reference}/").status_code == 404
