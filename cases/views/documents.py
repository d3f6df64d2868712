"""Pages of documents: those of a case, adding one, looking at it, saving its file, replacing it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import documents as verbs
from cases.forms.documents import DocumentForm
from cases.queries import documents as door
from cases.queries.cases import open_case, professionals
from cases.views.tabs import case_tabs
from cases.written import SavedAlready
from core.errors import Refused
from core.pages import answer, refused, sent, sent_files

# A file that somebody handed in is shown to nobody as a page of ours: whatever is in it may do nothing.
INERT = {"default-src": CSP.NONE, "sandbox": "", "frame-ancestors": CSP.NONE}


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """The documents of a case, the latest first."""
    case, page, left_out = door.list_documents(
        reference, look=look_of(request), page=request.GET.get("page", 1)
    )
    context = {
        "case": case,
        "tabs": case_tabs(case, "cases:documents"),
        "page": page,
        "kept_back": left_out,
        "can_write": permissions.can_write_in(reader_of(request), case),
    }
    return answer(request, "cases/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a file to a case."""
    case = open_case(reference, look=look_of(request), may=permissions.may_write)
    if request.method != "POST" and not permissions.can_write_in(reader_of(request), case):
        raise Refused(f"{case.reference} is closed. Nothing new is added to it.")
    form = DocumentForm(
        sent(request),
        sent_files(request),
        case=case,
        professionals=professionals,
        now=timezone.now(),
    )
    if added := _added(form, verbs.add_document, case=case, by=request.user):
        messages.success(request, f"The document {added.reference} is added.")
        return redirect(added)
    context = {
        "case": case,
        "heading": "Add a document",
        "hint": "Once added it is final. Another version can take its place; the first one is kept.",
        "submit": "Add the document",
    }
    return answer(request, "cases/case_form.html", context, form)


@require_safe
def document(request: HttpRequest, reference: str) -> HttpResponse:
    """One document: what it is, safe pictures of it, and its other versions."""
    record = door.open_document(reference, look=look_of(request))
    user = reader_of(request)
    is_newest = record.asked == record.newest
    context = {
        "record": record,
        "is_newest": is_newest,
        "can_replace": is_newest and permissions.can_write_in(user, record.case),
        "can_ask_again": permissions.can_correct(user, record.asked),
    }
    return answer(request, "cases/document.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_replace(request: HttpRequest, reference: str) -> HttpResponse:
    """Add another version of a document."""
    record = door.open_document(reference, look=look_of(request), may=permissions.can_correct)
    if request.method != "POST" and not permissions.can_write_in(reader_of(request), record.case):
        raise Refused(f"{record.case.reference} is closed. Nothing new is added to it.")
    form = DocumentForm(
        sent(request),
        sent_files(request),
        case=record.case,
        professionals=professionals,
        now=timezone.now(),
        corrects=record.asked,
    )
    if added := _added(form, verbs.replace_document, document=record.asked, by=request.user):
        messages.success(request, f"The new version is added, as {added.reference}.")
        return redirect(added)
    context = {
        "case": record.case,
        "heading": f"Add another version of {record.asked.reference}",
        "hint": f"“{record.asked.title}” stays and can be read; lists show the new version.",
        "submit": "Add the new version",
    }
    return answer(request, "cases/case_form.html", context, form)


@require_safe
@csp_override(INERT)
def document_file(request: HttpRequest, reference: str) -> FileResponse:
    """The file as it came, to be saved. Its entry in the log is committed before the first byte goes."""
    return _sent(door.open_file(reference, look=look_of(request)), as_attachment=True)


@require_safe
@csp_override(INERT)
def document_page(request: HttpRequest, reference: str, number: int) -> FileResponse:
    """The safe picture of one page, inside the page of the document."""
    return _sent(door.open_page(reference, number, look=look_of(request)), as_attachment=False)


@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether the pictures are there: the page that waits for them asks, and is then loaded anew."""
    if door.preview_is_made(reference, look=look_of(request)):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    return answer(request, "cases/_preview_waiting.html", {"reference": reference})


@require_POST
def preview_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the pictures made once more."""
    record = door.open_document(reference, look=look_of(request), may=permissions.can_correct)
    verbs.ask_for_preview(preview=record.preview, by=reader_of(request))
    return redirect(record.asked)


def _sent(file: door.StoredFile, *, as_attachment: bool) -> FileResponse:
    return FileResponse(
        default_storage.open(file.path),
        filename=file.name,
        as_attachment=as_attachment,
        content_type=file.content_type,
    )


def _added(form: DocumentForm, verb: Callable[..., Any], **arguments: Any) -> Any:
    """What `verb` made, or None: then the form says why, and holds all that was typed but the file."""
    if not form.is_valid():
        return None
    try:
        return verb(**arguments, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal, at="file")
    except Refused as refusal:
        refused(form, refusal, at="file" if "very file" in str(refusal) else None)
    return None
