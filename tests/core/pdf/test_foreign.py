"""Pages of other people's files: what is seen comes along, what is withheld and what hides does not."""

import io
import subprocess
import sys
from datetime import UTC, datetime

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

from core.pdf import foreign
from core.pdf.everywhere import everything_in, ocr_program, raw_parts, unread_pages
from core.pdf.foreign import Area, NotCopied, Seen, copy_pages, look_at, picture_pages
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.pictured import pages_with_pictures
from core.pdf.press import ROOT, render_chunks
from core.pdf.report import tagging_report
from core.pdf.sought import Sought
from core.pdf.text import pages_as_png, text_of

SECRET = "Quillfeather"
HTML = """<!doctype html><html lang="en-GB"><title>x</title>
<p>Dear Ms Hart, the neighbour, Mrs Quillfeather of Foxglove Lane, rang on Tuesday.</p>
<p style="break-before: page">The second page is harmless.</p>"""


@pytest.fixture(scope="module")
def letter():
    """A letter of two pages, as a word processor makes it: with its letters in it."""
    (part,) = render_chunks([Chunk("x", HTML)], css="p { font-family: Atkinson Hyperlegible Next }")
    return part.pdf


def finished(copied):
    return to_bytes(merge([copied.part], title="x", at=datetime(2026, 9, 3, tzinfo=UTC)))


def says(content, words=SECRET):
    sought = Sought([words])
    return any(list(sought.in_text(one.text)) for one in everything_in(content)) or any(
        list(sought.in_bytes(part)) for part in raw_parts(content)
    )


def saved(pdf):
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def flat(text):
    return " ".join(text.split())


def test_pages_come_along_as_text_and_can_be_read_aloud(letter):
    copied = copy_pages(letter, key="file-1", called="letter F-000001")
    content = finished(copied)
    assert copied.part.pages == 2
    assert tagging_report(content) == []
    first, second = text_of(content)
    assert "Mrs Quillfeather of Foxglove Lane" in flat(first)
    assert "harmless" in second


def test_withheld_words_are_not_in_the_file_and_all_others_are(letter):
    finds = ["Mrs  Quillfeather", "Foxglove Lane,", "nowhere"]
    copied = copy_pages(letter, key="file-1", called="letter F-000001", words=finds)
    content = finished(copied)
    assert {place.words for place in copied.places} == {0, 1}
    assert tagging_report(content) == []
    assert not says(content)
    assert not says(content, "Foxglove Lane")
    first, second = text_of(content)
    # Whoever listens hears where something is missing, and what was on two lines once.
    assert flat(first) == "Dear Ms Hart, the neighbour, [withheld] of [withheld] rang on Tuesday."
    assert "harmless" in second
    # Only the page with something withheld became a picture, painted where the words were.
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pictures = [page.get_images() for page in pdf.pages]
    assert [len(one) for one in pictures] == [1, 0]
    picture = Image.open(io.BytesIO(pages_as_png(content, 60)[0])).convert("L")
    assert picture.point(lambda tone: 255 if tone < 20 else 0).getbbox() is not None


def hiding():
    """A page with a layer that is off, a comment, a script, a file within, and a form that is filled in."""
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(SECRET)))
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font), Properties=Dictionary(L1=layer))
    page.obj.Contents = pdf.make_stream(
        b"BT /F1 12 Tf 20 150 Td (Seen by all.) Tj ET"
        b" /OC /L1 BDC BT /F1 12 Tf 20 100 Td (Quillfeather) Tj ET EMC"
    )
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    comment = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String(SECRET)
    )
    look = pdf.make_stream(b"/Tx BMC BT /F1 12 Tf 2 4 Td (Filled in) Tj ET EMC")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
    look.Resources = Dictionary(Font=Dictionary(F1=font))
    box = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String(SECRET),
            F=4,
            V=String("Filled in"),
            Rect=[20, 40, 120, 60],
            AP=Dictionary(N=look),
            DA=String("/F1 12 Tf 0 g"),
        )
    )
    page.obj.Annots = Array([pdf.make_indirect(comment), box])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([box]), DR=Dictionary(Font=Dictionary(F1=font)), DA=String("/F1 12 Tf 0 g")
    )
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(SECRET))
    pdf.attachments["x.txt"] = SECRET.encode()
    pdf.docinfo["/Author"] = SECRET
    return saved(pdf)


