"""Somebody complains of us and of our data, a letter went wrong, and a record is read together: each to its end."""

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.verbs import Verb
from sar.complaint_workflow import BreachStatus, ComplaintStatus
from sar.models import Breach, Complaint
from sar.together import NOT_SHOWN
from tests.factories.cases import CaseNoteFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERS = "jo.lee@example.org"


def test_a_complaint_about_us_one_about_data_and_a_mistake_are_closed(
    visitor, charity: Charity, worker, smtp
):
    family = a_family(charity)
    dean, dpo, priya = visitor(), visitor(), visitor()

    given_a_caseworker_writes_down_both_complaints_and_a_mistake(dean, charity, family)
    when_the_dpo_acknowledges_the_one_about_data_by_letter(dpo, charity, worker, smtp)
    when_the_dpo_asks_the_manager_to_look_into_the_one_about_the_service(dpo, charity)
    when_the_manager_writes_down_what_she_found(priya, charity)
    when_the_dpo_closes_both_with_what_was_found(dpo)
    then_each_letter_says_what_was_found_and_where_else_to_go(dpo, worker, smtp)
    when_the_dpo_decides_on_the_mistake_tells_the_regulator_and_the_people(dpo)
    then_it_is_closed_and_nothing_of_it_is_open(dpo)
    then_a_worker_reads_the_record_together_with_her(dean, family)


def the_one(kind: str) -> Complaint:
    return Complaint.objects.get(kind=kind)


def given_a_caseworker_writes_down_both_complaints_and_a_mistake(
    dean: Visitor, charity: Charity, family: Family
) -> None:
    dean.signs_in(charity.caseworker)
    for kind, words in (
        ("A complaint about our service", "Nobody rang back."),
        ("A complaint about personal data", "You told my landlord."),
    ):
        dean.follows("Complaint or compliment")
        dean.chooses("What it is", kind)
        dean.writes("What they say, in their words", words)
        dean.presses(
            "Save" if dean.page.get_by_role("button", name="Save").count() else "Record it"
        )
        dean.is_answered(422)
        assert dean.has_written("What they say, in their words") == words
        dean.writes("Who says it", "Jo Lee")
        dean.writes("E-mail address they gave", HERS)
        dean.picks("How it came", "By telephone")
        assert dean.axe() == []
        dean.presses("Record it")
        dean.reads("is recorded, and those who work on it are told.")
    dean.follows("Report a mistake")
    dean.writes("What happened", "A letter for Amelia went to her neighbour.")
    dean.writes("Whom it is about", family.mother.reference)
    dean.presses("Report it")
    dean.reads("Thank you.")


def when_the_dpo_acknowledges_the_one_about_data_by_letter(
    dpo: Visitor, charity: Charity, worker, smtp
) -> None:
    dpo.signs_in(charity.dpo)
    dpo.opens(the_one("data").get_absolute_url())
    dpo.reads("Still to be written: the complaint has come.")
    writes_a_letter(dpo, "The complaint has come")
    worker()
    (letter,) = smtp.to(HERS)
    assert the_one("data").reference in letter["Subject"]
    assert the_one("data").acknowledged_by == charity.dpo


def writes_a_letter(dpo: Visitor, kind: str) -> None:
    dpo.follows("Write a letter")
    dpo.chooses("Which letter", kind)
    dpo.chooses("How it goes", "By e-mail, in plain text")
    dpo.presses("Go on")
    assert dpo.axe() == []
    dpo.presses("Send the letter")
    dpo.reads("is on its way.")


def pulls(dpo: Visitor, record: Complaint | Breach, words: str) -> None:
    """A lever of the desk: its own small page."""
    dpo.opens(f"/admin/sar/{record._meta.model_name}/{record.pk}/change/")
    dpo.follows(words)


def when_the_dpo_asks_the_manager_to_look_into_the_one_about_the_service(
    dpo: Visitor, charity: Charity
) -> None:
    pulls(dpo, the_one("service"), "Say who looks into it")
    dpo.page.get_by_label("Who").select_option(label=str(charity.manager))
    dpo.presses("Say who looks into it")
    dpo.reads("They have been told.")


