"""Everything is done with JavaScript switched off as well."""

import pytest
from playwright.sync_api import expect

from cases.models import CaseNote
from tests.journeys.charity import Charity, a_family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "Joe told me about his new school."


def test_a_note_is_written_without_javascript(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor(javascript=False)

    dean.signs_in(charity.caseworker)
    dean.follows("Find a person")
    dean.writes("Name, date of birth, telephone, e-mail, postcode or reference", "Amelya Heart")
    dean.presses("Search")
    dean.follows("Amelia Hart")
    dean.reads(family.mother.reference)
    dean.follows("Cases")
    dean.follows(family.case.reference)
    dean.follows("Write a note")

    dean.chooses("What kind of note", "Observation")
    dean.chooses("Whom it is about", "Joe Hart")
    further = dean.page.get_by_label("Which of them", exact=True)
    expect(further).to_be_hidden()
    dean.chooses("Where it comes from", "The person themself")
    # Style alone brings the further question of an answer.
    expect(further).to_be_visible()
    dean.presses("Save the note")
    dean.is_answered(422)
    dean.reads("There is a problem")
    dean.writes("Note", NOTE)
    dean.presses("Save the note")

    dean.reads(NOTE)
    assert CaseNote.objects.get(body=NOTE).source_person == family.child
