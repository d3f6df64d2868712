"""Each page says whose it is and which of how many, in any script, without being read aloud."""

import io
import re
import shutil
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Array, Name, Pdf
from PIL import Image

from core.pdf import fonts
from core.pdf.fonts import SYSTEM, FontMissing, upright
from core.pdf.foreign import picture_pages
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Part
from core.pdf.report import tagging_report
from core.pdf.stamp import LARGE, SMALLEST, Margin, page_x_of_n, stamp
from core.pdf.text import pages_as_png, text_of
from tests.core.pdf.documents import AT, kinds

DEJAVU = next(path for path in SYSTEM if path.is_file())
NAMES = (
    "Siân O’Connor-Łukasiewicz",
    "Gwenllïan ferch Ŵyn ŷ",
    "Zażółć gęślą jaźń",
    "Αθηνά Ελευθερίου",
    "Юлія Ґалаґан",
    "Nguyễn Thị Ánh Đào",
)


@pytest.fixture
def pack(several: list[Part]) -> Pdf:
    return merge(several, title="Your information", at=AT)


def test_each_page_has_its_number_the_name_and_the_request(pack: Pdf) -> None:
    foot = Margin(left=f"{NAMES[0]} · SAR-2026-0012", right=page_x_of_n)
    head = Margin(left="Parenting 2000", right=lambda page, pages: f"{page}/{pages}")
    assert stamp(pack, foot=foot, head=head, fonts=[DEJAVU]) == frozenset()
    pages = text_of(to_bytes(pack))
    total = len(pages)
    for number, words in enumerate(pages, start=1):
        assert f"{NAMES[0]} · SAR-2026-0012" in words
        assert f"Page {number} of {total}" in words
        assert f"{number}/{total}" in words
        assert "Parenting 2000" in words


def test_it_is_no_part_of_the_text(pack: Pdf) -> None:
    before = kinds(pack)
    stamp(pack, head=Margin("Private"), across="Not released", fonts=[DEJAVU])
    assert kinds(pack) == before
    assert tagging_report(to_bytes(pack)) == []


@pytest.mark.parametrize("name", NAMES)
def test_names_of_many_scripts_can_be_found_again(several: list[Part], name: str) -> None:
    pack = merge(several[:1], title="x", at=AT)
    assert stamp(pack, foot=Margin(name, page_x_of_n), fonts=[DEJAVU]) == frozenset()
    content = to_bytes(pack)
    assert all(name in words for words in text_of(content))


