"""What may be written about how people are related, and who has parental responsibility for whom."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit.verbs import Verb
from cases.actions.facts import add_fact, correct_fact, end_fact
from cases.facts import check_come, check_order, one_line
from cases.models import Kinship, Person, Relationship
from cases.queries.responsibility import GROWN_UP, is_grown_up
from core.dates import age_on
from core.errors import Refused

# Parental responsibility is for a child, and never follows from these.
NO_RESPONSIBILITY = frozenset({Kinship.PARTNER, Kinship.FORMER_PARTNER})


@transaction.atomic
def add_relationship(
    *,
    person: Person,
    kind: str,
    other: Person,
    since: date | None = None,
    parental_responsibility: bool = False,
    responsibility_by: str = "",
    responsibility_evidence: str = "",
    on: date,
    by: User,
) -> Relationship:
    """`person` is `kind` (parent of, partner of …) `other`; `on` is today. Read from both ends.

    Parental responsibility (Children Act 1989 s 3) is of `person` for `other`; Refused without saying
    how we know, for an adult, and between partners.
    """
    if person.pk == other.pk:
        raise Refused("Nobody is related to themselves. Choose another person.")
    evidence = one_line(responsibility_evidence)
    if parental_responsibility:
        _check_responsibility(Kinship(kind), other, evidence, on)
    elif evidence or responsibility_by:
        raise Refused(
            "Say as well that they have parental responsibility, or leave out how we know."
        )
    check_come(since, on)
    _check_written_once(person, other, kind)
    relationship = Relationship(
        person=person,
        kind=kind,
        other=other,
        since=since,
        parental_responsibility=parental_responsibility,
        responsibility_by=responsibility_by,
        responsibility_evidence=evidence,
    )
    both = [person.pk, other.pk]
    return add_fact(fact=relationship, verb=Verb.RELATIONSHIP_ADDED, people=both, by=by)


@transaction.atomic
def end_relationship(
    *, relationship: Relationship, until: date, on: date, by: User
) -> Relationship:
    """They are no longer related in this way since the day `until`; `on` is today."""
    return end_fact(
        fact=relationship,
        verb=Verb.RELATIONSHIP_ENDED,
        people=_both(relationship),
        until=until,
        on=on,
        by=by,
    )


@transaction.atomic
def correct_relationship(
    *,
    relationship: Relationship,
    person: Person,
    kind: str,
    other: Person,
    since: date | None = None,
    until: date | None = None,
    on: date,
    by: User,
) -> Relationship:
    """How the two are related was written wrongly: `person` is `kind` `other`. `on` is today.

    The people stay the two they are. Parental responsibility is of the first for the second: turned
    round, or between partners, it has to be taken away before.
    """
    if {person.pk, other.pk} != set(_both(relationship)):
        raise Refused("It is about other people: take it out, and write it in their records.")
    turned = person.pk != relationship.person_id
    if relationship.parental_responsibility and (turned or kind in NO_RESPONSIBILITY):
        raise Refused("Take away the parental responsibility first: it would be of the wrong one.")
    for day in (since, until):
        check_come(day, on)
    check_order(since, until)
    if until is None:
        _check_written_once(person, other, kind, but=relationship)
    after = {
        "person_id": person.pk,
        "kind": kind,
        "other_id": other.pk,
        "since": since,
        "until": until,
    }
    return correct_fact(
        fact=relationship,
        verb=Verb.RELATIONSHIP_CORRECTED,
        people=_both(relationship),
        after=after,
        by=by,
    )


@transaction.atomic
def record_responsibility(
    *,
    relationship: Relationship,
    responsibility_by: str,
    evidence: str,
    since: date | None = None,
    until: date | None = None,
    seen_on: date | None = None,
    seen_by: User | None = None,
    on: date,
    by: User,
) -> Relationship:
    """The first of the two has parental responsibility for the second, since and until these days.

    Written, changed and ended by the same act: what it said before goes into the entry. `on` is today.
    """
    evidence = one_line(evidence)
    if not responsibility_by:
        raise Refused("Say how they came to have parental responsibility.")
    _check_responsibility(Kinship(relationship.kind), relationship.other, evidence, on, until=until)
    for day in (since, until, seen_on):
        check_come(day, on)
    check_order(since, until)
    if (seen_on is None) != (seen_by is None):
        raise Refused("Say on which day the evidence was seen, and by whom: both, or neither.")
    after = {
        "parental_responsibility": True,
        "responsibility_by": responsibility_by,
        "responsibility_evidence": evidence,
        "responsibility_since": since,
        "responsibility_until": until,
        "responsibility_seen_on": seen_on,
        "responsibility_seen_by": seen_by,
    }
    return correct_fact(
        fact=relationship,
        verb=Verb.RESPONSIBILITY_RECORDED,
        people=_both(relationship),
        after=after,
        by=by,
    )


@transaction.atomic
def withdraw_responsibility(*, relationship: Relationship, reason: str, by: User) -> Relationship:
    """They never had parental responsibility: it was written by mistake, for the reason given."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it does not belong in this record.")
    after = {
        "parental_responsibility": False,
        "responsibility_by": "",
        "responsibility_evidence": "",
        "responsibility_since": None,
        "responsibility_until": None,
        "responsibility_seen_on": None,
        "responsibility_seen_by": None,
    }
    return correct_fact(
        fact=relationship,
        verb=Verb.RESPONSIBILITY_WITHDRAWN,
        people=_both(relationship),
        after=after,
        reason=reason,
        by=by,
    )


def _check_written_once(
    person: Person, other: Person, kind: str, *, but: Relationship | None = None
) -> None:
    # Two who write the same at once go one after the other.
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=(person.pk, other.pk))
        .order_by("pk")
    )
    either_way = Q(person=person, other=other) | Q(person=other, other=person)
    there = Relationship.objects.filter(either_way, kind=kind, until=None)
    if any(one != but for one in there):
        raise Refused(f"It is recorded already how {person} and {other} are related.")


def _both(relationship: Relationship) -> list[int]:
    return [relationship.person_id, relationship.other_id]


def _check_responsibility(
    kind: Kinship, child: Person, evidence: str, on: date, *, until: date | None = None
) -> None:
    if kind in NO_RESPONSIBILITY:
        raise Refused("Parental responsibility is for a child: it is not written between partners.")
    born = child.date_of_birth
    if until is None and born and born <= on and is_grown_up(child, on=on):
        raise Refused(
            f"Parental responsibility ends at {GROWN_UP}, and {child} is {age_on(born, on)} years old."
        )
    if not evidence:
        raise Refused(
            "Say how we know of the parental responsibility: the birth certificate, the court order "
            "or the agreement that somebody saw."
        )
