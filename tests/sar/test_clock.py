"""The clock of a rights request, by the table of the law, by what is wrong, and by brute force."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.dates import ENGLAND, add_months, is_working_day, next_working_day, plain
from core.errors import Refused
from sar.clock import (
    Clock,
    Deadline,
    Extension,
    Gate,
    Ground,
    Pause,
    Right,
    Started,
    SupposedExtension,
    check_extension,
    check_pause,
    complaint_acknowledge_by,
)

CALM = settings(deadline=None)


def day(written: str) -> date:
    return date.fromisoformat(written)


def pause(written: str) -> Pause:
    """A pause written "asked:answered", or "asked:" while there is no answer."""
    asked, _, answered = written.partition(":")
    return Pause(day(asked), day(answered) if answered else None)


def clock(received: str, *pauses: str, kind: Right = Right.ACCESS, **gates: str) -> Clock:
    return Clock(
        kind=kind,
        started=Started(received=day(received), **{gate: day(on) for gate, on in gates.items()}),
        pauses=tuple(pause(written) for written in pauses),
    )


def extended(
    request: Clock, *, sent: str | None = None, ground: Ground = Ground.COMPLEXITY
) -> Clock:
    made = SupposedExtension() if sent is None else Extension(day(sent), ground)
    return replace(request, extension=made)


def dues(request: Clock) -> tuple[str, str]:
    deadline = request.deadline
    assert deadline.due is not None
    assert deadline.statutory_due is not None
    return deadline.due.isoformat(), deadline.statutory_due.isoformat()


# --- The table of the law -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due", "why"),
    [
        ("2025-09-03", "2025-10-03", "same date (the regulator's example)"),
        ("2026-09-03", "2026-10-05", "Saturday rolls to Monday"),
        ("2026-03-31", "2026-04-30", "short month"),
        ("2025-01-31", "2025-02-28", "short month"),
        ("2028-01-31", "2028-02-29", "short month of a leap year"),
        ("2026-01-31", "2026-03-02", "clamped to 28 February, a Saturday, then rolled"),
        ("2019-09-27", "2019-10-28", "Sunday rolls to Monday (Ministry of Justice)"),
        ("2026-11-25", "2026-12-29", "Christmas: 25th, Saturday, Sunday, substitute day"),
        ("2027-04-01", "2027-05-04", "Saturday, then a bank-holiday Monday"),
        ("2026-03-03", "2026-04-07", "Good Friday, Saturday, Sunday, Easter Monday"),
        ("2027-12-01", "2028-01-04", "New Year's Day on a Saturday, its substitute on Monday"),
        ("2026-10-03", "2026-11-03", "received on a Saturday: that day counts"),
        ("2026-12-25", "2027-01-25", "received on Christmas Day: that day counts"),
        ("2028-02-29", "2028-03-29", "received on a leap day"),
        ("2020-04-04", "2020-05-04", "May Day was moved to 8 May that year"),
        ("2020-04-08", "2020-05-11", "and 8 May was a holiday, a Friday"),
        ("2022-08-19", "2022-09-20", "the Queen's funeral, proclaimed nine days before"),
        ("2100-12-01", "2101-01-04", "the last year the clock knows"),
    ],
)
@pytest.mark.parametrize("kind", Right)
def test_one_month(kind, received, due, why):
    assert dues(clock(received, kind=kind)) == (due, due), why


@pytest.mark.parametrize(
    ("received", "due", "why"),
    [
        ("2019-09-26", "2019-12-27", "three months, Boxing Day"),
        ("2027-01-31", "2027-04-30", "clamp of three months, not 28 February and two more"),
        ("2026-11-30", "2027-03-01", "28 February is a Sunday"),
        ("2026-08-31", "2026-11-30", "30 September and two more would be the 30th as well"),
        ("2026-12-31", "2027-03-31", "31 January and two more, with no clamp between"),
    ],
)
@pytest.mark.parametrize("kind", Right)
def test_three_months_once_extended(kind, received, due, why):
    request = extended(clock(received, kind=kind))
    assert dues(request) == (due, due), why
    assert request.deadline.extended


@pytest.mark.parametrize(
    ("received", "pauses", "due", "statutory_due", "why"),
    [
        ("2027-02-01", ["2027-02-08:2027-02-15"], "2027-03-08", "2027-03-09", "7 or 8 days"),
        ("2027-02-01", ["2027-02-08:2027-02-08"], "2027-03-01", "2027-03-02", "0 or 1 day"),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-15", "2027-02-15:2027-02-20"],
            *("2027-03-15", "2027-03-15", "two that share the 15th: 12 or 13 days, as in one"),
        ),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-20"],
            *("2027-03-15", "2027-03-15", "one: 12 or 13 days, both on a weekend"),
        ),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-15", "2027-02-16:2027-02-20"],
            *("2027-03-12", "2027-03-15", "the clock ran from the 15th to the 16th: 11 or 13"),
        ),
        (
            "2027-02-01",
            ["2027-02-10:2027-02-17", "2027-02-08:2027-02-12"],
            *("2027-03-10", "2027-03-11", "overlapping: 9 or 10 days"),
        ),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-17", "2027-02-10:2027-02-12"],
            *("2027-03-10", "2027-03-11", "one within the other: 9 or 10 days"),
        ),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-15", "2027-02-08:2027-02-15"],
            *("2027-03-08", "2027-03-09", "entered twice: 7 or 8 days"),
        ),
        (
            "2027-02-01",
            ["2027-02-08:2027-02-08", "2027-02-10:2027-02-10", "2027-02-12:2027-02-12"],
            *("2027-03-01", "2027-03-04", "three same-day questions: 0 or 3 days"),
        ),
        (
            "2027-02-01",
            ["2027-02-01:2027-02-03"],
            *("2027-03-03", "2027-03-04", "asked on the first day"),
        ),
        (
            "2027-02-01",
            ["2027-03-01:2027-03-05"],
            *("2027-03-05", "2027-03-08", "asked on the last day: 4 or 5"),
        ),
        (
            "2027-02-01",
            ["2027-02-26:2027-03-02", "2027-03-05:2027-03-09"],
            *("2027-03-09", "2027-03-11", "the second in the time the first one gave"),
        ),
        (
            "2026-09-03",
            ["2026-09-08:2026-09-10"],
            *("2026-10-05", "2026-10-06", "2 or 3 days from Saturday 3 October, not from Monday"),
        ),
        (
            "2026-01-31",
            ["2026-02-02:2026-02-05"],
            *("2026-03-03", "2026-03-04", "from 28 February, clamped, not from 2 March, rolled"),
        ),
        (
            "2026-11-20",
            ["2026-11-25:2026-11-30"],
            *("2026-12-29", "2026-12-29", "20 December and 5 or 6 days, then Christmas"),
        ),
    ],
)
def test_clarification_pauses_an_access_request(received, pauses, due, statutory_due, why):
    assert dues(clock(received, *pauses)) == (due, statutory_due), why
    assert dues(clock(received, *reversed(pauses))) == (due, statutory_due), "in any order"


@pytest.mark.parametrize(
    ("gates", "start", "due", "why"),
    [
        ({}, "2027-02-01", "2027-03-01", "nothing was asked for"),
        ({"identity": "2027-02-12"}, "2027-02-12", "2027-03-12", "reset, not pause"),
        ({"authority": "2027-02-12"}, "2027-02-12", "2027-03-12", "an agent's authority"),
        ({"fee": "2027-02-12"}, "2027-02-12", "2027-03-12", "a fee lawfully asked"),
        (
            {"identity": "2027-02-12", "authority": "2027-02-09", "fee": "2027-02-10"},
            *("2027-02-12", "2027-03-12", "the latest of them all"),
        ),
        (
            {"identity": "2027-02-09", "authority": "2027-02-10", "fee": "2027-02-28"},
            *("2027-02-28", "2027-03-30", "28 March is Easter Sunday"),
        ),
        ({"authority": "2027-01-12"}, "2027-02-01", "2027-03-01", "already there: no reset"),
        ({"identity": "2027-01-31"}, "2027-02-01", "2027-03-01", "the day before: no reset"),
    ],
)
def test_start_is_the_latest_of_what_had_to_come(gates, start, due, why):
    request = clock("2027-02-01", **gates)
    assert dues(request) == (due, due), why
    assert request.deadline.start == day(start)


def test_a_reset_counts_its_extension_from_the_new_start():
    request = extended(clock("2027-01-20", identity="2027-01-31"))
    assert dues(request) == ("2027-04-30", "2027-04-30")


# --- Rules that older pages still give, and that are wrong -----------------------------------------


@pytest.mark.parametrize(
    ("received", "wrong", "rule"),
    [
        ("2025-09-03", "2025-10-06", "counted from the day after receipt (4 October, a Saturday)"),
        ("2025-09-03", "2025-10-13", "40 days"),
        ("2025-03-03", "2025-04-02", "30 days"),
        ("2026-10-03", "2026-11-05", "counted from the first working day"),
        ("2025-12-02", "2026-01-05", "2 January, a Scottish holiday"),
        ("2026-07-03", "2026-08-04", "the Scottish bank holiday of August"),
        ("2026-10-30", "2026-12-01", "St Andrew's Day"),
        ("2026-03-06", "2026-04-06", "Easter Monday a working day, as in Scotland"),
        ("2026-02-17", "2026-03-18", "St Patrick's Day"),
        ("2026-06-13", "2026-07-14", "the Battle of the Boyne"),
        ("2026-01-31", "2026-03-03", "31 February spilling into March"),
        ("2026-09-03", "2026-10-02", "rolled back to the Friday"),
    ],
)
def test_wrong_ways_to_count_a_month(received, wrong, rule):
    assert dues(clock(received)) != (wrong, wrong), rule
    assert next_working_day(add_months(day(received), 1)) == clock(received).deadline.due


def test_pause_days_are_not_added_after_rolling():
    request = clock("2026-09-03", "2026-09-08:2026-09-10")
    rolled_first = next_working_day(day("2026-10-03")) + timedelta(days=2)
    assert rolled_first == day("2026-10-07") != request.deadline.due


def test_a_pause_does_not_reset():
    assert clock("2027-02-01", "2027-02-08:2027-02-15").deadline.start == day("2027-02-01")


# --- An open pause, and a start that waits ---------------------------------------------------------


def test_an_open_pause_leaves_no_deadline():
    deadline = clock("2027-02-01", "2027-02-08:").deadline
    assert (deadline.due, deadline.statutory_due, deadline.unextended_due) == (None, None, None)
    assert deadline.paused
    assert deadline.days_used == 7
    assert deadline.sentence == "No deadline yet: paused, 7 days used."
    assert deadline.days_left(day("2027-06-01")) is None


@pytest.mark.parametrize(
    ("pauses", "used"),
    [
        (["2027-02-01:"], 0),
        (["2027-02-02:"], 1),
        (["2027-02-08:2027-02-15", "2027-02-20:"], 12),
        (["2027-02-08:2027-02-15", "2027-02-12:"], 7),
        (["2027-02-08:2027-02-15", "2027-02-15:"], 7),
        (["2027-02-08:2027-02-15", "2027-02-16:"], 8),
        (["2027-02-08:", "2027-02-10:2027-02-12"], 7),
        (["2027-02-08:", "2027-02-10:"], 7),
        (["2027-02-08:", "2027-06-10:"], 7),
        (["2027-03-01:"], 28),
    ],
)
def test_days_used_when_paused(pauses, used):
    deadline = clock("2027-02-01", *pauses).deadline
    assert (deadline.days_used, deadline.due) == (used, None)
    assert deadline.state == ("paused, 1 day used" if used == 1 else f"paused, {used} days used")


def test_what_is_asked_during_an_open_pause_is_never_too_late():
    paused = clock("2027-02-01", "2027-02-08:", "2027-06-10:2027-06-12")
    assert "asked for on 10 June 2027 and given on 12 June 2027." in paused.deadline.explanation[3]
    assert check_pause(paused, asked_on=day("2027-07-01")).deadline.days_used == 7


def test_a_running_clock_is_not_paused():
    deadline = clock("2027-02-01", "2027-02-08:2027-02-15").deadline
    assert not deadline.paused
    assert deadline.days_used is None
    assert deadline.state == ""


def test_an_extended_request_may_be_paused():
    request = extended(clock("2027-02-01", "2027-04-12:"), sent="2027-02-20")
    deadline = request.deadline
    assert (deadline.paused, deadline.days_used, deadline.extended) == (True, 70, True)
    assert deadline.unextended_due == day("2027-03-01"), "the pause came after the first month"
    answered = replace(request, pauses=(pause("2027-04-12:2027-04-19"),))
    assert dues(answered) == ("2027-05-10", "2027-05-10"), "1 May and 7 or 8 days, a weekend"


def test_pause_days_lengthen_the_extended_time_too():
    request = extended(clock("2027-02-01", "2027-02-08:2027-02-15"), sent="2027-03-08")
    assert dues(request) == ("2027-05-10", "2027-05-10")
    assert request.deadline.unextended_due == day("2027-03-08")


def test_the_clock_has_not_started_while_evidence_is_awaited():
    started = Started(received=day("2027-02-01"), awaited=frozenset({Gate.IDENTITY}))
    deadline = Clock(kind=Right.ACCESS, started=started).deadline
    assert (deadline.start, deadline.due, deadline.statutory_due) == (None, None, None)
    assert (deadline.unextended_due, deadline.paused) == (None, False)
    assert deadline.awaited == {Gate.IDENTITY}
    assert deadline.sentence == "No deadline yet: not started, evidence of identity is awaited."
    assert deadline.explanation == (
        "The request was received on Monday 1 February 2027.",
        (
            "Evidence of identity is awaited: the time starts when all that was asked for has come "
            "(UK GDPR Art 12A(2))."
        ),
    )


def test_everything_awaited_is_named():
    started = Started(received=day("2027-02-01"), awaited=frozenset(Gate))
    assert Clock(kind=Right.ACCESS, started=started).deadline.state == (
        "not started, evidence of identity, authority to act for the person and the fee are awaited"
    )


def test_what_has_come_is_no_longer_awaited():
    with pytest.raises(ValueError, match="no longer awaited"):
        Started(
            received=day("2027-02-01"),
            identity=day("2027-02-02"),
            awaited=frozenset({Gate.IDENTITY}),
        )


# --- What cannot be: refused, with a sentence ------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in Right if kind is not Right.ACCESS])
def test_only_access_can_be_paused(kind):
    with pytest.raises(Refused, match=f"this is a request for {kind}: its time goes on"):
        clock("2027-02-01", "2027-02-08:", kind=kind)


def test_a_pause_cannot_begin_before_the_start():
    with pytest.raises(Refused) as refused:
        clock("2027-02-01", "2027-02-15:2027-02-16", "2027-02-08:2027-02-15", identity="2027-02-12")
    assert str(refused.value) == (
        "The clock cannot be paused before it starts: clarification was asked for on "
        "8 February 2027, and the time starts on 12 February 2027. Correct the dates, or leave "
        "this pause out."
    )


def test_a_pause_cannot_begin_while_the_start_waits():
    started = Started(received=day("2027-02-01"), awaited=frozenset({Gate.FEE}))
    with pytest.raises(Refused, match="it has not started: the fee is awaited"):
        Clock(kind=Right.ACCESS, started=started, pauses=(pause("2027-02-08:"),))


def test_an_answer_cannot_come_before_its_question():
    with pytest.raises(Refused, match="dated 7 February 2027, before the question of 8 February"):
        pause("2027-02-08:2027-02-07")


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: clock("1999-12-31"),
        lambda: clock("2101-01-01"),
        lambda: clock("2027-02-01", identity="2207-02-01"),
        lambda: clock("2027-02-01", "2027-02-08:2207-02-09"),
        lambda: clock("2027-02-01", "2207-02-08:"),
        lambda: extended(clock("2027-02-01"), sent="2207-02-02"),
        lambda: complaint_acknowledge_by(day("2101-01-01")),
    ],
)
def test_a_year_the_clock_does_not_know(impossible):
    with pytest.raises(Refused, match=r"The clock knows the years 2000 to 2100, and .* outside"):
        impossible()


def test_a_moment_is_not_a_day():
    with pytest.raises(TypeError, match="is a moment, not a day"):
        Clock(kind=Right.ACCESS, started=Started(received=datetime(2027, 2, 1, 9, tzinfo=UTC)))


# --- A pause asked for too late --------------------------------------------------------------------


def test_asking_after_the_deadline_gives_no_time_back():
    overdue = clock("2027-02-01", "2027-03-02:2027-04-02")
    assert dues(overdue) == ("2027-03-01", "2027-03-01")
    assert (
        "Clarification was asked for on 2 March 2027, when the time had already run out on "
        "1 March 2027: that pauses nothing." in overdue.deadline.explanation
    )


def test_an_open_question_after_the_deadline_does_not_hide_that_it_is_overdue():
    deadline = clock("2027-02-01", "2027-03-02:").deadline
    assert not deadline.paused
    assert deadline.due == day("2027-03-01")
    assert deadline.days_left(day("2027-03-11")) == -10


@pytest.mark.parametrize(
    ("pauses", "dues_then", "why"),
    [
        (
            ["2026-10-05:2026-10-12"],
            *(("2026-10-12", "2026-10-12"), "asked on the Monday the time rolled to: 7 or 8"),
        ),
        (
            ["2026-10-05:2026-10-06", "2026-10-06:2026-10-12"],
            *(("2026-10-12", "2026-10-12"), "and so when it is asked and answered in pieces"),
        ),
        (
            ["2026-10-05:2026-10-06", "2026-10-07:2026-10-12"],
            *(("2026-10-09", "2026-10-12"), "or in pieces that do not share a day: 6 or 8"),
        ),
        (["2026-10-06:2026-10-12"], ("2026-10-05", "2026-10-05"), "the day after is too late"),
    ],
)
def test_asking_on_the_day_the_time_rolled_to_is_in_time(pauses, dues_then, why):
    """3 October 2026 is a Saturday; the time lasts until Monday, and is counted from Saturday."""
    assert dues(clock("2026-09-03", *pauses)) == dues_then, why


@pytest.mark.parametrize("asked", ["2027-02-01", "2027-03-08", "2027-03-09"])
def test_check_pause_adds_a_pause_that_is_in_time(asked):
    running = clock("2027-02-01", "2027-02-08:2027-02-15")
    assert check_pause(running, asked_on=day(asked)) == clock(
        "2027-02-01", "2027-02-08:2027-02-15", f"{asked}:"
    )


@pytest.mark.parametrize(
    ("request_", "asked", "sentence"),
    [
        (
            clock("2027-02-01", "2027-02-08:2027-02-15"),
            "2027-03-10",
            (
                "The time ran out on 9 March 2027, so asking for clarification on 10 March 2027 "
                "cannot pause it. Answer with what can be answered now."
            ),
        ),
        (
            clock("2027-02-01"),
            "2027-01-31",
            "before it starts: clarification was asked for on 31 J",
        ),
        (clock("2027-02-01", kind=Right.ERASURE), "2027-02-02", "a request for erasure: its time"),
        (clock("2027-02-01"), "2101-02-02", "knows the years 2000 to 2100"),
    ],
)
def test_check_pause_refuses(request_, asked, sentence):
    with pytest.raises(Refused) as refused:
        check_pause(request_, asked_on=day(asked))
    assert sentence in str(refused.value)


def test_check_pause_knows_the_extended_time():
    request = extended(clock("2027-02-01"), sent="2027-02-20")
    assert check_pause(request, asked_on=day("2027-04-12")).deadline.paused
    with pytest.raises(Refused, match="ran out on 4 May 2027"):
        check_pause(request, asked_on=day("2027-05-05"))


# --- Extension -------------------------------------------------------------------------------------


def ask(request: Clock, sent: str | None, **given: object) -> Extension:
    return check_extension(
        request,
        ground=given.get("ground", Ground.NUMBER),
        reasons=given.get("reasons", "Four requests came in one week."),
        notice_sent_on=None if sent is None else day(sent),
    )


@pytest.mark.parametrize(
    ("request_", "sent", "why"),
    [
        (clock("2026-09-03"), "2026-09-03", "on the day the request came"),
        (clock("2026-09-03"), "2026-10-05", "on the deadline, rolled to Monday"),
        (clock("2027-02-01", "2027-02-08:2027-02-15"), "2027-03-08", "on the paused deadline"),
        (clock("2027-02-01", "2027-02-08:"), "2027-02-10", "while paused"),
        (clock("2027-02-01", "2027-02-08:"), "2027-05-10", "while paused for long"),
        (clock("2027-02-01", "2027-03-01:"), "2027-05-10", "paused on the last day, for long"),
        (clock("2027-02-01", identity="2027-02-12"), "2027-02-05", "before the evidence came"),
        (clock("2027-02-01", identity="2027-02-12"), "2027-03-12", "on the deadline reset"),
        (clock("2027-02-01", kind=Right.ERASURE), "2027-03-01", "any right"),
    ],
)
def test_an_extension_in_time(request_, sent, why):
    made = ask(request_, sent)
    assert made == Extension(notice_sent_on=day(sent), ground=Ground.NUMBER), why
    assert replace(request_, extension=made).deadline.extended


def test_an_extension_before_the_clock_has_started():
    started = Started(received=day("2027-02-01"), awaited=frozenset({Gate.IDENTITY}))
    waiting = Clock(kind=Right.ACCESS, started=started)
    both = replace(waiting, extension=ask(waiting, "2027-03-15"))
    assert both.deadline.extended
    assert both.deadline.due is None


@pytest.mark.parametrize(
    ("request_", "sent", "deadline"),
    [
        (clock("2026-09-03"), "2026-10-06", "5 October 2026"),
        (clock("2027-02-01", "2027-02-08:2027-02-15"), "2027-03-09", "8 March 2027"),
        (clock("2027-02-01", "2027-03-02:2027-03-20"), "2027-03-05", "1 March 2027"),
        (clock("2027-02-01", "2027-03-02:"), "2027-03-05", "1 March 2027"),
        (clock("2027-02-01", identity="2027-02-12"), "2027-03-15", "12 March 2027"),
    ],
)
def test_a_late_notice_is_refused(request_, sent, deadline):
    with pytest.raises(Refused) as refused:
        ask(request_, sent)
    assert str(refused.value) == (
        f"A notice of extension sent on {plain(day(sent))} is too late: it had to be sent by "
        f"{deadline}, the deadline without it (UK GDPR Art 12A(4)). That deadline stands."
    )


def test_the_notice_is_judged_by_the_safe_day_not_the_statutory_one():
    request = clock("2027-02-01", "2027-02-08:2027-02-15")
    assert request.deadline.statutory_due == day("2027-03-09")
    with pytest.raises(Refused, match="too late"):
        ask(request, "2027-03-09")


@pytest.mark.parametrize(
    "first", [SupposedExtension(), Extension(day("2027-02-20"), Ground.COMPLEXITY)]
)
def test_a_second_extension_is_refused(first):
    with pytest.raises(Refused, match="extended once already, and the law allows that only once"):
        ask(replace(clock("2027-02-01"), extension=first), "2027-02-21")


@pytest.mark.parametrize(
    ("sent", "given_", "sentence"),
    [
        ("2027-02-20", {"ground": None}, "Say on which ground the time is extended"),
        ("2027-02-20", {"reasons": ""}, "Give the reasons for the delay"),
        ("2027-02-20", {"reasons": " \n "}, "Give the reasons for the delay"),
        (None, {}, "Give the day on which the notice of extension was sent"),
        ("2027-01-31", {}, "before the request was received on 1 February 2027"),
        ("2207-02-20", {}, "knows the years 2000 to 2100"),
    ],
)
def test_an_incomplete_extension_is_refused(sent, given_, sentence):
    with pytest.raises(Refused, match=sentence):
        ask(clock("2027-02-01"), sent, **given_)


def test_a_pause_taken_out_later_may_make_the_notice_late():
    """The facts decide: without its pause the request was due a week before the notice went out."""
    request = extended(clock("2027-02-01", "2027-02-08:2027-02-15"), sent="2027-03-08")
    assert request.deadline.extended
    corrected = replace(request, pauses=())
    assert not corrected.deadline.extended
    assert dues(corrected) == ("2027-03-01", "2027-03-01")
    assert (
        "A notice of extension was sent on 8 March 2027, after the deadline of 1 March 2027: too "
        "late, so it extends nothing (UK GDPR Art 12A(4))." in corrected.deadline.explanation
    )


def test_a_pause_taken_out_later_leaves_a_notice_that_was_early_enough():
    request = extended(clock("2027-02-01", "2027-02-08:2027-02-15"), sent="2027-03-01")
    assert dues(replace(request, pauses=())) == ("2027-05-04", "2027-05-04")


def test_identity_entered_later_moves_the_extended_deadline():
    request = extended(clock("2027-02-01"), sent="2027-02-20")
    assert dues(request) == ("2027-05-04", "2027-05-04")
    moved = replace(request, started=replace(request.started, identity=day("2027-02-12")))
    assert dues(moved) == ("2027-05-12", "2027-05-12")


# --- A changed table of holidays -------------------------------------------------------------------


def test_a_holiday_proclaimed_later_moves_the_deadline():
    request = clock("2029-04-11")
    assert dues(request) == ("2029-05-11", "2029-05-11")
    table = ENGLAND.with_changes(added={day("2029-05-11"): "Proclaimed"})
    after = replace(request, holidays=table)
    assert dues(after) == ("2029-05-14", "2029-05-14")
    assert after.deadline.explanation[-2] == (
        "Friday 11 May 2029 (Proclaimed), Saturday 12 May 2029 and Sunday 13 May 2029 are not "
        "working days in England and Wales: the next one is Monday 14 May 2029 "
        "(Regulation 1182/71 Art 3(4))."
    )


# --- Complaints ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "by", "why"),
    [
        ("2026-07-01", "2026-07-31", "30 days counted from 2 July"),
        ("2026-11-25", "2026-12-29", "25 December, then the weekend and the substitute day"),
        ("2026-09-03", "2026-10-05", "3 October is a Saturday"),
        ("2027-01-31", "2027-03-02", "days, not a month"),
        ("2028-01-31", "2028-03-01", "a leap year"),
    ],
)
def test_a_complaint_is_acknowledged_within_30_days(received, by, why):
    assert complaint_acknowledge_by(day(received)) == day(by), why


def test_a_complaint_follows_a_changed_table():
    table = ENGLAND.with_changes(added={day("2026-07-31"): "Proclaimed"})
    assert complaint_acknowledge_by(day("2026-07-01"), table) == day("2026-08-03")


# --- The explanation -------------------------------------------------------------------------------


def test_the_explanation_of_a_plain_request():
    assert clock("2026-09-03").deadline.explanation == (
        (
            "The request was received on Thursday 3 September 2026: its time starts on that day, "
            "working day or not (UK GDPR Art 12A(2)(a))."
        ),
        "One month from 3 September 2026 is 3 October 2026 (UK GDPR Art 12A(1)).",
        (
            "Saturday 3 October 2026 and Sunday 4 October 2026 are not working days in England and "
            "Wales: the next one is Monday 5 October 2026 (Regulation 1182/71 Art 3(4))."
        ),
        "Answer by Monday 5 October 2026, and without undue delay (UK GDPR Art 12(3)).",
    )


def test_the_explanation_of_everything_at_once():
    request = clock(
        "2027-01-20",
        "2027-02-08:2027-02-15",
        "2027-02-12:2027-02-20",
        "2027-02-23:2027-02-23",
        identity="2027-01-31",
        fee="2027-01-25",
    )
    deadline = extended(request, sent="2027-03-12", ground=Ground.NUMBER).deadline
    assert deadline.explanation == (
        "The request was received on Wednesday 20 January 2027.",
        "Evidence of identity was asked for and came on Sunday 31 January 2027.",
        "The fee was asked for and came on Monday 25 January 2027.",
        (
            "Its time starts on the latest of these days, 31 January 2027, working day or not "
            "(UK GDPR Art 12A(2))."
        ),
        (
            "A notice of extension was sent on 12 March 2027, by the deadline of 12 March 2027: "
            "because of the number of the person's requests the time is extended once, by two further "
            "months (UK GDPR Art 12A(3) and (4))."
        ),
        (
            "Three months from 31 January 2027 is 30 April 2027, the last day of a shorter month "
            "(UK GDPR Art 12A(1) and (3))."
        ),
        "Clarification was asked for on 8 February 2027 and given on 15 February 2027.",
        "Clarification was asked for on 12 February 2027 and given on 20 February 2027.",
        "Clarification was asked for on 23 February 2027 and given on the same day.",
        (
            "Not counted: 12 days by the difference between asking and answering, or 14 by the "
            "statute, which leaves out the days of asking and of answering as well "
            "(UK GDPR Art 12A(5)). A day that falls in two pauses is left out once."
        ),
        "By the difference: 30 April 2027 and 12 days is 12 May 2027.",
        "By the statute: 30 April 2027 and 14 days is 14 May 2027.",
        "Answer by Wednesday 12 May 2027, and without undue delay (UK GDPR Art 12(3)).",
        (
            "The statute allows until Friday 14 May 2027; staff work to the earlier day, which is "
            "safe by both readings."
        ),
    )
    assert deadline.sentence == (
        "Due by Wednesday 12 May 2027, extended (the statute allows until Friday 14 May 2027)."
    )


def test_the_explanation_of_an_open_pause():
    request = extended(clock("2027-02-01", "2027-02-08:"), sent="2027-03-12")
    assert request.deadline.explanation[1:] == (
        (
            "A notice of extension was sent on 12 March 2027, in time: because of the complexity of "
            "the request the time is extended once, by two further months "
            "(UK GDPR Art 12A(3) and (4))."
        ),
        "Three months from 1 February 2027 is 1 May 2027 (UK GDPR Art 12A(1) and (3)).",
        "Clarification was asked for on 8 February 2027 and has not been given.",
        (
            "The clock is paused, 7 days used, and there is no deadline until the answer comes "
            "(UK GDPR Art 12A(5))."
        ),
    )


@pytest.mark.parametrize(
    ("pauses", "words"),
    [([], "sent by 1 March 2027, the time"), (["2027-02-08:"], "sent in time, the time")],
)
def test_a_supposed_extension_says_what_it_supposes(pauses, words):
    explanation = extended(clock("2027-02-01", *pauses)).deadline.explanation
    assert words in explanation[1]
    assert explanation[1].startswith("Supposing that a notice with a ground and reasons is")


def test_the_sentence_of_a_plain_request():
    assert clock("2026-09-03").deadline.sentence == "Due by Monday 5 October 2026."


def test_days_left_count_to_the_day_staff_work_to():
    deadline = clock("2027-02-01", "2027-02-08:2027-02-15").deadline
    left = [deadline.days_left(day(on)) for on in ("2027-03-01", "2027-03-08", "2027-03-09")]
    assert left == [7, 0, -1]


# --- Whatever the dates ----------------------------------------------------------------------------

RECEIVED = st.dates(min_value=date(2000, 1, 1), max_value=date(2098, 12, 31))
EDGES = st.sampled_from([*range(1, 4), *range(27, 32)]).flatmap(
    lambda number: st.builds(
        lambda year, month: add_months(date(year, 1, number), month),
        st.integers(2000, 2098),
        st.integers(0, 11),
    )
)
"""Beginnings and ends of months, where the rules meet."""
SPELLS = st.lists(
    st.tuples(st.integers(0, 130), st.integers(0, 45) | st.sampled_from([0, 1, 2, 3])), max_size=5
)
"""Pauses: days from the start to asking, and from asking to the answer."""


@st.composite
def clocks(draw, spells=SPELLS):
    start = draw(RECEIVED | EDGES)
    pauses = tuple(
        Pause(start + timedelta(days=after), start + timedelta(days=after + lasting))
        for after, lasting in draw(spells)
    )
    extension = None
    if draw(st.booleans()):
        sent = start + timedelta(days=draw(st.integers(0, 150)))
        extension = Extension(sent, draw(st.sampled_from(Ground)))
    return Clock(
        kind=Right.ACCESS, started=Started(received=start), pauses=pauses, extension=extension
    )


def brute_force(request: Clock, months: int) -> tuple[date, date]:
    """Both deadlines, by walking through the calendar a day at a time.

    Every day in a pause puts the end off by one; the day of the answer does so by the statute only.
    The walk ends when a day comes that is past the end and is not in a pause that began before it.
    """
    start = request.started.received
    month = start.month - 1 + months
    safe = date(start.year + month // 12, month % 12 + 1, 1)
    while safe.day < start.day and (safe + timedelta(days=1)).day != 1:
        safe += timedelta(days=1)
    statutory = safe
    today, standing_still = start, False
    while True:
        past = today > next_working_day(statutory)
        standing_still = (standing_still or not past) and any(
            pause.asked <= today <= pause.answered for pause in request.pauses
        )
        if standing_still:
            statutory += timedelta(days=1)
            safe += timedelta(
                days=any(pause.asked <= today < pause.answered for pause in request.pauses)
            )
        elif past:
            return next_working_day(safe), next_working_day(statutory)
        today += timedelta(days=1)


@settings(CALM, max_examples=1000)
@given(clocks())
def test_the_clock_agrees_with_a_walk_through_the_calendar(request):
    unextended, _ = brute_force(request, months=1)
    deadline = request.deadline
    assert deadline.unextended_due == unextended
    in_time = request.extension is not None and request.extension.notice_sent_on <= unextended
    assert deadline.extended == in_time
    assert (deadline.due, deadline.statutory_due) == brute_force(request, 3 if in_time else 1)


@CALM
@given(clocks())
def test_what_holds_for_every_deadline(request):
    deadline = request.deadline
    start = request.started.received
    months = 3 if deadline.extended else 1
    assert is_working_day(deadline.due)
    assert is_working_day(deadline.statutory_due)
    assert add_months(start, months) <= deadline.due <= deadline.statutory_due
    assert deadline.due >= start + timedelta(days=28)
    assert deadline.due >= deadline.unextended_due
    assert deadline.due == deadline.unextended_due or deadline.extended
    assert f"Answer by {plain(deadline.due, weekday=True)}," in " ".join(deadline.explanation)
    assert plain(deadline.statutory_due) in " ".join(deadline.explanation)
    assert all(sentence.endswith(".") for sentence in deadline.explanation)


@CALM
@given(clocks(), st.randoms())
def test_the_order_of_entering_does_not_matter(request, random):
    shuffled = list(request.pauses)
    random.shuffle(shuffled)
    assert replace(request, pauses=tuple(shuffled)).deadline == request.deadline


@CALM
@given(clocks(), st.integers(0, 130), st.integers(0, 45))
def test_one_more_pause_never_makes_it_earlier(request, after, lasting):
    asked = request.started.received + timedelta(days=after)
    more = replace(request, pauses=(*request.pauses, Pause(asked, asked + timedelta(days=lasting))))
    before, later = request.deadline, more.deadline
    assert later.due >= before.due
    assert later.statutory_due >= before.statutory_due
    assert later.unextended_due >= before.unextended_due
    assert later.extended >= before.extended


@CALM
@given(clocks(), st.data())
def test_a_pause_in_pieces_is_the_same_pause(request, data):
    assume(request.pauses)
    whole = data.draw(st.sampled_from(request.pauses))
    cut = data.draw(st.dates(min_value=whole.asked, max_value=whole.answered))
    others = list(request.pauses)
    others.remove(whole)
    pieces = replace(request, pauses=(*others, Pause(whole.asked, cut), Pause(cut, whole.answered)))
    assert (pieces.deadline.due, pieces.deadline.statutory_due) == (
        request.deadline.due,
        request.deadline.statutory_due,
    )
    if cut < whole.answered:
        apart = Pause(cut + timedelta(days=1), whole.answered)
        pieces = replace(request, pauses=(*others, Pause(whole.asked, cut), apart))
        assert pieces.deadline.unextended_due <= request.deadline.unextended_due
        if pieces.deadline.extended == request.deadline.extended:
            assert pieces.deadline.statutory_due == request.deadline.statutory_due


@CALM
@given(clocks())
def test_a_pause_entered_twice_counts_once(request):
    assert replace(request, pauses=request.pauses * 2).deadline.due == request.deadline.due


@CALM
@given(clocks(), st.integers(0, 130), st.integers(0, 60), st.integers(0, 200))
def test_a_notice_in_time_stays_in_time_when_the_answer_comes(request, after, lasting, sent):
    start = request.started.received
    asked = start + timedelta(days=after)
    paused = replace(request, extension=None, pauses=(*request.pauses, Pause(asked)))
    notice = start + timedelta(days=min(sent, after + lasting))
    try:
        made = check_extension(
            paused, ground=Ground.COMPLEXITY, reasons="Long.", notice_sent_on=notice
        )
    except Refused:
        assert not replace(paused, extension=Extension(notice, Ground.COMPLEXITY)).deadline.extended
        return
    assert replace(paused, extension=made).deadline.extended
    answered = Pause(asked, asked + timedelta(days=lasting))
    after_answer = replace(paused, extension=made, pauses=(*request.pauses, answered))
    assert after_answer.deadline.extended


@CALM
@given(clocks(), st.integers(0, 130))
def test_an_open_pause_counts_exactly_the_days_the_clock_ran(request, after):
    asked = request.started.received + timedelta(days=after)
    deadline = replace(request, pauses=(*request.pauses, Pause(asked))).deadline
    if not deadline.paused:
        assert deadline.due == request.deadline.due
        return
    stopped = {
        pause.asked + timedelta(days=n)
        for pause in request.pauses
        for n in range((pause.answered - pause.asked).days)
    }
    ran = [
        day
        for day in (request.started.received + timedelta(days=n) for n in range(after))
        if day not in stopped
    ]
    assert deadline.days_used == len(ran)
    assert (deadline.due, deadline.statutory_due) == (None, None)


@CALM
@given(RECEIVED, st.lists(st.none() | st.integers(-40, 90), min_size=3, max_size=3))
def test_start_is_never_before_anything_that_had_to_come(received, days):
    gates = [None if n is None else received + timedelta(days=n) for n in days]
    assume(all(gate is None or gate.year >= 2000 for gate in gates))
    identity, authority, fee = gates
    started = Started(received=received, identity=identity, authority=authority, fee=fee)
    deadline: Deadline = Clock(kind=Right.ACCESS, started=started).deadline
    assert deadline.start == max(received, *(gate or received for gate in gates))
    plain_request = Clock(kind=Right.ACCESS, started=Started(received=deadline.start))
    assert deadline.due == plain_request.deadline.due


@CALM
@given(RECEIVED | EDGES, RECEIVED | EDGES)
def test_a_later_request_is_never_due_earlier(one, other):
    earlier, later = sorted((one, other))
    first, second = (
        Clock(kind=Right.ACCESS, started=Started(received=received)).deadline
        for received in (earlier, later)
    )
    assert first.due <= second.due
    assert complaint_acknowledge_by(earlier) <= complaint_acknowledge_by(later)


@CALM
@given(RECEIVED | EDGES)
def test_a_complaint_has_thirty_days_after_the_day_it_came(received):
    by = complaint_acknowledge_by(received)
    assert is_working_day(by)
    assert 30 <= (by - received).days <= 35


def test_equal_facts_make_equal_clocks():
    one = clock("2027-02-01", "2027-02-08:2027-02-15", "2027-02-20:")
    other = clock("2027-02-01", "2027-02-20:", "2027-02-08:2027-02-15")
    assert one == other
    assert len({one, other}) == 1
