"""Files as people hand them in, small and whole, made on the spot; and the harmful ones."""

import io
import struct
import zipfile

import pikepdf
from PIL import Image

WORD_TYPES = (
    '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
# Harmless, and every scanner knows it. In two parts, so that no scanner takes this file away.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(*lines: str, password: str = "") -> bytes:
    """A PDF with a page for each of `lines`."""
    made = pikepdf.Pdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for line in lines or ("Dear Ms Hart",):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        words = line.replace("(", "").replace(")", "")
        page.obj.Contents = made.make_stream(f"BT /F1 24 Tf 60 760 Td ({words}) Tj ET".encode())
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner=password, user=password) if password else None
    made.save(out, encryption=lock or False)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "orange").save(out, format=kind, **options)
    return out.getvalue()


def photograph() -> bytes:
    """A JPEG that tells where it was taken and by whom, and is stored lying on its side."""
    notes = Image.Exif()
    notes[0x0112] = 6  # turn by a quarter
    notes[0x013B] = "Taken by Amelia Hart"
    notes.get_ifd(0x8825)[1] = "N"
    notes.get_ifd(0x8825)[2] = (53.0, 38.0, 42.0)
    return picture("JPEG", size=(80, 40), exif=notes)


def archive(members: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(name, content, compress_type=how)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    body = "<w:document><w:body><w:p><w:t>Dear Ms Hart</w:t></w:p></w:body></w:document>"
    return archive({"[Content_Types].xml": WORD_TYPES, "word/document.xml": body, **more})


def odt(**more: bytes | str) -> bytes:
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<office:document-content/>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            **more,
        },
        stored=("mimetype",),
    )


def doc(*, streams: tuple[str, ...] = ("WordDocument",), flags: int = 0) -> bytes:
    """The outside of an old Word file: its mark, a directory, and where the document begins."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    word = (b"\xec\xa5" + b"\0" * 8 + struct.pack("<H", flags)).ljust(512, b"\0")
    return header + directory.ljust(1024, b"\0") + word


def bomb() -> bytes:
    """A Word file of a hundred kilobytes that would fill a hundred megabytes."""
    return docx(**{"word/media/image1.bmp": b"\0" * 100_000_000})


MAIL = (
    b"From: Ms Khan <s.khan@school.example>\r\n"
    b"To: dean@charity.example\r\n"
    b"Date: Tue, 3 Nov 2026 09:12:00 +0000\r\n"
    b"Subject: Joe\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: text/html; charset="utf-8"\r\n'
    b"\r\n"
    b"<html><head><title>x</title><script>steal()</script></head>"
    b"<body><p>Joe was <b>late</b> again.</p><p>S Khan</p>"
    b'<img src="http://tracker.example/1.gif"></body></html>\r\n'
)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>steal()</script></svg>'
