"""Letters: writing one, and what becomes of it. An e-mail goes once, whatever is pressed or breaks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.documents import add_document
from cases.actions.entries import record_contact
from cases.models import Case, Contact, Document, HowReceived, Person, Professional, SourceKind
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from cases.written import SavedAlready
from core import workflow
from core.errors import Refused
from core.files.formats import Examined
from letters.models import Dispatch, Letter, LetterPerson, TemplateVersion, Way
from letters.rules import check_destination, letter_words, recipient_of
from letters.workflow import (
    DISPATCH_MOVES,
    LOST_AFTER,
    MOST_TRIES,
    DispatchMove,
    DispatchStatus,
)

# The name of the worker's task, which stands in letters/tasks.py above this module.
DELIVER_TASK = "letters.deliver"


@transaction.atomic
def write_letter(
    *,
    case: Case,
    version: TemplateVersion,
    way: str,
    sent_to: str,
    subject: str,
    body: str,
    person: Person | None = None,
    professional: Professional | None = None,
    about: list[Person] | None = None,
    shared_as: str = "",
    large_print: bool = False,
    token: UUID | None = None,
    by: User,
) -> Letter:
    """Write a letter in an open case: the worker makes its pages, or sends the e-mail, after this.

    Refused where the address is not safe, or where nothing about them may go to the recipient.
    """
    lock_open(case)
    about = about or ([person] if person else [])
    words = letter_words(
        case=case,
        person=person,
        professional=professional,
        about=about,
        shared_as=shared_as,
        version=version,
        way=way,
        sent_to=sent_to,
        subject=subject,
        body=body,
        large_print=large_print,
        on=timezone.localdate(),
    )
    before = Letter.objects.filter(token=token).first() if token else None
    if before is not None:
        if before.case_id == case.pk and all(getattr(before, k) == v for k, v in words.items()):
            return before
        raise SavedAlready(
            f"This form was saved before, as {before.reference}, and now says something else. Press "
            "the button again to write another letter."
        )
    record(
        Verb.LETTER_WRITTEN,
        by=by,
        action=Action.CREATE,
        record=Letter,
        people=about,
        purpose=task_of(by, [case.service_id]),
    )
    letter = Letter.objects.create(case=case, token=token, recorded_by=by, **words)
    LetterPerson.objects.bulk_create(LetterPerson(letter=letter, person=one) for one in about)
    status = DispatchStatus.MAKING if letter.is_post else DispatchStatus.QUEUED
    Dispatch.objects.create(letter=letter, status=status)
    app.configure_task(DELIVER_TASK).defer(letter_id=letter.pk)
    return letter


@transaction.atomic
def keep_pages(*, letter: Letter, file: Examined, by: Actor = SYSTEM) -> None:
    """The pages of a letter are made: they are kept as a document, ready to print and post."""
    _record(Verb.LETTER_MADE, letter, by)
    _move(letter, DispatchMove.MAKE, document=_keep(letter, file), failure="")


@transaction.atomic
def begin_sending(*, letter: Letter, by: Actor = SYSTEM) -> None:
    """From now on the e-mail is on its way: whoever comes second is refused (MoveRefused).

    Refused as well where the address has stopped being safe since it was written.
    """
    _check_still_safe(letter)
    _record(Verb.LETTER_SENDING, letter, by)
    _move(letter, DispatchMove.BEGIN)


@transaction.atomic
def finish_sending(*, letter: Letter, file: Examined, by: Actor = SYSTEM) -> None:
    """The mail server has taken the e-mail: it and a contact are kept on the record."""
    _record(Verb.LETTER_SENT, letter, by)
    _went(letter, DispatchMove.ARRIVE, document=_keep(letter, file))


@transaction.atomic
def postpone(*, letter: Letter, sentence: str, by: Actor = SYSTEM) -> None:
    """The mail server did not take it now: it is tried again later, and at last given up."""
    dispatch = Dispatch.objects.get(letter=letter)
    tries = dispatch.tries + 1
    if tries >= MOST_TRIES:
        fail_letter(letter=letter, sentence=sentence, by=by)
        return
    _record(Verb.LETTER_POSTPONED, letter, by)
    _move(letter, DispatchMove.POSTPONE, tries=tries, failure=sentence)
    later = timezone.now() + timedelta(minutes=2**tries)
    app.configure_task(DELIVER_TASK, schedule_at=later).defer(letter_id=letter.pk)


@transaction.atomic
def fail_letter(*, letter: Letter, sentence: str, by: Actor = SYSTEM) -> None:
    """It did not go, for the reason in `sentence`; whoever wrote it is told at once."""
    _record(Verb.LETTER_FAILED, letter, by)
    _move(letter, DispatchMove.FAIL, failure=sentence)
    tell(
        who=[letter.recorded_by],
        sentence=f"Your letter {letter.reference} has not gone. Look at it.",
        link=letter.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def say_posted(*, letter: Letter, by: User) -> None:
    """Somebody has put it into the post: a contact is kept. Refused if the address is no longer safe."""
    _check_still_safe(letter)
    _record(Verb.LETTER_POSTED, letter, by)
    _went(letter, DispatchMove.POST, went_by=by)


@transaction.atomic
def try_again(*, letter: Letter, by: User) -> None:
    """Make its pages, or send it, once more after it failed."""
    _check_still_safe(letter)
    _record(Verb.LETTER_TRIED_AGAIN, letter, by)
    move = DispatchMove.MAKE_AGAIN if letter.is_post else DispatchMove.SEND_AGAIN
    _move(letter, move, failure="", tries=0)
    app.configure_task(DELIVER_TASK).defer(letter_id=letter.pk)


@transaction.atomic
def drop_letter(*, letter: Letter, because: str, by: User) -> None:
    """It does not go after all, for the reason given. What was made of it stays on the record."""
    because = because.strip()
    if not because:
        raise Refused("Say why it does not go.")
    _record(Verb.LETTER_DROPPED, letter, by)
    _move(letter, DispatchMove.DROP, failure=because)


@transaction.atomic
def say_what_became(*, letter: Letter, went: bool, file: Examined | None, by: User) -> None:
    """Of an e-mail whose sending broke off: somebody has found out whether it arrived.

    Never sent again by itself, since nobody knows; refused while it may still be on its way.
    """
    dispatch = Dispatch.objects.get(letter=letter)
    if timezone.now() - dispatch.since < LOST_AFTER:
        raise Refused("It is being sent at this moment. Wait some minutes.")
    _record(Verb.LETTER_SETTLED, letter, by)
    if went and file is not None:
        _went(letter, DispatchMove.ARRIVE, document=_keep(letter, file), went_by=by)
    else:
        _move(letter, DispatchMove.FAIL, failure="Its sending broke off, and it did not arrive.")


def _record(verb: Verb, letter: Letter, by: Actor) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=letter,
        people=letter.people.all(),
        purpose=task_of(by, [letter.case.service_id]) if isinstance(by, User) else Purpose.SERVICE,
    )


def _move(letter: Letter, move: DispatchMove, **changes: Any) -> None:
    dispatch = Dispatch.objects.get(letter=letter)
    workflow.make(dispatch, DISPATCH_MOVES[move], since=timezone.now(), **changes)


def _went(
    letter: Letter, move: DispatchMove, *, went_by: User | None = None, **changes: Any
) -> None:
    """It is on its way out of the house: dated, and a contact with whoever it goes to."""
    contact = None
    if letter.person is not None:
        # A letter to a professional is no contact with the family; the sharing log has it.
        kind = Contact.Kind.LETTER if letter.is_post else Contact.Kind.EMAIL
        contact = record_contact(
            case=letter.case,
            kind=kind,
            happened_at=timezone.now(),
            people=[letter.person],
            summary=f"“{letter.subject}”, {letter.reference}.",
            closed_too=True,
            by=went_by or letter.recorded_by,
        )
    _move(
        letter,
        move,
        contact=contact,
        went_at=timezone.now(),
        went_by=went_by or letter.recorded_by,
        failure="",
        **changes,
    )


def _keep(letter: Letter, file: Examined) -> Document:
    """What goes out, as a document of the case."""
    kind = Document.Kind.LETTER if letter.way == Way.POST else Document.Kind.EMAIL
    return add_document(
        case=letter.case,
        file=file,
        kind=kind,
        title=f"{letter.subject} ({letter.reference})"[:200],
        happened_at=timezone.now(),
        people=list(letter.people.all()),
        source_kind=SourceKind.OWN,
        how_received=HowReceived.LETTER if letter.is_post else HowReceived.EMAIL,
        closed_too=True,
        by=letter.recorded_by,
    )


def _check_still_safe(letter: Letter) -> None:
    check_destination(
        recipient_of(letter),
        letter.way,
        letter.sent_to,
        about=letter.people.all(),
        on=timezone.localdate(),
    )
