"""A family is referred, a case opens, and the first note is written: who does what, and who sees what."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from audit.verbs import Verb
from cases.models import Case, CaseNote, Person, Referral
from tests.conftest import entries_since
from tests.factories.base import PREPARED
from tests.journeys.charity import Charity
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REASON = "Sleeps badly since the birth and asks for somebody to talk to."
NOTE = "Rosa was tired and cheerful. <script>alert(1)</script> Noah was fed and asleep."


def test_a_family_is_referred_and_the_first_note_is_written(visitor, charity: Charity):
    sue, nia, priya, colm = visitor(), visitor(), visitor(), visitor()

    given_the_front_desk_takes_in_a_referral(sue, charity)
    given_the_caseworker_accepts_the_undertaking_first(nia, charity)
    when_the_caseworker_finds_the_referral_and_accepts_it(nia, charity)

    then_a_note_dated_tomorrow_is_refused_and_nothing_typed_is_lost(nia)
    when_the_note_is_dated_today_it_is_saved_and_shown_as_typed(nia)
    when_it_is_corrected_both_versions_are_readable(nia)
    when_a_contact_and_a_decision_are_recorded_they_stand_in_the_case(nia)

    then_the_front_desk_reads_none_of_it(sue)
    then_the_manager_sees_who_has_looked(priya, charity)
    then_another_service_learns_only_that_she_is_known(colm, charity)
    then_each_page_leaves_one_entry(nia)


def given_the_front_desk_takes_in_a_referral(sue: Visitor, charity: Charity) -> None:
    sue.signs_in(charity.front_desk)
    sue.follows("Referrals")
    sue.follows("Take in a referral")
    sue.picks("Which service is asked for", "Family support")
    sue.chooses("Who refers", "The family themselves")
    sue.chooses("How it came", "By telephone")
    sue.writes("Why the family is referred", REASON)
    names(sue, "Person 1", "Rosa", "Quayle", date(1996, 2, 9), "Parent or carer")
    names(sue, "Person 2", "Noah", "Quayle", timezone.localdate() - timedelta(days=40), "Child")
    sue.presses("Take in the referral")

    sue.reads("is taken in.")
    sue.reads("Rosa Quayle, parent or carer")
    # Basic details are the front desk's; of what is written later it sees nothing.
    sue.follows("Rosa Quayle")
    sue.reads("9 February 1996")


def names(
    sue: Visitor, row: str, given_names: str, family_name: str, born: date, role: str
) -> None:
    sue.writes("Given names", given_names, under=row)
    sue.writes("Family name", family_name, under=row)
    sue.writes_day("Date of birth", born, under=row)
    sue.picks("What they are in the family", role, under=row)


def given_the_caseworker_accepts_the_undertaking_first(nia: Visitor, charity: Charity) -> None:
    nia.signs_in(charity.newcomer)
    nia.reads("Confidentiality undertaking")
    nia.opens(f"/casework/people/{rosa().reference}/")
    nia.reads("No record opens before that.")
    nia.does_not_read("Rosa")
    nia.page.get_by_role("checkbox").check()
    nia.presses("Accept and go on")
    nia.follows("My work")
    nia.reads("You work on no open case.")


def when_the_caseworker_finds_the_referral_and_accepts_it(nia: Visitor, charity: Charity) -> None:
    nia.follows("Referrals")
    nia.reads("Rosa Quayle, Noah Quayle")
    nia.follows(Referral.objects.get().reference)
    nia.reads(REASON)
    nia.follows("Screen")
    nia.writes("What the screening found", "For us. Nobody is in danger.")
    nia.presses("Save the screening")
    nia.reads("The referral is screened.")
    nia.follows("Accept")
    nia.chooses("When does the work begin?", "At once: a case opens")
    assert nia.has_written("What the work will be about") == REASON
    nia.picks("Who works with them", "Nia Rowe")
    nia.presses("Accept")

    nia.reads("The referral is accepted")
    assert nia.path == f"/casework/cases/{case().reference}/"
    nia.reads("Nothing is written yet")
    nia.follows("My work")
    nia.reads(case().reference)
    nia.follows(case().reference)


def then_a_note_dated_tomorrow_is_refused_and_nothing_typed_is_lost(nia: Visitor) -> None:
    nia.follows("Write a note")
    nia.chooses("What kind of note", "Conversation")
    nia.writes_day("Day it happened", timezone.localdate() + timedelta(days=1))
    nia.chooses("Whom it is about", "Rosa Quayle")
    nia.chooses("Whom it is about", "Noah Quayle")
    nia.writes("Note", NOTE)
    nia.chooses("Parts of life it is about", "Parenting")
    nia.chooses("Where it comes from", "The person themself")
    nia.picks("Which of them", "Rosa Quayle")
    nia.presses("Save the note")

    nia.reads("There is a problem")
    nia.is_answered(422)
    nia.reads("A note cannot be dated tomorrow. Write down only what has happened already.")
    assert nia.has_written("Note") == NOTE
    ticked = nia.page.locator("input:checked")
    answers = [nia.page.locator(f"label[for={box.get_attribute('id')}]") for box in ticked.all()]
    assert {answer.inner_text().strip() for answer in answers} >= {
        "Conversation",
        "Rosa Quayle",
        "Noah Quayle",
        "Parenting",
        "The person themself",
    }
    assert nia.page.get_by_label("Which of them").input_value() == rosa().reference
    assert not CaseNote.objects.exists()


def when_the_note_is_dated_today_it_is_saved_and_shown_as_typed(nia: Visitor) -> None:
    nia.writes_day("Day it happened", timezone.localdate())
    nia.presses("Save the note")

    nia.reads("is saved.")
    nia.reads(f"The note {CaseNote.objects.get().reference} is saved.")
    nia.reads(NOTE)
    nia.reads("About Noah Quayle, Rosa Quayle")


def when_it_is_corrected_both_versions_are_readable(nia: Visitor) -> None:
    nia.follows("Note: conversation")
    nia.follows("Correct it")
    assert nia.has_written("Note") == NOTE
    nia.writes("Why it is corrected", "Noah was awake.")
    nia.writes("Note", "Rosa was tired and cheerful. Noah was fed and awake.")
    nia.presses("Save the correction")

    nia.reads("The note is corrected")
    nia.reads("As it stands now – Note: conversation")
    nia.reads("Noah was fed and awake.")
    nia.reads("Version 1, corrected since – Note: conversation")
    nia.reads("by Nia Rowe. Why: Noah was awake.")
    nia.reads(NOTE)
    nia.follows("Back to the case")
    nia.reads("Read the earlier version")


def when_a_contact_and_a_decision_are_recorded_they_stand_in_the_case(nia: Visitor) -> None:
    nia.follows("Record a contact")
    nia.chooses("What kind of contact", "Home visit")
    nia.chooses("With whom", "Rosa Quayle")
    nia.writes("How long, in minutes", "45")
    nia.writes("What was said and done", "We drew up a plan for the nights.")
    nia.presses("Save the contact")
    nia.reads("is saved.")
    nia.reads("We drew up a plan for the nights.")

    nia.follows("Record a decision")
    nia.writes("What was decided", "Six visits, one a week.")
    nia.writes("Who decided", "Nia Rowe with Rosa")
    nia.writes("On what basis", "The first visit.")
    nia.presses("Save the decision")
    nia.reads("is saved.")
    nia.reads("Six visits, one a week.")


def then_the_front_desk_reads_none_of_it(sue: Visitor) -> None:
    sue.opens(rosa().get_absolute_url())
    sue.reads("9 February 1996")
    sue.does_not_read("plan for the nights")
    sue.opens(address_of_note())
    sue.is_answered(404)
    sue.reads("Page not found")


def then_the_manager_sees_who_has_looked(priya: Visitor, charity: Charity) -> None:
    priya.signs_in(charity.manager)
    priya.follows("Find a person")
    # However her name is spelt.
    priya.writes("Name, date of birth, telephone, e-mail, postcode or reference", "Roza Quale")
    priya.presses("Search")
    priya.follows("Rosa Quayle")
    priya.follows("Who has looked")

    priya.reads("Your reading of this list is written down as well.")
    log = priya.page.get_by_role("table").inner_text()
    # The latest come first; she reads back to the day of the referral.
    older = priya.page.get_by_role("link", name="Next page", exact=True)
    while older.count():
        with priya.page.expect_navigation():
            older.click()
        log += priya.page.get_by_role("table").inner_text()
    for worker in (charity.front_desk, charity.newcomer, charity.manager):
        assert worker.full_name in log
    assert charity.counsellor.full_name not in log


def then_another_service_learns_only_that_she_is_known(colm: Visitor, charity: Charity) -> None:
    colm.signs_in(charity.counsellor)
    for address in (rosa().get_absolute_url(), case().get_absolute_url(), address_of_note()):
        colm.opens(address)
        colm.is_answered(404)
        colm.reads("Page not found")
        colm.does_not_read("Quayle")
    colm.opens("/casework/search/?words=Rosa+Quayle")
    colm.is_answered(200)
    colm.reads("1 person who matches is known to a service you do not belong to.")
    colm.reads("Nobody of your services matches")
    assert colm.page.get_by_role("table").count() == 0
    refused = Entry.objects.filter(by_id=charity.counsellor.pk, verb=Verb.LOOK_REFUSED)
    assert refused.count() == 3


def then_each_page_leaves_one_entry(nia: Visitor) -> None:
    both = {person.pk for person in Person.objects.all()}
    for address, verb in (
        (case().get_absolute_url(), Verb.CASE_OPENED_TO_READ),
        (address_of_note(), Verb.NOTE_READ),
        (rosa().get_absolute_url(), Verb.PERSON_OPENED),
    ):
        with entries_since() as left:
            nia.opens(address)
        assert [entry.verb for entry in left] == [verb], address
        assert set(left[0].people) <= both
        assert rosa().pk in left[0].people
    # And no page of the whole journey left the same look twice.
    looks = Entry.objects.exclude(verb=PREPARED).exclude(request=None).filter(action="access")
    kept = list(looks.values_list("request", "verb", "record", "record_id"))
    assert len(kept) == len(set(kept))


def rosa() -> Person:
    return Person.objects.get(given_names="Rosa")


def case() -> Case:
    return Case.objects.get()


def address_of_note() -> str:
    return reverse("cases:note", args=[CaseNote.objects.latest("pk").reference])
