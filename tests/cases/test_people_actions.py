"""What may be written about a person: each act leaves its one entry, or no trace."""

from datetime import date, timedelta

import pytest

from audit.models import EntryValue
from audit.verbs import Verb
from cases.actions import people, relationships
from cases.models import (
    Address,
    ContactPoint,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
    RelationshipFactory,
    SensitiveDetailFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
FACTS = (Address, ContactPoint, PersonName, Relationship, SensitiveDetail)


@pytest.fixture
def world():
    return a_world()


def everything():
    """All rows about people, to compare before and after."""
    return {model: sorted(model.objects.values_list()) for model in (Person, *FACTS)}


def add(world, **changes):
    arguments = {
        "given_names": "Rose",
        "family_name": "Adeyemi",
        "date_of_birth": date(1991, 3, 14),
        "on": TODAY,
        "by": world.worker,
    }
    return people.add_person(**(arguments | changes))


def acts(world):
    """Every act on a person, by the verb of its entry, with the people whom the entry names."""
    amelia, joe, by = world.amelia, world.joe, world.worker
    address = AddressFactory(person=amelia)
    point = ContactPointFactory(person=amelia)
    detail = SensitiveDetailFactory(person=amelia)
    partner = PersonFactory(given_names="Sam")
    relationship = RelationshipFactory(person=amelia, other=partner, kind="partner")
    today = {"on": TODAY, "by": by}
    return {
        Verb.PERSON_CHANGED: (
            lambda: people.change_basics(person=amelia, pronouns="she/her", **today),
            [amelia],
        ),
        Verb.NAME_ADDED: (
            lambda: people.add_name(person=amelia, kind="former", name="Amelia Sutton", **today),
            [amelia],
        ),
        Verb.ADDRESS_ADDED: (
            lambda: people.add_address(person=amelia, lines="1 Road", postcode="pr90zz", **today),
            [amelia],
        ),
        Verb.ADDRESS_ENDED: (
            lambda: people.end_address(address=address, until=TODAY, **today),
            [amelia],
        ),
        Verb.CONTACT_POINT_ADDED: (
            lambda: people.add_contact_point(
                person=amelia, kind="phone", value="01704 496 000", **today
            ),
            [amelia],
        ),
        Verb.CONTACT_POINT_ENDED: (
            lambda: people.end_contact_point(contact_point=point, until=TODAY, **today),
            [amelia],
        ),
        Verb.SENSITIVE_DETAIL_ADDED: (
            lambda: people.add_sensitive_detail(
                person=amelia, kind="religion", detail="Hindu", reason="Food at groups", **today
            ),
            [amelia],
        ),
        Verb.SENSITIVE_DETAIL_ENDED: (
            lambda: people.end_sensitive_detail(sensitive_detail=detail, until=TODAY, **today),
            [amelia],
        ),
        Verb.RELATIONSHIP_ADDED: (
            lambda: relationships.add_relationship(
                person=amelia, kind="parent", other=joe, **today
            ),
            [amelia, joe],
        ),
        Verb.RELATIONSHIP_ENDED: (
            lambda: relationships.end_relationship(relationship=relationship, until=TODAY, **today),
            [amelia, partner],
        ),
    }


VERBS = (
    Verb.PERSON_CHANGED,
    Verb.NAME_ADDED,
    Verb.ADDRESS_ADDED,
    Verb.ADDRESS_ENDED,
    Verb.CONTACT_POINT_ADDED,
    Verb.CONTACT_POINT_ENDED,
    Verb.SENSITIVE_DETAIL_ADDED,
    Verb.SENSITIVE_DETAIL_ENDED,
    Verb.RELATIONSHIP_ADDED,
    Verb.RELATIONSHIP_ENDED,
)


@pytest.mark.parametrize("verb", VERBS)
def test_each_act_leaves_one_entry_that_names_whom_it_is_about(world, verb):
    act, about = acts(world)[verb]
    before = everything()
    with entries_since() as entries:
        written = act()
    assert [(e.verb, e.people, e.record_id, e.by) for e in entries] == [
        (verb, sorted(one.pk for one in about), written.pk, world.worker.name_for_log)
    ]
    assert everything() != before


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_entry_nothing_is_done(world, verb, request):
    act, _ = acts(world)[verb]
    before = everything()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        act()
    assert everything() == before


def test_somebody_is_added_and_the_entry_names_them(world):
    with entries_since() as entries:
        rose = add(
            world, given_names="  Rose   Ann ", communication_needs=" Large print.\n\nCalls. "
        )
    assert [(e.verb, e.record_id, e.people) for e in entries] == [
        (Verb.PERSON_ADDED, rose.pk, [rose.pk])
    ]
    rose = Person.objects.get(pk=rose.pk)
    assert (rose.full_name, rose.recorded_by) == ("Rose Ann Adeyemi", world.worker)
    assert rose.communication_needs == "Large print.\n\nCalls."
    assert rose.reference == f"P-{rose.pk:06d}"


def test_without_an_entry_nobody_is_added(world, log_broken):
    with pytest.raises(LogUnavailable):
        add(world)
    assert Person.objects.count() == 2


def test_one_name_is_enough(world):
    assert add(world, given_names="Sukarno", family_name="").full_name == "Sukarno"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given_names": " ", "family_name": ""}, "Write a name"),
        ({"date_of_birth": TOMORROW}, "Nobody is born in the future: 25 November 2026"),
        ({"date_of_birth": date(1905, 11, 24)}, "older than 120 years"),
        ({"date_of_birth": None}, "say that it is not known"),
        ({"birth_certainty": "not_known"}, "Keep one of the two"),
        ({"date_of_birth": None, "birth_certainty": "estimated"}, "say that it is not known"),
    ],
)
def test_somebody_who_cannot_be_leaves_no_trace(world, changes, sentence):
    before = everything()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        add(world, **changes)
    assert entries == []
    assert everything() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"date_of_birth": TODAY},
        {"date_of_birth": date(1906, 1, 1)},
        {"date_of_birth": date(1960, 1, 1), "birth_certainty": "estimated"},
        {"date_of_birth": None, "birth_certainty": "not_known"},
    ],
)
def test_the_new_born_the_oldest_and_the_unsure_are_added(world, changes):
    assert add(world, **changes).pk


