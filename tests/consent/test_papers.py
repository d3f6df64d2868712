"""A paper signed at a meeting is put beside the answers that it shows, afterwards."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from cases.documents import DOCUMENTS
from cases.models import Document
from consent.actions.papers import attach_paper, upload_paper
from consent.models import Consent, ConsentPaper, HowGiven, State
from consent.purposes import Purpose
from core.errors import LogUnavailable, Refused
from core.files.formats import examine
from tests import samples
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.consent.sql import change
from tests.factories.base import noted
from tests.factories.cases import DocumentFactory, PersonFactory, ServiceFactory
from tests.factories.consent import ConsentFactory, ConsentPaperFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def consent(world):
    return ConsentFactory(person=world.amelia, recorded_by=world.worker)


@pytest.fixture
def paper(world):
    return DocumentFactory(case=world.case, people=[world.amelia], kind="consent")


def page_of(consent):
    return reverse("consent:consent-paper", args=[consent.reference])


def scan(content=None, name="signed.pdf"):
    return SimpleUploadedFile(name, samples.pdf("I agree.") if content is None else content)


def kept_files():
    return default_storage.listdir(DOCUMENTS)[1] if default_storage.exists(DOCUMENTS) else []


# The verbs


def test_it_stands_beside_each_answer_that_it_shows(world, consent, paper):
    other = ConsentFactory(person=world.amelia, state=State.REFUSED)
    with entries_since() as left:
        made = attach_paper(consents=[other, consent], document=paper, by=world.manager)
    assert [(one.verb, one.people) for one in left] == [
        (Verb.CONSENT_PAPER_ADDED, [world.amelia.pk])
    ] * 2
    assert {(one.consent, one.document, one.recorded_by) for one in made} == {
        (consent, paper, world.manager),
        (other, paper, world.manager),
    }
    with entries_since() as left:
        assert attach_paper(consents=[consent], document=paper, by=world.worker) == []
    assert left == []
    consent.refresh_from_db()
    assert consent.evidence is None


def test_a_scan_is_added_as_any_document_and_once(world, consent):
    file = samples.pdf("I agree.")
    with entries_since() as left:
        upload_paper(consents=[consent], case=world.case, file=_examined(file), by=world.worker)
        upload_paper(consents=[consent], case=world.case, file=_examined(file), by=world.worker)
    assert [one.verb for one in left] == [Verb.DOCUMENT_ADDED, Verb.CONSENT_PAPER_ADDED]
    document = ConsentPaper.objects.get().document
    assert (document.kind, document.dated_on) == ("consent", consent.given_on)
    assert (document.source_person, list(document.people.all())) == (world.amelia, [world.amelia])
    assert document.sha256 == hashlib.sha256(file).hexdigest()
    assert kept_files() == [document.file.removeprefix(f"{DOCUMENTS}/")]


def _examined(content):
    return examine(SimpleUploadedFile("signed.pdf", content), "signed.pdf")


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Say which answer", lambda _: {"consents": []}),
        (
            "was not signed on paper",
            lambda of: {
                "consents": [of, ConsentFactory(person=of.person, how="spoken", witness="Jo")]
            },
        ),
        ("is not about", lambda _: {"document": DocumentFactory(people=[PersonFactory()])}),
    ],
    ids=["nothing", "spoken", "somebody else"],
)
def test_refused_it_leaves_no_trace(world, consent, paper, sentence, wrong):
    words = {"consents": [consent], "document": paper} | wrong(consent)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        attach_paper(**words, by=world.worker)
    assert left == []
    assert not ConsentPaper.objects.exists()


def test_refused_or_without_an_entry_no_file_stays(world, consent, request):
    spoken = ConsentFactory(person=world.amelia, how=HowGiven.SPOKEN, witness="Jo")
    words = {"case": world.case, "file": _examined(samples.pdf()), "by": world.worker}
    with entries_since() as left, pytest.raises(Refused, match="was not signed on paper"):
        upload_paper(consents=[spoken], **words)
    assert left == []
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        upload_paper(consents=[consent], **words)
    assert not Document.objects.exists()
    assert not ConsentPaper.objects.exists()
    assert kept_files() == []


def test_the_database_takes_no_paper_of_somebody_else_and_never_changes_one(world, consent, paper):
    spoken = ConsentFactory(person=world.amelia, how=HowGiven.SPOKEN, witness="Jo")
    others = DocumentFactory(people=[PersonFactory()])
    create = ConsentPaper.objects.create
    for wrong in ({"consent": spoken, "document": paper}, {"consent": consent, "document": others}):
        with pytest.raises(IntegrityError, match="signed on paper"):
            noted(create, **wrong, recorded_by=world.worker)
    made = ConsentPaperFactory(consent=consent, document=paper)
    with pytest.raises(DatabaseError):
        change(made, document=DocumentFactory(people=[world.amelia]))


# The page


def test_a_scan_is_put_beside_two_answers_of_one_day(world, consent):
    other = ConsentFactory(person=world.amelia, purpose=Purpose.SENSITIVE_DETAILS, agency=None)
    browser = signed_in(world.worker)
    record = reverse("consent:person", args=[world.amelia.reference])
    assert "No paper stands beside it" in browser.get(record).content.decode()
    page = browser.get(page_of(consent)).content.decode()
    assert other.reference in page
    sent = browser.post(
        page_of(consent),
        {"where": "scanned", "file": scan(), "how_received": "letter", "also": [other.pk]},
    )
    assert sent.status_code == 302
    document = Document.objects.get()
    assert document.how_received == "letter"
    assert {one.consent for one in ConsentPaper.objects.all()} == {consent, other}
    text = browser.get(record).content.decode()
    assert text.count(f"{document.reference}, the signed paper") == 2
    assert "No paper stands beside it" not in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"where": "scanned"}, "Choose the scan or photograph."),
        ({"where": "there"}, "Choose the document."),
        ({"where": "scanned", "file": b""}, "empty"),
        # By what is in it, as every document: not by what it is called.
        ({"where": "scanned", "file": b"MZ\x90\x00 a program"}, "Save it as one of these"),
    ],
    ids=["no scan", "no document", "empty", "a program"],
)
def test_what_is_no_paper_is_refused_with_a_sentence(world, consent, typed, sentence):
    if isinstance(typed.get("file"), bytes):
        typed = typed | {"file": scan(typed["file"])}
    sent = signed_in(world.worker).post(page_of(consent), typed)
    assert sent.status_code == 422
    assert sentence in sent.content.decode()
    assert not ConsentPaper.objects.exists()
    assert not Document.objects.exists()


def test_only_who_records_consents_of_that_person_gets_in(world, consent, paper):
    outsider = signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Outsider"))
    reader = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Reader"))
    with entries_since() as left:
        assert outsider.get(page_of(consent)).status_code == 404
        assert reader.get(page_of(consent)).status_code == 403
        typed = {"where": "there", "document": paper.pk}
        assert outsider.post(page_of(consent), typed).status_code == 404
    assert [one.verb for one in left] == [Verb.LOOK_REFUSED] * 3
    # A paper of another service's case is not offered, and cannot be chosen by its number.
    elsewhere = DocumentFactory(people=[world.amelia], title="Elsewhere")
    browser = signed_in(world.worker)
    assert "Elsewhere" not in browser.get(page_of(consent)).content.decode()
    sent = browser.post(page_of(consent), {"where": "there", "document": elsewhere.pk})
    assert sent.status_code == 422
    assert browser.post(page_of(consent), typed).status_code == 302


def test_the_record_asks_as_much_with_one_paper_as_with_many(world, consent, paper):
    ConsentPaperFactory(consent=consent, document=paper)
    browser, page = (
        signed_in(world.worker),
        reverse("consent:person", args=[world.amelia.reference]),
    )

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for _ in range(12):
        more = ConsentFactory(person=world.amelia)
        ConsentPaperFactory(
            consent=more, document=DocumentFactory(case=world.case, people=[world.amelia])
        )
    assert Consent.objects.count() == 13
    assert asked() == before
