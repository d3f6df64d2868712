"""Documents: kept as they came, once, with every version; and files that stand or fall with their rows."""

import os
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.verbs import Verb
from cases.actions import cases
from cases.actions import documents as verbs
from cases.documents import DOCUMENTS, PREVIEWS
from cases.models import Document, DocumentPerson, Preview, PreviewPage, SourceKind
from cases.previews import NO_OFFICE, NOT_DRAWN, make_preview
from cases.workflow import PreviewStatus
from cases.written import SavedAlready
from core.errors import LogUnavailable, Refused
from core.files.formats import Format, examine
from core.files.keeping import keep, lost, remove_after_commit, stand_or_fall
from core.files.pictures import MOST_PAGES
from core.workflow import MoveRefused
from parenting2000.jobs import forget_lost_files
from tests import samples
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.base import note
from tests.factories.cases import (
    DocumentFactory,
    PersonFactory,
    PreviewPageFactory,
    ProfessionalFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def handed_in(content=b"Dear Ms Hart", name="letter.txt"):
    return examine(ContentFile(content), name)


def add(world, **changes):
    arguments = {
        "case": world.case,
        "file": handed_in(),
        "kind": Document.Kind.LETTER,
        "title": "Letter from school",
        "happened_at": timezone.now() - timedelta(days=1),
        "people": [world.joe],
        "by": world.worker,
    }
    return verbs.add_document(**(arguments | changes))


def replace(world, document, **changes):
    arguments = {
        "document": document,
        "file": handed_in(b"Dear Ms Hart, signed"),
        "reason": "The signed copy.",
        "kind": document.kind,
        "title": document.title,
        "happened_at": document.happened_at,
        "people": [world.joe],
        "by": world.manager,
    }
    return verbs.replace_document(**(arguments | changes))


def stored(folder=DOCUMENTS):
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def test_a_document_is_kept_as_it_came(world):
    head = ProfessionalFactory(name="Ms Khan")
    with entries_since() as left:
        document = add(
            world,
            dated_on=timezone.localdate() - timedelta(days=9),
            source_kind=SourceKind.PROFESSIONAL,
            source_professional=head,
        )
    assert [(e.verb, e.by_id, e.people) for e in left] == [
        (Verb.DOCUMENT_ADDED, world.worker.pk, [world.joe.pk])
    ]
    document = Document.objects.get()
    assert document.reference.startswith("F-")
    assert list(document.people.all()) == [world.joe]
    assert document.source_in_words.startswith("Ms Khan")
    assert document.format == Format.TEXT
    with default_storage.open(document.file) as file:
        assert file.read() == b"Dear Ms Hart"
    assert "letter" not in document.file
    assert Preview.objects.get().status == PreviewStatus.WAITING
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, list(job.args)) == ("cases.make_preview", ["preview_id"])


REFUSED = {
    "nobody": ({"people": []}, "whom the document is about"),
    "no title": ({"title": "  "}, "a title"),
    "not yet": ({"happened_at": timezone.now() + timedelta(days=1)}, "tomorrow"),
    "dated in the future": ({"dated_on": timezone.localdate() + timedelta(days=1)}, "future"),
    "no professional": ({"source_kind": SourceKind.PROFESSIONAL}, "which professional"),
}