def test_what_nobody_sees_stays_behind_and_what_was_filled_in_comes_along():
    assert says(hiding())
    copied = copy_pages(hiding(), key="file-1", called="form F-000002")
    content = finished(copied)
    assert not says(content)
    assert tagging_report(content) == []
    assert "Seen by all." in flat(text_of(content)[0])
    assert "Filled in" in flat(text_of(content)[0])


def points(image):
    data = image.tobytes()
    return zip(data[::3], data[1::3], data[2::3], strict=True)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_an_area_is_painted_where_a_reader_sees_it_however_the_page_is_turned(turn):
    image = Image.new("RGB", (400, 600), "white")
    ImageDraw.Draw(image).rectangle(
        (0, 0, 200, 300), fill="red"
    )  # upper left quarter as it is seen
    out = io.BytesIO()
    image.rotate(turn, expand=True).save(out, format="PDF")
    with Pdf.open(io.BytesIO(out.getvalue())) as pdf:
        pdf.pages[0].obj.Rotate = turn
        scan = saved(pdf)
    copied = copy_pages(scan, key="file-1", called="scan F-000003", areas=[Area(1, 0, 0, 520, 520)])
    content = finished(copied)
    assert tagging_report(content) == []
    seen = Image.open(io.BytesIO(pages_as_png(content, 50)[0])).convert("RGB")
    reds = sum(red > 150 and green < 100 and blue < 100 for red, green, blue in points(seen))
    assert reds < 20
    assert seen.convert("L").point(lambda tone: 255 if tone < 20 else 0).getbbox() is not None


def test_a_scan_without_words_says_so_to_whoever_listens():
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, format="PNG")
    copied = picture_pages([out.getvalue()] * 2, key="file-1", called="scan F-000003")
    content = finished(copied)
    assert copied.part.pages == 2
    assert tagging_report(content) == []
    assert any("We hold no words of it" in one.text for one in everything_in(content))


def test_paint_on_a_scan_is_told_to_whoever_listens_and_none_where_there_is_none():
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, format="PNG")
    copied = picture_pages(
        [out.getvalue()] * 2, key="file-1", called="scan F-000003", areas=[Area(2, 0, 0, 500, 500)]
    )
    (told,) = [one.text for one in everything_in(finished(copied)) if "as a picture" in one.text]
    assert ["painted black" in words for words in told.split("\0")] == [False, True]


def test_paint_beside_the_words_of_a_page_is_told_after_them(letter):
    empty = Area(1, 0, 900, 500, 1000)
    copied = copy_pages(letter, key="file-1", called="letter F-000001", areas=[empty])
    first, second = text_of(finished(copied))
    assert flat(first).startswith("Dear Ms Hart")
    assert flat(first).count("[withheld]") == 1
    assert "[withheld]" not in second


def test_what_takes_too_long_is_ended_and_not_copied(letter, monkeypatch):
    monkeypatch.setattr(foreign, "SECONDS", 0.01)
    with pytest.raises(NotCopied):
        copy_pages(letter, key="file-1", called="x")


