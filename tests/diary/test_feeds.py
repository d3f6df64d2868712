"""The calendar feed: a secret address, references instead of names, and a look in the log each time."""

from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.actions.staff import suspend
from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from core.errors import LogUnavailable
from diary import politeness
from diary.actions import appointments, feeds
from diary.models import Feed, Kind, Where
from diary.queries.feeds import MOST
from diary.tokens import hash_of_token
from diary.workflow import AppointmentStatus
from tests.cases.world import Browser, a_world, signed_in, the
from tests.conftest import entries_since
from tests.diary.world import arrange, other_work, ten_oclock
from tests.factories.accounts import UndertakingFactory
from tests.factories.diary import FeedFactory, RoomFactory

pytestmark = pytest.mark.django_db

TOKEN = "a-secret-that-nobody-guesses"


@pytest.fixture
def world(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    made = a_world()
    FeedFactory(worker=made.worker, token=TOKEN)
    return made


def read(token=TOKEN):
    return Browser().get(f"/casework/diary/feed/{token}.ics")


def events(response):
    return [part for part in Calendar.from_ical(response.content).walk() if part.name == "VEVENT"]


def test_a_calendar_reads_times_and_references_and_nothing_else(world):
    visit = arrange(world, purpose="About sleep")
    arrange(
        world,
        kind=Kind.MEETING,
        where=Where.ELSEWHERE,
        place="4 Shore Road",
        starts=ten_oclock(3),
    )
    room = RoomFactory(name="The green room")
    other_work(world, where=Where.ROOM, room=room, starts=ten_oclock(4))
    with entries_since() as left:
        response = read()
    assert response["Content-Type"].startswith("text/calendar")
    shown = response.content.decode()
    assert all(word not in shown for word in ("Amelia", "Hart", "sleep", "Shore Road", "At the"))
    first, second, third = events(response)
    assert str(first["SUMMARY"]) == f"Home visit {world.case.reference}"
    assert first["DTSTART"].dt == visit.starts.astimezone(UTC)
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(hours=1)
    assert ("LOCATION" in first, "LOCATION" in second) == (False, False)
    assert str(third["LOCATION"]) == "The green room"
    assert [(e.verb, e.by_id, e.people) for e in left] == [
        (Verb.FEED_READ, world.worker.pk, [world.amelia.pk])
    ]


def test_a_cancelled_appointment_is_said_to_be_cancelled(world):
    visit = arrange(world)
    appointments.cancel(
        appointment=visit, status=AppointmentStatus.CANCELLED_BY_US, by=world.worker
    )
    (event,) = events(read())
    assert str(event["STATUS"]) == "CANCELLED"


def test_the_diary_of_a_colleague_is_not_in_it(world):
    arrange(world, workers=[world.manager])
    assert events(read()) == []


def test_a_wrong_address_is_not_there_and_the_attempt_is_logged(world):
    with entries_since() as left:
        assert read("not-the-secret").status_code == 404
    assert [(e.verb, e.by) for e in left] == [(Verb.LOOK_REFUSED, "not signed in")]


def test_whoever_tries_many_wrong_addresses_is_turned_away_before_the_log_is_full(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    statuses = [read(f"wrong-{number}").status_code for number in range(politeness.MOST + 2)]
    assert statuses == [404] * politeness.MOST + [429] * 2
    assert Entry.objects.filter(verb=Verb.LOOK_REFUSED).count() == politeness.MOST


def test_a_feed_that_is_read_too_often_waits(world):
    assert {read().status_code for _ in range(MOST)} == {200}
    response = read()
    assert (response.status_code, response["Retry-After"]) == (429, "3600")


def test_somebody_suspended_is_read_no_more(world):
    suspend(user=world.worker, by=the(Role.SYSTEM_ADMINISTRATOR))
    assert read().status_code == 404


def test_a_role_taken_away_ends_it(world):
    world.worker.groups.clear()
    assert read().status_code == 404


def test_a_new_undertaking_comes_first(world):
    UndertakingFactory(published_by=world.manager, version=1_000_000)
    assert read().status_code == 403


def test_nothing_is_read_while_the_log_cannot_be_written(world, request):
    arrange(world)
    request.getfixturevalue("log_broken")
    response = read()
    assert response.status_code == 503
    assert world.case.reference not in response.content.decode()


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(world):
    browser = signed_in(world.manager)
    response = browser.post(reverse("diary:feed-make"))
    token = response.context["address"].rsplit("/", 1)[1].removesuffix(".ics")
    feed = Feed.objects.get(worker=world.manager)
    assert (feed.token_hash, token in feed.token_hash) == (hash_of_token(token), False)
    assert token in response.content.decode()
    assert token not in browser.get(reverse("diary:feed")).content.decode()
    assert read(token).status_code == 200


def test_a_new_address_stops_the_old_one(world):
    with entries_since() as left:
        token = feeds.make_feed(by=world.worker)
    assert [e.verb for e in left] == [Verb.FEED_MADE]
    assert (read().status_code, read(token).status_code) == (404, 200)


def test_an_address_is_stopped(world):
    browser = signed_in(world.worker)
    assert browser.post(reverse("diary:feed-revoke")).status_code == 302
    assert read().status_code == 404
    assert browser.post(reverse("diary:feed-revoke")).status_code == 409


def test_without_an_entry_no_address_is_made(world, log_broken):
    with pytest.raises(LogUnavailable):
        feeds.make_feed(by=world.manager)
    assert not Feed.objects.filter(worker=world.manager).exists()
