"""Printing in processes of their own: order, progress, and what happens when one fails."""

import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from pikepdf import Pdf

from core.pdf import press as press_module
from core.pdf.headings import part_of
from core.pdf.parts import Chunk, ChunkFailed, Part
from core.pdf.press import ROOT, Press, PressFailed, render_chunks, surroundings
from core.pdf.text import text_of
from tests.core.pdf.documents import CSS, notes, page

# Deeper than anything that WeasyPrint can lay out.
TOO_DEEP = "<div>" * 3000


def test_one_chunk() -> None:
    (part,) = render_chunks([Chunk("only", page("<h1>Only</h1><p>Words</p>"))], css=CSS)
    assert (part.key, part.pages, part.refused) == ("only", 1, ())
    assert [(h.title, h.level, h.page) for h in part.headings] == [("Only", 1, 1)]
    assert "Words" in text_of(part.pdf)[0]


def test_nothing_to_print() -> None:
    assert render_chunks([], css=CSS) == []


def test_parts_come_in_the_order_of_the_chunks(shared_press: Press) -> None:
    slow_first = [notes("long", count=30), *(Chunk(f"c{n}", page(f"<p>{n}</p>")) for n in range(5))]
    parts = shared_press.render(slow_first)
    assert [part.key for part in parts] == ["long", "c0", "c1", "c2", "c3", "c4"]
    assert [text_of(part.pdf)[0].strip() for part in parts[1:]] == ["0", "1", "2", "3", "4"]


def test_progress_is_told_after_each_in_the_callers_own_thread(shared_press: Press) -> None:
    told: list[tuple[int, int, int]] = []
    chunks = [Chunk(f"c{number}", page("<p>x</p>")) for number in range(4)]
    shared_press.render(
        chunks, progress=lambda done, of: told.append((done, of, threading.get_ident()))
    )
    assert told == [(number, 4, threading.get_ident()) for number in range(1, 5)]


def test_page_counts_and_headings(several: list[Part]) -> None:
    _, second, third = several
    assert [len(text_of(part.pdf)) for part in several] == [part.pages for part in several]
    assert third.pages > 3
    assert [(h.level, h.title) for h in second.headings] == [
        (2, "Note 0 of second"),
        (2, "Note 1 of second"),
        (2, "Note 2 of second"),
    ]
    assert third.headings[-1].page == third.pages
    for part in several:
        for heading in part.headings:
            assert heading.title in text_of(part.pdf)[heading.page - 1]
            assert 0 < heading.top < 842


def test_long_text_without_a_break_is_printed_to_its_last_word(shared_press: Press) -> None:
    text = "word " * 30_000 + "END"
    (part,) = shared_press.render([Chunk("long", page(f"<p>{text}</p>"))])
    words = " ".join(text_of(part.pdf)).split()
    assert words.count("word") == 30_000
    assert words[-1] == "END"


def test_a_kept_part_is_the_same_part(several: list[Part]) -> None:
    for part in several:
        assert part_of(part.key, part.pdf) == part


def test_same_chunks_same_bytes_whichever_printer_takes_them(several: list[Part]) -> None:
    again = render_chunks(
        [
            notes("first"),
            notes("second", chapter="", rows=90),
            notes("third", chapter="Telephone calls", count=12),
        ],
        css=CSS,
        processes=1,
    )
    assert again == several


def test_a_chunk_that_fails_is_named_and_nothing_is_returned() -> None:
    chunks = [Chunk("good", page("<p>x</p>")), Chunk("bad", page(f"{TOO_DEEP}Mrs Secret"))]
    with Press(css=CSS) as press:
        with pytest.raises(ChunkFailed) as failure:
            press.render(chunks)
        assert failure.value.key == "bad"
        assert failure.value.reason.startswith("RecursionError at ")
        assert str(failure.value).startswith("The part “bad” could not be printed: ")
        assert "Secret" not in str(failure.value)
        # The press itself is not broken by it.
        assert len(press.render(chunks[:1])) == 1


def test_characters_that_are_not_unicode(shared_press: Press) -> None:
    with pytest.raises(ChunkFailed, match="not Unicode"):
        shared_press.render([Chunk("odd", page("\ud800"))])


def test_a_chunk_that_takes_too_long() -> None:
    failing = pytest.raises(ChunkFailed, match=r"not done after 0\.05 seconds")
    with Press(css=CSS, processes=1, seconds=0.05) as press, failing:
        press.render([notes("endless", count=300)])


def test_a_printer_that_is_killed() -> None:
    with Press(css=CSS, processes=1) as press:
        press.render([Chunk("warm", page("x"))])

        def kill(_done: int, _of: int) -> None:
            os.kill(press._printers[0]._process.pid, signal.SIGKILL)

        with pytest.raises(ChunkFailed, match=r"“after”.*the printer stopped \(exit -9\)"):
            press.render([Chunk("before", page("x")), notes("after", count=200)], progress=kill)


def test_a_progress_that_fails_stops_the_press() -> None:
    def no(_done: int, _of: int) -> None:
        raise ConnectionError

    with Press(css=CSS) as press:
        with pytest.raises(ConnectionError):
            press.render([Chunk("a", page("x")), Chunk("b", page("y"))], progress=no)
        assert press._printers == []


def test_a_machine_that_cannot_print_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'OSError: no library called libpango' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(press_module.sys, "executable", str(program))
    with Press(css=CSS) as press, pytest.raises(PressFailed, match="no library called libpango"):
        press.render([Chunk("a", page("x"))])


def test_keys_are_plain_and_used_once(shared_press: Press) -> None:
    for key in ("", "Notes", "a/b", "a b", "é", "-a", "a" * 81):
        with pytest.raises(ValueError, match="is not a key"):
            Chunk(key, "")
    with pytest.raises(ValueError, match="same key"):
        shared_press.render([Chunk("a", ""), Chunk("a", "")])
    with pytest.raises(ValueError, match="at least one"):
        Press(css="", processes=0)


def test_a_printer_has_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgres://hunter2")
    assert "hunter2" not in str(surroundings())


def test_a_printer_loads_neither_django_nor_a_database() -> None:
    program = "import sys, core.pdf.printer; print(' '.join(sorted(sys.modules)))"
    modules = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    loaded = {name.partition(".")[0] for name in modules}
    assert not loaded & {"django", "psycopg", "psycopg_pool", "procrastinate", "cases", "sar"}


def test_printers_end_when_the_press_is_killed() -> None:
    program = textwrap.dedent("""
        import time
        from core.pdf.parts import Chunk
        from core.pdf.press import Press
        press = Press(css="", processes=2)
        press.render([Chunk(f"c{n}", "<p>x") for n in range(2)])
        print(*[printer._process.pid for printer in press._printers], flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        printers = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(printers) == 2
        owner.kill()
    until = time.monotonic() + 40
    while any(alive(pid) for pid in printers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in printers)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_headings_are_the_same_for_a_pdf_that_came_from_elsewhere(several: list[Part]) -> None:
    """Without our note in the catalogue the bookmarks are read, with their depth as the level."""
    part = several[0]
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(part.pdf)) as pdf:
        del pdf.Root["/PackHeadings"]
        pdf.save(out)
    stripped = part_of("elsewhere", out.getvalue())
    assert [(h.title, h.level, h.page) for h in stripped.headings] == [
        (h.title, h.level, h.page) for h in part.headings
    ]


def test_a_printer_starts_no_program_to_look_for_its_libraries():
    program = (
        "import sys; sys.addaudithook(lambda event, _: event in "
        "{'subprocess.Popen', 'os.posix_spawn'} and sys.exit(event)); "
        "from core.pdf.printer_start import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
