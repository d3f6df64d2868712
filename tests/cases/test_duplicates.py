"""Whom we may know already: beside the form, before saving, and never more than somebody may know."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.looks import Look
from audit.models import EntryValue
from cases.alike import Described
from cases.models import Person
from cases.queries.duplicates import offer_matches
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

ADD = reverse("cases:person-add")
ALIKE = reverse("cases:people-alike")
REFERRAL = reverse("cases:referral-add")


@pytest.fixture
def world():
    return a_world()


def offered(user, **typed):
    return offer_matches([("", Described(**typed))], look=Look(by=user), on=timezone.localdate())


def whys(user, **typed):
    return {
        match.person.full_name: match.why
        for offer in offered(user, **typed)
        for match in offer.matches
    }


def typed_in(**given):
    parts = given.pop("born", ("", "", ""))
    return {
        "given_names": "",
        "family_name": "",
        "birth_certainty": "known" if any(parts) else "not_known",
        **{f"date_of_birth_{n}": part for n, part in enumerate(parts)},
        **given,
    }


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"given_names": "Amelia", "family_name": "Hart"}, "Same name"),
        ({"given_names": "Hart", "family_name": "Amelia"}, "Same name"),
        ({"given_names": "Amelai", "family_name": "Hart"}, "Name is spelt alike"),
        ({"given_names": "Emelia", "family_name": "Harte"}, "Name is spelt alike"),
        ({"given_names": "Amélia", "family_name": "O’Hart", "born": date(1990, 3, 14)}, "date"),
        (
            {"given_names": "Amelia", "family_name": "Jones", "born": date(1990, 3, 14)},
            "Part of the name is the same; same date of birth",
        ),
        (
            {"given_names": "Amelia", "family_name": "Hart", "born": date(1990, 3, 15)},
            "Same name; date of birth differs in one figure",
        ),
        (
            {"given_names": "Nobody", "family_name": "Atall", "phone": "(07700) 900 123"},
            "Same telephone number",
        ),
        (
            {"given_names": "Amelia", "family_name": "Brown", "postcode": "pr90zz"},
            "Part of the name is the same; same postcode",
        ),
        ({"given_names": "Amelia", "family_name": "Sutton"}, "Another name of theirs is the same"),
    ],
)
def test_a_likely_match_is_offered_with_why(world, typed, why):
    ContactPointFactory(person=world.amelia)
    AddressFactory(person=world.amelia)
    PersonNameFactory(person=world.amelia)
    assert why in whys(world.worker, **typed)["Amelia Hart"]


def test_a_day_with_day_and_month_swapped_is_offered(world):
    PersonFactory(
        given_names="Jonathan",
        family_name="Reade",
        date_of_birth=date(1990, 3, 12),
        recorded_by=world.worker,
    )
    found = whys(world.worker, given_names="Jon", family_name="Reed", born=date(1990, 12, 3))
    assert "date of birth with day and month swapped" in found["Jonathan Reade"]


def test_somebody_else_is_not_offered(world):
    assert whys(world.worker, given_names="Priya", family_name="Patel", born=date(1971, 1, 1)) == {}


def test_a_secret_address_never_counts(world):
    AddressFactory(person=world.amelia, is_confidential=True)
    assert whys(world.worker, given_names="Amelia", family_name="Brown", postcode="PR9 0ZZ") == {}
    other = member_of(ServiceFactory(), Role.CASEWORKER, name="Other")
    assert offered(other, given_names="Amelia", family_name="Brown", postcode="PR9 0ZZ") == []


def test_a_match_of_another_service_says_that_one_exists_and_whom_to_ask(world):
    other = member_of(ServiceFactory(), Role.CASEWORKER, name="Other")
    (offer,) = offered(other, given_names="Amelia", family_name="Hart")
    assert offer.matches == ()
    assert offer.beyond == 1
    assert "1 person who may be the same is known to a service" in offer.beyond_in_words
    assert "Data Protection Officer" in offer.beyond_in_words


def test_each_look_is_logged_like_hits_of_a_search(world):
    with entries_since() as entries:
        offered(world.worker, given_names="Amelia", family_name="Hart")
    assert [(e.verb, e.people) for e in entries] == [
        ("people.compared", []),
        ("person.offered", [world.amelia.pk]),
    ]
    typed = EntryValue.objects.get(entry=entries[0]).body
    assert typed == {"typed": [{"name": "Amelia Hart"}]}


def test_a_role_that_adds_nobody_is_refused_and_that_is_logged():
    response = signed_in(the(Role.QUALITY_REVIEWER)).post(
        ALIKE, typed_in(given_names="Amelia Hart")
    )
    assert response.status_code == 403


def test_matches_come_while_typing_and_half_typed_things_are_no_error(world):
    browser = signed_in(world.worker)
    response = browser.post(
        ALIKE, typed_in(given_names="Amelia", family_name="Hart", born=("31", "2", ""))
    )
    assert response.status_code == 200
    assert "Same name" in response.content.decode()
    assert world.amelia.get_absolute_url() in response.content.decode()
    nothing = browser.post(ALIKE, typed_in(given_names="A"))
    assert "Do we know them" not in nothing.content.decode()


def test_the_first_press_of_save_asks_and_the_second_goes_on(world):
    browser = signed_in(world.worker)
    sent = typed_in(given_names="Amelia", family_name="Harte", pronouns="she/her")
    before = Person.objects.count()
    asked = browser.post(ADD, sent)
    page = asked.content.decode()
    assert Person.objects.count() == before
    assert "Is it one of these people?" in page
    assert world.amelia.reference in page
    assert 'value="she/her"' in page  # nothing typed is lost
    assert asked.context["sure"] == world.amelia.reference
    done = browser.post(ADD, sent | {"sure": asked.context["sure"]})
    assert done.status_code == 302
    assert Person.objects.filter(family_name="Harte").count() == 1


def test_a_match_that_came_up_since_is_asked_about_again(world):
    browser = signed_in(world.worker)
    sent = typed_in(given_names="Amelia", family_name="Harte")
    sure = browser.post(ADD, sent).context["sure"]
    newer = PersonFactory(given_names="Emilia", family_name="Hart", recorded_by=world.worker)
    again = browser.post(ADD, sent | {"sure": sure})
    assert newer.reference in again.content.decode()
    assert not Person.objects.filter(family_name="Harte").exists()


def test_nobody_like_them_is_saved_at_once_with_number_and_address(world):
    sent = typed_in(
        given_names="Zbigniew",
        family_name="Wójcik",
        phone="07700 900999",
        address="1 Road",
        postcode="pr8 1aa",
    )
    assert signed_in(world.worker).post(ADD, sent).status_code == 302
    added = Person.objects.get(family_name="Wójcik")
    point = added.contact_points.get()
    assert (point.kind, point.safe_for_messages) == ("mobile", False)
    assert added.addresses.get().postcode == "PR8 1AA"


def test_a_number_that_cannot_be_dialled_keeps_everything_typed(world):
    sent = typed_in(given_names="Zbigniew", family_name="Wójcik", phone="12", postcode="PR8 1AA")
    response = signed_in(world.worker).post(ADD, sent)
    assert response.status_code == 422
    assert "is not a telephone number" in response.content.decode()
    assert "Write the address as well" in response.content.decode()
    assert not Person.objects.filter(family_name="Wójcik").exists()


def referral_of(world, **row):
    return {
        "rows": "2",
        "service": world.service.pk,
        "came_from": "self",
        "received_on_0": "5",
        "received_on_1": "1",
        "received_on_2": "2026",
        "how_received": "phone",
        "reason": "Asks for help.",
        "reference_1": "",
        "given_names_1": "Joe",
        "family_name_1": "Hart",
        "date_of_birth_1_0": "2",
        "date_of_birth_1_1": "5",
        "date_of_birth_1_2": "2019",
        "birth_certainty_1": "known",
        "role_1": "child",
        "birth_certainty_2": "known",
        **row,
    }


def test_a_referral_asks_about_each_new_person_and_takes_a_known_one(world):
    browser = signed_in(world.worker)
    before = Person.objects.count()
    asked = browser.post(REFERRAL, referral_of(world))
    assert "Is it one of these people?" in asked.content.decode()
    assert "Person 1" in asked.content.decode()
    used = browser.post(REFERRAL, referral_of(world, use=f"1 {world.joe.reference}"))
    page = used.content.decode()
    assert f'value="{world.joe.reference}"' in page
    assert 'value="Asks for help."' in page or "Asks for help." in page
    taken = browser.post(
        REFERRAL,
        referral_of(
            world,
            reference_1=world.joe.reference,
            given_names_1="",
            family_name_1="",
            date_of_birth_1_0="",
            date_of_birth_1_1="",
            date_of_birth_1_2="",
        ),
    )
    assert taken.status_code == 302
    assert Person.objects.count() == before


def test_a_referral_goes_on_when_it_is_none_of_them(world):
    browser = signed_in(world.worker)
    sure = browser.post(REFERRAL, referral_of(world)).context["sure"]
    assert browser.post(REFERRAL, referral_of(world, sure=sure)).status_code == 302
    assert Person.objects.filter(given_names="Joe", family_name="Hart").count() == 2


def test_the_rows_of_a_referral_are_compared_while_typing(world):
    page = signed_in(world.worker).post(ALIKE, referral_of(world)).content.decode()
    assert "Person 1" in page
    assert "Same name; same date of birth" in page


def test_people_of_another_service_are_counted_and_never_named(world):
    elsewhere = CaseFactory()
    PersonFactory(given_names="Zo", family_name="Quaint")
    hidden = PersonFactory(given_names="Quentin", family_name="Secretname")
    CaseFactory(people=[hidden], service=elsewhere.service)
    page = (
        signed_in(world.worker)
        .post(ALIKE, typed_in(given_names="Quentin", family_name="Secretnames"))
        .content.decode()
    )
    assert "1 person who may be the same" in page
    assert hidden.reference not in page
    assert "Secretname<" not in page
