"""A mother collapses in the counselling room: her record opens, and somebody else says whether it was needed."""

import pytest

from tests.journeys.charity import Charity, a_family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_record_is_opened_in_an_emergency_and_reviewed(visitor, charity: Charity):
    family = a_family(charity)
    colm = visitor(javascript=False)
    colm.signs_in(charity.counsellor)
    colm.follows("Find a person")
    colm.writes("Name, date of birth, telephone, e-mail, postcode or reference", "Amelia Hart")
    colm.presses("Search")
    colm.reads("1 person who matches is known to a service you do not belong to")
    colm.follows("This is an emergency: somebody is in danger and I need a record now")
    colm.presses("Open the record now")
    colm.reads("There is a problem")
    colm.does_not_read(family.mother.reference)
    colm.writes("What happened?", "She collapsed in our room; the ambulance asks about allergies.")
    colm.presses("Open the record now")
    colm.reads("You opened this record in an emergency")
    colm.reads("We talked about bedtimes.")
    colm.presses("The emergency is over")
    colm.reads("is over: the record is closed again")
    colm.opens(family.mother.get_absolute_url())
    colm.reads("Page not found")

    dpo = visitor(javascript=False)
    dpo.signs_in(charity.dpo)
    dpo.reads("A record was opened in an emergency")
    dpo.follows("Emergency looks")
    dpo.reads("Colm Byrne: 1")
    dpo.page.get_by_role("link", name="B-").first.click()
    dpo.reads("She collapsed in our room")
    dpo.reads("Person, opened")
    dpo.chooses("Was it needed?", "It was needed")
    dpo.writes("What you found", "The ambulance asked. Colm rang the family’s worker afterwards.")
    dpo.presses("Save what I found")
    dpo.follows("Reviewed")
    dpo.reads("It was needed")
