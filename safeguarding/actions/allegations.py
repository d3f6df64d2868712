"""What the named people do about an allegation: two of them end it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit import log
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from core.workflow import make
from safeguarding.models import Allegation, AllegationEntry, AllegationReport
from safeguarding.permissions import receivers_of
from safeguarding.rules import receipt_of
from safeguarding.workflow import ALLEGATION_MOVES, AllegationMove, AllegationStatus

Kind = AllegationEntry.Kind
# No other words than for a concern: a list of notices says nothing of what it was.
DEALT_WITH = "A safeguarding concern that you raised was dealt with"
WAITS = "A safeguarding concern waits for you as the second person"


@transaction.atomic
def read_allegation(*, allegation: Allegation, by: User) -> Allegation:
    """`by` has read it and sees to it: the clock of the unread stops."""
    _locked(allegation, by)
    _record(Verb.ALLEGATION_READ, allegation, by)
    make(
        allegation,
        ALLEGATION_MOVES[AllegationMove.READ],
        read_at=timezone.now(),
        read_by=by,
    )
    return allegation


@transaction.atomic
def write_step(*, allegation: Allegation, text: str, by: User) -> AllegationEntry:
    """What was done, said or found out."""
    _being_worked(allegation, by)
    text = _said(text, "Write what was done.")
    _record(Verb.ALLEGATION_ADDED_TO, allegation, by)
    return _write(allegation, Kind.STEP, text, by)


@transaction.atomic
def report_allegation(
    *,
    allegation: Allegation,
    to: AllegationReport.To,
    to_whom: str,
    sent_how: str,
    told_on: date,
    what: str,
    basis: str,
    their_reference: str = "",
    next_chase_on: date | None = None,
    by: User,
) -> AllegationReport:
    """Somebody outside was told: the council's designated officer within a working day, the police."""
    _being_worked(allegation, by)
    if told_on > timezone.localdate():
        raise Refused(
            f"{plain(told_on)} has not come yet. Write down what was told once it is told."
        )
    words = {
        "to_whom": _said(to_whom, "Say whom you told."),
        "what": _said(what, "Write what they were told."),
        "basis": _said(basis, "Say why it could be shared."),
    }
    _record(Verb.ALLEGATION_REPORTED, allegation, by)
    made = AllegationReport.objects.create(
        allegation=allegation,
        to=to,
        sent_how=sent_how,
        told_on=told_on,
        their_reference=their_reference.strip(),
        recorded_by=by,
        **words,
    )
    _ask_again_on(allegation, next_chase_on)
    return made


@transaction.atomic
def chase_allegation(
    *, allegation: Allegation, words: str, next_chase_on: date, by: User
) -> AllegationEntry:
    """They were asked again; on `next_chase_on` once more, unless they answer."""
    _being_worked(allegation, by)
    words = _said(words, "Say whom you asked, and what they said.")
    _record(Verb.ALLEGATION_CHASED, allegation, by)
    _ask_again_on(allegation, next_chase_on)
    return _write(allegation, Kind.CHASE, words, by)


@transaction.atomic
def answer_allegation(*, allegation: Allegation, words: str, by: User) -> AllegationEntry:
    """What somebody outside answered; nobody is asked again."""
    _being_worked(allegation, by)
    words = _said(words, "Write what they answered.")
    _record(Verb.ALLEGATION_ANSWERED, allegation, by)
    _ask_again_on(allegation, None)
    return _write(allegation, Kind.ANSWER, words, by)


@transaction.atomic
def propose_outcome(
    *, allegation: Allegation, outcome: Allegation.Outcome, reason: str, by: User
) -> AllegationEntry:
    """One of the named people says how it ends, and why; another one confirms it."""
    _being_worked(allegation, by)
    reason = _said(reason, "Say why.")
    _record(Verb.ALLEGATION_OUTCOME_PROPOSED, allegation, by)
    entry = _write(allegation, Kind.PROPOSAL, f"{outcome.label}. {reason}", by)
    make(
        allegation,
        ALLEGATION_MOVES[AllegationMove.PROPOSE],
        outcome=outcome,
        proposed_at=timezone.now(),
        proposed_by=by,
        next_chase_on=None,
    )
    others = [user for user in receivers_of(allegation.about_staff_id) if user != by]
    tell(who=others, sentence=WAITS, link=allegation.get_absolute_url(), by=by)
    return entry


@transaction.atomic
def send_back(*, allegation: Allegation, reason: str, by: User) -> AllegationEntry:
    """The second person does not agree: it is looked into again."""
    _second(allegation, by)
    reason = _said(reason, "Say what is missing.")
    _record(Verb.ALLEGATION_SENT_BACK, allegation, by)
    entry = _write(allegation, Kind.SENT_BACK, reason, by)
    make(
        allegation,
        ALLEGATION_MOVES[AllegationMove.SEND_BACK],
        outcome="",
        proposed_at=None,
        proposed_by=None,
    )
    return entry


@transaction.atomic
def confirm_outcome(*, allegation: Allegation, words: str, by: User) -> AllegationEntry:
    """The second person confirms the outcome, and it is dealt with."""
    _second(allegation, by)
    words = _said(words, "Say what you looked at before you confirm it.")
    _record(Verb.ALLEGATION_ENDED, allegation, by)
    entry = _write(allegation, Kind.CONFIRMATION, words, by)
    make(
        allegation,
        ALLEGATION_MOVES[AllegationMove.CONFIRM],
        ended_at=timezone.now(),
        ended_by=by,
    )
    raiser = User.objects.filter(pk=allegation.recorded_by_id)
    tell(who=raiser, sentence=DEALT_WITH, link=receipt_of(allegation), by=by)
    return entry


def _locked(allegation: Allegation, by: User) -> None:
    Allegation.objects.select_for_update(no_key=True, of=("self",)).get(pk=allegation.pk)
    allegation.refresh_from_db()
    if allegation.about_staff_id == by.pk:
        raise Refused("Nobody works on an allegation about themselves.")


def _being_worked(allegation: Allegation, by: User) -> None:
    _locked(allegation, by)
    if allegation.status != AllegationStatus.READ:
        raise Refused(
            f"{allegation} is “{allegation.get_status_display()}”: this is not done to it now. Look again."
        )


def _second(allegation: Allegation, by: User) -> None:
    _locked(allegation, by)
    if allegation.proposed_by_id == by.pk:
        raise Refused(
            "You proposed the outcome, so somebody else confirms it: ask another named person."
        )


def _said(text: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(sentence)
    return text


def _ask_again_on(allegation: Allegation, day: date | None) -> None:
    Allegation.objects.filter(pk=allegation.pk).update(next_chase_on=day)
    allegation.refresh_from_db()


def _write(allegation: Allegation, kind: Kind, text: str, by: User) -> AllegationEntry:
    return AllegationEntry.objects.create(
        allegation=allegation, kind=kind, text=text, recorded_by=by
    )


def _record(verb: Verb, allegation: Allegation, by: User) -> None:
    log.record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=allegation,
        people=allegation.people.values_list("pk", flat=True),
        purpose=Purpose.SAFEGUARDING,
    )
