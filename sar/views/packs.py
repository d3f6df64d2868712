"""Packs: how far a build has come, and the finished file."""

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit.looks import look_of
from core.pages import answer
from sar.queries import packs as packs_door


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
