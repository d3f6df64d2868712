"""Pictures of pages: drawn anew, with nothing of the file but what is seen."""

import io

import pytest
from PIL import Image

from core.files import office, pictures
from tests import samples


def opened(picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


def test_a_pdf_is_drawn_page_by_page_with_its_words():
    seen = pictures.draw(samples.pdf("Dear Ms Hart", "Page two"), "pdf")
    assert seen.pages == 2
    assert [one.text.strip() for one in seen.drawn] == ["Dear Ms Hart", "Page two"]
    assert opened(seen.drawn[0]).format == "PNG"
    assert opened(seen.drawn[0]).width == 1200


def test_a_long_document_is_drawn_as_far_as_the_limit():
    seen = pictures.draw(samples.pdf(*["Words"] * 25), "pdf")
    assert seen.pages == 25
    assert len(seen.drawn) == pictures.MOST_PAGES


def test_a_photograph_stands_upright_and_tells_nothing_of_where_it_was_taken():
    given = samples.photograph()
    assert b"Amelia" in given
    seen = pictures.draw(given, "jpg").drawn[0]
    image = opened(seen)
    assert image.format == "JPEG"
    assert image.width < image.height
    assert not image.getexif()
    assert b"Amelia" not in seen.content


def test_what_is_clear_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, format="PNG")
    image = opened(pictures.draw(out.getvalue(), "png").drawn[0])
    assert image.getpixel((0, 0)) == (255, 255, 255)


def test_every_page_of_a_tiff_is_drawn():
    out = io.BytesIO()
    pages = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    pages[0].save(out, format="TIFF", save_all=True, append_images=pages[1:])
    assert len(pictures.draw(out.getvalue(), "tif").drawn) == 3


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 nothing", "pdf"), (samples.picture("PNG"), "jpg"), (b"", "tif")],
)
def test_what_cannot_be_opened_is_said(content, kind):
    with pytest.raises(pictures.NotDrawn):
        pictures.draw(content, kind)


def test_a_locked_pdf_is_said_to_be_locked():
    with pytest.raises(pictures.Locked):
        pictures.draw(samples.pdf(password="secret"), "pdf")


# --- Word and OpenDocument, through a program that stands where LibreOffice would ------------------

STAND_IN = """#!/bin/sh
for last; do :; done
echo "$@" > {seen}
env >> {seen}
cat profile/user/registrymodifications.xcu >> {seen}
cp {pdf} "$(dirname "$last")/given.pdf"
"""


@pytest.fixture
def libre_office(tmp_path, monkeypatch):
    """A program of that name that gives a PDF back and notes how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "made.pdf").write_bytes(samples.pdf("Dear Ms Hart"))
    program = folder / "soffice"
    program.write_text(STAND_IN.format(seen=tmp_path / "seen.txt", pdf=tmp_path / "made.pdf"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path / "seen.txt"


def test_a_word_document_becomes_a_pdf(libre_office, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for the eyes of a document")
    made = office.to_pdf(samples.docx(), "docx")
    assert pictures.draw(made, "pdf").drawn[0].text.strip() == "Dear Ms Hart"
    said = libre_office.read_text()
    assert "--headless" in said
    assert "not for the eyes" not in said
    assert "DisableMacrosExecution" in said
    assert "http_proxy=http://127.0.0.1:9" in said


def test_without_libre_office_there_is_no_picture(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(office.NoOffice):
        office.to_pdf(samples.docx(), "docx")
