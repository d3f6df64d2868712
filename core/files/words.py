"""Text and e-mail as words: what is read on the page, never as a page of its own."""

import email
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default

import nh3

MOST_CHARACTERS = 200_000  # shown; the file itself has everything
ENCODINGS = ("utf-8-sig", "cp1252")
HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:|From ")
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BREAKS = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
UNSEEN = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in words: who to whom when about what, its text, and the names of what came with it."""

    sender: str
    to: str
    date: str
    subject: str
    text: str
    attached: tuple[str, ...]

    def __str__(self) -> str:
        heads = (
            ("From", self.sender),
            ("To", self.to),
            ("Date", self.date),
            ("Subject", self.subject),
            ("Attached", ", ".join(self.attached)),
        )
        lines = [f"{name}: {words}" for name, words in heads if words]
        return "\n".join([*lines, "", self.text])


def decoded(content: bytes) -> str | None:
    """The text, or None if this is no text."""
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


def mail_of(content: bytes) -> Mail:
    """The e-mail in words. What is in HTML comes as its text alone."""
    message = email.message_from_bytes(content, policy=default)
    heads = {name: str(message.get(name, "")) for name in ("From", "To", "Date", "Subject")}
    return Mail(
        sender=heads["From"],
        to=heads["To"],
        date=heads["Date"],
        subject=heads["Subject"],
        text=_body(message)[:MOST_CHARACTERS],
        attached=tuple(part.get_filename() or "a file" for part in message.iter_attachments()),
    )


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except LookupError:  # written in letters that nobody here knows
        payload = part.get_payload(decode=True)
        content = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return content if part.get_content_type() == "text/plain" else text_of_html(content)


def text_of_html(page: str) -> str:
    """What somebody would read of an HTML page."""
    spaced = BREAKS.sub("\n", UNSEEN.sub("", page))
    return html.unescape(nh3.clean(spaced, tags=set())).strip()
