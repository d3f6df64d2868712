"""Whoever opened somebody by mistake says so, and it stands beside the look (features.md N3)."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.actions.looks import say_mistaken
from core.errors import LogUnavailable, Refused
from tests.cases.typed import words_of
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import ServiceFactory

pytestmark = pytest.mark.django_db

SAY = "/casework/looks/mistake/"


@pytest.fixture
def world():
    return a_world()


def look_on(response):
    return re.search(r'name="look" value="([0-9a-f-]{36})"', words_of(response))[1]


def person_page(world, name="person"):
    return reverse(f"cases:{name}", args=[world.amelia.reference])


@pytest.mark.parametrize("where", ["person", "person-details", "case"])
def test_it_stands_beside_the_look_and_leads_to_the_search(world, where):
    browser = signed_in(world.worker)
    address = world.case.get_absolute_url() if where == "case" else person_page(world, where)
    with entries_since() as left:
        page = browser.get(address)
    look = left[0]
    with entries_since() as left:
        response = browser.post(SAY, {"look": look_on(page), "words": "I meant the other Hart."})
    assert response.headers["Location"] == reverse("cases:search")
    assert [(e.verb, e.record, e.record_id, e.people) for e in left] == [
        (Verb.LOOK_MISTAKEN, "audit.Entry", look.pk, look.people)
    ]
    assert "written beside your look" in words_of(browser.get(reverse("cases:search")))
    shown = words_of(signed_in(world.manager).get(person_page(world, "person-looks")))
    assert shown.count("Opened by mistake") == 1
    assert "I meant the other Hart." in shown


def test_said_twice_it_is_written_once(world):
    browser = signed_in(world.worker)
    look = look_on(browser.get(person_page(world)))
    with entries_since() as left:
        answers = [browser.post(SAY, {"look": look}).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert [e.verb for e in left] == [Verb.LOOK_MISTAKEN]


@pytest.mark.parametrize("look", ["", "x", "other", "theirs"])
def test_only_ones_own_look_is_named(world, look):
    browser = signed_in(world.worker)
    theirs = look_on(signed_in(world.manager).get(person_page(world)))
    number = {"other": str(uuid4()), "theirs": theirs}.get(look, look)
    with entries_since() as left:
        assert browser.post(SAY, {"look": number}).status_code == 409
    assert [entry.verb for entry in left] == [Verb.ACT_REFUSED]


def test_a_look_that_was_refused_is_no_mistake_of_this_kind(world):
    elsewhere = ServiceFactory(name="Counselling")
    browser = signed_in(member_of(elsewhere, Role.CASEWORKER, name="Else Where"))
    with entries_since() as left:
        assert browser.get(person_page(world)).status_code == 404
    assert browser.post(SAY, {"look": str(left[0].request)}).status_code == 409


def test_too_many_words_are_kept_and_nothing_is_written(world):
    browser = signed_in(world.worker)
    look = look_on(browser.get(person_page(world)))
    with entries_since() as left:
        response = browser.post(SAY, {"look": look, "words": "x" * 1001})
    assert response.status_code == 422
    assert "x" * 1001 in words_of(response)
    assert look in words_of(response)
    assert left == []


def test_the_verb_refuses_for_somebody_else_and_while_the_log_cannot_be_written(request, world):
    signed_in(world.worker).get(person_page(world))
    look = Entry.objects.get(verb=Verb.PERSON_OPENED)
    with pytest.raises(Refused, match="not your look"):
        say_mistaken(look=look, by=world.manager)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        say_mistaken(look=look, by=world.worker)
    assert not Entry.objects.filter(verb=Verb.LOOK_MISTAKEN).exists()
