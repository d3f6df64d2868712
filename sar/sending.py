"""Making the pages of a letter about a right, or sending the e-mail: long work, outside any request.

As `letters.sending`, whose printing and sending it uses: that an e-mail is on its way is committed before
the mail server is asked, so that it never goes twice.
"""

import logging

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from core.errors import Refused
from core.organisation import ORGANISATION
from core.workflow import MoveRefused
from letters.sending import (
    NO_SUCH_ADDRESS,
    NOT_PRINTED,
    NOT_TAKEN,
    PRINTING_FAILED,
    Handed,
    hand_over,
    plain_email,
    printed,
)
from letters.workflow import DispatchStatus
from sar.actions import letters as verbs
from sar.models import RequestLetter

logger = logging.getLogger(__name__)


def deliver(letter_id: int) -> None:
    """Bring one letter on its way. Run by the worker; may be run again at any time.

    What fails is said on the letter, in a sentence, and whoever wrote it is told.
    """
    letter = (
        RequestLetter.objects.select_related("request__person", "person", "recorded_by")
        .filter(pk=letter_id)
        .first()
    )
    if letter is None:
        return
    if letter.status == DispatchStatus.MAKING:
        _make(letter)
    elif letter.status == DispatchStatus.QUEUED:
        _send(letter)


def _make(letter: RequestLetter) -> None:
    try:
        content = pdf_of(letter)
    except PRINTING_FAILED as failure:
        logger.error("Letter %s: %s", letter.pk, failure)  # noqa: TRY400  # it names no word of it
        verbs.fail_letter(letter=letter, sentence=NOT_PRINTED)
        return
    verbs.keep_pages(letter=letter, content=content)


def _send(letter: RequestLetter) -> None:
    try:
        verbs.begin_sending(letter=letter)
    except MoveRefused:
        return  # another worker sends it
    except Refused as refusal:
        verbs.fail_letter(letter=letter, sentence=str(refusal))
        return
    handed = hand_over(email_of(letter), called=letter.reference)
    if handed == Handed.TAKEN:
        verbs.finish_sending(letter=letter, content=as_sent(letter))
    elif handed == Handed.NO_SUCH_ADDRESS:
        verbs.fail_letter(letter=letter, sentence=NO_SUCH_ADDRESS)
    else:
        verbs.postpone(letter=letter, sentence=NOT_TAKEN)


def pdf_of(letter: RequestLetter) -> bytes:
    """The letter as a tagged PDF, in large print if they asked for it. Raises one of PRINTING_FAILED."""
    return printed(letter, template="pdf/rights_letter.html")


def text_of(letter: RequestLetter, *, is_page: bool = False) -> str:
    """The letter in plain text: what an e-mail says, and what a screen reader or braille display takes.

    Alone as a file (`is_page`) it begins as the paper does: to whom, of which day, and about what.
    """
    words = {"letter": letter, "organisation": ORGANISATION, "is_page": is_page}
    return render_to_string("sar/letter.txt", words)


def email_of(letter: RequestLetter) -> EmailMessage:
    """The e-mail as it goes out."""
    return plain_email(letter, body=text_of(letter), number=f"{letter.reference}.{letter.pk}")


def as_sent(letter: RequestLetter) -> bytes:
    """The e-mail as a file for the record."""
    return email_of(letter).message().as_bytes()
