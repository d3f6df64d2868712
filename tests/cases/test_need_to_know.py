"""Every page of the client record, as everybody who must not see it.

The list of pages is read from the product's own addresses, so that a page of next year is in it.
"""

from itertools import product
from types import SimpleNamespace

import pytest

from accounts.roles import Role
from audit.models import Entry, EntryValue
from audit.verbs import Verb
from cases import permissions
from cases.models import Case, Person, Referral
from cases.urls import urlpatterns
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AddressFactory,
    AlertFactory,
    BarringFactory,
    CaseFactory,
    CaseNoteFactory,
    ContactFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DecisionFactory,
    DocumentFactory,
    EnquiryFactory,
    HandOverFactory,
    PersonFactory,
    PersonNameFactory,
    ReferralFactory,
    RelationshipFactory,
    SealFactory,
    SealReaderFactory,
    SensitiveDetailFactory,
    ServiceFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

# Which record the reference of an address names.
RECORDS = (
    "people",
    "cases",
    "notes",
    "contacts",
    "decisions",
    "documents",
    "referrals",
    "enquiries",
    "tasks",
    "hand-overs",
    "alerts",
    "orders",
)
# Whose doors have tests of their own, because they are not about one record of one service:
# test_merging, test_odd_looks, test_emergencies, test_drafts_pages, test_paper, test_gaps and
# test_waiting; and
# tests/architecture/test_every_route.py goes to all of them.
NO_TOKEN = "00000000-0000-4000-8000-000000000000"
ELSEWHERE = {
    "merges",
    "odd-looks",
    "emergencies",
    "drafts",
    "paper",
    "gaps",
    "waiting",
    "sign-off",
    "restrictions",
    "conflicts",
    "seals",
}
WITH_A_RECORD = {
    str(url.pattern): "reference" in url.pattern.converters
    for url in urlpatterns
    if url.pattern.converters
}
PAGES = sorted(
    page for page, named in WITH_A_RECORD.items() if named and page.partition("/")[0] in RECORDS
)


@pytest.fixture
def secret():
    """A family of a service to which none of the visitors belongs; the references of its records."""
    service = ServiceFactory(name="Counselling")
    hugo = PersonFactory(given_names="Hugo", family_name="Quill")
    ivy = PersonFactory(given_names="Ivy", family_name="Quill")
    case = CaseFactory(service=service, people=[hugo, ivy])
    note = CaseNoteFactory(case=case, people=[hugo], body="Said in counselling.")
    referral = ReferralFactory(service=service, people=[hugo])
    AddressFactory(person=hugo, lines="The hidden house")
    ContactPointFactory(person=hugo)
    PersonNameFactory(person=hugo, name="Hugo Former")
    SensitiveDetailFactory(person=hugo)
    RelationshipFactory(person=hugo, other=ivy)
    records = {
        "people": hugo,
        "cases": case,
        "notes": note,
        "contacts": ContactFactory(case=case, people=[hugo]),
        "decisions": DecisionFactory(case=case),
        "documents": DocumentFactory(case=case, people=[hugo]),
        "referrals": referral,
        "enquiries": EnquiryFactory(service=service, person=hugo),
        "tasks": TaskFactory(case=case, person=hugo),
        "hand-overs": HandOverFactory(case=case, recorded_by=case.recorded_by),
        "alerts": AlertFactory(person=hugo),
        "orders": CourtOrderFactory(about=[hugo]),
    }
    for record in records.values():
        record.refresh_from_db()
    return records


def address(pattern, records):
    kind = pattern.partition("/")[0]
    head, _, rest = pattern.partition("<")
    rest = rest.partition(">")[2].replace("<int:number>", "1").replace("<uuid:token>", NO_TOKEN)
    return f"/casework/{head}{records[kind].reference}{rest}"


