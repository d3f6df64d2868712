"""What is due and no officer may see does not wait in silence: whoever gives roles is told, and of whom is not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable
from retention.actions.nobody_acts import NOBODY, tell_of_due_to_nobody
from retention.actions.proposals import propose
from retention.permissions import closed_to_every_officer
from tests.cases.world import the
from tests.conftest import entries_since
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.base import change
from tests.factories.cases import BarringFactory
from tests.retention.world import FAMILY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def administrator(db):
    return the(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def in_conflict(family):
    """Both officers know the mother outside work."""
    for officer in (family.officer, family.second):
        BarringFactory(user=officer, person=family.mother)


def told(**how):
    return tell_of_due_to_nobody(on=timezone.localdate(), **how)


@pytest.mark.usefixtures("in_conflict")
def test_the_administrator_is_told_once_in_a_month_and_of_nobody(family, administrator):
    with entries_since() as entries:
        assert told()
    assert [entry.verb for entry in entries] == [Verb.NOTICE_GIVEN]
    (notice,) = Notice.objects.filter(sentence=NOBODY)
    assert notice.to == administrator
    assert FAMILY not in notice.sentence
    assert family.case.reference not in notice.sentence
    assert not told()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert told()


@pytest.mark.usefixtures("in_conflict")
@pytest.mark.parametrize("who", ["officer", "deputy"])
def test_nobody_is_told_where_another_officer_or_a_deputy_is_there(who, administrator):
    if who == "officer":
        UserFactory(roles=[Role.DPO])
    else:
        DeputyFactory(user=UserFactory(), role=Role.DPO.value)
    assert not told()


def test_nobody_is_told_of_what_an_officer_may_see(family, administrator):
    BarringFactory(user=family.second, person=family.mother)
    assert not told()
    assert closed_to_every_officer(family.all) == set()


@pytest.mark.usefixtures("in_conflict")
def test_what_is_in_a_proposal_already_is_no_news(family, administrator):
    for table, record in family.all:
        assert (table, record) in closed_to_every_officer(family.all) or record == family.child.pk
    third = UserFactory(roles=[Role.DPO])
    propose(records=family.all, by=third)
    change(third, is_active=False)
    assert not told()


def test_where_there_is_no_officer_at_all_that_is_said(family, administrator):
    for officer in (family.officer, family.second):
        change(officer, is_active=False)
    assert told()


@pytest.mark.usefixtures("in_conflict")
def test_without_an_entry_nobody_is_told(request, administrator):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        told()
    assert not Notice.objects.exists()
