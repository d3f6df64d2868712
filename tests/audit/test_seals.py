"""The log is proved whole, and whatever is done to it in SQL is found and named (features.md N6)."""

import json
import smtplib
import threading
import time
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import anchor, sealing
from audit.actors import SYSTEM
from audit.emails import mail_newest_seal
from audit.eras import open_new_era
from audit.log import record
from audit.models import Entry, EntryValue, Seal
from audit.sealing import seal
from audit.verbs import Action, Verb
from audit.verification import verify
from core.database import as_owner
from tests.audit.sealed import seal_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "mount" / "seals.jsonl"
    return settings.AUDIT_ANCHOR


def write(count=1, **values):
    return [
        record(Verb.PERSON_OPENED, by=SYSTEM, action=Action.ACCESS, people=[n], values=values)
        for n in range(count)
    ]


@contextmanager
def by_a_superuser():
    """What somebody does who owns the tables: the rules are switched off for it."""
    tables = ("audit_entry", "audit_entryvalue", "audit_seal")
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        try:
            yield cursor
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                cursor.execute(
                    "SELECT quote_ident(tgname) FROM pg_trigger WHERE NOT tgisinternal"
                    " AND tgrelid = %s::regclass",
                    [table],
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


@pytest.fixture
def sealed():
    """Ten entries in two seals."""
    entries = write(5)
    seal_all()
    entries += write(5, surname="Hart")
    seal_all()
    assert Seal.objects.count() >= 2
    assert verify().faults == []
    return entries


def test_a_log_that_nobody_touched_is_whole(sealed, anchor_file):
    report = verify()
    assert (report.faults, report.entries, report.not_sealed, report.not_anchored) == ([], 10, 0, 0)
    lines = [json.loads(line) for line in anchor_file.read_text().splitlines()]
    assert sum(line["count"] for line in lines) == 10
    assert anchor_file.stat().st_mode & 0o077 == 0


def test_sealing_with_nothing_new_makes_no_seal(sealed):
    before = Seal.objects.count()
    assert seal() == []
    assert Seal.objects.count() == before


TAMPERINGS = {
    "another reader": (
        "UPDATE audit_entry SET by = 'somebody else' WHERE id = {third}",
        ["Entry {third} was changed after"],
    ),
    "another time": (
        "UPDATE audit_entry SET at = at - interval '1 hour' WHERE id = {third}",
        ["Entry {third} was changed after"],
    ),
    "another purpose": (
        "UPDATE audit_entry SET purpose = 'safeguarding' WHERE id = {third}",
        ["Entry {third} was changed after"],
    ),
    "what it follows from": (
        "UPDATE audit_entry SET because = 'pack.asked' WHERE id = {third}",
        ["Entry {third} was changed after"],
    ),
    "somebody else's record": (
        "UPDATE audit_entry SET people = '{{77}}' WHERE id = {third}",
        ["Entry {third} was changed after"],
    ),
    "a hash without its values": (
        "UPDATE audit_entry SET values_hash = NULL WHERE id = {seventh}",
        ["Entry {seventh} was changed after", "Values lie beside entry {seventh}"],
    ),
    "a swapped pair": (
        "UPDATE audit_entry SET people = CASE id WHEN {third} THEN '{{3}}'::bigint[]"
        " ELSE '{{2}}'::bigint[] END WHERE id IN ({third}, {fourth})",
        ["Entry {third} was changed after", "Entry {fourth} was changed after"],
    ),
    "an inserted row": (
        "INSERT INTO audit_entry (id, era, xid, at, action, verb, by, by_roles, record, people,"
        " purpose) SELECT 999999, era, xid, at, action, verb, 'a friend', by_roles, record, people,"
        " purpose FROM audit_entry WHERE id = {third}",
        ["Entry 999999 was inserted into the past"],
    ),
    "a removed row": (
        "DELETE FROM audit_entry WHERE id = {third}",
        ["Entry {third}, which Seal 1 covers, was removed."],
    ),
    "changed values": (
        'UPDATE audit_entryvalue SET body = \'{{"surname": "Moss"}}\' WHERE entry_id = {seventh}',
        ["The values of entry {seventh} were changed."],
    ),
    "another salt": (
        "UPDATE audit_entryvalue SET salt = '\\x00' WHERE entry_id = {seventh}",
        ["The values of entry {seventh} were changed."],
    ),
    "values laid beside another entry": (
        "UPDATE audit_entryvalue SET entry_id = {third} WHERE entry_id = {seventh}",
        ["Values lie beside entry {third}, which has none."],
    ),
    "the whole log under another era": (
        "UPDATE audit_era SET number = 2; UPDATE audit_entry SET era = 2; UPDATE audit_seal SET era = 2",
        ["Seal 1 is not what was sealed", "Seal 2 is not what was sealed"],
    ),
    "an entry of no era": (
        "UPDATE audit_entry SET era = 9 WHERE id = {third}",
        ["Entry {third}, which Seal 1 covers, was removed.", "Entry {third} is of an era"],
    ),
    "a removed tail with its seals": (
        "DELETE FROM audit_entry WHERE id >= {sixth}; DELETE FROM audit_seal WHERE number > 1",
        ["Seal 2 is in the anchor and not here"],
    ),
    "a removed seal in the middle": (
        "DELETE FROM audit_seal WHERE number = 1",
        ["A seal is missing before Seal 2."],
    ),
    "a seal that says less": (
        "UPDATE audit_seal SET count = count - 1 WHERE number = 1",
        ["Seal 1 is not what was sealed"],
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_in_sql_is_found_and_named(sealed, name):
    sql, expected = TAMPERINGS[name]
    ids = {
        word: sealed[place].pk
        for word, place in (("third", 2), ("fourth", 3), ("sixth", 5), ("seventh", 6))
    }
    with by_a_superuser() as cursor:
        cursor.execute(sql.format(**ids))
    report = verify()
    assert not report.is_whole
    for sentence in expected:
        assert any(fault.startswith(sentence.format(**ids)) for fault in report.faults), (
            sentence.format(**ids),
            report.faults,
        )


def test_a_history_sealed_anew_is_found_by_the_anchor_alone(sealed, anchor_file):
    kept = anchor_file.read_text()
    with by_a_superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET by = 'nobody' WHERE id = %s", [sealed[0].pk])
        cursor.execute("DELETE FROM audit_seal")
    anchor_file.unlink()
    seal_all()
    assert verify().is_whole  # from inside, nothing is wrong
    anchor_file.write_text(kept)
    faults = verify().faults
    assert any("sealed anew" in fault or "cut off" in fault for fault in faults), faults


def test_destroying_values_leaves_the_chain_whole(sealed):
    assert EntryValue.objects.count() == 5
    EntryValue.objects.all().delete()
    assert verify().is_whole


def test_an_entry_that_commits_late_is_sealed_once_and_nothing_is_missed():
    """The older transaction writes first and commits last, after a sealer has been by."""
    written, may_commit = threading.Event(), threading.Event()

    def slowly():
        try:
            with transaction.atomic():
                write()
                written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert written.wait(30)
    write()
    assert sum(made.count for made in seal()) == 0
    may_commit.set()
    slow.join()
    seal_all()
    report = verify()
    assert (report.faults, report.entries) == ([], 2)


def test_sealing_beside_many_writers_loses_nothing_and_blocks_nobody():
    """Writers that commit and roll back out of order, two sealers beside them."""
    stop = threading.Event()
    slowest = []

    def writing(number):
        worst = 0.0
        try:
            for n in range(60):
                began = time.monotonic()
                with transaction.atomic():
                    write(1 + n % 3)
                    worst = max(worst, time.monotonic() - began)
                    time.sleep(0.002 * (number % 3))
                    transaction.set_rollback(n % 7 == number % 7)
        finally:
            slowest.append(worst)
            connection.close()

    def sealing_along():
        try:
            while not stop.is_set():
                seal()
        finally:
            connection.close()

    writers = [threading.Thread(target=writing, args=[n]) for n in range(6)]
    sealers = [threading.Thread(target=sealing_along) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal_all()
    report = verify()
    assert report.faults == []
    assert report.entries == Entry.objects.count() > 300
    assert max(slowest) < 40


@given(
    seals_of=st.lists(st.integers(min_value=0, max_value=4), min_size=1, max_size=4),
    gone=st.sets(st.integers(min_value=0, max_value=15)),
)
@settings(max_examples=15, deadline=None)
def test_any_order_of_sealing_and_destroying_values_leaves_it_whole(
    tmp_path_factory, seals_of, gone
):
    before = Seal.objects.count()
    numbers = []
    for count in seals_of:
        numbers += [entry.pk for entry in write(count, surname="Hart")]
        seal()
    seal_all()
    doomed = [pk for place, pk in enumerate(numbers) if place in gone]
    EntryValue.objects.filter(pk__in=doomed).delete()
    assert verify().is_whole
    assert Seal.objects.count() >= before


def test_many_entries_make_several_seals(monkeypatch):
    monkeypatch.setattr(sealing, "MOST_IN_A_SEAL", 3)
    write(8)
    seal_all()
    counts = [made.count for made in Seal.objects.all() if made.count]
    # Where the other test process writes at the same moment, a seal ends before what may still be under way.
    assert (sum(counts), max(counts) <= 3) == (8, True)
    assert verify().is_whole


def test_a_sealer_killed_before_the_anchor_is_caught_up_with(sealed, monkeypatch, anchor_file):
    write(2)

    def killed():
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr(anchor, "catch_up", killed)
        while verify().not_sealed:
            with pytest.raises(KeyboardInterrupt):
                seal()
            time.sleep(0.1)
    assert verify().not_anchored >= 1
    seal_all()
    assert verify().not_anchored == 0


def test_a_restore_opens_an_era_and_declares_what_it_lost(sealed, anchor_file):
    with by_a_superuser() as cursor:  # as a backup made before the second seal would leave it
        cursor.execute("DELETE FROM audit_seal WHERE number > 1")
        cursor.execute("DELETE FROM audit_entryvalue WHERE entry_id >= %s", [sealed[5].pk])
        cursor.execute("DELETE FROM audit_entry WHERE id >= %s", [sealed[5].pk])
    assert not verify().is_whole
    with as_owner():
        era = open_new_era(because="R. Hale restored the backup of 25 November.")
    write(3)
    seal_all()
    report = verify()
    assert report.faults == []
    assert len(report.declared) >= 1
    assert all("R. Hale restored" in sentence for sentence in report.declared)
    assert Entry.objects.filter(era=era.number).count() == 4


def test_an_entry_put_into_an_era_that_is_over_is_found(sealed):
    with as_owner():
        open_new_era(because="A restore.")
    seal_all()
    with by_a_superuser() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (id, era, xid, at, action, verb, by, by_roles, record, people,"
            " purpose) SELECT 999999, 1, '999999999', at, action, verb, by, by_roles, record,"
            " people, purpose FROM audit_entry WHERE id = %s",
            [sealed[0].pk],
        )
    assert any(fault.startswith("Entry 999999 was inserted") for fault in verify().faults)


def test_the_command_says_whole_or_names_the_entries(sealed, anchor_file):
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert "The log is whole." in said.getvalue()
    with by_a_superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET by = 'x' WHERE id = %s", [sealed[0].pk])
    said = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("audit_verify", "--anchor", str(anchor_file), stdout=said)
    assert left.value.code == 1
    assert f"Entry {sealed[0].pk} was changed" in said.getvalue()


def test_a_scribble_in_the_anchor_is_named(sealed, anchor_file):
    anchor_file.write_text("not a seal\n" + anchor_file.read_text())
    assert verify().faults[0].startswith("Line 1 of ")


def test_the_application_can_neither_change_nor_delete_a_seal(sealed):
    for statement in ("UPDATE audit_seal SET count = 0", "DELETE FROM audit_seal"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with as_owner(), pytest.raises(ProgrammingError, match="never changed"):
        Seal.objects.update(count=0)


def test_the_newest_seal_is_mailed_to_two_people(sealed, smtp, settings):
    settings.AUDIT_ANCHOR_EMAILS = ["dpo@charity.example", "trustee@charity.example"]
    assert mail_newest_seal() is True
    (letter,) = smtp.letters
    newest = Seal.objects.order_by("-number").first()
    assert bytes(newest.hash).hex() in letter.get_content()
    assert letter["To"] == "dpo@charity.example, trustee@charity.example"
    assert Entry.objects.filter(verb="seals.mailed").count() == 1


def test_a_seal_that_the_mail_server_refuses_leaves_no_entry(sealed, smtp, settings):
    settings.AUDIT_ANCHOR_EMAILS = ["dpo@charity.example"]
    smtp.refusing = True
    with pytest.raises(smtplib.SMTPDataError):
        mail_newest_seal()
    assert not Entry.objects.filter(verb="seals.mailed").exists()


def test_no_seal_is_mailed_to_nobody(sealed, smtp, settings):
    settings.AUDIT_ANCHOR_EMAILS = []
    assert mail_newest_seal() is False
    assert smtp.letters == []
