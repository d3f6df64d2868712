"""Making the pages of a letter, or sending the e-mail: long work, outside any request.

The steps that change something are verbs. Between them no transaction is open: that an e-mail is on its
way is committed before the mail server is asked, so that it never goes twice (features.md P45).
"""

import hashlib
import logging
import smtplib
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from core.errors import Refused
from core.files.formats import Examined, Format
from core.organisation import ORGANISATION
from core.pdf.fonts import FontMissing
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk, ChunkFailed, MergeFailed
from core.pdf.press import Press, PressFailed
from core.pdf.stamp import LARGE, SIZE, Margin, page_x_of_n, stamp
from core.workflow import MoveRefused
from letters.actions import letters as verbs
from letters.languages import Language
from letters.models import Letter
from letters.workflow import DispatchStatus

logger = logging.getLogger(__name__)

PRINTING_FAILED = (ChunkFailed, MergeFailed, PressFailed, FontMissing)
NOT_PRINTED = "Its pages could not be made. Try again; if it fails again, tell whoever looks after the system."
NOT_TAKEN = "The mail server did not take it. It is tried again some times by itself."
NO_SUCH_ADDRESS = (
    "The mail server says that nobody can be reached at this address. Check the address."
)


def deliver(letter_id: int) -> None:
    """Bring one letter on its way. Run by the worker; may be run again at any time.

    What fails is said on the letter, in a sentence, and whoever wrote it is told.
    """
    letter = (
        Letter.objects.select_related("dispatch", "case", "person", "professional", "recorded_by")
        .filter(pk=letter_id)
        .first()
    )
    if letter is None:
        return
    if letter.dispatch.status == DispatchStatus.MAKING:
        _make(letter)
    elif letter.dispatch.status == DispatchStatus.QUEUED:
        _send(letter)


def _make(letter: Letter) -> None:
    try:
        content = pdf_of(letter)
    except PRINTING_FAILED as failure:
        logger.error("Letter %s: %s", letter.pk, failure)  # noqa: TRY400  # it names no word of it
        verbs.fail_letter(letter=letter, sentence=NOT_PRINTED)
        return
    verbs.keep_pages(letter=letter, file=_own(content, Format.PDF, letter))


def _send(letter: Letter) -> None:
    try:
        verbs.begin_sending(letter=letter)
    except MoveRefused:
        return  # another worker sends it
    except Refused as refusal:
        verbs.fail_letter(letter=letter, sentence=str(refusal))
        return
    handed = hand_over(email_of(letter), called=letter.reference)
    if handed == Handed.TAKEN:
        verbs.finish_sending(letter=letter, file=sent_file(letter))
    elif handed == Handed.NO_SUCH_ADDRESS:
        verbs.fail_letter(letter=letter, sentence=NO_SUCH_ADDRESS)
    else:
        verbs.postpone(letter=letter, sentence=NOT_TAKEN)


class Handed(StrEnum):
    """What the mail server said of an e-mail."""

    TAKEN = "taken"
    NO_SUCH_ADDRESS = "no such address"
    NOT_NOW = "not now"


def hand_over(email: EmailMessage, *, called: str) -> Handed:
    """Give `email` to the mail server. `called` names it in the server's own log, and tells nothing."""
    try:
        email.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = {code for code, _ in refusal.recipients.values()}
        return Handed.NO_SUCH_ADDRESS if all(code >= 500 for code in codes) else Handed.NOT_NOW
    except (smtplib.SMTPException, OSError) as error:
        logger.error("Letter %s: %s", called, error.__class__.__name__)  # noqa: TRY400
        return Handed.NOT_NOW
    return Handed.TAKEN


def email_of(letter: Letter) -> EmailMessage:
    """The e-mail as it goes out."""
    words = {"letter": letter, "organisation": ORGANISATION}
    return plain_email(
        letter,
        body=render_to_string("letters/email.txt", words),
        number=f"{letter.reference}.{letter.pk}",
    )


def plain_email(letter: Any, *, body: str, number: str) -> EmailMessage:
    """An e-mail of plain text to where `letter` says; the same letter always has the same number."""
    domain = ORGANISATION.email.partition("@")[2]
    written: datetime = letter.recorded_at
    return EmailMessage(
        subject=letter.subject,
        body=body,
        to=[letter.sent_to],
        reply_to=[ORGANISATION.email],
        headers={
            "Message-ID": f"<{number}@{domain}>",
            "Date": timezone.localtime(written).strftime("%a, %d %b %Y %H:%M:%S %z"),
        },
    )


def sent_file(letter: Letter) -> Examined:
    """The e-mail as a file for the record."""
    return _own(email_of(letter).message().as_bytes(), Format.EML, letter)


def pdf_of(letter: Letter) -> bytes:
    """The letter as a tagged PDF (P38). Raises one of PRINTING_FAILED."""
    return printed(letter, language=Language(letter.version.language))


def printed(
    letter: Any, *, language: Language = Language.ENGLISH, template: str = "pdf/letter.html"
) -> bytes:
    """The pages of `letter`, of whichever table. Raises one of PRINTING_FAILED."""
    words = {"letter": letter, "language": language, "organisation": ORGANISATION}
    css = render_to_string("pdf/letter.css", words)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="letter", html=render_to_string(template, words))])
    pdf = merge(
        parts,
        title=letter.subject,
        at=letter.recorded_at,
        language=language.value,
        author=ORGANISATION.name,
    )
    size = LARGE if letter.large_print else SIZE
    stamp(pdf, size=size, foot=Margin(left=letter.reference, right=page_x_of_n))
    return to_bytes(pdf)


def _own(content: bytes, kind: Format, letter: Letter) -> Examined:
    """A file of our own making, which needs no examination."""
    return Examined(
        content=ContentFile(content),
        name=f"{letter.reference}.{kind.value}",
        format=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        scanned=False,
    )
