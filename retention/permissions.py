"""Who may do what about keeping and destroying, and when: the person and the state in one answer."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from cases.closed import closed
from cases.models import CasePerson, Person, ReferralPerson, Service
from cases.permissions import cases_of, people_of, services_of
from diary.permissions import drop_ins_of
from retention.erasing import going
from retention.holding import Held, Record, touched_by_each
from retention.kinds import ALLEGATION, APART, BREACH, COMPLAINT, CONCERN, PERSON
from retention.models import GoesAlong, Hold, OutsidePlace, Proposal, ProposalItem, Run, Stop
from retention.workflow import UNDONE, ProposalStatus
from safeguarding.permissions import (
    allegations_of,
    concerns_of,
    named_receivers,
    receives,
    works_concerns,
)
from sar.desk_permissions import breaches_of, complaints_of
from sar.permissions import requests_of

IN_GENERAL = Held(
    "A hold is placed: nothing of it is destroyed until the hold is released.", is_known=True
)

# Of what is kept apart, the records that exist for somebody.
READ_BY: dict[str, Callable[[User], QuerySet[Any]]] = {
    CONCERN: concerns_of,
    ALLEGATION: allegations_of,
}
# Of the other kinds, those of which not every record exists for whoever proposes or approves: papers about somebody's
# rights are not a manager's, and a complaint is not theirs whom it is about.
TOLD_TO: dict[str, Callable[[User], QuerySet[Any]]] = {
    "sar.RightsRequest": requests_of,
    COMPLAINT: complaints_of,
    BREACH: breaches_of,
}


def exists_for(user: User, table: str, number: int) -> bool:
    """Whether `user`, who proposes or approves, may know of this record."""
    theirs = (READ_BY | TOLD_TO).get(table)
    is_there = theirs is None or theirs(user).filter(pk=number).exists()
    return is_there and not closed_to(user, [(table, number)])


def closed_to(user: User, records: Iterable[Record]) -> set[Record]:
    """Those of `records` about somebody who is closed to `user`: in a conflict of interest with them, or sealed.

    What is kept apart has a rule of its own about that (`READ_BY`): the only lead there is still reads it.
    """
    shut = set(Person.objects.filter(closed(user)).order_by().values_list("pk", flat=True))
    if not shut:
        return set()
    wanted = list(dict.fromkeys(one for one in records if one[0] not in READ_BY))
    touched = touched_by_each([[one] for one in wanted])
    return {one for one, of in zip(wanted, touched, strict=True) if not shut.isdisjoint(of.people)}


def hidden_from(user: User, records: Iterable[Record]) -> set[Record]:
    """Those of `records` that do not exist for `user`: of kinds that are not everybody's, or about somebody who is
    closed to them.
    """
    wanted = list(records)
    hidden = closed_to(user, wanted)
    for table, theirs in TOLD_TO.items():
        if numbers := {number for of, number in wanted if of == table}:
            shown = theirs(user).filter(pk__in=numbers).values_list("pk", flat=True)
            hidden |= {(table, number) for number in numbers - set(shown)}
    return hidden


def opened_by(user: User) -> dict[str, QuerySet[Any]]:
    """Of the kinds of record that have a page of their own, those that `user` may open there."""
    kinds: dict[str, QuerySet[Any]] = {
        "cases.Case": cases_of(user),
        PERSON: people_of(user),
        "sar.RightsRequest": requests_of(user),
        COMPLAINT: complaints_of(user),
    }
    if works_apart(user):
        kinds |= {table: read_by(user) for table, read_by in READ_BY.items()}
    if user.has_perm("accounts.enter_admin"):
        kinds[BREACH] = breaches_of(user)
    return kinds


def parts_of(proposal: Proposal) -> list[Record]:
    """Its records, and before their time whatever else of these kinds would go with them: somebody takes their
    complaint along, though nobody named it. By the schedule everything of theirs is proposed with them.
    """
    records = [(item.table, item.record) for item in proposal.items.all()]
    if proposal.status in UNDONE and proposal.kind != Proposal.Kind.DUE:
        closure = going(proposal)
        records += [
            (table, number) for table in TOLD_TO for number in sorted(closure.numbers(table))
        ]
    return list(dict.fromkeys(records))


def closed_to_every_officer(records: Iterable[Record]) -> set[Record]:
    """Those of `records` that nobody may propose: every officer, deputies as well, is in a conflict with somebody in them.

    All of them where there is no officer at all.
    """
    left = set(records)
    for officer in people_with("retention.propose_destruction"):
        if not left:
            break
        left = closed_to(officer, left)
    return left


def may_adopt(user: User) -> bool:
    """Whose task the schedule is: the Data Protection Officer's."""
    return user.has_perm("retention.adopt_schedule")


