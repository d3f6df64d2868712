"""What a printer does to one chunk, in this process."""

import io
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Pdf
from PIL import Image, ImageChops

from core.pdf import fonts, printer, wire
from core.pdf.fonts import FAMILY
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk, Part
from core.pdf.printer import LAST_SPACE, Desk, fault, font_name, stay_offline
from core.pdf.report import tagging_report
from core.pdf.text import pages_as_png, text_of
from tests.core.pdf.documents import AT, CSS, kinds, notes, page
from tests.core.pdf.test_stamp import DEJAVU

LATIN = "".join(map(chr, range(0x20, 0x17F)))
PLAIN = {letter for letter in LATIN if ord(letter) < 0x100}


def built(folder: Path) -> None:
    """Stand-ins for our font as npm delivers it: two files, each with half the letters."""
    halves = {"latin-wght": PLAIN, "latin-ext-wght": set(LATIN) - PLAIN | {" "}}
    for name, letters in halves.items():
        font = TTFont(DEJAVU)
        options = Options()
        options.drop_tables += ["FFTM"]
        cut = Subsetter(options)
        cut.populate(text="".join(letters))
        cut.subset(font)
        font.flavor = "woff2"
        font.save(folder / f"atkinson-hyperlegible-next-{name}-normal.woff2")


def test_letters_from_both_files_of_our_font_have_their_own_shapes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Copying the text would not show it: ours once read Łukasiewicz and showed Oukasiewicz."""
    built(tmp_path)
    monkeypatch.setattr(fonts, "BUILT", tmp_path)
    text = "<p>Siân Łukasiewicz, Ŵyn, żółć ąęőű, Đào</p>"
    pictures = []
    for family in (FAMILY, "DejaVu Sans"):
        desk = Desk(f'p {{ font: 20pt "{family}" }} @page {{ size: 180mm 30mm; margin: 5mm }}')
        content, *_ = desk.print(Chunk("font", page(text)))
        assert "Siân Łukasiewicz, Ŵyn, żółć ąęőű, Đào" in text_of(content)[0]
        pictures.append(Image.open(io.BytesIO(pages_as_png(content, 60)[0])).convert("L"))
        if family == FAMILY:
            names = fonts_of(content)
            assert len(names) == 2
            assert all(FAMILY.replace(" ", "-") in name for name in names)
    difference = ImageChops.difference(*pictures)
    assert difference.getextrema()[1] < 60


@pytest.mark.parametrize("display", ["block", "inline-block"])
def test_each_line_of_what_is_recorded_is_one_item_of_what_it_is_called_and_what_it_is(
    display: str,
) -> None:
    """Also where the second goes on on the next page: that has no name there. And where they stand side by side."""
    line = "<div><dt>{}</dt>\n<dd>{}</dd></div>"
    body = f"<dl>{line.format('Kind', 'Visit')}{line.format('Note', 'Words<br>' * 9)}</dl>"
    beside = f"div:first-child > * {{ display: {display}; width: 40% }}"
    desk = Desk(
        f'dl {{ font: 20pt/1 "DejaVu Sans" }} {beside} @page {{ size: 180mm 60mm; margin: 5mm }}'
    )
    content, _, pages, _ = desk.print(Chunk("lines", page(body)))
    assert pages == 2
    with Pdf.open(io.BytesIO(content)) as pdf:
        found = [kind for kind in kinds(pdf) if kind in {"L", "LI", "Lbl", "LBody", "Div"}]
    item = ["LI", "Lbl", "LBody"]
    assert found == ["L", *item, *item, "L", "LI", "LBody"]
    part = Part("lines", content, pages)
    assert tagging_report(to_bytes(merge([part], title="Lines", at=AT))) == []


@pytest.mark.parametrize("end", ["</p>", " </p>", "\n    </p>", " <br></p>", "\n<ul></ul>"])
def test_a_line_that_is_just_full_does_not_break_after_its_first_word(end: str) -> None:
    desk = Desk("p { font: 10pt 'DejaVu Sans'; margin: 0 }")
    widths = [190 + step / 4 for step in range(200)]
    words = "Signed off by Alice Bloggs, for the file."
    paragraphs = "".join(f'<p style="width: {width}pt">{words}{end}' for width in widths)
    content, *_ = desk.print(Chunk("full", page(paragraphs)))
    lines = {line.strip() for one in text_of(content) for line in one.splitlines()} - {""}
    assert words in lines
    assert "Signed" not in lines


def test_what_is_between_words_stays_and_a_long_run_of_spaces_takes_no_time() -> None:
    html = f"<p>Siân <b>Hart</b> <i>and</i>{' ' * 200_000}Joe</p>"
    assert LAST_SPACE.sub("", html) == html
    assert LAST_SPACE.sub("", "<dd>\n  One\n two\n</dd>") == "<dd>One\n two</dd>"
    assert LAST_SPACE.sub("", "<dt>One</dt>\n <dd>Two</dd>") == "<dt>One</dt><dd>Two</dd>"
    assert LAST_SPACE.sub("", "<p>\u00a0One\n two\u00a0</p> \n<p>Three </p>") == (
        "<p>\u00a0One\n two\u00a0</p><p>Three</p>"
    )


def fonts_of(content: bytes) -> list[str]:
    with Pdf.open(io.BytesIO(content)) as pdf:
        return [str(font.BaseFont) for font in pdf.pages[0].resources.Font.values()]


def test_a_printer_answers_with_the_part_or_the_reason(several: list[Part]) -> None:
    desk = Desk(CSS)
    chunk = notes("first")
    out = io.BytesIO()
    request = {"key": chunk.key, "pictures": []}
    printer.answer(desk, request, [chunk.html.encode()], out)
    printer.answer(desk, request, [("<div>" * 3000).encode()], out)
    printer.answer(desk, {"key": "No Key", "pictures": []}, [b""], out)
    out.seek(0)
    message, (content,) = wire.receive(out)
    assert content == several[0].pdf
    assert message["pages"] == several[0].pages
    assert wire.receive(out)[0]["failed"].startswith("RecursionError at ")
    assert wire.receive(out)[0]["failed"].startswith("ValueError at core.pdf.parts:")
    with pytest.raises(EOFError):
        wire.receive(out)


def test_a_message_that_is_cut_off() -> None:
    pipe = io.BytesIO()
    wire.send(pipe, {"a": "é\n"}, b"12345", b"")
    whole = pipe.getvalue()
    assert wire.receive(io.BytesIO(whole)) == ({"a": "é\n"}, [b"12345", b""])
    for length in (0, 3, len(whole) - 1):
        with pytest.raises(EOFError):
            wire.receive(io.BytesIO(whole[:length]))


def test_a_fault_says_where_and_not_what() -> None:
    with pytest.raises(ValueError, match="Mrs Secret") as failure:
        int("Mrs Secret")
    assert fault(failure.value).startswith(f"ValueError at {__name__}:")
    assert fault(KeyError("Mrs Secret")) == "KeyError"


def test_a_fonts_name_depends_on_its_chunk() -> None:
    ours = font_name(b"/ABCDEF+DejaVu-Sans", "first")
    assert ours.endswith(b"+DejaVu-Sans")
    assert ours != font_name("/ABCDEF+DejaVu-Sans", "second")
    assert len(ours) == len(b"/ABCDEF+DejaVu-Sans")


def test_a_printer_stays_offline() -> None:
    for event in ("socket.connect", "socket.getaddrinfo"):
        with pytest.raises(PermissionError):
            stay_offline(event, ())
    stay_offline("open", ())