class TestChangingBasics:
    def test_what_was_and_what_is_stand_beside_the_entry(self, world):
        with entries_since() as entries:
            people.change_basics(
                person=world.amelia,
                family_name="Stone",
                given_names="Amelia",
                date_of_birth=None,
                birth_certainty="not_known",
                on=TODAY,
                by=world.worker,
            )
        assert EntryValue.objects.get(entry=entries[0]).body == {
            "before": {
                "family_name": "Hart",
                "date_of_birth": "1990-03-14",
                "birth_certainty": "known",
            },
            "after": {
                "family_name": "Stone",
                "date_of_birth": None,
                "birth_certainty": "not_known",
            },
        }
        world.amelia.refresh_from_db()
        assert world.amelia.full_name == "Amelia Stone"

    def test_somebody_else_was_faster(self, world):
        seen = world.amelia.version
        people.change_basics(
            person=Person.objects.get(pk=world.amelia.pk),
            pronouns="she/her",
            on=TODAY,
            by=world.manager,
        )
        with entries_since() as entries, pytest.raises(Refused, match="Somebody else has changed"):
            people.change_basics(
                person=world.amelia, seen=seen, family_name="Stone", on=TODAY, by=world.worker
            )
        assert entries == []
        world.amelia.refresh_from_db()
        assert (world.amelia.family_name, world.amelia.pronouns) == ("Hart", "she/her")

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"family_name": "Hart "}, "Nothing is different"),
            ({"given_names": "", "family_name": ""}, "Write a name"),
            ({"date_of_birth": TOMORROW}, "in the future"),
            ({"date_of_birth": None}, "not known"),
        ],
    )
    def test_refused_it_leaves_no_trace(self, world, changes, sentence):
        before = everything()
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            people.change_basics(person=world.amelia, on=TODAY, by=world.worker, **changes)
        assert (entries, everything()) == ([], before)

    def test_a_word_that_is_no_basic_detail_is_a_mistake_of_ours(self, world):
        with pytest.raises(TypeError, match="shoe_size"):
            people.change_basics(person=world.amelia, shoe_size="7", on=TODAY, by=world.worker)


