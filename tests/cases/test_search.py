"""Finding somebody by whatever is known of them, and nobody who is none of one's business."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.door import NotNow
from audit.looks import Look
from audit.models import Entry, EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.alike import Described
from cases.models import Person
from cases.queries import search
from cases.queries.duplicates import offer_matches
from cases.queries.search import MOST_HITS, search_people
from core.database import as_owner
from core.errors import LogUnavailable
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import note
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
    ReferralFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture
def world():
    return a_world()


def found_by(user, words):
    return search_people(words, look=Look(by=user), on=TODAY)


def names(found):
    return [hit.person.full_name for hit in found.hits]


def known(world, given, family, **fields):
    """Somebody in a case of the world's service."""
    person = PersonFactory(
        given_names=given, family_name=family, recorded_by=world.worker, **fields
    )
    CasePersonFactory(case=world.case, person=person)
    return person


@pytest.mark.parametrize(
    ("given", "family", "words"),
    [
        ("Amelia", "Harte", "Amelai Haarte"),
        ("Amelia", "Harte", "harte amelia"),
        ("Amelia", "Harte", "AMELIA HARTE"),
        ("Amelia", "Harte", "Ameila Harte"),
        ("Amelia", "Harte", "amel har"),
        ("Amelia", "Harte", "A Harte"),
        ("Amelia", "Harte", "Amelia Jane Harte"),
        ("Amelia Jane", "Harte", "Amelia Harte"),
        ("John", "Smith", "Smyth"),
        ("John", "Smith", "Jon Smyth"),
        ("John", "Smith", "Jhon Simth"),
        ("John", "Smyth", "Smith"),
        ("Catherine", "Phillips", "Kathryn Philips"),
        ("Steven", "Thompson", "Stephen Tomson"),
        ("Zoë", "Müller", "zoe muller"),
        ("Zoe", "Muller", "Zoë Müller"),
        ("Łukasz", "Żak", "lukasz zak"),
        ("Seán", "O'Connor", "sean oconnor"),
        ("Seán", "O'Connor", "Sean O’Connor"),
        ("Seán", "O’Connor", "Sean O'Connor"),
        ("Seán", "OConnor", "Sean O Connor"),
        ("Ruth", "Smith-Jones", "Smith Jones"),
        ("Ruth", "Smith-Jones", "ruth smith–jones"),
        ("Ruth", "Smith-Jones", "Jones"),
        ("Ruth", "Smith Jones", "Smith-Jones"),
        ("Anne-Marie", "Wood", "Anne Marie Wood"),
        ("Fiona", "MacDonald", "McDonald"),
        ("Mei", "Ng", "ng"),
        ("Bo", "Li", "Li Bo"),
        ("小明", "王", "王 小明"),
        ("Sukarno", "", "Sukarno"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(world, given, family, words):
    known(world, given, family)
    assert f"{given} {family}".strip() in names(found_by(world.worker, words))


def test_the_closest_name_comes_first(world):
    for given, family in (
        ("John", "Smythe"),
        ("Joan", "Smith"),
        ("John", "Smith"),
        ("Jo", "Smith"),
    ):
        known(world, given, family)
    assert names(found_by(world.worker, "John Smith"))[0] == "John Smith"


def test_a_name_that_is_another_one_is_not_found(world):
    for given, family in (("Harry", "Harris"), ("Hannah", "Harvey"), ("Ben", "Carter")):
        known(world, given, family)
    assert names(found_by(world.worker, "Hart")) == ["Joe Hart", "Amelia Hart"]


def test_a_former_name_an_alias_and_a_pet_name_find_the_person(world):
    person = known(world, "Rose", "Adeyemi", preferred_name="Posy")
    PersonNameFactory(person=person, name="Rose Sutton")
    PersonNameFactory(person=person, name="Rosalind Tate", kind="alias")
    for words in (
        "Sutton",
        "rose suton",
        "Rosalind Tate",
        "Tait",
        "Posy",
        "Posy Adeyemi",
        "Posy Sutton",
    ):
        assert names(found_by(world.worker, words)) == ["Rose Adeyemi"], words


@pytest.mark.parametrize(
    "words", ["14/3/1991", "14.03.91?", "14 March 1991", "1991-03-14", "3/14/1991", "14 mar 91"]
)
def test_a_date_of_birth_finds_whoever_was_born_then(world, words):
    known(world, "Rose", "Adeyemi", date_of_birth=date(1991, 3, 14))
    assert names(found_by(world.worker, words)) == ["Rose Adeyemi"]


def test_a_name_with_a_date_of_birth_finds_one_of_many(world):
    known(world, "John", "Smith", date_of_birth=date(1991, 3, 14))
    known(world, "John", "Smith", date_of_birth=date(1970, 1, 1))
    found = found_by(world.worker, "jon smyth 14/3/1991")
    assert [hit.person.date_of_birth for hit in found.hits] == [date(1991, 3, 14)]


@pytest.mark.parametrize(
    "words", ["07700 900123", "07700900123", "+44 (0)7700 900-123", "0044 7700 900123", "900123"]
)
def test_a_telephone_number_finds_whose_it_is(world, words):
    ContactPointFactory(person=world.amelia)
    assert names(found_by(world.worker, words)) == ["Amelia Hart"]


def test_an_e_mail_address_finds_whose_it_is(world):
    ContactPointFactory(
        person=world.amelia, kind="email", value="A.Hart@x.example", value_sought="a.hart@x.example"
    )
    assert names(found_by(world.worker, "a.HART@x.example ")) == ["Amelia Hart"]


def test_a_postcode_finds_whoever_lives_there_and_no_neighbouring_district(world):
    AddressFactory(person=world.amelia, postcode="L1 5AB")
    AddressFactory(person=world.joe, postcode="L15 1AA")
    assert names(found_by(world.worker, "l15ab")) == ["Amelia Hart"]
    assert names(found_by(world.worker, "L1")) == ["Amelia Hart"]
    assert names(found_by(world.worker, "L1 5")) == ["Amelia Hart"]
    assert names(found_by(world.worker, "L15")) == ["Joe Hart"]


def test_references_of_people_cases_referrals_and_notes(world):
    rose = known(world, "Rose", "Adeyemi")
    other = CaseFactory(service=world.service, people=[rose])
    referral = ReferralFactory(service=world.service, people=[rose])
    written = CaseNoteFactory(case=other, people=[rose])
    for record in (rose, other, referral, written):
        record.refresh_from_db()
        letter, _, number = record.reference.partition("-")
        for words in (record.reference, f"{letter.lower()}{int(number)}"):
            assert names(found_by(world.worker, words)) == ["Rose Adeyemi"], words


def test_a_hit_shows_basic_details_and_no_more(world):
    AddressFactory(person=world.joe, postcode="PR9 0ZZ")
    (hit,) = found_by(world.worker, world.joe.reference).hits
    assert (hit.age, hit.area, hit.services) == ("7 years", "PR9", ["Family support"])


def test_the_words_and_every_hit_are_written_down(world):
    with entries_since() as entries:
        found_by(world.worker, "Hart")
    assert [(e.verb, e.record_id, e.people, e.by) for e in entries] == [
        (Verb.PEOPLE_SEARCHED, None, [], world.worker.name_for_log),
        *(
            (Verb.PERSON_FOUND, person.pk, [person.pk], world.worker.name_for_log)
            for person in (world.joe, world.amelia)
        ),
    ]
    values = EntryValue.objects.get(entry=entries[0])
    assert values.body == {"words": "Hart", "found": 2, "outside": 0}
    # Destroying either of them finds the words by which they were found.
    assert values.people == sorted([world.amelia.pk, world.joe.pk])


def test_a_search_without_a_log_shows_nothing(world, log_broken):
    with pytest.raises(LogUnavailable):
        found_by(world.worker, "Hart")


def test_nothing_typed_finds_nobody_and_writes_nothing(world):
    with entries_since() as entries:
        assert found_by(world.worker, "   ").hits == ()
    assert entries == []


def test_words_that_mean_nothing_are_still_written_down(world):
    with entries_since() as entries:
        assert found_by(world.worker, "?!").hits == ()
    assert [e.verb for e in entries] == [Verb.PEOPLE_SEARCHED]


class TestPeopleOfOtherServices:
    """They are counted, never shown."""

    @pytest.fixture
    def elsewhere(self):
        service = ServiceFactory(name="Counselling")
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(service=service, people=[hugo])
        AddressFactory(person=hugo, postcode="PR8 1AA")
        ContactPointFactory(person=hugo)
        return hugo

    def test_one_is_counted_in_a_sentence(self, world, elsewhere):
        for words in ("Hugo Quill", elsewhere.reference, "PR8 1AA", "07700 900123"):
            found = found_by(world.worker, words)
            assert found.hits == ()
            assert found.beyond == (
                "1 person who matches is known to a service you do not belong to. If you need to "
                "know, ask the service’s manager or the Data Protection Officer."
            ), words

    def test_several_are_counted(self, world, elsewhere):
        CaseFactory(people=[PersonFactory(given_names="Hugo", family_name="Quill")])
        assert found_by(world.worker, "Quill").beyond.startswith(
            "2 people who match are known to services you do not belong to."
        )

    def test_their_entry_names_nobody(self, world, elsewhere):
        with entries_since() as entries:
            found_by(world.worker, "Quill")
        assert [(e.verb, e.people) for e in entries] == [(Verb.PEOPLE_SEARCHED, [])]
        assert EntryValue.objects.get(entry=entries[0]).body["outside"] == 1

    def test_the_lead_and_the_officer_find_everybody_for_their_task(self, world, elsewhere):
        for role, purpose in (
            (Role.SAFEGUARDING_LEAD, Purpose.SAFEGUARDING),
            (Role.DPO, Purpose.RIGHTS_REQUEST),
        ):
            with entries_since() as entries:
                found = found_by(the(role), "Quill")
            assert (names(found), found.outside) == (["Hugo Quill"], 0)
            assert found.hits[0].services == ["Counselling"]
            assert {e.purpose for e in entries} == {purpose}

    def test_a_member_whose_time_is_over_finds_nobody(self, world):
        leaver = member_of(world.service, Role.CASEWORKER, name="A Leaver")
        with transaction.atomic():
            note()
            leaver.memberships.update(until=timezone.localdate() - timedelta(days=1))
        found = found_by(leaver, "Hart")
        assert (found.hits, found.outside) == ((), 2)

    def test_a_service_of_the_person_that_is_not_mine_is_not_named(self, world):
        CaseFactory(service=ServiceFactory(name="Counselling"), people=[world.amelia])
        (hit,) = found_by(world.worker, world.amelia.reference).hits
        assert hit.services == ["Family support"]

    def test_somebody_just_added_is_found_by_whoever_added_them(self, world):
        PersonFactory(given_names="Nell", family_name="Quince", recorded_by=world.worker)
        assert names(found_by(world.worker, "Quince")) == ["Nell Quince"]
        assert found_by(world.manager, "Quince").outside == 1


class TestConfidentialAddresses:
    """Whoever does not need to know where somebody hides is not told by a search either."""

    @pytest.fixture
    def hidden(self, world):
        return AddressFactory(person=world.amelia, postcode="PR7 7XX", is_confidential=True)

    def test_the_worker_finds_them(self, world, hidden):
        (hit,) = found_by(world.worker, "PR7 7XX").hits
        assert (hit.person, hit.area) == (world.amelia, "")

    def test_the_front_desk_does_not(self, world, hidden):
        desk = member_of(world.service, Role.FRONT_DESK, name="Front Desk")
        found = found_by(desk, "PR7 7XX")
        assert (found.hits, found.outside) == ((), 0)
        assert names(found_by(desk, "Amelia Hart")) == ["Amelia Hart"]

    def test_another_service_is_not_even_told_of_one(self, world, hidden):
        stranger = member_of(ServiceFactory(), Role.CASEWORKER, name="A Stranger")
        assert found_by(stranger, "PR7 7XX").outside == 0
        assert found_by(stranger, "Amelia Hart").outside == 1


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, None])
def test_a_role_without_clients_does_not_search(world, role):
    user = UserFactory(roles=[role] if role else [])
    with pytest.raises(NotNow) as refusal:
        found_by(user, "Hart")
    assert refusal.value.values["words"] == "Hart"


class TestPage:
    def test_it_lists_hits_with_links_and_ages(self, world):
        page = signed_in(world.worker).get("/casework/search/", {"words": "Amelai Haart"})
        assert page.status_code == 200
        text = page.content.decode()
        assert f'href="/casework/people/{world.amelia.reference}/"' in text
        assert "14 March 1990" in text
        assert 'value="Amelai Haart"' in text

    def test_words_are_shown_as_text(self, world):
        words = '"><script>alert(1)</script>'
        page = signed_in(world.worker).get("/casework/search/", {"words": words})
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text

    @pytest.mark.parametrize("words", ["x" * 5000, "\x00", "%", "'; DROP TABLE cases_person; --"])
    def test_odd_words_get_an_answer(self, world, words):
        page = signed_in(world.worker).get("/casework/search/", {"words": words})
        assert page.status_code in {200, 422}

    def test_a_refused_role_is_told_and_written_down_with_the_words(self, world):
        admin = the(Role.SYSTEM_ADMINISTRATOR)
        with entries_since() as entries:
            page = signed_in(admin).get("/casework/search/", {"words": "Hart"})
        assert page.status_code == 403
        assert "Your role does not search for people." in page.content.decode()
        assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]
        assert EntryValue.objects.get(entry=entries[0]).body["words"] == "Hart"

    def test_it_asks_the_database_as_often_for_one_hit_as_for_thirty(self, world):
        visitor = signed_in(world.worker)
        visitor.get("/casework/search/", {"words": "Amelia"})
        with CaptureQueriesContext(connection) as one:
            visitor.get("/casework/search/", {"words": "Amelia"})
        for number in range(30):
            person = known(world, "Amelia", f"Wren-{number}")
            AddressFactory(person=person)
        with CaptureQueriesContext(connection) as thirty:
            visitor.get("/casework/search/", {"words": "Amelia"})
        assert len(thirty) == len(one)


