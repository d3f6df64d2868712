"""Whether given words stand anywhere: every column of every table, every stored file, the anchor.

One pass over each table and file, in pieces, whatever their size. Files are read as they lie and as people
read them: the text of PDF, of Word and OpenDocument files, of e-mail. A file that cannot be read as words
(locked, damaged) is told as such: nothing is proved by what nobody could read, until a person looked into it by
hand. Pictures are not read.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection
from pypdfium2 import PdfiumError

from core.files.words import text_of_html
from core.pdf.text import text_of
from retention.models import LookedAt

PIECE = 1024 * 1024
# Rows of a table looked at in one go.
ROWS = 1000
ROWS_OF_BYTES = 200
TAGS = re.compile(r"<[^>]*>")
SPACES = re.compile(r"\s+")
# Columns that hold bytes are searched here and not by the database.
BYTES = "bytea"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word was found; of a row, its table, column and key."""

    word: str
    place: str
    table: str = ""
    column: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read as words; `looked_at`, what a person said of these very bytes."""

    place: str
    sha256: str = ""
    looked_at: LookedAt | None = None

    @property
    def file(self) -> str:
        return self.place.removeprefix("file ")


def search(
    words: Iterable[str],
    *,
    leaving_out: Iterable[str] = (),
    tables_left_out: Iterable[str] = (),
    noted: Callable[[], str] = str,
) -> Iterator[Place | Unreadable]:
    """Every place where one of `words` stands, as large or small letters; files `leaving_out` are skipped.

    `noted` gives words that are kept encrypted outside, as they read when opened.
    """
    sought = sorted({word.strip().lower() for word in words if word.strip()})
    if not sought:
        return
    yield from _tables(sought, frozenset(tables_left_out))
    yield from _sessions(sought)
    yield from _files(sought, frozenset(leaving_out))
    for path in (settings.AUDIT_ANCHOR, settings.RETENTION["ledger"]):
        yield from _outside(Path(path), sought)
    yield from (
        Place(word, "what protects people, noted outside")
        for word in _found_in(_plain(noted()), sought)
    )


# --- Tables ---------------------------------------------------------------------------------------


def _tables(sought: list[str], left_out: frozenset[str]) -> Iterator[Place]:
    plain = _as_compared(sought)
    for schema, table, columns in _columns():
        if table in left_out:
            continue
        texts = [name for name, kind in columns if kind != BYTES]
        raw = [name for name, kind in columns if kind == BYTES]
        key = columns[0][0]
        if texts:
            yield from _in_text(schema, table, key, texts, plain)
        if raw:
            yield from _in_bytes(schema, table, key, raw, sought)


def _columns() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Every table that is not PostgreSQL's own, with the names and types of its columns, key first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, NULL)"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
            " WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_|^information_schema$'"
            " ORDER BY 1, 2, a.attnum = ANY (i.indkey) DESC NULLS LAST, a.attnum",
            [],
        )
        rows = cursor.fetchall()
    tables: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, kind in rows:
        tables.setdefault((schema, table), []).append((column, kind))
    for (schema, table), columns in tables.items():
        yield schema, table, columns


def _in_text(
    schema: str, table: str, key: str, columns: list[str], plain: dict[str, str]
) -> Iterator[Place]:
    quoted = [_quoted(column) for column in columns]
    # The database's own small letters depend on its language; without accents they are the same everywhere.
    together = (
        f"public.plain_text(concat_ws(chr(31), {', '.join(f'{name}::text' for name in quoted)}))"
    )
    sql = (
        f"SELECT {_quoted(key)}::text, {', '.join(f'public.plain_text({name}::text)' for name in quoted)}"
        # Made plain once a row, also where a thousand words are sought: OFFSET keeps it from being repeated.
        f" FROM (SELECT *, {together} AS all_of_it FROM {_quoted(schema)}.{_quoted(table)} OFFSET 0) AS rows"
        " WHERE EXISTS (SELECT FROM unnest(string_to_array(%s, chr(31))) AS word"
        " WHERE strpos(all_of_it, word) > 0)"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, ["\x1f".join(plain)])
        while rows := cursor.fetchmany(ROWS):
            for record, *values in rows:
                for column, value in zip(columns, values, strict=True):
                    for word in _found_in(value or "", list(plain)):
                        yield _row(plain[word], table, column, record)


def _as_compared(sought: list[str]) -> dict[str, str]:
    """Each word as the database compares it, with the word it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.plain_text(w), w FROM unnest(%s::text[]) AS w", [sought])
        return dict(cursor.fetchall())


