"""Complaints, compliments and the log of breaches."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from sar.actions import breaches, complaints
from sar.models import Breach, Complaint
from sar.queries.holds import what_holds
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import DeputyFactory
from tests.factories.base import noted
from tests.factories.cases import BarringFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def dpo():
    return the(Role.DPO)


def complains(world, **given):
    words = {
        "kind": "service",
        "channel": "phone",
        "received_on": timezone.localdate(),
        "from_name": "Amelia Hart",
        "words": "Nobody rang back.",
        "person": world.amelia,
    }
    return complaints.record_complaint(**words | given, by=world.worker)


class TestComplaints:
    def test_whoever_works_on_them_is_told_and_never_whom_it_is_about(self, world, dpo):
        complains(world, about_staff=dpo)
        assert not Notice.objects.filter(to=dpo).exists()
        complains(world)
        assert Notice.objects.filter(to=dpo).count() == 1

    def test_a_conflict_of_interest_closes_it(self, world, dpo):
        address = complains(world).get_absolute_url()
        assert signed_in(dpo).get(address).status_code == 200
        BarringFactory(user=dpo, person=world.amelia)
        assert signed_in(dpo).get(address).status_code == 404

    def test_the_deputy_is_told_of_both(self, world):
        deputy = DeputyFactory(role=Role.DPO.value).user
        complains(world)
        mistake(world)
        assert Notice.objects.filter(to=deputy).count() == 2

    @pytest.mark.parametrize(
        ("received", "by"),
        [(date(2026, 7, 1), date(2026, 7, 31)), (date(2026, 11, 25), date(2026, 12, 29))],
    )
    def test_one_about_data_is_acknowledged_within_thirty_days(self, received, by):
        assert Complaint(kind="data", received_on=received).acknowledge_by == by
        assert Complaint(kind="service", received_on=received).acknowledge_by is None

    def test_somebody_else_looks_into_it_before_it_is_closed(self, world, dpo):
        one = complains(world, about_staff=world.manager)
        with pytest.raises(Refused, match="somebody else"):
            complaints.look_into(complaint=one, investigator=world.manager, by=dpo)
        with pytest.raises(IntegrityError), transaction.atomic():
            noted(Complaint.objects.filter(pk=one.pk).update, investigator=world.manager)
        with pytest.raises(Refused, match="who looked into it"):
            close(one, dpo)
        complaints.look_into(complaint=one, investigator=dpo, by=dpo)
        with entries_since() as entries:
            close(one, dpo)
        assert [entry.verb for entry in entries] == [Verb.COMPLAINT_CLOSED]
        assert what_holds(world.amelia) == []
        with pytest.raises(Refused, match="is closed"):
            close(one, dpo)

    def test_one_about_data_is_acknowledged_first(self, world, dpo):
        one = complains(world, kind="data")
        with pytest.raises(Refused, match="Acknowledge it first"):
            close(one, dpo)
        complaints.acknowledge_complaint(complaint=one, by=dpo)
        close(one, dpo)
        complaints.record_regulator(complaint=one, regulator_case="IC-1", by=dpo)
        assert Complaint.objects.get().regulator_case == "IC-1"

    def test_it_holds_destruction_while_it_is_open(self, world):
        complains(world)
        assert [one.record for one in what_holds(world.amelia)] == ["sar.Complaint"]

    def test_pages(self, world, dpo):
        worker = signed_in(world.worker)
        answer = worker.post("/requests/complaints/add/", {"words": "Nobody rang.", "kind": "data"})
        assert answer.status_code == 422
        assert "Nobody rang." in answer.content.decode()
        one = complains(world)
        assert worker.get(one.get_absolute_url()).status_code == 200
        assert signed_in(world.manager).get(one.get_absolute_url()).status_code == 404
        desk = signed_in(dpo).get(f"/admin/sar/complaint/{one.pk}/change/")
        assert "Nobody rang back." in desk.content.decode()

    def test_whom_it_is_about_does_not_see_it_on_the_desk(self, world, dpo):
        one = complains(world, about_staff=dpo)
        assert signed_in(dpo).get(f"/admin/sar/complaint/{one.pk}/change/").status_code == 404


def close(one, by):
    complaints.close_complaint(
        complaint=one, outcome="upheld", findings="We are sorry.", learning="Ring back.", by=by
    )


def mistake(world, **given):
    return breaches.report(
        **{"what": "A letter went to the wrong house.", "people": [world.amelia]} | given,
        by=world.worker,
    )


class TestBreaches:
    def test_anybody_of_staff_reports_one_and_the_officer_is_told(self, world, dpo):
        with entries_since() as entries:
            answer = signed_in(world.worker).post(
                "/requests/mistakes/report/",
                {
                    "what": "A letter went to the wrong house.",
                    "day_0": "25",
                    "day_1": "11",
                    "day_2": "2026",
                    "hour": "09:00",
                    "person": world.amelia.reference,
                },
            )
        assert answer.status_code == 302
        assert Verb.BREACH_REPORTED in [entry.verb for entry in entries]
        made = Breach.objects.get()
        assert list(made.people.all()) == [world.amelia]
        assert made.tell_by - made.aware == timedelta(hours=72)
        assert Notice.objects.filter(to=dpo).exists()
        assert signed_in(the(Role.FRONT_DESK)).get("/requests/mistakes/report/").status_code == 200

    def test_the_hours_run_straight_over_weekends_and_clock_changes(self, world):
        aware = timezone.now() - timedelta(days=2)
        assert mistake(world, aware=aware).tell_by == aware + timedelta(hours=72)

    def test_it_is_closed_only_when_the_law_is_done_with_it(self, world, dpo):
        one = mistake(world, aware=timezone.now() - timedelta(hours=80))
        breaches.assess(breach=one, risk="high", risk_because="An address was in it.", by=dpo)
        with pytest.raises(Refused, match="regulator is told first"):
            close_breach(one, dpo)
        told = {"breach": one, "regulator_told": timezone.now(), "by": dpo}
        with pytest.raises(Refused, match="after 72 hours: say why"):
            breaches.tell_regulator(**told)
        breaches.tell_regulator(**told, late_because="Nobody was on duty.")
        with pytest.raises(Refused, match="the people are told first"):
            close_breach(one, dpo)
        breaches.tell_people(breach=one, people_told_how="By telephone.", by=dpo)
        close_breach(one, dpo)
        assert not one.is_open

    def test_the_database_refuses_to_close_it_earlier(self, world, dpo):
        one = mistake(world)
        with pytest.raises(IntegrityError), transaction.atomic():
            noted(
                Breach.objects.filter(pk=one.pk).update,
                status="closed",
                closed_at=timezone.now(),
                closed_by=dpo,
                remedy="x",
                lessons="y",
            )

    def test_refused_or_unlogged_it_leaves_no_trace(self, world, request):
        with entries_since() as entries, pytest.raises(Refused, match="Say what happened"):
            mistake(world, what=" ")
        assert entries == []
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable), transaction.atomic():
            mistake(world)
        assert not Breach.objects.exists()

    def test_the_desk_counts_the_hours(self, world, dpo):
        one = mistake(world)
        page = signed_in(dpo).get(f"/admin/sar/breach/{one.pk}/change/").content.decode()
        assert "hours left" in page
        assert (
            signed_in(world.manager).get(f"/admin/sar/breach/{one.pk}/change/").status_code != 200
        )


def close_breach(one, by):
    breaches.close_breach(breach=one, remedy="Fetched it back.", lessons="Check windows.", by=by)