def test_more_than_fit_on_the_page_are_cut_and_said(world):
    with transaction.atomic():
        note()
        people = Person.objects.bulk_create(
            Person(
                given_names="John",
                family_name="Smith",
                date_of_birth=TODAY,
                recorded_by=world.worker,
            )
            for _ in range(MOST_HITS + 5)
        )
    with entries_since() as entries:
        found = found_by(world.worker, "John Smith")
    assert (len(found.hits), found.more) == (MOST_HITS, True)
    assert len(entries) == MOST_HITS + 1
    stranger = member_of(ServiceFactory(), Role.CASEWORKER, name="A Stranger")
    elsewhere = found_by(stranger, "John Smith")
    assert (elsewhere.outside, elsewhere.more_outside) == (MOST_HITS, True)
    assert elsewhere.beyond.startswith("More than 50 people who match")
    assert len(people) == MOST_HITS + 5


GIVEN = [
    "Amelia",
    "Olivia",
    "Isla",
    "Ava",
    "Emily",
    "Sophia",
    "Grace",
    "Mia",
    "Poppy",
    "Ella",
    "Lily",
    "Evie",
    "Daisy",
    "Freya",
    "Alice",
    "Oliver",
    "George",
    "Harry",
    "Jack",
    "Jacob",
    "Noah",
    "Charlie",
    "Muhammad",
    "Thomas",
    "Oscar",
    "William",
    "James",
    "Henry",
    "Leo",
    "Alfie",
    "Joshua",
    "Archie",
    "Ethan",
    "Isaac",
    "Joseph",
    "Samuel",
    "Daniel",
    "Logan",
    "Edward",
    "Lucas",
]  # a hundred quotation marks say no more
FAMILY = [
    "Smith",
    "Jones",
    "Williams",
    "Taylor",
    "Brown",
    "Davies",
    "Evans",
    "Wilson",
    "Thomas",
    "Johnson",
    "Roberts",
    "Robinson",
    "Thompson",
    "Wright",
    "Walker",
    "White",
    "Edwards",
    "Hughes",
    "Green",
    "Hall",
    "Lewis",
    "Harris",
    "Clarke",
    "Patel",
    "Jackson",
    "Wood",
    "Turner",
    "Martin",
    "Cooper",
    "Hill",
    "Ward",
    "Morris",
    "Moore",
    "Clark",
    "Lee",
    "King",
    "Baker",
    "Harrison",
    "Morgan",
    "Allen",
    "James",
    "Scott",
    "Phillips",
    "Watson",
    "Davis",
    "Parker",
    "Price",
    "Bennett",
    "Young",
    "Griffiths",
]  # a hundred quotation marks say no more


