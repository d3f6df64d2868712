"""Telling the council or the police of a concern, through the sharing log, and asking until they answer."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.verbs import Verb
from cases.models import Agency
from consent.actions.sharing import record_share
from consent.gateways import Outcome
from consent.purposes import Purpose
from core.errors import Refused
from core.workflow import make
from safeguarding.models import Concern, ConcernEntry, Report
from safeguarding.rules import forget_reminders, locked, not_alone, record, remind, write
from safeguarding.workflow import CONCERN_MOVES, ConcernMove

# Both are recognised legitimate interests (UK GDPR Art 6(1)(ea)); the gateway says why without consent.
PURPOSES = {Report.To.COUNCIL: Purpose.SAFEGUARDING, Report.To.POLICE: Purpose.CRIME}


@transaction.atomic
def report(
    *,
    concern: Concern,
    to: Report.To,
    agency: Agency | str | None = None,
    recipient_name: str = "",
    recipient_role: str = "",
    sent_how: str,
    happened_at: datetime,
    what: str,
    gateway: str,
    gateway_detail: str,
    why_without_consent: str,
    told: bool,
    why_not_told: str = "",
    their_views: str = "",
    consulted: str = "",
    authorised_by: User | None = None,
    why_another: str = "",
    why_despite: str = "",
    tells_safe_address: bool | None = None,
    their_reference: str = "",
    next_chase_on: date,
    token: UUID | None = None,
    by: User,
) -> Report:
    """The council or the police was told. Written in the sharing log, where the workers of the families'
    cases do not read it, and asked again on `next_chase_on` until they answer.

    Through the gateways of the law or the public good, with all that the sharing log asks (law.md 4);
    refused while the concern is about nobody of the record.
    """
    locked(concern)
    before = Report.objects.filter(share__token=token, concern=concern).first() if token else None
    if before is not None:
        return before
    not_alone(concern, by)
    people = [link.person for link in concern.concern_people.select_related("person")]
    if not people:
        raise Refused(
            "Say first which person of the record it is about: the sharing log says about whom something "
            "was told. Add them as a person, if they are new."
        )
    share = record_share(
        case=None,
        people=people,
        outcome=Outcome.SHARED,
        purpose=PURPOSES[to],
        what=what,
        happened_at=happened_at,
        agency=agency,
        recipient_name=recipient_name,
        recipient_role=recipient_role,
        sent_how=sent_how,
        gateway=gateway,
        gateway_detail=gateway_detail,
        why_without_consent=why_without_consent,
        told=told,
        why_not_told=why_not_told,
        their_views=their_views,
        consulted=consulted,
        authorised_by=authorised_by,
        why_another=why_another,
        why_despite=why_despite,
        tells_safe_address=tells_safe_address,
        token=token,
        by=by,
    )
    record(Verb.CONCERN_REPORTED, concern, by)
    made = Report.objects.create(
        concern=concern,
        to=to,
        share=share,
        their_reference=their_reference.strip(),
        recorded_by=by,
    )
    make(concern, CONCERN_MOVES[ConcernMove.REPORT], next_chase_on=next_chase_on)
    remind(concern, by, what="ask for the answer", on=next_chase_on)
    return made


@transaction.atomic
def chase(*, concern: Concern, words: str, next_chase_on: date, by: User) -> ConcernEntry:
    """They were asked again; on `next_chase_on` they are asked once more, unless they answer."""
    locked(concern)
    words = words.strip()
    if not words:
        raise Refused("Say whom you asked, and what they said.")
    if concern.next_chase_on is None:
        raise Refused(f"{concern} waits for no answer.")
    record(Verb.CONCERN_CHASED, concern, by)
    entry = write(concern, ConcernEntry.Kind.CHASE, words, by)
    Concern.objects.filter(pk=concern.pk).update(next_chase_on=next_chase_on)
    concern.refresh_from_db()
    remind(concern, by, what="ask for the answer", on=next_chase_on)
    return entry


@transaction.atomic
def answer(*, concern: Concern, words: str, by: User) -> ConcernEntry:
    """What they answered. The concern is decided again, with what is known now."""
    locked(concern)
    words = words.strip()
    if not words:
        raise Refused("Write what they answered.")
    record(Verb.CONCERN_ANSWERED, concern, by)
    entry = write(concern, ConcernEntry.Kind.ANSWER, words, by)
    make(concern, CONCERN_MOVES[ConcernMove.ANSWER], next_chase_on=None)
    forget_reminders(concern, by)
    return entry