def strangers():
    """People with every right of their role, in a service of their own."""
    own = ServiceFactory(name="Drop-in")
    return {
        role: member_of(own, role, name=f"The {role.value}")
        for role in (
            Role.CASEWORKER,
            Role.SERVICE_MANAGER,
            Role.FRONT_DESK,
            Role.QUALITY_REVIEWER,
            Role.SYSTEM_ADMINISTRATOR,
        )
    }


def test_the_list_of_pages_is_the_product_s():
    """Every address with a record in it is looked at here, or its kind is named as tested elsewhere."""
    kinds = {page.partition("/")[0] for page in WITH_A_RECORD}
    assert kinds == {*RECORDS, *ELSEWHERE} & kinds
    assert {page.partition("/")[0] for page in PAGES} == set(RECORDS)
    assert len(PAGES) > 60


# The family and the visitors of these take longer to make than a page to answer: one test for all pages.


def test_a_record_of_another_service_does_not_exist_by_any_address(secret):
    visitors = {role: signed_in(user) for role, user in strangers().items()}
    for page, (role, visitor) in product(PAGES, visitors.items()):
        for method in ("get", "post"):
            with entries_since() as entries:
                answer = getattr(visitor, method)(address(page, secret))
            text = answer.content.decode()
            if answer.status_code == 405:
                continue
            assert answer.status_code in {403, 404}, f"{method} {page} as {role}"
            # Only a role that never opens records is told that it does not; nobody is told of this one.
            if role is not Role.SYSTEM_ADMINISTRATOR:
                assert answer.status_code == 404, f"{method} {page} as {role}"
            for word in ("Quill", "Hugo", "hidden house", "counselling", "Counselling"):
                assert word not in text, f"{method} {page} as {role}"
            assert [e.verb for e in entries] == [Verb.LOOK_REFUSED], f"{method} {page} as {role}"
            assert secret["people"].pk in entries[0].people
            reference = secret[page.partition("/")[0]].reference
            assert EntryValue.objects.get(entry=entries[0]).body["reference"] == reference


def closed_to(secret):
    """Colleagues to whom the family is closed: by a conflict with one of them, or by a seal."""
    service, hugo = secret["cases"].service, secret["people"]
    SealFactory(person=hugo)
    barred = [
        member_of(service, role, name=f"Barred {role.value}")
        for role in (Role.CASEWORKER, Role.DPO)
    ]
    for user in barred:
        BarringFactory(user=user, person=hugo)
        SealReaderFactory(seal=hugo.seals.get(), user=user)
    return [*barred, member_of(service, Role.SERVICE_MANAGER, name="Not on the seal")]


def test_a_record_that_is_closed_to_somebody_does_not_exist_by_any_address(secret):
    visitors = {user: signed_in(user) for user in closed_to(secret)}
    named = member_of(secret["cases"].service, Role.SERVICE_MANAGER, name="On the seal")
    SealReaderFactory(seal=secret["people"].seals.get(), user=named)
    on_the_seal, shown = signed_in(named), 0
    for page in PAGES:
        where = address(page, secret)
        for user, visitor in visitors.items():
            for method in ("get", "post"):
                with entries_since() as entries:
                    answer = getattr(visitor, method)(where)
                if answer.status_code == 405:
                    continue
                assert answer.status_code == 404, f"{method} {page} as {user}"
                assert "Quill" not in answer.content.decode(), f"{method} {page} as {user}"
                assert [e.verb for e in entries] == [Verb.LOOK_REFUSED], (
                    f"{method} {page} as {user}"
                )
                assert secret["people"].pk in entries[0].people
        answer = on_the_seal.get(where)
        shown += answer.status_code == 200
        if answer.streaming:
            # Read to its end: closed unread it would end the test's connection.
            list(answer.streaming_content)
    # The same pages open where nothing is closed: each could have shown the family.
    assert shown > 40


