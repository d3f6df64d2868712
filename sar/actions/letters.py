"""Letters about rights and complaints: `send_letter`, what becomes of one, and the words they begin with.

An e-mail goes once, whatever is pressed or breaks (docs/adr/0015).
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.notices import tell
from accounts.models import User
from audit import log
from audit.actors import SYSTEM, Actor
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person
from cases.written import SavedAlready
from core import workflow
from core.errors import Refused
from core.files.keeping import keep
from core.references import COMPLAINT, as_now
from letters.models import Way
from letters.workflow import DISPATCH_MOVES, LOST_AFTER, MOST_TRIES, DispatchMove, DispatchStatus
from sar.actions.complaints import acknowledge_complaint
from sar.actions.requests import acknowledge
from sar.actions.stops import told_by_letter
from sar.actions.time import told_that_it_takes_longer
from sar.addresses import Party, party_of, still_safe, where
from sar.deadlines import too_late_to_tell, untold_extension
from sar.letter_kinds import ONCE, LetterKind, routes_of
from sar.letter_rules import check_letter, check_words
from sar.models import Complaint, LetterWording, RequestLetter, RightsRequest
from sar.rules import begin, locked
from sar.wording import DAY_TO_WRITE, WORDS_TO_WRITE

# The name of the worker's task, which stands in sar/tasks.py above this module.
DELIVER_TASK = "sar.deliver_letter"
FOLDER = "rights-letters"


@transaction.atomic
def send_letter(
    *,
    kind: LetterKind,
    way: str,
    sent_to: str,
    subject: str,
    body: str,
    request: RightsRequest | None = None,
    matter: str = "",
    to: Party | None = None,
    person: Person | None = None,
    wording: LetterWording | None = None,
    large_print: bool = False,
    token: UUID | None = None,
    by: User,
) -> RequestLetter:
    """Write a letter or e-mail about a right or a complaint, and bring it on its way (features.md P23).

    About a request: give `request`, and it goes to whoever asks. About another matter, such as a
    complaint: give its reference as `matter`, whoever is written `to`, and the `person` it is about if
    known. `sent_to` is one of `sar.addresses.where(party, kind, way, on=today).addresses`; `subject` and
    `body` begin as `sar.letter_rules.drafted(kind, values)`. The ways to complain are added here.

    Refused where the address is not safe, where such a letter has gone already, or where what it tells
    has not happened. The worker makes the pages (`way` "post") or sends the e-mail after this commits.
    """
    now = locked(request) if request is not None else None
    party = party_of(now) if now is not None else to
    if party is None or (now is None and not matter):
        raise Refused("Say to whom the letter goes, and to which request or complaint it belongs.")
    subject, body = " ".join(subject.split()), body.strip()
    _check_written(subject, body)
    words: dict[str, Any] = {
        "kind": kind,
        "way": way,
        "sent_to": sent_to,
        "subject": subject,
        "body": body,
        "large_print": large_print,
    }
    if before := _sent_before(token, words):
        return before
    if now is not None:
        check_letter(kind, now)
        if kind == LetterKind.DONE and now.is_open:
            raise Refused("This letter ends the request: say with it what was done.")
        if kind in ONCE and _of_kind(now, kind):
            raise Refused(
                "Such a letter has been written already. Look at it on the request: one that did not reach "
                "them is sent again from there."
            )
    found = where(party, kind, way, on=timezone.localdate())
    if found.why_not:
        raise Refused(f"This letter cannot go. {found.why_not}")
    if sent_to not in found.addresses:
        raise Refused("This address is not one to write to. Choose the address again.")
    about = now.person_id if now is not None else (person.pk if person else None)
    log.record(
        Verb.RIGHTS_LETTER_WRITTEN,
        by=by,
        action=Action.CREATE,
        record=RequestLetter,
        people=[about] if about is not None else [],
        purpose=Purpose.RIGHTS_REQUEST,
    )
    letter = RequestLetter.objects.create(
        request=now,
        matter=matter if now is None else "",
        person=person if now is None else None,
        wording=wording,
        addressee=party.name,
        routes=routes_of(kind, about_data=now is not None or _is_about_data(matter)),
        token=token,
        status=DispatchStatus.MAKING if way == Way.POST else DispatchStatus.QUEUED,
        recorded_by=by,
        **words,
    )
    if now is not None and now.is_open:
        begin(now)
    app.configure_task(DELIVER_TASK).defer(letter_id=letter.pk)
    return letter


@transaction.atomic
def keep_pages(*, letter: RequestLetter, content: bytes, by: Actor = SYSTEM) -> None:
    """The pages of a letter are made, ready to print and post."""
    _record(Verb.RIGHTS_LETTER_MADE, letter, by)
    _move(letter, DispatchMove.MAKE, **_kept(content), failure="")


@transaction.atomic
def begin_sending(*, letter: RequestLetter, by: Actor = SYSTEM) -> None:
    """From now on the e-mail is on its way: whoever comes second is refused (MoveRefused).

    Refused as well where the address has stopped being safe since it was written.
    """
    _check_still_safe(letter)
    _check_in_time(letter)
    _record(Verb.RIGHTS_LETTER_SENDING, letter, by)
    _move(letter, DispatchMove.BEGIN)


@transaction.atomic
def finish_sending(*, letter: RequestLetter, content: bytes, by: Actor = SYSTEM) -> None:
    """The mail server has taken the e-mail: what went out is kept on the request."""
    _record(Verb.RIGHTS_LETTER_SENT, letter, by)
    _went(
        letter,
        DispatchMove.ARRIVE,
        went_by=letter.recorded_by,
        **_kept(content),
    )


@transaction.atomic
def postpone(*, letter: RequestLetter, sentence: str, by: Actor = SYSTEM) -> None:
    """The mail server did not take it now: it is tried again later, and at last given up."""
    tries = letter.tries + 1
    if tries >= MOST_TRIES:
        fail_letter(letter=letter, sentence=sentence, by=by)
        return
    _record(Verb.RIGHTS_LETTER_POSTPONED, letter, by)
    _move(letter, DispatchMove.POSTPONE, tries=tries, failure=sentence)
    later = timezone.now() + timedelta(minutes=2**tries)
    app.configure_task(DELIVER_TASK, schedule_at=later).defer(letter_id=letter.pk)


@transaction.atomic
def fail_letter(*, letter: RequestLetter, sentence: str, by: Actor = SYSTEM) -> None:
    """It did not go, for the reason in `sentence`; whoever wrote it is told at once."""
    _record(Verb.RIGHTS_LETTER_FAILED, letter, by)
    _move(letter, DispatchMove.FAIL, failure=sentence)
    tell(
        who=[letter.recorded_by],
        sentence=f"Your letter {letter.reference} has not gone. Look at it.",
        link=letter.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def say_posted(*, letter: RequestLetter, by: User) -> None:
    """Somebody has put it into the post or into their hand. Refused if the address is no longer safe, and if
    it tells too late that the answer takes longer.
    """
    _check_still_safe(letter)
    _check_in_time(letter)
    _record(Verb.RIGHTS_LETTER_POSTED, letter, by)
    _went(letter, DispatchMove.POST, went_by=by)


@transaction.atomic
def try_again(*, letter: RequestLetter, by: User) -> None:
    """Make its pages, or send it, once more after it failed."""
    _check_still_safe(letter)
    _check_in_time(letter)
    _record(Verb.RIGHTS_LETTER_TRIED_AGAIN, letter, by)
    move = DispatchMove.MAKE_AGAIN if letter.is_post else DispatchMove.SEND_AGAIN
    _move(letter, move, failure="", tries=0)
    app.configure_task(DELIVER_TASK).defer(letter_id=letter.pk)


@transaction.atomic
def drop_letter(*, letter: RequestLetter, because: str, by: User) -> None:
    """It does not go after all, for the reason given. Its words stay on the request."""
    because = because.strip()
    if not because:
        raise Refused("Say why it does not go.")
    _record(Verb.RIGHTS_LETTER_DROPPED, letter, by)
    _move(letter, DispatchMove.DROP, failure=because)


@transaction.atomic
def say_what_became(*, letter: RequestLetter, content: bytes | None, by: User) -> None:
    """Of an e-mail whose sending broke off: somebody has found out whether it arrived (`content`) or not.

    Never sent again by itself, since nobody knows; refused while it may still be on its way.
    """
    if timezone.now() - letter.since < LOST_AFTER:
        raise Refused("It is being sent at this moment. Wait some minutes.")
    _record(Verb.RIGHTS_LETTER_SETTLED, letter, by)
    if content is not None:
        _went(letter, DispatchMove.ARRIVE, went_by=by, **_kept(content))
    else:
        _move(letter, DispatchMove.FAIL, failure="Its sending broke off, and it did not arrive.")


@transaction.atomic
def publish_wording(*, kind: LetterKind, subject: str, body: str, by: User) -> LetterWording:
    """Give a kind of letter new words, from now on; letters that are written keep theirs."""
    subject, body = " ".join(subject.split()), body.strip()
    if not subject or not body:
        raise Refused("Write the subject and the letter.")
    check_words(kind, subject, body)
    log.record(
        Verb.RIGHTS_WORDING_PUBLISHED,
        by=by,
        action=Action.CREATE,
        record=LetterWording,
        purpose=Purpose.MANAGEMENT,
        values={"kind": kind.value},
    )
    # Two who write new words at once: the constraint lets only one of the numbers stand.
    last = LetterWording.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return LetterWording.objects.create(
        kind=kind, number=last + 1, subject=subject, body=body, recorded_by=by
    )


def _check_written(subject: str, body: str) -> None:
    if not subject or not body:
        raise Refused("The letter is empty: write what it is about, and the letter itself.")
    for gap in (DAY_TO_WRITE, WORDS_TO_WRITE):
        if gap in body:
            raise Refused(f"Write first what belongs where “{gap}” stands.")


def _sent_before(token: UUID | None, words: dict[str, Any]) -> RequestLetter | None:
    before = RequestLetter.objects.filter(token=token).first() if token else None
    if before is not None and any(getattr(before, name) != value for name, value in words.items()):
        raise SavedAlready(
            f"This form was saved before, as {before.reference}, and now says something else. Press "
            "the button again to write another letter."
        )
    return before


def _is_about_data(matter: str) -> bool:
    """Whether the complaint of this reference is about data; anything else is taken for one."""
    complaint = _complained(matter)
    return complaint is None or complaint.kind == Complaint.Kind.DATA


def _complained(matter: str) -> Complaint | None:
    """The complaint of this reference, also where a letter names it as complaints were named before."""
    return Complaint.objects.filter(reference=as_now(COMPLAINT, matter)).first()


def _of_kind(request: RightsRequest, kind: LetterKind) -> bool:
    written = request.letters.filter(kind=kind, again_of=None)
    return written.exclude(status=DispatchStatus.DROPPED).exists()


def _record(verb: Verb, letter: RequestLetter, by: Actor) -> None:
    log.record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=letter,
        people=letter.people,
        purpose=Purpose.RIGHTS_REQUEST,
    )


def _move(letter: RequestLetter, move: DispatchMove, **changes: Any) -> None:
    workflow.make(letter, DISPATCH_MOVES[move], since=timezone.now(), **changes)


def _went(letter: RequestLetter, move: DispatchMove, *, went_by: User, **changes: Any) -> None:
    """It is out of the house; of the first letter that also means: the request or complaint is acknowledged; of
    one about a stopped erasure, or that the answer takes longer: they are told.
    """
    # An e-mail went on the day it was handed over, whenever it is known that it arrived.
    sent_on = timezone.localdate(letter.since if move == DispatchMove.ARRIVE else timezone.now())
    _move(letter, move, went_at=timezone.now(), went_by=went_by, failure="", **changes)
    if letter.again_of_id is not None:
        return
    request = letter.request
    if letter.kind == LetterKind.COMPLAINT_ACKNOWLEDGED:
        complaint = _complained(letter.matter)
        if complaint is not None and complaint.is_open and complaint.acknowledged_at is None:
            acknowledge_complaint(complaint=complaint, by=went_by)
    if request is not None and letter.kind == LetterKind.EXTEND:
        told_that_it_takes_longer(request=request, sent_on=sent_on, by=went_by)
    if request is not None and letter.kind == LetterKind.NOT_ERASED:
        told_by_letter(request=request, by=went_by)
    if request is None or letter.kind != LetterKind.ACKNOWLEDGE:
        return
    if request.is_open and request.acknowledged_at is None:
        acknowledge(request=request, by=went_by)


def _kept(content: bytes) -> dict[str, str]:
    file = keep(ContentFile(content), folder=FOLDER)
    return {"file": file, "sha256": hashlib.sha256(content).hexdigest()}


def _check_still_safe(letter: RequestLetter) -> None:
    if why := still_safe(letter, on=timezone.localdate()):
        raise Refused(f"This letter cannot go. {why}")


def _check_in_time(letter: RequestLetter) -> None:
    """Refused where it tells that the answer takes longer and the day for that has passed (Art 12A(4))."""
    request = letter.request
    if request is None or letter.kind != LetterKind.EXTEND or letter.again_of_id is not None:
        return
    late = too_late_to_tell(request, timezone.localdate()) if untold_extension(request) else ""
    if late:
        raise Refused(
            f"{late} If it went by then, write down the day under “Extend the time” first. Otherwise say that it "
            "does not go after all."
        )
