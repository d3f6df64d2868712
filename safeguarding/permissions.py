"""Who may do what about a concern or an allegation: the person and the state in one answer.

Anybody may raise either. Concerns are read by those who protect people from harm: the safeguarding lead
and whoever else holds that role, the deputy. Allegations against staff are read by the named people alone,
and never by the one whom an allegation is about.
"""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import people_with
from audit.purposes import Purpose
from cases.closed import cases_in_conflict, near_conflict
from safeguarding.models import Allegation, Concern, ConcernEntry, ConcernPerson, Receiver
from safeguarding.workflow import (
    ALLEGATION_MOVES,
    CONCERN_MOVES,
    TO_DECIDE,
    AllegationMove,
    AllegationStatus,
    ConcernMove,
    ConcernStatus,
)

# --- Concerns -----------------------------------------------------------------------------------


def works_concerns(user: User) -> bool:
    return user.has_perm("safeguarding.work_concerns")


def concerns_of(user: User) -> QuerySet[Concern]:
    """The concerns that exist for `user`; the receipt of one's own is another page.

    None about somebody with whom they are in a conflict of interest, or about that person's family, while
    another lead is there who is in none: protecting from harm never waits. A seal closes no concern to those
    who protect (docs/adr/0016, 0040).
    """
    if not works_concerns(user):
        return Concern.objects.none()
    kept_for_others = Q()
    for other in other_leads(user):
        kept_for_others |= _too_near(user) & ~_too_near(other)
    return Concern.objects.exclude(kept_for_others) if kept_for_others else Concern.objects.all()


def _too_near(user: User) -> Q:
    """Concerns that `user` leaves to others: about somebody whom they know outside work, or their family."""
    about = ConcernPerson.objects.filter(near_conflict(user, "person"))
    return Q(pk__in=about.values("concern")) | Q(
        case__isnull=False, case__in=cases_in_conflict(user)
    )


def leads_of(concern: Concern) -> list[User]:
    """The leads for whom this concern exists."""
    return [lead for lead in leads() if concerns_of(lead).filter(pk=concern.pk).exists()]


def concern_at_hand(user: User, people: set[int]) -> Purpose | None:
    """Whoever works on concerns looks at a person of whom one is open, to protect somebody
    (settings.TASKS_AT_HAND).
    """
    worried = Concern.objects.filter(people__in=people).exclude(status=ConcernStatus.ENDED)
    return Purpose.SAFEGUARDING if works_concerns(user) and worried.exists() else None


def leads() -> QuerySet[User]:
    """The safeguarding lead and every deputy."""
    return people_with("safeguarding.work_concerns")


def can_take_on(user: User, concern: Concern) -> bool:
    return works_concerns(user) and concern.status == ConcernStatus.RAISED


def other_leads(user: User) -> QuerySet[User]:
    return leads().exclude(pk=user.pk)


def may_decide(user: User, concern: Concern) -> bool:
    """Nobody decides alone on what they raised themselves, while there is another lead."""
    own = concern.recorded_by_id == user.pk
    return works_concerns(user) and not (own and other_leads(user).exists())


def can_decide(user: User, concern: Concern) -> bool:
    return concern.status in TO_DECIDE and may_decide(user, concern)


def can_end(user: User, concern: Concern) -> bool:
    """End it, once something was decided."""
    return can_decide(user, concern) and last_decision(concern) is not None


def can_add(user: User, concern: Concern) -> bool:
    return works_concerns(user)


def can_ask_opinion(user: User, concern: Concern) -> bool:
    return (
        works_concerns(user)
        and concern.status not in {ConcernStatus.RAISED, ConcernStatus.ENDED}
        and other_leads(user).exists()
    )


def can_give_opinion(user: User, concern: Concern) -> bool:
    """On somebody else's decision."""
    decision = last_decision(concern)
    return works_concerns(user) and decision is not None and decision.recorded_by_id != user.pk


def can_name_person(user: User, concern: Concern) -> bool:
    return works_concerns(user)


def can_report(user: User, concern: Concern) -> bool:
    waits = concern.status in CONCERN_MOVES[ConcernMove.REPORT].sources
    return waits and may_decide(user, concern)


def can_chase(user: User, concern: Concern) -> bool:
    return works_concerns(user) and concern.status == ConcernStatus.REPORTED


def can_tell_workers(user: User, concern: Concern) -> bool:
    """Put an alert on the people it is about, which the workers of their cases read."""
    named = bool(concern.concern_people.all())
    return works_concerns(user) and named and concern.status != ConcernStatus.RAISED


def can_reopen(user: User, concern: Concern) -> bool:
    return works_concerns(user) and concern.status == ConcernStatus.ENDED


def last_decision(concern: Concern) -> ConcernEntry | None:
    decisions = [
        entry for entry in concern.entries.all() if entry.kind == ConcernEntry.Kind.DECISION
    ]
    return decisions[-1] if decisions else None


# --- Allegations --------------------------------------------------------------------------------


def named_receivers() -> QuerySet[User]:
    """The named people who may sign in today."""
    now = Receiver.objects.filter(ended_at=None)
    return User.objects.filter(is_active=True, pk__in=now.values("user"))


def receivers_of(about: int | None) -> list[User]:
    """Who receives an allegation about the colleague of number `about`: the named people, never themselves.

    Where no named person is left, those who work on concerns, never themselves either.
    """
    not_them = Q(pk=about)
    return list(named_receivers().exclude(not_them)) or list(leads().exclude(not_them))


def allegations_of(user: User) -> QuerySet[Allegation]:
    """The allegations that exist for `user`: as `receivers_of` says."""
    everything = Allegation.objects.exclude(about_staff=user)
    named = set(named_receivers().values_list("pk", flat=True))
    if user.pk in named:
        return everything
    if works_concerns(user) and not named:
        return everything
    if works_concerns(user) and len(named) == 1:
        return everything.filter(about_staff__in=named)
    return Allegation.objects.none()


def receives(user: User) -> bool:
    """Whether the list of allegations is a page of theirs at all."""
    named = set(named_receivers().values_list("pk", flat=True))
    return user.pk in named or (works_concerns(user) and len(named) < 2)


def entries_kept_from(user: User) -> Q:
    """The entries of the log about allegations that `user` must not read (settings.LOG_KEPT_APART)."""
    # Their own rows, and rows of tables beside them: links to people, entries, reports.
    about = Q(record__startswith=Allegation._meta.label)
    if not receives(user):
        return about
    theirs = allegations_of(user).order_by().values("pk")
    return about & ~Q(record=Allegation._meta.label, record_id__in=theirs)


def can_read(user: User, allegation: Allegation) -> bool:
    return allegation.status in ALLEGATION_MOVES[AllegationMove.READ].sources


def can_work(user: User, allegation: Allegation) -> bool:
    return allegation.status == AllegationStatus.READ


def can_chase_allegation(user: User, allegation: Allegation) -> bool:
    return can_work(user, allegation) and allegation.next_chase_on is not None


def can_confirm(user: User, allegation: Allegation) -> bool:
    """Confirm the outcome or send it back: a second person."""
    return allegation.status == AllegationStatus.PROPOSED and allegation.proposed_by_id != user.pk


def can_name_receivers(user: User) -> bool:
    return user.has_perm("safeguarding.name_receivers")