def test_nothing_changes_whatever_is_sent(secret):
    models = (Person, Case, Referral)
    before = {model: sorted(model.objects.values_list()) for model in models}
    visitor = signed_in(strangers()[Role.SERVICE_MANAGER])
    for page in PAGES:
        visitor.post(address(page, secret), {"reason": "x", "family_name": "x", "until_0": "1"})
        after = {model: sorted(model.objects.values_list()) for model in models}
        assert before == after, page


def test_a_record_that_is_not_there_looks_the_same(secret):
    worker = signed_in(strangers()[Role.CASEWORKER])
    for page in PAGES:
        of_others = worker.get(address(page, secret))
        letter = secret[page.partition("/")[0]].reference[0]
        nobody = worker.get(address(page, named(f"{letter}-999999")))
        assert (nobody.status_code, of_others.status_code) in {(404, 404), (405, 405)}, page
        assert nobody.content == of_others.content, page


def test_odd_references_get_a_404():
    worker = signed_in(a_world().worker)
    odd = ("P-000001%00", "%27%3B--", "P-99999999999999999999999", "%F0%9F%92%A9", "p-000001")
    for page, reference in product(PAGES, odd):
        answer = worker.get(address(page, named(reference)))
        assert answer.status_code in {404, 405}, f"{page}: {reference}"


def named(reference):
    """Something of each kind with this reference."""
    return dict.fromkeys(RECORDS, SimpleNamespace(reference=reference))


def test_a_stranger_is_led_to_sign_in(secret, client):
    for page in PAGES:
        answer = client.get(address(page, secret), secure=True)
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/sign-in/"), page
    assert not Entry.objects.filter(verb=Verb.PERSON_OPENED).exists()


class TestWhoeverMayOpenAnyRecord:
    @pytest.mark.parametrize("role", [Role.SAFEGUARDING_LEAD, Role.DPO])
    @pytest.mark.parametrize("page", ["", "details/", "family/", "cases/", "looks/"])
    def test_reads_it_and_the_log_says_why(self, secret, role, page):
        user = says_why(the(role), secret["people"])
        with entries_since() as entries:
            answer = signed_in(user).get(f"/casework/people/{secret['people'].reference}/{page}")
        assert answer.status_code == 200
        assert len(entries) == 1
        assert entries[0].purpose != "service"

    def test_changes_nothing_by_that(self, secret):
        lead = signed_in(says_why(the(Role.SAFEGUARDING_LEAD), secret["people"]))
        for page in ("change/", "addresses/add/", "relationships/add/", "sensitive-details/add/"):
            answer = lead.get(f"/casework/people/{secret['people'].reference}/{page}")
            assert answer.status_code == 403


class TestAgreement:
    """What a list may show and what a page opens are one rule."""

    def test_people_in_the_list_are_those_that_open(self, secret):
        world = a_world()
        added = PersonFactory(recorded_by=world.worker)
        lead = says_why(the(Role.SAFEGUARDING_LEAD), world.amelia, added, secret["people"])
        users = [world.worker, world.manager, lead, *strangers().values()]
        for user in users:
            listed = set(permissions.people_of(user))
            beyond = set(permissions.people_beyond(user, among=Person.objects.all()))
            assert listed | beyond == set(Person.objects.all())
            assert not listed & beyond
            for person in (world.amelia, added, secret["people"]):
                person.refresh_from_db()
                answer = signed_in(user).get(f"/casework/people/{person.reference}/")
                assert (answer.status_code == 200) == (person in listed), (user, person)

    def test_whoever_added_somebody_loses_them_to_the_service_they_are_referred_to(self):
        world = a_world()
        rose = PersonFactory(recorded_by=world.worker)
        rose.refresh_from_db()
        assert rose in permissions.people_of(world.worker)
        ReferralFactory(people=[rose], recorded_by=world.worker)
        assert rose not in permissions.people_of(world.worker)

    def test_nobody_without_a_role_sees_anybody(self, secret):
        a_world()
        assert not permissions.people_of(UserFactory()).exists()
