"""A large file is read by two processes at once, and what is found in it is what one of them finds alone."""

import io
import os
import signal
from datetime import UTC, datetime
from subprocess import CalledProcessError

import pytest
from pikepdf import Pdf

from core.pdf import everywhere
from core.pdf.beside import inside_beside
from core.pdf.everywhere import inside
from core.pdf.kept import Nowhere, render_kept
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.reading import NOTHING_READ, Reading
from core.pdf.stamp import Margin, page_x_of_n, stamp
from sar.leaks import leaks_beside
from tests.core.pdf.processes import children, killed_when_it_starts
from tests.core.pdf.test_everywhere import PLACES, SECRET, a_page, saved

AT = datetime(2026, 11, 27, tzinfo=UTC)
HTML = "<!doctype html><html lang='en-GB'><title>x</title>{}"
# Its words go from the foot of a page to the head of the next, and from a part to the next part.
SENTENCE = "Old Mrs Larchwood took the two of them to her sister by the sea in August."
FIRST, SECOND = SENTENCE[:38], SENTENCE[38:]
TORN = f"<p>Before.</p><p>{FIRST}</p><p style='break-before: page'>{SECOND}</p><p>Joe left.</p>"
ALONE, NONE = 10**9, 0  # no file is that large; each file is


@pytest.fixture(scope="module")
def parts():
    chunks = [
        Chunk("one", HTML.format(TORN)),
        Chunk("two", HTML.format(f"<p>Then it rained. {FIRST}</p>")),
        Chunk("three", HTML.format(f"<p>{SECOND}</p>")),
    ]
    with Press(css="", processes=1) as press:
        return render_kept(press, chunks, Nowhere())


@pytest.fixture
def pdf(parts):
    pdf = merge(parts, title="Your information", at=AT)
    stamp(pdf, head=Margin(left="The charity"), foot=Margin(left="Amelia", right=page_x_of_n))
    return Pdf.open(io.BytesIO(to_bytes(pdf)))


def found(content, barred, known=NOTHING_READ, *, large, shelf=None):
    words = dict.fromkeys(barred, "it is withheld")
    with leaks_beside(content, words, name="a.pdf", known=known, shelf=shelf, large=large) as leaks:
        return leaks()


@pytest.mark.parametrize("is_known", [True, False])
def test_it_is_the_same_in_the_same_order_whether_one_process_reads_or_two(parts, pdf, is_known):
    known = Reading.of_all(part.reading for part in parts) if is_known else NOTHING_READ
    for _, plant in PLACES.values():
        plant(pdf)
    content = to_bytes(pdf)
    barred = [SECRET, "Joe", "Mrs Larchwood", SENTENCE, "rained", "nowhere at all", "Amelia"]
    alone = found(content, barred, known, large=ALONE)
    assert found(content, barred, known, large=NONE) == alone
    assert {leak.words for leak in alone} == set(barred) - {"nowhere at all"}
    # Some take the place of what was planted before them.
    assert len({where for where, _ in PLACES.values()} - {leak.place for leak in alone}) <= 3
    with inside_beside(content, name="a.pdf", known=known, longest=99, large=NONE) as readables:
        assert readables() == list(inside(content, name="a.pdf", known=known, longest=99))


@pytest.mark.parametrize("large", [ALONE, NONE])
@pytest.mark.parametrize("is_known", [True, False])
def test_words_that_go_from_a_page_to_the_next_are_found(parts, pdf, is_known, large):
    known = Reading.of_all(part.reading for part in parts) if is_known else NOTHING_READ
    leaks = found(to_bytes(pdf), [SENTENCE], known, large=large)
    assert [(leak.place, leak.page) for leak in leaks] == [
        (everywhere.ACROSS, 1),
        (everywhere.ACROSS, 3),
    ]


@pytest.mark.parametrize("words", ["Joe left", "Then it rained", FIRST, SECOND])
def test_what_stands_whole_on_a_page_is_told_of_that_page_alone(pdf, words):
    leaks = found(to_bytes(pdf), [words, SENTENCE + SENTENCE], large=ALONE)
    assert {leak.place for leak in leaks} == {everywhere.TEXT, everywhere.DRAWN}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("program", ["core.pdf.beside", "core.pdf.text"])
def test_a_reader_that_dies_fails_the_check_and_finds_nothing_instead(pdf, program, number):
    content = to_bytes(pdf)
    with killed_when_it_starts(program, number), pytest.raises(CalledProcessError):
        found(content, ["Joe"], large=NONE)


def test_what_cannot_be_read_beside_fails_loudly_as_well(capfd):
    broken = inside_beside(b"%PDF-1.7 of Mrs Secret", large=NONE)
    with broken as readables, pytest.raises(CalledProcessError):
        readables()
    assert "Secret" not in "".join(capfd.readouterr())


def test_a_reader_goes_with_the_block_that_wanted_it():
    before = set(children())
    with inside_beside(saved(a_page()), large=NONE):
        # Nobody asked for what it reads.
        (reader,) = set(children()) - before
    assert reader not in children()
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


def test_a_small_file_is_read_in_no_other_process():
    before = children()
    with inside_beside(saved(a_page())) as readables:
        assert children() == before
        assert "Harmless words." in [one.text.strip() for one in readables()]
