"""How a request ends and is put right: taken back, corrected while it is open, erased after its answer."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from audit.verbs import Verb
from core.dates import plain
from core.errors import LogUnavailable, Refused
from retention.actions.erasures import take_up
from retention.erasing import why_not_erased
from sar.actions import answering, erasure, requests
from sar.actions.correcting import correct_address, correct_request
from sar.actions.letters import send_letter
from sar.actions.notices import tell_of_erasures
from sar.actions.search import chase_searches
from sar.addresses import party_of, where
from sar.answering import THE_LAST, gone_by, unfinished
from sar.clock import Clock, Pause, Right, Started
from sar.deadlines import deadline_of
from sar.kinds import Channel, Kind, Requester
from sar.letter_kinds import LetterKind
from sar.letter_rules import draft_for, owed, why_not
from sar.models import RequestCorrection, RightsRequest
from sar.pack.gather import gather
from sar.queries.figures import figures_of
from sar.queries.holds import erasures_to_act_on, what_holds
from sar.workflow import RequestStatus
from tests.cases.world import signed_in, the
from tests.conftest import entries_since
from tests.factories.base import note as entry
from tests.factories.cases import TaskFactory
from tests.factories.sar import (
    ClarificationFactory,
    RequestLetterFactory,
    RightsRequestFactory,
    SearchFactory,
)
from tests.sar.test_answering import HERS, asks, decided, note_of, words, world  # noqa: F401  # a fixture
from tests.sar.test_pages import text

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def afresh(request):
    return RightsRequest.objects.get(pk=request.pk)


def letter_of(kind, request, by):
    return draft_for(kind, afresh(request), name="Amelia Hart", by=by, on=TODAY).body


# --- An erasure is answered in time, and followed by a letter when it is done -------------------------


@pytest.fixture
def officer():
    return the(Role.DPO)


def answered_erasure(world, officer):  # noqa: F811  # the fixture's world
    request = asks(world, Kind.ERASURE)
    note_of(world)
    note_of(world)
    gone, _kept = decided(request, world, "erase", "keep", by=officer)
    request = afresh(request)
    answering.answer_request(
        request=request, outcome="partly", **words(request, officer), by=officer
    )
    return afresh(request), gone


def test_an_erasure_is_answered_before_it_is_gone_with_its_day_and_again_when_it_is(
    world,  # noqa: F811
    officer,
    settings,
):
    settings.ERASURE_DAYS = 20
    request, gone = answered_erasure(world, officer)
    promised = TODAY + timedelta(days=20)
    assert (request.status, request.gone_by) == (RequestStatus.ANSWERED, promised)
    told = request.letters.get().body
    for said in (
        "We have decided to erase:\n1 note",
        f"It is gone by {plain(promised)} at the latest.",
        "When it is gone we write to you once more.",
        "She may sue.",
        "Our backups hold it",
    ):
        assert said in told, said
    assert "We have erased" not in told
    # What is answered holds nothing, and the engine may act on it.
    assert what_holds(world.amelia) == []
    assert [one.pk for one in erasures_to_act_on()] == [gone.pk]
    assert "Not all of it is gone" in why_not(LetterKind.ERASED, request)
    erasure.acted(item=gone, by=officer)
    request = afresh(request)
    assert LetterKind.ERASED in owed(request)
    body = letter_of(LetterKind.ERASED, request, officer)
    gone_from_backups = TODAY + timedelta(days=settings.BACKUPS["days"])
    for said in ("1 note", plain(gone_from_backups)):
        assert said in body
    send_letter(
        kind=LetterKind.ERASED,
        request=request,
        **{**words(request, officer), "body": body},
        by=officer,
    )
    assert LetterKind.ERASED not in owed(afresh(request))


def test_the_last_letter_says_so_where_the_persons_own_record_goes(world, officer):  # noqa: F811
    request = asks(world, Kind.ERASURE)
    (own,) = [one for one in gather(world.amelia).items if one.source == "cases.Person"]
    made = erasure.decide(
        request=request, item=own, decision="erase", ground="not_needed", because="x", by=officer
    )
    erasure.approve(item=made, by=the(Role.SAFEGUARDING_LEAD))
    letter = words(afresh(request), officer)
    assert THE_LAST in letter["body"]
    assert "once more" not in letter["body"]
    answering.answer_request(request=request, outcome="done", **letter, by=officer)
    # The engine erases somebody only when they were answered: the answer came first.
    (proposal,) = take_up(request=request, by=officer)
    assert why_not_erased(proposal) == ""


@pytest.mark.parametrize("ago", [0, 19, 40])
def test_the_promised_day_counts_from_the_approval_and_is_never_past(world, officer, settings, ago):  # noqa: F811
    settings.ERASURE_DAYS = 20
    request = asks(world, Kind.ERASURE)
    note_of(world)
    decided(request, world, "erase", by=officer)
    on = TODAY + timedelta(days=ago)
    assert gone_by(afresh(request), on=on) == TODAY + timedelta(days=20 if ago < 20 else ago + 20)


def test_the_desk_is_told_once_when_the_promised_day_comes_near_and_when_it_passes(
    world,  # noqa: F811
    officer,
    settings,
):
    settings.ERASURE_DAYS, settings.DEADLINE_NEAR_DAYS = 20, 7
    request, gone = answered_erasure(world, officer)
    assert tell_of_erasures(on=TODAY) == 0
    with entries_since() as entries:
        assert tell_of_erasures(on=TODAY + timedelta(days=13)) == 1
        assert tell_of_erasures(on=TODAY + timedelta(days=14)) == 0
        assert tell_of_erasures(on=TODAY + timedelta(days=21)) == 1
    told = {one.verb for one in entries} & {Verb.ERASURE_NEARLY_DUE, Verb.ERASURE_LATE}
    assert told == {Verb.ERASURE_NEARLY_DUE, Verb.ERASURE_LATE}
    shown = text(signed_in(officer).get(request.get_absolute_url()))
    assert "Not gone yet: 1 of what was decided." in shown
    erasure.acted(item=gone, by=officer)
    assert tell_of_erasures(on=TODAY + timedelta(days=40)) == 0


def test_the_database_wants_a_day_where_something_is_still_to_be_erased(world, officer):  # noqa: F811
    request = asks(world, Kind.ERASURE)
    note_of(world)
    decided(request, world, "erase", by=officer)
    assert unfinished(afresh(request), on=TODAY) == []
    entry()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="has its day"):
        cursor.execute(
            "UPDATE sar_rightsrequest SET status = 'answered', outcome = 'done',"
            " answered_at = now(), answered_by_id = %s WHERE id = %s",
            [officer.pk, request.pk],
        )


# --- Taken back -------------------------------------------------------------------------------------


def taken_back(**given):
    return {
        "withdrawn_on": TODAY,
        "withdrawn_how": Channel.PHONE,
        "withdrawal": "She rang Dean: she has seen enough.",
        **given,
    }


def test_a_request_that_is_taken_back_ends_holds_nothing_and_asks_nobody(access, dpo, worker):
    task = TaskFactory(for_user=worker)
    SearchFactory(request=access, asked_of=worker, asked_on=TODAY, due_on=TODAY, task=task)
    assert what_holds(access.person)
    with entries_since() as entries:
        requests.withdraw(request=access, **taken_back(), by=dpo)
    assert [one.verb for one in entries] == [Verb.REQUEST_WITHDRAWN, Verb.TASK_DROPPED]
    assert what_holds(access.person) == []
    assert chase_searches(on=TODAY + timedelta(days=30)) == 0
    late = afresh(access)
    assert deadline_of(late, TODAY + timedelta(days=90)).words == "withdrawn"
    (quarter,) = figures_of([late], on=TODAY)
    assert (dict(quarter.outcomes), quarter.on_time, quarter.late, quarter.days) == (
        {"Withdrawn by whoever asked": 1},
        0,
        0,
        [],
    )
    assert owed(late) == [LetterKind.WITHDRAWN]
    body = letter_of(LetterKind.WITHDRAWN, access, dpo)
    assert plain(TODAY) in body
    assert "You can ask again at any time." in body
    with pytest.raises(Refused, match="new request"):
        requests.withdraw(request=access, **taken_back(), by=dpo)
    # Asked again: a request of its own, with its own time.
    again = RightsRequestFactory(person=access.person, received_on=TODAY)
    assert what_holds(access.person)[0].reference == again.reference


def test_what_was_approved_to_be_erased_stays_when_it_is_taken_back(world, officer):  # noqa: F811
    request = asks(world, Kind.ERASURE)
    note_of(world)
    decided(request, world, "erase", by=officer)
    (proposal,) = take_up(request=request, by=officer)
    assert why_not_erased(proposal) == ""
    requests.withdraw(request=request, **taken_back(), by=officer)
    assert "nobody asks for this any more" in why_not_erased(proposal)
    assert not erasures_to_act_on().exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"withdrawal": " "}, "what they said"),
        ({"withdrawn_on": TODAY - timedelta(days=30)}, "before the request was received"),
        ({"withdrawn_on": TODAY + timedelta(days=1)}, "in the future"),
    ],
)
def test_it_is_not_taken_back_without_day_and_words(access, dpo, given, says):
    with entries_since() as entries, pytest.raises(Refused, match=says):
        requests.withdraw(request=access, **taken_back(**given), by=dpo)
    assert entries == []
    assert afresh(access).is_open


def test_a_withdrawal_is_undone_where_it_cannot_be_logged_and_stays_where_it_was(
    access, dpo, log_broken
):
    with pytest.raises(LogUnavailable):
        requests.withdraw(request=access, **taken_back(), by=dpo)
    assert afresh(access).is_open


@pytest.mark.parametrize(
    ("change_of", "says"),
    [("received_on = received_on - 1", "not corrected after"), ("withdrawal = 'x'", "stays")],
)
def test_the_database_keeps_a_withdrawal_and_how_a_request_came(access, dpo, change_of, says):
    requests.withdraw(request=access, **taken_back(), by=dpo)
    entry()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=says):
        cursor.execute(
            f"UPDATE sar_rightsrequest SET {change_of} WHERE id = %s", [access.pk]
        )  # words of this test


# --- Put right --------------------------------------------------------------------------------------


def as_it_stands(request, **given):
    return {
        "received_on": request.received_on,
        "kind": request.kind,
        "channel": request.channel,
        "requester_name": request.requester_name,
        "about_name": request.about_name,
        "because": "The stamp on the envelope says so.",
        **given,
    }


def test_a_wrong_day_is_put_right_and_the_clock_says_so(access, dpo):
    RequestLetterFactory(request=access, kind=LetterKind.ACKNOWLEDGE)
    wrong, right = access.received_on, access.received_on - timedelta(days=3)
    with entries_since() as entries:
        made = correct_request(
            request=access, **as_it_stands(access, received_on=right, channel=Channel.EMAIL), by=dpo
        )
    assert [one.verb for one in entries] == [Verb.REQUEST_CORRECTED]
    assert [(one.what, one.before, one.after) for one in made] == [
        ("received_on", wrong.isoformat(), right.isoformat()),
        ("channel", "letter", "email"),
    ]
    now = afresh(access)
    standing = deadline_of(now, TODAY)
    assert (
        standing.deadline.due
        == Clock(kind=Right.ACCESS, started=Started(received=right)).deadline.due
    )
    assert f"first written down as {plain(wrong)}" in standing.deadline.explanation[0]
    assert owed(now)[-1] == LetterKind.CORRECTED
    body = letter_of(LetterKind.CORRECTED, access, dpo)
    assert f"“{plain(right)}”, and not “{plain(wrong)}”" in body
    shown = text(signed_in(dpo).get(access.get_absolute_url()))
    assert "By e-mail, and not By letter" in shown


def test_a_mistyped_name_and_the_kind_are_put_right(amelia, dpo):
    request = RightsRequestFactory(
        person=amelia, requester=Requester.SOLICITOR, requester_name="Ann Low"
    )
    correct_request(
        request=request,
        **as_it_stands(request, requester_name="Ann Law", kind=Kind.ERASURE),
        by=dpo,
    )
    assert (request.requester_name, request.kind) == ("Ann Law", Kind.ERASURE)
    assert RequestCorrection.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Nothing is different"),
        ({"channel": Channel.EMAIL, "because": " "}, "what went wrong"),
        ({"received_on": TODAY + timedelta(days=1)}, "in the future"),
        ({"received_on": TODAY}, "Something happened"),
        ({"kind": Kind.ERASURE}, "a question that stopped the clock"),
    ],
)
def test_what_cannot_be_so_is_not_put_right(access, dpo, given, says):
    ClarificationFactory(request=access)
    with entries_since() as entries, pytest.raises(Refused, match=says):
        correct_request(request=access, **as_it_stands(access, **given), by=dpo)
    assert entries == []
    assert not RequestCorrection.objects.exists()


def test_nothing_is_put_right_after_the_end(access, dpo):
    requests.refuse(request=access, reasons="It repeats.", by=dpo)
    with pytest.raises(Refused, match="nothing is added to it any more"):
        correct_request(request=access, **as_it_stands(access, channel=Channel.EMAIL), by=dpo)


def test_a_correction_that_cannot_be_logged_is_undone(access, dpo, log_broken):
    with pytest.raises(LogUnavailable):
        correct_request(request=access, **as_it_stands(access, channel=Channel.EMAIL), by=dpo)
    assert afresh(access).channel == Channel.LETTER
    assert not RequestCorrection.objects.exists()


# --- Where to write to them, after the answer --------------------------------------------------------

RETURNED = {
    "because": "The letter came back; she rang on the number we know.",
    "reply_email": HERS,
    "reply_address": "",
}


@pytest.fixture
def answered(access, dpo):
    requests.refuse(request=access, reasons="It repeats.", by=dpo)
    return access


def test_an_address_is_put_right_after_the_answer_and_the_letter_can_go_there(answered, dpo):
    assert where(party_of(answered), LetterKind.REFUSE, "email", on=TODAY).why_not
    with entries_since() as entries:
        made = correct_address(request=answered, **RETURNED, by=dpo)
    assert [one.verb for one in entries] == [Verb.REQUEST_CORRECTED]
    assert [(one.what, one.before, one.after) for one in made] == [("reply_email", "", HERS)]
    found = where(party_of(afresh(answered)), LetterKind.REFUSE, "email", on=TODAY)
    assert found.addresses == (HERS,)
    page = signed_in(dpo)
    shown = text(page.get(answered.get_absolute_url()))
    assert f"The e-mail address they gave: {HERS}, and not nothing." in shown
    # It is no correction of what they asked: no letter about one is owed, and none can be written.
    assert owed(afresh(answered)) == [LetterKind.REFUSE]
    assert why_not(LetterKind.CORRECTED, afresh(answered))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reply_email": ""}, "Nothing is different"),
        ({"because": " "}, "how you know"),
    ],
)
def test_an_address_is_not_put_right_without_a_reason_or_a_change(answered, dpo, given, says):
    with entries_since() as entries, pytest.raises(Refused, match=says):
        correct_address(request=answered, **{**RETURNED, **given}, by=dpo)
    assert entries == []
    assert not RequestCorrection.objects.exists()


def test_an_address_of_an_open_request_is_said_with_how_they_are_answered(access, dpo):
    with pytest.raises(Refused, match="how they would like to be answered"):
        correct_address(request=access, **RETURNED, by=dpo)


def test_an_address_that_cannot_be_logged_stays_as_it_was(answered, dpo, log_broken):
    with pytest.raises(LogUnavailable):
        correct_address(request=answered, **RETURNED, by=dpo)
    assert afresh(answered).reply_email == ""
    assert not RequestCorrection.objects.exists()


def test_an_address_is_put_right_on_the_page(dpo_client, answered):
    lever = reverse("sar:request-lever", args=[answered.reference, "address"])
    assert lever in dpo_client.get(answered.get_absolute_url()).content.decode()
    wrong = dpo_client.post(lever, {**RETURNED, "because": ""})
    assert wrong.status_code == 422
    assert wrong.context["form"]["reply_email"].value() == HERS
    assert dpo_client.post(lever, RETURNED).status_code == 302
    assert afresh(answered).reply_email == HERS


def test_choosing_no_letter_is_said(dpo_client, access):
    address = reverse("sar:letter-add", args=[access.reference])
    assert dpo_client.get(address).status_code == 200
    nothing = dpo_client.get(address, {"chosen": "yes"})
    assert nothing.status_code == 422
    assert "Which letter" in text(nothing)


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


# The first draw imports what it needs, which takes long on a busy machine.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(right=DAYS, wrong=DAYS, asked=st.integers(0, 27), paused=st.integers(0, 40))
def test_a_day_put_right_counts_as_if_it_had_been_right_at_once(right, wrong, asked, paused):
    first = right + timedelta(days=asked)
    pauses = (Pause(first, first + timedelta(days=paused)),)
    plain_, corrected = (
        Clock(
            kind=Right.ACCESS,
            started=Started(received=right, mistaken=mistaken),
            pauses=pauses,
        ).deadline
        for mistaken in ((), (wrong,))
    )
    assert (corrected.due, corrected.statutory_due) == (plain_.due, plain_.statutory_due)
    assert corrected.explanation[1:] == plain_.explanation


# --- On the pages -----------------------------------------------------------------------------------


def test_both_are_done_on_the_page_and_bad_input_keeps_what_was_typed(dpo_client, access):
    lever = reverse("sar:request-lever", args=[access.reference, "correct"])
    page = dpo_client.get(lever)
    assert page.context["form"].initial["received_on"] == access.received_on
    day = access.received_on - timedelta(days=1)
    sent = {
        "received_on_0": day.day,
        "received_on_1": day.month,
        "received_on_2": day.year,
        "kind": "access",
        "channel": "email",
        "because": "",
    }
    wrong = dpo_client.post(lever, sent)
    assert wrong.status_code == 422
    assert wrong.context["form"]["channel"].value() == "email"
    assert dpo_client.post(lever, {**sent, "because": "The stamp."}).status_code == 302
    assert afresh(access).received_on == day
    lever = reverse("sar:request-lever", args=[access.reference, "withdraw"])
    sent = {
        "withdrawal": "She rang.",
        "withdrawn_how": "phone",
        "withdrawn_on_0": TODAY.day,
        "withdrawn_on_1": TODAY.month,
        "withdrawn_on_2": TODAY.year,
    }
    assert dpo_client.post(lever, {**sent, "withdrawal": ""}).status_code == 422
    assert dpo_client.post(lever, sent).status_code == 302
    again = dpo_client.post(lever, sent)
    assert again.status_code == 422
    assert "nothing is added to it any more" in text(again)
    shown = text(dpo_client.get(access.get_absolute_url()))
    assert "Still to be written: the request is withdrawn." in shown
    assert "They take it back" not in shown
