"""A fact about somebody was written wrongly, or does not belong to them at all (UK GDPR Art 5(1)(d))."""

from datetime import date

from django.db import transaction

from accounts.models import User
from audit.verbs import Verb
from cases.actions.facts import correct_fact, take_out_fact
from cases.facts import check_come, check_order, one_line, sought_contact, tidy_address
from cases.models import Address, ContactPoint, PersonName, Relationship, SensitiveDetail
from cases.models.person import AboutPerson
from core.errors import Refused


@transaction.atomic
def correct_name(
    *,
    fact: PersonName,
    kind: str,
    name: str,
    since: date | None = None,
    until: date | None = None,
    on: date,
    by: User,
) -> PersonName:
    """The other name was written wrongly; `on` is today."""
    name = one_line(name)
    if not name:
        raise Refused("Write the other name.")
    _check_days(since, until, on)
    after = {"kind": kind, "name": name, "since": since, "until": until}
    return correct_fact(
        fact=fact, verb=Verb.NAME_CORRECTED, people=[fact.person_id], after=after, by=by
    )


@transaction.atomic
def correct_address(
    *,
    fact: Address,
    kind: str,
    lines: str,
    postcode: str = "",
    since: date | None = None,
    until: date | None = None,
    is_confidential: bool = False,
    on: date,
    by: User,
) -> Address:
    """The address was written wrongly; `on` is today. Somebody who moved has another address instead."""
    lines, postcode = tidy_address(lines, postcode)
    _check_days(since, until, on)
    after = {
        "kind": kind,
        "lines": lines,
        "postcode": postcode,
        "since": since,
        "until": until,
        "is_confidential": is_confidential,
    }
    return correct_fact(
        fact=fact, verb=Verb.ADDRESS_CORRECTED, people=[fact.person_id], after=after, by=by
    )


@transaction.atomic
def correct_contact_point(
    *,
    fact: ContactPoint,
    kind: str,
    value: str,
    safe_for_messages: bool = False,
    notes: str = "",
    until: date | None = None,
    on: date,
    by: User,
) -> ContactPoint:
    """The number or address was written wrongly, or how it may be used has changed; `on` is today."""
    value = one_line(value)
    _check_days(fact.since, until, on)
    after = {
        "kind": kind,
        "value": value,
        "value_sought": sought_contact(kind, value),
        "safe_for_messages": safe_for_messages,
        "notes": one_line(notes),
        "until": until,
    }
    return correct_fact(
        fact=fact, verb=Verb.CONTACT_POINT_CORRECTED, people=[fact.person_id], after=after, by=by
    )


@transaction.atomic
def correct_sensitive_detail(
    *,
    fact: SensitiveDetail,
    kind: str,
    detail: str,
    reason: str,
    until: date | None = None,
    on: date,
    by: User,
) -> SensitiveDetail:
    """What they told us was written wrongly; `on` is today."""
    detail, reason = detail.strip(), reason.strip()
    if not detail:
        raise Refused("Write what they told us.")
    if not reason:
        raise Refused("Say why we asked for it: without a reason it is not written down.")
    _check_days(fact.since, until, on)
    after = {"kind": kind, "detail": detail, "reason": reason, "until": until}
    return correct_fact(
        fact=fact,
        verb=Verb.SENSITIVE_DETAIL_CORRECTED,
        people=[fact.person_id],
        after=after,
        by=by,
    )


TAKEN_OUT = {
    PersonName: Verb.NAME_TAKEN_OUT,
    Address: Verb.ADDRESS_TAKEN_OUT,
    ContactPoint: Verb.CONTACT_POINT_TAKEN_OUT,
    SensitiveDetail: Verb.SENSITIVE_DETAIL_TAKEN_OUT,
    Relationship: Verb.RELATIONSHIP_TAKEN_OUT,
}


@transaction.atomic
def take_out(*, fact: AboutPerson, reason: str, by: User) -> None:
    """It does not belong in this record: it is about somebody else, or stands there twice.

    What it said stays in the log, with why; something that was so and is over is ended instead.
    """
    ends = ("person_id", "other_id") if isinstance(fact, Relationship) else ("person_id",)
    take_out_fact(
        fact=fact,
        verb=TAKEN_OUT[type(fact)],
        people=[getattr(fact, end) for end in ends],
        reason=reason,
        by=by,
    )


def _check_days(since: date | None, until: date | None, on: date) -> None:
    for day in (since, until):
        check_come(day, on)
    check_order(since, until)
