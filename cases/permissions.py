"""Who may do what to which record, and when: the person and the state in one answer.

Need to know (the privacy notice, "only as much information as people need to know"): a member of staff
knows the people and cases of the services they belong to, today. The safeguarding lead and the Data
Protection Officer may open any record for their task. Everybody else's records do not exist for them, and
neither do those that are closed to them (`cases.closed`), whatever their role.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.closed import closed, closed_cases, closed_referrals, out_of_reach
from cases.models import (
    Alert,
    Barring,
    Case,
    CaseNote,
    CasePerson,
    Contact,
    Decision,
    Document,
    Enquiry,
    HandOver,
    PaperFile,
    PassageKind,
    Person,
    Referral,
    ReferralPerson,
    Review,
    Seal,
    Service,
    ServiceMember,
    Task,
)
from cases.models.entry import OFFENCE, SPECIAL_CATEGORY
from cases.reach import cases_one_by_one, services_of, services_read_whole
from cases.restricted import barred_people, usable, usable_cases, usable_people
from cases.workflow import (
    CASE_MOVES,
    REFERRAL_MOVES,
    TASK_MOVES,
    CaseMove,
    CaseStatus,
    ReferralMove,
    TaskMove,
)


def services_in_view(user: User) -> QuerySet[Service]:
    """The services whose names `user` sees beside a person: theirs, or all for a task across them."""
    return Service.objects.all() if user.has_perm("cases.open_any_record") else services_of(user)


def cases_of(user: User) -> QuerySet[Case]:
    """The cases that exist for `user`."""
    if not user.has_perm("cases.open_record"):
        return Case.objects.none()
    return usable_cases(_known_cases(user), by=user)


def cases_restricted(user: User, *, among: QuerySet[Case]) -> QuerySet[Case]:
    """Those of `among` that would exist for `user` if they were not restricted (UK GDPR Art 18)."""
    if not user.has_perm("cases.open_record"):
        return among.none()
    known = among.filter(pk__in=_known_cases(user).order_by().values("pk"))
    return known.exclude(pk__in=usable_cases(Case.objects.all(), by=user))


def _known_cases(user: User) -> QuerySet[Case]:
    """The cases that `user` needs to know, restricted or not; none that is closed to them."""
    open_to_them = Case.objects.exclude(pk__in=closed_cases(user))
    if user.has_perm("cases.open_any_record"):
        return open_to_them
    return open_to_them.filter(
        Q(service__in=services_read_whole(user)) | Q(pk__in=cases_one_by_one(user))
    )


def people_of(user: User, *, among: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """The people who exist for `user`: of their services' cases and referrals.

    Somebody just added, who is in no case and no referral yet, exists for whoever added them.
    """
    people = (Person.objects.all() if among is None else among).filter(merged_into=None)
    if not user.has_perm("cases.open_basics"):
        return people.none()
    return usable_people(_known_people(user, people), by=user)


def people_restricted(user: User, *, among: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `among` who would exist for `user` if their records were not restricted (Art 18)."""
    people = among.filter(merged_into=None, is_restricted=True)
    if not user.has_perm("cases.open_basics"):
        return people.none()
    return _known_people(user, people).filter(pk__in=barred_people(user))


