"""Where staff live: a mark that can be compared and not read, and the looks it finds (N8, docs/adr/0042)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.staff import suspend
from accounts.roles import Role
from audit.actors import SYSTEM
from audit.log import record
from audit.looks import Look
from audit.verbs import Action, Verb
from cases.actions.homes import forget_homes_of_leavers, give_home, take_back_home
from cases.actions.odd_looks import find_odd_looks
from cases.models import OddLook, StaffHome
from cases.normal import house_key
from cases.odd import EXPLANATIONS, OddKind
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import AddressFactory

HOME = {"house": "14 Lord Street", "postcode": "PR9 0ZZ"}


@pytest.mark.parametrize(
    ("lines", "postcode"),
    [
        ("14", "PR9 0ZZ"),
        ("14 Lord St.", "pr90zz"),
        ("  14  LORD STREET\nSouthport", " PR9  0ZZ "),
        ("Flat 2, 14 Lord St", "PR9 0ZZ"),
        ("14 Lord Street, Flat 2", "PR9 0ZZ"),
        ("Flat B\n14 Lord Street", "PR9 0ZZ"),
        ("1st Floor Flat, 14b Lord Street", "PR9 0ZZ"),
        ("014 Lord Street", "PR9 0ZZ"),
        ("14 Lord Street, Southport, PR9 0ZZ", ""),
    ],
)
def test_one_house_is_equal_however_it_was_typed(lines, postcode):
    assert house_key(lines, postcode) == "PR9 0ZZ 14"


@pytest.mark.parametrize(
    ("lines", "postcode", "house"),
    [
        ("16 Lord Street", "PR9 0ZZ", "PR9 0ZZ 16"),
        ("14 Lord Street", "PR9 0ZY", "PR9 0ZY 14"),
        ("Rose Cottage, 2nd Avenue", "PR9 0ZZ", "PR9 0ZZ rose cottage"),
        ("ST MARY'S LODGE\nLord Street", "PR9 0ZZ", "PR9 0ZZ st marys lodge"),
        ("Flat 2", "PR9 0ZZ", "PR9 0ZZ flat 2"),
        ("14 Lord Street", "PR9", ""),
        ("14 Lord Street", "", ""),
        ("", "PR9 0ZZ", ""),
    ],
)
def test_another_house_is_another_and_half_an_address_is_none(lines, postcode, house):
    assert house_key(lines, postcode) == house


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def colleague(world):
    return member_of(world.service, Role.CASEWORKER, name="Sam Reed")


def test_give_home_keeps_a_mark_and_no_address_and_leaves_one_entry(colleague):
    with entries_since() as left:
        home = give_home(**HOME, by=colleague)
    kept = str(list(StaffHome.objects.values()))
    assert "Lord" not in kept
    assert "PR9" not in kept
    assert [(entry.verb, entry.record_id, entry.people) for entry in left] == [
        ("own-home.given", home.pk, [])
    ]
    assert "PR9" not in str(left[0].__dict__)


def test_give_home_again_replaces_it_and_the_same_leaves_nothing_more(colleague):
    first = give_home(**HOME, by=colleague)
    with entries_since() as left:
        give_home(house="Flat 2, 14 Lord St", postcode="pr90zz", by=colleague)
    assert left == []
    with entries_since() as left:
        moved = give_home(house="3", postcode="PR8 1AA", by=colleague)
    assert [entry.action for entry in left] == ["update"]
    assert (moved.pk, StaffHome.objects.get().mark == first.mark) == (first.pk, False)


def test_give_home_that_says_no_house_is_refused_without_trace(colleague):
    with entries_since() as left, pytest.raises(Refused, match="whole postcode"):
        give_home(house="14", postcode="PR9", by=colleague)
    assert (left, StaffHome.objects.count()) == ([], 0)


def test_take_back_home_deletes_the_mark_and_leaves_one_entry(colleague):
    home = give_home(**HOME, by=colleague)
    with entries_since() as left:
        take_back_home(home=home, by=colleague)
    assert [entry.verb for entry in left] == ["own-home.taken-back"]
    assert not StaffHome.objects.exists()
    with entries_since() as left, pytest.raises(Refused), transaction.atomic():
        take_back_home(home=StaffHome(pk=home.pk, user=colleague), by=colleague)
    assert left == []


@pytest.mark.parametrize("given", [True, False])
def test_neither_is_done_when_its_entry_cannot_be_written(colleague, given, request):
    home = give_home(**HOME, by=colleague) if given else None
    verb, words = (take_back_home, {"home": home}) if given else (give_home, HOME)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        verb(**words, by=colleague)
    assert StaffHome.objects.exists() is given


@pytest.mark.parametrize("changes", [{"mark": "14 Lord Street, PR9 0ZZ"}, {"recorded_by": "other"}])
def test_the_database_keeps_no_address_and_nothing_said_by_others(world, colleague, changes):
    home = give_home(**HOME, by=colleague)
    changes = {name: world.manager if to == "other" else to for name, to in changes.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        change(home, **changes)


def test_what_leavers_gave_goes(world, colleague):
    give_home(**HOME, by=colleague)
    stays = give_home(**HOME, by=world.manager)
    suspend(user=colleague, by=SYSTEM)
    assert forget_homes_of_leavers() == 1
    assert list(StaffHome.objects.all()) == [stays]


# --- What it finds ------------------------------------------------------------------------------


def looked(by, at, verb=Verb.PERSON_OPENED):
    people = [at] if verb is Verb.PERSON_OPENED else at.people.all()
    record(verb, by=by, action=Action.ACCESS, record=at, people=people, look=Look(by=by))


def found():
    looks = OddLook.objects.filter(kind=OddKind.SAME_ADDRESS)
    return {(odd.looker, odd.person, odd.case) for odd in looks}


def test_a_look_at_somebody_of_the_own_house_is_found_on_the_record_and_on_the_case(
    world, colleague
):
    AddressFactory(person=world.joe, lines="Flat 2\n14 LORD ST", postcode="PR9 0ZZ")
    AddressFactory(person=world.amelia, lines="9 Lord Street", postcode="PR9 0ZZ")
    give_home(**HOME, by=colleague)
    give_home(house="16", postcode="PR9 0ZZ", by=world.worker)
    for user in (colleague, world.worker):
        looked(user, world.joe)
        looked(user, world.amelia)
        looked(user, world.case, Verb.CASE_OPENED_TO_READ)
    find_odd_looks(on=timezone.localdate())
    assert found() == {(colleague, world.joe, None), (colleague, None, world.case)}


def test_it_counts_who_lived_there_on_that_day_and_an_address_kept_from_everybody(world, colleague):
    today = timezone.localdate()
    moved = AddressFactory(person=world.joe, lines="14", postcode="PR9 0ZZ", until=today)
    hid = AddressFactory(person=world.amelia, lines="14", postcode="PR9 0ZZ", is_confidential=True)
    give_home(**HOME, by=colleague)
    change(moved, until=today - timedelta(days=1))
    looked(colleague, world.joe)
    looked(colleague, hid.person)
    find_odd_looks(on=today)
    assert found() == {(colleague, world.amelia, None)}


def test_a_mark_made_with_the_key_before_is_still_compared(world, colleague, settings):
    AddressFactory(person=world.joe, lines="14", postcode="PR9 0ZZ")
    give_home(**HOME, by=colleague)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-since-0123456789-0123456789-0123456789"
    looked(colleague, world.joe)
    find_odd_looks(on=timezone.localdate())
    assert found() == {(colleague, world.joe, None)}


# --- The page -----------------------------------------------------------------------------------


def test_the_page_takes_it_shows_no_address_and_takes_it_back(colleague):
    browser, here = signed_in(colleague), reverse("cases:where-i-live")
    assert "Take it back" not in browser.get(here).content.decode()
    half = browser.post(here, {"house": "14 Lord Street", "postcode": "PR9"})
    text = half.content.decode()
    assert half.status_code == 422
    assert "Write the whole postcode" in text
    assert 'value="14 Lord Street"' in text
    assert browser.post(here, HOME).status_code == 302
    text = browser.get(here).content.decode()
    assert "Take it back" in text
    assert "Lord Street" not in text.replace("Flat 2, 14 Lord Street", "")
    assert browser.post(here, {"take_back": "1"}).status_code == 302
    assert browser.post(here, {"take_back": "1"}).status_code == 302
    assert not StaffHome.objects.exists()


def test_the_reviewer_reads_why_it_is_odd_and_how_many_said_where_they_live(world, colleague):
    AddressFactory(person=world.joe, lines="14", postcode="PR9 0ZZ")
    give_home(**HOME, by=colleague)
    looked(colleague, world.joe)
    find_odd_looks(on=timezone.localdate())
    reader = signed_in(the(Role.DPO))
    text = reader.get(reverse("cases:odd-looks")).content.decode()
    odd = OddLook.objects.get(kind=OddKind.SAME_ADDRESS)
    page = reader.get(reverse("cases:odd-look", args=[odd.reference])).content.decode()
    assert EXPLANATIONS[OddKind.SAME_ADDRESS] in text
    assert EXPLANATIONS[OddKind.SAME_ADDRESS] in page
    # The colleague, the worker and the manager of the world, and whoever reads this.
    assert "1 of the 4 colleagues" in " ".join(text.split())
