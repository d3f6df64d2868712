"""Backup and restore for real: what was destroyed stays gone, and what protects people comes back."""

import io
import shutil
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions.staff import readmit
from accounts.models import User
from audit.actors import SYSTEM
from audit.models import Entry
from audit.verbs import Verb
from audit.verification import verify
from cases.models import Address, DoNotDisclose, Person, Restriction, Seal
from consent.models import Consent
from core.errors import LogUnavailable, Refused
from parenting2000.serving import refuse_to_serve_unguarded
from retention import ledger, protections
from retention.backups import encryption
from retention.backups.encryption import PIECE, Reader, Writer
from retention.backups.making import backups, forget_old_backups, make_backup
from retention.models import Hold
from retention.running import run_destruction
from tests.audit.sealed import seal_all
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.cases import (
    AddressFactory,
    DocumentFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    RestrictionFactory,
    SealFactory,
    SealReaderFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.retention import HoldFactory
from tests.retention.own_database import own_database
from tests.retention.world import FAMILY, a_family, adopt_everything, approved

pytestmark = pytest.mark.usefixtures("switched_on")

KEY = "a key for tests alone, long enough: 0123456789"


@pytest.fixture
def folder(settings, tmp_path):
    """Backups, the anchor and the ledger in folders of the test's own."""
    settings.BACKUPS = {"folder": tmp_path / "backups", "key": KEY, "days": 35}
    settings.AUDIT_ANCHOR = tmp_path / "outside" / "seals.jsonl"
    settings.RETENTION = {**settings.RETENTION, "ledger": tmp_path / "outside" / "erased.txt"}
    return tmp_path / "backups"


def test_encrypted_streams_open_whole_or_not_at_all():
    text = b"0123456789" * (PIECE // 4)
    file = io.BytesIO()
    with Writer(file, key=KEY, about="the database") as sealed:
        sealed.write(text[:5])
        sealed.write(text[5:])
    whole = file.getvalue()
    assert text[:40] not in whole

    def opened(given, key=KEY, about="the database"):
        return io.BufferedReader(Reader(io.BytesIO(given), key=key, about=about)).read()

    assert opened(whole) == text
    head = len(encryption.MAGIC) + encryption.SALT + encryption.PREFIX
    cut_between_pieces = whole[: head + PIECE + encryption.TAG]
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    for wrong in (cut_between_pieces, whole[:-1], changed, b"", whole[:10]):
        with pytest.raises(Refused, match="does not open"):
            opened(wrong)
    for other in ({"key": KEY + "x"}, {"about": "the files"}):
        with pytest.raises(Refused, match="does not open"):
            opened(whole, **other)


def test_gone_and_protected_after_a_restore(  # noqa: PLR0915  # one story from backup to serving
    django_db_setup, django_db_blocker, folder, settings, capsys
):
    with django_db_blocker.unblock(), own_database("restored_in_a_test") as empty:
        adopt_everything()
        family = a_family()
        theirs = DocumentFactory(case=family.case, people=[family.mother])
        kept = DocumentFactory()
        person = PersonFactory(given_names="Odile", family_name="Starling")
        restricted = PersonFactory()
        consent = ConsentFactory(person=person)
        colleague = UserFactory(full_name="Gone Colleague")
        seal_all()
        call_command("backup")
        (backup,) = backups()

        # After the backup: one family is destroyed, others are protected.
        approved(family.all, family)
        run_destruction(by=family.officer)
        now = timezone.now()
        change(
            consent,
            withdrawn_on=timezone.localdate(),
            withdrawn_at=now,
            withdrawn_by=family.officer,
            withdrawn_how="phone",
        )
        AddressFactory(person=person, kind="safe", lines="1 Hidden Lane")
        DoNotDiscloseFactory(person=person, to_words="Her brother")
        HoldFactory(person=person, recorded_by=family.officer)
        new = UserFactory(full_name="Came After The Backup")
        seal = SealFactory(person=person, recorded_by=new)
        SealReaderFactory(seal=seal, user=family.officer)
        RestrictionFactory(person=restricted)
        change(colleague, is_active=False)
        seal_all()
        assert protections.write_if_changed()

        # The disk is lost, and the newest backup restored.
        empty()
        shutil.rmtree(settings.MEDIA_ROOT)
        call_command("restore", "--because", "Ada One: the disk was lost.")
        assert Person.objects.filter(family_name=FAMILY).count() == 2
        assert default_storage.exists(theirs.file)
        assert not protections.write(), "what is missing here is never forgotten outside"
        with pytest.raises(ImproperlyConfigured, match="destroyed are in this database again"):
            refuse_to_serve_unguarded()
        with pytest.raises(ImproperlyConfigured, match="protects people"):
            refuse_to_serve_unguarded()

        call_command("retention_replay")
        refuse_to_serve_unguarded()
        said = capsys.readouterr().out
        assert "3 records destroyed again." in said
        assert "8 protections brought back." in said
        assert "Ada One: the disk was lost." in said
        assert not Person.objects.filter(family_name=FAMILY).exists()
        assert not default_storage.exists(theirs.file)
        assert default_storage.exists(kept.file)
        assert Consent.objects.get(pk=consent.pk).withdrawn_at == now
        assert Address.objects.get(person=person, kind="safe").lines == "1 Hidden Lane"
        assert DoNotDisclose.objects.get(person=person).to_words == "Her brother"
        assert Hold.objects.get(person=person).stands
        # Whoever sealed it has no account any more: the officer stands for them.
        assert Seal.objects.get(person=person).recorded_by.full_name == "Ada One"
        assert list(Seal.objects.get().readers.all()) == [family.officer]
        assert Restriction.objects.get(person=restricted).is_live
        assert not User.objects.get(pk=colleague.pk).is_active
        assert Entry.objects.filter(verb=Verb.PROTECTIONS_BROUGHT_BACK).count() == 1
        # The log says what was lost, and that it was meant.
        seal_all()
        report = verify()
        assert report.is_whole, report.faults
        assert any("Ada One: the disk was lost." in one for one in report.declared)
        assert any(f"after seal {backup.seal}" in one for one in ledger.restores())
        # Nothing is overwritten, and a second replay changes nothing.
        with pytest.raises(CommandError, match="is not empty"):
            call_command("restore", "--because", "Once more.")
        call_command("retention_replay")
        assert "0 protections brought back." in capsys.readouterr().out
        assert protections.write()


def test_a_forged_line_explains_no_restore(folder):
    ledger.note_restore(era=2, seal=5, because="The disk was lost.")
    ledger.append(['restored:{"because": "x", "era": 3, "seal": 1}:' + "0" * 64])
    assert list(ledger.restores()) == ["The disk was lost. The log goes on after seal 5, in era 2."]


@pytest.mark.django_db
def test_somebody_let_in_again_is_not_suspended_by_what_was_noted_before(folder):
    user, officer = UserFactory(is_active=False), UserFactory()
    protections.write()
    readmit(user=user, by=officer)
    assert not protections.is_missing_any()


@pytest.mark.django_db
def test_what_is_noted_reads_nothing_without_the_key_and_the_search_finds_it(folder, settings):
    AddressFactory(kind="safe", lines="1 Hidden Lane")
    protections.write()
    (file,) = folder.parent.joinpath("outside").iterdir()
    assert b"Hidden" not in file.read_bytes()
    assert "1 Hidden Lane" in protections.words()
    settings.RETENTION = {**settings.RETENTION, "key": "another"}
    with pytest.raises(ImproperlyConfigured, match="ERASURE_KEY"):
        refuse_to_serve_unguarded()


@pytest.mark.django_db
def test_old_backups_go_and_the_last_one_stays(folder):
    for name, made in (("a", "2026-01-01"), ("b", "2026-01-02"), ("c", "2026-01-03")):
        (folder / name).mkdir(parents=True)
        (folder / name / "about.json").write_text(f'{{"made": "{made}T00:00:00+00:00", "seal": 1}}')
    with entries_since() as entries:
        assert forget_old_backups(now=timezone.now(), by=SYSTEM) == 2
    assert [one.folder.name for one in backups()] == ["c"]
    assert [entry.verb for entry in entries] == [Verb.BACKUP_FORGOTTEN]


@pytest.mark.django_db
def test_without_a_key_or_the_log_there_is_no_backup(request, folder, settings):
    settings.BACKUPS = {**settings.BACKUPS, "key": "short"}
    with entries_since() as entries, pytest.raises(CommandError, match="BACKUP_KEY is not set"):
        call_command("backup")
    assert entries == []
    settings.BACKUPS = {**settings.BACKUPS, "key": KEY}
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        make_backup(now=timezone.now() + timedelta(days=1), by=SYSTEM)
    assert not folder.exists()
