"""A family read from both ends, an alert met before anything else, and an address that goes nowhere."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Alert, Person, Relationship
from tests.factories.cases import AddressFactory
from tests.factories.letters import LetterTemplateFactory, TemplateVersionFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVIDENCE = "Birth certificate seen on 3 May 2026"
WARNING = "Her former partner rings and says he is a social worker. Give him nothing."
REFUGE = "7 Quiet Lane, Leeds"


def test_a_family_that_must_be_safe(visitor, charity: Charity):
    family = a_family(charity)
    LetterTemplateFactory(name="Next visit", slug="next-visit")
    TemplateVersionFactory(template__slug="other-words")
    dean, sue = visitor(), visitor(viewport=PHONE)
    dean.signs_in(charity.caseworker)
    sue.signs_in(charity.front_desk)

    given_the_mother_of_the_child_is_written_down_once(dean, family)
    then_it_is_read_from_both_ends_and_seen_in_the_picture(dean, family)
    given_she_fled_to_an_address_that_nobody_may_have(dean, family)
    when_an_alert_is_raised_it_stands_before_anything_else(dean, family)
    then_the_front_desk_reads_that_there_is_one_and_not_where_she_lives(sue, family)


def given_the_mother_of_the_child_is_written_down_once(dean: Visitor, family: Family) -> None:
    dean.opens(f"{family.child.get_absolute_url()}family/")
    dean.reads("No relationship is recorded.")
    dean.follows("Add a relationship")
    # Refused in words, with what was typed, when somebody nobody knows is named.
    dean.picks("Joe Hart is", "child of")
    dean.writes("Reference of the other person", "P-999999")
    dean.presses("Save")
    dean.is_answered(422)
    assert dean.has_written("Reference of the other person") == "P-999999"
    dean.writes("Reference of the other person", family.mother.reference)
    dean.page.get_by_label("The adult has parental responsibility for the child").check()
    dean.picks("How they came to have it", "Gave birth to the child")
    dean.writes("How we know of parental responsibility", EVIDENCE)
    dean.presses("Save")
    assert Relationship.objects.count() == 1


def then_it_is_read_from_both_ends_and_seen_in_the_picture(dean: Visitor, family: Family) -> None:
    for one, other in ((family.child, family.mother), (family.mother, family.child)):
        dean.opens(f"{one.get_absolute_url()}family/")
        row = dean.page.get_by_role("row").filter(has_text=str(other))
        expect(row.first).to_contain_text(EVIDENCE)
        # The picture says in words what it shows.
        expect(dean.page.get_by_role("img").first).to_be_visible()
        assert dean.axe() == []


def given_she_fled_to_an_address_that_nobody_may_have(dean: Visitor, family: Family) -> None:
    AddressFactory(
        person=family.mother,
        lines=REFUGE,
        postcode="LS1 9ZZ",
        is_confidential=True,
        recorded_by=family.mother.recorded_by,
    )
    dean.opens(f"{family.mother.get_absolute_url()}safety/")
    dean.follows("Mark who must not be told")
    dean.chooses("Who must not be told", "Somebody else")
    dean.writes("Their name, or who they are", "Karl Hart")
    dean.writes("Why", "He hurt her.")
    dean.presses("Save")
    dean.reads("Karl Hart")


def when_an_alert_is_raised_it_stands_before_anything_else(dean: Visitor, family: Family) -> None:
    dean.opens(f"{family.mother.get_absolute_url()}safety/")
    dean.follows("Raise an alert")
    dean.chooses("What kind of alert", str(Alert.Kind.STAFF_RISK.label))
    dean.writes("What everybody must know", WARNING)
    dean.chooses("Must the front desk see it?", "Yes")
    dean.writes("How we know", "She told us on the telephone.")
    dean.writes_day("Look at it again by", timezone.localdate() + timedelta(days=90))
    dean.chooses("Does the person know of this alert?", "Yes")
    dean.presses("Save")
    for page in (family.mother.get_absolute_url(), family.case.get_absolute_url()):
        dean.opens(page)
        dean.reads(WARNING)
        # Before the heading that names her, for a screen reader as for the eye.
        first = dean.page.locator(".app-alerts, h1").first
        expect(first).to_contain_text(WARNING)
        assert dean.axe() == []


def then_the_front_desk_reads_that_there_is_one_and_not_where_she_lives(
    sue: Visitor, family: Family
) -> None:
    for page in ("", "details/", "safety/"):
        sue.opens(f"{family.mother.get_absolute_url()}{page}")
        sue.reads(WARNING)
        sue.does_not_read("Quiet Lane")
        assert sue.sideways() <= 0
    assert Person.objects.count() == 2
