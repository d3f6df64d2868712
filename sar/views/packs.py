"""Packs: how far a build has come, and the finished file."""

import uuid

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from core.pages import answer, carry_out, sent
from sar.actions.pack import clear_leak
from sar.forms.leaks import ClearLeakForm
from sar.forms.passphrase import PassphraseForm
from sar.queries import packs as packs_door
from sar.workbench.leaving import encrypted_copy, open_reasons, print_reasons


@require_safe
def pack(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """How far the build of a pack has come."""
    build = packs_door.build_of(reference, name, look=look_of(request))
    return answer(request, "sar/pack.html", {"build": build})


@require_safe
def pack_progress(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """The bar alone, which asks for itself again."""
    build = packs_door.build_of(reference, name, look=look_of(request))
    return answer(request, "sar/_progress.html", {"build": build})


@require_safe
def pack_file(request: HttpRequest, reference: str, name: uuid.UUID) -> FileResponse:
    """The pack itself. Its entry in the log is committed before the first byte goes."""
    file = packs_door.open_pack(reference, name, look=look_of(request))
    return FileResponse(
        default_storage.open(file.path),
        filename=file.name,
        as_attachment=True,
        content_type="application/pdf",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pack_leaks(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """What the check found in a finished file that must not be there, and a form to clear a false alarm."""
    found = packs_door.open_leaks(reference, name, look=look_of(request))
    form = ClearLeakForm(sent(request), findings=found.open)
    if carry_out(form, clear_leak, by=request.user):
        messages.success(request, "Cleared. Build the pack again when nothing is left to clear.")
        return redirect("sar:pack-leaks", reference, name)
    return answer(request, "sar/workbench/leaks.html", {"found": found}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def pack_encrypted(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """A copy of the released pack that opens only with a passphrase."""
    look = look_of(request)
    form = PassphraseForm(sent(request))
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["passphrase"]
        file, content = encrypted_copy(reference, name, words, look=look)
        return _as_file(content, file.name)
    build = packs_door.build_of(reference, name, look=look)
    return answer(request, "sar/workbench/encrypted.html", {"build": build}, form)


@require_safe
def reasons(request: HttpRequest, reference: str) -> HttpResponse:
    """Our own record of what was decided about an answer, by whom and why."""
    decided = open_reasons(reference, look=look_of(request))
    return _as_file(print_reasons(decided), f"{reference}-what-was-decided-internal.pdf")


def _as_file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
