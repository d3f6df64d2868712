"""What nobody sees on the pages of other people's files does not come along, and what they drew there does."""

import io

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageChops
from pypdfium2 import PdfDocument

from core.pdf.foreign import copy_pages, look_at
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from core.pdf.report import tagging_report
from core.pdf.text import ALONE, pages_as_png, text_of
from tests.core.pdf.documents import everything_in as everything_within
from tests.core.pdf.test_foreign import SECRET, finished, flat, hiding, saved, says

HTML = f"""<!doctype html><html lang="en-GB"><title>x</title>
<p>Amelia was seen with</p><p>{SECRET} of Foxglove Lane</p><p>on Tuesday, I think.</p>"""


@pytest.fixture(scope="module")
def letter():
    """A letter as a word processor makes it: its letters are in the file, so its pages need not be drawn anew."""
    (part,) = render_chunks([Chunk("x", HTML)], css="p { font-family: Atkinson Hyperlegible Next }")
    return part.pdf


def where(content, words):
    """The box around words on the first page, in points."""
    with ALONE:
        document = PdfDocument(content)
        text = document[0].get_textpage()
        start = text.get_text_range().index(words)
        boxes = [text.get_charbox(start + n) for n in range(len(words))]
        document.close()
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def drawn_over(content, operators, **resources):
    with Pdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        page.contents_coalesce()
        page.obj.Contents = pdf.make_stream(
            b"q\n" + page.obj.Contents.read_bytes() + b"\nQ\n" + operators
        )
        for name, value in resources.items():
            page.obj.Resources[f"/{name}"] = value(pdf)
        return saved(pdf)


