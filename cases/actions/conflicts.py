"""Conflicts of interest: staff say whom they know, and the Data Protection Officer closes the records (P17)."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Allocation, Barring, Person
from cases.queries.staff import keepers_of_conflicts, managers_of
from core.database import next_number
from core.errors import Refused

DECLARED = (
    "A colleague has said that they know somebody outside work. Look whether we know them too."
)
SAID_OVER = (
    "A colleague has said that they no longer know somebody as they did. It holds until you decide."
)
ENDED = "What you told us of somebody whom you know outside work is ended, and holds no longer."
KEPT = (
    "What you told us of somebody whom you know outside work holds on. Ask the officer who decided."
)
WORKED_ON_IT = "Somebody who works on this case cannot open it any more. Give it to somebody else."


@transaction.atomic
def declare_conflict(*, relation: str, words: str, by: User) -> Barring:
    """`by` says whom they know outside work, in words. The Data Protection Officer is told at once.

    Said twice in the same words it is one (a form sent twice), whatever became of the first: how often it
    stands in their own list tells them nothing. What they said is over, they can say anew.
    """
    words = words.strip()
    if not words:
        raise Refused("Say whom you mean: their name, and what else tells them apart.")
    same = Barring.objects.filter(
        user=by, relation=relation, words=words, recorded_by=by, ended_at=None, said_over_at=None
    ).first()
    if same is not None:
        return same
    declared = Barring(
        pk=next_number(Barring), user=by, relation=relation, words=words, recorded_by=by
    )
    record(
        Verb.CONFLICT_DECLARED,
        by=by,
        action=Action.CREATE,
        record=declared,
        purpose=Purpose.ACCESS_CONTROL,
    )
    declared.save(force_insert=True)
    declared.refresh_from_db()
    tell(
        who=keepers_of_conflicts().exclude(pk=by.pk),
        sentence=DECLARED,
        link=declared.get_absolute_url(),
        by=by,
    )
    return declared


@transaction.atomic
def place_conflict(*, user: User, person: Person, relation: str, words: str, by: User) -> Barring:
    """Close the record of `person` to `user`, without their having said anything."""
    words = words.strip()
    if not words:
        raise Refused("Say how you know of it.")
    _by_somebody_else(user, by)
    placed = Barring(
        pk=next_number(Barring),
        user=user,
        person=person,
        relation=relation,
        words=words,
        linked_at=timezone.now(),
        linked_by=by,
        recorded_by=by,
    )
    _check_new(user, person)
    record(
        Verb.CONFLICT_PLACED,
        by=by,
        action=Action.CREATE,
        record=placed,
        people=[person],
        purpose=Purpose.ACCESS_CONTROL,
    )
    placed.save(force_insert=True)
    placed.refresh_from_db()
    _tell_managers(user, person, by)
    return placed


@transaction.atomic
def link_conflict(
    *,
    barring: Barring,
    person: Person,
    their_account: User | None = None,
    own_record: Person | None = None,
    by: User,
) -> Barring:
    """Put what a colleague declared on the record of `person`, which is closed to them from now on.

    Where that person works here too and the colleague is on record themselves, it is closed both ways:
    `their_account` must not see `own_record` either.
    """
    _by_somebody_else(barring.user, by)
    if (their_account is None) is not (own_record is None):
        raise Refused("To close it both ways, name the account and the record of the colleague.")
    if own_record == person:
        raise Refused("This is the record that you close to the colleague. Name their own record.")
    _check_new(barring.user, person)
    record(
        Verb.CONFLICT_LINKED,
        by=by,
        action=Action.UPDATE,
        record=barring,
        people=[person],
        purpose=Purpose.ACCESS_CONTROL,
    )
    waiting = Barring.objects.filter(pk=barring.pk, person=None, ended_at=None)
    if waiting.update(person=person, linked_at=timezone.now(), linked_by=by) != 1:
        raise Refused("It is on a record already, or was ended meanwhile. Look again.")
    barring.refresh_from_db()
    _tell_managers(barring.user, person, by)
    if their_account is not None and own_record is not None:
        place_conflict(
            user=their_account,
            person=own_record,
            relation=barring.relation,
            words=f"The other way round, as {barring.reference}.",
            by=by,
        )
    return barring


@transaction.atomic
def say_over(*, barring: Barring, reason: str, by: User) -> Barring:
    """Whoever declared it says that it is no longer so. It holds until the Data Protection Officer, who is
    told at once, has ended it: nobody opens a record to themselves.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it is no longer so.")
    if barring.user_id != by.pk or barring.recorded_by_id != by.pk:
        raise Refused("Whoever declared it says that it is no longer so.")
    # Without whom it is about: they said it of what they declared, and do not know whether we found anybody.
    record(
        Verb.CONFLICT_SAID_OVER,
        by=by,
        action=Action.UPDATE,
        record=barring,
        purpose=Purpose.ACCESS_CONTROL,
    )
    holds = Barring.objects.filter(pk=barring.pk, said_over_at=None, ended_at=None)
    if holds.update(said_over_at=timezone.now(), said_over_by=by, said_over_because=reason) != 1:
        raise Refused("You have said so already, or it was ended meanwhile.")
    tell(
        who=keepers_of_conflicts().exclude(pk=by.pk),
        sentence=SAID_OVER,
        link=barring.get_absolute_url(),
        by=by,
    )
    barring.refresh_from_db()
    return barring


