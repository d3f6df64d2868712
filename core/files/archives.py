"""Word and OpenDocument files are ZIP archives: opened far enough to know that they are no trap."""

import zipfile
from typing import BinaryIO

from core.files.refusal import FileRefused

MOST_MEMBERS = 2_000
MOST_BYTES = 200 * 1024 * 1024  # all members unpacked
MOST_TIMES = 200  # how much larger a member may be than what it is packed into
SMALL = 1024 * 1024  # below this a member may be packed as tightly as it likes
CHUNK = 64 * 1024

OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# What Excel and PowerPoint say of their files.
OTHERS = {
    b"spreadsheetml.sheet.main": (
        "This is an Excel file. Save it as OpenDocument (.ods) or as PDF, with all its sheets, and add that."
    ),
    b"presentationml.presentation.main": (
        "This is a PowerPoint file. Save it as OpenDocument (.odp) or as PDF, and add that."
    ),
}
MACROS = ("vbaproject.bin", "vbadata.xml")

BOMB = "This file would grow enormously when it is opened, as no letter or report does. It is not taken."
LOCKED = (
    "This file is protected by a password. Whoever needs it later could not open it: save it without "
    "the password and add it again."
)
BROKEN = "This file is damaged: it cannot be opened. Save it again, or ask for another copy."
MACRO = (
    "This document holds a macro, which is a small program. Save it as PDF or without macros "
    "and add it again."
)
ZIP = "This is an archive (ZIP) of files. Unpack it on your computer and add the files one by one."


def office_format(file: BinaryIO) -> str:
    """What it is, docx, odt, ods or odp; FileRefused for every other archive, and for traps."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_members(archive)
            return _format_of(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise FileRefused(BROKEN) from None


def _check_members(archive: zipfile.ZipFile) -> None:
    """Unpacks every member without keeping it: what the archive says of their size may be a lie."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_BYTES:
        raise FileRefused(BOMB)
    if any(one.flag_bits & 0x1 for one in members):
        raise FileRefused(LOCKED)
    total = 0
    for one in members:
        size = 0
        with archive.open(one) as content:
            while chunk := content.read(CHUNK):
                size += len(chunk)
                total += len(chunk)
                if total > MOST_BYTES or size > max(SMALL, one.compress_size * MOST_TIMES):
                    raise FileRefused(BOMB)


def _format_of(archive: zipfile.ZipFile) -> str:
    names = {name.lower(): name for name in archive.namelist()}
    if any(name.rsplit("/", 1)[-1] in MACROS for name in names):
        raise FileRefused(MACRO)
    if "[content_types].xml" in names:
        types = archive.read(names["[content_types].xml"])
        if b"macroEnabled" in types:
            raise FileRefused(MACRO)
        if WORD in types:
            return "docx"
        if instead := next((said for sign, said in OTHERS.items() if sign in types), ""):
            raise FileRefused(instead)
    kind = OPEN_DOCUMENT.get(archive.read("mimetype").strip()) if "mimetype" in names else None
    if kind is None:
        raise FileRefused(ZIP)
    if "meta-inf/manifest.xml" in names:
        manifest = archive.read(names["meta-inf/manifest.xml"])
        if b"encryption-data" in manifest:
            raise FileRefused(LOCKED)
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise FileRefused(MACRO)
    return kind
