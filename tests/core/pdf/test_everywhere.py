"""A word is planted in each place of a file where words stay unseen, and is found there."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String
from PIL import Image, ImageDraw

from core.pdf import everywhere
from core.pdf.everywhere import everything_in, ocr_program, raw_parts
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from core.pdf.sought import Sought, plain_letters

SECRET = "Quillfeather"
PLACES = {}


def plants(where):
    def registered(function):
        PLACES[function.__name__] = (where, function)
        return function

    return registered


def a_page(operators=b"BT /F1 12 Tf 50 700 Td (Harmless words.) Tj ET"):
    pdf = Pdf.new()
    page = pdf.add_blank_page()
    page.obj.Resources = Dictionary(
        Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    )
    page.obj.Contents = pdf.make_stream(operators)
    return pdf


def saved(pdf):
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def drawn(operators):
    return a_page(b"BT /F1 12 Tf " + operators + b" ET")


@plants(everywhere.TEXT)
def on_the_page():
    return drawn(b"50 700 Td (by Quillfeather) Tj")


@plants(everywhere.DRAWN)
def in_white_and_split():
    return drawn(b"1 g 50 700 Td [(Quill) -20 (feather)] TJ")


@plants(everywhere.DRAWN)
def off_the_page():
    return drawn(b"5000 700 Td (Quillfeather) Tj")


@plants(everywhere.DRAWN)
def invisible():
    return drawn(b"3 Tr 50 700 Td (Quillfeather) Tj")


@plants(everywhere.DRAWN)
def in_a_layer_that_is_off():
    pdf = drawn(b"/OC /L1 BDC 50 700 Td (Quillfeather) Tj EMC")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
    pdf.pages[0].obj.Resources.Properties = Dictionary(L1=layer)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    return pdf


@plants(everywhere.DRAWN)
def in_the_look_of_a_comment():
    pdf = a_page()
    look = pdf.make_stream(b"BT /F1 9 Tf (Quillfeather) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    look.Resources = pdf.pages[0].obj.Resources
    comment = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, AP=Dictionary(N=look))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(comment)])
    return pdf


@plants("a comment")
def in_a_comment():
    pdf = a_page()
    comment = Dictionary(Type=Name.Annot, Subtype=Name.Text, Contents=String(SECRET))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(comment)])
    return pdf


@plants("a form field")
def in_a_form_field():
    pdf = a_page()
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, V=String(SECRET)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return pdf


@plants("the author")
def in_the_author():
    pdf = a_page()
    pdf.docinfo["/Author"] = SECRET
    return pdf


@plants(everywhere.METADATA)
def in_xmp():
    pdf = a_page()
    with pdf.open_metadata() as metadata:
        metadata["dc:description"] = f"about {SECRET}"
    return pdf


@plants("a title or bookmark")
def in_a_bookmark():
    pdf = a_page()
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem(SECRET, 0))
    return pdf


@plants("a name in the file")
def in_the_name_of_a_place():
    pdf = a_page()
    where = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(SECRET), where])))
    return pdf


@plants(everywhere.EMBEDDED)
def in_a_file_within():
    pdf = a_page()
    pdf.attachments["x.txt"] = f"to {SECRET}".encode("utf-16")
    return pdf


@plants("the name of a file in it")
def in_the_name_of_a_file_within():
    pdf = a_page()
    pdf.attachments[f"{SECRET}.txt"] = b"nothing"
    return pdf


@plants("the description of a picture")
def in_alternate_text():
    pdf = a_page()
    figure = Dictionary(S=Name.Figure, Alt=String(f"A photograph of {SECRET}"))
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=pdf.make_indirect(figure))
    return pdf


@plants("a script")
def in_a_script():
    pdf = a_page()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"alert('{SECRET}')"))
    return pdf


@plants("a link")
def in_a_link():
    pdf = a_page()
    to = Dictionary(S=Name.URI, URI=String(f"https://x.example/{SECRET}"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=to)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    return pdf


@plants("the name of a layer")
def in_the_name_of_a_layer():
    pdf = a_page()
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(SECRET)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]))
    return pdf


@plants("the label of a page")
def in_a_page_label():
    pdf = a_page()
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(SECRET))]))
    return pdf


@plants(everywhere.ELSEWHERE)
def in_a_key_that_nobody_knows():
    pdf = a_page()
    pdf.Root.PieceInfo = Dictionary(Ours=Dictionary(Private=String(SECRET)))
    return pdf


@pytest.mark.parametrize("name", PLACES)
def test_a_planted_word_is_found_where_it_is(name):
    where, make = PLACES[name]
    content = saved(make())
    sought = Sought([SECRET, "nowhere at all"])
    found = {
        (readable.where, words)
        for readable in everything_in(content)
        for words in sought.in_text(readable.text)
    }
    assert (where, SECRET) in found
    assert {words for _, words in found} == {SECRET}


def test_a_file_without_the_word_has_it_nowhere():
    content = saved(a_page())
    sought = Sought([SECRET])
    assert not any(list(sought.in_text(one.text)) for one in everything_in(content, name="a.pdf"))
    assert not any(list(sought.in_bytes(part)) for part in raw_parts(content))


def test_the_name_of_the_file_is_read():
    readable = next(everything_in(saved(a_page()), name=f"{SECRET}.pdf"))
    assert (readable.where, readable.text) == (everywhere.NAME, f"{SECRET}.pdf")


@pytest.mark.skipif(ocr_program() is None, reason="tesseract is not installed on this machine")
def test_a_word_that_is_only_painted_on_a_picture_is_read_off_it():
    image = Image.new("RGB", (1240, 400), "white")
    ImageDraw.Draw(image).text((60, 120), f"by {SECRET}", fill="black", font_size=90)
    out = io.BytesIO()
    image.save(out, format="PDF", resolution=150)
    sought = Sought([SECRET])
    found = {r.where for r in everything_in(out.getvalue()) if list(sought.in_text(r.text))}
    assert found == {everywhere.SEEN}


def test_an_older_version_that_stayed_in_the_bytes_is_found():
    left = zlib.compress(f"BT ({SECRET}) Tj ET".encode())
    content = saved(a_page()) + b"\n9 0 obj <</Filter /FlateDecode>> stream\n" + left
    sought = Sought([SECRET])
    assert [w for part in raw_parts(content) for w in sought.in_bytes(part)] == [SECRET]
    assert not list(sought.in_bytes(content))


def test_what_we_print_ourselves_is_read_in_both_ways():
    html = "<!doctype html><html lang='en-GB'><title>x</title><p>Siân Quillfeather’s “note”, office</p>"
    (part,) = render_chunks([Chunk("x", html)], css="")
    sought = Sought(["sian quillfeather's", "office"])
    by = {
        one.where: set(sought.in_text(one.text))
        for one in everything_in(part.pdf)
        if one.where in {everywhere.TEXT, everywhere.DRAWN}
    }
    assert by == {where: {"sian quillfeather's", "office"} for where in by}
    assert len(by) == 2


@pytest.mark.parametrize(
    ("words", "text", "is_there"),
    [
        ("Sam", "Samples for sam", True),
        ("Sam", "Samples", False),
        ("Foxglove Lane", "at Fox-\nglove Lane", True),
        ("Foxglove Lane", "FOXGLOVE\u00a0LANE", True),
        ("Siân O’Connor", "sian o'connor", True),
        ("Quill", "Q\u00aduill", True),
        ("", "anything", False),
    ],
)
def test_how_words_are_looked_for(words, text, is_there):
    assert bool(list(Sought([words]).in_text(text))) is is_there


@given(st.text(alphabet="abc XY’-", min_size=1, max_size=30), st.text(max_size=10))
def test_words_are_found_in_themselves_with_anything_around(words, around):
    if plain_letters(words):
        assert list(Sought([words]).in_text(f"{around} {words} {around}"))
