"""A form whose record was closed while it was open: the refusal holds what was typed, to be copied (N2)."""

import re

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import restrictions
from core.views import typed_in
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import BarringFactory, SealFactory

pytestmark = pytest.mark.django_db

WORDS = "Rang the school\nabout <b>lunches</b>"
SHOWN = "Rang the school<br>about &lt;b&gt;lunches&lt;/b&gt;"
PERSON = ("consent:consent-add", "cases:address-add", "cases:contact-point-add")
CASE = ("consent:share-add", "consent:share-quick", "cases:contact-add", "cases:note-add")


@pytest.fixture
def world():
    return a_world()


def send(world, name, *, unknown=False):
    known = world.amelia.reference if name in PERSON else world.case.reference
    where = reverse(name, args=[f"{known[0]}-999999" if unknown else known])
    sent = {"why": WORDS, "postcode": "L12 3AB", "token": "secret-of-the-form", "person": "17"}
    sent["state"] = "not_asked"
    return signed_in(world.worker).post(where, sent)


def what_it_says(page):
    """The page without what is different each time it is drawn."""
    return re.sub(r'(nonce|value)="[^"]*"', "", page.content.decode())


@pytest.mark.parametrize("name", PERSON + CASE)
@pytest.mark.parametrize("by", ["seal", "conflict"])
def test_a_closed_record_answers_as_one_that_is_not_there_and_keeps_what_was_typed(world, name, by):
    unknown = send(world, name, unknown=True)
    if by == "seal":
        SealFactory(person=world.amelia)
    else:
        BarringFactory(user=world.worker, person=world.amelia)
    with entries_since() as entries:
        closed = send(world, name)
    assert [entry.verb for entry in entries] == [Verb.LOOK_REFUSED]
    assert (closed.status_code, unknown.status_code) == (404, 404)
    assert what_it_says(closed) == what_it_says(unknown)
    text = closed.content.decode()
    assert SHOWN in text
    assert "L12 3AB" in text
    assert "secret-of-the-form" not in text
    assert "not_asked" not in text
    assert "Amelia" not in text
    assert "no-store" in closed["Cache-Control"]


@pytest.mark.parametrize("name", PERSON + CASE)
def test_a_restricted_record_is_refused_with_what_was_typed(world, name):
    dpo = the(Role.DPO)
    for person in (world.amelia, world.joe):
        restrictions.restrict(
            of=person, ground="accuracy", because="They dispute it.", by=dpo, alerts_stay=True
        )
    refused = send(world, name)
    assert refused.status_code == 403
    assert SHOWN in refused.content.decode()
    assert "Amelia" not in refused.content.decode()
    assert "no-store" in refused["Cache-Control"]


def test_a_page_that_is_only_opened_and_a_stranger_are_shown_nothing_typed(world, client):
    SealFactory(person=world.amelia)
    where = reverse("consent:consent-add", args=[world.amelia.reference])
    opened = signed_in(world.worker).get(where, {"why": WORDS})
    assert "What you typed" not in opened.content.decode()
    assert "lunches" not in client.post(where, {"why": WORDS}).content.decode()
    # An address at which nothing is: nobody has looked whether the form is ours.
    nowhere = signed_in(world.worker).post("/casework/nothing-here/", {"why": WORDS})
    assert (nowhere.status_code, "lunches" in nowhere.content.decode()) == (404, False)


def test_secrets_and_numbers_of_ours_are_not_shown(world):
    request = RequestFactory().post(
        "/",
        {
            "old_password": "horse battery",
            "passphrase": "horse battery",
            "code": "horse",
            "key": "0b8f7c1e-31d8-4e35-9a52-2f7c4d6e8a90",
            "person": "17",
            "telephone": "0151 496 0000",
            "postcode": "L12 3AB",
        },
    )
    request.user, request.resolver_match = world.worker, object()
    assert typed_in(request) == [("Telephone", "0151 496 0000"), ("Postcode", "L12 3AB")]