def when_the_manager_writes_down_what_she_found(priya: Visitor, charity: Charity) -> None:
    priya.signs_in(charity.manager)
    priya.opens(the_one("service").get_absolute_url())
    priya.reads("Nobody rang back.")
    priya.chooses("What", "Found out")
    priya.writes("In words", "The telephone was not answered on Fridays.")
    assert priya.axe() == []
    priya.presses("Write it down")
    priya.reads("The telephone was not answered on Fridays.")
    priya.does_not_read("Write a letter")


def when_the_dpo_closes_both_with_what_was_found(dpo: Visitor) -> None:
    for kind, outcome, found in (
        ("service", "Upheld", "You are right: nobody answered on Fridays."),
        ("data", "Partly upheld", "The landlord was told one word too much."),
    ):
        pulls(dpo, the_one(kind), "Close it")
        dpo.page.get_by_label(outcome, exact=True).check()
        dpo.page.get_by_label("What was found, as they are told").fill(found)
        dpo.page.get_by_label("What we learn from it").fill("A rota, and a second look.")
        dpo.presses("Close it")
        dpo.reads("Closed.")
        assert the_one(kind).status == ComplaintStatus.CLOSED


def then_each_letter_says_what_was_found_and_where_else_to_go(dpo: Visitor, worker, smtp) -> None:
    for kind in ("service", "data"):
        dpo.opens(the_one(kind).get_absolute_url())
        writes_a_letter(dpo, "The outcome of the complaint")
    worker()
    told = [" ".join(one.get_content().split()) for one in smtp.to(HERS)[1:]]
    (about_us,) = [body for body in told if "nobody answered on Fridays" in body]
    (about_data,) = [body for body in told if "one word too much" in body]
    assert "section 165" in about_data
    assert "section 167" in about_data
    # The regulator and the court are for information: this one leads back to us.
    assert "section 16" not in about_us
    assert "If you do not agree with what we found, please tell us" in about_us


def when_the_dpo_decides_on_the_mistake_tells_the_regulator_and_the_people(dpo: Visitor) -> None:
    breach, now = Breach.objects.get(), timezone.localtime()
    pulls(dpo, breach, "Decide the risk")
    dpo.page.get_by_label("A high risk", exact=False).check()
    dpo.page.get_by_label("Why it is that").fill("The neighbour knows him.")
    dpo.presses("Decide the risk")
    dpo.reads("Decided.")
    pulls(dpo, breach, "The regulator was told")
    dpo.page.get_by_label("The time").fill(now.strftime("%H:%M"))
    dpo.page.get_by_label("The regulator’s case number").fill("IC-1")
    dpo.presses("The regulator was told")
    dpo.reads("Written down.")
    pulls(dpo, breach, "The people were told")
    dpo.page.get_by_label("How they were told, or why they were not").fill("By Dean, at her door.")
    for part, number in enumerate((now.day, now.month, now.year)):
        dpo.page.locator(f"[name=people_told_on_{part}]").fill(str(number))
    dpo.presses("The people were told")
    dpo.reads("Written down.")


def then_it_is_closed_and_nothing_of_it_is_open(dpo: Visitor) -> None:
    breach = Breach.objects.get()
    pulls(dpo, breach, "Close it")
    dpo.page.get_by_label("What was done about it").fill("The letter was fetched back.")
    dpo.page.get_by_label("What we learn from it").fill("Two look at each envelope.")
    dpo.presses("Close it")
    dpo.reads("Closed.")
    breach.refresh_from_db()
    assert breach.status == BreachStatus.CLOSED


def then_a_worker_reads_the_record_together_with_her(dean: Visitor, family: Family) -> None:
    of_her = CaseNoteFactory(case=family.case, people=[family.mother], body="You rang us yourself.")
    dean.opens(family.mother.get_absolute_url())
    dean.follows("Read it together")
    dean.reads("Your record, to look at together")
    dean.reads(of_her.body)
    # About her and Joe, and nobody has marked what of it is his.
    dean.reads(NOT_SHOWN)
    dean.does_not_read(family.note.body)
    assert dean.axe() == []
    assert Entry.objects.filter(
        verb=Verb.RECORD_SHOWN_TOGETHER, people__contains=[family.mother.pk]
    ).exists()
