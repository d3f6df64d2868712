"""A pack after its last decision: what was printed ahead is put together, stamped and looked through.

Against the first build of the same pack, in which everything is printed, and against headless Chromium
printing the same words where there is one: it neither tags across parts, numbers nor looks for leaks. The
pack's own templates and stylesheet. A second decision moves every page after it, so that the contents are
printed again as well. One process for each.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.case_notes import WORDS
from benchmarks.database import a_database
from benchmarks.spent import Spent

PAGES = 1000
NOTES_A_PAGE = 2.05
BARRED = 100  # people, each with a long name, a short one and one with accents
TURNS = 2
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Cost(NamedTuple):
    """What a build takes: until the edition that goes out is printed, merged and stamped, then with its draft and
    the leak check, and how many pages it has.
    """

    printed: Spent
    checked: Spent
    pages: int


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


def with_last_decision(copy: Any, *, at: float, left: int) -> Any:
    """The copy after one more decision about an item, `at` this share of all: `left` letters of it stay."""
    items = list(copy.items)
    place = int(len(items) * at)
    values = items[place].values
    pieces = (
        replace(values[2].pieces[0], text=values[2].text[:left]),
        replace(values[2].pieces[0], text="", withheld="It is about somebody else."),
    )
    items[place] = replace(items[place], values=(*values[:2], replace(values[2], pieces=pieces)))
    return replace(copy, items=tuple(items))


def with_item_withheld(copy: Any, *, at: float, items: int) -> Any:
    """The copy without `items` of its items from there on: every page after them moves."""
    place = int(len(copy.items) * at)
    return replace(copy, items=copy.items[:place] + copy.items[place + items :])


def in_process() -> dict[str, Any]:
    """Build, decide, build again, let Chromium print; the seconds of each, in turn."""
    with a_database():
        return _costs()


def _costs() -> dict[str, Any]:
    from core.pdf.beside import Reader
    from sar.leaks import leaks_beside
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
    names = [(f"Somebody Number{n} Withheld", f"Wynn{n}", f"Zoë Ráth {n}") for n in range(BARRED)]
    barred = {name: "it is withheld" for three in names for name in three}

    def build(copy: Any, folder: Path) -> Cost:
        began = Spent.so_far()
        shelf = Folder(folder)
        with Reader() as reader:
            finished = print_pack(
                copy,
                front,
                [],
                at=datetime(2026, 9, 20, tzinfo=UTC),
                progress=lambda _step, _percent: None,
                shelf=shelf,
                printed=reader.expect,
            )
            printed = Spent.so_far().since(began)
            # As the worker does it: the draft is made while the edition that goes out is looked through.
            with leaks_beside(
                finished.final,
                barred,
                name=name,
                known=finished.known,
                shelf=shelf,
                reader=reader,
            ) as leaks:
                editions = finished.with_draft()
                if leaks():
                    raise AssertionError
        return Cost(printed, Spent.so_far().since(began), editions.pages)

    copy = a_copy(round(PAGES * NOTES_A_PAGE))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = build(copy, folder)
        again, browsers = [], []
        for turn in range(TURNS):
            decided = with_last_decision(copy, at=0.3 + turn / 10, left=200)
            again.append(build(decided, folder))
            html = "".join(chunk.html for chunk in body(decided, front, []))
            browsers.append(browser(f"<style>{stylesheet()}</style>{html}"))
        moved = build(with_item_withheld(copy, at=0.5, items=4), folder)
    return {
        "pages": first.pages,
        "first": first,
        "again": min(again, key=lambda one: one.checked),
        "moved": moved,
        "browser": min(browsers),
    }


def browser(html: str) -> Spent:
    """What Chromium takes to print `html`; nothing where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        return Spent(0, 0)
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.html"
        page.write_text(html)
        began = Spent.so_far()
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
        taken = Spent.so_far().since(began)
        if (Path(name) / "page.pdf").stat().st_size == 0:
            raise AssertionError
    return taken


def measure() -> dict[str, float]:
    """Print what the last decision costs, and return the ratios."""
    answer = subprocess.run(  # noqa: S603 ourselves
        [sys.executable, "-m", __spec__.name, "once"], check=True, stdout=subprocess.PIPE
    )
    cost = json.loads(answer.stdout.splitlines()[-1])
    first, again, moved = (
        Cost(Spent(*printed), Spent(*checked), pages)
        for printed, checked, pages in (cost[name] for name in ("first", "again", "moved"))
    )
    chromium = Spent(*cost["browser"])
    results = {
        "pages": cost["pages"],
        "rebuild_times_faster": round(first.printed.seconds / again.printed.seconds, 2),
        "rebuild_times_less_work": round(first.printed.work / again.printed.work, 2),
        "with_leak_check_times_faster": round(first.checked.seconds / again.checked.seconds, 2),
        "with_leak_check_times_less_work": round(first.checked.work / again.checked.work, 2),
        "where_pages_move_times_faster": round(first.checked.seconds / moved.checked.seconds, 2),
    }
    print(f"{cost['pages']:>5} pages      printed          with leak check")
    print(f"{'':<16}{'seconds':>8} {'work':>6} {'seconds':>12} {'work':>6}")
    for words, one in (("first build", first), ("last decision", again), ("pages move", moved)):
        print(
            f"{words:<16}{one.printed.seconds:>8.1f} {one.printed.work:>6.1f} "
            f"{one.checked.seconds:>12.1f} {one.checked.work:>6.1f}"
        )
    print(
        f"Printed again {results['rebuild_times_faster']} times faster, with "
        f"{results['rebuild_times_less_work']} times less work of the processors; with the leak check "
        f"{results['with_leak_check_times_faster']} times faster, with "
        f"{results['with_leak_check_times_less_work']} times less work."
    )
    if chromium.seconds:
        results["share_of_chromium"] = round(again.checked.seconds / chromium.seconds, 2)
        # On the clock alone: the work of a browser's own processes is not told us.
        print(
            f"Chromium {chromium.seconds:>15.1f}: with the leak check we take "
            f"{results['share_of_chromium']} of it"
        )
    return results


if __name__ == "__main__":
    if sys.argv[1:] == ["once"]:
        print(json.dumps(in_process()))
    else:
        measure()
