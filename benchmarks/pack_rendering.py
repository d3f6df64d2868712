"""A pack printed in chunks against the same pack as one WeasyPrint document.

Same words, stylesheet, tags and footers; each way in processes of its own, so that the memory of
one is not counted with the other's (the chunks' is that of the press and of all its printers).
Ratios are of one run on one machine; seconds are not compared between machines.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter

from benchmarks.case_notes import SHEET, document
from benchmarks.spent import Spent
from core.pdf.contents import contents_chunk, with_contents
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp

PAGES = (200, 1000)
PROCESSES = 2
NOTES_A_CHUNK = 60
NOTES_A_PAGE = 2.7
TURNS = 2
ONE = "benchmarks.one_document"


def chunks(notes: int) -> Iterator[Chunk]:
    """Yield the notes in chunks."""
    for start in range(0, notes, NOTES_A_CHUNK):
        numbers = range(start, min(start + NOTES_A_CHUNK, notes))
        yield Chunk(f"notes-{start}", document(numbers, first=start == 0))


def in_chunks(notes: int) -> dict[str, float]:
    """Print in chunks, merge, number; return what it cost."""
    began = Spent.so_far()
    with Press(css=SHEET, processes=PROCESSES) as press:
        body = press.render(list(chunks(notes)))
        parts = with_contents(press, before=[], after=body, write=contents_chunk, levels=1)
    pdf = merge(parts, title="Your information", at=datetime(2026, 9, 3, tzinfo=UTC))
    stamp(pdf, foot=Margin("Siân O’Connor-Łukasiewicz · SAR-2026-0012", page_x_of_n))
    content = to_bytes(pdf)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **Spent.so_far().since(began)._asdict(),
        "megabytes": (own + PROCESSES * largest) / 1024,
        "pages": len(pdf.pages),
        "kilobytes": len(content) / 1024,
    }


def run(module: str, notes: int) -> dict[str, float]:
    """Return what one way costs in a fresh process: seconds, megabytes, pages, kilobytes."""
    answer = subprocess.run(  # noqa: S603 ourselves
        [sys.executable, "-m", module, str(notes)], check=True, stdout=subprocess.PIPE
    )
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def measure(pages: tuple[int, ...] = PAGES) -> dict[str, dict[str, float]]:
    """Print a table and return its numbers, by number of pages aimed at."""
    results = {}
    print(
        f"{'pages':>7} {'one doc':>10} {'chunks':>10} {'faster':>8} {'less work':>10} {'memory':>14} {'share':>7}"
    )
    for aim in pages:
        notes = round(aim * NOTES_A_PAGE)
        # In turn, and the best of each: what else the machine does only ever makes them slower.
        turns = [(run(ONE, notes), run(__spec__.name, notes)) for _ in range(TURNS)]
        one, many = (min(way, key=itemgetter("seconds")) for way in zip(*turns, strict=True))
        faster = one["seconds"] / many["seconds"]
        share = many["megabytes"] / one["megabytes"]
        results[str(aim)] = {
            "pages": many["pages"],
            "one_seconds": round(one["seconds"], 2),
            "chunks_seconds": round(many["seconds"], 2),
            "chunks_work": round(many["work"], 2),
            "times_faster": round(faster, 2),
            "times_less_work": round(one["work"] / many["work"], 2),
            "one_megabytes": round(one["megabytes"]),
            "chunks_megabytes": round(many["megabytes"]),
            "memory_share": round(share, 2),
            "kilobytes": round(many["kilobytes"]),
        }
        memory = f"{one['megabytes']:.0f}/{many['megabytes']:.0f} MB"
        print(
            f"{many['pages']:>7.0f} {one['seconds']:>9.1f}s {many['seconds']:>9.1f}s "
            f"{faster:>7.2f}x {one['work'] / many['work']:>9.2f}x {memory:>14} {share:>7.0%}",
            flush=True,
        )
    first, last = (results[str(aim)] for aim in (pages[0], pages[-1]))
    growth = last["chunks_seconds"] / first["chunks_seconds"]
    last["times_longer_than_fewest"] = round(growth, 2)
    last["times_work_of_fewest"] = round(last["chunks_work"] / first["chunks_work"], 2)
    print(
        f"{pages[-1] / pages[0]:.1f} times the pages take {growth:.2f} times as long in chunks, "
        f"and {last['times_work_of_fewest']} times the work."
    )
    return results


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(in_chunks(int(sys.argv[1]))))
    else:
        measure()
