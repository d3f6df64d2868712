"""The Data Protection Officer looks into a complaint: says why, reads the record, and who had looked."""

import pytest

from tests.cases.world import signed_in
from tests.journeys.charity import Charity, a_family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_why_one_looks_and_who_looked(visitor, charity: Charity):
    family = a_family(charity)
    signed_in(charity.counsellor).get(family.mother.get_absolute_url())
    signed_in(charity.caseworker).get(family.mother.get_absolute_url())

    dpo = visitor(javascript=False)
    dpo.signs_in(charity.dpo)
    dpo.opens(family.mother.get_absolute_url())
    dpo.reads(f"Why do you open {family.mother.reference}?")
    dpo.does_not_read("Amelia")
    dpo.chooses("For which task", "Looking into a concern or complaint")
    dpo.presses("Open the record")
    dpo.reads("There is a problem")
    dpo.writes("Why, in a sentence", "Her mother complained that a counsellor knew.")
    dpo.presses("Open the record")
    dpo.reads("Amelia Hart")

    dpo.follows("The log")
    dpo.writes("About whom", family.mother.reference)
    dpo.presses("Apply filters")
    dpo.reads("looking into a concern or complaint")
    dpo.reads("Dean Okafor")
    dpo.reads("Colm Byrne")
    dpo.reads("Refused")
    dpo.writes("Who", "Byrne")
    dpo.presses("Apply filters")
    dpo.does_not_read("Dean Okafor")
    assert dpo.page.get_by_role("link", name="Take these entries away as a file").count() == 1
