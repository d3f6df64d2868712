"""Contracts: what pays for what, what is counted, and who sees it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from funding import actions as verbs
from funding.counting import reckon, totals
from funding.eligibility import eligibility
from funding.models import CaseFunding, ContactFunding, Contract, Funder
from funding.quarters import Quarter
from tests.cases.test_people_pages import text_of, typed
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    ContactFactory,
    PersonFactory,
    ServiceFactory,
)
from tests.factories.funding import CaseFundingFactory, ContactFundingFactory, ContractFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
QUARTER = Quarter(2026, 2)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def contract(world):
    made = ContractFactory(service=world.service, districts=["PR8"], target_people=14)
    made.refresh_from_db()
    return made


def on(day, month=5):
    return timezone.make_aware(datetime(2026, month, day, 10))


def contact(case, people, moment, **fields):
    return ContactFactory(case=case, people=people, happened_at=moment, **fields)


class TestCounting:
    def test_people_and_families_once_and_each_number_explains_itself(self, world, contract):
        other = ContractFactory(service=world.service)
        CaseFundingFactory(case=world.case, contract=contract)
        rose, ned = PersonFactory(), PersonFactory()
        second = CaseFactory(service=world.service, people=[rose])
        third = CaseFactory(service=world.service, people=[ned])
        CaseFundingFactory(case=second, contract=contract)
        CaseFundingFactory(case=third, contract=other)
        # Amelia came twice, and once she did not; Joe never; Rose counts for somebody else.
        contact(world.case, [world.amelia], on(4))
        contact(world.case, [world.amelia], on(11))
        contact(world.case, [world.amelia, world.joe], on(12), outcome="did_not_attend")
        ContactFundingFactory(contact=contact(second, [rose], on(5)), contract=other)
        # Ned's case is paid for by another, but once he counts here.
        ContactFundingFactory(contact=contact(third, [ned], on(6)), contract=contract)
        contact(third, [ned], on(7))
        # Another quarter.
        contact(world.case, [world.joe], on(1, month=7))
        people, families, contacts = reckon(contract, QUARTER)
        assert (people.number, families.number, contacts.number) == (2, 2, 3)
        assert [step.number for step in people.steps] == [3, -2, 1]
        assert [step.number for step in families.steps] == [2, -1, 1]
        assert [step.number for step in contacts.steps] == [4, -1, -1, 1]
        assert all(count.adds_up for count in (people, families, contacts))
        assert people.target == 14
        assert totals(contract, QUARTER.next).people == 1
        assert totals(contract, QUARTER.previous).contacts == 0

    def test_only_on_the_days_for_which_it_pays(self, world, contract):
        paid = {"until": date(2026, 5, 10), "ended_at": on(10), "ended_by": world.manager}
        CaseFundingFactory(case=world.case, contract=contract, since=date(2026, 5, 4), **paid)
        for day in (3, 4, 10, 11):
            contact(world.case, [world.joe], on(day))
        _, _, contacts = reckon(contract, QUARTER)
        assert contacts.number == 2
        assert contacts.adds_up

    def test_the_first_and_last_hour_of_a_quarter(self, world, contract):
        CaseFundingFactory(case=world.case, contract=contract)
        for moment in (
            datetime(2026, 3, 31, 23, 59),
            datetime(2026, 4, 1, 0, 0),
            datetime(2026, 6, 30, 23, 59),
            datetime(2026, 7, 1, 0, 0),
        ):
            contact(world.case, [world.joe], timezone.make_aware(moment))
        assert totals(contract, QUARTER).contacts == 2


class TestEligibility:
    def sentence(self, world, contract):
        found = eligibility(contract, world.case, on=TODAY)
        return found.is_inside, found.sentence

    def test_said_in_a_sentence(self, world, contract):
        assert self.sentence(world, contract) == (
            None,
            "No postcode is recorded for anybody of this case: ask for it.",
        )
        AddressFactory(person=world.amelia, postcode="L37 1ZZ")
        inside, words = self.sentence(world, contract)
        assert (inside, words) == (
            False,
            f"They live in L37; {contract.name} covers PR8.",
        )
        AddressFactory(person=world.joe, postcode="PR8 5ZZ")
        assert self.sentence(world, contract)[0] is True

    def test_where_they_lived_before_does_not_count(self, world, contract):
        AddressFactory(person=world.joe, postcode="PR8 5ZZ", until=date(2026, 1, 1))
        assert self.sentence(world, contract)[0] is None


class TestVerbs:
    def test_a_contract_and_its_funder(self, world):
        with entries_since() as entries:
            made = verbs.add_contract(
                funder=" The  Lottery ",
                service=world.service,
                name="Reaching",
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
                districts=["pr9", " PR8 ", ""],
                by=world.manager,
            )
        assert [e.verb for e in entries] == [Verb.CONTRACT_ADDED]
        assert (str(made.funder), made.districts) == ("The Lottery", ["PR8", "PR9"])

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"name": " "}, "Write who pays"),
            ({"ends_on": date(2025, 1, 1)}, "ends on the day it begins or later"),
            ({"districts": ["Southport"]}, "no postcode district"),
            ({"service": "other"}, "a service of yours"),
        ],
    )
    def test_a_contract_that_cannot_be(self, world, changes, sentence):
        if changes.get("service"):
            changes = {"service": ContractFactory().service}
        arguments = {
            "funder": "The Lottery",
            "service": world.service,
            "name": "Reaching",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31),
            "by": world.manager,
        }
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            verbs.add_contract(**arguments | changes)
        assert entries == []
        assert not Funder.objects.filter(name="The Lottery").exists()

    def test_it_pays_for_a_case_with_a_reason_where_they_live_outside(self, world, contract):
        def pay(**more):
            return verbs.fund_case(
                case=world.case, contract=contract, since=TODAY, on=TODAY, by=world.worker, **more
            )

        with entries_since() as entries, pytest.raises(Refused, match="Say why the contract pays"):
            pay()
        assert entries == []
        with entries_since() as entries:
            pay(why_outside="They are moving on Monday.")
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.CASE_FUNDED, sorted([world.amelia.pk, world.joe.pk]))
        ]
        with pytest.raises(Refused, match="already"):
            pay(why_outside="They are moving on Monday.")
        with entries_since() as entries:
            verbs.end_funding(case=world.case, contract=contract, by=world.worker)
        assert [e.verb for e in entries] == [Verb.CASE_FUNDING_ENDED]
        with pytest.raises(Refused, match="does not pay"):
            verbs.end_funding(case=world.case, contract=contract, by=world.worker)

    def test_not_for_another_service_nor_outside_its_days(self, world, contract):
        foreign = ContractFactory()
        over = ContractFactory(service=world.service, ends_on=date(2026, 1, 1))
        for one, sentence in ((foreign, "another service"), (over, "runs from")):
            with entries_since() as entries, pytest.raises(Refused, match=sentence):
                verbs.fund_case(
                    case=world.case, contract=one, since=TODAY, on=TODAY, by=world.worker
                )
            assert entries == []

    def test_one_contact_counts_for_another_and_back(self, world, contract):
        one = contact(world.case, [world.joe], on(4))
        with entries_since() as entries:
            verbs.fund_contact(contact=one, contract=contract, by=world.worker)
            verbs.fund_contact(contact=one, contract=None, by=world.worker)
        assert [e.verb for e in entries] == [Verb.CONTACT_FUNDED] * 2
        assert not ContactFunding.objects.exists()

    def test_without_an_entry_nothing_is_paid(self, world, contract, request):
        one = contact(world.case, [world.joe], on(4))
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable):
            verbs.fund_case(
                case=world.case,
                contract=contract,
                since=TODAY,
                why_outside="X.",
                on=TODAY,
                by=world.worker,
            )
        with pytest.raises(LogUnavailable):
            verbs.fund_contact(contact=one, contract=contract, by=world.worker)
        assert (CaseFunding.objects.count(), ContactFunding.objects.count()) == (0, 0)


AGREED = {"name": "Anew", "ends_on": date(2027, 12, 31), "districts": ["pr9"], "target_people": 20}


class TestChanges:
    def test_what_is_agreed_anew_and_the_log_keeps_what_stood_before(self, world, contract):
        with entries_since() as entries:
            changed = verbs.change_contract(contract=contract, by=world.manager, **AGREED)
        assert (changed.name, changed.districts, changed.target_people) == ("Anew", ["PR9"], 20)
        (entry,) = entries
        assert entry.verb == Verb.CONTRACT_CHANGED
        assert entry.personal.body["old"]["districts"] == ["PR8"]
        assert entry.personal.body["new"]["target_people"] == 20

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"name": " "}, "what the contract is called"),
            ({"ends_on": date(2001, 1, 1)}, "the day it begins or later"),
            ({"ends_on": date(2026, 2, 1)}, "It pays for a case from 4 May 2026"),
            ({"districts": ["Southport"]}, "no postcode district"),
            ({"name": "the other one"}, "called “the other one” for the service already"),
        ],
    )
    def test_what_cannot_be_leaves_no_trace(self, world, contract, changes, sentence):
        CaseFundingFactory(case=world.case, contract=contract, since=date(2026, 5, 4))
        ContractFactory(service=world.service, funder=contract.funder, name="The other one")
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            verbs.change_contract(contract=contract, by=world.manager, **AGREED | changes)
        assert entries == []

    def test_of_another_service_it_is_refused(self, world, contract):
        other = member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Ann Other")
        with pytest.raises(Refused, match="a service of yours"):
            verbs.change_contract(contract=contract, by=other, **AGREED)

    def test_without_an_entry_nothing_changes(self, world, contract, log_broken):
        with pytest.raises(LogUnavailable):
            verbs.change_contract(contract=contract, by=world.manager, **AGREED)
        assert Contract.objects.get(pk=contract.pk).name == contract.name

    def test_on_a_page_that_keeps_what_was_typed(self, world, contract):
        manager = signed_in(world.manager)
        address = f"{contract.get_absolute_url()}change/"
        sent = typed(manager.get(address), target_people="21")
        wrong = manager.post(address, sent | {"districts": "Southport"})
        assert wrong.status_code == 422
        assert 'value="Southport"' in wrong.text
        assert manager.post(address, sent).status_code == 302
        assert Contract.objects.get().target_people == 21
        stranger = signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Ann Other"))
        assert stranger.get(address).status_code == 404


class TestUnpaid:
    def test_by_name_each_row_written_down_and_others_families_are_not_there(self, world, contract):
        paid = CaseFactory(service=world.service, people=[PersonFactory(family_name="Paid")])
        CaseFundingFactory(case=paid, contract=contract)
        CaseFactory(people=[PersonFactory(family_name="Quill")])
        address = f"{contract.get_absolute_url()}unpaid/"
        manager = signed_in(world.manager)
        with entries_since() as entries:
            text = text_of(manager.get(address))
        assert "Amelia Hart" in text
        assert "Paid" not in text
        assert "Quill" not in text
        assert [(e.verb, e.record_id) for e in entries] == [(Verb.CASE_LISTED, world.case.pk)]
        assert signed_in(world.worker).get(address).status_code == 404

    def test_as_many_questions_for_thirty(self, world, contract):
        address = f"{contract.get_absolute_url()}unpaid/"
        manager = signed_in(world.manager)
        manager.get(address)
        with CaptureQueriesContext(connection) as few:
            manager.get(address)
        for _ in range(29):
            CaseFactory(service=world.service, people=[PersonFactory()])
        with CaptureQueriesContext(connection) as many:
            manager.get(address)
        assert len(many) == len(few)


class TestOutside:
    def test_by_name_with_the_sentence_and_an_entry_for_each_row(self, world, contract):
        CaseFundingFactory(case=world.case, contract=contract)
        for family, postcode in (("Inside", "PR8 5ZZ"), ("Away", "L37 1ZZ")):
            person = PersonFactory(family_name=family)
            AddressFactory(person=person, postcode=postcode)
            CaseFundingFactory(
                case=CaseFactory(service=world.service, people=[person]), contract=contract
            )
        manager = signed_in(world.manager)
        page = manager.get(contract.get_absolute_url())
        assert "1 outside the area, 1 without a postcode" in text_of(page)
        address = f"{contract.get_absolute_url()}outside/"
        with entries_since() as entries:
            text = text_of(manager.get(address))
        assert [one.verb for one in entries] == [Verb.CASE_LISTED] * 2
        assert "Amelia Hart" in text
        assert "No postcode is recorded" in text
        assert "They live in L37" in text
        assert "Inside" not in text
        assert signed_in(world.worker).get(address).status_code == 404

    def test_as_many_questions_for_thirty(self, world, contract):
        CaseFundingFactory(case=world.case, contract=contract)
        address = f"{contract.get_absolute_url()}outside/"
        manager = signed_in(world.manager)
        manager.get(address)
        with CaptureQueriesContext(connection) as few:
            manager.get(address)
        for _ in range(29):
            CaseFundingFactory(
                case=CaseFactory(service=world.service, people=[PersonFactory()]),
                contract=contract,
            )
        with CaptureQueriesContext(connection) as many:
            manager.get(address)
        assert len(many) == len(few)


class TestPages:
    def test_the_manager_sees_numbers_and_no_name(self, world, contract):
        CaseFundingFactory(case=world.case, contract=contract)
        contact(world.case, [world.joe], on(4))
        manager = signed_in(world.manager)
        with entries_since() as entries:
            page = manager.get(f"/casework/contracts/{contract.reference}/?quarter=2026-2")
        assert entries == []
        text = text_of(page)
        assert "April to June 2026" in text
        assert "Hart" not in text
        assert [count.number for count in page.context["report"].counts] == [1, 1, 1]
        assert contract.name in text_of(manager.get("/casework/contracts/"))

    def test_as_many_questions_for_thirty_families(self, world, contract):
        address = f"/casework/contracts/{contract.reference}/?quarter=2026-2"
        manager = signed_in(world.manager)
        CaseFundingFactory(case=world.case, contract=contract)
        manager.get(address)
        with CaptureQueriesContext(connection) as few:
            manager.get(address)
        for _ in range(30):
            person = PersonFactory()
            case = CaseFactory(service=world.service, people=[person])
            CaseFundingFactory(case=case, contract=contract)
            contact(case, [person], on(4))
        with CaptureQueriesContext(connection) as many:
            page = manager.get(address)
        assert len(many) == len(few)
        assert page.context["report"].counts[0].number == 30

    def test_others_see_no_contract(self, world, contract):
        foreign = ContractFactory()
        foreign.refresh_from_db()
        assert signed_in(world.manager).get(foreign.get_absolute_url()).status_code == 404
        for role in (Role.CASEWORKER, Role.FRONT_DESK, Role.SYSTEM_ADMINISTRATOR):
            browser = signed_in(member_of(world.service, role, name="Some One"))
            assert browser.get("/casework/contracts/").status_code == 403
            assert browser.get(contract.get_absolute_url()).status_code == 404

    def test_the_manager_adds_one(self, world):
        manager = signed_in(world.manager)
        page = manager.get("/casework/contracts/add/")
        sent = typed(page, funder="The Lottery", service=str(world.service.pk), name="Reaching")
        days = {f"{name}_{part}": "1" for name in ("starts_on", "ends_on") for part in (0, 1)}
        days |= {"starts_on_2": "2026", "ends_on_2": "2027"}
        wrong = manager.post("/casework/contracts/add/", sent | days | {"districts": "Southport"})
        assert wrong.status_code == 422
        assert "no postcode district" in text_of(wrong)
        answer = manager.post("/casework/contracts/add/", sent | days | {"districts": "PR8, PR9"})
        assert answer["Location"] == Contract.objects.get().get_absolute_url()

    def test_a_worker_says_which_contract_pays(self, world, contract):
        worker = signed_in(world.worker)
        AddressFactory(person=world.joe, postcode="PR8 5ZZ")
        one = contact(world.case, [world.joe], timezone.now() - timedelta(days=1))
        one.refresh_from_db()
        address = f"/casework/cases/{world.case.reference}/funding/"
        page = worker.get(address)
        assert f"They live in PR8, which {contract.name} covers." in text_of(page)
        assert worker.post(address, {}).status_code == 422
        assert worker.post(address, typed(page, contract=str(contract.pk))).status_code == 302
        assert CaseFunding.objects.get().contract == contract
        there = f"/casework/contacts/{one.reference}/funding/"
        assert worker.post(there, {"contract": str(contract.pk)}).status_code == 302
        assert ContactFunding.objects.get().contact == one
        assert worker.post(f"{address}end/", {"contract": contract.reference}).status_code == 302
        assert worker.post(f"{address}end/", {"contract": contract.reference}).status_code == 409

    def test_a_reviewer_reads_and_changes_nothing(self, world, contract):
        reviewer = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="A Reviewer"))
        address = f"/casework/cases/{world.case.reference}/funding/"
        assert "It pays for this case" not in text_of(reviewer.get(address))
        assert reviewer.post(address, {"contract": str(contract.pk)}).status_code == 403

    def test_of_another_service_nothing_exists(self, world):
        hugo = PersonFactory()
        case = CaseFactory(people=[hugo])
        one = contact(case, [hugo], on(4))
        for made in (case, one):
            made.refresh_from_db()
        worker = signed_in(world.worker)
        for path in (f"cases/{case.reference}", f"contacts/{one.reference}"):
            with entries_since() as entries:
                assert worker.get(f"/casework/{path}/funding/").status_code == 404
            assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [hugo.pk])]
