"""Pages of documents: who may, what is refused and kept, and how a file leaves the house."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import cases
from cases.documents import DOCUMENTS, PREVIEWS
from cases.models import Document
from cases.previews import make_preview
from cases.workflow import PreviewStatus
from core.files.formats import Format
from core.files.keeping import keep
from tests import clamd, samples
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import (
    DocumentFactory,
    PreviewPageFactory,
    ProfessionalFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


@pytest.fixture
def document(world):
    return DocumentFactory(
        case=world.case, title="School report", content=b"Joe did well.", people=[world.joe]
    )


def words_of(response):
    return response.content.decode()


def address(name, reference, *more):
    return reverse(f"cases:{name}", args=[reference, *more])


def typed(world, content=None, name="report.pdf", **changes):
    local = timezone.localtime(timezone.now() - timedelta(days=1))
    return {
        "file": SimpleUploadedFile(name, samples.pdf() if content is None else content),
        "kind": "report",
        "title": "School report",
        "people": [world.joe.reference],
        "happened_on_0": str(local.day),
        "happened_on_1": str(local.month),
        "happened_on_2": str(local.year),
        "happened_time": "14:30",
        "source_kind": "own",
        "how_received": "letter",
        **changes,
    }


def stored():
    return default_storage.listdir(DOCUMENTS)[1] if default_storage.exists(DOCUMENTS) else []


def test_a_document_is_added_and_looked_at(world, browser):
    form = browser.get(address("document-add", world.case.reference))
    assert 'enctype="multipart/form-data"' in words_of(form)
    token = re.search(r'name="token" value="([0-9a-f-]{36})"', words_of(form))[1]
    with entries_since() as left:
        response = browser.post(
            address("document-add", world.case.reference), typed(world, token=token)
        )
    document = Document.objects.get()
    assert response.headers["Location"] == document.get_absolute_url()
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ, Verb.DOCUMENT_ADDED]
    waiting = words_of(browser.get(document.get_absolute_url()))
    assert "The preview is being made" in waiting
    assert browser.get(address("document-preview", document.reference)).status_code == 200
    make_preview(document.preview.pk)
    told = browser.get(address("document-preview", document.reference))
    assert (told.status_code, told.headers["HX-Refresh"]) == (204, "true")
    with entries_since() as left:
        page = words_of(browser.get(document.get_absolute_url()))
    assert [(e.verb, e.people) for e in left] == [(Verb.DOCUMENT_READ, [world.joe.pk])]
    assert address("document-page", document.reference, 1) in page
    assert "Dear Ms Hart" in page
    assert "Not checked by a virus scanner" in page
    with entries_since() as left:
        picture = browser.get(address("document-page", document.reference, 1))
        content = b"".join(picture.streaming_content)
    assert content.startswith(b"\x89PNG")
    assert picture.headers["Content-Type"] == "image/png"
    assert [e.verb for e in left] == [Verb.DOCUMENT_PAGE_SEEN]


REFUSED = {
    "empty": (b"", "a.pdf", "is empty"),
    "a program": (b"MZ\x90\0" + b"\0" * 99, "a.pdf", "We take PDF"),
    "a drawing": (samples.SVG, "a.svg", "SVG"),
    "a bomb": (samples.bomb(), "a.docx", "grow enormously"),
    "two endings": (samples.pdf(), "a.pdf.exe", "one ending"),
    "a locked PDF": (samples.pdf(password="x"), "a.pdf", "password"),
}


@pytest.mark.parametrize(("content", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_taken_is_refused_beside_what_was_typed(
    world, browser, content, name, said
):
    with entries_since() as left:
        answer = browser.post(
            address("document-add", world.case.reference),
            typed(world, content, name, title="Keep this title"),
        )
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "Keep this title" in words_of(answer)
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ]
    assert stored() == []


def test_a_form_without_a_file_says_so(world, browser):
    given = typed(world)
    del given["file"]
    answer = browser.post(address("document-add", world.case.reference), given)
    assert answer.status_code == 422
    assert "Choose a file for “File”." in words_of(answer)


def raw(name):
    """A multipart form as a hand-made program sends it: the test client itself cleans names."""
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    return (
        b"--limit\r\n"
        + head.encode()
        + b"\r\nContent-Type: application/pdf\r\n\r\n"
        + samples.pdf()
        + b"\r\n--limit--\r\n"
    )


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "..\\\\..\\\\letter.pdf"])
def test_a_name_that_climbs_is_refused(world, browser, name):
    answer = browser.generic(
        "POST",
        address("document-add", world.case.reference),
        raw(name),
        content_type="multipart/form-data; boundary=limit",
    )
    assert answer.status_code == 422
    assert "leads to another folder" in words_of(answer)


def test_a_path_of_windows_is_only_a_name(world, browser):
    answer = browser.generic(
        "POST",
        address("document-add", world.case.reference),
        raw("C:\\\\Users\\\\dean\\\\letter.pdf"),
        content_type="multipart/form-data; boundary=limit",
    )
    assert "leads to another folder" not in words_of(answer)


class Endless:
    """A body that must not be read."""

    def read(self, *size):
        raise AssertionError("It was read.")

    readline = read


def test_two_gigabytes_are_refused_unread(world, browser):
    answer = browser.request(
        REQUEST_METHOD="POST",
        PATH_INFO=address("document-add", world.case.reference),
        CONTENT_TYPE="multipart/form-data; boundary=limit",
        CONTENT_LENGTH=str(2 * 1024**3),
        secure=True,
        **{"wsgi.input": Endless(), "wsgi.url_scheme": "https"},
    )
    assert answer.status_code == 413
    assert "25.0\xa0MB" in words_of(answer)


def test_a_file_just_over_the_limit_is_refused_with_a_sentence(world, browser, settings):
    settings.UPLOAD_MAX_BYTES = 500
    answer = browser.post(address("document-add", world.case.reference), typed(world))
    assert answer.status_code == 422
    assert "larger than 500" in words_of(answer)
    assert "School report" in words_of(answer)


def test_the_scanner_is_asked_and_obeyed(world, browser, settings):
    add = address("document-add", world.case.reference)
    with clamd.running() as scanner:
        settings.CLAMD_URL = scanner.address
        infected = browser.post(add, typed(world, samples.EICAR, "a.txt"))
        assert infected.status_code == 422
        assert "Eicar-Signature" in words_of(infected)
        assert browser.post(add, typed(world)).status_code == 302
    assert Document.objects.get().scanned is True
    away = browser.post(add, typed(world, b"Dear Joe", "a.txt"))
    assert away.status_code == 422
    assert "none is taken" in words_of(away)
    assert Document.objects.count() == 1


def test_the_same_file_again_is_said(world, browser):
    add = address("document-add", world.case.reference)
    content = samples.pdf("The same")
    browser.post(add, typed(world, content))
    answer = browser.post(add, typed(world, content, title="Another title"))
    assert answer.status_code == 422
    assert Document.objects.get().reference in words_of(answer)
    assert len(stored()) == 1


def test_where_it_came_from_is_asked_and_kept(world, browser):
    head = ProfessionalFactory(name="Ms Khan")
    add = address("document-add", world.case.reference)
    answer = browser.post(add, typed(world, source_kind="professional"))
    assert "Choose which professional told you." in words_of(answer)
    browser.post(add, typed(world, source_kind="professional", source_professional=head.pk))
    document = Document.objects.get()
    assert "Ms Khan" in words_of(browser.get(document.get_absolute_url()))


def test_another_version_is_added_and_both_are_read(world, browser, document):
    replace = address("document-replace", document.reference)
    assert "School report" in words_of(browser.get(replace))
    browser.post(replace, typed(world, reason="The signed copy."))
    newer = Document.objects.get(corrects=document)
    page = words_of(browser.get(newer.get_absolute_url()))
    assert document.get_absolute_url() in page
    assert "The signed copy." in page
    old = words_of(browser.get(document.get_absolute_url()))
    assert newer.get_absolute_url() in old
    assert "Add another version" not in old
    listed = words_of(browser.get(address("documents", world.case.reference)))
    assert newer.reference in listed
    assert f'href="{document.get_absolute_url()}"' not in listed
    again = browser.post(replace, typed(world, b"third", "a.txt", reason="Once more."))
    assert again.status_code == 422
    assert newer.reference in words_of(again)


def test_a_closed_case_takes_no_document_and_shows_them(world, browser, document):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    assert browser.get(address("document-add", world.case.reference)).status_code == 409
    assert browser.get(address("document-replace", document.reference)).status_code == 409
    sent = browser.post(address("document-add", world.case.reference), typed(world))
    assert sent.status_code == 422
    assert document.reference in words_of(browser.get(address("documents", world.case.reference)))


# --- How a file leaves --------------------------------------------------------------------------


def test_a_file_leaves_as_a_file_that_can_do_nothing(world, browser, document):
    with entries_since() as left:
        sent = browser.get(address("document-file", document.reference))
        assert b"".join(sent.streaming_content) == b"Joe did well."
    assert [(e.verb, e.people) for e in left] == [(Verb.DOCUMENT_FILE_TAKEN, [world.joe.pk])]
    assert sent.headers["Content-Disposition"] == (
        f'attachment; filename="{document.reference}.txt"'
    )
    assert sent.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert sent.headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_the_entry_is_committed_before_the_first_byte(world, browser, document):
    before = Entry.objects.filter(verb=Verb.DOCUMENT_FILE_TAKEN).count()
    sent = browser.get(address("document-file", document.reference))
    assert not connection.in_atomic_block
    assert Entry.objects.filter(verb=Verb.DOCUMENT_FILE_TAKEN).count() == before + 1
    assert b"".join(sent.streaming_content) == b"Joe did well."


def test_no_file_and_no_picture_while_the_log_cannot_be_written(world, browser, document, request):
    PreviewPageFactory(
        preview=document.preview, picture_file=keep(ContentFile(b"\x89PNG"), folder=PREVIEWS)
    )
    request.getfixturevalue("log_broken")
    for name, more in (("document-file", ()), ("document-page", (1,)), ("document", ())):
        answer = browser.get(address(name, document.reference, *more))
        assert answer.status_code == 503
        assert not answer.streaming


def test_a_file_that_is_gone_is_a_sentence(browser, document):
    default_storage.delete(document.file)
    answer = browser.get(address("document-file", document.reference))
    assert answer.status_code == 409
    assert "not where it was stored" in words_of(answer)


def test_files_have_no_address_of_their_own(browser, document, settings):
    for where in (f"/{document.file}", f"{settings.MEDIA_URL}{document.file}"):
        assert browser.get(where).status_code == 404


EACH = ("documents", "document-add", "document", "document-file", "document-replace")


def where(name, world, document):
    of_case = name in {"documents", "document-add"}
    return address(name, world.case.reference if of_case else document.reference)


@pytest.mark.parametrize("name", EACH)
def test_another_service_and_the_front_desk_find_nothing(world, document, name):
    stranger = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    desk = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    for user in (stranger, desk):
        with entries_since() as left:
            answer = signed_in(user).get(where(name, world, document))
        assert answer.status_code == 404
        assert [e.verb for e in left] == [Verb.LOOK_REFUSED]
        assert left[0].people


def test_who_only_reads_sees_documents_and_adds_none(world, document):
    dpo = signed_in(says_why(the(Role.DPO), *document.people.all(), purpose="complaint"))
    with entries_since() as left:
        assert "School report" in words_of(dpo.get(document.get_absolute_url()))
    assert left[0].purpose == Purpose.COMPLAINT
    assert dpo.get(address("document-replace", document.reference)).status_code == 403
    assert dpo.get(address("document-add", world.case.reference)).status_code == 403
    assert "Add another version" not in words_of(dpo.get(document.get_absolute_url()))


def test_a_preview_that_failed_is_asked_for_again(world, browser, document):
    change(document.preview, status=PreviewStatus.FAILED, failure="No pictures could be made.")
    assert "No pictures could be made." in words_of(browser.get(document.get_absolute_url()))
    browser.post(address("document-preview-again", document.reference))
    document.preview.refresh_from_db()
    assert document.preview.status == PreviewStatus.WAITING
    reader = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Qi Lin"))
    assert reader.post(address("document-preview-again", document.reference)).status_code == 403


@pytest.mark.parametrize("count", [1, 29])
def test_a_list_asks_as_often_for_thirty_as_for_one(world, browser, document, count):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(address("documents", world.case.reference))
        assert page.status_code == 200
        return len(asked)

    one = queries()
    for _ in range(count):
        DocumentFactory(case=world.case, people=[world.joe, world.amelia], format=Format.PDF)
    assert queries() == one


def test_a_page_asks_as_often_for_many_versions_as_for_two(world, browser, document):
    def version(of):
        return DocumentFactory(
            case=world.case, people=[world.joe], corrects=of, correction_reason="Better."
        )

    def queries(one):
        with CaptureQueriesContext(connection) as asked:
            browser.get(one.get_absolute_url())
        return len(asked)

    newest = version(document)
    two = queries(newest)
    for _ in range(9):
        newest = version(newest)
    assert queries(newest) == two
