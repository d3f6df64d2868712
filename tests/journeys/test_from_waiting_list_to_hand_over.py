"""A family waits its turn, gets a worker, and is handed over when the worker moves on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, HandOver, Referral
from tests.cases.world import member_of
from tests.factories.cases import PersonFactory, a_waiting_referral
from tests.journeys.charity import Charity
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUMMARY = "Visits on Tuesdays. Knock: the bell wakes the baby. The nursery form is due in January."


def test_from_the_waiting_list_to_a_hand_over(visitor, charity: Charity):
    first, second = (
        a_waiting_referral(
            service=charity.family_support,
            people=[PersonFactory(given_names=name, family_name="Ray")],
            received_on=timezone.localdate() - timedelta(days=days),
        )
        for name, days in (("Mina", 30), ("Lou", 3))
    )
    next_worker = member_of(charity.family_support, Role.CASEWORKER, name="Ada Cole")
    priya, dean, ada = visitor(), visitor(), visitor()
    priya.signs_in(charity.manager)

    given_both_wait_and_the_longest_wait_stands_first(priya)
    when_the_order_changes_without_a_reason_it_is_refused(priya, second)
    when_the_turn_of_the_first_has_come_a_case_opens(priya, first, charity.caseworker)
    then_it_is_in_the_work_of_whoever_got_it(dean, charity.caseworker)
    when_he_hands_it_over_with_what_must_be_known(dean, next_worker)
    then_the_next_worker_reads_it_first(ada, next_worker)
    then_the_second_still_waits(priya)


def given_both_wait_and_the_longest_wait_stands_first(priya: Visitor) -> None:
    priya.follows("Referrals")
    priya.follows("Family support")
    rows = priya.page.get_by_role("row").all_inner_texts()
    waiting = [row for row in rows if "Ray" in row]
    assert ["Mina Ray" in waiting[0], "Lou Ray" in waiting[1]] == [True, True]
    assert priya.axe() == []


def when_the_order_changes_without_a_reason_it_is_refused(priya: Visitor, second: Referral) -> None:
    priya.opens(f"/casework/referrals/{second.reference}/place/")
    priya.presses("Change the place")
    priya.is_answered(422)
    priya.reads("There is a problem")


def when_the_turn_of_the_first_has_come_a_case_opens(
    priya: Visitor, first: Referral, worker: User
) -> None:
    priya.opens(f"/casework/referrals/{first.reference}/")
    priya.follows("Allocate to a worker")
    priya.picks("Who works with them", worker.full_name)
    priya.writes("What the work will be about", "Nights and mornings.")
    priya.presses("Open the case")
    opened = Case.objects.get()
    assert priya.path == f"/casework/cases/{opened.reference}/"
    priya.reads("Mina Ray")


def then_it_is_in_the_work_of_whoever_got_it(dean: Visitor, worker: User) -> None:
    dean.signs_in(worker)
    dean.follows("My work")
    dean.reads("Mina Ray")
    dean.follows(Case.objects.get().reference)


def when_he_hands_it_over_with_what_must_be_known(dean: Visitor, next_worker: User) -> None:
    dean.follows("Hand over")
    dean.picks("Who works on it from today", next_worker.full_name)
    dean.presses("Hand it over")
    dean.is_answered(422)
    assert not HandOver.objects.exists()
    dean.writes("What they must know", SUMMARY)
    dean.presses("Hand it over")
    dean.reads("Ada Cole works on")


def then_the_next_worker_reads_it_first(ada: Visitor, next_worker: User) -> None:
    ada.signs_in(next_worker)
    ada.follows("My work")
    ada.reads("Handed over to you, to be read")
    handed = HandOver.objects.get()
    ada.follows(handed.reference)
    ada.reads(SUMMARY)
    assert ada.axe() == []
    ada.presses("I have read this")
    ada.reads("That you have read it is written down.")
    ada.follows("My work")
    ada.does_not_read("Handed over to you")
    ada.reads("Mina Ray")


def then_the_second_still_waits(priya: Visitor) -> None:
    priya.follows("Referrals")
    priya.follows("Family support")
    priya.reads("Lou Ray")
    priya.does_not_read("Mina Ray")
