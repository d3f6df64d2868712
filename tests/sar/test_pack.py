"""The pack as its reader has it: everything in it, page by page, and nothing fetched or left over."""

import io
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from core.dates import plain
from core.pdf.parts import ChunkFailed
from core.pdf.press import render_chunks
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from core.privacy import Section
from sar.building import NOT_LOOKED_THROUGH, build_pack
from sar.models import BuiltPack, PackProgress
from sar.pack.copy import copy_for
from sar.pack.gather import gather
from sar.pack.pages import CHUNK, body, front_of, parts_of_record, stylesheet
from sar.workflow import PackStatus, RequestStatus
from tests.conftest import entries_since
from tests.core.pdf.processes import killed_when_it_starts
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import CaseNoteFactory
from tests.factories.sar import BuiltPackFactory, RightsRequestFactory, WithholdingFactory
from tests.sar.test_gather import everything_about

pytestmark = pytest.mark.django_db


def built_for(request):
    pack = BuiltPackFactory(request=request)
    build_pack(pack.pk)
    pack.refresh_from_db()
    return pack


def bytes_of(name):
    return Path(default_storage.path(name)).read_bytes()


def squeezed(text):
    """Without white space, which printing sets anew."""
    return "".join(text.split())


def test_the_pack_holds_every_value_of_every_kind_of_record(amelia):
    request = everything_about(amelia)
    pack = built_for(request)
    request.refresh_from_db()
    assert pack.status == PackStatus.BUILT
    assert request.status == RequestStatus.READY
    draft, final = bytes_of(pack.draft_file), bytes_of(pack.final_file)
    pages = text_of(draft)
    whole = squeezed("".join(pages))

    # Everything that is held.
    items = gather(amelia).items
    assert len(items) > 20
    missing = [
        f"{item.source}: {value.label}: {value.text}"
        for item in items
        for value in item.values
        if value.text and squeezed(value.text) not in whole
    ]
    assert missing == []

    # Each page says whose it is, which request, which page, and that it is not released.
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Amelia Hart" in page
        assert request.reference in page
        assert "Not released" in page
    assert pack.pages == len(pages)
    assert not any("Not released" in page for page in text_of(final))

    # The contents name the page on which each part begins.
    first = next(n for n, page in enumerate(pages) if "decides how and why" in page)
    contents = "\n".join(pages[1:first])
    for title in (Section.DETAILS, Section.NOTES, "What we searched", "Your rights"):
        found = re.search(rf"{title}[^\n\d]*(\d+)", contents)
        assert found, title
        assert title in pages[int(found[1]) - 1]

    # What the law asks for beside the copy (UK GDPR Art 15(1)).
    for words in (
        "What we use it for",
        "Ms Green",
        "Larch Primary School",
        "we have not written down a period",
        "section 164A",
        "section 165",
        "Go to court",
        "Decisions by machines",
        "Outside the United Kingdom",
        "What is withheld and why",
        f"had our case-management system searched on {plain(timezone.localdate())}",
    ):
        assert squeezed(words) in whole

    # It can be read aloud, and carries nothing but pages.
    for edition in (draft, final):
        assert tagging_report(edition) == []
        with pikepdf.open(io.BytesIO(edition)) as pdf:
            assert "/EmbeddedFiles" not in pdf.Root.Names
            assert "/AcroForm" not in pdf.Root
            assert str(pdf.docinfo.get("/Author", "")) in {"", "Parenting 2000"}


def test_what_is_copied_from_a_page_comes_as_it_is_seen_and_each_page_says_which_request(
    amelia, note, worker
):
    """What is called how stands before what it is, also in the bytes; a long name takes no room from the request."""
    change(amelia, family_name="Featherstonehaugh-Cholmondeley", given_names="Amelia " * 9)
    request = RightsRequestFactory(person=amelia, recorded_by=worker)
    pages = text_of(bytes_of(built_for(request).final_file))
    assert all(request.reference in page.splitlines()[-1] for page in pages)
    whole = squeezed("".join(pages))
    (item,) = (item for item in gather(amelia).items if item.source == note._meta.label)
    for value in item.values:
        if value.text and value.field not in {"reference", "body"}:
            assert squeezed(value.label + value.text) in whole, value.label
    assert "•Putitright." in whole


def test_withheld_words_are_nowhere_in_the_bytes(access, case, amelia, note):
    other = CaseNoteFactory(case=case, people=[amelia], body="Zebedee Quartz lives at Foxglove.")
    for record, quote in ((note, "The neighbour, Mrs Quill,"), (other, "")):
        WithholdingFactory(
            request=access,
            source="cases.CaseNote",
            record_id=record.pk,
            field="body" if quote else "",
            quote=quote,
        )
    pack = built_for(access)
    for name in (pack.draft_file, pack.final_file):
        content = bytes_of(name)
        text = squeezed("".join(text_of(content)))
        assert squeezed("called the police twice") in text
        with pikepdf.open(io.BytesIO(content)) as pdf:
            streams = b"".join(
                thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)
            )
            strings = [str(thing) for thing in pdf.objects if not isinstance(thing, pikepdf.Stream)]
        for secret in ("Quill", "Zebedee", "Foxglove"):
            assert secret not in text
            assert secret.encode() not in streams
            assert secret.encode("utf-16-be") not in streams
            assert not any(secret in string for string in strings)


