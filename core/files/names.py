"""What a file may be called. The name is a label for people: it is never part of a path."""

import re
from pathlib import PurePosixPath

from core.files.refusal import FileRefused

LONGEST = 200
# Endings that make a program, a page or an archive of a file, on one computer or another.
ACTIVE = frozenset(
    [
        "apk",
        "app",
        "bat",
        "bin",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "docm",
        "dotm",
        "exe",
        "gadget",
        "hta",
        "htm",
        "html",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "mht",
        "mhtml",
        "msi",
        "msp",
        "php",
        "phtml",
        "pif",
        "pl",
        "ppam",
        "pptm",
        "ps1",
        "py",
        "rb",
        "reg",
        "rtf",
        "scf",
        "scr",
        "sh",
        "shtml",
        "svg",
        "svgz",
        "swf",
        "vb",
        "vbe",
        "vbs",
        "ws",
        "wsf",
        "xhtml",
        "xlam",
        "xlsm",
        "xml",
        "xsl",
        "xslt",
        "zip",
        "rar",
        "7z",
        "gz",
        "tar",
    ]
)
# Endings of what we take, as people write them.
WRITTEN = frozenset(
    [
        "pdf",
        "docx",
        "doc",
        "odt",
        "ods",
        "odp",
        "jpg",
        "jpeg",
        "jfif",
        "jpe",
        "png",
        "tif",
        "tiff",
        "heic",
        "heif",
        "eml",
        "txt",
        "text",
    ]
)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def check_name(name: str, *, endings: tuple[str, ...], what: str) -> str:
    """`name` without its surroundings; FileRefused if it could mislead somebody about what it is.

    `endings` are those that fit the content, `what` says in words what the content is.
    """
    if CONTROL.search(name):
        raise FileRefused("The file's name holds hidden characters. Give it another name.")
    if "/" in name or "\\" in name or name.startswith(".."):
        raise FileRefused(
            "The file's name leads to another folder (it holds “../” or a slash). Give it a plain name."
        )
    name = name.strip()
    if len(name) > LONGEST:
        raise FileRefused(
            f"The file's name is longer than {LONGEST} characters. Give it a shorter one."
        )
    parts = [suffix[1:].lower() for suffix in PurePosixPath(name).suffixes]
    meant = [part for part in parts if part in ACTIVE or part in WRITTEN]
    if len(meant) > 1:
        raise FileRefused(
            f"The file's name says two things about what it is (.{meant[0]} and .{meant[-1]}), which "
            "is how harmful files hide. Rename it so that it has one ending."
        )
    if meant and meant[0] not in endings:
        raise FileRefused(
            f"The file's name ends in .{meant[0]}, but what is in it is {what}. If that is right, "
            f"rename it so that it ends in .{endings[0]}."
        )
    return name