def test_what_copies_has_little_memory_and_no_network():
    greedy = "from core.pdf.foreign import copying as c; c.bound(); bytearray(c.MEMORY)"
    chatty = (
        "import socket, sys; from core.pdf.foreign import copying as c;"
        "sys.addaudithook(c.stay_offline); socket.create_connection(('127.0.0.1', 9))"
    )
    for program, error in ((greedy, b"MemoryError"), (chatty, b"PermissionError")):
        done = subprocess.run(  # ourselves
            [sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, check=False
        )
        assert error in done.stderr


@pytest.mark.parametrize("content", [b"", b"not a PDF", b"%PDF-1.7\ntruncated"])
def test_what_is_damaged_is_not_copied(content):
    with pytest.raises(NotCopied):
        copy_pages(content, key="file-1", called="x")


def test_a_page_is_looked_at_as_it_would_be_shown(letter):
    seen = look_at(letter, 1)
    assert seen.pages == 2
    assert "Mrs Quillfeather of Foxglove Lane" in flat(seen.text)
    assert Image.open(io.BytesIO(seen.picture)).format == "JPEG"
    assert look_at(letter, 3) == Seen(pages=2)
    # What nobody sees is not on the picture's words either.
    assert SECRET not in look_at(hiding(), 1).text


def test_the_words_that_an_area_hides_are_known_line_by_line(letter):
    copied = copy_pages(letter, key="file-1", called="x", areas=[Area(1, 0, 0, 1000, 1000)])
    assert " ".join(copied.under) == (
        "Dear Ms Hart, the neighbour, Mrs Quillfeather of Foxglove Lane, rang on Tuesday."
    )
    assert text_of(finished(copied))[0].strip() == "[withheld]"
    assert copy_pages(letter, key="x", called="x", areas=[Area(3, 0, 0, 9, 9)]).under == ()


def drawing_its_own_letters(*, means):
    """A page whose font draws its letters by itself (Type 3): codes that spell nothing, shapes that do."""
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    shape = pdf.make_stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f")
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 600, 700]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(g1=shape),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, Name.g1])),
        FirstChar=1,
        LastChar=1,
        Widths=Array([600]),
        Resources=Dictionary(),
    )
    if means:
        font.ToUnicode = pdf.make_stream(b"1 beginbfchar\n<01> <0041>\nendbfchar")
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(b"BT /F1 40 Tf 20 80 Td <010101> Tj ET")
    return pdf


def in_a_pattern(pdf):
    page = pdf.pages[0].obj
    pattern = pdf.make_stream(page.Contents.read_bytes())
    pattern.PatternType, pattern.PaintType, pattern.TilingType = 1, 1, 1
    pattern.BBox, pattern.XStep, pattern.YStep = Array([0, 0, 300, 200]), 300, 200
    pattern.Resources = Dictionary(Font=page.Resources.Font)
    page.Resources = Dictionary(Pattern=Dictionary(P1=pattern))
    page.Contents = pdf.make_stream(b"/Pattern cs /P1 scn 0 0 300 200 re f")
    return pdf


@pytest.mark.parametrize(
    "pdf",
    [
        pytest.param(drawing_its_own_letters(means=False), id="which mean nothing"),
        pytest.param(drawing_its_own_letters(means=True), id="whatever it says they mean"),
        pytest.param(in_a_pattern(drawing_its_own_letters(means=False)), id="in a pattern"),
    ],
)
def test_a_page_whose_font_draws_letters_that_nobody_can_read_becomes_a_picture(pdf):
    copied = copy_pages(saved(pdf), key="file-1", called="letter F-000001")
    content = finished(copied)
    assert pages_with_pictures(content) == [1]
    with pikepdf.open(io.BytesIO(content)) as ours:
        assert not any(thing.get("/Subtype") == Name.Type3 for thing in dictionaries(ours))
    # It is said of such a page that nothing here could read it, unless a program for it is installed.
    assert copied.part.legible == ()
    assert unread_pages(content) == ([] if ocr_program() else [1])
    seen = Image.open(io.BytesIO(pages_as_png(content, 60)[0])).convert("L")
    assert seen.getextrema()[0] < 60


