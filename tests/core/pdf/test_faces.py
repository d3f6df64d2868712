"""What a reader took out of a page counts only for the very same page."""

import io
import json
from importlib.metadata import version

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from core.pdf.faces import Faces, kept_text_beside
from core.pdf.kept import LIBRARIES, _program
from core.pdf.text import text_of
from tests.core.pdf.test_everywhere import helvetica, saved

PAGES = 40


class Kept(dict):
    def put(self, mark, content):
        self[mark] = content


@pytest.fixture
def pdf():
    """Pages that share a font and a drawing, each with words of its own."""
    pdf = Pdf.new()
    font = pdf.make_indirect(helvetica())
    form = pdf.make_stream(b"BT /F1 9 Tf (Of all.) Tj ET")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 99, 99])
    form.Resources = Dictionary(Font=Dictionary(F1=font))
    for number in range(PAGES):
        page = pdf.add_blank_page()
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font), XObject=Dictionary(X=form))
        words = f"/X Do BT /F1 12 Tf 50 700 Td (Page {number}.) Tj ET"
        page.obj.Contents = pdf.make_stream(words.encode())
    return Pdf.open(io.BytesIO(saved(pdf)))


def faces(pdf):
    with Pdf.open(io.BytesIO(saved(pdf))) as finished:
        of = Faces(finished)
        return [of.of(page) for page in finished.pages]


def texts(content, shelf):
    with kept_text_beside(content, shelf) as read:
        return read()


def own_words(pdf):
    pdf.pages[3].obj.Contents.write(b"BT /F1 12 Tf 50 700 Td (Changed.) Tj ET")


def own_size(pdf):
    pdf.pages[3].obj.MediaBox = Array([0, 0, 20, 20])


def own_turn(pdf):
    pdf.pages[3].obj.Rotate = 90


def shared_font(pdf):
    means = b"1 beginbfchar\n<50> <0051>\nendbfchar"
    pdf.pages[3].resources.Font.F1.ToUnicode = pdf.make_stream(means)


def shared_drawing(pdf):
    pdf.pages[3].resources.XObject.X.write(b"BT /F1 9 Tf (Of none.) Tj ET")


def turn_of_all(pdf):
    pdf.Root.Pages.Rotate = 90


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (own_words, {3}),
        (own_size, {3}),
        (own_turn, {3}),
        (shared_font, set(range(PAGES))),
        (shared_drawing, set(range(PAGES))),
        (turn_of_all, set(range(PAGES))),
    ],
)
def test_whatever_draws_a_page_changes_its_face_and_the_page_is_read_again(pdf, change, changed):
    shelf = Kept()
    content = saved(pdf)
    assert texts(content, shelf) == text_of(content)
    before = faces(pdf)
    assert None not in before
    change(pdf)
    assert {n for n in range(PAGES) if faces(pdf)[n] != before[n]} == changed
    content = saved(pdf)
    assert texts(content, shelf) == text_of(content)


def layers(pdf):
    pdf.Root.OCProperties = Dictionary(OCGs=Array())


def looks_of_a_comment(pdf):
    for page in pdf.pages:
        look = Dictionary(N=pdf.make_stream(b""))
        comment = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, AP=look)
        page.obj.Annots = Array([pdf.make_indirect(comment)])


def a_font_that_bites_its_tail(pdf):
    font = pdf.pages[0].resources.Font.F1
    font.Other = Array([font, font])


@pytest.mark.parametrize("change", [layers, looks_of_a_comment, a_font_that_bites_its_tail])
def test_where_more_than_the_page_decides_it_is_read_every_time(pdf, change):
    change(pdf)
    shelf = Kept()
    assert set(faces(pdf)) == {None}
    assert len(texts(saved(pdf), shelf)) == PAGES
    assert not shelf


def test_what_was_read_of_the_same_pages_is_not_read_again(pdf):
    shelf = Kept()
    content = saved(pdf)
    texts(content, shelf)
    for mark, kept in shelf.items():
        shelf[mark] = json.dumps(["as it was read"] * len(json.loads(kept))).encode()
    assert texts(content, shelf) == ["as it was read"] * PAGES
    own_words(pdf)
    # Those that are kept together are read together.
    again = texts(saved(pdf), shelf)
    assert again[3].strip() == "Changed."
    assert again.count("as it was read") == PAGES - 16


SECRET = "Quillfeather"


def in_its_words(pdf, page):
    page.contents_add(pdf.make_stream(f"BT /F1 12 Tf 50 600 Td (by {SECRET}) Tj ET".encode()))


def in_what_its_letters_mean(pdf, page):
    font = helvetica()
    font.ToUnicode = pdf.make_stream(
        f"1 beginbfchar\n<41> <{SECRET.encode('utf-16-be').hex()}>\nendbfchar".encode()
    )
    page.obj.Resources = Dictionary(Font=Dictionary(F1=page.resources.Font.F1, F2=font))
    page.contents_add(pdf.make_stream(b"BT /F2 12 Tf 50 600 Td (A) Tj ET"))


def in_a_drawing_of_its_own(pdf, page):
    form = pdf.make_stream(f"BT /F1 9 Tf 50 600 Td ({SECRET}) Tj ET".encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 800])
    form.Resources = Dictionary(Font=Dictionary(F1=helvetica()))
    page.obj.Resources = Dictionary(XObject=Dictionary(Y=form))
    page.contents_add(pdf.make_stream(b"/Y Do"))


@pytest.mark.parametrize("hide", [in_its_words, in_what_its_letters_mean, in_a_drawing_of_its_own])
def test_what_is_hidden_on_one_page_is_found_while_what_was_read_of_all_others_is_taken(pdf, hide):
    shelf = Kept()
    texts(saved(pdf), shelf)
    for mark, kept in shelf.items():
        shelf[mark] = json.dumps(["as it was read"] * len(json.loads(kept))).encode()
    hide(pdf, pdf.pages[20])
    again = texts(saved(pdf), shelf)
    assert [number for number, text in enumerate(again) if SECRET in text] == [20]
    assert again.count("as it was read") >= PAGES - 16


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_another_version_took_out_is_not_taken(pdf, monkeypatch, library):
    content, shelf = saved(pdf), Kept()
    texts(content, shelf)
    for mark, kept in list(shelf.items()):
        shelf[mark] = json.dumps(["as it was read"] * len(json.loads(kept))).encode()
    assert texts(content, shelf) == ["as it was read"] * PAGES
    monkeypatch.setattr(
        "core.pdf.kept.version", lambda name: "another" if name == library else version(name)
    )
    _program.cache_clear()
    try:
        assert texts(content, shelf) == text_of(content)
    finally:
        _program.cache_clear()
