"""Records that are closed to somebody: by a conflict of interest of theirs, or by a seal (features.md P17).

A closed record behaves for its reader as if the charity did not know the person: no list, search, count,
duplicate or typed address tells. A case in which one of the people is closed to somebody is closed to them
whole, and with it the people who are known by nothing else (docs/adr/0016). A conflict closes to everybody,
whatever their role; a seal does not close to the Data Protection Officer.

Everything here is a condition inside the question that is asked anyway: no question more, for any number.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.queries import people_with
from cases.models import (
    Barring,
    CasePerson,
    Person,
    ReferralPerson,
    Relationship,
    Seal,
    SealReader,
)
from core.worded import Worded, numbers


def closed(user: User, person: str = "pk") -> Q:
    """Rows of whom `person`, the name of a column, is closed to `user`."""
    return Q(**{f"{person}__in": numbers(_closed, user, past=passes_seals(user))})


def near_conflict(user: User, person: str = "pk") -> Q:
    """Rows of whom `person`, the name of a column, is in a conflict of interest with `user`, or belongs to
    somebody who is: in a case or a referral with them, past or present, or related to them.
    """
    return Q(**{f"{person}__in": numbers(_near_barred, user)})


def cases_in_conflict(user: User) -> Worded:
    """The numbers of the cases that a conflict of interest closes to `user`, whatever seals say."""
    return numbers(numbers_of_cases, user, past=True)


def closed_cases(user: User) -> Worded:
    """The numbers of the cases that are closed to `user`, since somebody in them is or was."""
    return numbers(numbers_of_cases, user, past=passes_seals(user))


def closed_referrals(user: User) -> Worded:
    """The numbers of the referrals that are closed to `user`."""
    return numbers(numbers_of_referrals, user, past=passes_seals(user))


def out_of_reach(user: User) -> Q:
    """People who are closed to `user`, and those whom they could know by what is closed alone."""
    return closed(user) | Q(pk__in=numbers(_known_by_what_is_closed, user, past=passes_seals(user)))


def to_whom_closed(people: QuerySet[Person]) -> Q:
    """Members of staff, as a condition, to whom any of `people` is closed."""
    numbers = people.order_by().values("pk")
    barred = Barring.objects.filter(person__in=numbers, ended_at=None, user=OuterRef("pk"))
    named = SealReader.objects.filter(
        seal=OuterRef("pk"), ended_at=None, user=OuterRef(OuterRef("pk"))
    )
    sealed = Seal.objects.filter(~Exists(named), person__in=numbers, lifted_at=None)
    past_seals = people_with("cases.open_sealed").order_by().values("pk")
    return Exists(barred) | (Exists(sealed) & ~Q(pk__in=past_seals))


def entries_kept_from(user: User) -> Q:
    """The entries of the log that name somebody closed to `user`, or known by what is closed alone
    (settings.LOG_KEPT_APART).
    """
    numbers = list(
        Person.objects.filter(out_of_reach(user)).order_by().values_list("pk", flat=True)
    )
    return Q(people__overlap=numbers) if numbers else Q()


def passes_seals(user: User) -> bool:
    """Whether a seal does not close a record to `user`: the Data Protection Officer."""
    return user.has_perm("cases.open_sealed")


# --- Questions (core.worded) ----------------------------------------------------------------------


def _closed(user: Any, *, past: bool) -> QuerySet:
    # As one list: of two lists joined by "or" the database would read the whole table.
    return _barred(user) if past else _barred(user).union(_sealed(user), all=True)


def _barred(user: Any) -> QuerySet:
    holds = Barring.objects.filter(user=user, ended_at=None, person__isnull=False)
    return holds.order_by().values("person")


def _near_barred(user: Any) -> QuerySet:
    cases, referrals = numbers_of_cases(user, past=True), numbers_of_referrals(user, past=True)
    related = Relationship.objects
    each: tuple[QuerySet[Any], ...] = (
        CasePerson.objects.filter(case__in=cases).order_by().values("person"),
        ReferralPerson.objects.filter(referral__in=referrals).order_by().values("person"),
        related.filter(person__in=_barred(user)).order_by().values("other"),
        related.filter(other__in=_barred(user)).order_by().values("person"),
    )
    return _barred(user).union(*each, all=True)


def _sealed(user: Any) -> QuerySet:
    named = SealReader.objects.filter(seal=OuterRef("pk"), user=user, ended_at=None)
    return Seal.objects.filter(~Exists(named), lifted_at=None).order_by().values("person")


def numbers_of_cases(user: Any, *, past: bool) -> QuerySet:
    among = CasePerson.objects.filter(person__in=_closed(user, past=past))
    return among.order_by().values("case")


def numbers_of_referrals(user: Any, *, past: bool) -> QuerySet:
    among = ReferralPerson.objects.filter(person__in=_closed(user, past=past))
    return among.order_by().values("referral")


def _known_by_what_is_closed(user: Any, *, past: bool) -> QuerySet:
    in_cases, in_referrals = (
        numbers_of_cases(user, past=past),
        numbers_of_referrals(user, past=past),
    )
    of_case = CasePerson.objects.filter(person=OuterRef("person")).exclude(case__in=in_cases)
    of_referral = ReferralPerson.objects.filter(person=OuterRef("person"))
    otherwise = Exists(of_case) | Exists(of_referral.exclude(referral__in=in_referrals))
    families = CasePerson.objects.filter(case__in=in_cases).exclude(otherwise)
    referred = ReferralPerson.objects.filter(referral__in=in_referrals).exclude(otherwise)
    return (
        families.order_by().values("person").union(referred.order_by().values("person"), all=True)
    )
