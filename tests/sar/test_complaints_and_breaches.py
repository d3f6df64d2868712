"""Complaints, compliments and the log of breaches."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from sar.actions import breaches, complaints
from sar.actions.complaint_letters import write_about_complaint
from sar.actions.complaints import NOBODY_WORKS
from sar.actions.letters import begin_sending, finish_sending
from sar.complaint_letters import draft_about, letters_about, owed_for
from sar.letter_kinds import LetterKind
from sar.models import Breach, Complaint
from sar.queries.holds import what_holds
from sar.wording import WORDS_TO_WRITE
from tests.cases.world import a_world, freshly, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.base import noted
from tests.factories.cases import BarringFactory
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db

JO = "jo@example.org"


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


def writes(complaint, kind, by):
    """A letter of this kind to whoever complains, in the words it begins with."""
    begun = draft_about(kind, complaint, by=by, on=timezone.localdate())
    return write_about_complaint(
        complaint=complaint,
        kind=kind,
        way="email",
        sent_to=JO,
        subject=begun.subject,
        body=begun.body.replace(WORDS_TO_WRITE, "We have asked the service."),
        by=by,
    )


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

    def test_it_is_linked_to_the_request_whose_answer_it_is_about(self, world, dpo):
        request = RightsRequestFactory(person=world.amelia)
        typed = {
            "kind": "data",
            "channel": "phone",
            "from_name": "Amelia Hart",
            "words": "You left half of it out.",
            "request": request.reference,
        }
        today = timezone.localdate()
        for number, part in enumerate((today.day, today.month, today.year)):
            typed[f"received_on_{number}"] = part
        # The front desk does not know the request: nothing typed is lost, and it is linked later.
        desk = UserFactory(roles=[Role.FRONT_DESK])
        unknown = signed_in(desk).post("/requests/complaints/add/", typed)
        assert unknown.status_code == 422
        assert "known to you" in unknown.content.decode()
        assert "You left half of it out." in unknown.content.decode()
        officer = signed_in(dpo)
        page = officer.get(request.get_absolute_url()).content.decode()
        assert f"/requests/complaints/add/?request={request.reference}" in page
        assert officer.post("/requests/complaints/add/", typed).status_code == 302
        one = Complaint.objects.get()
        assert one.request == request
        assert one.get_absolute_url() in officer.get(request.get_absolute_url()).content.decode()
        assert request.reference in officer.get(one.get_absolute_url()).content.decode()

    def test_it_is_linked_afterwards_and_without_the_entry_it_is_not(self, world, dpo, request):
        asked, one = RightsRequestFactory(person=world.amelia), complains(world, kind="data")
        for reference in ("Q-999999", ""):
            with entries_since() as entries, pytest.raises(Refused, match="no request with this"):
                complaints.link_to_request(complaint=one, reference=reference, by=dpo)
            assert entries == []
        with entries_since() as entries:
            complaints.link_to_request(complaint=one, reference=asked.reference.lower(), by=dpo)
        assert ([entry.verb for entry in entries], one.request) == ([Verb.COMPLAINT_LINKED], asked)
        with pytest.raises(Refused, match="linked to"):
            complaints.link_to_request(complaint=one, reference=asked.reference, by=dpo)
        other = RightsRequestFactory(person=world.amelia)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable):
            complaints.link_to_request(complaint=one, reference=other.reference, by=dpo)
        assert Complaint.objects.get().request == asked

    def test_the_letter_that_it_has_come_acknowledges_it_and_goes_once(self, world, dpo):
        one = complains(world, kind="data", from_name="Jo Lee", reply_email=JO)
        assert owed_for(one, []) == [LetterKind.COMPLAINT_ACKNOWLEDGED]
        with entries_since() as entries:
            sent = writes(one, LetterKind.COMPLAINT_ACKNOWLEDGED, dpo)
        assert [entry.verb for entry in entries] == [Verb.RIGHTS_LETTER_WRITTEN]
        assert (sent.matter, sent.people) == (one.reference, [world.amelia.pk])
        one.refresh_from_db()
        assert one.acknowledged_at is None
        begin_sending(letter=sent)
        finish_sending(letter=sent, content=b"as sent")
        one.refresh_from_db()
        assert one.acknowledged_by == dpo
        with entries_since() as entries, pytest.raises(Refused, match="written already"):
            writes(one, LetterKind.COMPLAINT_ACKNOWLEDGED, dpo)
        assert entries == []

    def test_the_outcome_is_told_when_it_is_closed_with_the_regulator_and_the_court(
        self, world, dpo
    ):
        one = complains(world, kind="data", from_name="Jo Lee", reply_email=JO)
        with pytest.raises(Refused, match="has not happened yet"):
            writes(one, LetterKind.COMPLAINT_OUTCOME, dpo)
        complaints.acknowledge_complaint(complaint=one, by=dpo)
        complaints.close_complaint(
            complaint=one,
            outcome="upheld",
            findings="We rang too late.",
            learning="A rota.",
            by=dpo,
        )
        assert owed_for(one, []) == [LetterKind.COMPLAINT_OUTCOME]
        sent = writes(one, LetterKind.COMPLAINT_OUTCOME, dpo)
        for words in ("We agree with your complaint.", "We rang too late.", "A rota."):
            assert words in sent.body
        assert "section 165" in sent.routes
        assert "section 167" in sent.routes

    def test_the_outcome_about_a_service_leads_back_to_us_and_not_to_the_regulator(
        self, world, dpo
    ):
        one = complains(world, kind="service", from_name="Jo Lee", reply_email=JO)
        complaints.look_into(complaint=one, investigator=dpo, by=dpo)
        complaints.close_complaint(
            complaint=one, outcome="upheld", findings="Late.", learning="A rota.", by=dpo
        )
        sent = writes(one, LetterKind.COMPLAINT_OUTCOME, dpo)
        assert "If you do not agree" in sent.routes
        assert "Data Protection Act" not in sent.routes

    def test_whoever_looks_into_it_writes_down_what_they_found_on_its_page(self, world, dpo):
        one = complains(world)
        complaints.look_into(complaint=one, investigator=world.manager, by=dpo)
        with entries_since() as entries, pytest.raises(Refused, match="looks into it already"):
            complaints.look_into(complaint=one, investigator=world.manager, by=dpo)
        assert entries == []
        page, browser = one.get_absolute_url(), signed_in(world.manager)
        assert browser.post(page, {"kind": "found", "words": ""}).status_code == 422
        assert browser.post(page, {"kind": "found", "words": "No rota."}).status_code == 302
        assert "No rota." in browser.get(page).content.decode()
        assert Notice.objects.filter(to=dpo, sentence__contains="found out").exists()
        # They write no letters; whoever took it in reads, and adds nothing.
        assert browser.get(f"{page}letter/").status_code == 403
        reader = signed_in(world.worker)
        assert "Write it down" not in reader.get(page).content.decode()
        assert reader.post(page, {"kind": "found", "words": "x"}).status_code == 409

    def test_a_letter_is_written_on_its_page_and_none_about_oneself_is_read(self, world, dpo):
        one = complains(world, kind="data", from_name="Jo Lee", reply_email=JO)
        browser, page = signed_in(dpo), f"{one.get_absolute_url()}letter/"
        form = browser.get(f"{page}?kind=complaint_acknowledged&way=email")
        begun = form.context["form"].initial
        assert one.reference in begun["subject"]
        sent = {
            **{name: str(value) for name, value in begun.items()},
            "sent_to": JO,
            "checked": "on",
        }
        made = browser.post(f"{page}?kind=complaint_acknowledged&way=email", sent)
        assert made.status_code == 302, made.context["form"].errors
        assert browser.get(made["Location"]).status_code == 200
        assert "To be acknowledged by" in browser.get(one.get_absolute_url()).content.decode()
        complaints.acknowledge_complaint(complaint=one, by=dpo)
        shown = browser.get(one.get_absolute_url()).content.decode()
        assert "Acknowledged" in shown
        assert "To be acknowledged by" not in shown
        noted(Complaint.objects.filter(pk=one.pk).update, about_staff=dpo)
        assert browser.get(made["Location"]).status_code == 404

    def test_a_letter_about_it_is_not_written_without_its_entry(self, world, dpo, request):
        one = complains(world, from_name="Jo Lee", reply_email=JO)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable), transaction.atomic():
            writes(one, LetterKind.COMPLAINT_PROGRESS, dpo)
        assert letters_about(one) == []

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

    @pytest.mark.parametrize("kind", ["service", "compliment"])
    def test_only_one_about_data_goes_to_the_regulator(self, world, dpo, kind):
        one, officer = complains(world, kind=kind), signed_in(dpo)
        said = {"kind": "regulator", "words": "They asked for our answer."}
        with entries_since() as entries, pytest.raises(Refused, match="not about data"):
            complaints.add_step(complaint=one, by=dpo, **said)
        with pytest.raises(Refused, match="not about data"):
            complaints.record_regulator(complaint=one, regulator_case="IC-1", by=dpo)
        assert entries == []
        assert (
            "From or to the regulator" not in officer.get(one.get_absolute_url()).content.decode()
        )
        refused = officer.post(one.get_absolute_url(), said)
        assert refused.status_code == 422
        assert "They asked for our answer." in refused.content.decode()
        assert not one.steps.exists()
        data = complains(world, kind="data")
        assert "From or to the regulator" in officer.get(data.get_absolute_url()).content.decode()
        assert officer.post(data.get_absolute_url(), said).status_code == 302
        assert data.steps.get().kind == "regulator"

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

    def test_one_about_the_only_officer_is_said_to_whoever_gives_roles(self, world, dpo):
        administrator = UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR])
        one = complains(world, about_staff=dpo)
        told = Notice.objects.get(to=administrator)
        assert told.sentence == NOBODY_WORKS
        assert one.reference not in told.sentence + told.link
        assert not Notice.objects.filter(to=dpo).exists()
        other = UserFactory(roles=[Role.DPO])
        complains(world, about_staff=dpo)
        assert Notice.objects.filter(to=administrator).count() == 1
        assert Notice.objects.filter(to=other).count() == 1

    @pytest.mark.parametrize(
        ("kind", "outcome", "words"),
        [("service", "thanked", "for a compliment"), ("compliment", "upheld", "is not upheld")],
    )
    def test_an_outcome_fits_what_it_is(self, world, dpo, kind, outcome, words):
        one = complains(world, kind=kind)
        if kind == "service":
            complaints.look_into(complaint=one, investigator=world.manager, by=dpo)
        with entries_since() as entries, pytest.raises(Refused, match=words):
            complaints.close_complaint(complaint=one, outcome=outcome, findings="x", by=dpo)
        assert entries == []

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


@pytest.mark.parametrize("address", ["complaints/add/", "mistakes/report/"])
def test_a_form_that_is_sent_twice_writes_it_down_once(world, address):
    typed = {
        "token": str(uuid4()),
        "kind": "service",
        "channel": "phone",
        "from_name": "Jo Lee",
        "words": "Nobody rang back.",
        "what": "A letter went to the wrong house.",
        "hour": "0:00",
    }
    today = timezone.localdate()
    for number, part in enumerate((today.day, today.month, today.year)):
        typed |= {f"received_on_{number}": part, f"day_{number}": part}
    browser = signed_in(world.worker)
    first, second = (browser.post(f"/requests/{address}", typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Complaint.objects.count() + Breach.objects.count() == 1
    other = browser.post(f"/requests/{address}", typed | {"words": "Other.", "what": "Other."})
    assert other.status_code == 422
    assert "was saved before" in other.content.decode()
    assert Complaint.objects.count() + Breach.objects.count() == 1


@pytest.mark.parametrize("role", Role)
def test_any_member_of_staff_writes_down_what_they_are_told(role):
    """A complaint made to them, and a mistake that they notice."""
    user = UserFactory(roles=[role])
    today = timezone.localdate()
    typed = {
        "kind": "service",
        "channel": "phone",
        "from_name": "Jo Lee",
        "words": "Nobody rang back.",
        "what": "A letter went to the wrong house.",
        "hour": "0:00",
    }
    for number, part in enumerate((today.day, today.month, today.year)):
        typed |= {f"received_on_{number}": part, f"day_{number}": part}
    browser = signed_in(user)
    heads = [browser.get(reverse("accounts:account"))]
    if user.has_perm("accounts.enter_admin"):
        heads.append(browser.get(reverse("admin:index")))
    for address in ("complaints/add/", "mistakes/report/"):
        for head in heads:
            assert f'href="/requests/{address}"' in head.content.decode()
        assert browser.get(f"/requests/{address}").status_code == 200
        assert browser.post(f"/requests/{address}", typed).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.recorded_by == user
    assert browser.get(complaint.get_absolute_url()).status_code == 200
    assert Breach.objects.count() == 1


def test_a_mistake_with_two_faults_is_told_of_both_at_once(world):
    ahead = timezone.localdate() + timedelta(days=1)
    typed = {"what": "A letter went astray.", "hour": "9:00", "person": "P-999999"}
    for number, part in enumerate((ahead.day, ahead.month, ahead.year)):
        typed[f"day_{number}"] = part
    answer = signed_in(world.worker).post("/requests/mistakes/report/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nobody with this reference" in page
    assert "That moment has not come yet." in page
    assert "A letter went astray." in page
    assert not Breach.objects.exists()


def test_the_regulator_and_the_people_are_told_with_every_fault_at_once(world, dpo):
    one = mistake(world)
    ahead = timezone.localdate() + timedelta(days=1)
    day = (ahead.day, ahead.month, ahead.year)
    for lever, typed, says in (
        (
            "regulator",
            {"hour": "9:00", "regulator_case": "x" * 101}
            | {f"day_{number}": part for number, part in enumerate(day)},
            ("after we knew, and not ahead", "101 characters long"),
        ),
        (
            "people",
            {f"people_told_on_{number}": part for number, part in enumerate(day)},
            ("has not come yet", "How they were told"),
        ),
    ):
        answer = freshly(signed_in(dpo)).post(f"/admin/sar/breach/{one.pk}/do/{lever}/", typed)
        assert answer.status_code == 422
        for words in says:
            assert words in answer.content.decode()


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
        for wrong in (-5, 1):
            on = timezone.localdate() + timedelta(days=wrong)
            with pytest.raises(Refused, match="after we knew, and not ahead"):
                breaches.tell_people(
                    breach=one, people_told_how="By letter.", people_told_on=on, by=dpo
                )
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