def test_names_written_from_right_to_left(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    assert stamp(pack, foot=Margin("محمد · שלום", page_x_of_n), fonts=[DEJAVU]) == frozenset()
    words = text_of(to_bytes(pack))[0]
    assert "محمد" in words
    assert "שלום" in words


def test_letters_that_no_font_has_are_told_and_shown_as_a_box(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    missing = stamp(pack, foot=Margin("李小龙 Lee", page_x_of_n), fonts=[DEJAVU])
    assert missing == frozenset("李小龙")
    content = to_bytes(pack)
    assert "Lee" in text_of(content)[0]
    assert tagging_report(content) == []


def test_decomposed_letters_line_breaks_and_controls(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    stamp(pack, foot=Margin("Sia\u0302n\r\nO\u200bNeill\x00 (x) \\", page_x_of_n), fonts=[DEJAVU])
    assert "Siân ONeill (x) \\" in text_of(to_bytes(pack))[0]


def test_a_long_name_is_cut_and_the_number_is_not(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    stamp(pack, foot=Margin("Bartholomew " * 40, page_x_of_n), fonts=[DEJAVU])
    line = text_of(to_bytes(pack))[0].strip().splitlines()[-1]
    assert line.startswith("Bartholomew Bartholomew")
    assert line.endswith("Page 1 of 2")
    assert "…" in line
    assert "Page 1 of 2" in line


def sizes(content: bytes) -> set[float]:
    """The sizes in which the streams that were put around the pages write."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        around = [one.read_bytes() for page in pdf.pages for one in page.obj.Contents]
    written = (re.findall(rb"([\d.]+) Tf", data) for data in around if b"/Pagination" in data)
    return {float(size) for found in written for size in found}


def test_margins_of_large_print_are_large_and_smaller_before_a_line_is_cut(
    several: list[Part],
) -> None:
    pack = merge(several[:1], title="x", at=AT)
    stamp(pack, foot=Margin("Ann Lee · request Q-1", page_x_of_n), size=LARGE, fonts=[DEJAVU])
    assert sizes(to_bytes(pack)) == {LARGE}
    pack = merge(several[:1], title="x", at=AT)
    long = f"{'Bartholomew ' * 4}· request Q-1"
    stamp(pack, foot=Margin(long, page_x_of_n), size=LARGE, fonts=[DEJAVU])
    content = to_bytes(pack)
    assert all(SMALLEST < size < LARGE for size in sizes(content))
    assert sizes(content)
    assert all(long in words and "…" not in words for words in text_of(content))


def test_nothing_to_write_writes_nothing(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    before = text_of(to_bytes(pack))
    stamp(pack, foot=Margin(), fonts=[DEJAVU])
    assert text_of(to_bytes(pack)) == before


def test_words_across_the_page_leave_its_text_as_it_is(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    plain = ink(to_bytes(pack))
    stamp(pack, foot=Margin(), across="Not released", fonts=[DEJAVU])
    content = to_bytes(pack)
    marked = ink(content)
    # The dots of the text are as dark as before, but for some on the edges of letters; much that was white is grey.
    assert (
        sum(after > before for before, after in zip(plain, marked, strict=True)) < len(plain) / 500
    )
    assert sum(after < before for before, after in zip(plain, marked, strict=True)) > 2_000
    assert all("".join(words.split()).count("Notreleased") == 1 for words in text_of(content))


def test_words_across_the_page_are_seen_over_a_picture_of_it() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), (250, 250, 250)).save(out, "PNG")
    pack = merge([picture_pages([out.getvalue()], key="x", called="x").part], title="x", at=AT)
    plain = ink(to_bytes(pack))
    stamp(pack, foot=Margin(), across="Not released", fonts=[DEJAVU])
    marked = ink(to_bytes(pack))
    assert sum(after < before for before, after in zip(plain, marked, strict=True)) > 2_000


def ink(content: bytes) -> bytes:
    return Image.open(io.BytesIO(pages_as_png(content, 50)[0])).convert("L").tobytes()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_and_cropped_pages_are_numbered_the_right_way_up(
    several: list[Part], turn: int
) -> None:
    """Scans come in every way; the number is at the foot of the page as it is seen."""
    pack = merge(several[:1], title="x", at=AT)
    page = pack.pages[0].obj
    page.Contents = pack.make_stream(b"")
    page.MediaBox = Array([-100, -50, 700, 950])
    page.CropBox = Array([-20, 30, 480, 630])
    page.Rotate = turn
    stamp(pack, foot=Margin("Foot", page_x_of_n), fonts=[DEJAVU])
    (picture,) = pages_as_png(to_bytes(pack), 72, pages=[1])
    image = Image.open(io.BytesIO(picture)).convert("L")
    assert image.size == ((500, 600) if turn % 180 == 0 else (600, 500))
    dark = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    left, top, right, bottom = dark
    assert image.height - 43 < top < bottom <= image.height - 25
    assert 45 < left < 60
    assert image.width - 60 < right < image.width - 45


def test_pages_without_resources_or_content(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    page = pack.pages[0].obj
    del page["/Contents"]
    del page["/Resources"]
    stamp(pack, fonts=[DEJAVU])
    assert text_of(to_bytes(pack))[0].strip() == "Page 1 of 2"


def test_same_words_give_the_same_bytes(several: list[Part]) -> None:
    def once() -> bytes:
        pack = merge(several, title="x", at=AT)
        stamp(pack, foot=Margin(NAMES[0], page_x_of_n), across="Not released", fonts=[DEJAVU])
        return to_bytes(pack)

    assert once() == once()


def test_stamping_twice_does_not_mix_the_fonts_up(several: list[Part]) -> None:
    pack = merge(several[:1], title="x", at=AT)
    stamp(pack, foot=Margin("First foot", page_x_of_n), fonts=[DEJAVU])
    stamp(pack, foot=Margin(), head=Margin("Second head qzj"), fonts=[DEJAVU])
    words = text_of(to_bytes(pack))[0]
    assert "First foot" in words
    assert "Second head qzj" in words


# --- Fonts --------------------------------------------------------------------------------------


def subset(path: Path, letters: str) -> None:
    """Write a WOFF2 with these letters only, as the front-end build delivers ours."""
    font = TTFont(DEJAVU)
    options = Options()
    options.drop_tables += ["FFTM"]
    cut = Subsetter(options)
    cut.populate(text=letters)
    cut.subset(font)
    font.flavor = "woff2"
    font.save(path)


def test_each_letter_is_drawn_by_the_first_font_that_has_it(
    several: list[Part], tmp_path: Path
) -> None:
    subset(tmp_path / "latin.woff2", "SiânPageof 1x…?")
    subset(tmp_path / "more.woff2", "Łukasz")
    pack = merge(several[:1], title="x", at=AT)
    paths = [tmp_path / "latin.woff2", tmp_path / "more.woff2", DEJAVU]
    assert stamp(pack, foot=Margin("Siân Łukasz Ω", page_x_of_n), fonts=paths) == frozenset()
    content = to_bytes(pack)
    assert "Siân Łukasz Ω" in text_of(content)[0]
    assert tagging_report(content) == []
    named = pack.pages[0].resources.Font.items()
    stamped = [font for name, font in named if name.startswith("/Stamp")]
    assert len(stamped) == 3
    for font in stamped:
        assert font.Subtype == Name.Type0
        assert font.DescendantFonts[0].Subtype == Name.CIDFontType2


def test_our_own_font_comes_first_where_it_is_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "BUILT", tmp_path)
    assert upright() == [DEJAVU]
    assert fonts.faces() == ""
    assert fonts.assets() == {}
    for name in fonts.OURS:
        shutil.copy(DEJAVU, tmp_path / name)
    assert [path.name for path in upright()] == [
        "atkinson-hyperlegible-next-latin-wght-normal.woff2",
        "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
        "DejaVuSans.ttf",
    ]
    assert fonts.faces().count("@font-face") == len(fonts.assets()) == 4


def test_a_machine_without_fonts_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, several: list[Part]
) -> None:
    monkeypatch.setattr(fonts, "BUILT", tmp_path)
    monkeypatch.setattr(fonts, "SYSTEM", ())
    with pytest.raises(FontMissing, match="fonts-dejavu-core"):
        stamp(merge(several, title="x", at=AT))
    subset(tmp_path / "tiny.woff2", "x")
    with pytest.raises(FontMissing, match="lack even"):
        stamp(merge(several, title="x", at=AT), fonts=[tmp_path / "tiny.woff2"])