def may_see_schedule(user: User) -> bool:
    return may_adopt(user) or may_hold(user) or may_approve(user)


def may_hold(user: User) -> bool:
    """Whose task it is to place and release holds."""
    return user.has_perm("retention.place_hold")


def visitors_of(user: User) -> QuerySet[Person]:
    """Whoever came to a drop-in of the services of `user`, also who is in a case or a referral of others."""
    came = drop_ins_of(user).order_by().values("person")
    return Person.objects.filter(pk__in=came, merged_into=None)


def known_as_visitors(user: User) -> QuerySet[Person]:
    """Those of them who only ever came to drop-ins: nothing of others is told with their names."""
    return visitors_of(user).filter(
        ~Exists(CasePerson.objects.filter(person=OuterRef("pk"))),
        ~Exists(ReferralPerson.objects.filter(person=OuterRef("pk"))),
    )


def holds_of(user: User) -> QuerySet[Hold]:
    """The holds, of whatever day, that exist for `user`: on the people, cases and breaches that do, for whose task
    they are.

    Of a visitor of their drop-ins who is in a case of others, that which `user` placed.
    """
    if not may_hold(user):
        return Hold.objects.none()
    return Hold.objects.filter(
        Q(person__in=people_of(user))
        | Q(case__in=cases_of(user))
        | Q(breach__in=breaches_of(user))
        | Q(person__in=known_as_visitors(user))
        | Q(person__in=visitors_of(user), owner=user)
    )


def told(held: Iterable[Held], user: User) -> list[Held]:
    """The same for `user` to read: of a hold that does not exist for them, only that there is one."""
    found = list(held)
    theirs = holds_of(user).filter(pk__in=[one.hold.pk for one in found if one.hold is not None])
    known = set(theirs.values_list("pk", flat=True))
    return list(
        dict.fromkeys(
            one if one.hold is None or one.hold.pk in known else IN_GENERAL for one in found
        )
    )


def can_release(user: User, hold: Hold) -> bool:
    return may_hold(user) and hold.stands


def may_propose(user: User) -> bool:
    return user.has_perm("retention.propose_destruction")


def may_approve(user: User) -> bool:
    return user.has_perm("retention.approve_destruction")


def works_apart(user: User) -> bool:
    """Whether concerns, or allegations, are theirs: they propose and approve among themselves what of those goes."""
    return works_concerns(user) or receives(user)


def may_see_due(user: User) -> bool:
    return may_propose(user) or works_apart(user)


def early_kinds(user: User) -> frozenset[str]:
    """Of which kinds somebody may propose records before their time: of families, or of what is kept apart for them."""
    families = {PERSON, "cases.Case"} if may_propose(user) else set()
    concerns = {CONCERN} if works_concerns(user) else set()
    return frozenset(families | concerns | ({ALLEGATION} if receives(user) else set()))


def may_see_proposals(user: User) -> bool:
    return may_propose(user) or may_approve(user) or works_apart(user)


def works_on(user: User, proposal: Proposal) -> bool:
    """Whose task a proposal is. Of what is kept apart, that of those who read it; the Data Protection Officer
    learns that something was destroyed, from the certificate.
    """
    if proposal.is_kept_apart:
        return works_apart(user)
    return may_propose(user) or may_approve(user)


def proposals_of(user: User) -> QuerySet[Proposal]:
    """The proposals that exist for `user`: all for whoever proposes; of their services for a manager; of what is
    kept apart, those about records that exist for them, and what they decided about what is gone. None about
    somebody who is closed to them.
    """
    found = Q(pk__in=[])
    if may_propose(user):
        apart = ProposalItem.objects.filter(table__in=READ_BY).exclude(
            proposal__kind=Proposal.Kind.ERASURE
        )
        found |= ~Q(pk__in=apart.values("proposal"))
    elif may_approve(user):
        found |= Q(service__in=services_of(user))
    if works_apart(user):
        for table, read_by in READ_BY.items():
            records = read_by(user).order_by().values("pk")
            items = ProposalItem.objects.filter(table=table, record__in=records).exclude(
                proposal__kind=Proposal.Kind.ERASURE
            )
            found |= Q(pk__in=items.values("proposal"))
        theirs = Q(recorded_by=user) | Q(approved_by=user)
        found |= Q(status=ProposalStatus.DESTROYED) & theirs
    return Proposal.objects.filter(found).exclude(pk__in=_closed_proposals(user))


