"""Which people exist for whom, and who adds, changes and merges their records."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.closed import closed, out_of_reach
from cases.models import Case, CasePerson, Person, ReferralPerson, Service
from cases.permissions.cases import cases_of
from cases.permissions.entries import can_see_confidential
from cases.reach import known, services_of
from cases.restricted import barred_people, usable_people


def people_of(user: User, *, among: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """The people who exist for `user`: of their services' cases and referrals.

    Somebody just added, who is in no case and no referral yet, exists for whoever added them.
    """
    people = (Person.objects.all() if among is None else among).filter(merged_into=None)
    if not user.has_perm("cases.open_basics"):
        return people.none()
    return usable_people(known_people(user, people), by=user)


def can_arrange(user: User) -> bool:
    """Arrange something with somebody, which a service does: whoever belongs to none arranges nothing."""
    return user.has_perm("diary.keep_diary") and services_of(user).exists()


def people_restricted(user: User, *, among: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `among` who would exist for `user` if their records were not restricted (Art 18)."""
    people = among.filter(merged_into=None, is_restricted=True)
    if not user.has_perm("cases.open_basics"):
        return people.none()
    return known_people(user, people).filter(pk__in=barred_people(user))


def known_people(user: User, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` whom `user` needs to know, restricted or not; nobody who is closed to them."""
    if user.has_perm("cases.open_any_record"):
        return people.exclude(out_of_reach(user))
    return people.filter(known(user)).exclude(closed(user))


def people_beyond(user: User, *, among: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `among` who are known to others and not to `user`: a search only counts them.

    Of those who are closed to `user` not even the number is told.
    """
    among = among.filter(merged_into=None)
    if user.has_perm("cases.open_any_record"):
        return among.none()
    beyond = among.exclude(out_of_reach(user))
    return beyond.exclude(known(user)) if user.has_perm("cases.open_basics") else beyond


def services_knowing(*people: Person) -> QuerySet[Service]:
    """The services in whose cases or referrals any of `people` are."""
    in_cases = CasePerson.objects.filter(person__in=people).values("case__service")
    in_referrals = ReferralPerson.objects.filter(person__in=people).values("referral__service")
    return Service.objects.filter(Q(pk__in=in_cases) | Q(pk__in=in_referrals))


def may_know(user: User, case: Case | None, person: Person | None) -> bool:
    """Whether `user` could open what a task is about, and so do it."""
    if case is not None and not cases_of(user).filter(pk=case.pk).exists():
        return False
    return person is None or people_of(user, among=Person.objects.filter(pk=person.pk)).exists()


def can_search(user: User) -> bool:
    return user.has_perm("cases.search_people")


def can_add_person(user: User) -> bool:
    return user.has_perm("cases.add_person_record")


def can_void(user: User, person: Person) -> bool:
    """Take away a record made by mistake: whoever made it, within a day."""
    is_new = timezone.now() - person.recorded_at < timedelta(hours=24)
    return is_new and person.recorded_by_id == user.pk and can_add_person(user)


def can_change_basics(user: User) -> bool:
    return user.has_perm("cases.change_basics")


def can_change_confidential(user: User) -> bool:
    """Write or end what the front desk does not see."""
    return can_change_basics(user) and can_see_confidential(user)


def may_merge(user: User) -> bool:
    """Whether merging two records of one person is part of their work."""
    return user.has_perm("cases.merge_people")


def can_merge(user: User, *people: Person) -> bool:
    """Merge these records, or undo it: a manager of every service that knows them, or the DPO."""
    if not may_merge(user):
        return False
    if user.has_perm("cases.open_any_record"):
        return True
    theirs = services_of(user).values_list("pk", flat=True)
    return set(services_knowing(*people).values_list("pk", flat=True)) <= set(theirs)


def may_compare(user: User) -> bool:
    """Lay two records side by side: to merge them, or to propose it."""
    return may_merge(user) or can_change_basics(user)
