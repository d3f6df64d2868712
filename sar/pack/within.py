"""What is within a file, in the order of the pages of the pack: an e-mail, then what was attached to it."""

import email
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as policy

from core.files.formats import Format
from core.files.words import decoded, is_mail, mail_of

PICTURES = {Format.JPEG, Format.PNG, Format.TIFF, Format.HEIC}
OFFICE = {Format.DOC, Format.DOCX, Format.ODT, Format.ODS, Format.ODP}
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


def all_within(content: bytes, kind: str, title: str, depth: int = 0) -> Iterator[Within]:
    """The file itself, or an e-mail's words and each thing that came with it."""
    if kind == Format.EML and depth < DEEPEST:
        yield Within(title, text=str(mail_of(content)))
        message = email.message_from_bytes(content, policy=policy)
        for number, part in enumerate(message.iter_attachments(), 1):
            inner = _content_of(part)
            called = f"Attachment {number} of {title}"
            yield from all_within(
                inner, _kind_of(inner, part.get_filename() or ""), called, depth + 1
            )
    elif kind == Format.EML:
        yield Within(title, cannot=TOO_DEEP)
    elif kind == Format.TEXT:
        text = decoded(content)
        yield Within(title, text=text, cannot=DAMAGED if text is None else "")
    elif kind == Format.PDF or kind in OFFICE or kind in PICTURES:
        yield Within(title, kind=kind, content=content)
    else:
        yield Within(title, cannot=UNKNOWN)


def _content_of(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_content()
    return inner.as_bytes() if isinstance(inner, EmailMessage) else str(inner).encode()


def _kind_of(content: bytes, name: str) -> str:
    for begins, kind in BEGINS:
        if content.startswith(begins):
            return kind
    ending = name.rpartition(".")[2].lower()
    if ending in OFFICE and content.startswith((ARCHIVE, COMPOUND)):
        return ending
    if is_mail(content):
        return Format.EML
    return Format.TEXT if decoded(content) is not None else ""
