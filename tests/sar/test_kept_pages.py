"""Printed pages are kept for the next build, so that only what changed is printed again."""

import re
import signal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from audit.actors import SYSTEM
from core.errors import LogUnavailable
from core.pdf.press import Press
from sar.actions.kept_pages import drop_pages_of_answered, keep_pages
from sar.actions.pack import ask_for_pack
from sar.actions.requests import refuse
from sar.actions.withholding import check_item
from sar.building import build_pack, print_ahead
from sar.models import KeptPages
from sar.pack.copy import copy_for
from sar.pack.gather import gather_for
from sar.pack.pages import CHUNK, record_chunks
from sar.shelf import PackShelf
from sar.workflow import PackStatus
from tests.conftest import entries_since
from tests.factories.base import note as entry
from tests.factories.cases import CaseNoteFactory
from tests.factories.sar import BuiltPackFactory, RightsRequestFactory, WithholdingFactory
from tests.sar.test_tasks import work
from tests.worker_process import a_worker, given_up, wait_for

pytestmark = pytest.mark.django_db

MARK, OTHER = "a" * 64, "b" * 64


def files():
    return sorted(path.name for path in Path(default_storage.location).rglob("pages/*"))


def test_pages_are_kept_once_and_read_again(access):
    with entries_since() as entries:
        keep_pages(request=access, pages={MARK: b"one", OTHER: b"two"}, by=SYSTEM)
        keep_pages(request=access, pages={MARK: b"again"}, by=SYSTEM)
    assert [(one.verb, one.people) for one in entries] == [("pack.pages-kept", [access.person_id])]
    shelf = PackShelf(access)
    assert (shelf.get(MARK), shelf.get("c" * 64)) == (b"one", None)
    for name in files():
        default_storage.delete(f"pages/{name}")
    assert shelf.get(MARK) is None


def test_of_an_answered_request_nothing_is_kept(access, dpo):
    keep_pages(request=access, pages={MARK: b"one"}, by=SYSTEM)
    assert drop_pages_of_answered(by=SYSTEM) == 0
    answered = RightsRequestFactory(person=access.person)
    refuse(request=answered, reasons="It repeats one of last week.", by=dpo)
    with entries_since() as entries:
        keep_pages(request=answered, pages={MARK: b"one"}, by=SYSTEM)
    assert entries == []
    entry()
    KeptPages.objects.create(request=answered, mark=MARK, file="pages/gone")
    with entries_since() as entries:
        assert drop_pages_of_answered(by=SYSTEM) == 1
    assert [one.verb for one in entries] == ["pack.pages-removed"]
    assert KeptPages.objects.get().request == access


def test_without_the_log_no_page_is_kept(access, log_broken):
    with pytest.raises(LogUnavailable):
        keep_pages(request=access, pages={MARK: b"one"}, by=SYSTEM)
    assert (KeptPages.objects.count(), files()) == (0, [])


def test_one_changed_item_leaves_the_other_chunks_as_they_are(access, case, amelia):
    notes = [
        CaseNoteFactory(case=case, people=[amelia], body=f"Withheld {n} today. " + "Word " * 400)
        for n in range(90)
    ]
    copy = copy_for(access).disclosed
    before = list(record_chunks(copy))
    assert len(before) > 3
    assert sum(len(one.html) for one, _ in before) / len(before) > CHUNK / 2
    number = _latest_note(copy, before)
    WithholdingFactory(
        request=access,
        source="cases.CaseNote",
        record_id=notes[number].pk,
        field="body",
        quote=f"Withheld {number} today. " + "Word " * 300,
    )
    after = {chunk.html for chunk, _ in record_chunks(copy_for(access).disclosed)}
    # Its own chunk, and the short one that may follow the last of the notes.
    assert 1 <= len({one.html for one, _ in before} - after) <= 2


def _latest_note(copy, chunks):
    """A note in the last chunk that has any: where others follow, one that shortens may draw some of them to it."""
    for _, keys in reversed(chunks):
        for item in copy.items:
            if item.key in keys and item.source == "cases.CaseNote":
                text = " ".join(value.text for value in item.values)
                return int(re.search(r"Withheld (\d+) today", text)[1])
    raise AssertionError("no notes")


def test_what_is_decided_is_printed_ahead_and_not_again(access, note, dpo, monkeypatch):
    printed = []
    press = Press.render

    def counting(self, chunks, **options):
        written = list(chunks)
        printed.append({chunk.key for chunk in written})
        return press(self, written, **options)

    monkeypatch.setattr(Press, "render", counting)
    print_ahead(access.pk)
    assert not set().union(*printed)
    items = gather_for(access).items
    for item in items:
        check_item(request=access, item=item, by=dpo)
    print_ahead(access.pk)
    ahead = set().union(*printed)
    assert any(key.startswith("record-") for key in ahead)
    assert access.kept_pages.count() == len(ahead)
    printed.clear()
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.is_built
    assert not ahead & set().union(*printed)
    # Those that this build did not need are gone, with their files.
    assert access.kept_pages.count() == len(files())


@pytest.mark.django_db(transaction=True)
def test_after_a_worker_was_killed_what_was_printed_is_not_printed_again(
    access, case, amelia, dpo, monkeypatch
):
    for number in range(110):
        CaseNoteFactory(case=case, people=[amelia], body=f"Number {number}. " + "Word " * 400)
    pack = ask_for_pack(request=access, by=dpo)
    worker = a_worker()
    try:
        wait_for(lambda: access.kept_pages.count() >= 2)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    pack.refresh_from_db()
    assert (pack.status, pack.draft_file) == (PackStatus.WAITING, "")
    kept = dict(access.kept_pages.values_list("mark", "file"))
    printed = set()
    put = PackShelf.put

    def counting(self, mark, content):
        printed.add(mark)
        put(self, mark, content)

    monkeypatch.setattr(PackShelf, "put", counting)
    given_up()
    work(queue="default")
    pack.refresh_from_db()
    assert pack.is_built, pack.failure
    assert printed
    assert not printed & set(kept)
    # They are in the pack as they were printed then.
    assert kept.items() <= dict(access.kept_pages.values_list("mark", "file")).items()
