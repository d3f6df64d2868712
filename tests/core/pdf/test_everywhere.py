"""A word is planted in each place of a file where words stay unseen, and is found there."""

import io
import signal
import zlib
from subprocess import CalledProcessError

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
from core.pdf.text import text_of
from tests.core.pdf.processes import killed_when_it_starts

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
    page.obj.Resources = Dictionary(Font=Dictionary(F1=helvetica()))
    page.obj.Contents = pdf.make_stream(operators)
    return pdf


def helvetica():
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def saved(pdf):
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def draw(pdf, operators):
    """Draw on the first page, after what is there."""
    page = pdf.pages[0]
    page.resources.Font.F1 = helvetica()
    page.contents_add(pdf.make_stream(b"BT /F1 12 Tf " + operators + b" ET"))


def a_form(pdf, operators):
    form = pdf.make_stream(operators)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form.Resources = Dictionary(Font=Dictionary(F1=helvetica()))
    return form


def lay_on_page(pdf, **comment):
    on_page = pdf.pages[0].obj.get("/Annots", Array())
    on_page.append(pdf.make_indirect(Dictionary(Type=Name.Annot, **comment)))
    pdf.pages[0].obj.Annots = on_page


@plants(everywhere.TEXT)
def on_the_page(pdf):
    draw(pdf, b"50 700 Td (by Quillfeather) Tj")


@plants(everywhere.DRAWN)
def in_white_and_split(pdf):
    draw(pdf, b"1 g 50 700 Td [(Quill) -20 (feather)] TJ")


@plants(everywhere.DRAWN)
def off_the_page(pdf):
    draw(pdf, b"5000 700 Td (Quillfeather) Tj")


@plants(everywhere.DRAWN)
def invisible(pdf):
    draw(pdf, b"3 Tr 50 700 Td (Quillfeather) Tj")


@plants(everywhere.DRAWN)
def in_words_in_the_place_of_what_is_drawn(pdf):
    draw(pdf, b"/Span <</ActualText (Quillfeather)>> BDC 50 700 Td (x) Tj EMC")


@plants(everywhere.DRAWN)
def in_a_layer_that_is_off(pdf):
    draw(pdf, b"/OC /L1 BDC 50 700 Td (Quillfeather) Tj EMC")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
    pdf.pages[0].resources.Properties = Dictionary(L1=layer)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


@plants(everywhere.DRAWN)
def in_the_look_of_a_comment(pdf):
    look = a_form(pdf, b"BT /F1 9 Tf (Quillfeather) Tj ET")
    lay_on_page(pdf, Subtype=Name.FreeText, AP=Dictionary(N=look))


@plants(everywhere.UNSHOWN)
def in_a_drawing_that_no_page_shows(pdf):
    pdf.Root.PieceInfo = Dictionary(
        Ours=a_form(pdf, b"BT /F1 9 Tf [(Qui) 5 (llfeather)] TJ ET"),
    )


@plants(everywhere.UNSHOWN)
def in_the_pattern_of_a_line(pdf):
    pattern = pdf.make_stream(b"BT /F1 9 Tf [(Qui) 5 (llfeather)] TJ ET")
    pattern.PatternType, pattern.PaintType, pattern.TilingType = 1, 1, 1
    pattern.Resources = Dictionary(Font=Dictionary(F1=helvetica()))
    pdf.pages[0].resources.Pattern = Dictionary(P1=pattern)


@plants(everywhere.UNSHOWN)
def in_the_mask_of_a_picture(pdf):
    mask = Dictionary(S=Name.Luminosity, G=a_form(pdf, b"BT /F1 9 Tf [(Quill) 5 (feather)] TJ ET"))
    pdf.pages[0].resources.ExtGState = Dictionary(G1=Dictionary(SMask=mask))


@plants("a comment")
def in_a_comment(pdf):
    lay_on_page(pdf, Subtype=Name.Text, Contents=String(SECRET))


@plants("a form field")
def in_a_form_field(pdf):
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, V=String(SECRET)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


@plants("the author")
def in_the_author(pdf):
    pdf.docinfo["/Author"] = SECRET


@plants(everywhere.METADATA)
def in_xmp(pdf):
    with pdf.open_metadata() as metadata:
        metadata["dc:description"] = f"about {SECRET}"


@plants("a title or bookmark")
def in_a_bookmark(pdf):
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem(SECRET, 0))


@plants("a name in the file")
def in_the_name_of_a_place(pdf):
    where = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(SECRET), where])))


@plants(everywhere.EMBEDDED)
def in_a_file_within(pdf):
    pdf.attachments["x.txt"] = f"to {SECRET}".encode("utf-16")


@plants("the name of a file in it")
def in_the_name_of_a_file_within(pdf):
    pdf.attachments[f"{SECRET}.txt"] = b"nothing"


@plants("the description of a picture")
def in_alternate_text(pdf):
    figure = Dictionary(S=Name.Figure, Alt=String(f"A photograph of {SECRET}"))
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=pdf.make_indirect(figure))


@plants("words given in the place of a picture")
def in_words_in_the_place_of_a_picture(pdf):
    figure = Dictionary(S=Name.Figure, ActualText=String(f"by {SECRET}"))
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=pdf.make_indirect(figure))


@plants("a script")
def in_a_script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"alert('{SECRET}')"))


