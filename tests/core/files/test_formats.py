"""What a file is told by its content, and everything that is refused with a sentence."""

import hashlib
import io
import struct
import zipfile

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from core.files.formats import Format, examine
from core.files.names import check_name
from core.files.refusal import FileRefused
from tests import samples

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")


def look_at(content: bytes, name: str = ""):
    return examine(ContentFile(content), name)


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (samples.pdf("One", "Two"), "letter.pdf", Format.PDF),
        (samples.docx(), "letter.docx", Format.DOCX),
        (samples.doc(), "letter.doc", Format.DOC),
        (samples.odt(), "letter.odt", Format.ODT),
        (samples.picture("JPEG"), "IMG_0001.JPEG", Format.JPEG),
        (samples.picture("PNG"), "scan.png", Format.PNG),
        (samples.picture("TIFF"), "scan.tiff", Format.TIFF),
        (samples.MAIL, "Joe.eml", Format.EML),
        (b"Rang at nine.\r\nNobody there.", "notes.txt", Format.TEXT),
        ("Ring Zoë – tomorrow".encode("cp1252"), "notes.txt", Format.TEXT),
        (samples.pdf(), "no ending at all", Format.PDF),
        (samples.pdf(), "Minutes v2.1 of 3.11.pdf", Format.PDF),
    ],
)
def test_a_file_is_what_its_content_says(content, name, found):
    one = look_at(content, name)
    assert one.format == found
    assert one.name == name
    assert one.size == len(content)
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert one.scanned is False


