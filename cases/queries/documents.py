"""Documents: one with its versions and pictures, the list of a case, and the file itself."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.core.paginator import Page, Paginator
from django.db import models

from accounts.models import User
from audit.door import NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.kinds import DOCUMENT
from cases.leave import IsRestricted
from cases.models import Case, Document, DocumentPerson, Preview, PreviewPage, RestrictionGrant
from cases.permissions import cases_of
from cases.queries.cases import gather_case, shown_case
from cases.queries.entries import open_entry
from cases.queries.kept_back import KeptBack, kept_back
from cases.queries.purposes import for_task
from cases.restricted import is_barred, usable_entries
from cases.workflow import PreviewStatus
from core.errors import Refused
from core.files.formats import Format

PAGE_LENGTH = 30  # documents


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document with the versions that it has had, the newest first, and the pages of the one asked for.

    `leave` is what of it the reader may use for now although it is restricted.
    """

    case: Case
    asked: Document
    versions: list[Document]
    preview: Preview
    shown: list[PreviewPage]
    leave: list[RestrictionGrant]

    @property
    def newest(self) -> Document:
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to be sent: where its bytes are, what it is and what it is called."""

    path: str
    name: str
    content_type: str


def open_document(
    reference: str, *, look: Look, may: Callable[[User, Document], bool] | None = None
) -> DocumentRecord:
    """Open the document with `reference`, whatever version it is; as `cases.queries.entries.open_entry`."""
    record = open_entry(DOCUMENT, reference, look=look, may=may)
    preview = Preview.objects.select_related("document__case").get(document=record.asked)
    shown = list(preview.shown.all()) if preview.status == PreviewStatus.READY else []
    return DocumentRecord(
        case=record.case,
        asked=record.asked,
        versions=record.versions,
        preview=preview,
        shown=shown,
        leave=record.leave,
    )


def list_documents(
    reference: str, *, look: Look, page: int | str = 1
) -> tuple[Case, Page, KeptBack]:
    """One page of the documents of a case, each in its newest version; one entry a row; and what of
    them is restricted.

    As `cases.queries.cases.open_case` for a case that is not theirs.
    """
    case, look = gather_case(reference, look=look)
    found = (
        usable_entries(Document.objects.filter(case=case, corrected_by=None), by=look.by)
        .select_related("source_person", "source_professional__agency", "recorded_by", "corrects")
        .prefetch_related("people")
        .order_by("-happened_at", "-pk")
        .fetch_mode(models.FETCH_RAISE)
    )
    rows = Paginator(found, PAGE_LENGTH).get_page(page)
    listed = [
        Shown(Verb.DOCUMENT_LISTED, one, [person.pk for person in one.people.all()]) for one in rows
    ]
    show(look, [shown_case(case), *listed])
    return case, rows, kept_back(cases=[case], reader=look.by, nouns=[DOCUMENT.noun])


def open_file(reference: str, *, look: Look) -> StoredFile:
    """The file of a document, to be saved; the entry says that it was taken out. As `open_document`.

    Refused if it is not where it was stored.
    """
    document, look = _ask(reference, look)
    must_exist(document.file)
    show(look, [Shown(Verb.DOCUMENT_FILE_TAKEN, document, _people_of(document))])
    kind = Format(document.format)
    return StoredFile(path=document.file, name=document.saved_as, content_type=kind.content_type)


def open_page(reference: str, number: int, *, look: Look) -> StoredFile:
    """The safe picture of one page. As `open_document`; NotYours too where there is no such picture."""
    document, look = _ask(reference, look)
    page = (
        PreviewPage.objects.filter(preview__document=document, number=number)
        .exclude(picture_file="")
        .first()
    )
    if page is None:
        raise NotYours(
            "No picture of such a page.", look=look, record=document, people=_people_of(document)
        )
    must_exist(page.picture_file)
    show(look, [Shown(Verb.DOCUMENT_PAGE_SEEN, document, _people_of(document))])
    with default_storage.open(page.picture_file) as file:
        is_jpeg = file.read(3) == b"\xff\xd8\xff"
    ending, kind = ("jpg", "image/jpeg") if is_jpeg else ("png", "image/png")
    return StoredFile(page.picture_file, f"{document.reference}-{number}.{ending}", kind)


def preview_is_made(reference: str, *, look: Look) -> bool:
    """Whether the worker has done with the preview. Shows nothing of anybody: only a refusal is written."""
    document, _ = _ask(reference, look)
    return Preview.objects.filter(document=document).exclude(status=PreviewStatus.WAITING).exists()


def _ask(reference: str, look: Look) -> tuple[Document, Look]:
    user: User = look.by
    found = Document.objects.filter(reference=reference, case__in=cases_of(user))
    document = found.select_related("case").first()
    if document is None or is_barred(document, by=user):
        if document is not None:
            raise IsRestricted(look=look, record=document, people=_people_of(document))
        raise NotYours(
            "No document with this reference.",
            look=look,
            record=Document,
            people=DocumentPerson.objects.filter(document__reference=reference).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    look = for_task(look, [document.case.service_id])
    return document, look


def _people_of(document: Document) -> list[int]:
    return list(document.document_people.values_list("person_id", flat=True))


def must_exist(path: str) -> None:
    """Refused where the file of a row is not in the store."""
    if not default_storage.exists(path):
        raise Refused(
            "The file is not where it was stored. Tell whoever looks after the system, who can bring "
            "it back from a backup."
        )
