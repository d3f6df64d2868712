"""The pages of referrals: the list, taking one in row by row, and reading one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.referral_decisions import decline
from cases.forms.referrals import MOST_ROWS
from cases.models import Agency, Person, Referral
from tests.cases.test_people_pages import day, text_of, typed, url
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AgencyFactory,
    CaseFactory,
    PersonFactory,
    ProfessionalFactory,
    ReferralFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

LIST, ADD = "/casework/referrals/", "/casework/referrals/add/"
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


@pytest.fixture
def desk(world):
    return signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))


def a_referral(world, **fields):
    rose = PersonFactory(given_names="Rose", family_name="Adeyemi")
    referral = ReferralFactory(service=world.service, people=[rose], **fields)
    referral.refresh_from_db()
    return referral


def filled(worker, world, **changes):
    """The form as somebody fills it in for one new person who refers themselves."""
    return (
        typed(
            worker.get(ADD),
            service=str(world.service.pk),
            came_from="self",
            how_received="phone",
            reason="Asks for help with bedtimes.",
            given_names_1="Rose",
            family_name_1="Adeyemi",
            role_1="parent",
        )
        | day("date_of_birth_1", "14 3 1991")
        | changes
    )


class TestTakingIn:
    def test_one_new_person_and_an_empty_row(self, world, worker):
        with entries_since() as entries:
            answer = worker.post(ADD, filled(worker, world))
        referral = Referral.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == f"{LIST}{referral.reference}/"
        assert [e.verb for e in entries] == [
            Verb.PEOPLE_COMPARED,
            Verb.PERSON_ADDED,
            Verb.REFERRAL_RECEIVED,
        ]
        assert [(str(one.person), one.role) for one in referral.referral_people.all()] == [
            ("Rose Adeyemi", "parent")
        ]
        assert referral.received_on == timezone.localdate()

    def test_one_known_by_reference_and_one_new_without_a_birthday(self, world, worker):
        answer = worker.post(
            ADD,
            filled(
                worker,
                world,
                reference_2=world.joe.reference.lower(),
                role_2="child",
                birth_certainty_1="not_known",
            )
            | {"date_of_birth_1_0": "", "date_of_birth_1_1": "", "date_of_birth_1_2": ""},
        )
        assert answer.status_code == 302
        assert {str(person) for person in Referral.objects.get().people.all()} == {
            "Rose Adeyemi",
            "Joe Hart",
        }

    def test_another_row_keeps_everything_typed_and_finds_no_fault(self, world, worker):
        sent = filled(worker, world, reason="", another="yes") | {"date_of_birth_1_2": ""}
        with entries_since() as entries:
            page = worker.post(ADD, sent)
        assert page.status_code == 200
        text = text_of(page)
        assert "There is a problem" not in text
        assert "Person 3" in text
        assert 'value="Rose"' in text
        assert 'name="date_of_birth_1_0" value="14"' in text
        assert entries == []
        again = worker.post(ADD, typed(page, another="yes"))
        assert "Person 4" in text_of(again)
        answer = worker.post(
            ADD,
            typed(
                again,
                reason="Bedtimes.",
                given_names_4="Nell",
                birth_certainty_4="not_known",
                role_4="child",
                date_of_birth_1_2="1991",
            ),
        )
        assert answer.status_code == 302
        assert Referral.objects.get().people.count() == 2

    def test_rows_are_limited(self, world, worker):
        page = worker.post(ADD, filled(worker, world, rows="500", another="yes"))
        text = text_of(page)
        assert f"Person {MOST_ROWS}" in text
        assert f"Person {MOST_ROWS + 1}" not in text
        assert "Add another person" not in text

    def test_a_number_of_rows_that_is_none(self, world, worker):
        for rows in ("", "x", "-1", "0", "99999999999999999999"):
            answer = worker.post(ADD, filled(worker, world, rows=rows, reason=""))
            assert answer.status_code == 422

    def test_an_agency_we_know_and_one_we_do_not(self, world, worker):
        school = AgencyFactory(name="Hillside School")
        ada = ProfessionalFactory(agency=school, name="Ada Bell", role="teacher")
        worker.post(ADD, filled(worker, world, came_from="agency", professional=str(ada.pk)))
        referral = Referral.objects.get()
        assert (referral.agency, referral.professional) == (school, ada)
        worker.post(
            ADD,
            filled(
                worker,
                world,
                came_from="agency",
                new_agency="The Surgery",
                new_professional="Bo Li",
                new_role="nurse",
                given_names_1="Nell",
                family_name_1="Okonkwo",
            )
            | day("date_of_birth_1", "2 12 1985"),
        )
        assert Agency.objects.count() == 2
        assert Referral.objects.order_by("pk").last().source_in_words == "Bo Li, nurse, The Surgery"

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"reason": " "}, "Fill in “Why the family is referred”."),
            ({"service": ""}, "Choose an answer to “Which service is asked for”."),
            (day("received_on", "1 1 2099"), "1 January 2099 has not come yet"),
            ({"came_from": "agency"}, "Choose the agency that refers, or write a new one."),
            ({"came_from": "other_service"}, "Choose the service that refers."),
            (
                {"came_from": "agency", "new_agency": "X", "new_professional": "Bo"},
                "Say what Bo is",
            ),
            ({"given_names_1": "", "family_name_1": ""}, "Write a name for person 1."),
            (day("date_of_birth_1", "1 1 2099"), "Person 1: Nobody is born in the future"),
            (day("date_of_birth_1", "1 1 1901"), "older than 120 years"),
            (day("date_of_birth_1", "31 2 2001"), "no such day"),
            ({"birth_certainty_1": "not_known"}, "Keep one of the two"),
            ({"role_1": ""}, "Choose what person 1 is in the family."),
            ({"reference_1": "P-000001"}, "give the reference or the name, not both"),
            (
                {"reference_2": "P-999999", "role_2": "child"},
                "Person 2: No person with this reference",
            ),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(self, world, worker, changes, sentence):
        answer = worker.post(ADD, filled(worker, world, **changes))
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert (Referral.objects.count(), Person.objects.count()) == (0, 2)

    def test_nobody_at_all(self, world, worker):
        sent = (
            {
                name: value
                for name, value in filled(worker, world).items()
                if not name.endswith("_1")
            }
            | {"birth_certainty_1": "known"}
            | {f"date_of_birth_1_{n}": "" for n in range(3)}
        )
        answer = worker.post(ADD, sent)
        assert answer.status_code == 422
        assert "Name at least one person whom the referral is about." in text_of(answer)

    def test_the_same_person_twice(self, world, worker):
        rows = {f"reference_{n}": world.joe.reference for n in (1, 2)}
        rows |= {"role_2": "child", "given_names_1": "", "family_name_1": ""}
        answer = worker.post(
            ADD, filled(worker, world, **rows) | {f"date_of_birth_1_{n}": "" for n in range(3)}
        )
        assert answer.status_code == 422
        assert "Somebody is named twice" in text_of(answer)

    def test_somebody_of_another_service_cannot_be_named(self, world, worker):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        with entries_since() as entries:
            answer = worker.post(
                ADD, filled(worker, world, reference_2=hugo.reference, role_2="child")
            )
        assert answer.status_code == 422
        assert "Hugo" not in text_of(answer)
        assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    def test_a_form_sent_twice(self, world, worker):
        sent = filled(worker, world)
        assert worker.post(ADD, sent).status_code == 302
        answer = worker.post(ADD, sent)
        assert answer.status_code == 422
        assert "You have taken in this referral already" in text_of(answer)
        assert Referral.objects.count() == 1

    def test_the_front_desk_takes_in_for_any_service(self, world, desk):
        counselling = ServiceFactory(name="Counselling")
        answer = desk.post(ADD, filled(desk, world, service=str(counselling.pk)))
        assert answer.status_code == 302
        text = text_of(desk.get(answer["Location"]))
        # They wrote it down, so they may read it; the record itself is the service's from now on.
        assert "Asks for help with bedtimes." in text
        rose = Person.objects.get(given_names="Rose")
        assert "Rose Adeyemi" in text
        assert url(rose) not in text
        assert desk.get(url(rose)).status_code == 404

    def test_it_begins_with_the_person_it_was_asked_for(self, world, worker):
        page = worker.get(ADD, {"person": world.joe.reference})
        assert f'name="reference_1" value="{world.joe.reference}"' in text_of(page)

    @pytest.mark.parametrize(
        "role", [Role.QUALITY_REVIEWER, Role.SAFEGUARDING_LEAD, Role.SYSTEM_ADMINISTRATOR]
    )
    def test_a_role_that_takes_in_none(self, world, role):
        reader = signed_in(the(role))
        with entries_since() as entries:
            assert reader.get(ADD).status_code == 403
            assert reader.post(ADD, {}).status_code == 403
            assert reader.get(LIST).status_code == 403
        assert [e.verb for e in entries] == [Verb.LOOK_REFUSED] * 3


class TestList:
    def test_those_that_wait_come_first_and_the_longest_wait_on_top(self, world, worker):
        newer = a_referral(world, received_on=date(2026, 3, 1))
        older = a_referral(world, received_on=date(2026, 1, 1))
        decided = a_referral(world, received_on=date(2025, 1, 1))
        decline(referral=decided, reason="No places.", signpost="Nowhere.", by=world.manager)
        elsewhere = ReferralFactory()
        elsewhere.refresh_from_db()
        with entries_since() as entries:
            page = worker.get(LIST)
        assert list(page.context["page"]) == [older, newer, decided]
        text = text_of(page)
        assert elsewhere.reference not in text
        assert "To be screened" in text
        assert [(e.verb, e.record_id) for e in entries] == [
            (Verb.REFERRAL_LISTED, referral.pk) for referral in (older, newer, decided)
        ]
        assert all(e.people for e in entries)

    def test_thirty_to_a_page_and_as_few_questions(self, world, worker):
        a_referral(world)
        worker.get(LIST)
        with CaptureQueriesContext(connection) as one:
            worker.get(LIST)
        for _ in range(34):
            a_referral(world, came_from="agency", agency=AgencyFactory())
        with CaptureQueriesContext(connection) as thirty, entries_since() as entries:
            page = worker.get(LIST)
        assert len(thirty) == len(one) + 2  # the two of entries_since
        assert len(entries) == 30
        assert "Showing 1 to 30 of 35 referrals" in text_of(page)

    def test_nothing_yet(self, worker):
        assert "Nobody has been referred" in text_of(worker.get(LIST))


class TestReading:
    def test_it_is_written_down(self, world, worker):
        referral = a_referral(world)
        with entries_since() as entries:
            page = worker.get(f"{LIST}{referral.reference}/")
        assert [(e.verb, e.record_id, e.people) for e in entries] == [
            (Verb.REFERRAL_READ, referral.pk, [referral.people.get().pk])
        ]
        text = text_of(page)
        assert "Asks for help with bedtimes." in text
        assert "Screen" in text

    def test_the_front_desk_reads_no_reason(self, world, desk):
        referral = a_referral(world)
        page = desk.get(f"{LIST}{referral.reference}/")
        text = text_of(page)
        assert "Asks for help with bedtimes." not in text
        assert "The reason. Hidden: not needed for your role." in text
        assert "Screen</a>" not in text

    def test_the_front_desk_reads_no_reason_of_a_decision(self, world, desk):
        referral = a_referral(world)
        decline(referral=referral, reason="Too violent.", signpost="Nowhere.", by=world.manager)
        assert "Too violent." not in text_of(desk.get(f"{LIST}{referral.reference}/"))

    def test_one_of_another_service_does_not_exist(self, world, worker):
        hugo = PersonFactory()
        referral = ReferralFactory(people=[hugo])
        referral.refresh_from_db()
        for page in ("", "screen/", "accept/", "decline/"):
            with entries_since() as entries:
                assert worker.get(f"{LIST}{referral.reference}/{page}").status_code == 404
            assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]

    def test_words_are_shown_as_text(self, world, worker):
        referral = a_referral(world, reason=SCRIPT)
        decline(referral=referral, reason=SCRIPT, signpost=SCRIPT, by=world.manager)
        text = worker.get(f"{LIST}{referral.reference}/").content.decode()
        assert "<script>alert" not in text
        assert text.count("&lt;script&gt;alert") == 3
