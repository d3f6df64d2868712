"""Figures by quarter, and the page behind a link that opens once."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.verbs import Verb
from core.dates import plain
from core.errors import Refused
from sar.actions import requests, status
from sar.actions.correcting import correct_request
from sar.actions.stops import note_stop
from sar.deadlines import deadline_of
from sar.kinds import Kind
from sar.models import RightsRequest, StatusLink
from sar.queries.figures import figures_of, quarter_of
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import ContactPointFactory, DoNotContactFactory
from tests.factories.sar import (
    EvidenceAskedFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RightsRequestFactory,
)
from tests.sar.test_pages import queries, text

pytestmark = pytest.mark.django_db

HERS = "amelia@example.org"


@given(st.dates(min_value=date(2000, 1, 1)))
def test_each_day_lies_in_the_quarter_that_begins_last_before_it(day):
    begins = quarter_of(day)
    assert (begins.day, begins.month % 3, begins.year) == (1, 1, day.year)
    assert 0 <= (day - begins).days < 92


def answered(received, days, dpo, **given):
    """A request that was refused so many days after it came."""
    at = timezone.make_aware(datetime(received.year, received.month, received.day, 12))
    return RightsRequestFactory(
        received_on=received,
        status="refused",
        refused_at=at + timedelta(days=days),
        refused_by=dpo,
        refusal_reasons="Repeated.",
        **given,
    )


def test_figures_count_what_came_and_what_became_of_it(dpo):
    may = date(2026, 5, 4)
    requests_ = [
        answered(may, 10, dpo),
        answered(may, 40, dpo, kind=Kind.ERASURE, late_reason="search"),
        answered(may, 60, dpo),
        answered(date(2026, 8, 3), 5, dpo),
        RightsRequestFactory(received_on=date(2026, 8, 3)),
    ]
    extended = answered(may, 41, dpo)
    ExtensionFactory(request=extended, notice_sent_on=may)
    summer, spring = figures_of([*requests_, extended], on=date(2026, 11, 1))
    assert (spring.name, spring.received, spring.extended) == ("April to June 2026", 4, 1)
    assert (spring.on_time, spring.late, spring.days_taken) == (2, 2, 40.5)
    assert spring.outcomes == {"Refused": 4}
    assert spring.reasons == {"Searching took longer": 1, "No reason written down": 1}
    assert spring.kinds[Kind.ERASURE.label] == 1
    assert (summer.late_open, summer.running, summer.on_time) == (1, 0, 1)


def test_the_page_of_figures_is_the_officers_and_its_queries_do_not_grow(dpo_client, dpo):
    page = reverse("sar:figures")
    answered(timezone.localdate() - timedelta(days=20), 2, dpo)
    with entries_since() as entries:
        shown = text(dpo_client.get(page))
    assert [(one.verb, one.people) for one in entries] == [(Verb.REQUEST_FIGURES_READ, [])]
    assert "Answered in time" in shown
    one = queries(dpo_client, page)
    for _ in range(29):
        answered(timezone.localdate() - timedelta(days=20), 2, dpo)
    assert queries(dpo_client, page) == one


def test_a_worker_reads_no_figures(worker_client):
    assert worker_client.get(reverse("sar:figures")).status_code == 403


def test_why_an_answer_is_late_is_written_down(dpo, access, amelia):
    with pytest.raises(Refused, match="not late"):
        requests.say_why_late(request=access, late_reason="search", by=dpo)
    late = RightsRequestFactory(
        person=amelia, received_on=timezone.localdate() - timedelta(days=60)
    )
    with entries_since() as entries:
        requests.say_why_late(request=late, late_reason="search", by=dpo)
    assert [one.verb for one in entries] == [Verb.REQUEST_LATE_SAID]
    assert late.late_reason == "search"


# --- The status page -----------------------------------------------------------------------------


@pytest.fixture
def safe(access):
    ContactPointFactory(
        person=access.person, kind="email", value=HERS, value_sought=HERS, safe_for_messages=True
    )
    return access


def test_a_link_opens_once_and_shows_nothing_about_anybody(client, dpo, safe, smtp):
    with entries_since() as entries:
        status.send_status_link(request=safe, by=dpo)
    assert [(one.verb, one.people) for one in entries] == [
        (Verb.STATUS_LINK_SENT, [safe.person_id])
    ]
    (mail,) = smtp.to(HERS)
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.get_content())[1]
    assert safe.reference not in mail.get_content() + str(mail["Subject"])
    # Looking at it opens nothing yet: programs that read e-mail follow links.
    assert "opens once" in text(client.get(path))
    with entries_since() as entries:
        shown = text(client.post(path))
    assert [(one.verb, one.people) for one in entries] == [
        (Verb.STATUS_LINK_OPENED, [safe.person_id])
    ]
    assert "Our answer is due by" in shown
    for secret in ("Hart", "Amelia", safe.reference, safe.asked, HERS):
        assert secret not in shown
    again = client.post(path)
    assert (again.status_code, "leads nowhere any more" in text(again)) == (409, True)


def test_whoever_waits_too_long_is_told_that_it_is_late(client, dpo, safe, smtp):
    change(safe, received_on=TODAY - timedelta(days=80))
    status.send_status_link(request=safe, by=dpo)
    (mail,) = smtp.to(HERS)
    shown = text(client.post(re.search(r"https?://[^/\s]+(/\S+)", mail.get_content())[1]))
    assert "we are sorry that it is late" in shown
    assert "is due by" not in shown


def test_an_old_link_a_replaced_one_and_a_guess_lead_nowhere(client, dpo, safe, smtp):
    status.send_status_link(request=safe, by=dpo)
    status.send_status_link(request=safe, by=dpo)
    first, second = (
        re.search(r"/(\S+)/status/(\S+)/", mail.get_content())[2] for mail in smtp.to(HERS)
    )
    change(StatusLink.objects.last(), recorded_at=timezone.now() - timedelta(days=15))
    for secret in (first, second, "guess"):
        answer = client.post(reverse("sar:status", args=[secret]))
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Ask us for another one" in page
        # Words for staff, which would frighten whoever asked.
        assert "ask your manager" not in page


def withdrawn(request, by):
    requests.withdraw(
        request=request,
        withdrawn_on=TODAY,
        withdrawn_how="phone",
        withdrawal="He pressed her and she rang again.",
        by=by,
    )


def corrected(request, by):
    day = request.received_on - timedelta(days=2)
    given = {"received_on": day, "kind": request.kind, "channel": request.channel}
    correct_request(request=request, **given, because="The stamp.", by=by)


def promised(request, by):
    EvidenceSeenFactory(request=request)
    change(
        request,
        kind="erasure",
        status="answered",
        outcome="done",
        answered_at=timezone.now(),
        answered_by=by,
        gone_by=PROMISED,
    )


def stopped(request, by):
    promised(request, by)
    because = "A safeguarding concern is not dealt with yet."
    note_stop(request=request, because=because, telling="For now.", on=TODAY, by=by)


def waits(request, by):
    EvidenceAskedFactory(request=request, because="The letter came from somewhere else.")


TODAY = timezone.localdate()
PROMISED = TODAY + timedelta(days=21)


@pytest.mark.parametrize(
    ("what", "says", "never"),
    [
        (withdrawn, "You have taken your request back", "due by"),
        (corrected, "Our answer is due by", "The stamp"),
        (promised, f"is done by {plain(PROMISED)}", "due by"),
        (stopped, "Some of what we told you cannot be done yet", plain(PROMISED)),
        (waits, "We wait for something that we asked you for", "due by"),
    ],
)
def test_the_page_says_how_far_it_is_and_nothing_of_anybody(
    client, dpo, safe, smtp, what, says, never
):
    status.send_status_link(request=safe, by=dpo)
    (mail,) = smtp.to(HERS)
    what(safe, dpo)
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.get_content())[1]
    shown = text(client.post(path))
    assert says in shown
    standing = RightsRequest.objects.get(pk=safe.pk)
    if what is corrected:
        assert plain(deadline_of(standing, TODAY).deadline.due) in shown
    for secret in (never, "Hart", "Amelia", safe.reference, safe.asked, HERS, "eras", "pressed"):
        assert secret not in shown, secret


def test_no_link_goes_where_it_is_not_safe(dpo, safe, smtp):
    DoNotContactFactory(person=safe.person, barred="email", reason="He reads it.")
    with entries_since() as entries, pytest.raises(Refused, match="He reads it"):
        status.send_status_link(request=safe, by=dpo)
    assert (entries, smtp.letters) == ([], [])
