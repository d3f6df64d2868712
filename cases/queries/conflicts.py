"""Conflicts of interest and seals: the lists, and opening one. Behind the door, like everything else."""

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Barring, Person, Seal
from cases.permissions import (
    can_keep_conflicts,
    can_keep_seals,
    conflicts_of,
    seals_of,
)
from cases.queries.cases import PAGE_LENGTH
from cases.queries.people import open_person

WAITING, HOLDS, OVER, ENDED = "waiting", "holds", "over", "ended"
STATES = {
    WAITING: "On no record",
    HOLDS: "On a record",
    OVER: "Said to be over",
    ENDED: "Ended",
}
OF_STATE = {
    WAITING: Q(person=None, ended_at=None),
    HOLDS: Q(person__isnull=False, ended_at=None),
    OVER: Q(said_over_at__isnull=False, kept_at=None, ended_at=None),
    ENDED: Q(ended_at__isnull=False),
}
OF_THEIR_OWN = (
    "reference",
    "relation",
    "words",
    "recorded_at",
    "said_over_at",
    "kept_at",
    "ended_at",
)


def own_conflicts(*, look: Look) -> list[Barring]:
    """Whom `look.by` declared to know, and what became of what they said themselves. That a record was found
    is not among it.
    """
    show(look, [])
    own = Barring.objects.filter(user=look.by, recorded_by=look.by)
    return list(own.only(*OF_THEIR_OWN))


def open_own_conflict(reference: str, *, look: Look) -> Barring:
    """One that `look.by` declared and that holds. NotYours (404, logged) for any other."""
    own = Barring.objects.filter(user=look.by, recorded_by=look.by, ended_at=None)
    found = own.filter(reference=reference, said_over_at=None).select_related("user").first()
    if found is None:
        raise NotYours(
            "You declared no conflict of interest with this reference that holds.",
            look=look,
            record=Barring,
            values={"reference": reference},
        )
    show(look, [])
    return found


def list_conflicts(*, look: Look, state: str = WAITING, page: int | str = 1) -> Page:
    """One page of the conflicts of colleagues in one state; one entry a row.

    NotNow (403, logged) for everybody but the Data Protection Officer.
    """
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    if not can_keep_conflicts(look.by):
        raise NotNow("Your role keeps no conflicts of interest.", look=look, record=Barring)
    found = _whole(conflicts_of(look.by)).filter(OF_STATE.get(state, OF_STATE[WAITING]))
    rows = Paginator(found, PAGE_LENGTH).get_page(page)
    show(look, [Shown(Verb.CONFLICT_LISTED, one, _about(one)) for one in rows])
    return rows


def begin_conflict(*, look: Look) -> None:
    """The page on which one is placed; NotNow (403, logged) for everybody but the Data Protection Officer."""
    if not can_keep_conflicts(look.by):
        raise NotNow("Your role keeps no conflicts of interest.", look=look, record=Barring)
    show(look.for_purpose(Purpose.ACCESS_CONTROL), [])


def open_conflict(reference: str, *, look: Look) -> Barring:
    """One conflict of a colleague. NotYours (404, logged) if it does not exist for `look.by`."""
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    found = _whole(conflicts_of(look.by)).filter(reference=reference).first()
    if found is None:
        asked = Barring.objects.filter(reference=reference, person__isnull=False)
        raise NotYours(
            "No conflict of interest with this reference.",
            look=look,
            record=Barring,
            people=asked.values_list("person", flat=True),
            values={"reference": reference},
        )
    show(look, [Shown(Verb.CONFLICT_READ, found, _about(found))])
    return found


def begin_seal(reference: str, *, look: Look) -> tuple[Person, list[User]]:
    """The person whose record is to be sealed, and who works in their cases now; as `open_person`."""
    record = open_person(reference, look=look, may=can_keep_seals)
    working = {
        one.worker_id: one.worker
        for case in record.cases
        for one in case.allocations.all()
        if one.until is None
    }
    return record.person, list(working.values())


def list_seals(*, look: Look, lifted: bool = False, page: int | str = 1) -> Page:
    """One page of the seals that exist for `look.by`; one entry a row.

    NotNow (403, logged) for everybody but the Data Protection Officer and the safeguarding lead.
    """
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    if not can_keep_seals(look.by):
        raise NotNow("Your role seals no records.", look=look, record=Seal)
    found = seals_of(look.by).filter(lifted_at__isnull=not lifted)
    found = found.select_related("person", "recorded_by", "lift_asked_by").order_by(
        F("lift_asked_at").asc(nulls_last=True), "-pk"
    )
    rows = Paginator(found, PAGE_LENGTH).get_page(page)
    show(look, [Shown(Verb.SEAL_LISTED, one, [one.person_id]) for one in rows])
    return rows


def open_seal(reference: str, *, look: Look) -> Seal:
    """One seal with whoever is named on it. NotYours (404, logged) if it does not exist for `look.by`."""
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    found = (
        seals_of(look.by)
        .filter(reference=reference)
        .select_related("person", "recorded_by", "lift_asked_by", "lifted_by")
        .prefetch_related("seal_readers__user", "seal_readers__ended_by")
        .first()
    )
    if found is None:
        raise NotYours(
            "No seal with this reference.",
            look=look,
            record=Seal,
            people=Seal.objects.filter(reference=reference).values_list("person", flat=True),
            values={"reference": reference},
        )
    show(look, [Shown(Verb.SEAL_READ, found, [found.person_id])])
    return found


def _whole(conflicts: QuerySet[Barring]) -> QuerySet[Barring]:
    return conflicts.select_related(
        "user", "person", "recorded_by", "linked_by", "kept_by", "ended_by"
    )


def _about(one: Barring) -> list[int]:
    return [one.person_id] if one.person_id else []
