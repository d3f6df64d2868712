"""Pages of cases, as those who may use them and as those who may not."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import cases
from cases.models import Allocation, Case, CaseRole
from cases.workflow import CaseStatus
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AllocationFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    PersonFactory,
    ProfessionalFactory,
    ReferralFactory,
    RelationshipFactory,
    ServiceFactory,
    ServiceMemberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def address(name, world, *more):
    return reverse(f"cases:{name}", args=[world.case.reference, *more])


def words_of(response):
    return response.content.decode()


def close(world):
    cases.close(case=world.case, summary="Bedtimes work.", by=world.manager)


# --- My cases -----------------------------------------------------------------------------------


def test_a_caseworker_begins_with_their_own_cases(world):
    other = CaseFactory(service=world.service, people=[PersonFactory(family_name="Elsewhere")])
    with entries_since() as entries:
        response = signed_in(world.worker).get(reverse("cases:mine"))
    page = words_of(response)
    assert response.status_code == 200
    assert "<h1" in page
    assert "My open cases" in page
    assert world.case.reference in page
    assert "Amelia Hart, Joe Hart" in page
    assert other.reference not in page
    assert [(e.verb, e.record_id, e.purpose) for e in entries] == [
        (Verb.CASE_LISTED, world.case.pk, Purpose.SERVICE)
    ]


def test_they_may_switch_to_all_of_their_services_and_no_further(world):
    other = CaseFactory(service=world.service)
    foreign = CaseFactory()
    page = words_of(signed_in(world.worker).get(reverse("cases:mine"), {"whose": "all"}))
    assert "All open cases of my services" in page
    assert world.case.reference in page
    assert other.reference in page
    assert foreign.reference not in page


def test_a_manager_without_a_case_of_their_own_begins_with_everybodys(world):
    browser = signed_in(world.manager)

    def heading():
        page = " ".join(words_of(browser.get(reverse("cases:mine"))).split())
        return page.partition("</h1>")[0]

    assert heading().endswith("All open cases of my services ")
    AllocationFactory(case=world.case, worker=world.manager)
    assert heading().endswith("My open cases ")


def test_closed_cases_are_a_list_of_their_own(world):
    close(world)
    browser = signed_in(world.manager)
    assert world.case.reference not in words_of(browser.get(reverse("cases:mine")))
    page = browser.get(reverse("cases:mine"), {"whose": "all", "status": "closed"})
    assert world.case.reference in words_of(page)


@pytest.mark.parametrize(
    ("role", "purpose"),
    [(Role.SAFEGUARDING_LEAD, Purpose.SAFEGUARDING), (Role.DPO, Purpose.RIGHTS_REQUEST)],
)
def test_whoever_may_open_any_record_begins_with_all_of_them(world, role, purpose):
    foreign = CaseFactory()
    with entries_since() as entries:
        page = words_of(signed_in(the(role)).get(reverse("cases:mine")))
    assert "All open cases" in page
    assert "My open cases" not in page
    assert world.case.reference in page
    assert foreign.reference in page
    assert {e.purpose for e in entries} == {purpose}


def test_a_quality_reviewer_begins_with_the_cases_of_the_services_they_review(world):
    foreign = CaseFactory()
    reviewer = member_of(world.service, Role.QUALITY_REVIEWER, name="Quinn Review")
    with entries_since() as entries:
        page = words_of(signed_in(reviewer).get(reverse("cases:mine")))
    assert world.case.reference in page
    assert foreign.reference not in page
    assert [e.purpose for e in entries] == [Purpose.QUALITY]


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.FRONT_DESK, "cases:search"), (Role.SYSTEM_ADMINISTRATOR, "admin:index")],
)
def test_whoever_has_no_cases_begins_elsewhere(world, role, where):
    response = signed_in(the(role)).get(reverse("cases:mine"))
    assert (response.status_code, response.headers["Location"]) == (302, reverse(where))


def test_somebody_without_a_role_is_told_whom_to_ask(world):
    page = words_of(signed_in(UserFactory()).get(reverse("cases:mine")))
    assert "Your account has no role yet" in page
    assert world.case.reference not in page


def test_thirty_cases_a_page_at_no_more_queries_than_one(world):
    browser = signed_in(world.worker)
    browser.get(reverse("cases:mine"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("cases:mine"))
    for _ in range(34):
        case = CaseFactory(service=world.service, people=[world.joe, PersonFactory()])
        AllocationFactory(case=case, worker=world.worker)
        CaseNoteFactory(case=case)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(reverse("cases:mine"))
    # Counted only where one page does not hold all (core.paging).
    assert len(many) == len(few) + 1
    assert "Showing 1 to 30 of 35 cases" in words_of(page)
    assert "Showing 31 to 35 of 35" in words_of(browser.get(reverse("cases:mine"), {"page": 2}))
    assert browser.get(reverse("cases:mine"), {"page": "x"}).status_code == 200


# --- One case -----------------------------------------------------------------------------------


def test_the_page_of_a_case_shows_the_family_and_leaves_one_entry(world):
    ReferralFactory(
        service=world.service,
        status="allocated",
        case=world.case,
        decided_at=timezone.now(),
        decided_by=world.manager,
    )
    with entries_since() as entries:
        response = signed_in(world.worker).get(address("case", world))
    page = words_of(response)
    assert response.status_code == 200
    for words in ("Amelia Hart", "Parent or carer", "Joe Hart", "7 years", "Family support"):
        assert words in page
    assert "Dean Okafor, since 12 January 2026" in page
    assert "The family themselves" in page
    assert reverse("cases:person", args=[world.joe.reference]) in page
    assert [(e.verb, e.record_id, e.people) for e in entries] == [
        (Verb.CASE_OPENED_TO_READ, world.case.pk, sorted([world.amelia.pk, world.joe.pk]))
    ]


NOBODYS_BUTTONS = set()
WRITING = {
    "note-add",
    "contact-add",
    "decision-add",
    "case-person-add",
    "case-professional-add",
    "case-summary",
}
MANAGING = {"case-allocate", "case-close"}


@pytest.mark.parametrize(
    ("who", "of_open", "of_closed"),
    [
        (Role.CASEWORKER, WRITING, set()),
        (Role.SERVICE_MANAGER, WRITING | MANAGING, {"case-reopen"}),
        (Role.SAFEGUARDING_LEAD, WRITING, set()),
        (Role.QUALITY_REVIEWER, set(), set()),
        (Role.DPO, set(), set()),
    ],
)
def test_a_button_that_is_shown_works_and_one_that_is_not_does_not(world, who, of_open, of_closed):
    browser = signed_in(says_why(member_of(world.service, who, name="Some One"), world.joe))
    names = WRITING | MANAGING | {"case-reopen"}
    for offered in (of_open, of_closed):
        page = words_of(browser.get(address("case", world)))
        assert {name for name in names if f'href="{address(name, world)}"' in page} == offered
        opens = {name for name in names if browser.get(address(name, world)).status_code == 200}
        assert opens == offered
        if offered is of_open:
            close(world)


OTHERS = [
    ("case", {}),
    ("case-close", {"summary": "Done."}),
    ("case-reopen", {"reason": "Again."}),
    ("case-allocate", {}),
    ("allocation-end", {}),
    ("case-person-add", {}),
    ("case-summary", {}),
    ("case-professional-add", {}),
    ("note-add", {}),
    ("contact-add", {}),
    ("decision-add", {}),
]


@pytest.mark.parametrize(("name", "typed"), OTHERS)
@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.FRONT_DESK, Role.SYSTEM_ADMINISTRATOR])
def test_to_everybody_else_the_case_does_not_exist(world, name, typed, role):
    stranger = the(role)
    if role == Role.CASEWORKER:
        ServiceMemberFactory(user=stranger)
    browser = signed_in(stranger)
    with entries_since() as entries:
        response = browser.post(address(name, world), typed)
        if name not in {"case", "allocation-end"}:
            assert response.status_code == 404
        if name != "allocation-end":
            response = browser.get(address(name, world))
    assert response.status_code in (404, 405)
    assert {e.verb for e in entries} <= {Verb.LOOK_REFUSED}
    assert entries
    assert entries[-1].people == sorted([world.amelia.pk, world.joe.pk])
    assert "Amelia" not in words_of(response)


@pytest.mark.parametrize(("name", "typed"), OTHERS[1:])
@pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.DPO])
def test_readers_change_nothing(world, name, typed, role):
    browser = signed_in(member_of(world.service, role, name="Reader"))
    with entries_since() as entries:
        response = browser.post(address(name, world), typed)
    assert response.status_code == 403
    assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]
    case = Case.objects.get()
    assert (case.status, case.allocations.get().until) == (CaseStatus.OPEN, None)


@pytest.mark.parametrize("name", ["case-close", "case-allocate", "allocation-end"])
def test_a_caseworker_does_not_manage(world, name):
    response = signed_in(world.worker).post(address(name, world), {"summary": "Done."})
    assert response.status_code == 403
    assert Case.objects.get().status == CaseStatus.OPEN


def test_the_manager_of_another_service_who_is_safeguarding_lead_too_reads_and_does_not_close(
    world,
):
    lead = member_of(
        ServiceFactory(), Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD, name="Two Hats"
    )
    browser = signed_in(says_why(lead, world.joe, purpose="safeguarding"))
    with entries_since() as entries:
        assert browser.get(address("case", world)).status_code == 200
    assert [e.purpose for e in entries] == [Purpose.SAFEGUARDING]
    assert browser.post(address("case-close", world), {"summary": "Done."}).status_code == 403


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        (Role.CASEWORKER, Purpose.SERVICE),
        (Role.SERVICE_MANAGER, Purpose.SERVICE),
        (Role.QUALITY_REVIEWER, Purpose.QUALITY),
    ],
)
def test_the_look_carries_the_purpose_of_the_role(world, role, purpose):
    browser = signed_in(member_of(world.service, role, name="Some One"))
    with entries_since() as entries:
        browser.get(address("case", world))
    assert [e.purpose for e in entries] == [purpose]


def test_a_page_of_a_case_costs_the_same_however_full_it_is(world):
    browser = signed_in(world.worker)
    CaseNoteFactory(case=world.case, people=[world.joe])
    browser.get(address("case", world))
    with CaptureQueriesContext(connection) as few:
        browser.get(address("case", world))
    for _ in range(40):
        CaseNoteFactory(case=world.case, people=[world.joe, world.amelia])
    CasePersonFactory(case=world.case)
    CasePersonFactory(case=world.case)
    with CaptureQueriesContext(connection) as many:
        browser.get(address("case", world))
    # Counted only where one page does not hold all (core.paging).
    assert len(many) == len(few) + 1


def test_the_timeline_is_filtered_by_the_address(world):
    CaseNoteFactory(case=world.case, body="About a tower.", people=[world.joe])
    CaseNoteFactory(case=world.case, body="About a bridge.", people=[world.amelia])
    browser = signed_in(world.worker)
    page = words_of(browser.get(address("case", world), {"words": "tower"}))
    assert "About a tower." in page
    assert "About a bridge." not in page
    assert "“tower”" in page.replace("&#x201C;", "“")
    page = words_of(browser.get(address("case", world), {"about": world.amelia.reference}))
    assert "About a tower." not in page
    assert "About a bridge." in page
    assert "About Amelia Hart" in page
    page = words_of(browser.get(address("case", world), {"kind": "contact"}))
    assert "Nothing fits these filters" in page


@pytest.mark.parametrize(
    "query",
    [
        {"since_0": "31", "since_1": "2", "since_2": "2026"},
        {"kind": "nonsense"},
        {"about": "P-999999"},
        {"page": "-3"},
        {"words": "x" * 3000},
    ],
)
def test_a_filter_that_makes_no_sense_shows_the_list_and_says_so(world, query):
    CaseNoteFactory(case=world.case, body="About a tower.")
    response = signed_in(world.worker).get(address("case", world), query)
    assert response.status_code == 200
    assert "About a tower." in words_of(response)


def test_what_people_typed_is_text(world):
    attack = "<script>alert('x')</script>"
    CaseNoteFactory(case=world.case, body=attack, people=[world.joe])
    Case.objects.filter(pk=world.case.pk).update(summary=attack)
    page = words_of(signed_in(world.worker).get(address("case", world), {"words": attack}))
    assert attack not in page
    assert page.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;") >= 3


# --- Opening ------------------------------------------------------------------------------------


def open_page(world):
    return reverse("cases:case-open", args=[world.amelia.reference])


def typed_case(world, **changes):
    return {
        "service": world.service.pk,
        f"role_{world.amelia.reference}": "client",
        "opened_on_0": "2",
        "opened_on_1": "3",
        "opened_on_2": "2026",
        "summary": "Sleep.",
        "worker": world.worker.pk,
        **changes,
    }


def test_a_case_is_opened_for_a_person_and_their_family(world):
    RelationshipFactory(person=world.amelia, other=world.joe)
    close(world)
    browser = signed_in(world.worker)
    page = words_of(browser.get(open_page(world)))
    assert "Joe Hart" in page
    assert "Not part of this case" in page
    assert world.case.reference in page
    with entries_since() as entries:
        response = browser.post(
            open_page(world), typed_case(world, **{f"role_{world.joe.reference}": "child"})
        )
    case = Case.objects.exclude(pk=world.case.pk).get()
    assert response.headers["Location"] == case.get_absolute_url()
    assert [(p.person, p.role) for p in case.case_people.all()] == [
        (world.amelia, CaseRole.CLIENT),
        (world.joe, CaseRole.CHILD),
    ]
    assert (case.opened_on, case.allocations.get().worker) == (date(2026, 3, 2), world.worker)
    assert [e.verb for e in entries] == [Verb.PERSON_OPENED, Verb.CASE_OPENED]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service": ""}, "Service"),
        ({"role": ""}, "Choose what Amelia Hart is in this case."),
        ({"opened_on_2": "2999"}, "to 2110"),
        ({"opened_on_2": "2100"}, "This day has not come yet."),
        ({"worker": "outsider"}, "Who works on it"),
        ({"summary": "x" * 50_001}, "This is 50001 characters long"),
    ],
)
def test_a_case_that_cannot_be_opened_keeps_what_was_typed(world, changes, words):
    changes = dict(changes)
    if "role" in changes:
        changes[f"role_{world.amelia.reference}"] = changes.pop("role")
    if changes.get("worker"):
        changes["worker"] = UserFactory().pk
    response = signed_in(world.worker).post(open_page(world), typed_case(world, **changes))
    assert response.status_code == 422
    assert words in words_of(response)
    assert changes.get("summary", "Sleep.") in words_of(response)
    assert Case.objects.count() == 1


def test_a_caseworker_gives_a_new_case_to_themselves_and_a_manager_to_anybody(world):
    for user, offered in ((world.worker, False), (world.manager, True)):
        page = words_of(signed_in(user).get(open_page(world)))
        assert (f'<option value="{world.manager.pk}"' in page) is offered or user == world.manager
        assert f'<option value="{user.pk}"' in page
    response = signed_in(world.worker).post(
        open_page(world), typed_case(world, worker=world.manager.pk)
    )
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FRONT_DESK, 403),
        (Role.QUALITY_REVIEWER, 403),
        (Role.DPO, 403),
        (Role.SAFEGUARDING_LEAD, 403),
        (Role.SYSTEM_ADMINISTRATOR, 404),
    ],
)
def test_only_casework_opens_cases(world, role, status):
    browser = signed_in(member_of(world.service, role, name="Some One"))
    assert browser.get(open_page(world)).status_code == status
    assert browser.post(open_page(world), typed_case(world)).status_code == status
    assert Case.objects.count() == 1


def test_a_service_that_takes_nobody_new_is_not_offered(world):
    type(world.service).objects.filter(pk=world.service.pk).update(is_open=False)
    response = signed_in(world.worker).get(open_page(world))
    assert response.status_code == 409
    assert "no service that takes new people" in words_of(response)


# --- Closing, opening again, handing over ---------------------------------------------------------


def test_a_manager_closes_and_opens_again(world):
    browser = signed_in(world.manager)
    with entries_since() as entries:
        response = browser.post(address("case-close", world), {"summary": "Bedtimes work."})
    assert response.headers["Location"] == address("case", world)
    assert [e.verb for e in entries] == [Verb.CASE_OPENED_TO_READ, Verb.CASE_CLOSED]
    page = words_of(browser.get(address("case", world)))
    assert "by Priya Nair" in page
    assert page.count("Bedtimes work.") == 2
    response = browser.post(address("case-reopen", world), {"reason": "The school called."})
    assert response.status_code == 302
    page = words_of(browser.get(address("case", world)))
    assert "The school called." in page
    assert "Bedtimes work." in page
    assert Case.objects.get().status == CaseStatus.OPEN


@pytest.mark.parametrize("summary", ["", "  \n "])
def test_closing_without_a_summary_is_refused_and_keeps_the_rest(world, summary):
    response = signed_in(world.manager).post(
        address("case-close", world), {"summary": summary, "clients_view": "They are glad."}
    )
    assert response.status_code == 422
    assert "They are glad." in words_of(response)
    assert Case.objects.get().status == CaseStatus.OPEN


def test_what_the_status_does_not_allow_is_said_in_a_sentence(world):
    browser = signed_in(world.manager)
    response = browser.get(address("case-reopen", world))
    assert response.status_code == 409
    assert f"{world.case.reference} is open already." in words_of(response)
    close(world)
    for name in ("case-close", "case-allocate", "note-add", "contact-add", "decision-add"):
        response = browser.get(address(name, world))
        assert response.status_code == 409
        assert f"{world.case.reference} is closed" in words_of(response)
    response = browser.post(address("case-close", world), {"summary": "Once more, at length."})
    assert response.status_code == 422
    assert "look again" in words_of(response)
    assert "Once more, at length." in words_of(response)


def test_a_manager_hands_a_case_over(world):
    browser = signed_in(world.manager)
    response = browser.post(address("allocation-end", world), {"worker": world.worker.pk})
    assert response.headers["Location"] == address("case-allocate", world)
    response = browser.post(address("case-allocate", world), {"worker": world.manager.pk})
    assert response.status_code == 302
    page = words_of(browser.get(address("case-allocate", world)))
    assert "Priya Nair works on" in page
    assert [(a.worker, a.until is None) for a in Allocation.objects.order_by("pk")] == [
        (world.worker, False),
        (world.manager, True),
    ]


@pytest.mark.parametrize("worker", ["", "x", "0"])
def test_nobodys_work_is_not_ended(world, worker):
    response = signed_in(world.manager).post(address("allocation-end", world), {"worker": worker})
    assert response.status_code == 409
    assert Allocation.objects.get().until is None


def test_only_somebody_of_the_service_is_offered(world):
    outsider = UserFactory(full_name="Out Sider", roles=[Role.CASEWORKER])
    browser = signed_in(world.manager)
    assert "Out Sider" not in words_of(browser.get(address("case-allocate", world)))
    response = browser.post(address("case-allocate", world), {"worker": outsider.pk})
    assert response.status_code == 422
    response = browser.post(address("case-allocate", world), {"worker": world.worker.pk})
    assert response.status_code == 422
    assert "works on this case already" in words_of(response)


# --- People and professionals of a case -----------------------------------------------------------


@pytest.mark.parametrize("typed", ["P-{:06d}", "p{}", "{}"])
def test_somebody_is_added_by_reference(world, typed):
    rose = PersonFactory(given_names="Rose", recorded_by=world.worker)
    with entries_since() as entries:
        response = signed_in(world.worker).post(
            address("case-person-add", world),
            {"person": typed.format(rose.pk), "role": "relative"},
        )
    assert response.status_code == 302
    assert world.case.case_people.get(person=rose).role == CaseRole.RELATIVE
    assert [e.verb for e in entries] == [
        Verb.CASE_OPENED_TO_READ,
        Verb.PERSON_FOUND,
        Verb.CASE_PERSON_ADDED,
    ]


@pytest.mark.parametrize("typed", ["stranger", "P-999999", "Amelia", "x" * 30, "joe"])
def test_whoever_is_not_known_or_there_already_is_not_added(world, typed):
    stranger = PersonFactory(recorded_by=world.manager)
    CaseFactory(people=[stranger])
    stand_for = {"stranger": stranger.reference, "joe": world.joe.reference}
    response = signed_in(world.worker).post(
        address("case-person-add", world),
        {"person": stand_for.get(typed, typed), "role": "relative"},
    )
    assert response.status_code == 422
    assert stand_for.get(typed, typed) in words_of(response)
    assert "Amelia Hart-" not in words_of(response)
    assert world.case.case_people.count() == 2


def test_a_professional_is_named_and_not_offered_again(world):
    visitor = ProfessionalFactory(name="Holly Visitor")
    browser = signed_in(world.worker)
    page = address("case-professional-add", world)
    assert "Holly Visitor" in words_of(browser.get(page))
    assert browser.post(page, {"professional": visitor.pk}).status_code == 302
    assert "Holly Visitor" in words_of(browser.get(address("case", world)))
    assert f'<option value="{visitor.pk}"' not in words_of(browser.get(page))
    assert browser.post(page, {"professional": visitor.pk}).status_code == 422
