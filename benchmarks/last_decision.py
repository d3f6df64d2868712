"""A pack after its last decision: what was printed ahead is put together, stamped and looked through.

Against the first build of the same pack, in which everything is printed, and against headless Chromium
printing the same words where there is one: it neither tags across parts, numbers nor looks for leaks. The
pack's own templates and stylesheet; no database, since nothing here asks one. One process for each.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.case_notes import WORDS
from benchmarks.database import SECRET

PAGES = 1000
NOTES_A_PAGE = 2.6
BARRED = 200
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Folder:
    """A shelf in a folder, as the worker's is behind its rows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, mark: str) -> bytes | None:
        file = self._path / mark
        return file.read_bytes() if file.exists() else None

    def put(self, mark: str, content: bytes) -> None:
        (self._path / mark).write_bytes(content)


def a_copy(notes: int) -> Any:
    """A disclosed copy of so many notes of usual length, always the same."""
    import hashlib
    import random

    from core.privacy import Label, Section
    from sar.pack.redact import Disclosed, Piece, ShownItem, ShownValue

    def note(number: int) -> ShownItem:
        chance = random.Random(number)  # noqa: S311 text, not secrets
        text = "\n\n".join(
            f"{' '.join(chance.choices(WORDS, k=chance.randint(50, 90)))}."
            for _ in range(chance.randint(1, 3))
        )
        return ShownItem(
            source="cases.CaseNote",
            section=Section.NOTES,
            kind="Note",
            kinds="Notes",
            title=f"Note N-{number:06}",
            day=date(2010 + number * 15 // notes, 1 + number % 12, 1 + number % 28),
            values=(
                _value(ShownValue, Piece, "Who wrote it", "Family support worker", Label),
                _value(ShownValue, Piece, "Where it came from", "Visit at home", Label),
                _value(ShownValue, Piece, "What was noted", text, Label),
            ),
            key=hashlib.sha256(str(number).encode()).hexdigest()[:16],
        )

    return Disclosed(
        items=tuple(note(number) for number in range(notes)),
        searched=(),
        other_forms=(),
        rules=(),
        recipients=(),
        origins=(),
        some_origins_withheld=False,
        some_recipients_withheld=False,
        reasons=(),
    )


def _value(value: Any, piece: Any, label: str, text: str, labels: Any) -> Any:
    return value(field=label, label=label, pieces=(piece(text),), category=labels.PERSONAL)


def with_last_decision(copy: Any) -> Any:
    """The copy after one more decision, about an item in its middle."""
    items = list(copy.items)
    place = len(items) // 2
    values = items[place].values
    pieces = (
        replace(values[2].pieces[0], text=values[2].text[:200]),
        replace(values[2].pieces[0], text="", withheld="It is about somebody else."),
    )
    items[place] = replace(items[place], values=(*values[:2], replace(values[2], pieces=pieces)))
    return replace(copy, items=tuple(items))


def in_process() -> dict[str, float]:
    """Build, decide, build again, let Chromium print; the seconds of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parenting2000.settings")
    os.environ.setdefault("SECRET_KEY", SECRET)
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/none")

    import django

    django.setup()

    from sar.leaks import leaks_in
    from sar.pack.build import print_pack
    from sar.pack.pages import Front, body, stylesheet

    front = Front(
        reference="Q-000012",
        name="Siân O’Connor-Łukasiewicz",
        received_on=date(2026, 9, 3),
        asked_for_by="",
        made_on=date(2026, 9, 20),
        person_reference="P-000031",
        searched_by="Ruth Ellis",
    )
    barred = {f"Somebody Number{number} Withheld": "it is withheld" for number in range(BARRED)}

    def build(copy: Any, folder: Path) -> tuple[float, int]:
        started = time.perf_counter()
        editions = print_pack(
            copy,
            front,
            [],
            at=datetime(2026, 9, 20, tzinfo=UTC),
            progress=lambda _step, _percent: None,
            shelf=Folder(folder),
        )
        if leaks_in(editions.final, barred, name="Q-000012-your-information.pdf"):
            raise AssertionError
        return time.perf_counter() - started, editions.pages

    copy = a_copy(round(PAGES * NOTES_A_PAGE))
    with tempfile.TemporaryDirectory() as name:
        first, pages = build(copy, Path(name))
        decided = with_last_decision(copy)
        again, _ = build(decided, Path(name))
    html = "".join(chunk.html for chunk in body(decided, front, []))
    return {
        "pages": pages,
        "first": first,
        "again": again,
        "browser": browser(f"<style>{stylesheet()}</style>{html}"),
    }


def browser(html: str) -> float:
    """How long Chromium takes to print `html`; 0 where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        return 0.0
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.html"
        page.write_text(html)
        started = time.perf_counter()
        subprocess.run(  # noqa: S603 one program, and names of our own
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={name}/profile",
                f"--print-to-pdf={name}/page.pdf",
                "--no-pdf-header-footer",
                page.as_uri(),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        taken = time.perf_counter() - started
        if (Path(name) / "page.pdf").stat().st_size == 0:
            raise AssertionError
    return taken


def measure() -> dict[str, float]:
    """Print what the last decision costs, and return the ratios."""
    answer = subprocess.run(  # noqa: S603 ourselves
        [sys.executable, "-m", __spec__.name, "once"], check=True, stdout=subprocess.PIPE
    )
    cost = json.loads(answer.stdout)
    results = {
        "pages": cost["pages"],
        "times_faster_than_first_build": round(cost["first"] / cost["again"], 2),
    }
    print(
        f"{cost['pages']} pages: first build {cost['first']:.1f}s, after the last decision "
        f"{cost['again']:.1f}s ({results['times_faster_than_first_build']:.1f} times faster)"
    )
    if cost["browser"]:
        results["share_of_chromium"] = round(cost["again"] / cost["browser"], 2)
        print(
            f"Chromium prints the same in {cost['browser']:.1f}s: we take {results['share_of_chromium']:.2f}"
        )
    return results


if __name__ == "__main__":
    if sys.argv[1:] == ["once"]:
        print(json.dumps(in_process()))
    else:
        measure()