def _closed_proposals(user: User) -> set[int]:
    """Those about somebody who is closed to `user`, whatever of theirs would go. Of what is gone nobody is told."""
    items = ProposalItem.objects.exclude(proposal__status=ProposalStatus.DESTROYED)
    rows = list(items.values_list("table", "record", "proposal"))
    shut = closed_to(user, ((table, record) for table, record, _ in rows))
    # A concern that somebody asked to be erased has the rule of its request, and not that of those who protect.
    asked = items.filter(closed(user, "erasure__request__person"))
    return {proposal for table, record, proposal in rows if (table, record) in shut} | set(
        asked.values_list("proposal", flat=True)
    )


def runs_of(user: User) -> QuerySet[Run]:
    """The runs that exist for `user`: all for whoever proposes; those with a proposal of theirs for others."""
    if may_propose(user):
        return Run.objects.all()
    return Run.objects.filter(Exists(proposals_of(user).filter(run=OuterRef("pk"))))


def can_approve(user: User, proposal: Proposal) -> bool:
    """Approve: another person than whoever proposed it, after it was rehearsed and every word decided."""
    if proposal.status != ProposalStatus.PROPOSED or proposal.rehearsed is None:
        return False
    if proposal.kind == Proposal.Kind.ERASURE:
        # Two people decided about every item of it; what is left is to say that it goes, with all that goes along.
        return may_propose(user) and not hidden_from(user, parts_of(proposal))
    if proposal.is_kept_apart:
        return works_apart(user) and proposal.recorded_by_id != user.pk
    return (
        may_approve(user)
        and proposal.recorded_by_id != user.pk
        and not hidden_from(user, parts_of(proposal))
    )


def why_not_theirs(user: User, proposal: Proposal) -> str:
    """Why `user`, who approves destruction, cannot judge this one, and who can; "" if they can.

    Nobody signs for what they may not read. It does not say what that is.
    """
    if proposal.status != ProposalStatus.PROPOSED or proposal.is_kept_apart:
        return ""
    is_asked = proposal.kind == Proposal.Kind.ERASURE
    if not (may_propose(user) if is_asked else may_approve(user)):
        return ""
    parts = parts_of(proposal)
    if not hidden_from(user, parts):
        return ""
    # Of an erasure whoever decided about it may say that it goes.
    never = {user} if is_asked else {user, proposal.recorded_by}
    others = [str(one) for one in _able(parts, proposal.service) if one not in never]
    who = (
        f"Ask {' or '.join(sorted(others))}."
        if others
        else f"Today there is nobody else who could. {DEPUTY}"
    )
    return f"Part of what would go is not yours to read, so you cannot approve it. {who}"


def why_not_approved(user: User, proposal: Proposal) -> str:
    """Why somebody whose task `proposal` is cannot approve it now, in a sentence; "" if nothing speaks against it."""
    if not works_on(user, proposal):
        return ""
    if proposal.status != ProposalStatus.PROPOSED:
        return "It does not wait for anybody any more: it is approved already, or it is over."
    if proposal.kind != Proposal.Kind.ERASURE and proposal.recorded_by_id == user.pk:
        return f"You proposed it yourself, so somebody else decides. {who_approves(proposal)}"
    if proposal.rehearsed is None:
        return "It is not rehearsed yet. Whoever proposes rehearses it first."
    return why_not_theirs(user, proposal)


def who_approves(proposal: Proposal) -> str:
    """Who the second person is, and what to do where there is none; "" where nobody is waited for."""
    if proposal.status != ProposalStatus.PROPOSED or proposal.kind == Proposal.Kind.ERASURE:
        return ""
    return second_person(parts_of(proposal), proposal.service, proposed_by=proposal.recorded_by)


def second_person(records: Iterable[Record], service: Service | None, *, proposed_by: User) -> str:
    """The same, to be read before somebody proposes `records`; and whether nobody could approve it today."""
    records = list(records)
    apart = next((one for one in records if one[0] in APART), None)
    if apart is not None:
        who = "Somebody else who may read this record approves it."
        table, number = apart
        able = readers_of(table, number)
        otherwise = OTHERWISE[table]
    else:
        able = _able(records, service)
        who, otherwise = _of_a_service(service)
        managers = _managers(service)
        if managers and not any(one in able for one in managers):
            who = f"Part of it is not a manager’s to read: {OFFICER}, approves it."
            otherwise = DEPUTY
    nobody = not any(one != proposed_by for one in able)
    return f"{who} {'Today there is nobody who could. ' if nobody else ''}{otherwise}".strip()


def second_person_early(user: User) -> str:
    """The same, where what is to go early is still to be named."""
    if not may_propose(user):
        return f"Somebody else who may read the record approves it. {OTHERWISE[CONCERN]}"
    who, otherwise = _of_a_service(None)
    nobody = not any(one != user for one in _officers())
    return (
        "Where everything is of one service, a manager of that service approves it. Somebody’s record alone, or "
        f"records of several services, belong to no one service: {who.partition(': ')[2]} "
        f"{'Today there is nobody else who could approve those. ' if nobody else ''}{otherwise}"
    )


