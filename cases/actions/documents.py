"""Documents: adding one, replacing it by another version, and what the worker does for its preview."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from procrastinate.contrib.django import app

from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.verbs import Action, Verb
from cases.documents import DOCUMENTS, PREVIEWS, check_not_there, document_words, kept_file
from cases.models import Case, Document, DocumentPerson, Person, Preview, PreviewPage
from cases.queries.cases import lock_case, lock_open
from cases.queries.purposes import task_of
from cases.workflow import PREVIEW_MOVES, PreviewMove
from cases.written import check_newest, sent_before
from core import workflow
from core.errors import Refused
from core.files.formats import Examined
from core.files.keeping import keep, stand_or_fall
from core.files.pictures import Picture

# The name of the worker's task, which stands in cases/tasks.py above this module.
PREVIEW_TASK = "cases.make_preview"


@transaction.atomic
def add_document(
    *,
    case: Case,
    file: Examined,
    people: Iterable[Person],
    token: UUID | None = None,
    closed_too: bool = False,
    by: User,
    **typed: Any,
) -> Document:
    """Add a file to an open case, with what it is and where it came from (features.md P10, S5).

    `typed` is what `cases.documents.document_words` names. `closed_too` is for what our own work makes
    after a case was closed. The very same file is not added twice to a case.
    """
    people = list(people)
    lock_case(case) if closed_too else lock_open(case)
    words = {**document_words(case=case, people=people, **typed), "sha256": file.sha256}
    if before := sent_before(Document, token, case=case, words=words, people=people, by=by):
        return before
    check_not_there(case, file)
    record(
        Verb.DOCUMENT_ADDED,
        by=by,
        action=Action.CREATE,
        record=Document,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )
    return _make(case=case, file=file, people=people, token=token, by=by, words=words)


@transaction.atomic
def replace_document(
    *,
    document: Document,
    file: Examined,
    reason: str,
    people: Iterable[Person],
    token: UUID | None = None,
    by: User,
    **typed: Any,
) -> Document:
    """Add another version of `document`, with why; the one before stays and can be read.

    Only the newest version can be replaced: the second of two people who do so at once is refused.
    """
    people = list(people)
    case = document.case
    lock_open(case)
    words = {
        **document_words(case=case, people=people, **typed),
        "sha256": file.sha256,
        "corrects": document,
        "correction_reason": reason.strip(),
    }
    if not words["correction_reason"]:
        raise Refused("Say why there is another version.")
    if before := sent_before(Document, token, case=case, words=words, people=people, by=by):
        return before
    check_newest(document)
    check_not_there(case, file)
    record(
        Verb.DOCUMENT_REPLACED,
        by=by,
        action=Action.UPDATE,
        record=document,
        people={*(one.pk for one in people), *document.people.values_list("pk", flat=True)},
        purpose=task_of(by, [case.service_id]),
    )
    return _make(case=case, file=file, people=people, token=token, by=by, words=words)


@transaction.atomic
def ask_for_preview(*, preview: Preview, by: User) -> Preview:
    """Have the pictures of a document made once more: the program that was missing may be there now."""
    document = preview.document
    record(
        Verb.PREVIEW_ASKED,
        by=by,
        action=Action.UPDATE,
        record=preview,
        people=document.people.all(),
        purpose=task_of(by, [document.case.service_id]),
    )
    workflow.make(preview, PREVIEW_MOVES[PreviewMove.ASK_AGAIN], failure="")
    app.configure_task(PREVIEW_TASK).defer(preview_id=preview.pk)
    return preview


@transaction.atomic
def finish_preview(
    *, preview: Preview, pages: int, shown: Sequence[Picture], by: Actor = SYSTEM
) -> None:
    """Keep the safe pictures and the words of a document's pages. `shown` are its first ones."""
    with stand_or_fall():
        record(
            Verb.PREVIEW_MADE,
            by=by,
            action=Action.UPDATE,
            record=preview,
            people=preview.document.people.all(),
        )
        workflow.make(preview, PREVIEW_MOVES[PreviewMove.FINISH], pages=pages)
        PreviewPage.objects.bulk_create(
            PreviewPage(
                preview=preview,
                number=number,
                picture_file=keep(ContentFile(one.content), folder=PREVIEWS) if one.content else "",
                # PostgreSQL keeps every letter but this one.
                text=one.text.replace("\0", ""),
            )
            for number, one in enumerate(shown, start=1)
        )


@transaction.atomic
def fail_preview(*, preview: Preview, sentence: str, by: Actor = SYSTEM) -> None:
    """There are no pictures of the document, for the reason in `sentence`. The file itself is there."""
    record(
        Verb.PREVIEW_FAILED,
        by=by,
        action=Action.UPDATE,
        record=preview,
        people=preview.document.people.all(),
    )
    workflow.make(preview, PREVIEW_MOVES[PreviewMove.FAIL], failure=sentence)


def _make(
    *,
    case: Case,
    file: Examined,
    people: list[Person],
    token: UUID | None,
    by: User,
    words: dict[str, Any],
) -> Document:
    with stand_or_fall():
        document = Document.objects.create(
            case=case,
            token=token,
            recorded_by=by,
            **(kept_file(file, folder=DOCUMENTS) | words),
        )
        DocumentPerson.objects.bulk_create(
            DocumentPerson(document=document, person=person) for person in people
        )
        preview = Preview.objects.create(document=document, recorded_by=by)
        app.configure_task(PREVIEW_TASK).defer(preview_id=preview.pk)
    return document
