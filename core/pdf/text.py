"""What a reader of the finished bytes sees: the words of each page, and a picture of it."""

import io
import threading
from collections.abc import Iterable

from pypdfium2 import PdfDocument

# PDFium keeps its state for the whole process and may be used by one thread at a time.
ALONE = threading.Lock()

POINTS_AN_INCH = 72


def text_of(content: bytes, *, passphrase: str | None = None) -> list[str]:
    """Return the words of each page, as copying the whole page would give them."""
    with ALONE:
        document = PdfDocument(content, password=passphrase)
        try:
            return [page.get_textpage().get_text_bounded() for page in document]
        finally:
            document.close()


def pages_as_png(content: bytes, dpi: int, *, pages: Iterable[int] | None = None) -> list[bytes]:
    """Return pictures of the pages numbered `pages` (from 1), or of all of them."""
    with ALONE:
        document = PdfDocument(content)
        try:
            numbers = range(1, len(document) + 1) if pages is None else pages
            pictures = []
            for number in numbers:
                picture = io.BytesIO()
                bitmap = document[number - 1].render(scale=dpi / POINTS_AN_INCH)
                bitmap.to_pil().save(picture, format="PNG")
                pictures.append(picture.getvalue())
            return pictures
        finally:
            document.close()
