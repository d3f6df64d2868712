"""Breaking the glass, ending it, and somebody else's word on whether it was needed (features.md N7)."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import EmergencyLook, Person
from cases.permissions import (
    can_end_emergency,
    can_review_emergency,
    people_in_reach_of_an_emergency,
)
from cases.queries.emergencies import NOBODY, reviewers_of, to_chase
from cases.reach import emergencies_now
from core.database import next_number
from core.dates import ONE_DAY, add_working_days, is_working_day, next_working_day, plain
from core.errors import Refused


@transaction.atomic
def open_in_emergency(*, person: Person, reason: str, by: User) -> EmergencyLook:
    """`by` needs to know the record of `person` for the next hours, and the Data Protection Officer is told.

    Refused without a reason, and for everybody whom an emergency does not open to them, as for nobody. Opened
    twice (a form sent twice), it is open once.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say what happened, so that somebody else can see that it was needed.")
    # Two clicks of one person go one after the other.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    if same := emergencies_now(by).filter(person=person).first():
        return same
    asked = Person.objects.filter(pk=person.pk)
    if not people_in_reach_of_an_emergency(by, among=asked).exists():
        raise Refused(NOBODY)
    now = timezone.now()
    begun = EmergencyLook(
        pk=next_number(EmergencyLook),
        person=person,
        reason=reason,
        until=now + timedelta(hours=settings.BREAK_GLASS_HOURS),
        review_by=add_working_days(timezone.localdate(now), settings.BREAK_GLASS_REVIEW_DAYS),
        recorded_at=now,
        recorded_by=by,
    )
    record(
        Verb.EMERGENCY_BEGUN,
        by=by,
        action=Action.CREATE,
        record=begun,
        people=[person],
        purpose=Purpose.EMERGENCY,
        values={"reason": reason, "until": begun.until},
    )
    begun.save(force_insert=True)
    begun.refresh_from_db()
    _tell_reviewers(
        begun,
        f"A record was opened in an emergency. Say by {plain(begun.review_by)} whether it was needed.",
        by=by,
    )
    return begun


@transaction.atomic
def end_emergency(*, emergency: EmergencyLook, by: User) -> EmergencyLook:
    """The record is open by it no longer, before its time. Refused once it is over."""
    if not can_end_emergency(by, emergency):
        raise Refused("It is over already, or not yours to end.")
    record(
        Verb.EMERGENCY_ENDED,
        by=by,
        action=Action.UPDATE,
        record=emergency,
        people=[emergency.person_id],
        purpose=Purpose.EMERGENCY,
    )
    lasts = EmergencyLook.objects.filter(pk=emergency.pk, ended_at=None)
    if lasts.update(ended_at=timezone.now(), ended_by=by) != 1:
        raise Refused("Somebody has ended it meanwhile.")
    emergency.refresh_from_db()
    return emergency


@transaction.atomic
def review_emergency(
    *, emergency: EmergencyLook, outcome: EmergencyLook.Outcome, explanation: str, by: User
) -> EmergencyLook:
    """Somebody else says whether it was needed, and what they found. Once, and when it is over."""
    explanation = explanation.strip()
    if not explanation:
        raise Refused("Say what you found: whom you asked, and what they said.")
    if emergency.recorded_by_id == by.pk:
        raise Refused("You opened this record yourself: somebody else reviews it.")
    if emergency.lasts:
        raise Refused(
            "The record is still open by it. End it first, or wait until it ends by itself."
        )
    if not can_review_emergency(by, emergency) or not _may_know(by, emergency):
        raise Refused("It is reviewed already, or not yours to review.")
    record(
        Verb.EMERGENCY_REVIEWED,
        by=by,
        action=Action.UPDATE,
        record=emergency,
        people=[emergency.person_id],
        purpose=Purpose.MANAGEMENT,
        values={"outcome": outcome, "explanation": explanation},
    )
    waiting = EmergencyLook.objects.filter(pk=emergency.pk, reviewed_at=None)
    reviewed = waiting.update(
        reviewed_at=timezone.now(), reviewed_by=by, outcome=outcome, explanation=explanation
    )
    if reviewed != 1:
        raise Refused("Somebody has reviewed it meanwhile: look again.")
    emergency.refresh_from_db()
    return emergency


@transaction.atomic
def chase_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """On working days from the day before on, ask again for each review that is due; how many are.

    Run again on the same day it asks for nothing more.
    """
    if not is_working_day(on):
        return 0
    waiting = list(to_chase(on_or_before=next_working_day(on + ONE_DAY), not_again_on=on))
    for one in waiting:
        record(
            Verb.EMERGENCY_CHASED,
            by=by,
            action=Action.UPDATE,
            record=one,
            people=[one.person_id],
            purpose=Purpose.ACCESS_CONTROL,
        )
        EmergencyLook.objects.filter(pk=one.pk).update(chased_on=on)
        due = "was due" if one.review_by < on else "is due"
        _tell_reviewers(
            one, f"The review of an emergency look {due} on {plain(one.review_by)}.", by=by
        )
    return len(waiting)


def _may_know(by: User, emergency: EmergencyLook) -> bool:
    return reviewers_of(emergency).filter(pk=by.pk).exists()


def _tell_reviewers(emergency: EmergencyLook, sentence: str, *, by: Actor) -> None:
    """Tell whoever may review it; where nobody may, tell whoever can name a deputy, who sees no client."""
    reviewers = list(reviewers_of(emergency))
    tell(who=reviewers, sentence=sentence, link=emergency.get_absolute_url(), by=by)
    if not reviewers:
        tell(
            who=people_with("accounts.manage_users"),
            sentence="An emergency look waits for review, and nobody who is here may review it. Name a deputy "
            "of the Data Protection Officer.",
            link=reverse("accounts:deputies"),
            by=by,
        )