def commented(content, kind, box, look=None, **given):
    """With a comment of a kind, as Acrobat or a browser puts it on the page."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        comment = Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array(list(box)), F=4, **given)
        if look is not None:
            drawn = pdf.make_stream(look)
            drawn.Type, drawn.Subtype = Name.XObject, Name.Form
            drawn.BBox = Array([0, 0, box[2] - box[0], box[3] - box[1]])
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            drawn.Resources = Dictionary(Font=Dictionary(F1=font))
            comment.AP = Dictionary(N=drawn)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(comment)])
        return saved(pdf)


def copied(content):
    return copy_pages(content, key="file-1", called="letter F-000001")


def box_over(box, room=1):
    x0, y0, x1, y1 = box
    return b"%.2f %.2f %.2f %.2f re f" % (
        x0 - room,
        y0 - room,
        x1 - x0 + 2 * room,
        y1 - y0 + 2 * room,
    )


@pytest.mark.parametrize(
    ("colour", "room"),
    [(b"0 g", 1), (b"0 g", 0), (b"1 g", 1), (b"0.9 0.1 0.1 rg", 1)],
    ids=["black", "just as large", "white", "red"],
)
def test_words_under_a_box_that_somebody_drew_do_not_come_along(letter, colour, room):
    given = drawn_over(letter, colour + b" " + box_over(where(letter, SECRET), room))
    assert says(given)
    content = finished(copied(given))
    assert not says(content)
    assert tagging_report(content) == []
    # All others do, as words.
    seen = flat(text_of(content)[0])
    assert "Amelia was seen with of Foxglove Lane on Tuesday, I think." in seen


def test_half_a_word_under_a_box_is_no_word(letter):
    x0, y0, x1, y1 = where(letter, SECRET)
    content = finished(copied(drawn_over(letter, b"0 g " + box_over((x0, y0, (x0 + x1) / 2, y1)))))
    assert "Foxglove Lane" in flat(text_of(content)[0])
    # The half that is seen stands in the picture alone.
    assert SECRET[-5:] not in text_of(content)[0]
    assert not says(content)


def test_a_page_of_which_everything_is_seen_stays_as_it_is(letter):
    part = copied(letter).part
    with Pdf.open(io.BytesIO(part.pdf)) as pdf:
        assert list(pdf.pages[0].get_images()) == []
    assert "Quillfeather of Foxglove Lane on Tuesday, I think." in flat(text_of(part.pdf)[0])


def test_words_in_white_or_beyond_the_edge_do_not_come_along(letter):
    with Pdf.open(io.BytesIO(letter)) as pdf:
        page = pdf.pages[0]
        _, y0, *_ = where(letter, SECRET)
        page.obj.CropBox = Array([0, y0 + 20, 595, 842])
        cropped = saved(pdf)
    (white,) = render_chunks(
        [Chunk("x", HTML.replace(SECRET, f"<span style='color: #fefefe'>{SECRET}</span>"))],
        css="p { font-family: Atkinson Hyperlegible Next }",
    )
    for given in (cropped, white.pdf):
        assert says(given)
        content = finished(copied(given))
        assert not says(content)
        assert "Amelia was seen with" in flat(text_of(content)[0])


@pytest.mark.parametrize("has_look", [True, False])
def test_a_box_that_was_put_over_words_as_a_comment_stays_over_them(letter, has_look):
    x0, y0, x1, y1 = box = where(letter, SECRET)
    given = commented(
        letter,
        Name.Square,
        (x0 - 2, y0 - 2, x1 + 2, y1 + 2),
        b"0 g 0 0 999 999 re f" if has_look else None,
        IC=Array([0, 0, 0]),
        C=Array([0, 0, 0]),
    )
    content = finished(copied(given))
    assert not says(content)
    assert "of Foxglove Lane" in flat(text_of(content)[0])
    picture = Image.open(io.BytesIO(pages_as_png(content, 60)[0])).convert("L")
    assert (
        sum(picture.point(lambda tone: tone < 20).histogram()[1:]) > (x1 - x0) * (box[3] - y0) / 4
    )


def test_what_was_typed_onto_a_page_comes_along_and_what_only_opens_does_not(letter):
    look = b"BT /F1 12 Tf 5 5 Td (Typed in) Tj ET"
    typed = commented(letter, Name.FreeText, (60, 300, 260, 330), look, Contents=String("Typed in"))
    assert "Typed in" in flat(text_of(finished(copied(typed)))[0])
    for unseen in ({"F": 2}, {"F": 32}):
        with Pdf.open(io.BytesIO(typed)) as pdf:
            pdf.pages[0].Annots[0].F = unseen["F"]
            assert not says(finished(copied(saved(pdf))), "Typed in")
    note = commented(letter, Name.Text, (10, 10, 30, 30), Contents=String("Only opens"))
    assert not says(finished(copied(note)), "Only opens")


RULES = [
    (lambda on, off: {"OCGs": Array([on, off])}, True),
    (lambda _on, off: {"OCGs": off}, False),
    (lambda on, off: {"OCGs": Array([on, off]), "P": Name.AllOn}, False),
    (lambda on, off: {"OCGs": Array([on, off]), "P": Name.AnyOff}, True),
    (lambda on, off: {"OCGs": Array([on, off]), "P": Name.AllOff}, False),
    (lambda _on, off: {"OCGs": off, "P": Name.AllOff}, True),
    (lambda _on, off: {"VE": Array([Name.Not, off])}, True),
    (lambda on, off: {"VE": Array([Name.And, on, off])}, False),
    (lambda on, _off: {"VE": Array([Name.Or, on, Array([Name.Not, on])])}, True),
]


@pytest.mark.parametrize(("rule", "is_seen"), RULES)
@pytest.mark.parametrize("is_form", [True, False], ids=["a drawing", "among the lines"])
def test_layers_are_seen_by_their_rules(rule, is_seen, is_form):
    pdf = Pdf.open(io.BytesIO(hiding()))
    page = pdf.pages[0].obj
    off = page.Resources.Properties.L1
    on = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("on")))
    pdf.Root.OCProperties.OCGs.append(on)
    member = pdf.make_indirect(Dictionary(Type=Name.OCMD, **rule(on, off)))
    words = b"BT /F1 12 Tf 20 20 Td (By a rule) Tj ET"
    if is_form:
        drawing = pdf.make_stream(words)
        drawing.Type, drawing.Subtype, drawing.OC = Name.XObject, Name.Form, member
        drawing.BBox, drawing.Resources = (
            Array([0, 0, 300, 200]),
            Dictionary(Font=page.Resources.Font),
        )
        page.Resources.XObject = Dictionary(X1=drawing)
        page.Contents = pdf.make_stream(b"/X1 Do")
    else:
        page.Resources.Properties.L2 = member
        page.Contents = pdf.make_stream(b"/OC /L2 BDC " + words + b" EMC")
    assert ("By a rule" in flat(text_of(finished(copied(saved(pdf))))[0])) is is_seen


def test_a_layer_that_says_it_is_not_to_be_looked_at_and_a_field_on_one_are_not_seen():
    with Pdf.open(io.BytesIO(hiding())) as pdf:
        layer = pdf.pages[0].Resources.Properties.L1
        pdf.pages[0].Annots[1].OC = layer
        layer.Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
        pdf.Root.OCProperties.D = Dictionary(
            AS=Array(
                [Dictionary(Event=Name.View, OCGs=Array([layer]), Category=Array([Name.View]))]
            )
        )
        content = finished(copied(saved(pdf)))
    assert not says(content)
    assert not says(content, "Filled in")
    assert "Seen by all." in flat(text_of(content)[0])


def photograph():
    """A photograph with where it was taken, a word, and a small picture of the whole after its end."""
    notes = Image.Exif()
    notes[0x010E], notes[0x8825] = SECRET, {1: "N", 2: (53.0, 6.0, 7.0)}
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(
        out, "JPEG", exif=notes, comment=SECRET.encode(), icc_profile=b"profile of colours"
    )
    return out.getvalue() + SECRET.encode()


def with_photograph(content, operators=b""):
    def pictures(pdf):
        picture = Stream(
            pdf,
            photograph(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=60,
            Height=40,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        return Dictionary(I1=pdf.make_indirect(picture))

    drawn = b"q 200 0 0 200 72 100 cm /I1 Do Q " + operators
    return drawn_over(content.replace(SECRET.encode(), b""), drawn, XObject=pictures)


def photographs_in(content):
    with Pdf.open(io.BytesIO(content)) as pdf:
        return [
            one.read_raw_bytes()
            for one in pdf.objects
            if isinstance(one, Stream) and one.get("/Filter") == Name.DCTDecode
        ]


def test_a_photograph_on_a_page_does_not_say_where_it_was_taken(letter):
    (kept,) = photographs_in(finished(copied(with_photograph(letter))))
    assert SECRET.encode() not in kept
    assert b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size, image.getpixel((5, 5))[0] > 240) == ((60, 40), True)
        assert not image.getexif()
        # How its colours are meant stays.
        assert image.info["icc_profile"] == b"profile of colours"


@pytest.mark.parametrize(
    ("operators", "is_new"),
    [
        (b"0 g 100 120 50 50 re f", True),
        (b"0 g 5 w 100 120 m 150 170 l S", True),
        (b"0 g 400 120 50 50 re f", False),
        (b"q 500 0 0 500 300 600 cm /I1 Do Q", True),
    ],
    ids=["a box over it", "a stroke over it", "a box beside it", "a part beyond the edge"],
)
def test_nobody_can_take_the_box_off_a_picture(letter, operators, is_new):
    (kept, *_) = photographs_in(finished(copied(with_photograph(letter, operators))))
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size[0] > 60) is is_new


def of_points(pdf, image, **more):
    return pdf.make_stream(
        image.tobytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=Name.DeviceRGB if image.mode == "RGB" else Name.DeviceGray,
        BitsPerComponent=8,
        **more,
    )


def half_white():
    """White on its left, of many colours on its right."""
    image = Image.new("RGB", (80, 40), "white")
    image.paste(Image.linear_gradient("L").resize((40, 40)).convert("RGB"), (40, 0))
    return image


@pytest.mark.parametrize(
    ("shape", "is_new"),
    [
        (b"72 100 100 100 re W n", True),
        (b"72 100 m 272 100 l 172 200 l h W n", True),
        (b"60 90 300 300 re W n", False),
    ],
    ids=["its left half", "a triangle", "larger than it"],
)
@pytest.mark.parametrize("is_form", [True, False])
def test_what_was_cut_off_a_picture_does_not_come_along(letter, shape, is_new, is_form):
    def drawings(pdf):
        picture = of_points(pdf, half_white())
        if not is_form:
            return Dictionary(I1=picture)
        form = pdf.make_stream(b"q 200 0 0 100 0 0 cm /I1 Do Q")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 300])
        form.Matrix = Array([1, 0, 0, 1, 72, 100])
        form.Resources = Dictionary(XObject=Dictionary(I1=picture))
        return Dictionary(F1=form)

    drawn = b"/F1 Do" if is_form else b"200 0 0 100 72 100 cm /I1 Do"
    given = drawn_over(letter, b"q " + shape + b" " + drawn + b" Q", XObject=drawings)
    assert (photographs_in(copied(given).part.pdf) != []) is is_new


@pytest.mark.parametrize(
    ("behind", "is_new"), [(half_white(), True), (Image.new("RGB", (80, 40), "red"), False)]
)
def test_what_was_rubbed_out_of_a_picture_does_not_come_along(letter, behind, is_new):
    def pictures(pdf):
        mask = Image.new("L", (80, 40), 255)
        mask.paste(0, (40, 0, 80, 40))
        return Dictionary(I1=of_points(pdf, behind, SMask=of_points(pdf, mask)))

    given = drawn_over(letter, b"q 200 0 0 100 72 100 cm /I1 Do Q", XObject=pictures)
    assert (photographs_in(copied(given).part.pdf) != []) is is_new


def test_a_picture_that_lies_under_another_does_not_come_along(letter):
    def pictures(pdf):
        return Dictionary(
            I1=of_points(pdf, half_white()), I2=of_points(pdf, Image.new("RGB", (9, 9)))
        )

    over, beside = (
        drawn_over(
            letter,
            b"q 200 0 0 100 72 100 cm /I1 Do Q q 50 0 0 50 %d 120 cm /I2 Do Q" % across,
            XObject=pictures,
        )
        for across in (200, 272)
    )
    assert photographs_in(copied(over).part.pdf)
    assert photographs_in(copied(beside).part.pdf) == []


def test_what_a_layer_and_a_picture_are_called_stays_behind(letter):
    def layers(pdf):
        layer = Dictionary(Type=Name.OCG, Name=String("Threlfall, a layer"))
        mark = Dictionary(ActualText=String("Threlfall, a mark"))
        return Dictionary(L1=pdf.make_indirect(layer), M1=mark)

    def pictures(pdf):
        return Dictionary(I1=of_points(pdf, half_white(), Title=String("Threlfall, a picture")))

    operators = b"/OC /L1 BDC q 200 0 0 100 72 100 cm /I1 Do Q EMC"
    given = drawn_over(letter, operators, Properties=layers, XObject=pictures)
    part = copied(given).part
    assert photographs_in(part.pdf) == []  # the page is as it was
    assert b"Threlfall" in everything_within(given)
    assert b"Threlfall" not in everything_within(part.pdf)


def test_a_mark_that_lies_over_the_page_as_a_comment_comes_along(letter):
    look = b"BT /F1 12 Tf 5 5 Td (Copy number 4) Tj ET"
    given = commented(letter, Name.Watermark, (60, 300, 260, 330), look)
    assert "Copy number 4" in flat(text_of(finished(copied(given)))[0])


def covering(kind, x0, y0, x1, y1):
    """A comment of a kind that a program left to each reader to draw, over this box in black."""
    middle, high = (y0 + y1) / 2, y1 - y0
    ends = Array([x0, middle, x1, middle])
    corners = Array([x0, y0, x1, y0, x1, y1, x0, y1])
    more = {
        Name.Polygon: {"Vertices": corners, "IC": Array([0])},
        Name.PolyLine: {"Vertices": ends, "BS": Dictionary(W=high)},
        Name.Line: {"L": ends, "BS": Dictionary(W=high)},
        Name.Ink: {"InkList": Array([ends]), "Border": Array([0, 0, high])},
        Name.Highlight: {"QuadPoints": Array([x0, y1, x1, y1, x0, y0, x1, y0])},
        Name.Circle: {"IC": Array([0, 0, 0])},
    }[kind]
    return {"C": Array([0, 0, 0]), **more}


@pytest.mark.parametrize(
    "kind",
    [Name.Polygon, Name.PolyLine, Name.Line, Name.Ink, Name.Highlight, Name.Circle],
    ids=str,
)
def test_what_covers_words_as_a_comment_without_a_look_stays_over_them(letter, kind):
    x0, y0, x1, y1 = where(letter, SECRET)
    room = 60 if kind == Name.Circle else 2
    box = (x0 - room, y0 - room / 4, x1 + room, y1 + room / 4)
    content = finished(copied(commented(letter, kind, box, **covering(kind, *box))))
    assert not says(content)
    assert "Foxglove Lane" in flat(text_of(content)[0]) or kind == Name.Circle
    assert "on Tuesday, I think." in flat(text_of(content)[0])


@pytest.mark.parametrize("kind", [Name.StrikeOut, Name.Underline, Name.Squiggly], ids=str)
def test_words_that_were_struck_through_or_underlined_are_so_in_the_copy(letter, kind):
    x0, y0, x1, y1 = box = where(letter, SECRET)
    marked = {"QuadPoints": Array([x0, y1, x1, y1, x0, y0, x1, y0]), "C": Array([1, 0, 0])}
    content = finished(copied(commented(letter, kind, box, **marked)))
    assert says(content)
    picture = Image.open(io.BytesIO(pages_as_png(content, 100)[0])).convert("RGB")
    red, green, _ = picture.split()
    more_red = ImageChops.subtract(red, green).point(lambda tone: 255 if tone > 80 else 0)
    assert more_red.histogram()[255] > 50


def filled_in(letter, value, *, flags=4, box=(60, 300, 260, 320), **more):
    """With a field into which somebody wrote `value`, drawn by whoever opens it."""
    with Pdf.open(io.BytesIO(letter)) as pdf:
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("notes"),
                V=String(value),
                DA=String("/Helv 11 Tf 0 g"),
                Rect=Array(list(box)),
                F=flags,
                P=pdf.pages[0].obj,
            )
        )
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=font))
        )
        for name, thing in more.items():
            pdf.Root[f"/{name}"] = thing
        return saved(pdf)


LONG = "She came on Monday and said that it was worse than before, and then she telephoned again."


@pytest.mark.parametrize(
    ("value", "given", "expected"),
    [
        ("Came on Monday.", {}, ()),
        (LONG, {}, ((1, "filled-in field"),)),
        ("Came on Monday.", {"flags": 2}, ((1, "filled-in field"),)),
        ("Mrs Łukasiewicz", {}, ((1, "filled-in field"),)),
        ("", {"flags": 2}, ()),
    ],
    ids=["seen", "cut short", "hidden", "a letter that is not drawn", "nothing"],
)
def test_a_field_of_which_not_all_is_seen_is_told(letter, value, given, expected):
    content = filled_in(letter, value, **given)
    assert copied(content).besides == expected
    assert look_at(content, 1).besides == expected


def test_what_a_reader_does_not_see_at_all_is_told(letter):
    typed = commented(letter, Name.FreeText, (60, 300, 260, 330), Contents=String("Typed in"))
    assert copied(typed).besides == ((1, "comment"),)
    with Pdf.open(io.BytesIO(letter)) as pdf:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Draft")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))
        pdf.Root.NeedsRendering = True
        spoken = Dictionary(Type=Name.Annot, Subtype=Name.Sound, Rect=Array([1, 1, 9, 9]))
        pdf.pages[0].obj.Annots = Array([spoken])
        content = saved(pdf)
    assert copied(content).besides == (
        (1, "attached file"),
        (1, "hidden layer"),
        (1, "form that only the program it was made with can show"),
    )