def _in_bytes(
    schema: str, table: str, key: str, columns: list[str], sought: list[str]
) -> Iterator[Place]:
    names = ", ".join(_quoted(column) for column in columns)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {_quoted(key)}::text, {names} FROM {_quoted(schema)}.{_quoted(table)}", []
        )
        while rows := cursor.fetchmany(ROWS_OF_BYTES):
            # Most rows hold none of the words: they are looked through together first.
            together = b"\x1f".join(bytes(value or b"") for _, *values in rows for value in values)
            some = list(_found_in_bytes(together, sought))
            for record, *values in rows if some else ():
                for column, value in zip(columns, values, strict=True):
                    for word in _found_in_bytes(bytes(value or b""), some):
                        yield _row(word, table, column, record)


def _row(word: str, table: str, column: str, record: str) -> Place:
    return Place(word, f"table {table}, column {column}, row {record}", table, column, record)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _sessions(sought: list[str]) -> Iterator[Place]:
    """What somebody typed may wait in a session, packed."""
    for session in Session.objects.iterator(chunk_size=ROWS):
        for word in _found_in(str(session.get_decoded()).lower(), sought):
            yield _row(word, "django_session", "session_data", session.pk)


# --- Files ----------------------------------------------------------------------------------------


def _files(sought: list[str], left_out: frozenset[str]) -> Iterator[Place | Unreadable]:
    for name in _names(""):
        if name not in left_out:
            yield from _in_file(name, sought)


def _names(folder: str) -> Iterator[str]:
    if folder and not default_storage.exists(folder):
        return
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _names(f"{folder}/{name}" if folder else name)


def _in_file(name: str, sought: list[str]) -> Iterator[Place | Unreadable]:
    place = f"file {name}"
    found: set[str] = set()
    with default_storage.open(name) as file:
        head = file.read(8)
        file.seek(0)
        for piece in _pieces(file, sought):
            found.update(_found_in_bytes(piece, sought))
        file.seek(0)
        try:
            if head.startswith(b"%PDF"):
                found.update(_found_in(_plain(" ".join(text_of(file.read()))), sought))
            elif head.startswith(b"PK\x03\x04"):
                found.update(_in_archive(io.BytesIO(file.read()), sought))
        except (PdfiumError, zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
            yield unreadable(name)
    for word in sorted(found):
        yield Place(word, place)


def unreadable(name: str) -> Unreadable:
    """A file that nobody could read as words, with what somebody saw in it by hand."""
    try:
        digest = sha256_of(name)
    except OSError:  # not even its bytes can be read
        return Unreadable(f"file {name}")
    seen = LookedAt.objects.filter(sha256=digest).select_related("looked_by", "recorded_by").first()
    return Unreadable(f"file {name}", digest, seen)


def sha256_of(name: str) -> str:
    """Of a stored file; FileNotFoundError if it is gone."""
    with default_storage.open(name) as file:
        return hashlib.file_digest(cast("Any", file), "sha256").hexdigest()


def _pieces(file: Any, sought: list[str]) -> Iterator[bytes]:
    """The file in pieces that overlap by the longest word, so that none is cut in two."""
    overlap = max(4 * len(word) for word in sought)
    before = b""
    while piece := cast("bytes", file.read(PIECE)):
        yield before + piece
        before = piece[-overlap:]


def _in_archive(file: io.BytesIO, sought: list[str]) -> Iterator[str]:
    """Word, OpenDocument and spreadsheets: members unpacked, read with and without their marks."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            content = archive.read(member)
            yield from _found_in_bytes(content, sought)
            if member.filename.endswith((".xml", ".rels")):
                text = content.decode(errors="replace")
                # A word processor cuts a name into runs: without its marks it is whole again.
                yield from _found_in(_plain(TAGS.sub("", text)), sought)
                yield from _found_in(_plain(text_of_html(text)), sought)


def _outside(path: Path, sought: list[str]) -> Iterator[Place]:
    if not path.is_file():
        return
    found: set[str] = set()
    with path.open("rb") as file:
        for piece in _pieces(file, sought):
            found.update(_found_in_bytes(piece, sought))
    yield from (Place(word, f"file {path}") for word in sorted(found))


def _plain(text: str) -> str:
    return SPACES.sub(" ", text).lower()


def _found_in(text: str, sought: list[str]) -> Iterator[str]:
    return (word for word in sought if word in text)


def _found_in_bytes(content: bytes, sought: list[str]) -> Iterator[str]:
    small = content.lower()
    for word in sought:
        if any(
            word.encode(code, errors="ignore") in small for code in ("utf-8", "utf-16-le", "cp1252")
        ):
            yield word
