"""What is done with an enquiry: writing it down, and what became of it (features.md P44)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case, Enquiry, Person, Referral, Service
from core.database import next_number
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def record_enquiry(
    *,
    service: Service | None,
    asked_on: date,
    how_received: str,
    who: str,
    name: str = "",
    reach: str = "",
    person: Person | None = None,
    question: str,
    answer: str,
    signpost: str = "",
    token: UUID | None = None,
    on: date,
    by: User,
) -> Enquiry:
    """Somebody asked something and was answered; `on` is today. Nobody need be named.

    The same form (`token`) sent twice makes one enquiry. Refused without question or answer, and for a
    day that has not come.
    """
    question, answer = question.strip(), answer.strip()
    if not question:
        raise Refused("Say what they asked.")
    if not answer:
        raise Refused("Say what they were told, or that somebody will ring back.")
    if asked_on > on:
        raise Refused(f"{plain(asked_on)} has not come yet. An enquiry came today or earlier.")
    if before := _sent_before(token, by):
        return before
    enquiry = Enquiry(
        pk=next_number(Enquiry),
        service=service,
        asked_on=asked_on,
        how_received=how_received,
        who=who,
        name=name.strip(),
        reach=reach.strip(),
        person=person,
        question=question,
        answer=answer,
        signpost=signpost.strip(),
        token=token,
        recorded_by=by,
    )
    record(
        Verb.ENQUIRY_RECORDED,
        by=by,
        action=Action.CREATE,
        record=enquiry,
        people=[person] if person else [],
    )
    enquiry.save(force_insert=True)
    enquiry.refresh_from_db()
    return enquiry


@transaction.atomic
def turn_into(*, enquiry: Enquiry, became: Referral | Case, by: User) -> Enquiry:
    """More came of it: a referral was taken in or a case opened, and the enquiry is kept with that.

    Refused the second time.
    """
    now = Enquiry.objects.select_for_update(no_key=True).get(pk=enquiry.pk)
    if now.turned_at is not None:
        raise Refused(f"{now.reference} has become a referral or a case already.")
    people = set(became.people.values_list("pk", flat=True))
    record(
        Verb.ENQUIRY_TURNED,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=people | ({now.person_id} if now.person_id else set()),
        values={"became": became.reference},
    )
    now.turned_at, now.turned_by = timezone.now(), by
    if isinstance(became, Referral):
        now.referral = became
    else:
        now.case = became
    now.save(update_fields=["turned_at", "turned_by", "referral", "case"])
    return now


def _sent_before(token: UUID | None, by: User) -> Enquiry | None:
    """The enquiry that the same form of the same worker has made already."""
    if token is None:
        return None
    # Two sendings of one form go one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return Enquiry.objects.filter(token=token, recorded_by=by).first()
