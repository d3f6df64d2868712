"""A worry about a child, from the front desk to the council's answer, and nobody else learns of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from safeguarding.models import Concern
from tests.cases.world import the
from tests.factories.safeguarding import two_receivers
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import Visitor
from tests.smtp import Inbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_concern_is_raised_decided_told_and_answered(
    visitor: Callable[..., Visitor], charity: Charity, smtp: Inbox, worker: Callable[[], None]
):
    family = a_family(charity)
    lead, deputy = the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD)
    record = f"/casework/people/{family.child.reference}/"

    sue = visitor(javascript=False)
    sue.signs_in(charity.front_desk)
    sue.opens(record)
    sue.follows("Raise a concern")
    sue.chooses("Is somebody in immediate danger?", "No")
    sue.chooses("Is it about somebody who works or volunteers here?", "No")
    sue.writes("What did you see or hear?", "He would not take his coat off.")
    sue.writes("The child’s own words", "It was the belt.")
    sue.presses("Send it")
    sue.reads("Your concern was received")
    sue.does_not_read("belt")
    concern = Concern.objects.get()

    worker()
    for who in (lead, deputy):
        (letter,) = smtp.to(who.email)
        assert "Joe" not in letter.as_string()
        assert concern.get_absolute_url() in letter.get_content()

    ruth = visitor()
    ruth.signs_in(lead)
    ruth.follows("Safeguarding")
    ruth.reads("Joe Hart")
    ruth.reads("Unread for")
    ruth.follows(concern.reference)
    ruth.reads("It was the belt.")
    decides_and_tells_the_council(ruth, authorised_by=str(charity.dpo))
    ruth.follows("They answered")
    ruth.writes("What they answered", "They see him today.")
    ruth.presses("Save the answer")
    ruth.follows("It is dealt with")
    ruth.writes("How it ended", "The council works with the family.")
    ruth.presses("It is dealt with")
    ruth.reads("Whoever raised it is told so")

    worker()
    assert len(smtp.to(charity.front_desk.email)) == 1
    sue.follows("Concerns that you raised")
    sue.reads("Dealt with on")
    sue.does_not_read("council works")

    dean = visitor()
    dean.signs_in(charity.caseworker)
    for page in (record, f"/casework/cases/{family.case.reference}/", f"{record}sharing/"):
        dean.opens(page)
        dean.reads("Hart")
        dean.does_not_read(concern.reference)
        dean.does_not_read("duty social worker")


def decides_and_tells_the_council(ruth: Visitor, *, authorised_by: str) -> None:
    ruth.follows("I have read it")
    ruth.presses("I have read it and see to it")
    ruth.follows("Decide")
    ruth.chooses("What you decide", "Refer to the council")
    ruth.writes("Why", "A mark and his own words.")
    ruth.presses("Save the decision")
    ruth.follows("Tell the council or the police")
    ruth.chooses("Who was told", "The council’s children’s or adults’ service")
    ruth.writes("Whom you spoke or wrote to", "The duty social worker")
    ruth.writes("Time", (timezone.localtime() - timedelta(minutes=1)).strftime("%H:%M"))
    ruth.chooses("How they were told", "By telephone")
    ruth.writes("What they were told", "What he said.")
    ruth.chooses("Why it could be shared", "The public good outweighs confidentiality")
    ruth.writes(
        "Write why the public good is greater here than the person’s confidentiality",
        "He goes there again this week.",
    )
    ruth.picks("Who authorised it", authorised_by)
    ruth.writes("Why without their consent", "Asking would put him at risk.")
    ruth.chooses("Was the family told that you refer it?", "No")
    ruth.writes("Why they were not told", "It would put him at risk.")
    ruth.presses("Write it in the sharing log")
    ruth.reads("Waiting for an answer")
    ruth.reads("The duty social worker")


def test_an_allegation_reaches_the_named_people_alone(
    visitor: Callable[..., Visitor], charity: Charity, smtp: Inbox, worker: Callable[[], None]
):
    one, _ = two_receivers()
    lead = the(Role.SAFEGUARDING_LEAD)

    dean = visitor()
    dean.signs_in(charity.caseworker)
    dean.follows("Raise a concern")
    dean.chooses("Is somebody in immediate danger?", "No")
    dean.chooses(
        "Is it about somebody who works or volunteers here?",
        "Yes: a member of staff or a volunteer may have harmed somebody",
    )
    dean.picks("Who", charity.manager.full_name)
    dean.writes("What did you see or hear?", "She shut him in the store room.")
    dean.presses("Send it")
    dean.reads("Your concern was received")

    worker()
    assert len(smtp.to(one.email)) == 1
    assert smtp.to(lead.email) == smtp.to(charity.manager.email) == []

    named = visitor()
    named.signs_in(one)
    named.opens("/safeguarding/allegations/")
    named.reads(charity.manager.full_name)
    for outsider in (lead, charity.manager):
        other = visitor()
        other.signs_in(outsider)
        other.opens("/safeguarding/allegations/")
        other.is_answered(404)
