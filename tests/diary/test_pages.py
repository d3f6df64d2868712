"""Pages of the diary: who may, who may not, what is hidden, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Contact
from core.dates import ONE_DAY
from diary.models import Appointment, Kind, Where
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.diary.world import arrange, other_work, ten_oclock
from tests.factories.cases import CaseFactory, PersonFactory, ServiceFactory, ServiceMemberFactory
from tests.factories.diary import AppointmentFactory, RoomFactory

pytestmark = pytest.mark.django_db

PURPOSE = "About sleep, <script>alert(1)</script>."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


def words_of(response):
    return response.content.decode()


def at(moment):
    local = timezone.localtime(moment)
    return {
        "day_0": str(local.day),
        "day_1": str(local.month),
        "day_2": str(local.year),
        "at": local.strftime("%H:%M"),
    }


def typed(world, **changes):
    return {
        **at(ten_oclock()),
        "kind": "home_visit",
        "minutes": "60",
        "where": "home",
        "people": [world.amelia.reference],
        "workers": [str(world.worker.pk)],
        "purpose": PURPOSE,
        "every": "once",
        "ends_by": "times",
        **changes,
    }


def add_for(world):
    return reverse("diary:appointment-add-for-case", args=[world.case.reference])


def page(name, **query):
    return reverse(f"diary:{name}", query={"view": "week", "on": ten_oclock().date(), **query})


# --- Arranging ------------------------------------------------------------------------------------


def test_a_visit_is_arranged_from_the_case(world, browser):
    response = browser.post(add_for(world), typed(world), follow=True)
    visit = Appointment.objects.get()
    assert response.redirect_chain == [(f"/casework/appointments/{visit.reference}/", 302)]
    assert "&lt;script&gt;" in words_of(response)
    assert visit.case == world.case


def test_bad_input_keeps_what_was_typed(world, browser):
    response = browser.post(
        add_for(world), typed(world, minutes="soon", where="elsewhere", every="week")
    )
    assert response.status_code == 422
    for words in (
        "About sleep, &lt;script&gt;",
        "soon",
        "Write it as a whole number.",
        "Write where it takes place.",
        "Write how many times it takes place.",
    ):
        assert words in words_of(response), words
    assert not Appointment.objects.exists()


def test_somebody_who_is_busy_is_asked_about_once(world, browser):
    arrange(world)
    response = browser.post(add_for(world), typed(world))
    assert response.status_code == 422
    assert "Dean Okafor has something else" in words_of(response)
    assert 'name="anyway"' in words_of(response)
    assert browser.post(add_for(world), typed(world, anyway="on")).status_code == 302
    assert Appointment.objects.count() == 2


def test_the_form_of_other_work_asks_no_family(world, browser):
    response = browser.get(reverse("diary:appointment-add"))
    assert 'name="people"' not in words_of(response)
    response = browser.post(reverse("diary:appointment-add"), typed(world))
    assert response.status_code == 422
    assert "Begin from their record or from their case." in words_of(response)


def test_the_front_desk_arranges_for_a_person_in_their_one_open_case(world):
    sue = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    address = reverse("diary:appointment-add", query={"person": world.amelia.reference})
    assert "Amelia Hart" in words_of(signed_in(sue).get(address))
    response = signed_in(sue).post(
        address, typed(world, kind="meeting", where="remote", workers=[str(world.worker.pk)])
    )
    assert response.status_code == 302
    assert Appointment.objects.get().case == world.case


def test_nothing_is_begun_in_a_closed_case(world, browser):
    closed = CaseFactory(
        service=world.service,
        status="closed",
        closed_at=timezone.now(),
        closed_by=world.manager,
        people=[world.amelia],
    )
    address = reverse("diary:appointment-add-for-case", args=[closed.reference])
    assert browser.get(address).status_code == 409


# --- Lists ----------------------------------------------------------------------------------------


def test_ones_own_week_names_the_family_and_is_logged_by_row(world, browser):
    visit = arrange(world)
    with entries_since() as left:
        response = browser.get(page("own"))
    assert "Amelia Hart" in words_of(response)
    assert world.case.reference in words_of(response)
    assert [(e.verb, e.record_id, e.people) for e in left] == [
        (Verb.APPOINTMENT_LISTED, visit.pk, [world.amelia.pk])
    ]


@pytest.mark.parametrize("name", ["team", "rooms"])
def test_what_another_service_does_is_busy_and_nothing_else(world, browser, name):
    """A colleague works in two services; the reader belongs to one of them."""
    other = ServiceFactory(name="Counselling")
    ServiceMemberFactory(service=other, user=world.manager)
    secret = PersonFactory(given_names="Zebedee", family_name="Secret")
    room = RoomFactory(name="The green room")
    AppointmentFactory(
        service=other,
        case=CaseFactory(service=other, people=[secret]),
        kind=Kind.MEETING,
        where=Where.ROOM,
        room=room,
        purpose="Grief",
        people=[secret],
        recorded_by=world.manager,
    )
    with entries_since() as left:
        shown = words_of(browser.get(page(name)))
    assert "Busy" in shown
    assert "Priya Nair" in shown
    assert all(word not in shown for word in ("Zebedee", "Secret", "Grief", "V-0", "C-0000"))
    assert left == []
    theirs = words_of(signed_in(world.manager).get(page(name)))
    assert "Zebedee" in theirs


def test_the_team_page_of_a_service_that_is_not_theirs_shows_their_own(world, browser):
    arrange(world)
    other = ServiceFactory(name="Counselling", slug="counselling")
    shown = words_of(browser.get(page("team", service=other.slug)))
    assert "Amelia Hart" in shown
    assert "Counselling" not in shown


def test_the_front_desk_sees_names_and_no_reasons(world):
    visit = arrange(world, purpose="About his drinking")
    sue = signed_in(member_of(world.service, Role.FRONT_DESK, name="Sue Barlow"))
    assert "Amelia Hart" in words_of(sue.get(page("team")))
    shown = words_of(sue.get(visit.get_absolute_url()))
    assert "Amelia Hart" in shown
    assert "drinking" not in shown
    assert "drinking" in words_of(signed_in(world.worker).get(visit.get_absolute_url()))


@pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.DPO, Role.SYSTEM_ADMINISTRATOR])
def test_a_role_without_a_diary_has_no_page_of_it(world, role):
    response = signed_in(the(role)).get(page("own"))
    assert response.status_code == 403


def test_a_bank_holiday_is_named(world, browser):
    shown = words_of(browser.get(reverse("diary:own", query={"view": "week", "on": "2026-12-25"})))
    assert "Christmas Day" in shown


def test_previous_next_and_today_lead_round(world, browser):
    shown = words_of(browser.get(reverse("diary:own", query={"view": "month", "on": "2026-12-15"})))
    assert "December 2026" in shown
    assert "on=2026-11-01" in shown
    assert "on=2027-01-01" in shown
    assert f"on={timezone.localdate().isoformat()}" in shown


def test_a_cancelled_appointment_stands_struck_out(world, browser):
    visit = arrange(world)
    address = reverse("diary:appointment-cancel", args=[visit.reference])
    assert browser.post(address, {"status": "cancelled_by_them"}).status_code == 302
    shown = words_of(browser.get(page("own")))
    assert "app-diary__row--struck" in shown
    assert "Cancelled by the family" in shown


@pytest.mark.parametrize("name", ["own", "team", "rooms"])
def test_the_number_of_queries_stays_the_same(world, browser, name):
    room = RoomFactory()

    def arrange_at(hours):
        arrange(
            world,
            where=Where.ROOM,
            kind=Kind.MEETING,
            room=room,
            minutes=10,
            starts=ten_oclock() + timedelta(minutes=10 * hours),
        )

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(page(name))
        return len(captured)

    arrange_at(0)
    queries()
    one = queries()
    for hours in range(1, 30):
        arrange_at(hours)
    assert queries() == one


# --- One appointment ------------------------------------------------------------------------------


def test_an_appointment_of_another_service_is_not_there_and_the_attempt_is_logged(world):
    visit = arrange(world)
    stranger = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    with entries_since() as left:
        response = signed_in(stranger).get(visit.get_absolute_url())
    assert response.status_code == 404
    assert [(e.verb, e.people) for e in left] == [(Verb.LOOK_REFUSED, [world.amelia.pk])]


def test_a_co_worker_of_another_service_sees_when_and_where_and_no_name(world):
    colleague = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    visit = arrange(world, workers=[world.worker, colleague], purpose="Sleep")
    shown = words_of(signed_in(colleague).get(visit.get_absolute_url()))
    assert "1 whose name you may not know" in shown
    assert "Amelia" not in shown
    assert world.case.reference not in shown


def test_it_is_moved_on_its_page(world, browser):
    visit = arrange(world)
    address = reverse("diary:appointment-change", args=[visit.reference])
    assert f'value="{timezone.localtime(visit.starts):%H:%M}"' in words_of(browser.get(address))
    response = browser.post(address, typed(world) | at(ten_oclock(3)))
    assert response.status_code == 302
    visit.refresh_from_db()
    assert visit.starts == ten_oclock(3)


def test_what_became_of_it_is_filled_in_and_saved_once(world, browser):
    visit = AppointmentFactory(
        service=world.service,
        case=world.case,
        starts=ten_oclock(-1),
        people=[world.amelia],
        recorded_by=world.worker,
    )
    address = reverse("diary:appointment-settle", args=[visit.reference])
    form = browser.get(address).context["form"]
    assert form.initial["happened_on"] == timezone.localdate() - ONE_DAY
    assert form.initial["happened_time"] == "10:00"
    assert form.initial["people"] == [world.amelia.reference]
    sent = {
        "token": str(form.initial["token"]),
        "kind": form.initial["kind"],
        "outcome": "attended",
        "happened_on_0": str(form.initial["happened_on"].day),
        "happened_on_1": str(form.initial["happened_on"].month),
        "happened_on_2": str(form.initial["happened_on"].year),
        "happened_time": form.initial["happened_time"],
        "minutes": str(form.initial["minutes"]),
        "place": form.initial["place"],
        "people": form.initial["people"],
        "summary": "Joe slept through.",
    }
    for _ in range(2):
        assert browser.post(address, sent).status_code == 302
    contact = Contact.objects.get()
    assert (contact.kind, contact.minutes, contact.place) == (
        "home_visit",
        60,
        "At the family’s home",
    )
    assert contact.reference in words_of(browser.get(visit.get_absolute_url()))
    assert browser.get(address).status_code == 409


def test_what_became_of_it_is_asked_once_it_has_begun(world, browser):
    visit = arrange(world)
    shown = words_of(browser.get(visit.get_absolute_url()))
    assert "Write down what became of it" not in shown
    response = browser.get(reverse("diary:appointment-settle", args=[visit.reference]))
    assert response.status_code == 409
    assert "has not begun yet" in words_of(response)


def test_the_front_desk_does_not_write_what_became_of_a_family(world):
    visit = arrange(world)
    sue = signed_in(member_of(world.service, Role.FRONT_DESK, name="Sue Barlow"))
    address = reverse("diary:appointment-settle", args=[visit.reference])
    assert sue.get(address).status_code == 403


def test_other_work_is_settled_on_its_page(world, browser):
    training = AppointmentFactory(
        service=world.service,
        kind=Kind.OTHER,
        where=Where.REMOTE,
        starts=ten_oclock(-1),
        recorded_by=world.worker,
    )
    address = reverse("diary:appointment-settle", args=[training.reference])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"status": "held"}).status_code == 302
    training.refresh_from_db()
    assert training.status == "held"


def test_the_case_lists_what_is_ahead_and_what_is_past(world, browser):
    arrange(world)
    AppointmentFactory(
        service=world.service, case=world.case, starts=ten_oclock(-7), people=[world.joe]
    )
    shown = words_of(browser.get(reverse("diary:case", args=[world.case.reference])))
    ahead, past = shown.split("Ahead")[1].split("Past")
    assert ("Amelia Hart" in ahead, "Joe Hart" in past) == (True, True)
    assert ("Joe Hart" in ahead, "Amelia Hart" in past) == (False, False)
    case = words_of(browser.get(world.case.get_absolute_url()))
    assert reverse("diary:case", args=[world.case.reference]) in case


def test_other_work_names_nobody_and_is_listed(world, browser):
    other_work(world, purpose="Supervision")
    assert "Other work" in words_of(browser.get(page("own")))