# Made by ReportLab 5.1, which leaves the fonts out that every reader has. What its pages show: letters alone; a sign
# of Zapf Dingbats; a picture among the operators; a picture beside them.
EVERYBODYS = ROOT / "tests" / "files" / "everybodys-fonts.pdf"
LETTERS, WITH_A_SIGN, PICTURE_AMONG, PICTURE_BESIDE = 1, 2, 3, 4


def unread_of(copied):
    content = finished(copied)
    if ocr_program():
        pytest.skip("A program reads the pictures here.")
    return unread_pages(content, legible=copied.part.legible)


def test_a_page_in_fonts_that_everybody_has_is_read_and_none_that_shows_more_than_letters():
    copied = copy_pages(EVERYBODYS.read_bytes(), key="file-1", called="letter F-000001")
    content = finished(copied)
    assert pages_with_pictures(content) == [LETTERS, WITH_A_SIGN, PICTURE_AMONG, PICTURE_BESIDE]
    assert copied.part.legible == (LETTERS,)
    assert "Mrs Quillfeather of Foxglove Lane" in flat(text_of(content)[0])
    assert "Siân’s school said: “café at ten”, £5 – and no more." in flat(text_of(content)[0])
    assert unread_of(copied) == [WITH_A_SIGN, PICTURE_AMONG, PICTURE_BESIDE]


@pytest.mark.parametrize(
    "withheld", [{"words": ["Mrs Quillfeather"]}, {"areas": [Area(LETTERS, 0, 0, 300, 300)]}]
)
def test_whether_the_paint_covers_it_is_for_somebody_to_look_at(withheld):
    copied = copy_pages(EVERYBODYS.read_bytes(), key="file-1", called="x", **withheld)
    assert copied.part.legible == ()
    assert LETTERS in unread_of(copied)


def in_a_font(**given):
    """A page of one line in Helvetica, which the file does not bring along, with more said of the font."""
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    said = {"Type": Name.Font, "Subtype": Name.Type1, "BaseFont": Name.Helvetica, **given}
    font = Dictionary(**said)
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(b"BT /F1 12 Tf 20 150 Td (Dear Amelia) Tj ET")
    return pdf


def saying(pdf, letter):
    """The same, but the file says what the letters mean."""
    meaning = b"1 beginbfchar\n<44> <%s>\nendbfchar" % letter
    pdf.pages[0].obj.Resources.Font.F1.ToUnicode = pdf.make_stream(meaning)
    return pdf


def named(*names):
    return Dictionary(
        Type=Name.Encoding, Differences=Array([68, *(Name(f"/{one}") for one in names)])
    )


@pytest.mark.parametrize(
    ("pdf", "legible"),
    [
        (in_a_font(), (1,)),
        (in_a_font(Encoding=Name.WinAnsiEncoding), (1,)),
        (in_a_font(Encoding=named("Dcroat", "eacute")), (1,)),
        # A name that this file alone knows; letters of a font that not everybody has.
        (in_a_font(Encoding=named("g17")), ()),
        (in_a_font(Encoding=Name("/Identity-H")), ()),
        (in_a_font(BaseFont=Name("/Wingdings-Regular")), ()),
        (in_a_font(BaseFont=Name.Symbol), ()),
        # What it says they mean is read, and something else is drawn.
        (saying(in_a_font(), b"0058"), ()),
    ],
)
def test_only_letters_of_which_everybody_knows_what_they_are_count_as_read(pdf, legible):
    assert copy_pages(saved(pdf), key="file-1", called="x").part.legible == legible


def test_a_font_that_a_page_does_not_draw_with_says_nothing_about_it():
    pdf = in_a_font()
    other = drawing_its_own_letters(means=False)
    drawn = other.make_indirect(other.pages[0].obj.Resources.Font.F1)
    pdf.pages[0].obj.Resources.Font.F2 = pdf.copy_foreign(drawn)
    assert copy_pages(saved(pdf), key="file-1", called="x").part.legible == (1,)


def dictionaries(pdf):
    return [thing for thing in pdf.objects if isinstance(thing, Dictionary)]