REFUSED = {
    "name: none": (people.add_name, {"kind": "former", "name": " "}, "Write the other name"),
    "name: twice": (people.add_name, {"kind": "former", "name": "amelia SUTTON"}, "already"),
    "name: future": (
        people.add_name,
        {"kind": "alias", "name": "Amy", "since": TOMORROW},
        "not come yet",
    ),
    "name: backwards": (
        people.add_name,
        {"kind": "alias", "name": "Amy", "since": TODAY, "until": date(2020, 1, 1)},
        "before it began",
    ),
    "address: none": (people.add_address, {"lines": " \n "}, "Write the address"),
    "address: half a postcode": (
        people.add_address,
        {"lines": "1 Road", "postcode": "PR9"},
        "not a whole British postcode",
    ),
    "address: future": (
        people.add_address,
        {"lines": "1 Road", "since": TOMORROW},
        "not come yet",
    ),
    "contact: no number": (
        people.add_contact_point,
        {"kind": "mobile", "value": "call me"},
        "“call me” is not a telephone number",
    ),
    "contact: no area code": (
        people.add_contact_point,
        {"kind": "phone", "value": "496000"},
        "not a telephone number",
    ),
    "contact: e-mail as number": (
        people.add_contact_point,
        {"kind": "phone", "value": "a@b.example"},
        "is an e-mail address",
    ),
    "contact: number as e-mail": (
        people.add_contact_point,
        {"kind": "email", "value": "07700 900999"},
        "is not an e-mail address",
    ),
    "contact: twice": (
        people.add_contact_point,
        {"kind": "mobile", "value": "+44 7700 900123"},
        "recorded already",
    ),
    "sensitive: no reason": (
        people.add_sensitive_detail,
        {"kind": "religion", "detail": "Hindu", "reason": " "},
        "Say why we asked",
    ),
    "sensitive: nothing": (
        people.add_sensitive_detail,
        {"kind": "religion", "detail": " ", "reason": "Food"},
        "Write what they told us",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_so_leaves_no_trace(world, what):
    verb, arguments, sentence = REFUSED[what]
    PersonNameFactory(person=world.amelia, name="Amelia Sutton")
    ContactPointFactory(person=world.amelia)
    before = everything()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        verb(person=world.amelia, on=TODAY, by=world.worker, **arguments)
    assert (entries, everything()) == ([], before)


def test_an_address_is_kept_in_one_form(world):
    address = people.add_address(
        person=world.amelia,
        lines="  12 Sample  Street \r\n\r\n Southport ",
        postcode="pr90zz",
        is_confidential=True,
        on=TODAY,
        by=world.worker,
    )
    address.refresh_from_db()
    assert (address.lines, address.postcode) == ("12 Sample Street\nSouthport", "PR9 0ZZ")
    assert address.is_confidential


def test_a_number_is_kept_as_it_was_told_and_as_it_is_sought(world):
    point = people.add_contact_point(
        person=world.amelia, kind="phone", value=" (01704) 496-000 ", on=TODAY, by=world.worker
    )
    assert (point.value, point.value_sought) == ("(01704) 496-000", "+441704496000")
    assert not point.safe_for_messages


def test_a_number_that_ended_may_come_back(world):
    point = ContactPointFactory(person=world.amelia)
    people.end_contact_point(contact_point=point, until=TODAY, on=TODAY, by=world.worker)
    people.add_contact_point(
        person=world.amelia, kind="mobile", value=point.value, on=TODAY, by=world.worker
    )
    assert world.amelia.contact_points.count() == 2


class TestEnding:
    def test_it_stays_in_the_record(self, world):
        address = AddressFactory(person=world.amelia, since=date(2020, 1, 1))
        people.end_address(address=address, until=date(2026, 10, 1), on=TODAY, by=world.worker)
        assert Address.objects.get().until == date(2026, 10, 1)

    @pytest.mark.parametrize(
        ("until", "sentence"),
        [(TOMORROW, "has not come yet"), (date(2019, 12, 31), "before it began")],
    )
    def test_on_an_impossible_day_leaves_no_trace(self, world, until, sentence):
        address = AddressFactory(person=world.amelia, since=date(2020, 1, 1))
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            people.end_address(address=address, until=until, on=TODAY, by=world.worker)
        assert (entries, Address.objects.get().until) == ([], None)

    def test_twice_is_refused_the_second_time(self, world):
        address = AddressFactory(person=world.amelia)
        stale = Address.objects.get()
        people.end_address(address=address, until=TODAY, on=TODAY, by=world.worker)
        with entries_since() as entries, pytest.raises(Refused, match="ended already"):
            people.end_address(address=stale, until=date(2026, 1, 1), on=TODAY, by=world.manager)
        assert (entries, Address.objects.get().until) == ([], TODAY)


class TestRelationships:
    def relate(self, world, **changes):
        arguments = {
            "person": world.amelia,
            "kind": "parent",
            "other": world.joe,
            "on": TODAY,
            "by": world.worker,
        }
        return relationships.add_relationship(**(arguments | changes))

    def test_it_reads_from_both_ends(self, world):
        written = self.relate(
            world,
            parental_responsibility=True,
            responsibility_evidence="birth certificate seen",
        )
        assert written.seen_from(world.amelia) == ("parent of", world.joe)
        assert written.seen_from(world.joe) == ("child of", world.amelia)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"other": "amelia"}, "related to themselves"),
            ({"parental_responsibility": True}, "Say how we know"),
            (
                {
                    "kind": "partner",
                    "parental_responsibility": True,
                    "responsibility_evidence": "said so",
                },
                "not written between partners",
            ),
            (
                {
                    "person": "joe",
                    "other": "amelia",
                    "kind": "grandparent",
                    "parental_responsibility": True,
                    "responsibility_evidence": "court order",
                },
                "ends at 18, and Amelia Hart is 36 years old",
            ),
            ({"responsibility_evidence": "court order"}, "Say as well that they have"),
            ({"since": TOMORROW}, "has not come yet"),
        ],
    )
    def test_what_cannot_be_leaves_no_trace(self, world, changes, sentence):
        who = {"amelia": world.amelia, "joe": world.joe}
        changes = {
            name: who[value] if name in {"person", "other"} else value
            for name, value in changes.items()
        }
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            self.relate(world, **changes)
        assert (entries, Relationship.objects.count()) == ([], 0)

    @pytest.mark.parametrize("the_other_way", [False, True])
    def test_it_is_written_once(self, world, the_other_way):
        self.relate(world, kind="sibling")
        ends = (world.joe, world.amelia) if the_other_way else (world.amelia, world.joe)
        with pytest.raises(Refused, match="recorded already how"):
            self.relate(world, person=ends[0], kind="sibling", other=ends[1])

    def test_it_may_begin_again_after_its_end(self, world):
        first = self.relate(world, kind="foster_carer")
        relationships.end_relationship(relationship=first, until=TODAY, on=TODAY, by=world.worker)
        self.relate(world, kind="foster_carer")
        assert Relationship.objects.count() == 2
