"""What a Word or OpenDocument file holds that no page of it shows: said, so that nobody takes the pages for all."""

import io
import re
import zipfile

from core.files.office import to_open_document

OLD_WORD = "doc"  # nothing can be read in it before it is saved as another kind
LARGEST = 50 * 1024 * 1024  # bytes of one part of the archive

WORDS = r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml"
CONTENT = r"content\.xml"

# In which parts of the archive, what is found there, and what it is.
SIGNS: tuple[tuple[str, bytes, str], ...] = (
    (r"word/comments\.xml", rb"<w:comment\s", "comment"),
    (WORDS, rb"<w:(?:del|moveFrom)\s", "deleted passage"),
    (WORDS, rb"<w:vanish\s*/>", "hidden passage"),
    (r"word/embeddings/.+", rb"\A", "embedded file"),
    (r"content\.xml", rb"<office:annotation\s", "comment"),
    (r"content\.xml", rb"<text:deletion[\s>]", "deleted passage"),
    (r"content\.xml", rb"<text:hidden-(?:text|paragraph)\s", "hidden passage"),
    (r"(content|styles)\.xml", rb'text:display="none"', "hidden passage"),
    (r"content\.xml", rb'table:display="false"', "hidden sheet"),
    (CONTENT, rb'<table:table-row\s[^>]*table:visibility="(?:collapse|filter)"', "hidden row"),
    (CONTENT, rb'<table:table-column\s[^>]*table:visibility="collapse"', "hidden column"),
    (
        r"content\.xml",
        rb'table:print="false"|table:print-ranges="',
        "partly printed sheet",
    ),
    (r"content\.xml", rb'presentation:visibility="hidden"', "hidden slide"),
    (r"content\.xml", rb"<presentation:notes\s[^>]*>(?=.*?<text:span)", "slide note"),
)


def unseen_in(content: bytes, kind: str) -> tuple[tuple[int, str], ...]:
    """How many there are of what; nothing of a file that is no archive. Raises NoOffice or NotDrawn."""
    found: dict[str, int] = {}
    if kind == OLD_WORD:
        content = to_open_document(content, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                signs = [(sign, what) for part, sign, what in SIGNS if re.fullmatch(part, name)]
                if signs:
                    with archive.open(name) as member:
                        data = member.read(LARGEST)
                    for sign, what in signs:
                        found[what] = found.get(what, 0) + len(re.findall(sign, data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError):
        return ()
    return tuple((number, what) for what, number in found.items() if number)
