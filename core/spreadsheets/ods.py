"""Sheets as an OpenDocument spreadsheet (ISO/IEC 26300), which every free office program opens.

A zip of four parts, written with the standard library alone: what it is, what is in it, how it looks, and
the cells. A cell is a number or words; nothing here can write a formula.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from core.spreadsheets.sheets import Cell, Row, Sheet, named

KIND = "application/vnd.oasis.opendocument.spreadsheet"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the same file whenever it is written
VERSION = "1.3"
_URN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
OFFICE, STYLE, TABLE, TEXT = (_URN.format(one) for one in ("office", "style", "table", "text"))
FO = _URN.format("xsl-fo-compatible")
MANIFEST = _URN.format("manifest")
for _prefix, _name in (
    ("office", OFFICE),
    ("style", STYLE),
    ("table", TABLE),
    ("text", TEXT),
    ("fo", FO),
    ("manifest", MANIFEST),
):
    register_namespace(_prefix, _name)

FIRST, OTHERS, BOLD = "first", "others", "bold"


def as_ods(sheets: Sequence[Sheet]) -> bytes:
    """The spreadsheet as a file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as parts:
        # First and not compressed, so that programs know the file by its beginning.
        _put(parts, "mimetype", KIND.encode(), zipfile.ZIP_STORED)
        _put(parts, "META-INF/manifest.xml", _xml(_manifest()))
        _put(parts, "styles.xml", _xml(_document("document-styles")))
        _put(parts, "content.xml", _xml(_content(sheets)))
    return written.getvalue()


def _content(sheets: Sequence[Sheet]) -> Element:
    document = _document("document-content")
    styles = SubElement(document, f"{{{OFFICE}}}automatic-styles")
    for name, width in ((FIRST, "7cm"), (OTHERS, "4cm")):
        _style(styles, name, "table-column", {f"{{{STYLE}}}column-width": width})
    _style(styles, BOLD, "table-cell", {f"{{{FO}}}font-weight": "bold"}, of="text")
    book = SubElement(SubElement(document, f"{{{OFFICE}}}body"), f"{{{OFFICE}}}spreadsheet")
    for name, sheet in named(sheets):
        book.append(_table(name, sheet))
    return document


def _table(name: str, sheet: Sheet) -> Element:
    table = Element(f"{{{TABLE}}}table", {f"{{{TABLE}}}name": name})
    widest = max((len(row.cells) for row in sheet.rows), default=1)
    _column(table, FIRST, 1)
    if widest > 1:
        _column(table, OTHERS, widest - 1)
    for row in sheet.rows:
        line = SubElement(table, f"{{{TABLE}}}table-row")
        # A line holds at least one cell, empty or not.
        line.extend(list(_cells(row)) or [Element(f"{{{TABLE}}}table-cell")])
    return table


def _cells(row: Row) -> Iterator[Element]:
    look = {f"{{{TABLE}}}style-name": BOLD} if row.is_heading else {}
    for value in row.printed:
        cell = Element(f"{{{TABLE}}}table-cell", look | _kind(value))
        SubElement(cell, f"{{{TEXT}}}p").text = str(value)
        yield cell


def _kind(value: Cell) -> dict[str, str]:
    if isinstance(value, int):
        return {f"{{{OFFICE}}}value-type": "float", f"{{{OFFICE}}}value": str(value)}
    return {f"{{{OFFICE}}}value-type": "string"}


def _column(table: Element, style: str, times: int) -> None:
    SubElement(
        table,
        f"{{{TABLE}}}table-column",
        {
            f"{{{TABLE}}}style-name": style,
            f"{{{TABLE}}}number-columns-repeated": str(times),
        },
    )


def _style(styles: Element, name: str, family: str, look: dict[str, str], of: str = "") -> None:
    style = SubElement(
        styles, f"{{{STYLE}}}style", {f"{{{STYLE}}}name": name, f"{{{STYLE}}}family": family}
    )
    SubElement(style, f"{{{STYLE}}}{of or family}-properties", look)


def _document(kind: str) -> Element:
    return Element(f"{{{OFFICE}}}{kind}", {f"{{{OFFICE}}}version": VERSION})


def _manifest() -> Element:
    manifest = Element(f"{{{MANIFEST}}}manifest", {f"{{{MANIFEST}}}version": VERSION})
    for path, kind in (("/", KIND), ("content.xml", "text/xml"), ("styles.xml", "text/xml")):
        SubElement(
            manifest,
            f"{{{MANIFEST}}}file-entry",
            {f"{{{MANIFEST}}}full-path": path, f"{{{MANIFEST}}}media-type": kind},
        )
    return manifest


def _xml(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _put(
    parts: zipfile.ZipFile, name: str, body: bytes, packed: int = zipfile.ZIP_DEFLATED
) -> None:
    told = zipfile.ZipInfo(name, BEGINNING)
    told.compress_type = packed
    parts.writestr(told, body)
