"""Putting right how a referral was taken in: what stood there stays readable."""

from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import referral_decisions
from cases.actions.referrals import NewProfessional, correct_referral
from cases.models import Agency, Professional, Referral, ReferralCorrection
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import text_of, typed
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import (
    PersonFactory,
    ReferralCorrectionFactory,
    ReferralFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)
STOOD = {
    "came_from": "self",
    "received_on": date(2026, 1, 5),
    "how_received": "phone",
    "reason": "Asks for help with bedtimes.",
}


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def referral(world):
    made = ReferralFactory(
        service=world.service, people=[PersonFactory()], recorded_by=world.worker, **STOOD
    )
    made.refresh_from_db()
    return made


def correct(world, referral, **changes):
    given = {"because": "Misheard.", "seen": 0, "on": TODAY, "by": world.worker} | STOOD
    return correct_referral(referral=referral, **(given | changes))


def tables():
    return (
        list(Referral.objects.order_by("pk").values_list()),
        ReferralCorrection.objects.count(),
        Agency.objects.count(),
        Professional.objects.count(),
    )


def test_what_was_wrong_is_right_and_what_stood_there_stays(world, referral):
    numbers = sorted(referral.people.values_list("pk", flat=True))
    with entries_since() as entries:
        made = correct(
            world,
            referral,
            reason=" Asks for help with mealtimes. ",
            received_on=date(2026, 1, 4),
        )
    assert [(one.what, one.before, one.after) for one in made] == [
        ("reason", "Asks for help with bedtimes.", "Asks for help with mealtimes."),
        ("received_on", "5 January 2026", "4 January 2026"),
    ]
    assert {(one.because, one.recorded_by) for one in made} == {("Misheard.", world.worker)}
    assert referral.reason == "Asks for help with mealtimes."
    assert referral.received_on == date(2026, 1, 4)
    assert [(e.verb, e.people) for e in entries] == [(Verb.REFERRAL_CORRECTED, numbers)]


def test_another_who_refers_is_added_as_when_it_is_taken_in(world, referral):
    with entries_since() as entries:
        (made,) = correct(
            world,
            referral,
            came_from="agency",
            agency="Hillside School",
            professional=NewProfessional("Ada Bell", "teacher"),
        )
    assert (made.before, made.after) == ("The family themselves", str(referral.professional))
    assert referral.agency.name == "Hillside School"
    assert [e.verb for e in entries] == [
        Verb.AGENCY_ADDED,
        Verb.PROFESSIONAL_ADDED,
        Verb.REFERRAL_CORRECTED,
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Nothing is different"),
        ({"reason": "Sleep.", "because": " "}, "Say why the referral is corrected"),
        ({"reason": " "}, "Say why the family is referred"),
        ({"received_on": TODAY + timedelta(days=1)}, "has not come yet"),
        ({"came_from": "agency"}, "Say which agency refers"),
        ({"came_from": "agency", "agency": "Hillside", "seen": 1}, "meanwhile"),
    ],
)
def test_refused_it_leaves_no_trace(world, referral, changes, says):
    before = tables()
    with entries_since() as entries, pytest.raises(Refused, match=says):
        correct(world, referral, **changes)
    assert tables() == before
    assert list(entries) == []


def test_it_came_before_anything_was_done_with_it(world, referral):
    referral_decisions.screen(referral=referral, screening="For us.", by=world.worker)
    Referral.objects.filter(pk=referral.pk).update(screened_at="2026-01-09T09:00:00Z")
    with pytest.raises(Refused, match="on 9 January 2026 already"):
        correct(world, referral, received_on=date(2026, 1, 10))
    correct(world, referral, received_on=date(2026, 1, 9))
    assert referral.received_on == date(2026, 1, 9)


def test_without_an_entry_nothing_is_corrected(world, referral, request):
    before = tables()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        correct(world, referral, reason="Sleep.")
    assert tables() == before


def test_the_page_keeps_what_was_typed_and_shows_what_stood_there(world, referral):
    worker = signed_in(world.worker)
    page = f"/casework/referrals/{referral.reference}/"
    assert f"{page}correct/" in worker.get(page).content.decode()
    form = typed(worker.get(f"{page}correct/"), reason="Asks for help with mealtimes.")
    answer = worker.post(f"{page}correct/", form | {"because": ""})
    assert answer.status_code == 422
    assert "Asks for help with mealtimes." in answer.content.decode()
    sent_twice = form | {"because": "Misheard.", "seen": "0"}
    assert worker.post(f"{page}correct/", sent_twice).status_code == 302
    assert worker.post(f"{page}correct/", sent_twice).status_code == 422
    assert ReferralCorrection.objects.count() == 1
    said = text_of(worker.get(page))
    assert "Asks for help with bedtimes." in said
    assert "Misheard." in said


def test_who_does_not_correct(world, referral):
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))
    far = signed_in(member_of(ServiceFactory(name="Far"), Role.CASEWORKER, name="Far Worker"))
    page = f"/casework/referrals/{referral.reference}/"
    ReferralCorrectionFactory(referral=referral, because="Misheard.")
    assert desk.get(f"{page}correct/").status_code == 403
    assert far.get(f"{page}correct/").status_code == 404
    seen = text_of(desk.get(page))
    assert "hidden" in seen.lower()
    assert "Misheard." not in seen


def test_the_database_keeps_a_correction(world, referral):
    made = ReferralCorrectionFactory(referral=referral)
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_referralcorrection SET before = 'X' WHERE id = %s", [made.pk])
