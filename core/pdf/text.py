"""What a reader of the finished bytes sees: the words of each page, and a picture of it."""

import io
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from pypdfium2 import PdfDocument

from core.pdf.press import ROOT, surroundings

# PDFium keeps its state for the whole process and may be used by one thread at a time.
ALONE = threading.Lock()

POINTS_AN_INCH = 72


def text_of(
    content: bytes, *, passphrase: str | None = None, pages: Sequence[int] | None = None
) -> list[str]:
    """Return the words of each page, or of the `pages` (from 0), as copying the whole page would give them."""
    with ALONE:
        document = PdfDocument(content, password=passphrase)
        try:
            numbers = range(len(document)) if pages is None else pages
            return [document[number].get_textpage().get_text_bounded() for number in numbers]
        finally:
            document.close()


@contextmanager
def text_beside(
    content: bytes, *, pages: Sequence[int] | None = None
) -> Iterator[Callable[[], list[str]]]:
    """The words of each page, or of the `pages`, read in a process of its own while something else is done.

    Asked for by a call, which raises subprocess.CalledProcessError if it does not come to an end.
    """
    if pages is not None and not pages:
        yield list
        return
    program = [sys.executable, "-m", "core.pdf.text"]
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(pages and list(pages)).encode() + b"\n" + content)
        file.seek(0)
        process = subprocess.Popen(  # noqa: S603  # ourselves
            program, stdin=file, stdout=subprocess.PIPE, cwd=ROOT, env=surroundings()
        )
        with process:

            def texts() -> list[str]:
                said, _ = process.communicate()
                if process.returncode:
                    raise subprocess.CalledProcessError(process.returncode, program)
                found: list[str] = json.loads(said)
                return found

            try:
                yield texts
            finally:
                process.kill()


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


if __name__ == "__main__":
    # Which pages, in the first line; then the file.
    wanted = json.loads(sys.stdin.buffer.readline())
    json.dump(text_of(sys.stdin.buffer.read(), pages=wanted), sys.stdout)
