"""What nobody has read is said again, and then to others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from core.dates import is_working_day
from core.errors import LogUnavailable
from safeguarding.actions.clock import remind_of_unread
from safeguarding.clock import age, answer_by
from tests.cases.world import the
from tests.conftest import entries_since
from tests.factories.safeguarding import (
    AllegationFactory,
    ConcernFactory,
    read_concern,
    two_receivers,
)

NOW = timezone.now()


def at(hours):
    return NOW + timedelta(hours=hours)


@pytest.mark.django_db
def test_an_unread_concern_is_said_again_and_then_to_others_each_once():
    lead, (one, two) = the(Role.SAFEGUARDING_LEAD), two_receivers()
    concern = ConcernFactory(recorded_at=NOW)
    assert remind_of_unread(now=at(3)) == 0
    with entries_since() as left:
        assert remind_of_unread(now=at(4)) == 1
        assert remind_of_unread(now=at(5)) == 0
    assert [entry.verb for entry in left if entry.record_id] == [Verb.CONCERN_REMINDED]
    assert {entry.by for entry in left} == {"system"}
    assert remind_of_unread(now=at(8)) == 1
    assert remind_of_unread(now=at(20)) == 0
    concern.refresh_from_db()
    assert (concern.chased_when, concern.escalated_when) == (at(4), at(8))
    assert Notice.objects.filter(to=lead).count() == 2
    for user in (one, two):
        notice = Notice.objects.get(to=user)
        # They may not open it: they ring.
        assert (notice.link, "ring" in notice.sentence) == ("", True)


@pytest.mark.django_db
def test_danger_is_said_again_sooner():
    the(Role.SAFEGUARDING_LEAD)
    ConcernFactory(recorded_at=NOW, in_danger=True)
    assert remind_of_unread(now=at(1)) == 1


@pytest.mark.django_db
def test_what_is_read_is_not_said_again():
    lead = the(Role.SAFEGUARDING_LEAD)
    read_concern(lead, recorded_at=NOW)
    assert remind_of_unread(now=at(100)) == 0


@pytest.mark.django_db
def test_an_unread_allegation_is_said_to_its_receivers_alone():
    lead, (one, two) = the(Role.SAFEGUARDING_LEAD), two_receivers()
    AllegationFactory(recorded_at=NOW, about_staff=two)
    with entries_since() as left:
        assert remind_of_unread(now=at(4)) == 1
        assert remind_of_unread(now=at(8)) == 1
    about = [entry.verb for entry in left if entry.record == "safeguarding.Allegation"]
    assert about == [Verb.ALLEGATION_REMINDED, Verb.ALLEGATION_ESCALATED]
    assert Notice.objects.filter(to=one).count() == 2
    assert not Notice.objects.filter(to__in=[two, lead]).exists()


@pytest.mark.django_db
def test_reminding_is_undone_when_the_log_cannot_be_written(request):
    the(Role.SAFEGUARDING_LEAD)
    concern = ConcernFactory(recorded_at=NOW)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        remind_of_unread(now=at(9))
    concern.refresh_from_db()
    assert concern.chased_when is None


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2100, 1, 1)))
def test_the_answer_is_awaited_on_a_working_day_ahead(on):
    day = answer_by(on)
    assert day > on
    assert is_working_day(day)


SINCE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_age_in_words(passed, words):
    assert age(SINCE, SINCE + passed) == words
