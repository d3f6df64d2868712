"""What a file is: told by its content, whatever its name says."""

import hashlib
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO

import filetype
from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.template.defaultfilters import filesizeformat

from core.files import compound, pictures
from core.files.archives import LOCKED, office_format
from core.files.names import check_name
from core.files.refusal import FileRefused
from core.files.scanner import scan
from core.files.words import decoded, is_mail

HEAD = 1024  # bytes: how far into a file others look for a signature
CHUNK = 1024 * 1024


class Format(models.TextChoices):
    """What is taken. The value is the usual ending of a file's name."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word document"
    DOC = "doc", "Word document (old kind)"
    ODT = "odt", "OpenDocument text"
    ODS = "ods", "OpenDocument spreadsheet"
    ODP = "odp", "OpenDocument presentation"
    JPEG = "jpg", "JPEG picture"
    PNG = "png", "PNG picture"
    TIFF = "tif", "TIFF picture"
    HEIC = "heic", "HEIC picture"
    EML = "eml", "e-mail"
    TEXT = "txt", "plain text"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self]

    @property
    def endings(self) -> tuple[str, ...]:
        """How names of such files end, the usual ending first."""
        return (self.value, *OTHER_ENDINGS.get(self, ()))


CONTENT_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.DOC: "application/msword",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.ODP: "application/vnd.oasis.opendocument.presentation",
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.TIFF: "image/tiff",
    Format.HEIC: "image/heic",
    Format.EML: "message/rfc822",
    # The words of a web page shown as a web page would run; text/plain never does.
    Format.TEXT: "text/plain; charset=utf-8",
}
OTHER_ENDINGS = {
    Format.JPEG: ("jpeg", "jfif", "jpe"),
    Format.TIFF: ("tiff",),
    Format.HEIC: ("heif",),
    Format.TEXT: ("text",),
    # An e-mail is text, and some programs save it so.
    Format.EML: ("txt",),
}

DRAWN = frozenset({Format.PDF, Format.JPEG, Format.PNG, Format.TIFF, Format.HEIC})
OFFICE = frozenset({Format.DOCX, Format.DOC, Format.ODT, Format.ODS, Format.ODP})
IN_WORDS = frozenset({Format.EML, Format.TEXT})

TAKEN = "PDF, Word (.docx, .doc), OpenDocument, pictures (JPEG, PNG, TIFF), e-mails (.eml) and plain text"
SIGNATURES = (
    (b"%PDF-", Format.PDF),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
PAGES = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<?php", b"<iframe")
PNG_END = b"IEND\xaeB`\x82"
PDF_END = b"%%EOF"
AFTER_END = 64  # bytes: what careless programs leave after the end of a picture
AFTER_PDF = 2048

POLYGLOT = (
    "This file is two kinds of file in one, which is how harmful files hide. Print or scan what you "
    "need of it, and add that."
)
DAMAGED = "This file is damaged: it cannot be opened. Save it again, or ask for another copy."
SVG = "This is a drawing of the kind SVG, which can hold programs. Save it as PDF or PNG and add that."
WEB_PAGE = "This is a web page, which can hold programs. Print it to PDF and add that."
NO_HEIC = (
    "This is a photograph of the kind HEIC, which cannot be opened here. Save it as JPEG (a telephone "
    "does so when it sends the photograph by e-mail) and add that."
)


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be taken: what it is, how large, its hash, its name, and whether it was scanned."""

    content: File
    name: str
    format: Format
    size: int
    sha256: str
    scanned: bool


def examine(content: File, name: str) -> Examined:
    """Look at a file from all sides. FileRefused, with what to do instead, if it is not taken."""
    size = content.size
    if not size:
        raise FileRefused(
            "This file is empty. Check on your computer that it opens, and add it again."
        )
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(too_large(settings.UPLOAD_MAX_BYTES))
    stream: Any = content
    found = _format(stream)
    name = check_name(name, endings=found.endings, what=_a(found))
    if found in DRAWN:
        _opens(stream, found)
    scanned = scan(stream)
    return Examined(
        content=content,
        name=name,
        format=found,
        size=size,
        sha256=_sha256(stream),
        scanned=scanned,
    )


def too_large(limit: int) -> str:
    """Why a file is not taken that is larger than `limit` bytes, as a sentence."""
    return (
        f"This file is larger than {filesizeformat(limit)}. Scan it in black and white, or split it into "
        "parts."
    )


def _a(found: Format) -> str:
    article = "" if found == Format.TEXT else "an " if found.label[0] in "Oe" else "a "
    return f"{article}{found.label}"


def _format(file: BinaryIO) -> Format:
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        found = Format(office_format(file))
    elif head.startswith(compound.START):
        file.seek(0)
        compound.check_word(file.read())
        found = Format.DOC
    elif signed := next((one for start, one in SIGNATURES if head.startswith(start)), None):
        found = signed
    elif head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        found = Format.HEIC
    else:
        return _text_format(file, head)
    _check_single(file, found, head)
    return found


def _text_format(file: BinaryIO, head: bytes) -> Format:
    file.seek(0)
    content = file.read()
    text = decoded(content)
    if text is None:
        raise FileRefused(_not_taken(head))
    mail = is_mail(content)
    start = text.lstrip()[:HEAD].lower()
    if not mail and "<svg" in start:
        raise FileRefused(SVG)
    if not mail and start.startswith(("<!doctype", "<html", "<?xml", "<?php", "<script", "<head")):
        raise FileRefused(WEB_PAGE)
    if start.startswith(("{\\rtf", "#!", "mz")) or "%pdf-" in start:
        raise FileRefused(_not_taken(head))
    return Format.EML if mail else Format.TEXT


def _check_single(file: BinaryIO, found: Format, head: bytes) -> None:
    """FileRefused if the file is something else besides what it begins as."""
    if b"%PDF-" in head[1:] or any(mark in head.lower() for mark in PAGES):
        raise FileRefused(POLYGLOT)
    if found in OFFICE - {Format.DOC}:
        return
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise FileRefused(POLYGLOT)
    if found == Format.PNG:
        _check_end(file, PNG_END, AFTER_END)
    if found == Format.PDF:
        _check_end(file, PDF_END, AFTER_PDF)


def _check_end(file: BinaryIO, end: bytes, most_after: int) -> None:
    file.seek(0)
    content = file.read()
    place = content.rfind(end)
    if place < 0:
        raise FileRefused(DAMAGED)
    if len(content) - place - len(end) > most_after:
        raise FileRefused(POLYGLOT)


def _opens(file: BinaryIO, found: Format) -> None:
    """Open it as a reader would, in a process of its own that a harmful file may bring down."""
    file.seek(0)
    try:
        pictures.check(file.read(), found.value)
    except pictures.Locked:
        raise FileRefused(LOCKED) from None
    except pictures.NotDrawn:
        raise FileRefused(NO_HEIC if found == Format.HEIC else DAMAGED) from None


def _not_taken(head: bytes) -> str:
    known = filetype.guess(head)
    what = f"This is a file of the kind {known.extension.upper()}." if known else ""
    return f"{what} We take {TAKEN}. Save it as one of these, and add that.".strip()


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
