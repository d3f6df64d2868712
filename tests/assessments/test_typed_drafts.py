"""What is typed into an assessment or a plan is kept while it is typed, and saved exactly once (N2)."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from assessments.actions.plans import agree_plan
from audit.verbs import Verb
from cases.models import Draft
from core.errors import Refused
from sar.pack.gather import gather
from tests.cases.world import Browser, a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.assessments import AssessmentFactory, InUseFactory, PlanFactory
from tests.factories.cases import ServiceMemberFactory

pytestmark = pytest.mark.django_db

ASSESSMENT, PLAN = "assessment", "plan"
EACH = pytest.mark.parametrize("noun", [ASSESSMENT, PLAN])
WORDS = "They sleep through, and the school said so."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


@pytest.fixture
def draft(world, noun):
    if noun == PLAN:
        return PlanFactory(case=world.case, recorded_by=world.worker)
    edition = InUseFactory(asks=[{"wording": "What has changed?", "kind": "long"}])
    people = [world.joe]
    return AssessmentFactory(case=world.case, edition=edition, people=people, is_final=False)


def page(draft, noun):
    return reverse(f"assessments:{noun}-write", args=[draft.reference])


def words_of(response):
    return response.content.decode()


def on(response, world, noun, words=WORDS, **changes):
    """What the form on a page sends when `words` are typed into its longest box."""
    names = ("seen", "token", "sitting", "version", "stamp")
    shown = words_of(response)
    carried = {n: re.search(rf'name="{n}"[^>]*? value="([^"]*)"', shown)[1] for n in names}
    # Half a day: nothing is too wrong to be kept.
    typed = {"they_decided": words, "what_5": "Ring the school", "review_on_0": "3"}
    if noun == ASSESSMENT:
        typed = {"q1": words, "people": [world.joe.reference], "assessed_on_0": "3"}
    return carried | typed | changes


def whole(typed, noun):
    """The same, as it can be saved."""
    if noun == PLAN:
        return typed | {"what_5": "", "review_on_0": ""}
    day = {"assessed_on_0": "3", "assessed_on_1": "9", "assessed_on_2": "2026"}
    return typed | day | {"moment": "start"}


def by_script(browser, address, given):
    return browser.post(f"{address}draft/", given, headers={"Accept": "application/json"})


def is_saved(draft, noun):
    draft.refresh_from_db()
    return draft.they_decided == WORDS if noun == PLAN else draft.answers.get().text == WORDS


@EACH
def test_what_is_typed_is_there_again_and_saved_once(world, browser, draft, noun):
    typed = on(browser.get(page(draft, noun)), world, noun)
    with entries_since() as left:
        answer = by_script(browser, page(draft, noun), typed).json()
    assert [entry.verb for entry in left] == [Verb.DRAFT_BEGUN]
    assert (answer["state"], answer["page"]) == ("kept", page(draft, noun))
    assert draft.saves == 0
    again = browser.get(answer["page"])
    assert WORDS in words_of(again)
    assert "did not save" in words_of(again)
    if noun == PLAN:  # more lines than the page had at first
        assert "Ring the school" in words_of(again)
    # The list of drafts leads there; what is held about Joe holds it.
    assert page(draft, noun) in words_of(browser.get(reverse("cases:drafts")))
    assert WORDS in f"{gather(world.joe).items}"

    typed = whole(on(again, world, noun), noun)
    for _ in range(2):  # a double click
        assert browser.post(page(draft, noun), typed).status_code == 302
    assert is_saved(draft, noun)
    assert draft.saves == 1
    assert not Draft.objects.exists()


@EACH
def test_of_two_windows_the_older_overwrites_nothing(world, browser, draft, noun):
    one, two = (on(browser.get(page(draft, noun)), world, noun) for _ in range(2))
    assert by_script(browser, page(draft, noun), one).status_code == 200
    told = by_script(browser, page(draft, noun), {**two, "sitting": str(uuid4())})
    assert told.status_code == 409
    assert "another window" in told.json()["words"]
    assert Draft.objects.count() == 1
    refused = browser.post(page(draft, noun), whole({**two, "sitting": str(uuid4())}, noun))
    assert refused.status_code == 422
    assert "another window" in words_of(refused)
    assert draft.saves == 0
    # Sent again, knowing so, it stands.
    typed = whole(on(refused, world, noun), noun)
    assert browser.post(page(draft, noun), typed).status_code == 302
    assert is_saved(draft, noun)


@EACH
def test_words_typed_before_a_colleague_saved_do_not_take_their_place_unseen(
    world, browser, draft, noun
):
    by_script(browser, page(draft, noun), on(browser.get(page(draft, noun)), world, noun))
    theirs = signed_in(world.manager)
    typed = whole(on(theirs.get(page(draft, noun)), world, noun, "Other words."), noun)
    assert WORDS not in words_of(theirs.get(page(draft, noun)))
    assert theirs.post(page(draft, noun), typed).status_code == 302
    again = browser.get(page(draft, noun))
    assert WORDS in words_of(again)
    refused = browser.post(page(draft, noun), whole(on(again, world, noun), noun))
    assert "saved in the meantime" in words_of(refused)
    assert browser.post(page(draft, noun), whole(on(refused, world, noun), noun)).status_code == 302
    assert is_saved(draft, noun)


@EACH
def test_a_session_that_ended_leads_back_to_what_was_typed(world, browser, draft, noun):
    typed = whole(on(browser.get(page(draft, noun)), world, noun), noun)
    stranger = Browser()
    sent = stranger.post(page(draft, noun), typed)
    assert sent["Location"] == page(draft, noun)
    stranger.force_login(
        world.worker, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    back = words_of(stranger.get(page(draft, noun)))
    assert "You were signed out" in back
    assert WORDS in back


@EACH
def test_who_may_not_write_keeps_nothing(world, browser, draft, noun):
    typed = on(browser.get(page(draft, noun)), world, noun)
    stranger = member_of(ServiceMemberFactory().service, Role.CASEWORKER, name="Somebody Else")
    reader = member_of(world.service, Role.QUALITY_REVIEWER, name="Reads Only")
    for user, status, verb in (
        (stranger, 404, Verb.LOOK_REFUSED),
        (reader, 403, Verb.LOOK_REFUSED),
    ):
        with entries_since() as left:
            assert by_script(signed_in(user), page(draft, noun), typed).status_code == status
        assert [entry.verb for entry in left] == [verb]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("noun", [PLAN])
def test_a_plan_is_not_agreed_over_words_that_were_not_saved(world, browser, draft, noun):
    by_script(browser, page(draft, noun), on(browser.get(page(draft, noun)), world, noun))
    with pytest.raises(Refused, match="did not save it"):
        agree_plan(
            plan=draft,
            agreed_on=draft.recorded_at.date(),
            agreed_how="spoken",
            witness="Dean Okafor",
            people=[world.joe],
            by=world.worker,
        )
