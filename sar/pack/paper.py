"""The sheet that lies on top of a pack on paper: it says whose it is to open, and nothing of what is in it."""

from django.template.loader import render_to_string
from django.utils import timezone

from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from sar.addresses import party_of
from sar.kinds import AnswerFormat
from sar.models import BuiltPack
from sar.pack.pages import stylesheet


def cover_sheet(pack: BuiltPack) -> bytes:
    """The sheet as a tagged PDF, in large print where the pack is."""
    html = render_to_string(
        "pdf/cover_sheet.html",
        {"organisation": ORGANISATION, "pack": pack, "to": party_of(pack.request).name},
    )
    large = pack.request.answer_format == AnswerFormat.LARGE_PRINT
    css = stylesheet(is_large=large)
    pdf = merge(
        render_chunks([Chunk("sheet", html)], css=css, processes=1),
        title=f"To be opened by the person named ({pack.request.reference})",
        at=timezone.now(),
        author=ORGANISATION.name,
    )
    return to_bytes(pdf)