# What is refused, and a word that its sentence must hold: the reason, or what to do.
REFUSED = {
    "empty": (b"", "x.pdf", "empty"),
    "named as something else": (samples.pdf(), "letter.docx", "ends in .docx"),
    "a program named as a letter": (b"MZ\x90\x00" + b"\0" * 200, "letter.pdf", "We take PDF"),
    "two endings": (samples.pdf(), "letter.pdf.exe", "one ending"),
    "two endings, the harmful one first": (samples.picture(), "photo.php.jpg", "one ending"),
    "a web page's ending": (b"Dear Amelia", "letter.html", "ends in .html"),
    "a climbing name": (samples.pdf(), "../../etc/letter.pdf", "another folder"),
    "a climbing name of Windows": (samples.pdf(), "..\\letter.pdf", "another folder"),
    "a name written backwards": (samples.pdf(), "letter\u202efdp.exe", "hidden"),
    "a name with a line break": (samples.pdf(), "letter\r\nX: y.pdf", "hidden"),
    "a very long name": (samples.pdf(), "a" * 300 + ".pdf", "shorter"),
    "an archive": (samples.archive({"a.txt": "a"}), "x.zip", "archive"),
    "an Excel file": (
        samples.archive(
            {
                "[Content_Types].xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            }
        ),
        "x.xlsx",
        "an Excel file. Save it as OpenDocument",
    ),
    "a bomb": (samples.bomb(), "letter.docx", "grow enormously"),
    "many small members": (
        samples.archive({f"word/{n}": "" for n in range(3000)}),
        "letter.docx",
        "grow enormously",
    ),
    "a macro": (samples.docx(**{"word/vbaProject.bin": b"x"}), "letter.docx", "macro"),
    "a macro in OpenDocument": (samples.odt(**{"Basic/a.xml": "x"}), "letter.odt", "macro"),
    "encrypted OpenDocument": (
        samples.odt(**{"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        "letter.odt",
        "password",
    ),
    "encrypted Word": (
        samples.doc(streams=("EncryptionInfo", "EncryptedPackage")),
        "letter.docx",
        "password",
    ),
    "encrypted old Word": (samples.doc(flags=0x0100), "letter.doc", "password"),
    "a macro in old Word": (
        samples.doc(streams=("WordDocument", "_VBA_PROJECT")),
        "letter.doc",
        "macro",
    ),
    "an old spreadsheet": (samples.doc(streams=("Workbook",)), "a.doc", "not a Word document"),
    "an Outlook message": (samples.doc(streams=("__substg1.0_001A",)), "a.doc", ".eml"),
    "a locked PDF": (samples.pdf(password="secret"), "letter.pdf", "password"),
    "half a PDF": (samples.pdf()[:-200], "letter.pdf", "damaged"),
    "a PDF in name only": (b"%PDF-1.7\n" + b"x" * 900 + b"%%EOF", "letter.pdf", "damaged"),
    "half a picture": (samples.picture("PNG")[:80], "scan.png", "damaged"),
    "a JPEG in name only": (b"\xff\xd8\xff" + b"x" * 900, "scan.jpg", "damaged"),
    "a drawing": (samples.SVG, "drawing.svg", "SVG"),
    "a drawing called text": (samples.SVG, "drawing.txt", "SVG"),
    "a web page called text": (b"<!DOCTYPE html><p>Hello", "letter.txt", "web page"),
    "a picture and an archive": (
        samples.picture("JPEG") + samples.archive({"a.txt": "a"}),
        "photo.jpg",
        "two kinds",
    ),
    "a PDF and an archive": (
        samples.pdf() + samples.archive({"a.txt": "a"}),
        "a.pdf",
        "two kinds",
    ),
    "a picture with something behind it": (
        samples.picture("PNG") + b"<script>" * 50,
        "photo.png",
        "two kinds",
    ),
    "a PDF that a browser takes for a page": (
        samples.pdf().replace(b"%PDF-1.", b"%PDF-1.<script>", 1),
        "a.pdf",
        "two kinds",
    ),
    "an archive that a reader takes for a PDF": (
        samples.archive({"%PDF-1.7": b"%PDF-1.7", "[Content_Types].xml": samples.WORD_TYPES}),
        "a.docx",
        "two kinds",
    ),
    "a photograph that cannot be opened here": (
        b"\0\0\0\x18ftypheic" + b"\0" * 400,
        "photo.heic",
        "Save it as JPEG",
    ),
    "a film": (b"\0\0\0\x18ftypisom" + b"\0" * 400, "film.mp4", "MP4"),
    "rich text": (b"{\\rtf1 Dear Amelia}", "letter.rtf", "We take"),
}


@pytest.mark.parametrize(("content", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_taken_is_refused_with_a_sentence(content, name, said):
    with pytest.raises(FileRefused) as refusal:
        look_at(content, name)
    sentence = str(refusal.value)
    assert said in sentence
    assert sentence.endswith(".")


def test_an_archive_that_lies_about_its_size_is_refused():
    """The size in the list of members says 10 bytes; what unpacks is larger."""
    honest = samples.docx(**{"word/media/image1.bmp": b"\0" * 5_000_000})
    with zipfile.ZipFile(io.BytesIO(honest)) as made:
        size = next(one for one in made.infolist() if one.file_size == 5_000_000)
    lying = honest.replace(
        struct.pack("<II", size.compress_size, 5_000_000),
        struct.pack("<II", size.compress_size, 10),
    )
    assert lying != honest
    with pytest.raises(FileRefused):
        look_at(lying, "letter.docx")


def test_a_locked_archive_is_refused():
    content = bytearray(samples.docx())
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        start = made.start_dir
    content[start + 8] |= 0x1
    with pytest.raises(FileRefused, match="password"):
        look_at(bytes(content), "letter.docx")


def test_a_file_over_the_limit_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(FileRefused, match="larger than 100"):
        look_at(samples.pdf(), "a.pdf")


def test_a_picture_that_unpacks_to_gigabytes_is_refused():
    content = bytearray(samples.picture("PNG"))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(FileRefused, match="damaged"):
        look_at(bytes(content), "scan.png")


@given(st.text(max_size=60))
def test_a_name_is_taken_whole_or_refused(name):
    try:
        taken = check_name(name, endings=("pdf",), what="a PDF")
    except FileRefused:
        return
    assert taken == name.strip()
    assert "/" not in taken
    assert "\\" not in taken
