"""A large file is read by two processes at once, and what is found in it is what one of them finds alone."""

import io
import os
import signal
from datetime import UTC, datetime
from subprocess import CalledProcessError

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from core.pdf import everywhere
from core.pdf.beside import Reader, inside_beside
from core.pdf.everywhere import inside
from core.pdf.kept import Nowhere, render_kept
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.reading import NOTHING_READ, Reading
from core.pdf.sought import Sought
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


def pages_of(*texts):
    """A file whose pages say this, line by line, to whoever takes their words out and to no other: it draws by codes."""
    pdf = Pdf.new()
    for text in texts:
        page = pdf.add_blank_page()
        page.obj.Resources = Dictionary(Font=Dictionary(F1=a_font_without_meanings()))
        lines = "".join(f"0 -20 Td ({codes(line)}) Tj " for line in text.splitlines())
        page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 50 700 Td {lines} ET".encode())
    return saved(pdf)


def a_font_without_meanings():
    """What its codes mean is told by the names of its letters alone: 160 is an A, and so on."""
    names = [Name(f"/{chr(code)}") for code in (*range(65, 91), *range(97, 123))]
    encoding = Dictionary(Type=Name.Encoding, Differences=Array([160, *names]))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    font.Encoding = encoding
    return font


def codes(line):
    letters = [chr(code) for code in (*range(65, 91), *range(97, 123))]
    return "".join(f"\\{letters.index(one) + 160:03o}" if one in letters else one for one in line)


TELLS = "Old Mrs Larchwood took the two"
GOES_ON = "of them to her sister by the sea"
HEAD, FOOT = "What was written", "Amelia Page {}"


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([f"a\n{TELLS}", f"{GOES_ON}\nb"], id="as it is"),
        pytest.param(
            [f"a\n{TELLS}\n{FOOT.format(1)}", f"{GOES_ON}\nb\n{FOOT.format(2)}"],
            id="margins between",
        ),
        pytest.param(
            [f"{HEAD}\na\n{TELLS}", f"{HEAD}\n{GOES_ON}\nb"], id="head of a table between"
        ),
        pytest.param([TELLS, "", GOES_ON], id="an empty page between"),
        pytest.param([f"a\n{TELLS}", "Something else", GOES_ON], id="another page between"),
        pytest.param([TELLS, "of them to her", "sister by the sea"], id="over three pages"),
    ],
)
@pytest.mark.parametrize("large", [ALONE, NONE])
def test_words_across_pages_are_found_in_what_a_reader_takes_out_alone(pages, large):
    content = pages_of(*pages)
    sentence = f"{TELLS} {GOES_ON}"
    assert [one.where for one in inside(content) if TELLS in one.text] == []
    leaks = found(content, [sentence, "nowhere at all"], large=large)
    assert {(leak.words, leak.place) for leak in leaks} == {(sentence, everywhere.ACROSS)}


@pytest.mark.parametrize("apart", ["", "<p style='break-before: page'>Something else.</p>"])
def test_words_across_pages_are_found_as_they_are_drawn_whatever_page_is_between(apart):
    after = f"<p style='break-before: page'>{SECOND}</p>"
    with Press(css="", processes=1) as press:
        (part,) = render_kept(
            press, [Chunk("one", HTML.format(f"<p>{FIRST}</p>{apart}{after}"))], Nowhere()
        )
    drawn = [one for one in inside(part.pdf, longest=99) if one.where == everywhere.ACROSS]
    assert list(Sought([SENTENCE]).in_texts(one.text for one in drawn))


def test_what_stands_whole_on_a_page_and_goes_across_as_well_is_told_of_both():
    sentence = f"{TELLS} {GOES_ON}"
    leaks = found(pages_of(f"{sentence}\n{TELLS}", GOES_ON), [sentence], large=ALONE)
    assert [(leak.place, leak.page) for leak in leaks] == [
        (everywhere.TEXT, 1),
        (everywhere.ACROSS, 1),
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


@pytest.mark.parametrize("is_known", [True, False])
def test_a_reader_that_was_expected_reads_the_same(parts, pdf, is_known):
    known = Reading.of_all(part.reading for part in parts) if is_known else NOTHING_READ
    content, words = to_bytes(pdf), {"Joe": "it is withheld"}
    with Reader() as reader:
        reader.expect(1000)
        with leaks_beside(
            content, words, name="a.pdf", known=known, large=NONE, reader=reader
        ) as leaks:
            assert leaks() == found(content, words, known, large=ALONE)


def test_a_reader_is_expected_for_a_large_file_alone():
    before = children()
    with Reader() as reader:
        reader.expect(20)
        assert children() == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_dies_while_it_waits_fails_the_check(pdf, number):
    before = set(children())
    with Reader() as reader:
        reader.expect(1000)
        (waiting,) = set(children()) - before
        os.kill(waiting, number)
        os.waitid(os.P_PID, waiting, os.WEXITED | os.WNOWAIT)
        with (
            pytest.raises(CalledProcessError),
            leaks_beside(to_bytes(pdf), {"Joe": ""}, large=NONE, reader=reader) as leaks,
        ):
            leaks()


def test_a_reader_that_is_not_asked_goes_with_the_build():
    before = set(children())
    with Reader() as reader:
        reader.expect(1000)
        (waiting,) = set(children()) - before
    assert waiting not in children()
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)
