"""Each address of the interface: who may, who may not, and that the log says by which token."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.staff import readmit, suspend
from accounts.roles import Role
from api.actions import forget_keys
from api.auth import GUESSED
from api.models import Creation, Token
from api.scopes import Scope
from audit.models import Entry, EntryValue
from audit.verbs import Verb
from cases.models import Contact, Referral
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.api import a_token
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    ContactFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def _nobody_was_here():
    cache.clear()


@dataclass
class Program:
    """A program with a token."""

    key: str

    def headers(self, **more):
        return {"authorization": f"Bearer {self.key}", **more}

    def get(self, path, **query):
        return Client(raise_request_exception=False).get(
            f"{V1}{path}", query, headers=self.headers(), secure=True
        )

    def post(self, path, body, key=None):
        return Client(raise_request_exception=False).post(
            f"{V1}{path}",
            body,
            content_type="application/json",
            headers=self.headers(**{"idempotency-key": str(key or uuid4())}),
            secure=True,
        )


def program(owner, *scopes, **fields) -> Program:
    return Program(a_token(owner, *scopes, **fields))


@pytest.fixture
def world():
    made = a_world()
    AddressFactory(person=made.amelia, lines="1 Refuge Road", is_confidential=True)
    CaseNoteFactory(case=made.case, people=[made.joe], body="He likes trains.")
    ContactFactory(case=made.case, people=[made.amelia], summary="She rang.")
    return made


def routes(world):
    """Every address that reads, with the scope it needs."""
    note, contact = world.case.notes.get(), world.case.contacts.get()
    return {
        f"/people/{world.amelia.reference}": Scope.PEOPLE_READ,
        f"/cases/{world.case.reference}": Scope.CASES_READ,
        f"/cases/{world.case.reference}/notes": Scope.NOTES_READ,
        f"/cases/{world.case.reference}/contacts": Scope.CONTACTS_READ,
        f"/notes/{note.reference}": Scope.NOTES_READ,
        f"/contacts/{contact.reference}": Scope.CONTACTS_READ,
    }


def contact_body(world, **more):
    return {
        "kind": "phone",
        "happened_at": (timezone.now() - timedelta(hours=1)).isoformat(),
        "people": [world.amelia.reference],
        "summary": "She rang about bedtimes.",
        **more,
    }


def referral_body(world, **more):
    return {
        "service": world.service.slug,
        "came_from": "self",
        "received_on": timezone.localdate().isoformat(),
        "how_received": "phone",
        "reason": "They ask for help with routines.",
        "people": [{"given_names": "Nora", "family_name": "Vale"}],
        **more,
    }


# --- Who may --------------------------------------------------------------------------------------

BASICS = {Role.CASEWORKER, Role.SERVICE_MANAGER, Role.FRONT_DESK}
RECORDS = {Role.CASEWORKER, Role.SERVICE_MANAGER, Role.QUALITY_REVIEWER}
EVERYWHERE = {Role.SAFEGUARDING_LEAD, Role.DPO}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("own", [True, False], ids=["own service", "another service"])
def test_every_route_for_every_role(world, role, own):
    service = world.service if own else ServiceFactory(name="Elsewhere")
    user = member_of(service, role, name=f"One {role}")
    asks = program(user)
    if role in EVERYWHERE:
        for path in routes(world):
            unexplained = asks.get(path)
            assert unexplained.status_code == 409, path
            assert "say first why you look" in unexplained.json()["error"]
            assert "Hart" not in unexplained.content.decode()
        says_why(user, world.amelia, world.joe)
    for path in routes(world):
        reads = RECORDS | ({Role.FRONT_DESK} if path.startswith("/people") else set())
        may = role in EVERYWHERE or (own and role in reads)
        with entries_since() as left:
            answer = asks.get(path)
        assert answer.status_code == (200 if may else 404), (path, answer.content)
        assert left, path
        if may:
            assert {world.amelia.pk, world.joe.pk} & {n for entry in left for n in entry.people}
        else:
            assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]
            assert "Hart" not in answer.content.decode()
            assert answer.json()["error"]


@pytest.mark.parametrize("role", list(Role))
def test_what_is_listed_and_found(world, role):
    here = member_of(world.service, role, name="One here")
    elsewhere = member_of(ServiceFactory(name="Elsewhere"), role, name="One elsewhere")
    for user, own in ((here, True), (elsewhere, False)):
        listed = program(user).get("/cases")
        assert listed.status_code == 200
        sees = role in EVERYWHERE or (own and role in RECORDS)
        assert bool(listed.json()["items"]) is sees
        found = program(user).get("/people", words="Amelia Hart")
        if role == Role.SYSTEM_ADMINISTRATOR:
            assert found.status_code == 403
            continue
        finds = role in EVERYWHERE or (own and role in RECORDS | BASICS)
        assert bool(found.json()["items"]) is finds


def test_the_front_desk_reads_basics_without_secret_addresses(world):
    user = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    answer = program(user).get(f"/people/{world.amelia.reference}")
    assert "Refuge Road" not in answer.content.decode()
    assert answer.json()["secret_addresses"] == 1
    told = program(world.worker).get(f"/people/{world.amelia.reference}").json()
    assert told["addresses"][0]["lines"] == "1 Refuge Road"


def test_the_answers_say_what_the_pages_say(world):
    asks = program(world.worker)
    paths = list(routes(world))
    case = asks.get(paths[1]).json()
    assert {one["name"] for one in case["people"]} == {"Amelia Hart", "Joe Hart"}
    assert case["workers"] == ["Dean Okafor"]
    notes = asks.get(paths[2]).json()
    assert notes["items"][0]["text"] == "He likes trains."
    assert (notes["page"], notes["pages"], notes["total"]) == (1, 1, 1)
    assert asks.get(paths[3]).json()["items"][0]["text"] == "She rang."
    assert asks.get(paths[4]).json()["versions"][0]["text"] == "He likes trains."
    assert asks.get(paths[5]).json()["versions"][0]["text"] == "She rang."


# --- The token ------------------------------------------------------------------------------------


def test_the_log_says_by_which_token(world):
    asks = program(world.worker)
    token = Token.objects.get()
    with entries_since() as left:
        asks.get(f"/cases/{world.case.reference}")
        asks.post(f"/cases/{world.case.reference}/contacts", contact_body(world))
    assert Verb.CONTACT_RECORDED in {entry.verb for entry in left}
    for entry in left:
        assert entry.by == f"{world.worker.name_for_log} by token {token.prefix}"
        assert entry.by_id == world.worker.pk


def test_each_route_needs_its_scope(world):
    for path, needed in routes(world).items():
        others = [scope for scope in Scope if scope != needed]
        asks = program(world.worker, *others)
        with entries_since() as left:
            answer = asks.get(path)
        assert answer.status_code == 403, path
        assert needed.value in answer.json()["error"]
        assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]
        assert program(world.worker, needed).get(path).status_code == 200


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic abc", "Bearer p2k_"])
def test_without_a_token_that_is_known_nothing_is_answered(world, header):
    headers = {} if header is None else {"authorization": header}
    for path in ("/people?words=Hart", *routes(world)):
        answer = Client().get(f"{V1}{path}", headers=headers, secure=True)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert "token" in answer.json()["error"]


def test_a_key_that_nobody_has_is_written_down_until_somebody_guesses_on(world):
    def guess():
        return Client().get(
            f"{V1}/cases/{world.case.reference}",
            headers={"authorization": "Bearer p2k_guessed-by-somebody"},
            secure=True,
        )

    with entries_since() as left:
        assert guess().status_code == 401
    (entry,) = left
    assert (entry.verb, entry.by_id, entry.people) == (Verb.KEY_REFUSED, None, [])
    assert EntryValue.objects.get(entry=entry).body == {"key begins": "p2k_guessed-"}
    for _ in range(GUESSED.most):
        answer = guess()
    assert answer.status_code == 429
    with entries_since() as left:
        assert guess().status_code == 429
    assert left == []


def test_a_session_is_not_accepted(world):
    browser = signed_in(world.worker)
    for path in routes(world):
        assert browser.get(f"{V1}{path}").status_code == 401


def test_an_expired_token_and_one_taken_back_are_refused_in_words(world):
    path = f"/cases/{world.case.reference}"
    old = program(world.worker, expires=timezone.localdate() - timedelta(days=1))
    taken = program(world.worker, revoked_at=timezone.now(), revoked_by=world.worker)
    for asks, words in ((old, "expired"), (taken, "taken back")):
        with entries_since() as left:
            answer = asks.get(path)
        assert answer.status_code == 403
        assert words in answer.json()["error"]
        assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_suspending_somebody_ends_their_tokens_for_good(world):
    administrator = the(Role.SYSTEM_ADMINISTRATOR)
    asks, path = program(world.worker), f"/cases/{world.case.reference}"
    assert asks.get(path).status_code == 200
    suspend(user=world.worker, by=administrator)
    assert asks.get(path).status_code == 403
    readmit(user=world.worker, by=administrator)
    assert "suspended" in asks.get(path).json()["error"]
    assert program(world.worker).get(path).status_code == 200


def test_a_role_that_was_taken_away_counts_from_the_next_request(world):
    asks, path = program(world.worker), f"/cases/{world.case.reference}"
    assert asks.get(path).status_code == 200
    world.worker.groups.clear()
    assert asks.get(path).status_code == 404


def test_the_undertaking_comes_before_the_first_record(world):
    newcomer = UserFactory(roles=[Role.CASEWORKER], undertaken=False)
    answer = program(newcomer).get("/cases")
    assert answer.status_code == 403
    assert "undertaking" in answer.json()["error"]


def test_too_many_requests_are_told_when_to_come_back(world):
    asks = program(world.worker)
    answers = [asks.get("/cases").status_code for _ in range(121)]
    assert answers[0] == 200
    refused = asks.get("/cases")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Try again in" in refused.json()["error"]
    assert program(world.worker).get("/cases").status_code == 200


# --- The log --------------------------------------------------------------------------------------


def test_without_the_log_there_is_no_answer(world, request):
    asks = program(world.worker)
    paths = ["/cases", "/people?words=Hart", *routes(world)]
    request.getfixturevalue("log_broken")
    for path in paths:
        answer = asks.get(path)
        assert answer.status_code == 503, path
        assert "Hart" not in answer.content.decode()
        assert answer.json()["error"]
    answer = asks.post(f"/cases/{world.case.reference}/contacts", contact_body(world))
    assert answer.status_code == 503
    assert Contact.objects.count() == 1


# --- Making ---------------------------------------------------------------------------------------


def test_a_contact_is_recorded_once_for_a_key(world):
    asks, key = program(world.worker), uuid4()
    path = f"/cases/{world.case.reference}/contacts"
    first = asks.post(path, contact_body(world), key)
    assert first.status_code == 201, first.content
    body = contact_body(world, happened_at=Contact.objects.latest("pk").happened_at.isoformat())
    again = asks.post(path, body, key)
    assert again.json() == first.json()
    assert Contact.objects.count() == 2
    made = Contact.objects.get(reference=first.json()["reference"])
    assert (made.recorded_by, list(made.people.all())) == (world.worker, [world.amelia])
    other = asks.post(path, body | {"summary": "Something else."}, key)
    assert other.status_code == 409
    assert made.reference in other.json()["error"]
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"people": ["P-999999"]}, 409, "is not part of"),
        ({"people": []}, 422, ""),
        ({"happened_at": "2126-01-01T10:00:00Z"}, 422, "year"),
        ({"happened_at": "2099-01-01T10:00:00Z"}, 409, "cannot be dated"),
        ({"happened_at": "2026-01-01T10:00:00"}, 422, "timezone"),
        ({"kind": "dance"}, 422, ""),
        ({"outcome": "cancelled_by_us", "minutes": 5}, 409, "took no time"),
        ({"summary": "a\x00b"}, 422, "character"),
    ],
)
def test_a_contact_that_cannot_stand_is_refused_in_words(world, wrong, status, words):
    asks = program(world.worker)
    answer = asks.post(f"/cases/{world.case.reference}/contacts", contact_body(world, **wrong))
    assert answer.status_code == status, answer.content
    assert words in str(answer.json())
    assert Contact.objects.count() == 1
    assert not Creation.objects.exists()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("own", [True, False], ids=["own service", "another service"])
def test_who_records_a_contact(world, role, own):
    service = world.service if own else ServiceFactory(name="Elsewhere")
    asks = program(says_why(member_of(service, role, name=f"One {role}"), world.joe))
    answer = asks.post(f"/cases/{world.case.reference}/contacts", contact_body(world))
    writes = {Role.CASEWORKER, Role.SERVICE_MANAGER} if own else set()
    expected = 404
    if role in writes | {Role.SAFEGUARDING_LEAD}:
        expected = 201
    elif role == Role.DPO or (own and role == Role.QUALITY_REVIEWER):
        expected = 403
    assert answer.status_code == expected, answer.content


@pytest.mark.parametrize("role", list(Role))
def test_who_takes_in_a_referral(world, role):
    asks = program(member_of(world.service, role, name=f"One {role}"))
    answer = asks.post("/referrals", referral_body(world))
    takes = role in {Role.CASEWORKER, Role.SERVICE_MANAGER, Role.FRONT_DESK}
    assert answer.status_code == (201 if takes else 403), answer.content
    assert Referral.objects.count() == int(takes)
    assert asks.get("/services").status_code == (200 if takes else 403)


def test_a_referral_is_taken_in_once_for_a_key(world):
    asks, key, body = program(world.worker), uuid4(), referral_body(world)
    body["people"].append({"reference": world.joe.reference, "role": "child"})
    first = asks.post("/referrals", body, key)
    assert first.status_code == 201, first.content
    assert asks.post("/referrals", body, key).json() == first.json()
    referral = Referral.objects.get()
    assert {str(person) for person in referral.people.all()} == {"Nora Vale", "Joe Hart"}
    assert asks.post("/referrals", body | {"reason": "Another."}, key).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"service": "no-such-service"}, 409),
        ({"people": [{"reference": "P-999999"}]}, 409),
        ({"people": [{}]}, 422),
        ({"people": [{"given_names": "A", "reference": "P-000001"}]}, 422),
        ({"received_on": "2099-01-01"}, 409),
        ({"came_from": "agency"}, 409),
        ({"reason": ""}, 422),
    ],
)
def test_a_referral_that_cannot_stand_is_refused(world, wrong, status):
    answer = program(world.worker).post("/referrals", referral_body(world, **wrong))
    assert answer.status_code == status, answer.content
    assert answer.json()["error"]
    assert not Referral.objects.exists()


def test_a_key_is_needed_and_forgotten_after_a_week(world):
    asks = program(world.worker)
    answer = Client().post(
        f"{V1}/referrals",
        referral_body(world),
        content_type="application/json",
        headers=asks.headers(),
        secure=True,
    )
    assert answer.status_code == 422
    asks.post("/referrals", referral_body(world))
    assert forget_keys(now=timezone.now()) == 0
    with entries_since() as left:
        assert forget_keys(now=timezone.now() + timedelta(days=8)) == 1
    assert [entry.verb for entry in left] == [Verb.PROGRAM_KEYS_FORGOTTEN]


# --- Shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/people/1", "/people/P-1", "/cases/P-000001", "/notes/../people", "/nothing"]
)
def test_an_address_that_is_none_is_answered_in_json(world, path):
    answer = program(world.worker).get(path)
    assert answer.status_code in {404, 422}
    assert answer.json()["error"]


def test_broken_json_and_pages_too_far(world):
    asks = program(world.worker)
    answer = Client().post(
        f"{V1}/referrals",
        "{",
        content_type="application/json",
        headers=asks.headers(**{"idempotency-key": str(uuid4())}),
        secure=True,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert asks.get("/cases", page=99).json()["page"] == 1
    assert asks.get("/cases", page=0).status_code == 422


def test_a_list_takes_the_same_queries_for_one_and_thirty(world):
    asks = program(world.worker)
    asks.get("/cases")
    with CaptureQueriesContext(connection) as one:
        asks.get("/cases")
    for _ in range(29):
        case = CaseFactory(service=world.service)
        CasePersonFactory(case=case)
        CaseNoteFactory(case=world.case, people=[world.joe])
    with CaptureQueriesContext(connection) as thirty:
        answer = asks.get("/cases")
    assert len(answer.json()["items"]) == 30
    assert len(thirty) == len(one)
    path = f"/cases/{world.case.reference}/notes"
    with CaptureQueriesContext(connection) as notes:
        assert len(asks.get(path).json()["items"]) == 30
    assert len(notes) < 30
    assert Entry.objects.exists()


def test_a_filter_misspelt_is_refused_and_nobody_is_looked_at(world):
    with entries_since() as entries:
        answer = program(world.worker).get("/cases", state="closed", status="open")
    assert answer.status_code == 422
    assert answer.json()["fields"] == {
        "query.state": "There is no such parameter here. The description names those that there are."
    }
    assert not [entry for entry in entries if entry.people]