@plants("a link")
def in_a_link(pdf):
    to = Dictionary(S=Name.URI, URI=String(f"https://x.example/{SECRET}"))
    lay_on_page(pdf, Subtype=Name.Link, A=to)


@plants("the name of a layer")
def in_the_name_of_a_layer(pdf):
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(SECRET)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]))


@plants("the label of a page")
def in_a_page_label(pdf):
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(SECRET))]))


@plants(everywhere.ELSEWHERE)
def in_a_key_that_nobody_knows(pdf):
    pdf.Root.PieceInfo = Dictionary(Ours=Dictionary(Private=String(SECRET)))


@plants(everywhere.ELSEWHERE)
def in_a_name_instead_of_a_string(pdf):
    pdf.Root.PieceInfo = pdf.make_indirect(Dictionary(Ours=Name(f"/{SECRET}")))


@plants(everywhere.STREAM)
def in_data_that_nobody_knows(pdf):
    pdf.Root.PieceInfo = Dictionary(Ours=pdf.make_stream(f"to {SECRET}".encode("utf-16")))


@pytest.mark.parametrize("name", PLACES)
def test_a_planted_word_is_found_where_it_is(name):
    where, plant = PLACES[name]
    pdf = a_page()
    plant(pdf)
    sought = Sought([SECRET, "nowhere at all"])
    found = {
        (readable.where, words)
        for readable in everything_in(saved(pdf))
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


def behind(content, data, kind=b""):
    """`content` with an object after its end: no table lists it and no page leads to it."""
    return content + b"\n9 0 obj <<%b /Length %d>> stream\n%b\nendstream endobj\n" % (
        kind,
        len(data),
        data,
    )


def changed_since(pdf, before):
    """A file whose first page was changed by a program that writes what is new behind what was there."""
    now = pdf.pages[0].obj.Contents.read_bytes()
    pdf.pages[0].obj.Contents.write(before)
    content = saved(pdf)
    number = pdf.pages[0].obj.Contents.objgen[0]
    with Pdf.open(io.BytesIO(content)) as again:
        number = again.pages[0].obj.Contents.objgen[0]
        size = len(again.objects) + 1
    start = len(content)
    new = b"%d 0 obj <</Length %d>> stream\n%b\nendstream endobj\n" % (number, len(now), now)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer <</Size %d /Root 1 0 R /Prev %d>>\n" % (
        number,
        start,
        size,
        int(content.split(b"startxref\n")[-1].split()[0]),
    )
    return content + new + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(new))


OLD = f"BT ({SECRET}) Tj ET".encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(changed_since(a_page(), OLD), id="before the last change"),
        pytest.param(behind(saved(a_page()), zlib.compress(OLD)), id="compressed"),
        pytest.param(behind(saved(a_page()), zlib.compress(OLD, 0)), id="stored"),
        pytest.param(behind(saved(a_page()), OLD), id="as it is"),
        pytest.param(
            behind(saved(a_page()), zlib.compress(OLD + bytes(range(256)) * 90)[:-40] + b"%" * 40),
            id="damaged",
        ),
        pytest.param(
            behind(saved(a_page()), zlib.compress(b"Harmless.") + OLD),
            id="after what is compressed",
        ),
        pytest.param(
            behind(saved(a_page()), zlib.compress(OLD.hex().encode())), id="in digits, compressed"
        ),
        pytest.param(
            behind(saved(a_page()), zlib.compress(f"BT ({SECRET})".encode("utf-16"))),
            id="in wide letters, compressed",
        ),
    ],
)
def test_an_older_version_that_stayed_in_the_bytes_is_found(content):
    assert SECRET not in "".join(text_of(content))
    assert list(Sought([SECRET]).in_parts(raw_parts(content))) == [SECRET]


def test_a_file_whose_numbers_stand_by_themselves_is_read():
    pdf = a_page()
    pdf.Root.A = pdf.make_indirect(Dictionary(A=1))
    content = saved(pdf).replace(b"<< /A 1 >>", b"57        ")
    with Pdf.open(io.BytesIO(content)) as again:
        assert 57 in list(again.objects)
    assert "Harmless words." in [one.text.strip() for one in everything_in(content)]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_is_killed_is_not_taken_for_one_that_found_nothing(number):
    with killed_when_it_starts("core.pdf.text", number), pytest.raises(CalledProcessError):
        list(everything_in(saved(a_page())))


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


@pytest.mark.parametrize("word", ["Anna", "ANNA", "Zoë Ash", "Quillfeather", "Łucja"])
@pytest.mark.parametrize(
    "written",
    [
        lambda word: word.encode("utf-16-be"),
        lambda word: word.encode("utf-16-le"),
        lambda word: b"<" + word.encode("utf-16-be").hex().encode() + b">",
        lambda word: b"<FEFF" + word.encode("utf-16-be").hex().upper().encode() + b">",
    ],
)
def test_words_are_found_in_bytes_as_files_write_them(word, written):
    data = b"1 0 obj (" + written(word) + b") endobj"
    assert list(Sought([word.title(), "Tim"]).in_parts([b"nothing", data])) == [word.title()]


@given(st.text(alphabet="abc XY’-", min_size=1, max_size=30), st.text(max_size=10))
def test_words_are_found_in_themselves_with_anything_around(words, around):
    if plain_letters(words):
        assert list(Sought([words]).in_text(f"{around} {words} {around}"))
