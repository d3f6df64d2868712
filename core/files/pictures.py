"""Pictures of a file's pages that are safe to show: drawn anew, without metadata, scripts or links.

Whoever made the file may have meant harm, so it is opened in a process of its own (`core.files.drawing`)
with little memory and time, without our secrets, which it may bring down.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.pdf.press import ROOT, surroundings

SECONDS = 120
MOST_PAGES = 20


class NotDrawn(Exception):
    """The file cannot be opened, or not within bounds."""


class Locked(NotDrawn):
    """It needs a password."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as a picture (PNG or JPEG), and the words on it as far as the file tells them."""

    content: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The first pages of a file, and how many it has."""

    pages: int
    drawn: tuple[Picture, ...]


def check(content: bytes, kind: str) -> int:
    """How many pages it has. Raises Locked or NotDrawn."""
    with tempfile.TemporaryDirectory() as folder:
        return int(_run("check", content, kind, Path(folder), MOST_PAGES)["pages"])


def draw(content: bytes, kind: str, *, most: int = MOST_PAGES) -> Pictures:
    """Draw the first pages, at most so many. Raises Locked or NotDrawn."""
    with tempfile.TemporaryDirectory() as folder:
        said = _run("draw", content, kind, Path(folder), most)
        drawn = [
            Picture(content=(Path(folder) / f"{number}").read_bytes(), text=text)
            for number, text in enumerate(said["texts"], start=1)
        ]
    return Pictures(pages=int(said["pages"]), drawn=tuple(drawn))


def _run(task: str, content: bytes, kind: str, folder: Path, most: int) -> dict[str, Any]:
    path = folder / "given"
    path.write_bytes(content)
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-m", "core.files.drawing", task, kind, str(path), str(most)],
            cwd=ROOT,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise NotDrawn from None
    if "locked" in said:
        raise Locked
    return said
