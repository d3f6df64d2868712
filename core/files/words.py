"""Text and e-mail as words: what is read on the page, never as a page of its own."""

import codecs
import email
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import MIMEPart
from email.policy import default

import nh3

MOST_CHARACTERS = 200_000  # shown; the file itself has everything
ENCODINGS = ("utf-8-sig", "cp1252")
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how "Unicode" of a Windows editor begins
HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:|From ")
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BREAKS = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
UNSEEN = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in words: who to whom when about what, its text, and the names of what came with it."""

    sender: str
    to: str
    copied_to: str
    date: str
    subject: str
    text: str
    attached: tuple[str, ...]

    def __str__(self) -> str:
        heads = (
            ("From", self.sender),
            ("To", self.to),
            ("Copy to", self.copied_to),
            ("Date", self.date),
            ("Subject", self.subject),
            ("Attached", ", ".join(self.attached)),
        )
        lines = [f"{name}: {words}" for name, words in heads if words]
        return "\n".join([*lines, "", self.text])


def decoded(content: bytes) -> str | None:
    """The text, or None if this is no text."""
    if content.startswith(WIDE):
        return _wide(content)
    if NOT_TEXT.search(content):
        return None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def is_mail(content: bytes) -> bool:
    """Whether this begins as an e-mail does: a sender, and a date or another mark of the post."""
    if not HEADER.match(content):
        return False
    heads = email.message_from_bytes(content.partition(b"\n\n")[0][:65_536] + b"\n\n")
    posted = any(heads[name] for name in ("Date", "Message-ID", "Received", "MIME-Version"))
    return bool(heads["From"]) and posted


def _wide(content: bytes) -> str | None:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        return None
    return None if NOT_TEXT.search(text.encode("utf-8", "replace")) else text


def mail_of(content: bytes, *, most: int | None = MOST_CHARACTERS) -> Mail:
    """The e-mail in words, of its text at `most` so many letters. What is in HTML comes as its text alone."""
    message = email.message_from_bytes(content, policy=default)
    heads = {name: str(message.get(name, "")) for name in ("From", "To", "Date", "Subject")}
    copied = [str(one) for name in ("Cc", "Bcc") for one in message.get_all(name, [])]
    came = [*attached_to(message), *between_the_lines(message)]
    return Mail(
        sender=heads["From"],
        to=heads["To"],
        copied_to=", ".join(copied),
        date=heads["Date"],
        subject=heads["Subject"],
        text=_body(message)[:most],
        attached=tuple(part.get_filename() or _unnamed(part) for part in came),
    )


def _unnamed(part: MIMEPart) -> str:
    return "more text" if _is_text(part) else "a file"


def attached_to(message: MIMEPart) -> list[MIMEPart]:
    """What a reader lists as attached. What is held together in one (a signed letter, a list's footer) comes apart."""
    body = _body_part(message)
    try:
        listed = list(message.iter_attachments())
    except (AttributeError, TypeError):  # it says that it has parts, and has none
        listed = []
    return [leaf for part in listed for leaf, _ in _leaves(part) if leaf is not body]


def between_the_lines(message: MIMEPart) -> list[MIMEPart]:
    """What came besides: pictures between the lines, files beside one form of the text, an e-mail that is a file alone.

    Of a text that comes in two forms, the other too where it says more than the one that is read.
    """
    body = _body_part(message)
    passed = [body, *attached_to(message)]
    said = _words_of(body) if body is not None else set()
    return [
        leaf
        for leaf, is_other_form in _leaves(message)
        if not any(leaf is one for one in passed)
        and not (is_other_form and _is_text(leaf) and _words_of(leaf) <= said)
    ]


def _leaves(part: MIMEPart, *, is_other_form: bool = False) -> Iterator[tuple[MIMEPart, bool]]:
    """Each thing within a part that holds no others, and whether it is one of several forms of the same."""
    payload = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(payload, list):
        is_other_form = is_other_form or part.get_content_subtype() == "alternative"
        for one in payload:
            if isinstance(one, MIMEPart):
                yield from _leaves(one, is_other_form=is_other_form)
    elif payload:
        yield part, is_other_form


def _is_text(part: MIMEPart) -> bool:
    is_written = part.get_content_type() in {"text/plain", "text/html"}
    return is_written and not part.is_attachment() and not part.get_filename()


def _words_of(part: MIMEPart) -> set[str]:
    return set(re.findall(r"\w+", text_of_part(part).casefold()))


def _body_part(message: MIMEPart) -> MIMEPart | None:
    return message.get_body(preferencelist=("plain", "html"))


def _body(message: MIMEPart) -> str:
    part = _body_part(message)
    return "" if part is None else text_of_part(part)


def text_of_part(part: MIMEPart) -> str:
    """The words of a part that is text, by the letters that it says it is written in, or by what they look like."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("ascii"))
    except (LookupError, UnicodeDecodeError):
        found = decoded(content)
        text = content.decode("latin-1") if found is None else found
    text = text.replace("\r\n", "\n")
    return text_of_html(text) if part.get_content_type() == "text/html" else text


def text_of_html(page: str) -> str:
    """What somebody would read of an HTML page."""
    spaced = BREAKS.sub("\n", UNSEEN.sub("", page))
    return html.unescape(nh3.clean(spaced, tags=set())).strip()
