"""What was typed in a month of the log goes when its own time is over; the log stays whole."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.actors import SYSTEM
from audit.log import record
from audit.models import Entry, EntryValue
from audit.verbs import Action, Verb
from audit.verification import verify
from core.database import as_owner
from core.dates import plain
from core.errors import LogUnavailable, Refused
from parenting2000 import jobs
from retention.actions.log_months import note_log_months
from retention.actions.proposals import approve, propose, rehearse
from retention.due import all_due, due_of
from retention.kinds import LOG_MONTH
from retention.log_months import months_to_note
from retention.models import Category, LogMonth, Outcome, Proposal
from retention.replaying import destroyed_before
from retention.running import run_destruction
from tests.audit.sealed import seal_all
from tests.cases.world import signed_in, the
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import PersonFactory
from tests.factories.retention import HoldFactory, ScheduleRowFactory

pytestmark = pytest.mark.usefixtures("switched_on")

MARCH = datetime(2016, 3, 31, 22, 30, tzinfo=UTC)  # 23:30 in London: still March
APRIL = datetime(2016, 3, 31, 23, 30, tzinfo=UTC)  # half past midnight in London


def typed(person, *moments):
    """Entries with values, of each moment: the owner of the tables turns the clock back."""
    made = []
    for _ in moments:
        with transaction.atomic():
            made.append(
                record(
                    Verb.PERSON_CHANGED,
                    by=SYSTEM,
                    action=Action.UPDATE,
                    record=person,
                    people=[person],
                    values={"was": "Quillfeather"},
                )
            )
    numbers = list(Entry.objects.order_by("-pk").values_list("pk", flat=True)[: len(moments)])[::-1]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        for number, moment in zip(numbers, moments, strict=True):
            cursor.execute("UPDATE audit_entry SET at = %s WHERE id = %s", [moment, number])
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass")
        for (name,) in cursor.fetchall():
            if name.startswith("pgtrigger"):
                cursor.execute(f"ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER {name}")
    return numbers


@pytest.mark.django_db(transaction=True)
def test_a_month_of_the_log_goes_with_its_values_and_the_log_stays_whole(capsys):
    ScheduleRowFactory(category=Category.LOG, months_after_end=60, title="What was typed")
    officer, second, manager = the(Role.DPO), the(Role.DPO), the(Role.SERVICE_MANAGER)
    person = PersonFactory()
    march, april, late = typed(person, MARCH, APRIL, timezone.now())
    assert list(months_to_note(on=date(2016, 6, 1))) == []  # not sealed: it may not be whole
    seal_all()
    with entries_since() as entries:
        noted_months = note_log_months(on=date(2016, 5, 2), by=SYSTEM)
    assert [entry.verb for entry in entries] == [Verb.LOG_MONTH_NOTED]
    assert [(one.first_day, one.last_day) for one in noted_months] == [
        (date(2016, 3, 1), date(2016, 3, 31)),
        (date(2016, 4, 1), date(2016, 4, 30)),
    ]
    with entries_since() as entries:
        jobs.note_months_of_the_log(0)
    assert entries == []
    month = LogMonth.objects.get(first_day=date(2016, 3, 1))
    due = due_of(LOG_MONTH, month.pk)
    assert due.sentence == "Kept until 31 March 2021: what was typed, counted from the end."
    assert (LOG_MONTH, month.pk) in {(one.table, one.record) for one in all_due(on=due.day)}

    reader = signed_in(officer)
    page = reader.get(reverse("retention:due")).content.decode()
    assert "March 2016" in page
    assert plain(due.day) in page
    assert signed_in(manager).get(reverse("retention:due")).status_code == 403
    where = f"{reverse('retention:propose')}?record={LOG_MONTH}:{month.pk}"
    hold = HoldFactory(person=person)
    assert "Held: claim" in reader.get(where).content.decode()
    with pytest.raises(Refused, match="Held: claim"):
        propose(records=[(LOG_MONTH, month.pk)], by=officer)
    noted(type(hold).objects.filter(pk=hold.pk).delete)
    assert reader.post(where, {"reason": ""}).status_code == 302
    proposal = Proposal.objects.get()
    rehearse(proposal=proposal, by=officer)
    assert EntryValue.objects.filter(pk=march).exists()
    approve(proposal=proposal, typed=proposal.reference, by=second)
    run_destruction(by=officer)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.ended_because) == ("destroyed", "")
    assert proposal.outcome["rows"] == {"audit.EntryValue": 1, LOG_MONTH: 1}
    assert proposal.outcome["rules"] == ["What was typed (version 1)"]
    assert not EntryValue.objects.filter(pk=march).exists()
    assert set(EntryValue.objects.filter(pk__in=[april, late])) == {
        EntryValue(pk=april),
        EntryValue(pk=late),
    }
    assert Entry.objects.filter(pk=march, verb=Verb.PERSON_CHANGED, people=[person.pk]).exists()
    # It is not noted again, the chain is whole, and a restored backup would lose it again.
    assert list(months_to_note(on=date(2016, 5, 2))) == []
    seal_all()
    assert verify(None).faults == []
    assert list(destroyed_before()) == []
    noted(month.save, force_insert=True)
    assert list(destroyed_before()) == [(LOG_MONTH, month.pk)]


@pytest.mark.django_db
def test_nothing_is_noted_while_the_log_cannot_be_written(request, monkeypatch):
    # What is over is asked of the log, which a test cannot have sealed before it ends.
    month = LogMonth(first_day=date(2016, 3, 1), last_day=date(2016, 3, 31))
    monkeypatch.setattr("retention.actions.log_months.months_to_note", lambda **_: [month])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        note_log_months(on=date(2016, 5, 2), by=SYSTEM)
    assert not LogMonth.objects.exists()


@pytest.mark.django_db
def test_without_an_adopted_row_the_log_is_kept():
    month = noted(LogMonth.objects.create, first_day=date(2016, 3, 1), last_day=date(2016, 3, 31))
    assert due_of(LOG_MONTH, month.pk).day is None
    ScheduleRowFactory(category=Category.LOG, months_after_end=60, outcome=Outcome.KEEP)
    assert due_of(LOG_MONTH, month.pk).sentence == "Kept: the retention schedule says so."
