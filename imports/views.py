"""Pages on which a spreadsheet is brought in, looked at, written, and undone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Person
from core.csv import csv_text
from core.errors import Refused
from core.pages import answer, carry_out, sent
from imports import permissions
from imports import queries as door
from imports.actions import files as verbs
from imports.forms import ColumnsForm, UploadForm
from imports.kinds import Kind, columns_of
from imports.models import Import, ImportRow
from imports.workflow import ImportMove, Status

MOST_ANSWERS = 100  # rows answered by one press: a page has fewer


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The files of one's services."""
    rows = door.list_imports(look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "imports/imports.html", {"page": rows, "kinds": Kind.choices})


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A table to fill in: the headings, and one row as an example."""
    door.begin_import(look=look_of(request))
    wanted = request.GET.get("kind", "")
    kind = Kind(wanted) if wanted in Kind.values else Kind.PEOPLE
    columns = columns_of(kind)
    text = csv_text([one.label for one in columns], [[one.example for one in columns]])
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind.value}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: HttpRequest) -> HttpResponse:
    """Bring in a file: it is kept and read, and nothing is written yet."""
    services = door.begin_import(look=look_of(request))
    files = request.FILES if request.method == "POST" else None
    form = UploadForm(sent(request), files, services=services)
    if batch := carry_out(form, verbs.upload, by=request.user):
        return redirect("imports:columns", batch.reference)
    return answer(request, "imports/add.html", {}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what each column holds; then every row is checked."""
    batch = door.open_import(reference, look=look_of(request))
    if request.method != "POST" and not permissions.can(batch, ImportMove.CHECK):
        raise Refused(f"{batch} is “{batch.get_status_display()}”: its columns are named.")
    form = ColumnsForm(sent(request), batch=batch)
    if carry_out(form, verbs.name_columns, batch=batch, by=request.user):
        return redirect(batch)
    context = {"batch": batch, "columns": columns_of(batch.kind)}
    return answer(request, "imports/columns.html", context, form)


@require_safe
def import_(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a file stands: being checked, to be looked at, written, or undone."""
    batch = door.open_import(reference, look=look_of(request))
    if batch.status == Status.UPLOADED:
        return redirect("imports:columns", batch.reference)
    context = {
        **_progress(batch),
        "counts": door.counts_of(batch),
        "can_write": permissions.can(batch, ImportMove.WRITE),
        "can_undo": permissions.can(batch, ImportMove.UNDO),
        "can_discard": permissions.can(batch, ImportMove.DISCARD),
    }
    return answer(request, "imports/import.html", context)


@require_safe
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the machine has come: a part of the page that asks for itself again."""
    batch = door.open_import(reference, look=look_of(request))
    return answer(request, "imports/_progress.html", _progress(batch))


def _progress(batch: Import) -> dict[str, Any]:
    state = door.state_of(batch)
    done = batch.get_status_display()
    return {
        "batch": batch,
        "state": state,
        "text": batch.progress.step if state == "running" else batch.failure or f"{done}.",
    }


@require_safe
def rows(request: HttpRequest, reference: str) -> HttpResponse:
    """The rows as they were read, with what is wrong and whom each may be."""
    which = request.GET.get("which", "")
    batch, page = door.open_rows(
        reference, look=look_of(request), page=request.GET.get("page", 1), which=which
    )
    here = reverse("imports:rows", args=[batch.reference])
    tabs = [
        {"label": label, "url": f"{here}?which={name}", "current": name == which}
        for name, label in {"": "All rows", **door.SHOWN}.items()
    ]
    context = {"batch": batch, "page": page, "tabs": tabs, "which": which}
    return answer(request, "imports/rows.html", context)


@require_POST
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the answers of one page of rows: answer_12 is new, skip, or the reference of a person."""
    batch = door.open_import(reference, look=look_of(request))
    count = verbs.answer_rows(batch=batch, answers=_answers(batch, request), by=reader_of(request))
    messages.success(request, f"{count} rows are answered.")
    return redirect(f"{reverse('imports:rows', args=[batch.reference])}?which=waiting")


def _answers(batch: Import, request: HttpRequest) -> dict[int, tuple[str, Person | None]]:
    found: dict[int, tuple[str, Person | None]] = {}
    for name, value in list(request.POST.items())[:MOST_ANSWERS]:
        number = name.removeprefix("answer_")
        if name == number or not number.isdecimal() or len(number) > 6 or not value:
            continue
        if value in {ImportRow.Answer.NEW, ImportRow.Answer.SKIP}:
            found[int(number)] = (str(value), None)
        else:
            person = door.person_offered(batch, int(number), str(value), reader_of(request))
            found[int(number)] = (ImportRow.Answer.EXISTING, person)
    return found


@require_POST
def answer_rest(request: HttpRequest, reference: str) -> HttpResponse:
    """One answer for every row that waits."""
    batch = door.open_import(reference, look=look_of(request))
    given = request.POST.get("answer", "")
    if given not in ImportRow.Answer.values:
        raise Refused("Choose what is to be done with the rows that wait.")
    count = verbs.answer_rest(batch=batch, answer=given, by=reader_of(request))
    messages.success(request, f"{count} rows are answered.")
    return redirect(batch)


@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Write all rows that are not left out."""
    batch = door.open_import(reference, look=look_of(request))
    verbs.start(batch=batch, by=reader_of(request))
    return redirect(batch)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back everything that the file brought in, after a second look."""
    batch = door.open_import(reference, look=look_of(request))
    if not permissions.can(batch, ImportMove.UNDO):
        raise Refused(f"{batch} is “{batch.get_status_display()}” and cannot be undone.")
    if request.method == "POST":
        verbs.ask_undo(batch=batch, by=reader_of(request))
        return redirect(batch)
    return answer(request, "imports/undo.html", {"batch": batch, "made": batch.made.count()})


@require_POST
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw a file away that was not brought in."""
    batch = door.open_import(reference, look=look_of(request))
    verbs.discard(batch=batch, by=reader_of(request))
    messages.success(request, "The file is thrown away. Nothing was brought in.")
    return redirect("imports:imports")
