"""What is done about a concern: reading it, deciding, a second opinion, ending it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.verbs import Verb
from cases.actions.safety import raise_alert
from cases.models import Alert, Person
from core.dates import plain
from core.errors import Refused
from core.workflow import make
from safeguarding.models import TO_REPORT, WITH_REVIEW, Choice, Concern, ConcernEntry, ConcernPerson
from safeguarding.permissions import last_decision, leads, other_leads
from safeguarding.rules import (
    forget_reminders,
    locked,
    not_alone,
    receipt_of,
    record,
    remind,
    write,
)
from safeguarding.workflow import CONCERN_MOVES, ConcernMove

DEALT_WITH = "A safeguarding concern that you raised was dealt with"


@transaction.atomic
def take_on(*, concern: Concern, by: User) -> Concern:
    """`by` has read it and sees to it: the clock of the unread stops."""
    record(Verb.CONCERN_READ, concern, by)
    make(concern, CONCERN_MOVES[ConcernMove.READ], read_at=timezone.now(), read_by=by)
    return concern


@transaction.atomic
def decide(
    *, concern: Concern, choice: Choice, reason: str, review_on: date | None = None, by: User
) -> ConcernEntry:
    """Decide what follows, with the reason. No further action ends it; a referral waits to be made.

    Refused for whoever raised it while another lead could decide; watching and early help need the day on
    which somebody looks again.
    """
    locked(concern)
    not_alone(concern, by)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: the decision is read again when something happens.")
    if choice in WITH_REVIEW and review_on is None:
        raise Refused("Say when you look at it again.")
    if choice in WITH_REVIEW and review_on is not None and review_on <= timezone.localdate():
        raise Refused(f"{plain(review_on)} is not ahead. Choose a day on which you look again.")
    record(Verb.CONCERN_DECIDED, concern, by)
    entry = write(concern, ConcernEntry.Kind.DECISION, reason, by, choice=choice)
    if choice in TO_REPORT:
        make(concern, CONCERN_MOVES[ConcernMove.DECIDE_TO_REPORT], review_on=None)
    elif choice in WITH_REVIEW:
        make(concern, CONCERN_MOVES[ConcernMove.WATCH], review_on=review_on)
        remind(concern, by, what="look again", on=review_on)
    else:
        _end(concern, by)
    return entry


@transaction.atomic
def end(*, concern: Concern, outcome: str, by: User) -> ConcernEntry:
    """It is dealt with, and how. Whoever raised it is told so, and no more."""
    locked(concern)
    not_alone(concern, by)
    outcome = outcome.strip()
    if not outcome:
        raise Refused("Say how it ended.")
    if last_decision(concern) is None:
        raise Refused("Decide first, with the reason; then it can end.")
    record(Verb.CONCERN_ENDED, concern, by)
    entry = write(concern, ConcernEntry.Kind.OUTCOME, outcome, by)
    _end(concern, by)
    return entry


@transaction.atomic
def reopen(*, concern: Concern, reason: str, by: User) -> ConcernEntry:
    """Look at it again: something came to light."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it is opened again.")
    record(Verb.CONCERN_REOPENED, concern, by)
    entry = write(concern, ConcernEntry.Kind.REOPENED, reason, by)
    make(concern, CONCERN_MOVES[ConcernMove.REOPEN], ended_at=None, ended_by=None)
    return entry


@transaction.atomic
def ask_opinion(*, concern: Concern, of: User, question: str, by: User) -> ConcernEntry:
    """Ask another lead what they think; they are told at once."""
    question = question.strip()
    if not question:
        raise Refused("Write what you ask.")
    if not other_leads(by).filter(pk=of.pk).exists():
        raise Refused(f"{of} does not work on concerns. Ask another safeguarding lead.")
    record(Verb.CONCERN_OPINION_ASKED, concern, by)
    entry = write(concern, ConcernEntry.Kind.OPINION_ASKED, f"Asked of {of}: {question}", by)
    tell(
        who=[of],
        sentence="A second opinion on a safeguarding concern is asked of you",
        link=concern.get_absolute_url(),
        by=by,
    )
    return entry


@transaction.atomic
def give_opinion(*, concern: Concern, agrees: bool, text: str, by: User) -> ConcernEntry:
    """Say whether one agrees with the latest decision, which was somebody else's, and why."""
    locked(concern)
    text = text.strip()
    decision = last_decision(concern)
    if decision is None:
        raise Refused("Nothing is decided yet: there is nothing to give an opinion on.")
    if decision.recorded_by_id == by.pk:
        raise Refused("Nobody gives a second opinion on their own decision. Ask another lead.")
    if not text:
        raise Refused("Say what you think, and why.")
    record(Verb.CONCERN_OPINION_GIVEN, concern, by)
    entry = write(
        concern,
        ConcernEntry.Kind.OPINION,
        text,
        by,
        agrees=agrees,
        decided_by=decision.recorded_by,
    )
    tell(
        who=leads().filter(pk=decision.recorded_by_id),
        sentence="A second opinion on a safeguarding concern was given",
        link=concern.get_absolute_url(),
        by=by,
    )
    return entry


@transaction.atomic
def tell_workers(
    *,
    concern: Concern,
    people: Iterable[Person],
    words: str,
    review_on: date,
    was_told: bool,
    not_told_because: str = "",
    by: User,
) -> ConcernEntry:
    """Let the workers of their cases know as much as `words` say: an alert on each of `people`.

    Until then nobody but the leads knows that there is a concern. What was seen or said, and who raised
    it, stays with them.
    """
    locked(concern)
    people = list(people)
    if not people:
        raise Refused("Choose on whose record the alert stands.")
    on = timezone.localdate()
    for person in people:
        raise_alert(
            person=person,
            kind=Alert.Kind.SAFEGUARDING,
            words=words,
            source="The safeguarding lead",
            review_on=review_on,
            was_told=was_told,
            not_told_because=not_told_because,
            on=on,
            by=by,
        )
    record(Verb.CONCERN_WORKERS_TOLD, concern, by)
    names = ", ".join(str(person) for person in people)
    return write(concern, ConcernEntry.Kind.WORKERS_TOLD, f"{names}: {words.strip()}", by)


@transaction.atomic
def name_person(*, concern: Concern, person: Person, by: User) -> ConcernPerson:
    """Say that the concern is about somebody of the record, who was only described so far."""
    locked(concern)
    if concern.concern_people.filter(person=person).exists():
        raise Refused(f"The concern is about {person} already.")
    record(Verb.CONCERN_PERSON_NAMED, concern, by, person.pk)
    return ConcernPerson.objects.create(concern=concern, person=person, recorded_by=by)


def _end(concern: Concern, by: User) -> None:
    make(
        concern,
        CONCERN_MOVES[ConcernMove.END],
        ended_at=timezone.now(),
        ended_by=by,
        review_on=None,
    )
    forget_reminders(concern, by)
    raiser = User.objects.filter(pk=concern.recorded_by_id)
    tell(who=raiser, sentence=DEALT_WITH, link=receipt_of(concern), by=by)