def _of_a_service(service: Service | None) -> tuple[str, str]:
    if service is not None:
        return f"A manager of {service} approves it, or {OFFICER}.", ""
    return f"These records belong to no one service: {OFFICER}, approves it.", DEPUTY


OFFICER = "a Data Protection Officer who did not propose it, or a deputy of theirs"
DEPUTY = (
    "Where there is neither, name a deputy under Your account, Deputies: until then it waits, and nothing is "
    "destroyed."
)


def _managers(service: Service | None) -> list[User]:
    """Whoever approves what belongs to `service`."""
    if service is None:
        return []
    return [one for one in _approvers() if service in services_of(one)]


def _able(records: Iterable[Record], service: Service | None) -> list[User]:
    """Who could approve the destruction of `records`, which are not kept apart: whoever may read all of them."""
    wanted = list(records)
    found = [*_officers(), *_managers(service)]
    return [one for one in dict.fromkeys(found) if not hidden_from(one, wanted)]


# What to do where nobody else may read what is kept apart.
OTHERWISE = {
    CONCERN: "Where there is nobody else, name a deputy of the safeguarding lead under Your account, Deputies: "
    "until then it waits, and nothing is destroyed.",
    ALLEGATION: "Where there is nobody else, the system administrator names a second person for allegations: "
    "until then it waits, and nothing is destroyed.",
}


def _approvers() -> QuerySet[User]:
    return people_with("retention.approve_destruction")


def _officers() -> QuerySet[User]:
    return _approvers() & people_with("retention.propose_destruction")


def _readers(table: str) -> list[User]:
    leads = people_with("safeguarding.work_concerns")
    return list(leads) if table == CONCERN else [*named_receivers(), *leads]


def readers_of(table: str, number: int) -> list[User]:
    """For whom a record that is kept apart exists."""
    return [one for one in _readers(table) if READ_BY[table](one).filter(pk=number).exists()]


def can_rehearse(user: User, proposal: Proposal) -> bool:
    if proposal.status != ProposalStatus.PROPOSED:
        return False
    return works_apart(user) if proposal.is_kept_apart else may_propose(user)


def along_of(user: User) -> QuerySet[GoesAlong]:
    """What would go along with proposals and waits for `user`: what exists for them, of proposals of others."""
    if not works_apart(user):
        return GoesAlong.objects.none()
    theirs = Q(pk__in=[])
    for table, read_by in READ_BY.items():
        theirs |= Q(table=table, record__in=read_by(user).order_by().values("pk"))
    waiting = GoesAlong.objects.filter(theirs, proposal__status=ProposalStatus.PROPOSED)
    return waiting.filter(let_go_at=None).exclude(proposal__recorded_by=user)


def can_let_go(user: User, one: GoesAlong) -> bool:
    """Say that what would go along may go, or that it stays: whoever may read it and did not propose it."""
    return (
        works_apart(user)
        and one.proposal.recorded_by_id != user.pk
        and READ_BY[one.table](user).filter(pk=one.record).exists()
    )


def can_return(user: User, proposal: Proposal) -> bool:
    """Say no, at any time before it is done."""
    return proposal.status in UNDONE and works_on(user, proposal)


def can_sign(user: User, proposal: Proposal) -> bool:
    """Sign off that nothing is left outside the system, while there is a place nobody signed off."""
    if not (works_on(user, proposal) and proposal.status in UNDONE):
        return False
    signed = proposal.signed.values("place")
    return OutsidePlace.objects.filter(ended_on=None).exclude(pk__in=signed).exists()


def may_stop(user: User) -> bool:
    return user.has_perm("retention.stop_destruction")


def can_start_again(user: User, stop: Stop) -> bool:
    return may_stop(user) and stop.ended_at is None and stop.recorded_by_id != user.pk


def cooled_at(proposal: Proposal) -> datetime | None:
    """When the waiting is over; None before it is approved."""
    if proposal.approved_at is None:
        return None
    return proposal.approved_at + timedelta(days=settings.RETENTION["cooling_days"])


def has_cooled(proposal: Proposal) -> bool:
    """Whether the days between approval and destruction are over."""
    end = cooled_at(proposal)
    return end is not None and end <= timezone.now()


def why_stopped() -> str:
    """Why nothing at all is destroyed now; "" if it may be."""
    if not settings.RETENTION["on"]:
        return "The master switch is off (DESTRUCTION_ON): nothing is destroyed."
    stop = Stop.objects.filter(ended_at=None).first()
    return f"All destruction is stopped: {stop.because}" if stop else ""
