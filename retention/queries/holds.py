"""Holds, and the switch for everything."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Case, Person
from cases.permissions import cases_of, people_of
from diary.permissions import drop_ins_of
from retention.holding import by_hand_each, holds_on
from retention.kinds import LOG_MONTH
from retention.models import Hold, Proposal, ProposalItem, Stop
from retention.permissions import (
    holds_of,
    known_as_visitors,
    may_hold,
    proposals_of,
    visitors_of,
)
from retention.workflow import UNDONE
from sar.desk_permissions import breaches_of
from sar.models import Breach


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold that stands, and what the reader calls that on which it is."""

    hold: Hold
    on: str


@dataclass(frozen=True, slots=True)
class Holds:
    """Every hold that stands, and the stop of everything if there is one."""

    rows: list[Standing]
    stop: Stop | None


def list_holds(*, look: Look) -> Holds:
    """The holds on people, cases and breaches that exist for the reader; NotNow (403) for other roles."""
    look = _holding(look)
    rows = list(_holds_for(look).filter(released_at=None))
    show(
        look,
        [Shown(Verb.HOLD_LISTED, row, people_of_hold(row)) for row in rows]
        or [Shown(Verb.HOLD_LISTED, Hold)],
    )
    stop = Stop.objects.filter(ended_at=None).select_related("recorded_by").first()
    return Holds(_called(rows, look.by), stop)


def open_hold(number: int, *, look: Look) -> Standing:
    """One hold that stands; NotYours (404, logged) otherwise."""
    look = _holding(look)
    found = _holds_for(look).filter(pk=number, released_at=None).first()
    if found is None:
        raise NotYours("No hold of this number stands.", look=look, record=Hold)
    show(look, [Shown(Verb.HOLD_LISTED, found, people_of_hold(found))])
    return _called([found], look.by)[0]


def begin_hold(*, look: Look) -> None:
    """Ask whether the reader places holds at all."""
    show(_holding(look), [Shown(Verb.HOLD_LISTED, Hold)])


def find_visitor(words: str, *, look: Look) -> Person | None:
    """Who came to a drop-in of the reader's services and is otherwise not theirs to know; None is not logged.

    By the reference of the attendance, as the drop-ins show it; or of the person, who only ever came to drop-ins.
    """
    look = look.for_purpose(Purpose.MANAGEMENT)
    user: User = look.by
    reference = words.strip().upper()
    came = (
        drop_ins_of(user)
        .filter(reference=reference, person__in=visitors_of(user))
        .select_related("person")
        .first()
    )
    if came is not None and came.person is not None:
        show(look, [Shown(Verb.DROP_IN_READ, came, [came.person])])
        return came.person
    person = known_as_visitors(user).exclude(pk__in=people_of(user)).filter(reference=reference)
    found = person.first()
    if found is not None:
        show(look, [Shown(Verb.PERSON_FOUND, found, [found])])
    return found


def find_case(words: str, *, look: Look) -> Case | None:
    """The case whose reference was typed, if it exists for the reader; found or not, it is logged."""
    reference = words.strip().upper()
    case = cases_of(look.by).filter(reference=reference).first()
    if case is not None:
        show(look, [Shown(Verb.CASE_LISTED, case, [one.pk for one in case.people.all()])])
    else:
        show(look, [Shown(Verb.LOOK_REFUSED, Case)], values={"reference": reference})
    return case


def find_breach(words: str, *, look: Look) -> Breach | None:
    """The breach whose reference was typed, for whoever works on breaches; None is not logged."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    breach = breaches_of(look.by).filter(reference=words.strip().upper()).first()
    if breach is not None:
        people = [one.pk for one in breach.people.all()]
        show(look, [Shown(Verb.HOLD_LISTED, breach, people)])
    return breach


def people_of_hold(hold: Hold) -> list[int]:
    """Whom a hold is about."""
    if hold.person_id is not None:
        return [hold.person_id]
    on = hold.case or hold.breach
    return [one.pk for one in on.people.all()] if on is not None else []


def stopped_by(hold: Hold) -> list[Proposal]:
    """The proposals, not done yet, that this hold stops; without those that another one stopped before."""
    waiting = ProposalItem.objects.filter(proposal__status__in=UNDONE)
    items = list(waiting.values_list("proposal", "table", "record"))
    held = by_hand_each((table, record) for _, table, record in items)
    on = timezone.localdate()
    stops: dict[int, set[int]] = {}
    for proposal, table, record in items:
        found = (
            [one.hold for one in holds_on([(table, record)], on=on) if one.hold is not None]
            if table == LOG_MONTH
            else held.get((table, record), [])
        )
        stops[proposal] = stops.get(proposal, set()) | {one.pk for one in found}
    numbers = [proposal for proposal, holds in stops.items() if holds == {hold.pk}]
    found_proposals = Proposal.objects.filter(pk__in=numbers).order_by("pk")
    return list(found_proposals.select_related("recorded_by", "approved_by"))


def who_hears_of_hold(proposal: Proposal) -> tuple[list[User], list[User]]:
    """Who is told that something stops `proposal`: those who may open it, and those who may not any more.

    Whoever proposed or approved it, and the Data Protection Officers. Of what is kept apart an officer learns
    nothing, since that there is a proposal would say that there is a concern.
    """
    officers = set(people_with("retention.propose_destruction"))
    acted = {one for one in (proposal.recorded_by, proposal.approved_by) if one is not None}
    open_to = {one for one in officers | acted if proposals_of(one).filter(pk=proposal.pk).exists()}
    by_number = sorted(open_to, key=lambda one: one.pk)
    return by_number, sorted(acted - open_to, key=lambda one: one.pk)


def _called(holds: list[Hold], user: User) -> list[Standing]:
    """Each with the name of whom it is on. A visitor whose name others alone know is called by their attendance."""
    people = Person.objects.filter(pk__in=[one.person_id for one in holds if one.person_id])
    named = set(people_of(user, among=people).values_list("pk", flat=True))
    named |= set(known_as_visitors(user).filter(pk__in=people).values_list("pk", flat=True))
    came = drop_ins_of(user).filter(person__in=people.exclude(pk__in=named)).order_by("came_on")
    attended = dict(came.values_list("person", "reference"))
    return [
        Standing(
            one,
            attended.get(one.person_id, "")
            if one.person_id and one.person_id not in named
            else str(one.person or one.case or one.breach),
        )
        for one in holds
    ]


def _holds_for(look: Look) -> QuerySet[Hold]:
    return (
        holds_of(look.by)
        .select_related("person", "case__service", "breach", "owner")
        .prefetch_related("case__people", "breach__people")
    )


def _holding(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_hold(look.by):
        raise NotNow("Holds are not part of your role.", look=look, record=Hold)
    return look