@transaction.atomic
def keep_conflict(*, barring: Barring, by: User) -> Barring:
    """It holds on although the colleague said that it is no longer so; they are told."""
    _by_somebody_else(barring.user, by)
    record(
        Verb.CONFLICT_KEPT,
        by=by,
        action=Action.UPDATE,
        record=barring,
        people=[barring.person_id] if barring.person_id else [],
        purpose=Purpose.ACCESS_CONTROL,
    )
    said_over = Barring.objects.filter(pk=barring.pk, kept_at=None, ended_at=None)
    said_over = said_over.exclude(said_over_at=None)
    if said_over.update(kept_at=timezone.now(), kept_by=by) != 1:
        raise Refused("Nobody waits for this: it was decided meanwhile, or nobody said it is over.")
    _tell_who_declared(barring, KEPT, by)
    barring.refresh_from_db()
    return barring


@transaction.atomic
def end_conflict(*, barring: Barring, reason: str, by: User) -> Barring:
    """It holds no longer: the record, if it was on one, may exist for the colleague again. They are told,
    if they declared it, and not whether it was on a record.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it holds no longer.")
    _by_somebody_else(barring.user, by)
    record(
        Verb.CONFLICT_ENDED,
        by=by,
        action=Action.UPDATE,
        record=barring,
        people=[barring.person_id] if barring.person_id else [],
        purpose=Purpose.ACCESS_CONTROL,
    )
    holds = Barring.objects.filter(pk=barring.pk, ended_at=None)
    if holds.update(ended_at=timezone.now(), ended_by=by, ended_because=reason) != 1:
        raise Refused("Somebody has ended it meanwhile.")
    _tell_who_declared(barring, ENDED, by)
    barring.refresh_from_db()
    return barring


def _tell_who_declared(barring: Barring, sentence: str, by: User) -> None:
    """Of a conflict that somebody else placed the colleague knows nothing, and is told nothing."""
    if barring.recorded_by_id == barring.user_id:
        tell(who=[barring.user], sentence=sentence, link=reverse("cases:people-i-know"), by=by)


def _by_somebody_else(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise Refused("Nobody decides about their own conflict: ask the deputy.")


def _check_new(user: User, person: Person) -> None:
    if Barring.objects.filter(user=user, person=person, ended_at=None).exists():
        raise Refused(f"{person.reference} is closed to {user} already.")


def _tell_managers(user: User, person: Person, by: User) -> None:
    """The managers of cases on which `user` worked until this moment: somebody else must."""
    working = Allocation.objects.filter(
        worker=user, until=None, case__case_people__person=person
    ).select_related("case__service")
    for allocation in working:
        tell(
            who=managers_of(allocation.case.service).filter(~Q(pk=user.pk)),
            sentence=WORKED_ON_IT,
            link=allocation.case.get_absolute_url(),
            by=by,
        )
