"""`manage.py sar_pack`: the pack as it stands in a file, or a sentence and no file."""

import io
import stat
from dataclasses import replace

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from audit.verbs import Verb
from core.errors import LogUnavailable
from core.pdf.text import text_of
from sar import building
from sar.actions.pack import clear_leak
from sar.actions.release import release
from sar.building import build_pack
from sar.kinds import Kind
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseNoteFactory
from tests.factories.sar import (
    BuiltPackFactory,
    EvidenceSeenFactory,
    RightsRequestFactory,
    WithholdingFactory,
    signed_off,
)

pytestmark = pytest.mark.django_db


def sar_pack(request, out, by):
    call_command("sar_pack", str(request), "--out", str(out), "--by", getattr(by, "email", by))


def test_it_writes_the_pack_for_its_owner_alone_and_says_who_took_it(
    access, note, dpo, tmp_path, capsys
):
    out = tmp_path / "pack.pdf"
    out.write_text("an older one")
    with entries_since() as entries:
        sar_pack(access, out, dpo)
    pages = text_of(out.read_bytes())
    assert all("Not released" in page for page in pages)
    assert "sleeps better" in "".join(pages)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    # Put by every few seconds, so as often as it takes.
    assert entries[0].verb == "pack.pages-kept"
    said = [e for e in entries if e.verb != "pack.pages-kept"]
    assert [(e.verb, e.by_id, e.people, e.purpose) for e in said] == [
        ("pack.exported", dpo.pk, [access.person_id], "rights request")
    ]
    assert capsys.readouterr().out == f"{len(pages)} pages written to {out}.\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pack.pdf"]


@pytest.mark.usefixtures("quick_print")
def test_what_was_released_goes_out_without_the_mark_until_the_record_changes(
    access, note, case, amelia, dpo, tmp_path
):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    signed_off(access)
    release(request=access, by=dpo)
    sar_pack(access, tmp_path / "pack.pdf", dpo)
    assert (tmp_path / "pack.pdf").read_bytes().endswith(b"% final")
    CaseNoteFactory(case=case, people=[amelia])
    sar_pack(access, tmp_path / "pack.pdf", dpo)
    assert (tmp_path / "pack.pdf").read_bytes().endswith(b"% draft")


def refused(request, out, by, match):
    with entries_since() as entries, pytest.raises(CommandError, match=match):
        sar_pack(request, out, by)
    # What was read off the pages lies on the shelf of the request, as after any build; nothing left the charity.
    assert {entry.verb for entry in entries} <= {Verb.PACK_PAGES_KEPT}
    assert not list(out.parent.glob("*pack*")) or out.is_dir()


@pytest.mark.usefixtures("quick_print")
def test_it_refuses_in_a_sentence(access, note, worker, dpo, tmp_path):
    out = tmp_path / "pack.pdf"
    refused(access, out, worker, "Dean Okafor may not work on requests")
    refused(access, out, "nobody@charity.example", "Nobody has an account")
    refused("Q-999999", out, dpo, "There is no request Q-999999")
    refused(access, tmp_path, dpo, "is a folder")
    refused(access, tmp_path / "missing" / "pack.pdf", dpo, "There is no folder")
    suspended = UserFactory(roles=[Role.DPO], is_active=False)
    refused(access, out, suspended, "may not work on requests")
    refused(RightsRequestFactory(kind=Kind.ERASURE), out, dpo, "is not answered with a pack")
    unknown = RightsRequestFactory(person=None, about_name="Mo")
    refused(unknown, out, dpo, "whom it is about")


def test_a_folder_that_may_not_be_written_to(access, note, dpo, tmp_path, monkeypatch):
    monkeypatch.setattr("sar.building.os.access", lambda _path, _mode: False)
    refused(access, tmp_path / "pack.pdf", dpo, "You may not write to the folder")


@pytest.mark.usefixtures("quick_print")
def test_a_source_that_fails_leaves_no_file(access, note, dpo, tmp_path, monkeypatch):
    def broken(self):
        raise ValueError

    monkeypatch.setattr("cases.models.CaseNote.source_in_words", property(broken))
    refused(access, tmp_path / "pack.pdf", dpo, "“Notes” could not be gathered")


@pytest.mark.usefixtures("quick_print")
def test_without_the_log_there_is_no_file(access, note, dpo, tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise LogUnavailable("The log could not be written.")

    monkeypatch.setattr("audit.log.insert", broken)
    refused(access, tmp_path / "pack.pdf", dpo, "The log could not be written")


@pytest.mark.usefixtures("quick_print")
def test_a_disk_that_fills_up_leaves_no_file(access, note, dpo, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sar.actions.pack.tempfile.mkstemp", full)
    refused(access, tmp_path / "pack.pdf", dpo, "could not be written: No space left")


@pytest.mark.usefixtures("quick_print")
def test_a_pack_that_leaks_leaves_no_file(access, note, dpo, tmp_path, monkeypatch):
    def leaking(*args, **given):
        editions = a_quick_print(*args, **given)
        pdf = pikepdf.open(io.BytesIO(editions.final))
        pdf.docinfo["/Keywords"] = "mrs  quill"
        out = io.BytesIO()
        pdf.save(out)
        return replace(editions, final=out.getvalue())

    a_quick_print = building.print_pack
    WithholdingFactory(
        request=access,
        source="cases.CaseNote",
        record_id=note.pk,
        field="body",
        quote="Mrs Quill",
    )
    monkeypatch.setattr("sar.building.print_pack", leaking)
    refused(access, tmp_path / "pack.pdf", dpo, "must not be in it were found .*the keywords")
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert "“" not in pack.failure
    assert not pack.has_files
    assert {(leak.words, leak.place) for leak in pack.leaks.all()} >= {
        ("Mrs Quill", "the keywords")
    }
    for leak in pack.leaks.all():
        clear_leak(finding=leak, reason="A bird.", by=dpo)
    sar_pack(access, tmp_path / "pack.pdf", dpo)
    assert (tmp_path / "pack.pdf").exists()