@pytest.mark.parametrize(("changes", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_stand_is_refused_and_leaves_no_trace(world, changes, said):
    with entries_since() as left, pytest.raises(Refused, match=said):
        add(world, **changes)
    assert left == []
    assert not Document.objects.exists()
    assert stored() == []


def test_somebody_outside_the_case_cannot_be_named(world):
    with pytest.raises(Refused, match="not part of"):
        add(world, people=[PersonFactory()])


def test_nothing_is_added_to_a_closed_case(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with pytest.raises(Refused, match="is closed"):
        add(world)
    assert add(world, closed_too=True).case == world.case


def test_the_log_cannot_be_written_and_nothing_is_kept(world, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        add(world)
    assert not Document.objects.exists()
    assert stored() == []


def test_the_very_same_file_is_not_added_twice(world):
    first = add(world)
    with entries_since() as left, pytest.raises(Refused, match=first.reference):
        add(world, title="Another title")
    assert left == []
    assert len(stored()) == 1


def test_a_form_sent_twice_adds_one_document(world):
    token, moment = uuid4(), timezone.now()
    first = add(world, token=token, happened_at=moment)
    assert add(world, token=token, happened_at=moment) == first
    with pytest.raises(SavedAlready, match=first.reference):
        add(world, token=token, happened_at=moment, title="Another title")
    assert len(stored()) == 1


def test_a_new_version_takes_the_place_and_the_old_one_stays(world):
    first = add(world)
    with entries_since() as left:
        second = replace(world, first)
    assert [(e.verb, e.by_id, e.record_id) for e in left] == [
        (Verb.DOCUMENT_REPLACED, world.manager.pk, first.pk)
    ]
    assert second.corrects == first
    assert second.correction_reason == "The signed copy."
    assert len(stored()) == 2


def test_only_the_newest_version_is_replaced_and_with_a_reason(world):
    first = add(world)
    second = replace(world, first)
    with entries_since() as left, pytest.raises(Refused, match=second.reference):
        replace(world, first, file=handed_in(b"a third"))
    with pytest.raises(Refused, match="Say why"):
        replace(world, second, file=handed_in(b"a third"), reason=" ")
    assert left == []


def test_the_database_keeps_a_document_as_it_is(world):
    document = add(world)
    note()
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(title="Another")


# --- Previews -----------------------------------------------------------------------------------


def preview_of(content, name, world):
    document = add(world, file=handed_in(content, name))
    with entries_since() as left:
        make_preview(document.preview.pk)
    document.preview.refresh_from_db()
    return document.preview, left


@pytest.mark.parametrize(
    ("content", "name", "pages", "words"),
    [
        (samples.pdf("Dear Ms Hart", "Yours"), "a.pdf", 2, "Dear Ms Hart"),
        (samples.photograph(), "a.jpg", 1, ""),
        (b"Rang at nine.", "a.txt", 1, "Rang at nine."),
        (samples.MAIL, "a.eml", 1, "Joe was late again."),
    ],
)
def test_the_worker_makes_safe_pictures_and_words(world, content, name, pages, words):
    preview, left = preview_of(content, name, world)
    assert preview.status == PreviewStatus.READY
    assert preview.pages == pages
    assert [(e.verb, e.by, e.people) for e in left] == [
        (Verb.PREVIEW_MADE, "system", [world.joe.pk])
    ]
    shown = preview.shown.first()
    assert words in shown.text
    assert bool(shown.picture_file) is (not name.endswith(("txt", "eml")))


def test_an_e_mail_is_shown_as_its_words_alone(world):
    preview, _ = preview_of(samples.MAIL, "a.eml", world)
    text = preview.shown.get().text
    assert "From: Ms Khan" in text
    assert "steal" not in text
    assert "<" not in text.replace("<s.khan@school.example>", "")
    assert "tracker" not in text


def test_what_is_attached_to_an_e_mail_is_shown_and_read_as_well(world, monkeypatch, tmp_path):
    """As far as it can be: what cannot counts as a page that is not there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    message = EmailMessage()
    message["From"], message["Date"] = "gp@surgery.example", "Thu, 3 Sep 2026 10:00:00 +0100"
    message.set_content("See what is attached.")
    for content, name in (
        (samples.pdf("Mrs Quill rang", "and Mr Vane"), "report.pdf"),
        (samples.photograph(), "scan.jpg"),
        (b"%PDF-1.7 nothing", "damaged.pdf"),
        (samples.docx(), "letter.docx"),
        (b"Ivy was late.", "note.txt"),
    ):
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    preview, _ = preview_of(message.as_bytes(), "a.eml", world)
    assert (preview.status, preview.pages) == (PreviewStatus.READY, 7)
    first, *others = preview.shown.all()
    assert "Attached: report.pdf, scan.jpg, damaged.pdf, letter.docx, note.txt" in first.text
    assert [(" ".join(one.text.split()), bool(one.picture_file)) for one in others] == [
        ("Mrs Quill rang", True),
        ("and Mr Vane", True),
        ("", True),
        ("Ivy was late.", False),
    ]


def test_of_what_is_attached_to_an_e_mail_the_first_pages_are_drawn(world):
    message = EmailMessage()
    message["From"], message["Date"] = "gp@surgery.example", "Thu, 3 Sep 2026 10:00:00 +0100"
    message.set_content("Long.")
    for name in ("one.pdf", "two.pdf"):
        content = samples.pdf(*(f"{name} {number}" for number in range(MOST_PAGES)))
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    preview, _ = preview_of(message.as_bytes(), "a.eml", world)
    assert preview.shown.count() == MOST_PAGES
    assert preview.pages > MOST_PAGES


def test_a_word_document_without_libre_office_says_so(world, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    preview, left = preview_of(samples.docx(), "a.docx", world)
    assert (preview.status, preview.failure) == (PreviewStatus.FAILED, NO_OFFICE)
    assert [e.verb for e in left] == [Verb.PREVIEW_FAILED]
    with entries_since() as asked:
        verbs.ask_for_preview(preview=preview, by=world.worker)
    assert [e.verb for e in asked] == [Verb.PREVIEW_ASKED]
    preview.refresh_from_db()
    assert (preview.status, preview.failure) == (PreviewStatus.WAITING, "")


def test_a_file_that_cannot_be_drawn_says_so(world):
    document = DocumentFactory(
        case=world.case, content=b"%PDF-1.7 nothing", format=Format.PDF, people=[world.joe]
    )
    make_preview(document.preview.pk)
    document.preview.refresh_from_db()
    assert document.preview.failure == NOT_DRAWN


def test_a_file_that_is_gone_says_so(world):
    document = add(world)
    default_storage.delete(document.file)
    make_preview(document.preview.pk)
    document.preview.refresh_from_db()
    assert "not where it was stored" in document.preview.failure


def test_a_preview_is_made_once_however_often_the_worker_is_asked(world):
    document = add(world, file=handed_in(samples.pdf(), "a.pdf"))
    make_preview(document.preview.pk)
    with entries_since() as left:
        make_preview(document.preview.pk)
    assert left == []
    assert len(stored(PREVIEWS)) == 1
    with pytest.raises(MoveRefused):
        verbs.finish_preview(preview=document.preview, pages=1, shown=[])


def test_a_preview_without_a_log_is_undone_with_its_pictures(world, request):
    document = add(world, file=handed_in(samples.pdf(), "a.pdf"))
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        make_preview(document.preview.pk)
    assert stored(PREVIEWS) == []
    assert not PreviewPage.objects.exists()


# --- Files and rows -----------------------------------------------------------------------------


def test_a_file_goes_when_its_transaction_is_undone(world):
    def begin_and_break():
        with stand_or_fall(), transaction.atomic():
            add(world)
            assert len(stored()) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_and_break()
    assert stored() == []
    assert not Document.objects.exists()


def test_a_file_stays_when_only_a_later_verb_is_refused(world):
    with stand_or_fall(), transaction.atomic():
        add(world)
        with pytest.raises(Refused):
            add(world, file=handed_in(b"other"), title=" ")
    assert len(stored()) == 1


def test_files_of_deleted_rows_go_after_the_commit(world, django_capture_on_commit_callbacks):
    document = add(world)
    with django_capture_on_commit_callbacks(execute=True):
        remove_after_commit([document.file, ""])
        assert len(stored()) == 1
    assert stored() == []


def test_a_file_without_a_row_is_found_a_day_later(world):
    document = add(world)
    picture = PreviewPageFactory(
        preview=document.preview, picture_file=keep(ContentFile(b"x"), folder=PREVIEWS)
    )
    orphan = keep(ContentFile(b"nobody's"), folder=DOCUMENTS)
    assert list(lost([DOCUMENTS, PREVIEWS])) == []
    age(orphan)
    age(document.file)
    age(picture.picture_file)
    assert list(lost([DOCUMENTS, PREVIEWS, "none-such"])) == [orphan]
    forget_lost_files(timestamp=0)
    assert not default_storage.exists(orphan)
    assert default_storage.exists(document.file)
    assert default_storage.exists(picture.picture_file)


def age(name):

    before = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(default_storage.path(name), (before, before))


def test_who_is_in_a_document_is_written_once(world):
    document = add(world, people=[world.joe, world.amelia])
    assert DocumentPerson.objects.filter(document=document).count() == 2