def test_nothing_that_a_note_names_is_fetched(access, case, amelia, tmp_path):
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n")
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/x.png"
        CaseNoteFactory(
            case=case,
            people=[amelia],
            body=f"<img src='{address}'> <img src=\"file://{secret}\"> <script>alert(1)</script>"
            f"<link rel=attachment href='file://{secret}'><style>@import url({address})</style>",
        )
        front = front_of(access, made_on=timezone.localdate(), searched_by=access.recorded_by)
        parts = render_chunks(body(copy_for(access).disclosed, front, []), css=stylesheet())
        server.shutdown()
    assert asked == []
    assert [part.refused for part in parts if part.refused] == []
    text = squeezed("".join(page for part in parts for page in text_of(part.pdf)))
    assert squeezed("<script>alert(1)</script>") in text
    assert squeezed(f"<img src='{address}'>") in text


def test_progress_is_told_and_the_worker_may_run_again(access, note, quick_print, monkeypatch):
    pack = BuiltPackFactory(request=access)
    told = []

    def cut_short(*args, progress, **kwargs):
        progress("Printing the pages", 40)
        told.append(PackProgress.objects.get(pack=pack).percent)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sar.building.print_pack", cut_short)
        with pytest.raises(KeyboardInterrupt):
            build_pack(pack.pk)
    assert told == [40]
    pack.refresh_from_db()
    assert pack.status == PackStatus.WAITING
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.status == PackStatus.BUILT
    assert PackProgress.objects.get(pack=pack).percent == 100
    with entries_since() as entries:
        build_pack(pack.pk)
    assert entries == []


def test_a_source_that_fails_fails_the_pack_in_a_sentence(access, note, monkeypatch):
    def broken(self):
        raise ValueError

    monkeypatch.setattr("cases.models.CaseNote.people_in_words", property(broken))
    with entries_since() as entries:
        pack = built_for(access)
    assert pack.status == PackStatus.FAILED
    assert "“Notes” could not be gathered" in pack.failure
    assert pack.draft_file == ""
    assert [entry.verb for entry in entries] == ["pack.failed"]


def test_pages_that_cannot_be_printed_fail_the_pack(access, note, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise ChunkFailed("record-1", "it was not done after 300 seconds")

    monkeypatch.setattr("sar.building.print_pack", broken)
    pack = built_for(access)
    assert pack.status == PackStatus.FAILED
    assert "could not be printed" in pack.failure


@pytest.mark.django_db(transaction=True)
def test_a_pack_that_could_not_be_looked_through_is_none_and_nothing_of_it_is_kept(
    access, note, quick_print
):
    pack = BuiltPackFactory(request=access)
    entry()
    with killed_when_it_starts("core.pdf.text", signal.SIGKILL), entries_since() as entries:
        build_pack(pack.pk)
    pack.refresh_from_db()
    access.refresh_from_db()
    assert (pack.status, pack.failure) == (PackStatus.FAILED, NOT_LOOKED_THROUGH)
    assert access.status != RequestStatus.READY
    assert [one.verb for one in entries] == ["pack.failed"]
    assert not list(Path(default_storage.location).rglob("*.pdf"))
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.is_built


def test_a_full_disk_fails_the_pack(access, note, quick_print, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    pack = built_for(access)
    assert "could not be stored" in pack.failure


def test_a_pack_that_failed_may_be_built_again(access, note, quick_print):
    pack = BuiltPackFactory(request=access, status=PackStatus.FAILED, failure="The disk is full.")
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert (pack.status, pack.failure) == (PackStatus.BUILT, "")


def test_nothing_is_kept_of_a_build_whose_request_was_answered_meanwhile(
    access, note, dpo, quick_print
):
    pack = BuiltPackFactory(request=access)
    type(access).objects.filter(pk=access.pk).update(
        status=RequestStatus.REFUSED,
        refused_at=timezone.now(),
        refused_by=dpo,
        refusal_reasons="Repeated.",
    )
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.status == PackStatus.FAILED
    assert "is answered" in pack.failure
    assert not list(Path(default_storage.location).rglob("*.pdf"))


@pytest.mark.django_db(transaction=True)
def test_only_the_newest_build_can_be_read(access, note, quick_print):
    first, second = built_for(access), built_for(access)
    first.refresh_from_db()
    assert not first.has_files
    kept = {path.name for path in Path(default_storage.location).rglob("*.pdf")}
    assert kept == {Path(second.draft_file).name, Path(second.final_file).name}
    for path in Path(default_storage.location).rglob("*.pdf"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_pack_says_what_it_was_made_from(access, note, quick_print):
    pack = built_for(access)
    assert pack.content_sha256 == copy_for(access).disclosed.sha256
    assert pack.counts["Notes"] == 1
    assert pack.items == len(copy_for(access).disclosed.items)
    assert note.body not in str(BuiltPack.objects.values().get(pk=pack.pk))


def test_a_long_record_is_printed_in_several_chunks(case, amelia):
    request = RightsRequestFactory(person=amelia)
    for _ in range(9):
        CaseNoteFactory(case=case, people=[amelia], body="Word " * (CHUNK // 20))
    copy = copy_for(request).disclosed
    chunks = list(parts_of_record(copy))
    assert len(chunks) > 1
    shown = [item for parts in chunks for part in parts for g in part.groups for item in g.items]
    assert len(shown) == len(copy.items)
    opened = [part.title for parts in chunks for part in parts if part.opens]
    assert len(opened) == len(set(opened))
