"""What may be done to a case: each act leaves its one entry, or no trace."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import cases
from cases.models import Allocation, Case, CasePerson, CaseRole, Decision
from cases.workflow import CaseStatus
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory, ProfessionalFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def open_one(world, **changes):
    arguments = {
        "service": world.service,
        "people": [(world.joe, CaseRole.CLIENT)],
        "opened_on": date(2026, 3, 2),
        "summary": "Bedtimes.",
        "worker": world.worker,
        "by": world.manager,
    }
    return cases.open_case(**(arguments | changes))


def test_a_case_opens_with_its_people_and_a_worker(world):
    rose = PersonFactory(given_names="Rose")
    with entries_since() as entries:
        case = open_one(world, people=[(rose, CaseRole.PARENT), (world.joe, CaseRole.CLIENT)])
    assert [(e.verb, e.people, e.by) for e in entries] == [
        (Verb.CASE_OPENED, sorted([rose.pk, world.joe.pk]), world.manager.name_for_log)
    ]
    case.refresh_from_db()
    assert (case.status, case.summary, case.recorded_by) == ("open", "Bedtimes.", world.manager)
    assert [(p.person, p.role) for p in case.case_people.all()] == [
        (rose, CaseRole.PARENT),
        (world.joe, CaseRole.CLIENT),
    ]
    assert [(a.worker, a.since, a.until) for a in case.allocations.all()] == [
        (world.worker, date(2026, 3, 2), None)
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"people": []}, "A case is about somebody"),
        ({"opened_on": date(2999, 1, 1)}, "has not come yet"),
        ({"people": "twice"}, "named twice"),
        ({"worker": "outsider"}, "does not belong to"),
        ({"worker": "suspended"}, "does not belong to"),
        ({"worker": "receptionist"}, "does not belong to"),
        ({"service": "shut"}, "takes no new people"),
        ({"people": "again"}, "is open already"),
    ],
)
def test_a_case_that_cannot_be_opened_leaves_no_trace(world, changes, sentence):
    if changes == {"people": "twice"}:
        changes = {"people": [(world.joe, CaseRole.CLIENT), (world.joe, CaseRole.CHILD)]}
    elif changes == {"people": "again"}:
        changes = {"people": [(world.joe, CaseRole.CLIENT), (world.amelia, CaseRole.PARENT)]}
    elif changes == {"worker": "outsider"}:
        changes = {"worker": UserFactory(roles=[Role.CASEWORKER])}
    elif changes == {"worker": "suspended"}:
        leaver = member_of(world.service, Role.CASEWORKER, name="A Leaver")
        type(leaver).objects.filter(pk=leaver.pk).update(is_active=False)
        changes = {"worker": leaver}
    elif changes == {"worker": "receptionist"}:
        changes = {"worker": member_of(world.service, Role.FRONT_DESK, name="Front Desk")}
    elif changes == {"service": "shut"}:
        changes = {"service": ServiceFactory(is_open=False), "worker": None}
    before = Case.objects.count(), CasePerson.objects.count(), Allocation.objects.count()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        open_one(world, **changes)
    assert entries == []
    assert before == (Case.objects.count(), CasePerson.objects.count(), Allocation.objects.count())


def test_the_same_family_may_have_a_case_in_another_service_and_a_part_of_it_in_this(world):
    other = ServiceFactory()
    family = [(world.joe, CaseRole.CLIENT), (world.amelia, CaseRole.PARENT)]
    assert open_one(world, service=other, people=family, worker=None).service == other
    assert open_one(world).service == world.service


def test_closing_ends_the_work_and_is_a_decision(world):
    with entries_since() as entries:
        cases.close(
            case=world.case, summary=" Bedtimes work. ", clients_view="Glad.", by=world.manager
        )
    assert [(e.verb, e.record_id) for e in entries] == [(Verb.CASE_CLOSED, world.case.pk)]
    assert entries[0].people == sorted([world.amelia.pk, world.joe.pk])
    assert world.case.status == CaseStatus.CLOSED
    assert world.case.closed_by == world.manager
    assert world.case.closing_summary == "Bedtimes work."
    assert [a.until for a in world.case.allocations.all()] == [timezone.localdate()]
    decision = Decision.objects.get(case=world.case)
    assert decision.decision == "To close the case."
    assert (decision.basis, decision.clients_view) == ("Bedtimes work.", "Glad.")
    assert decision.decided_by_whom == "Priya Nair"


def test_closing_needs_a_summary(world):
    with entries_since() as entries, pytest.raises(Refused, match="how the work ended"):
        cases.close(case=world.case, summary=" \n ", by=world.manager)
    assert entries == []
    assert not Decision.objects.exists()


def change_summary(world, summary="Bedtimes, and now school.", seen="Bedtimes.", **given):
    given = {"reason": "He started school.", **given}
    return cases.change_summary(
        case=world.case, summary=summary, seen=seen, by=world.worker, **given
    )


def test_what_the_work_is_about_is_changed_and_what_it_was_stays(world):
    change_summary(world, "Bedtimes.", seen=world.case.summary)
    with entries_since() as entries:
        for _ in range(2):  # a double click
            change_summary(world)
    assert [entry.verb for entry in entries] == [Verb.CASE_SUMMARY_CHANGED]
    assert Case.objects.get().summary == "Bedtimes, and now school."
    decision = Decision.objects.filter(case=world.case).latest("pk")
    assert "Before, it was about: Bedtimes." in decision.decision
    assert decision.basis == "He started school."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"summary": " "}, "Say what"),
        ({"reason": ""}, "and why"),
        ({"seen": "Something older."}, "in the meantime"),
    ],
)
def test_what_the_work_is_about_is_not_changed_unseen_or_without_a_reason(world, given, sentence):
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        change_summary(world, **{"seen": world.case.summary, **given})
    assert entries == []
    assert not Decision.objects.exists()


def test_a_closed_case_is_not_closed_again(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with entries_since() as entries, pytest.raises(Refused, match="look again"):
        cases.close(case=world.case, summary="Done, really.", by=world.manager)
    assert entries == []
    assert Case.objects.get().closing_summary == "Done."
    assert Decision.objects.count() == 1


def test_reopening_keeps_how_it_had_ended(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with entries_since() as entries:
        cases.reopen(case=world.case, reason="The school called.", by=world.manager)
    assert [e.verb for e in entries] == [Verb.CASE_REOPENED]
    assert (world.case.status, world.case.closed_at, world.case.closed_by) == ("open", None, None)
    assert world.case.closing_summary == ""
    closing, reopening = Decision.objects.order_by("pk")
    assert closing.basis == "Done."
    assert reopening.basis == "The school called."
    assert reopening.decision.startswith("To open the case again, closed since ")
    assert not world.case.allocations.filter(until=None).exists()


@pytest.mark.parametrize(("reason", "sentence"), [("Why not.", "look again"), ("", "Say why")])
def test_an_open_case_is_not_reopened(world, reason, sentence):
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        cases.reopen(case=world.case, reason=reason, by=world.manager)
    assert entries == []


def test_a_case_changes_hands_and_its_history_stays(world):
    with entries_since() as entries:
        cases.end_allocation(case=world.case, worker=world.worker, by=world.manager)
        cases.allocate(case=world.case, worker=world.manager, by=world.manager)
    assert [e.verb for e in entries] == [Verb.CASE_ALLOCATION_ENDED, Verb.CASE_ALLOCATED]
    today = timezone.localdate()
    assert [(a.worker, a.until) for a in world.case.allocations.order_by("pk")] == [
        (world.worker, today),
        (world.manager, None),
    ]


def test_allocations_that_cannot_be_are_refused(world):
    outsider = UserFactory(roles=[Role.CASEWORKER])
    with entries_since() as entries:
        with pytest.raises(Refused, match="already"):
            cases.allocate(case=world.case, worker=world.worker, by=world.manager)
        with pytest.raises(Refused, match="does not belong"):
            cases.allocate(case=world.case, worker=outsider, by=world.manager)
        with pytest.raises(Refused, match="does not work on this case"):
            cases.end_allocation(case=world.case, worker=world.manager, by=world.manager)
    assert entries == []
    assert Allocation.objects.count() == 1


def test_somebody_joins_the_case_once(world):
    rose = PersonFactory(recorded_by=world.worker)
    with entries_since() as entries:
        cases.add_person_to_case(
            case=world.case, person=rose, role=CaseRole.RELATIVE, by=world.worker
        )
    assert [e.verb for e in entries] == [Verb.CASE_PERSON_ADDED]
    assert rose.pk in entries[0].people
    with entries_since() as entries, pytest.raises(Refused, match="already"):
        cases.add_person_to_case(case=world.case, person=rose, role=CaseRole.CHILD, by=world.worker)
    assert entries == []


def test_a_professional_is_named_once(world):
    visitor = ProfessionalFactory()
    with entries_since() as entries:
        cases.name_professional(case=world.case, professional=visitor, by=world.worker)
    assert [e.verb for e in entries] == [Verb.CASE_PROFESSIONAL_NAMED]
    with entries_since() as entries, pytest.raises(Refused, match="already"):
        cases.name_professional(case=world.case, professional=visitor, by=world.worker)
    assert entries == []


def test_nothing_new_happens_in_a_closed_case(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    acts = [
        lambda: cases.allocate(case=world.case, worker=world.worker, by=world.manager),
        lambda: cases.end_allocation(case=world.case, worker=world.worker, by=world.manager),
        lambda: cases.add_person_to_case(
            case=world.case, person=PersonFactory(), role=CaseRole.CHILD, by=world.worker
        ),
        lambda: cases.name_professional(
            case=world.case, professional=ProfessionalFactory(), by=world.worker
        ),
    ]
    with entries_since() as entries:
        for act in acts:
            with pytest.raises(Refused, match="is closed"):
                act()
    assert entries == []


def test_nothing_happens_while_the_log_cannot_be_written(request, world):
    rose, visitor = PersonFactory(), ProfessionalFactory()
    request.getfixturevalue("log_broken")
    acts = [
        lambda: open_one(world),
        lambda: cases.close(case=world.case, summary="Done.", by=world.manager),
        lambda: change_summary(world, seen=world.case.summary),
        lambda: cases.allocate(case=world.case, worker=world.manager, by=world.manager),
        lambda: cases.end_allocation(case=world.case, worker=world.worker, by=world.manager),
        lambda: cases.add_person_to_case(
            case=world.case, person=rose, role=CaseRole.CHILD, by=world.worker
        ),
        lambda: cases.name_professional(case=world.case, professional=visitor, by=world.worker),
    ]
    for act in acts:
        with pytest.raises(LogUnavailable):
            act()
    case = Case.objects.get()
    assert (case.status, case.case_people.count()) == (CaseStatus.OPEN, 2)
    assert [a.until for a in case.allocations.all()] == [None]
    assert not case.case_professionals.exists()


def test_a_case_stays_closed_while_the_log_cannot_be_written(request, world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        cases.reopen(case=world.case, reason="The school called.", by=world.manager)
    assert Case.objects.get().status == CaseStatus.CLOSED
    assert Decision.objects.count() == 1


def test_the_day_of_tomorrow_is_refused(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="has not come yet"):
        open_one(world, opened_on=tomorrow)
