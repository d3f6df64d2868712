"""Deputies: a role from a day to a day, so that no rule of two people waits for one on holiday (P50)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actions.deputies import end_deputy, name_deputy
from accounts.models import Deputy, Notice, User
from accounts.queries import people_with
from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import noted

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-26 10:00", tick=False):
        yield


@pytest.fixture
def dpo():
    return UserFactory(full_name="Judith Ainsworth", roles=[Role.DPO])


@pytest.fixture
def stand_in():
    return UserFactory(full_name="Rhiannon Price", roles=[Role.CASEWORKER])


def named(user, by, **given):
    days = {"since": TODAY, "until": TODAY + timedelta(days=7)}
    return name_deputy(
        **{"user": user, "role": Role.DPO, "reason": "Leave.", "by": by, **days, **given}
    )


def again(user):
    """The account as its next page reads it."""
    return User.objects.get(pk=user.pk)


def test_a_deputy_may_what_the_role_may_and_the_log_says_which_roles(dpo, stand_in):
    with entries_since() as left:
        named(stand_in, dpo)
    assert [entry.verb for entry in left] == [Verb.DEPUTY_NAMED, Verb.NOTICE_GIVEN]
    user = again(stand_in)
    assert user.has_perm("sar.release_request")
    assert user.has_perm("cases.write_entries")
    assert not user.has_perm("accounts.manage_users")
    assert user.roles_for_log == "caseworker, data protection officer"
    assert user in people_with("sar.release_request")
    assert Notice.objects.get().to == user


@pytest.mark.parametrize("days", [-1, 0, 7, 8])
def test_it_holds_from_the_first_day_to_the_end_of_the_last(dpo, stand_in, days):
    named(stand_in, dpo)
    with time_machine.travel(TODAY + timedelta(days=days), tick=False):
        holds = 0 <= days <= 7
        assert again(stand_in).has_perm("sar.release_request") is holds
        assert (stand_in in people_with("sar.release_request")) is holds


def test_ended_early_it_holds_no_longer(dpo, stand_in):
    deputy = named(stand_in, dpo)
    with entries_since() as left:
        end_deputy(deputy=deputy, by=dpo)
    assert [entry.verb for entry in left] == [Verb.DEPUTY_ENDED]
    assert not again(stand_in).has_perm("sar.release_request")
    with pytest.raises(Refused, match="ended already"):
        end_deputy(deputy=deputy, by=dpo)


def test_whoever_is_suspended_is_no_deputy(dpo, stand_in):
    named(stand_in, dpo)
    User.objects.filter(pk=stand_in.pk).update(is_active=False)
    assert not again(stand_in).has_perm("sar.release_request")
    assert stand_in not in people_with("sar.release_request")


REFUSED = {
    "no reason": {"reason": " "},
    "over already": {"since": TODAY - timedelta(days=9), "until": TODAY - timedelta(days=1)},
    "the wrong way round": {"until": TODAY - timedelta(days=1)},
    "longer than a year": {"until": TODAY + timedelta(days=400)},
    "a role that is not theirs": {"role": Role.SAFEGUARDING_LEAD},
    "a role that needs none": {"role": Role.CASEWORKER},
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_it_is_refused_and_leaves_no_trace(dpo, stand_in, wrong):
    with entries_since() as left, pytest.raises(Refused):
        named(stand_in, dpo, **REFUSED[wrong])
    assert (left, Deputy.objects.count()) == ([], 0)


def test_nobody_names_themselves_and_no_deputy_names_another(dpo, stand_in):
    with pytest.raises(Refused, match="themselves"):
        named(dpo, dpo)
    named(stand_in, dpo)
    with pytest.raises(Refused, match="not yours"):
        named(UserFactory(), again(stand_in))


def test_the_database_lets_nobody_name_themselves(dpo):
    with pytest.raises(IntegrityError), transaction.atomic():
        noted(
            Deputy.objects.create,
            user=dpo,
            role="service manager",
            since=TODAY,
            until=TODAY,
            reason="x",
            given_by=dpo,
        )


def test_without_its_entry_nobody_is_a_deputy(dpo, stand_in, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        named(stand_in, dpo)
    assert not Deputy.objects.exists()


@settings(max_examples=25, deadline=None)
@given(
    first=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    second=st.tuples(st.integers(0, 20), st.integers(0, 20)),
)
def test_the_days_of_one_deputy_never_overlap(first, second):
    with transaction.atomic():
        dpo, user = UserFactory(roles=[Role.DPO]), UserFactory()
        spans = [
            (TODAY + timedelta(days=start), TODAY + timedelta(days=start + length))
            for start, length in (first, second)
        ]
        overlaps = spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
        made = named(user, dpo, since=spans[0][0], until=spans[0][1])
        if spans[0] == spans[1]:
            assert named(user, dpo, since=spans[1][0], until=spans[1][1]) == made
        elif overlaps:
            with pytest.raises(Refused), transaction.atomic():
                named(user, dpo, since=spans[1][0], until=spans[1][1])
        else:
            assert named(user, dpo, since=spans[1][0], until=spans[1][1]) != made
        transaction.set_rollback(True)


def typed(user, **more):
    days = {"since_0": "26", "since_1": "11", "since_2": "2026"}
    days |= {"until_0": "3", "until_1": "12", "until_2": "2026"}
    return {"user": user.pk, "role": Role.DPO.value, "reason": "Judith is away.", **days, **more}


def test_a_deputy_is_named_and_ended_on_the_page(dpo, stand_in):
    browser, here = signed_in(dpo), reverse("accounts:deputies")
    wrong = browser.post(here, typed(stand_in, until_2="2025"))
    assert (wrong.status_code, "Judith is away." in wrong.content.decode()) == (422, True)
    assert browser.post(here, typed(stand_in)).status_code == 302
    assert "Ends soon" not in browser.get(here).content.decode()
    with time_machine.travel("2026-11-30 10:00", tick=False):
        assert "Ends soon" in signed_in(dpo).get(here).content.decode()
    number = Deputy.objects.get().pk
    assert "Rhiannon Price" in signed_in(stand_in).get(here).content.decode()
    assert (
        signed_in(stand_in).post(reverse("accounts:deputy-end"), {"deputy": number}).status_code
        == 409
    )
    assert browser.post(reverse("accounts:deputy-end"), {"deputy": number}).status_code == 302
    assert Deputy.objects.get().ended_by == dpo


def test_a_role_that_names_nobody_sees_its_own_alone(dpo, stand_in):
    named(UserFactory(full_name="Somebody Else"), dpo)
    browser, here = signed_in(stand_in), reverse("accounts:deputies")
    text = browser.get(here).content.decode()
    assert "Somebody Else" not in text
    assert "Name a deputy" not in text
    assert browser.post(here, typed(UserFactory())).status_code == 403


def test_the_page_says_of_whom_it_knows_that_nobody_stands_in(dpo, stand_in):
    """Who names deputies reads that nobody is one; anybody else that they are none themselves."""
    here = reverse("accounts:deputies")
    nobody, not_you = "Nobody is a deputy", "You are not a deputy"
    for user, said, unsaid in ((dpo, nobody, not_you), (stand_in, not_you, nobody)):
        text = signed_in(user).get(here).content.decode()
        assert said in text
        assert unsaid not in text
    named(stand_in, dpo)
    for user in (dpo, stand_in):
        text = signed_in(user).get(here).content.decode()
        assert nobody not in text
        assert not_you not in text
