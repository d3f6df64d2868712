"""A hold placed while something waits to be destroyed: whoever decided about it is told, once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from core.errors import LogUnavailable
from retention.actions.holds import HELD, HELD_IN_GENERAL, place_hold, release_hold
from retention.actions.proposals import propose
from retention.models import Hold
from tests.cases.world import the
from tests.factories.accounts import UserFactory
from tests.factories.retention import ScheduleRowFactory
from tests.factories.safeguarding import two_receivers
from tests.retention.test_kept_apart import FOUND, an_ended_allegation, an_ended_concern
from tests.retention.world import NAME, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def hold(by, **on):
    return place_hold(
        kind=Hold.Kind.CLAIM,
        reason="A claim.",
        review_by=timezone.localdate() + timedelta(days=30),
        by=by,
        **on,
    )


def told():
    return {(one.to, one.sentence, one.link) for one in Notice.objects.all()}


def test_who_proposed_who_approved_and_the_officers_are_told_once(family):
    officer, manager = the(Role.DPO), UserFactory(roles=[Role.SERVICE_MANAGER])
    proposal = approved(family.all, family)
    page = proposal.get_absolute_url()
    first = hold(manager, person=family.child)
    everybody = {(one, HELD, page) for one in (family.officer, family.second, officer)}
    assert told() == everybody
    assert Notice.objects.count() == 3
    assert NAME not in HELD
    # It is held already: another hold is no news.
    second = hold(manager, case=family.case)
    assert Notice.objects.count() == 3
    for one in (first, second):
        release_hold(hold=one, because="Settled.", by=manager)
    hold(manager, person=family.mother)
    assert Notice.objects.count() == 6


def test_what_waits_for_a_second_person_counts_and_what_is_over_or_of_others_does_not(family):
    propose(records=family.of_the_mother, by=family.officer)
    hold(family.second, person=family.child)
    assert not Notice.objects.exists()
    hold(family.second, person=family.mother)
    assert {one.to for one in Notice.objects.all()} == {family.officer, family.second}


def test_whoever_may_not_open_it_any_more_learns_only_that(family):
    proposal = approved(family.all, family)
    family.officer.groups.clear()
    hold(family.second, person=family.child)
    assert told() == {
        (family.second, HELD, proposal.get_absolute_url()),
        (family.officer, HELD_IN_GENERAL, ""),
    }


@pytest.mark.parametrize("make", [an_ended_concern, an_ended_allegation])
def test_of_what_is_kept_apart_only_those_who_read_it_are_told(make, db):
    for category in ("safeguarding concerns", "allegations against staff and volunteers"):
        ScheduleRowFactory(category=category, months_after_end=0, outcome="review")
    record = make()
    one, _ = (the(Role.SAFEGUARDING_LEAD), None) if make is an_ended_concern else two_receivers()
    officer = the(Role.DPO)
    proposal = propose(records=[(record._meta.label, record.pk)], reason=FOUND, by=one)
    hold(officer, person=record.people.get())
    assert told() == {(one, HELD, proposal.get_absolute_url())}


def test_nobody_is_told_while_the_log_cannot_be_written(family, request):
    approved(family.all, family)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        hold(family.second, person=family.child)
    assert not Notice.objects.exists()
    assert not Hold.objects.exists()
