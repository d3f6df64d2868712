"""Pages that were read when they were printed: what is barred later is found in them, and any change to them."""

import io
from datetime import UTC, datetime

import pytest
from pikepdf import Array, Pdf

from core.pdf import everywhere
from core.pdf.kept import Nowhere, packed, render_kept, unpacked
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.reading import Marks, Reading, drawn_on, read
from core.pdf.stamp import Margin, page_x_of_n, stamp
from sar.leaks import leaks_in
from tests.core.pdf.test_everywhere import PLACES, SECRET
from tests.core.pdf.test_faces import Kept

HIDDEN = SECRET
AT = datetime(2026, 11, 27, tzinfo=UTC)
HTML = "<!doctype html><html lang='en-GB'><title>x</title>{}"
STORY = "<p>Siân Larch went to the office.</p><p style='break-before: page'>Then Joe rang.</p>"


@pytest.fixture(scope="module")
def parts():
    chunks = [Chunk("one", HTML.format(STORY)), Chunk("two", HTML.format("<p>The second part</p>"))]
    with Press(css="", processes=1) as press:
        printed = render_kept(press, chunks, Nowhere())
    # As they come from the shelf.
    return [unpacked(packed([part]))[0][0] for part in printed]


@pytest.fixture(scope="module")
def known(parts):
    return Reading.of_all(part.reading for part in parts)


@pytest.fixture
def pdf(parts):
    pdf = merge(parts, title="Your information", at=AT)
    stamp(pdf, head=Margin(left="For Mrs Larchwood"), foot=Margin(right=page_x_of_n))
    return Pdf.open(io.BytesIO(to_bytes(pdf)))


def places(content, word, known, shelf=None):
    leaks = leaks_in(content, {word: "x"}, known=known, shelf=shelf)
    return {(leak.place, leak.page) for leak in leaks}


def test_every_page_is_known_again_in_the_finished_file(pdf, known):
    marks = Marks()
    assert {marks.of(page)[0] for page in pdf.pages} == set(known.drawn)
    assert len(known.drawn) == len(pdf.pages) == 3


@pytest.mark.parametrize("word", ["Sian Larch", "office", "Joe", "second part", "Larchwood"])
def test_what_is_barred_later_is_found_in_pages_that_were_read_before(pdf, known, word):
    content = to_bytes(pdf)
    found = places(content, word, known)
    assert {place for place, _ in found} == {everywhere.TEXT, everywhere.DRAWN}
    assert found == places(content, word, Reading())
    shelf = Kept()
    assert not places(content, HIDDEN, known, shelf)
    assert found == places(content, word, known, shelf)


def test_what_was_read_is_taken_for_what_is_drawn_and_not_read_again(pdf, known):
    told = Reading(dict.fromkeys(known.drawn, "as it was read"))
    assert all(text.startswith("as it was read") for text, _ in drawn_on(pdf, told))


def test_what_is_nowhere_is_not_found(pdf, known):
    assert not places(to_bytes(pdf), HIDDEN, known)


def among_the_operators(pdf):
    own = pdf.pages[0].obj.Contents[1]
    own.write(own.read_bytes() + f"\n% {HIDDEN}".encode())


def in_a_stream_of_its_own(pdf):
    page = pdf.pages[0].obj
    page.Contents = Array([*page.Contents, pdf.make_stream(f"% {HIDDEN}".encode())])


def in_what_a_font_means(pdf):
    means = HIDDEN.encode("utf-16-be").hex()
    codes = "\n".join(f"<{code:04x}> <{means}>" for code in range(60))
    for name, font in pdf.pages[0].resources.Font.items():
        if name.startswith("/Stamp"):
            continue
        font.ToUnicode = pdf.make_stream(f"60 beginbfchar\n{codes}\nendbfchar".encode())


@pytest.mark.parametrize(
    "hide",
    [
        among_the_operators,
        in_a_stream_of_its_own,
        in_what_a_font_means,
        *(pytest.param(plant, id=name) for name, (_, plant) in PLACES.items()),
    ],
)
def test_what_was_hidden_after_the_pages_were_read_is_found(pdf, known, hide):
    shelf = Kept()
    assert not places(to_bytes(pdf), HIDDEN, known, shelf)
    hide(pdf)
    content = to_bytes(pdf)
    assert places(content, HIDDEN, known, shelf)
    assert places(content, HIDDEN, known, shelf) == places(content, HIDDEN, Reading())
    # And again, when all that a reader took out lies on the shelf.
    assert places(content, HIDDEN, known, shelf) == places(content, HIDDEN, Reading())


def test_words_beside_the_letters_of_a_page_that_was_read_are_found(pdf):
    own = pdf.pages[0].obj.Contents[1]
    own.write(own.read_bytes() + f"\n% {HIDDEN}".encode())
    page = Pdf.new()
    page.pages.append(pdf.pages[0])
    content = to_bytes(page)
    from_it = read(content)
    assert from_it.drawn
    assert places(content, HIDDEN, from_it) == {(everywhere.OLDER, None)}
