"""`manage.py rights_deadline` and `complaint_deadline`, as a person or a script meets them."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]


def printed(command: str, *options: str) -> list[str]:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("options", "due", "statutory_due"),
    [
        ("--received 2025-09-03", "2025-10-03", "2025-10-03"),
        ("--received 2026-09-03", "2026-10-05", "2026-10-05"),
        ("--received 2026-03-31", "2026-04-30", "2026-04-30"),
        ("--received 2025-01-31", "2025-02-28", "2025-02-28"),
        ("--received 2026-01-31", "2026-03-02", "2026-03-02"),
        ("--received 2019-09-27", "2019-10-28", "2019-10-28"),
        ("--received 2026-11-25", "2026-12-29", "2026-12-29"),
        ("--received 2027-04-01", "2027-05-04", "2027-05-04"),
        ("--received 2019-09-26 --extended", "2019-12-27", "2019-12-27"),
        ("--received 2027-01-31 --extended", "2027-04-30", "2027-04-30"),
        ("--received 2027-02-01 --paused 2027-02-08:2027-02-15", "2027-03-08", "2027-03-09"),
        ("--received 2027-02-01 --paused 2027-02-08:2027-02-08", "2027-03-01", "2027-03-02"),
        ("--received 2027-02-01 --identity 2027-02-12", "2027-03-12", "2027-03-12"),
        ("--received 2027-02-01 --authority 2027-02-12", "2027-03-12", "2027-03-12"),
        ("--received 2027-02-01 --fee 2027-02-12", "2027-03-12", "2027-03-12"),
        ("--received 2027-02-01 --kind erasure --extended", "2027-05-04", "2027-05-04"),
        (
            "--received 2027-02-01 --paused 2027-02-10:2027-02-17 --paused 2027-02-08:2027-02-12",
            "2027-03-10",
            "2027-03-11",
        ),
        (
            "--received 2027-02-01 --extended --paused 2027-02-08:2027-02-17 --identity 2027-02-02",
            "2027-05-11",
            "2027-05-12",
        ),
        (
            "--received 2027-02-01 --paused 2027-02-08:",
            "none (paused, 7 days used)",
            "none (paused, 7 days used)",
        ),
    ],
)
def test_rights_deadline(options, due, statutory_due):
    first, second, *explanation = printed("rights_deadline", *options.split())
    assert first == f"due: {due}"
    assert second == f"statutory_due: {statutory_due}"
    assert explanation[0].startswith("The request was received on ")
    assert len(explanation) >= 3


@pytest.mark.parametrize(
    ("received", "by"), [("2026-07-01", "2026-07-31"), ("2026-11-25", "2026-12-29")]
)
def test_complaint_deadline(received, by):
    assert printed("complaint_deadline", "--received", received) == [f"acknowledge_by: {by}"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Give the day the request was received: --received 2027-02-01."),
        (["--received", ""], "--received: Write the day as year-month-day, like 2027-02-01."),
        (["--received", "1/2/2027"], "--received: Write the day as year-month-day"),
        (["--received", "20270201"], "--received: Write the day as year-month-day"),
        (["--received", "2027-02-29"], "--received: There is no such day as 2027-02-29"),
        (["--received", "1999-12-31"], "The clock knows the years 2000 to 2100, and 31 December"),
        (["--received", "9999-12-31"], "The clock knows the years 2000 to 2100, and 31 December"),
        (["--identity", "soon"], "--identity: Write the day"),
        (["--authority", "soon"], "--authority: Write the day"),
        (["--fee", "£10"], "--fee: Write the day"),
        (["--kind", "portable"], "--kind: 'portable' is none of access, rectification, erasure,"),
        (["--paused", "2027-02-08"], "--paused: Write the day of asking, a colon and the day of"),
        (["--paused", ":"], "--paused: Write the day"),
        (["--paused", ":2027-02-08"], "--paused: Write the day"),
        (["--paused", "2027-02-08:2027-02-09:2027-02-10"], "--paused: Write the day"),
        (["--paused", "2027-02-08:2027-02-07"], "The answer is dated 7 February 2027, before the"),
        (["--paused", "2027-01-31:2027-02-07"], "The clock cannot be paused before it starts"),
        (
            ["--paused", "2027-02-08:2027-02-15", "--kind", "erasure"],
            "Only a request for access can be paused for clarification",
        ),
    ],
)
def test_rights_deadline_refuses_in_one_sentence(options, sentence):
    if options and "--received" not in options:
        options = ["--received", "2027-02-01", *options]
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("rights_deadline", *options, stdout=out)
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Give the day the complaint was received: --received 2027-02-01."),
        (["--received", "soon"], "--received: Write the day as year-month-day"),
        (["--received", "2101-01-01"], "The clock knows the years 2000 to 2100"),
    ],
)
def test_complaint_deadline_refuses_in_one_sentence(options, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("complaint_deadline", *options)
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with a database that nobody serves."""
    nowhere = "postgres://nobody@127.0.0.1:1/nothing"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"SECRET_KEY": "not a secret", "DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_answer_needs_no_database():
    done = run("rights_deadline", "--received", "2026-09-03")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("due: 2026-10-05\nstatutory_due: 2026-10-05\nThe request was")


def test_a_refusal_is_one_line_and_a_failure():
    done = run("rights_deadline", "--received", "2027-02-01", "--paused", "2027-02-08:2027-02-07")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "CommandError: The answer is dated 7 February 2027, before the question of "
        "8 February 2027. Correct one of the two dates.\n"
    )
