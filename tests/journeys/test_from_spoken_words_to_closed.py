"""Somebody asks at the door for what is held about them, and nothing is: from spoken words to the answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Task
from sar.models import RequestLetter, RightsRequest
from sar.workflow import RequestStatus
from tests.factories.sar import SearchPlaceFactory
from tests.journeys.charity import Charity
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERS = "jo.lee@example.org"
SAID = "She said at the door: show me everything you have written about me."


def test_spoken_words_become_a_request_that_is_searched_answered_and_closed(
    visitor, charity: Charity, worker, smtp
):
    SearchPlaceFactory(name="Paper", slug="paper", help_text="Filing cabinets and the archive.")
    dean, dpo = visitor(), visitor()

    given_a_worker_writes_down_what_was_said(dean, charity)
    when_the_dpo_acknowledges_it_by_e_mail(dpo, charity, worker, smtp)
    when_the_dpo_asks_the_worker_to_search(dpo, charity)
    then_nothing_can_be_answered_before_the_place_is(dpo)
    when_the_worker_says_that_nothing_was_found(dean)
    then_the_answer_goes_out_with_what_was_searched_and_the_ways_to_complain(dpo, worker, smtp)


def asked() -> RightsRequest:
    return RightsRequest.objects.get()


def given_a_worker_writes_down_what_was_said(dean: Visitor, charity: Charity) -> None:
    dean.signs_in(charity.caseworker)
    dean.follows("Rights requests")
    dean.follows("Record a request")
    dean.chooses("What they ask for", "A copy of what we hold (access)")
    dean.writes("If you cannot find them: who they say they are", "Jo Lee")
    dean.chooses("How it came", "Said to one of us")
    dean.writes_day("Day it was received", timezone.localdate())
    dean.writes("What they asked, in their words", SAID)
    dean.writes("A safe way to reach them", "By e-mail; her brother opens the post.")
    dean.writes("E-mail address they gave", HERS)
    assert dean.axe() == []
    dean.presses("Record the request")
    dean.reads(f"{asked().reference} is recorded. The time runs.")


def when_the_dpo_acknowledges_it_by_e_mail(dpo: Visitor, charity: Charity, worker, smtp) -> None:
    dpo.signs_in(charity.dpo)
    dpo.opens(asked().get_absolute_url())
    dpo.reads("Still to be written: the request has come.")
    writes_a_letter(dpo, "The request has come")
    worker()
    (received,) = smtp.to(HERS)
    assert asked().reference in received["Subject"]
    dpo.opens(asked().get_absolute_url())
    dpo.reads("acknowledged by")


def writes_a_letter(dpo: Visitor, kind: str) -> None:
    dpo.follows("Write a letter")
    dpo.chooses("Which letter", kind)
    dpo.chooses("How it goes", "By e-mail, in plain text")
    assert dpo.axe() == []
    dpo.presses("Go on")
    dpo.reads("her brother opens the post")
    assert dpo.axe() == []
    dpo.presses("Send the letter")
    dpo.reads("is on its way.")


def when_the_dpo_asks_the_worker_to_search(dpo: Visitor, charity: Charity) -> None:
    dpo.follows("Begin the search")
    dpo.presses("Put the places of the list on the request")
    dpo.follows("Paper")
    dpo.follows("Ask a colleague to search here")
    dpo.picks("Who is asked", str(charity.caseworker))
    dpo.writes_day("By when", timezone.localdate() + timedelta(days=5))
    dpo.presses("Ask")
    dpo.reads("is asked, and told at once.")


def then_nothing_can_be_answered_before_the_place_is(dpo: Visitor) -> None:
    dpo.does_not_read("Answer that nothing is held")
    dpo.opens(f"{asked().get_absolute_url()}nothing-held/")
    dpo.is_answered(409)


def when_the_worker_says_that_nothing_was_found(dean: Visitor) -> None:
    task = Task.objects.get()
    dean.opens(task.link)
    dean.reads("that is an offence")
    dean.chooses("What came of it", "Nothing was found")
    dean.presses("Say what came of it")
    dean.is_answered(422)
    dean.writes("With what words", "Lee, Jo; Leigh, Jo")
    assert dean.axe() == []
    dean.presses("Say what came of it")
    dean.reads("it is written down what came of it.")


def then_the_answer_goes_out_with_what_was_searched_and_the_ways_to_complain(
    dpo: Visitor, worker, smtp
) -> None:
    dpo.opens(asked().get_absolute_url())
    dpo.follows("Answer that nothing is held")
    dpo.presses("Nothing is held")
    dpo.reads("Answered. Send the letter that says so.")
    writes_a_letter(dpo, "Nothing is held")
    worker()
    answer = smtp.to(HERS)[-1]
    said = " ".join(answer.get_content().split())
    for words in ("Paper: searched by", "Leigh, Jo", "section 164A", "section 165"):
        assert words in said
    assert asked().status == RequestStatus.NOTHING_HELD
    assert RequestLetter.objects.count() == len(smtp.to(HERS)) == 2
    dpo.page.set_viewport_size(PHONE)
    dpo.opens(asked().get_absolute_url())
    assert dpo.sideways() == 0
    assert dpo.axe() == []
