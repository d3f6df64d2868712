"""Somebody is nearly written down twice; a double is merged and parted; a spreadsheet comes and goes."""

import pytest
from playwright.sync_api import expect

from cases.models import CaseRole, Merge, Person
from imports.models import Import
from tests.factories.cases import CasePersonFactory, ContactPointFactory, PersonFactory
from tests.journeys.charity import a_family
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = """Client ID,First name,Surname,D.O.B.,Mobile number
1,Zoë,Müller,14/03/1990,07700 900555
2,Amelia,Hart,14/03/1990,07700 900123
3,Bo,Quayle,31/02/1990,
"""


def test_whom_we_know_comes_up_while_typing_and_is_asked_about_once(visitor, charity):
    family = a_family(charity)
    ContactPointFactory(person=family.mother)
    dean = visitor()
    dean.signs_in(charity.caseworker)
    dean.opens("/casework/people/add/")
    dean.page.get_by_label("Given names", exact=True).press_sequentially("Emelia", delay=30)
    dean.page.get_by_label("Family name", exact=True).press_sequentially("Harte", delay=30)
    dean.page.get_by_label("Telephone number", exact=True).press_sequentially("07700 900123")
    beside = dean.page.locator("#alike-found")
    expect(beside).to_contain_text("Same telephone number or e-mail address; name is spelt alike")
    expect(dean.page.locator("[data-spoken]")).to_contain_text("1 person may be the same")
    assert dean.axe() == []
    dean.chooses("The date of birth is", "Not known")
    dean.presses("Add this person")
    dean.reads("Is it one of these people?")
    assert dean.axe() == []
    assert dean.has_written("Given names") == "Emelia"
    dean.presses("None of these: add this person")
    dean.reads("has the reference")
    assert Person.objects.filter(family_name="Harte").count() == 1


def test_without_javascript_saving_asks_first(visitor, charity):
    a_family(charity)
    sue = visitor(javascript=False, viewport=PHONE)
    sue.signs_in(charity.front_desk)
    sue.opens("/casework/people/add/")
    sue.writes("Given names", "Amelia")
    sue.writes("Family name", "Harte")
    sue.chooses("The date of birth is", "Not known")
    sue.presses("Add this person")
    sue.reads("Is it one of these people?")
    sue.reads("Name is spelt alike")
    assert sue.sideways() <= 0
    assert not Person.objects.filter(family_name="Harte").exists()
    sue.presses("Add this person")
    sue.reads("has the reference")


def test_a_manager_merges_two_records_and_parts_them(visitor, charity):
    family = a_family(charity)
    double = PersonFactory(
        given_names="Amelia", family_name="Harte", recorded_by=charity.caseworker
    )
    CasePersonFactory(case=family.case, person=double, role=CaseRole.PARENT)
    priya = visitor()
    priya.signs_in(charity.manager)
    priya.opens("/casework/search/")
    priya.follows("People who may be written down twice")
    priya.reads("same date of birth; name is alike")
    assert priya.axe() == []
    priya.page.get_by_role("link", name="Compare").first.click()
    priya.reads("Two records side by side")
    assert priya.axe() == []
    priya.writes("How do you know that they are one person?", "She said so.")
    priya.presses("Look again")
    priya.reads("Look again before you merge")
    assert priya.axe() == []
    priya.presses("Merge the two records")
    priya.reads("is part of")
    assert priya.axe() == []
    made = Merge.objects.get()
    priya.opens(f"/casework/people/{made.other.reference}/")
    assert priya.path == f"/casework/people/{made.survivor.reference}/"
    priya.follows(f"{made.other.reference} was merged into this record")
    priya.follows("Undo this merge")
    priya.writes("Why are they two people after all?", "Two cousins.")
    assert priya.axe() == []
    priya.presses("Undo the merge")
    priya.reads("is a record of its own again")


def test_a_spreadsheet_is_brought_in_looked_at_and_undone(visitor, charity, worker, tmp_path):
    family = a_family(charity)
    file = tmp_path / "clients.csv"
    file.write_bytes(TABLE.encode("cp1252"))
    priya = visitor()
    priya.signs_in(charity.manager)
    priya.follows("Spreadsheets")
    priya.reads("Tables to fill in")
    priya.follows("Bring in a spreadsheet")
    priya.picks("Into which service", "Family support")
    priya.chooses("What its rows are", "People")
    priya.page.get_by_label("The file").set_input_files(file)
    assert priya.axe() == []
    priya.presses("Upload and go on")
    priya.reads("What does each column hold?")
    assert priya.axe() == []
    priya.presses("Check every row")
    priya.reads("This goes on by itself")
    assert priya.axe() == []
    # The browser is closed, and the worker works.
    priya.opens("/")
    worker()
    batch = Import.objects.get()
    priya.opens(batch.get_absolute_url())
    priya.reads("1 rows have errors")
    priya.follows("1 rows have errors")
    priya.reads("There is no such day as “31/02/1990”")
    assert priya.axe() == []
    priya.page.get_by_role("group", name="Row 4").get_by_label("Leave the row out").check()
    priya.presses("Keep these answers")
    priya.reads(f"It is Amelia Hart, {family.mother.reference}")
    priya.page.get_by_label(f"It is Amelia Hart, {family.mother.reference}").check()
    priya.presses("Keep these answers")
    priya.follows("Back to the file")
    assert priya.axe() == []
    priya.presses("Bring it in")
    worker()
    priya.opens(batch.get_absolute_url())
    priya.reads("Brought in")
    assert Person.objects.filter(family_name="Müller").exists()
    assert Person.objects.filter(family_name="Hart", given_names="Amelia").count() == 1
    priya.follows("Undo all of it")
    assert priya.axe() == []
    priya.presses("Undo all of it")
    worker()
    priya.opens(batch.get_absolute_url())
    priya.reads("Undone")
    assert not Person.objects.filter(family_name="Müller").exists()
