"""What is within a file, in the order in which it is shown: an e-mail, then what was attached to it."""

import email
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import MIMEPart
from email.policy import default as policy

from core.files.formats import HEIC_BRANDS, Format
from core.files.words import attached_to, between_the_lines, decoded, is_mail, mail_of, text_of_part

# The last are taken only as a part of an e-mail.
PICTURES = {Format.JPEG, Format.PNG, Format.TIFF, Format.HEIC, "gif", "bmp", "webp"}
OFFICE = {Format.DOC, Format.DOCX, Format.ODT, Format.ODS, Format.ODP}
AS_IT_CAME = policy.clone(refold_source="none")
DEEPEST = 5  # e-mails within e-mails

DAMAGED = "It is damaged or locked, so its pages cannot be shown here."
UNKNOWN = "It is a kind of file that cannot be shown as pages."
TOO_DEEP = "It is an e-mail within an e-mail within an e-mail, too deep to be shown here."

# What a file within an e-mail is by its first bytes.
BEGINS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", Format.PDF),
    (b"\x89PNG", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
)
ARCHIVE, COMPOUND = b"PK", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Within:
    """One thing within a file: a text, or something that pages are made of, or why it cannot be shown."""

    title: str
    kind: str = ""
    content: bytes = b""
    text: str | None = None
    cannot: str = ""

    @property
    def has_pages(self) -> bool:
        return self.text is None and not self.cannot


@dataclass(slots=True)
class _Later:
    """What stands between the lines of e-mails: it comes after all else, so that no page changes its number.

    Areas are withheld by the number of a page; `seen` are the hashes of what was there already.
    """

    parts: list[tuple[MIMEPart, str, int]] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


def all_within(content: bytes, kind: str, title: str) -> Iterator[Within]:
    """The file itself, or an e-mail's words and each thing that came with it."""
    later = _Later()
    yield from _within(content, kind, title, 0, later)
    # A picture between the lines of an e-mail may be an e-mail itself, with more.
    for part, called, depth in later.parts:
        inner = _content_of(part)
        known = later.seen.get(_mark(inner)) if inner else None
        if known is not None:
            yield Within(called, text=f"This is the very same file as {known}. It is shown there.")
        elif inner is None or not _is_speck(inner):
            yield from _part(part, called, depth, later)


def _within(content: bytes, kind: str, title: str, depth: int, later: _Later) -> Iterator[Within]:
    if kind == Format.EML and depth < DEEPEST:
        yield from _mail(content, title, depth, later)
    elif kind == Format.EML:
        yield Within(title, cannot=TOO_DEEP)
    elif kind == Format.TEXT:
        text = decoded(content)
        yield Within(title, content=content, text=text, cannot=DAMAGED if text is None else "")
    elif kind == Format.PDF or kind in OFFICE or kind in PICTURES:
        yield Within(title, kind=kind, content=content)
    else:
        yield Within(title, cannot=UNKNOWN)


def _mail(content: bytes, title: str, depth: int, later: _Later) -> Iterator[Within]:
    try:
        words = str(mail_of(content, most=None))
        message = email.message_from_bytes(content, policy=policy)
        attached, between = attached_to(message), between_the_lines(message)
    except Exception:  # noqa: BLE001  # whatever a strange e-mail does to its reader, it is held and said
        yield Within(title, cannot=DAMAGED)
        return
    yield Within(title, content=content, text=words)
    for number, part in enumerate(attached, 1):
        yield from _part(part, f"Attachment {number} of {title}", depth + 1, later)
    for number, part in enumerate(between, len(attached) + 1):
        later.parts.append((part, f"Attachment {number} of {title}", depth + 1))


def _part(part: MIMEPart, called: str, depth: int, later: _Later) -> Iterator[Within]:
    """One thing that came with an e-mail."""
    inner = _content_of(part)
    if inner is None:
        yield Within(called, cannot=DAMAGED)
        return
    later.seen.setdefault(_mark(inner), called)
    kind = _kind_of(inner, part.get_filename() or "")
    if kind == Format.TEXT and part.get_content_type() in {"text/plain", "text/html"}:
        # In the letters that it says it is written in.
        yield Within(called, content=inner, text=text_of_part(part))
    elif not kind and part.get_content_type() == "text/plain":
        yield Within(called, content=inner, text=text_of_part(part))
    else:
        yield from _within(inner, kind, called, depth, later)


def _content_of(part: MIMEPart) -> bytes | None:
    """The file that a part is; None where it cannot be taken out."""
    try:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            # An e-mail, or what a mail server says of one; as it was written, line by line.
            inner = part.get_payload()
            listed = inner if isinstance(inner, list) else [part]
            payload = b"\n".join(
                one.as_bytes(policy=AS_IT_CAME) for one in listed if isinstance(one, MIMEPart)
            )
    except Exception:  # noqa: BLE001  # as above
        return None
    return payload or None


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


SPECK = 2  # points each way: what tells a sender that an e-mail was opened


def _is_speck(content: bytes) -> bool:
    """Whether it is a picture of a point or two, which shows nothing."""
    if content.startswith(b"GIF8"):
        sides = content[6:8][::-1], content[8:10][::-1]
    elif content.startswith(b"\x89PNG"):
        sides = content[16:20], content[20:24]
    else:
        return False
    return all(int.from_bytes(side) <= SPECK for side in sides)


def _kind_of(content: bytes, name: str) -> str:
    for begins, kind in BEGINS:
        if content.startswith(begins):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return Format.HEIC
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    ending = name.rpartition(".")[2].lower()
    if ending in OFFICE and content.startswith((ARCHIVE, COMPOUND)):
        return ending
    if is_mail(content):
        return Format.EML
    return Format.TEXT if decoded(content) is not None else ""
