"""What the printer may open while it prints: the fonts and pictures it was given, nothing else.

A case note may hold any text, and text may hold an address. Whatever slips through the templates'
escaping as real HTML, the printer asks nobody: a request would tell a stranger that the note is
being read, a path would put a file of the server into somebody's pack (issue A, "Refused").
"""

import io
from collections.abc import Mapping
from pathlib import Path

from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "asset:"
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Refusal(ValueError):
    """The address is not one of the assets. WeasyPrint goes on without it."""


class Assets(URLFetcher):
    """Answers `asset:` names from a closed list and refuses every other address.

    The class it extends can open http, ftp, file and data addresses; every way in is overridden.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.handlers: list[object] = []
        self.handle_open: dict[str, object] = {}
        self._files = dict(files)
        self._fonts: dict[str, bytes] = {}
        self._pictures: Mapping[str, bytes] = {}
        self.refused: list[str] = []

    def hand_over(self, pictures: Mapping[str, bytes]) -> None:
        """Start on a new chunk: its pictures, and no refusals so far."""
        self._pictures = pictures
        self.refused = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset called `url`. Raises Refusal for anything else."""
        name = url.removeprefix(SCHEME) if url.startswith(SCHEME) else ""
        if name in self._files:
            return URLFetcherResponse(url, self._font(name), {"Content-Type": "font/ttf"})
        if name in self._pictures:
            picture = self._pictures[name]
            for signature, kind in PICTURES.items():
                if picture.startswith(signature):
                    return URLFetcherResponse(url, picture, {"Content-Type": kind})
        self.refused.append(url[:200])
        raise Refusal("refused")

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """Refuse or answer as `fetch` does."""
        return self.fetch(getattr(url, "full_url", None) or str(url))

    def __call__(self, url: str) -> URLFetcherResponse:
        """Refuse or answer as `fetch` does."""
        return self.fetch(url)

    def _font(self, name: str) -> bytes:
        # Unpacking WOFF2 costs more than printing a page, so it is done once per printer.
        if name not in self._fonts:
            content = self._files[name].read_bytes()
            if content.startswith(b"wOF"):
                font = TTFont(io.BytesIO(content), recalcTimestamp=False)
                font.flavor = None
                unpacked = io.BytesIO()
                font.save(unpacked)
                content = unpacked.getvalue()
            self._fonts[name] = content
        return self._fonts[name]