def _known_people(user: User, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` whom `user` needs to know, restricted or not; nobody who is closed to them."""
    if user.has_perm("cases.open_any_record"):
        return people.exclude(out_of_reach(user))
    return people.filter(_known_to(user)).exclude(closed(user))


def people_beyond(user: User, *, among: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `among` who are known to others and not to `user`: a search only counts them.

    Of those who are closed to `user` not even the number is told.
    """
    among = among.filter(merged_into=None)
    if user.has_perm("cases.open_any_record"):
        return among.none()
    beyond = among.exclude(out_of_reach(user))
    return beyond.exclude(_known_to(user)) if user.has_perm("cases.open_basics") else beyond


def _known_to(user: User) -> Q:
    services, here = services_read_whole(user), OuterRef("pk")
    in_a_case, in_a_referral = (
        CasePerson.objects.filter(person=here),
        ReferralPerson.objects.filter(person=here),
    )
    cases = in_a_case.exclude(case__in=closed_cases(user))
    referrals = in_a_referral.exclude(referral__in=closed_referrals(user))
    return (
        Q(Exists(cases.filter(case__service__in=services)))
        | Q(Exists(cases.filter(case__in=cases_one_by_one(user))))
        | Q(Exists(referrals.filter(referral__service__in=services)))
        | (Q(recorded_by=user) & ~Exists(in_a_case) & ~Exists(in_a_referral))
    )


def services_knowing(*people: Person) -> QuerySet[Service]:
    """The services in whose cases or referrals any of `people` are."""
    in_cases = CasePerson.objects.filter(person__in=people).values("case__service")
    in_referrals = ReferralPerson.objects.filter(person__in=people).values("referral__service")
    return Service.objects.filter(Q(pk__in=in_cases) | Q(pk__in=in_referrals))


def referrals_of(user: User) -> QuerySet[Referral]:
    """The referrals that exist for `user`: to their services, or taken in by themselves."""
    if not user.has_perm("cases.take_referral"):
        return Referral.objects.none()
    theirs = (
        Q(service__in=services_read_whole(user))
        | Q(recorded_by=user)
        | Q(case__in=cases_one_by_one(user))
    )
    found = Referral.objects.filter(theirs).exclude(pk__in=closed_referrals(user))
    return usable(found, by=user)


def can_see_entries(user: User) -> bool:
    """Notes, contacts and decisions; the front desk sees basic details only."""
    return user.has_perm("cases.open_record")


def may_write(user: User, case: Case) -> bool:
    """Whether writing in this case is part of their work, whatever its status."""
    return user.has_perm("cases.write_entries")


def can_write_in(user: User, case: Case) -> bool:
    """Write a note, contact or decision: in an open case that exists for them."""
    return case.status == CaseStatus.OPEN and may_write(user, case)


def can_correct(user: User, entry: CaseNote | Contact | Decision | Document) -> bool:
    """Correct an entry: whoever may write in its case; a closed case is corrected as well."""
    return user.has_perm("cases.write_entries")


def may_file_paper(user: User) -> bool:
    """Whether writing down files on paper is part of their work."""
    return can_see_entries(user) and user.has_perm("cases.write_entries")


def may_move_paper(user: User, paper_file: PaperFile) -> bool:
    """Say who has a file on paper, also of a closed case: paper outlives the work."""
    return may_file_paper(user)


def may_sign_off(user: User) -> bool:
    """Whether signing off what others wrote is part of their work: managers, in their services."""
    return user.has_perm("cases.sign_off")


def may_review(user: User, entry: CaseNote | Contact | Decision) -> bool:
    """Whether signing off this entry is part of their work, whatever its state."""
    return may_sign_off(user) and asks_sign_off(entry) and _of_their_service(user, entry.case)


def can_sign_off(user: User, versions: Sequence[CaseNote | Contact | Decision]) -> bool:
    """Sign off an entry of a service of theirs that asks for it: nobody's own, in whichever version.

    `versions` are all of its versions, the newest first, as the door gives them.
    """
    newest = versions[0]
    return (
        may_review(user, newest)
        and all(review.verdict != Review.Verdict.SIGNED_OFF for review in newest.reviews.all())  # type: ignore[union-attr]
        and user.pk not in {version.recorded_by_id for version in versions}
    )


def asks_sign_off(entry: CaseNote | Contact | Decision) -> bool:
    """Whether the service of an entry wants it signed off, since the day it was written."""
    service = entry.case.service
    begins = None
    if isinstance(entry, CaseNote):
        begins = service.notes_signed_off_from
    elif isinstance(entry, Decision) and entry.closes_case:
        begins = service.closings_signed_off_from
    return begins is not None and timezone.localdate(entry.recorded_at) >= begins


def can_restrict(user: User) -> bool:
    """Restrict records, allow their use and lift it: the Data Protection Officer."""
    return user.has_perm("cases.restrict_records")


def can_search(user: User) -> bool:
    return user.has_perm("cases.search_people")


def can_add_person(user: User) -> bool:
    return user.has_perm("cases.add_person_record")


def can_void(user: User, person: Person) -> bool:
    """Take away a record made by mistake: whoever made it, within a day."""
    is_new = timezone.now() - person.recorded_at < timedelta(hours=24)
    return is_new and person.recorded_by_id == user.pk and can_add_person(user)


def can_void_case(user: User, case: Case) -> bool:
    """Take away a case opened by mistake: whoever opened it, within a day."""
    is_new = timezone.now() - case.recorded_at < timedelta(hours=24)
    return is_new and case.recorded_by_id == user.pk and user.has_perm("cases.open_case")


def can_change_basics(user: User) -> bool:
    return user.has_perm("cases.change_basics")


def can_see_confidential(user: User) -> bool:
    """What only those need who work with the family, protect somebody, or answer for the record: addresses
    that must not be given to anybody, sensitive details, court orders, passages about health and offences.

    Whoever opens a record without it reads "hidden: not needed for your role" in the place.
    """
    return user.has_perm("cases.open_record") and user.has_perm("cases.read_confidential")


def hidden_passages(user: User) -> frozenset[str]:
    """The kinds of marked passages that `user` does not need (UK GDPR Art 5(1)(c), Art 9, Art 10)."""
    if can_see_confidential(user):
        return frozenset()
    return frozenset({PassageKind.HEALTH.value, PassageKind.OFFENCE.value})


def hidden_circumstances(user: User) -> frozenset[str]:
    """The parts of life that are health or offence data, where `user` does not need them."""
    return frozenset() if can_see_confidential(user) else SPECIAL_CATEGORY | OFFENCE


def can_change_confidential(user: User) -> bool:
    """Write or end what the front desk does not see."""
    return can_change_basics(user) and can_see_confidential(user)


# What everybody at the charity must know who may open the door to them.
FOR_EVERYBODY = frozenset({Alert.Kind.STAFF_RISK})


def can_see_alert(user: User, alert: Alert) -> bool:
    """An alert of a person who exists for them: the front desk sees what endangers staff alone."""
    return can_see_entries(user) or alert.kind in FOR_EVERYBODY


def can_raise_alert(user: User) -> bool:
    """Raise, review and end alerts."""
    return user.has_perm("cases.raise_alert")


def can_take_referral(user: User) -> bool:
    return user.has_perm("cases.take_referral")


def enquiries_of(user: User) -> QuerySet[Enquiry]:
    """The enquiries that exist for `user`: about their services or none, and what they wrote down."""
    if not user.has_perm("cases.take_referral"):
        return Enquiry.objects.none()
    theirs = Q(service=None) | Q(service__in=services_of(user)) | Q(recorded_by=user)
    found = Enquiry.objects.filter(theirs).exclude(
        closed(user, "person")
        | Q(referral__in=closed_referrals(user))
        | Q(case__in=closed_cases(user))
    )
    return usable(found, by=user)


def can_see_reason(user: User, referral: Referral) -> bool:
    """Why a family was referred: casework, save for whoever wrote it down."""
    return can_see_entries(user) or referral.recorded_by_id == user.pk


def may_close(user: User, case: Case) -> bool:
    """Whether closing and reopening this case is part of their work: the manager of its service."""
    return user.has_perm("cases.close_case") and _of_their_service(user, case)


def can_close(user: User, case: Case) -> bool:
    """Close a case: a manager of its service, while it is open."""
    return case.status in CASE_MOVES[CaseMove.CLOSE].sources and may_close(user, case)


def can_reopen(user: User, case: Case) -> bool:
    """Open a case again: a manager of its service, while it is closed."""
    return case.status in CASE_MOVES[CaseMove.REOPEN].sources and may_close(user, case)


def may_allocate(user: User, case: Case) -> bool:
    """Whether saying who works on this case is part of their work: the manager of its service."""
    return user.has_perm("cases.allocate_case") and _of_their_service(user, case)


def can_allocate(user: User, case: Case) -> bool:
    """Say who works on a case: a manager of its service, while it is open."""
    return case.status == CaseStatus.OPEN and may_allocate(user, case)


def _of_their_service(user: User, case: Case) -> bool:
    # Whoever may open any record for another task does not manage every service by that.
    return services_of(user).filter(pk=case.service_id).exists()


def may_open_cases(user: User) -> bool:
    """Whether opening cases is part of their work."""
    return user.has_perm("cases.open_case")


def can_open_case_in(user: User, service: Service) -> bool:
    """Open a case: in a service of theirs that takes new people."""
    return (
        service.is_open
        and may_open_cases(user)
        and services_of(user).filter(pk=service.pk).exists()
    )


def may_decide(user: User, referral: Referral) -> bool:
    """Whether deciding it is part of their work: somebody of the service it came to."""
    return (
        user.has_perm("cases.decide_referral")
        and services_of(user).filter(pk=referral.service_id).exists()
    )


def can_move(user: User, referral: Referral, move: ReferralMove) -> bool:
    """Make `move` with a referral: from where it stands now, by somebody of the service it came to."""
    return referral.status in REFERRAL_MOVES[move].sources and may_decide(user, referral)


def is_asked_why(user: User) -> bool:
    """Whether somebody says why they look, where no task explains it: whoever may open any record."""
    return user.has_perm("cases.open_any_record")


def can_read_looks(user: User) -> bool:
    return user.has_perm("cases.read_looks")


def can_review_looks(user: User) -> bool:
    """Say what odd looks were, of everybody but themselves."""
    return user.has_perm("cases.review_looks")


def can_keep_conflicts(user: User) -> bool:
    """Put on records whom colleagues know outside work, and end it."""
    return user.has_perm("cases.keep_conflicts")


def conflicts_of(user: User) -> QuerySet[Barring]:
    """The conflicts of interest of others that exist for `user`: none about somebody closed to them."""
    if not can_keep_conflicts(user):
        return Barring.objects.none()
    return Barring.objects.exclude(user=user).exclude(closed(user, "person"))


def can_keep_seals(user: User) -> bool:
    """Seal records, say who is named on a seal, ask to lift it, and lift it when somebody else asked."""
    return user.has_perm("cases.keep_seals")


def seals_of(user: User) -> QuerySet[Seal]:
    """The seals that exist for `user`: on records that are open to them."""
    if not can_keep_seals(user):
        return Seal.objects.none()
    return usable(Seal.objects.exclude(closed(user, "person")), by=user)


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


def may_hand_over(user: User, case: Case) -> bool:
    """Whether handing this case to a colleague is part of their work: its worker, or the manager."""
    works = case.allocations.filter(worker=user, until=None).exists()
    return may_allocate(user, case) or (works and may_write(user, case))


def can_hand_over(user: User, case: Case) -> bool:
    """Hand the case to a colleague: while it is open."""
    return case.status == CaseStatus.OPEN and may_hand_over(user, case)


def can_read_hand_over(user: User, hand_over: HandOver) -> bool:
    """What the next worker must know is casework: whoever reads the entries of the case."""
    return can_see_entries(user)


def can_give_access(user: User) -> bool:
    """Give colleagues access with an end: managers in their services, the DPO and who manages services."""
    return user.has_perm("cases.give_access") or gives_everywhere(user)


def gives_everywhere(user: User) -> bool:
    """Whether they give it for every service, and see who has it where."""
    give = user.has_perm("cases.give_access") and user.has_perm("cases.open_any_record")
    return give or user.has_perm("cases.manage_services")


def manages(user: User) -> bool:
    """Whether the work of a team is part of their own: the manager of a service."""
    return user.has_perm("cases.allocate_case")


def team_of(user: User) -> QuerySet[User]:
    """Everybody who belongs today to a service of `user`, `user` included; nobody for whoever manages none."""
    if not manages(user):
        return User.objects.none()
    today = timezone.localdate()
    membership = ServiceMember.objects.filter(
        Q(until=None) | Q(until__gte=today), since__lte=today, service__in=services_of(user)
    )
    return User.objects.filter(pk__in=membership.values("user"), is_active=True)


def tasks_of(user: User) -> QuerySet[Task]:
    """The tasks that exist for `user`: theirs, nobody's of their services, those they asked for, their team's.

    A task about somebody who does not exist for them does not exist for them either.
    """
    theirs = Q(for_user=user) | Q(asked_by=user) | Q(for_user=None, service__in=services_of(user))
    if manages(user):
        theirs |= Q(for_user__in=team_of(user))
    found = Task.objects.filter(
        theirs,
        Q(case=None) | Q(case__in=cases_of(user)),
        Q(person=None) | Q(person__in=people_of(user)),
    )
    return usable(found, by=user)


def can_end_task(user: User, task: Task) -> bool:
    """Finish, drop or pass on a task that exists for them: while nobody has ended it."""
    return task.status in TASK_MOVES[TaskMove.FINISH].sources


def may_know(user: User, case: Case | None, person: Person | None) -> bool:
    """Whether `user` could open what a task is about, and so do it."""
    if case is not None and not cases_of(user).filter(pk=case.pk).exists():
        return False
    return person is None or people_of(user, among=Person.objects.filter(pk=person.pk)).exists()


def can_read_sealed(user: User, seal: Seal) -> bool:
    """Whether the sealed record is open to `user` in spite of the seal."""
    named = seal.seal_readers.filter(user=user, ended_at=None).exists()
    return named or user.has_perm("cases.open_sealed")
