"""Somebody in danger asks for their records on a telephone, leaves half-way, and comes back."""

from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.cookies import ONE_TASK
from core.dates import plain
from core.organisation import ORGANISATION
from sar.deadlines import deadline_of
from sar.models import PublicDraft, RightsRequest
from tests.journeys.charity import Charity
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAFE = "amelia@friend.example"


def test_a_request_from_a_phone_reaches_the_desk_with_its_clock(visitor, charity: Charity, smtp):
    cache.clear()
    amelia, stranger, dpo = visitor(viewport=PHONE), visitor(viewport=PHONE), visitor()

    given_she_finds_the_form_and_a_way_out_of_it(amelia)
    when_she_has_said_what_she_wants_somebody_comes_in_and_she_leaves(amelia)
    then_nobody_else_finds_what_she_typed(stranger)
    when_she_comes_back_it_is_still_there(amelia)
    when_she_says_how_to_reach_her_safely(amelia)
    then_she_checks_it_sends_it_and_nothing_stays_on_the_phone(amelia)
    then_the_mail_says_a_number_and_nothing_else(smtp)
    then_the_officer_sees_it_with_its_day(dpo, charity)


def given_she_finds_the_form_and_a_way_out_of_it(amelia: Visitor) -> None:
    amelia.opens("/")
    amelia.opens("/your-rights/")
    amelia.follows("ask on this site")
    amelia.reads("Ask about your information")
    leaves = amelia.page.get_by_role("button", name="Exit this page").first
    assert leaves.get_attribute("href") == ORGANISATION.exit_url
    assert amelia.axe() == []
    amelia.follows("Start now")


def when_she_has_said_what_she_wants_somebody_comes_in_and_she_leaves(amelia: Visitor) -> None:
    amelia.presses("Go on")
    amelia.is_answered(422)
    amelia.reads("Tick at least one answer to “What would you like?”.")
    amelia.chooses("What would you like?", "Have a copy of what you hold")
    amelia.writes("Tell us in your own words", "Everything since 2024, please.")
    amelia.presses("Go on")
    amelia.reads("Who it is about")
    amelia.writes("Full name of the person it is about", "Amelia Hart")
    amelia.opens("/cookies/")
    amelia.reads(ONE_TASK.name)


def then_nobody_else_finds_what_she_typed(stranger: Visitor) -> None:
    stranger.opens("/ask/request/what/")
    assert stranger.has_written("Tell us in your own words") == ""
    assert b"Everything" not in bytes(PublicDraft.objects.get().body)


def when_she_comes_back_it_is_still_there(amelia: Visitor) -> None:
    amelia.opens("/ask/request/what/")
    assert amelia.has_written("Tell us in your own words") == "Everything since 2024, please."
    amelia.opens("/ask/request/")
    amelia.follows("Go on where you left")
    amelia.reads("Who it is about")
    amelia.writes("Full name of the person it is about", "Amelia Hart")
    amelia.writes_day("Date of birth", date(1986, 5, 2))
    amelia.presses("Go on")


def when_she_says_how_to_reach_her_safely(amelia: Visitor) -> None:
    amelia.reads("How to reach you safely")
    assert amelia.sideways() <= 0
    amelia.writes("E-mail address that is safe", SAFE)
    amelia.writes("Is there anything we must not do?", "Never ring. He has the telephone.")
    amelia.page.get_by_label("Send me an e-mail that says only").check()
    amelia.presses("Go on")
    amelia.chooses("How would you like our answer?", "Read together with a worker")
    amelia.presses("Go on")


def then_she_checks_it_sends_it_and_nothing_stays_on_the_phone(amelia: Visitor) -> None:
    amelia.reads("Check your answers")
    amelia.reads("Never ring. He has the telephone.")
    assert amelia.axe() == []
    assert amelia.sideways() <= 0
    amelia.presses("Send")
    amelia.reads("We have your message")
    amelia.reads(RightsRequest.objects.get().reference)
    assert amelia.axe() == []
    assert ONE_TASK.name not in {one["name"] for one in amelia.page.context.cookies()}
    assert not PublicDraft.objects.exists()


def then_the_mail_says_a_number_and_nothing_else(smtp) -> None:
    (letter,) = smtp.letters
    said = f"{letter['Subject']} {letter.get_content()}"
    assert letter["To"] == SAFE
    assert RightsRequest.objects.get().reference in said
    for word in ("Amelia", "record", "request", ORGANISATION.name):
        assert word not in said


def then_the_officer_sees_it_with_its_day(dpo: Visitor, charity: Charity) -> None:
    request = RightsRequest.objects.get()
    dpo.signs_in(charity.dpo)
    dpo.opens("/requests/")
    dpo.reads(request.reference)
    standing = deadline_of(request, timezone.localdate())
    dpo.reads(plain(standing.deadline.due))
    dpo.follows(request.reference)
    dpo.reads("Never ring. He has the telephone.")
    dpo.reads("The public site")
