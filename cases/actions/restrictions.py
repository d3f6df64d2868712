"""Keeping a record without using it, and the few ways in which it is used all the same (Art 18)."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.kinds import kind_of, people_of_entry
from cases.mentions import mentions_of
from cases.models import (
    HeldPassages,
    LawfulReason,
    Person,
    RestrictedUse,
    Restriction,
    RestrictionGrant,
)
from cases.passages import places_of
from cases.queries.entries import versions_of
from cases.queries.restrictions import refusal_of_leave
from cases.restricted import (
    live,
    people_over,
    restrictions_over,
    target_of,
    texts_of,
    without,
)
from core.dates import plain
from core.errors import Refused

ALERTS_STAY = (
    "Confirm that alerts and court orders stay visible: they protect other people, which the law allows while "
    "a record is restricted. End what is not true any more first."
)
NOT_TOLD_YET = "The person has not been told yet: write it down when they have been."


@transaction.atomic
def restrict(
    *, of: Any, ground: str, because: str, alerts_stay: bool = False, by: User
) -> Restriction:
    """From now on `of` (a person, case, note, contact, decision or document) is kept and not used.

    For a person it is confirmed that alerts and court orders stay visible: they protect others. An entry
    is restricted in its newest version.
    """
    if not because.strip():
        raise Refused("Say why the record is restricted.")
    target, of = _target_of(of)
    if live().filter(**{target: of}).exists():
        raise Refused(f"{of.reference} is restricted already.")
    if target == "person" and not alerts_stay:
        raise Refused(ALERTS_STAY)
    people = people_over(of)
    _record(Verb.RESTRICTION_PLACED, on=Restriction, action=Action.CREATE, people=people, by=by)
    return Restriction.objects.create(
        **{target: of},
        ground=ground,
        because=because.strip(),
        mentions=mentions_of(of) if isinstance(of, Person) else "",
        alerts_stay=True,
        recorded_by=by,
    )


@transaction.atomic
def tell_of_end(*, restriction: Restriction, notice_on: date, notice_means: str, by: User) -> None:
    """Write down that the person was told that the restriction ends: the first step of lifting it."""
    _still_lasts(restriction)
    if notice_on > timezone.localdate():
        raise Refused(NOT_TOLD_YET)
    if notice_on < timezone.localdate(restriction.recorded_at):
        raise Refused(
            f"{plain(notice_on)} was before the restriction: give the day on which they were told that "
            "it ends."
        )
    if not notice_means:
        raise Refused("Say how the person was told.")
    people = people_over(restriction.of)
    _record(Verb.RESTRICTION_TOLD, on=restriction, people=people, by=by)
    Restriction.objects.filter(pk=restriction.pk).update(
        notice_on=notice_on, notice_means=notice_means, notice_by=by
    )
    restriction.refresh_from_db()


@transaction.atomic
def lift(*, restriction: Restriction, because: str, by: User) -> None:
    """End the restriction: the record is used again. Refused before the person was told (Art 18(3))."""
    _still_lasts(restriction)
    if restriction.notice_on is None:
        raise Refused(
            "Tell the person first that the restriction ends, and write down the day and how (UK GDPR "
            "Art 18(3)). Then lift it."
        )
    if not because.strip():
        raise Refused("Say why it is lifted.")
    people = people_over(restriction.of)
    _record(Verb.RESTRICTION_LIFTED, on=restriction, people=people, by=by)
    Restriction.objects.filter(pk=restriction.pk).update(
        lifted_at=timezone.now(), lifted_by=by, lifted_because=because.strip()
    )
    restriction.refresh_from_db()


@transaction.atomic
def grant(
    *,
    restriction: Restriction,
    worker: User,
    reason: str,
    because: str,
    until: date,
    by: User,
) -> RestrictionGrant:
    """`worker` may use what is restricted, for one lawful reason, until a day within 28; they are told."""
    _still_lasts(restriction)
    today = timezone.localdate()
    if not because.strip():
        raise Refused("Say why the reason applies.")
    if refusal := refusal_of_leave(until):
        raise Refused(refusal)
    people = people_over(restriction.of)
    _record(
        Verb.RESTRICTION_GRANTED,
        on=restriction,
        action=Action.CREATE,
        people=people,
        by=by,
        values={"worker": worker.pk, "reason": reason, "until": until},
    )
    given = RestrictionGrant.objects.create(
        restriction=restriction,
        worker=worker,
        reason=reason,
        because=because.strip(),
        since=today,
        until=until,
        recorded_by=by,
    )
    tell(
        who=[worker],
        sentence=f"You may use {restriction.of.reference} until {plain(until)} although it is restricted.",
        link=restriction.of.get_absolute_url()
        if hasattr(restriction.of, "get_absolute_url")
        else "",
        by=by,
    )
    return given


@transaction.atomic
def end_grant(*, grant: RestrictionGrant, by: User) -> None:
    """Take the leave back before its day."""
    if grant.ended_at is not None:
        raise Refused("It has ended already.")
    _record(
        Verb.RESTRICTION_GRANT_ENDED,
        on=grant.restriction,
        people=people_over(grant.restriction.of),
        by=by,
    )
    RestrictionGrant.objects.filter(pk=grant.pk).update(ended_at=timezone.now(), ended_by=by)
    grant.refresh_from_db()


@transaction.atomic
def hold_passages(
    *, restriction: Restriction, entry: Any, passages: Iterable[str], by: User
) -> HeldPassages:
    """Say what of an entry about several people is held back for the restricted one; the rest shows again.

    Refused while a name of the restricted person stands outside the passages, and for words that do not
    stand in the entry.
    """
    _still_lasts(restriction)
    if restriction.person is None:
        raise Refused("Passages are held back for a restricted person, and this is no person.")
    kind = kind_of(entry)
    if HeldPassages.objects.filter(
        restriction=restriction, noun=kind.noun, record_id=entry.pk
    ).exists():
        raise Refused(f"Somebody has gone through {entry.reference} already.")
    texts = [str(getattr(entry, name)) for name in texts_of(type(entry))]
    words = [" ".join(passage.split()) for passage in passages if passage.strip()]
    for passage in words:
        if not any(list(places_of(passage, text)) for text in texts):
            raise Refused(
                f"“{passage}” does not stand in {entry.reference}. Write it as it stands there."
            )
    _nothing_left(restriction, texts, words, entry.reference)
    _record(
        Verb.RESTRICTION_PASSAGES_HELD,
        on=entry,
        action=Action.CREATE,
        people=people_of_entry(entry),
        by=by,
        values={"passages": words},
    )
    return HeldPassages.objects.create(
        restriction=restriction,
        noun=kind.noun,
        record_id=entry.pk,
        passages=words,
        recorded_by=by,
    )


@transaction.atomic
def use(*, of: Any, reason: LawfulReason, because: str, by: User) -> list[RestrictedUse]:
    """Say for which lawful reason something restricted is changed in this transaction (Art 18(2)).

    To be called by the verb that changes it, before it does. Whatever bars `of` is passed: its own
    restriction, that of its case and those of its people. Nothing is written where nothing bars it.
    """
    used = []
    for restriction in restrictions_over(of):
        _record(
            Verb.RESTRICTED_USED,
            on=restriction,
            action=Action.CREATE,
            people=people_over(of),
            by=by,
            values={"reason": reason, "because": because},
        )
        used.append(
            RestrictedUse.objects.create(
                restriction=restriction, reason=reason, because=because, recorded_by=by
            )
        )
    return used


def _nothing_left(
    restriction: Restriction, texts: list[str], passages: list[str], reference: str
) -> None:
    pattern = re.compile(restriction.mentions.replace(r"\y", r"\b"), re.IGNORECASE)
    for text in texts:
        if found := pattern.search(without(text, passages)):
            raise Refused(
                f"“{found[0]}” still stands in {reference} outside the passages. Add the words around it."
            )


def _target_of(of: Any) -> tuple[str, Any]:
    target = target_of(of)
    if target is None:
        raise Refused(
            "A person, a case, a note, a contact, a decision or a document is restricted."
        )
    if target not in ("person", "case"):
        of = versions_of(kind_of(of), of.pk)[0]
    return target, of


def _still_lasts(restriction: Restriction) -> None:
    # Locked, so that two people at once do not both tell, or lift.
    now = Restriction.objects.select_for_update(no_key=True).get(pk=restriction.pk)
    if now.lifted_at is not None:
        raise Refused(f"{now} was lifted on {plain(timezone.localdate(now.lifted_at))}.")
    restriction.notice_on = now.notice_on


def _record(
    verb: Verb,
    *,
    on: Any,
    people: Iterable[int],
    by: User,
    action: Action = Action.UPDATE,
    values: dict[str, Any] | None = None,
) -> None:
    record(
        verb,
        by=by,
        action=action,
        record=on,
        people=people,
        purpose=Purpose.RIGHTS_REQUEST,
        values=values,
    )