@pytest.mark.django_db(transaction=True)
class TestAHundredThousandPeople:
    """Each way of finding asks an index, and never reads the whole table of people."""

    @pytest.fixture
    def town(self):
        world = a_world()
        elsewhere = CaseFactory()
        pairs = list(product(GIVEN, FAMILY))
        with transaction.atomic():
            note()
            with connection.cursor() as cursor:
                columns = (
                    "recorded_at, recorded_by_id, given_names, family_name, preferred_name, pronouns, "
                    "date_of_birth, birth_certainty, first_language, needs_interpreter, "
                    "communication_needs"
                )
                with cursor.copy(f"COPY cases_person ({columns}) FROM STDIN") as copy:
                    for number in range(100_000):
                        given, family = pairs[number % len(pairs)]
                        born = date(1930, 1, 1) + timedelta(days=number % 35_000)
                        copy.write_row(
                            (timezone.now(), world.worker.pk, given, family, "", "", born, "known", "",
                             False, "")
                        )  # fmt: skip
                for table, columns, values in (
                    (
                        "cases_caseperson",
                        "case_id, person_id, role, left_because, recorded_at, recorded_by_id",
                        f"CASE WHEN id % 3 = 0 THEN {world.case.pk} ELSE {elsewhere.pk} END, id, "
                        f"'client', '', now(), {world.worker.pk}",
                    ),
                    (
                        "cases_address",
                        "person_id, kind, lines, postcode, is_confidential, recorded_at, "
                        "recorded_by_id",
                        "id, 'home', '1 Road', 'PR' || id % 90 || ' 1AA', false, now(), "
                        f"{world.worker.pk}",
                    ),
                    (
                        "cases_contactpoint",
                        "person_id, kind, value, value_sought, safe_for_messages, notes, recorded_at, "
                        "recorded_by_id",
                        "id, 'mobile', id, '+447700' || lpad((id % 1000000)::text, 6, '0'), false, '', now(), "
                        f"{world.worker.pk}",
                    ),
                    (
                        "cases_personname",
                        "person_id, kind, name, recorded_at, recorded_by_id",
                        f"id, 'former', family_name || ' ' || given_names, now(), {world.worker.pk}",
                    ),
                ):
                    cursor.execute(
                        f"INSERT INTO {table} ({columns}) SELECT {values} FROM cases_person"
                        f" WHERE id NOT IN ({world.amelia.pk}, {world.joe.pk})"
                    )
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return world

    def test_each_way_asks_an_index_and_the_right_ones_are_found(self, town):
        # One test: the town takes longer to build than everything that is asked of it.
        self.the_right_ones_are_found(town)
        self.no_way_of_finding_reads_everybody(town)
        self.no_likely_match_is_found_by_reading_everybody(town)

    def no_way_of_finding_reads_everybody(self, town):
        somebody = Person.objects.order_by("pk")[1000]
        for words in (
            "Amelia",
            "Jhon Simth",
            "Wiliam Robarts",
            "Smyth Williams Tailor",
            "14/3/1985",
            "Amelia Smith 1/1/1950",
            "07700 001000",
            "001000",
            "PR9",
            "PR9 1AA",
            "PR9 1",
            somebody.reference,
            "C-1",
            "R-1",
            "N-1",
            "T-1",
            "D-1",
            "nobody@example.org",
        ):
            for statement in self.statements(town.worker, words):
                plan = self.plan(statement)
                assert "Seq Scan on cases_person" not in plan, f"{words}: {plan}"

    def no_likely_match_is_found_by_reading_everybody(self, town):
        somebody = Person.objects.order_by("pk")[1000]
        # After many tests a number has seven figures, and no telephone has.
        phone = f"07700 {somebody.pk % 1_000_000:06}"
        whole = {"born": date(1950, 1, 12), "postcode": "PR9 1AA", "phone": phone}
        for typed in (
            {"given_names": "Amelai", "family_name": "Smiht"},
            {"given_names": "Amelia", "family_name": "Smith"} | whole,
            {"phone": phone},
        ):
            asked = self.asked(
                lambda typed=typed: offer_matches(
                    [("", Described(**typed))], look=Look(by=town.worker), on=date(2026, 11, 26)
                )
            )
            assert asked
            for statement in asked:
                plan = self.plan(statement)
                assert "Seq Scan on cases_person" not in plan, f"{typed}: {plan}"

    def statements(self, user, words):
        """What one search asks about people, as it was asked."""
        return self.asked(lambda: found_by(user, words))

    def asked(self, look):
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            look()
        return [
            query["sql"]
            for query in asked
            if query["sql"].lstrip("( \n").startswith("SELECT") and "cases_person" in query["sql"]
        ]

    def plan(self, statement):
        with transaction.atomic():
            search.use_the_indexes()
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + statement.replace("%", "%%"), [])
                return "\n".join(row[0] for row in cursor.fetchall())

    def the_right_ones_are_found(self, town):
        with transaction.atomic():
            found = found_by(town.worker, "Amelai Smiht")
        assert found.hits[0].person.full_name == "Amelia Smith"
        assert Entry.objects.filter(verb=Verb.PERSON_FOUND).count() == len(found.hits)
