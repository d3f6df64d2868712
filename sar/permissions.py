"""Who may do what to which request, and when: the person and the state in one answer.

Any member of staff takes a request in (UK GDPR Art 12A: whatever way it comes, to whomever). Working on
one shows the whole record of its person, so that is the Data Protection Officer's task.
"""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.purposes import Purpose
from cases.closed import closed, to_whom_closed
from cases.models import Person
from cases.permissions import people_of
from core.references import as_written
from sar.answering import unfinished
from sar.complaint_workflow import ComplaintStatus
from sar.deadlines import is_late
from sar.gates import before_nothing_held, hindrances, needs_competence, undecided
from sar.kinds import EvidenceGate, Kind
from sar.letter_rules import may_be_written
from sar.models import (
    BuiltPack,
    Complaint,
    ItemNote,
    RequestLetter,
    RightsRequest,
    Search,
    SearchPlace,
)
from sar.opened import has_opened
from sar.searching import search_missing
from sar.signing import prepared_by
from sar.workflow import OPEN_STATUSES, REQUEST_MOVES, RequestMove, RequestStatus


def requests_of(user: User) -> QuerySet[RightsRequest]:
    """The requests that exist for `user`: all for whoever works on them; else those that they took in
    themselves, in which they are named for the person to talk to, and those of people whose records they work
    with. None of somebody closed to them.
    """
    open_to_them = RightsRequest.objects.exclude(closed(user, "person"))
    if user.has_perm("sar.work_requests"):
        return open_to_them
    if not user.has_perm("sar.record_request"):
        return RightsRequest.objects.none()
    theirs = Q(recorded_by=user) | Q(named_contact=user)
    if user.has_perm("sar.sign_pack"):
        theirs |= Q(kind=Kind.ACCESS, status__in=[RequestStatus.READY, RequestStatus.RELEASED])
        theirs |= Q(kind=Kind.ACCESS, pk__in=ItemNote.objects.values("request"))
    # Not of a reviewer's sample: whoever asked for their record did not ask to be reviewed.
    if user.has_perm("cases.write_entries"):
        theirs |= Q(person__in=people_of(user))
    return open_to_them.filter(theirs)


def may_open(user: User, request: RightsRequest) -> bool:
    """Whether this request exists for `user`, so that another page may lead to it."""
    return requests_of(user).filter(pk=request.pk).exists()


def letters_of(user: User) -> QuerySet[RequestLetter]:
    """The letters about rights that exist for `user`: whoever works on requests; none of somebody closed, nor
    about a complaint that is about themself.
    """
    if not may_work(user):
        return RequestLetter.objects.none()
    theirs = Complaint.objects.filter(about_staff=user).values_list("reference", flat=True)
    own = [written for reference in theirs for written in as_written(reference)]
    return RequestLetter.objects.exclude(
        closed(user, "request__person") | closed(user, "person") | Q(matter__in=own)
    )


def searches_of(user: User) -> QuerySet[Search]:
    """The searches for a request that exist for `user`: all for whoever works on requests, else those they
    were asked for; none for somebody closed to them.
    """
    open_to_them = Search.objects.exclude(closed(user, "request__person"))
    return open_to_them if may_work(user) else open_to_them.filter(asked_of=user)


def request_at_hand(user: User, people: set[int]) -> Purpose | None:
    """Whoever works on requests looks at a person who has an open one, to answer it
    (settings.TASKS_AT_HAND).
    """
    asked = RightsRequest.objects.filter(person__in=people, status__in=OPEN_STATUSES)
    return Purpose.RIGHTS_REQUEST if may_work(user) and asked.exists() else None


def complaint_at_hand(user: User, people: set[int]) -> Purpose | None:
    """Whoever looks into a complaint, or answers those about data, looks at the person who made it
    (settings.TASKS_AT_HAND).
    """
    theirs = Q(investigator=user)
    if may_work(user):
        theirs |= Q(kind=Complaint.Kind.DATA)
    made = Complaint.objects.filter(theirs, person__in=people)
    waiting = made.exclude(status=ComplaintStatus.CLOSED).exclude(about_staff=user)
    return Purpose.COMPLAINT if waiting.exists() else None


def can_record(user: User) -> bool:
    """Take a request in: any member of staff who meets clients."""
    return user.has_perm("sar.record_request")


def may_work(user: User) -> bool:
    """Whose task it is to work on requests, whatever their state."""
    return user.has_perm("sar.work_requests")


def may_release(user: User) -> bool:
    """Whose task it is to release an answer."""
    return user.has_perm("sar.release_request")


def may_read_story(user: User, request: RightsRequest) -> bool:
    """Read why something was asked or decided: whoever works on it, or with the record of its person. Others
    who took it in see how far it is.
    """
    if may_work(user):
        return True
    works_with_them = user.has_perm("cases.open_record") and request.person_id is not None
    return works_with_them and people_of(user).filter(pk=request.person_id or 0).exists()


def can_work(user: User, request: RightsRequest) -> bool:
    """Work on a request that is not answered yet."""
    return request.is_open and user.has_perm("sar.work_requests")


def can_find_person(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and request.person_id is None


def can_acknowledge(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and request.acknowledged_at is None


def can_ask_identity(user: User, request: RightsRequest) -> bool:
    """Ask for evidence of identity: once, and only while it is not established."""
    return can_work(user, request) and not _asked_or_seen(request, EvidenceGate.IDENTITY)


def can_see_identity(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and not is_established(request, EvidenceGate.IDENTITY)


def can_ask_authority(user: User, request: RightsRequest) -> bool:
    """Ask for authority: only where somebody asks for somebody else."""
    return (
        can_work(user, request)
        and request.asked_by_somebody_else
        and not _asked_or_seen(request, EvidenceGate.AUTHORITY)
    )


def can_see_authority(user: User, request: RightsRequest) -> bool:
    return (
        can_work(user, request)
        and request.asked_by_somebody_else
        and not is_established(request, EvidenceGate.AUTHORITY)
    )


def can_look_for_conflicts(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and request.person_id is not None


def can_decide_on_warnings(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and bool(undecided(request))


def can_assess_competence(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and needs_competence(request, on=timezone.localdate())


def can_say_care(user: User, request: RightsRequest) -> bool:
    """Write down how they would like to be answered, and by whom they can be helped."""
    return can_work(user, request)


def can_begin_search(user: User, request: RightsRequest) -> bool:
    """Put the places of the list on a request: while one of them is not there."""
    left = SearchPlace.objects.filter(is_open=True).exclude(searches__request=request)
    return can_work(user, request) and (not request.searches.all() or left.exists())


def can_find_nothing(user: User, request: RightsRequest) -> bool:
    """Answer that nothing is held: of somebody who has no record, after a complete search, to whoever may know."""
    return (
        can_work(user, request)
        and request.person_id is None
        and request.searches.exists()
        and not search_missing(request)
        and not before_nothing_held(request, on=timezone.localdate())
    )


def can_say_gap(user: User, request: RightsRequest) -> bool:
    """State what is still missing, so that a part can go out."""
    is_known = request.kind == Kind.ACCESS and request.person_id is not None
    return can_work(user, request) and is_known and bool(search_missing(request))


def can_answer_search(user: User, search: Search) -> bool:
    """Say what came of a place: whoever was asked, and whoever works on requests."""
    return not search.is_answered and (may_work(user) or search.asked_of_id == user.pk)


def can_add_found(user: User, search: Search) -> bool:
    """Put what a search found with the request: whoever was asked, and whoever works on requests, while it is open."""
    return search.request.is_open and (may_work(user) or search.asked_of_id == user.pk)


def can_say_why_late(user: User, request: RightsRequest) -> bool:
    """Say why an answer is late, also after it went."""
    return may_work(user) and not request.late_reason and is_late(request, timezone.localdate())


def can_send_status_link(user: User, request: RightsRequest) -> bool:
    return can_work(user, request)


def can_ask_clarification(user: User, request: RightsRequest) -> bool:
    """Ask what they mean: access only, one question at a time (UK GDPR Art 12A(5))."""
    return (
        can_work(user, request)
        and request.kind == Kind.ACCESS
        and not _open_question(request)
        and not _awaited(request)
    )


def can_answer_clarification(user: User, request: RightsRequest) -> bool:
    return can_work(user, request) and _open_question(request)


def can_extend(user: User, request: RightsRequest) -> bool:
    """Extend the time: once (UK GDPR Art 12A(3)), and as long as they were not told."""
    extension = getattr(request, "extension", None)
    return can_work(user, request) and (extension is None or extension.notice_sent_on is None)


def can_correct(user: User, request: RightsRequest) -> bool:
    """Put right how it was written down: while it is open."""
    return can_work(user, request)


def may_still_be_written(request: RightsRequest) -> bool:
    """Whether something about an answered request may still go out: a letter, or its pack by a link."""
    packs = any(pack.went_out and pack.has_files for pack in request.packs.all())
    return packs or bool(may_be_written(request))


def can_correct_address(user: User, request: RightsRequest) -> bool:
    """Put right where to write to them after the answer; before, it is said with how they are answered."""
    return may_work(user) and not request.is_open and may_still_be_written(request)


def can_withdraw(user: User, request: RightsRequest) -> bool:
    """Write down that they take it back: while it is open."""
    return can_work(user, request)


def can_refuse(user: User, request: RightsRequest) -> bool:
    return (
        user.has_perm("sar.work_requests")
        and request.status in REQUEST_MOVES[RequestMove.REFUSE].sources
    )


def can_read_items(user: User, request: RightsRequest) -> bool:
    """See everything that is held about the person, item by item: an access request being worked on."""
    return can_work(user, request) and request.kind == Kind.ACCESS and request.person_id is not None


def can_note_items(user: User, request: RightsRequest) -> bool:
    """Write to each other about items of the pack: whoever prepares it, and a second person once it is ready,
    or once whoever prepares it has written: a question need not wait until everything is built.
    """
    if can_read_items(user, request):
        return True
    checks = user.has_perm("sar.sign_pack") and request.is_open and request.kind == Kind.ACCESS
    return checks and (request.status == RequestStatus.READY or request.item_notes.exists())


def can_withhold(user: User, request: RightsRequest) -> bool:
    """Decide what is withheld, undo it, and say that an item was checked."""
    return can_read_items(user, request)


def can_build(user: User, request: RightsRequest) -> bool:
    """Have a pack built: of an access request whose person is known."""
    return can_read_items(user, request)


def can_export(user: User, request: RightsRequest) -> bool:
    """Write the pack to a file outside the system: whoever works on requests, also afterwards."""
    return (
        user.is_active
        and user.has_perm("sar.work_requests")
        and request.kind == Kind.ACCESS
        and request.person_id is not None
    )


def can_read_pack(user: User, pack: BuiltPack) -> bool:
    """Read a finished pack whose file is still there: to work on it, or to sign it off."""
    return may_read_packs(user, pack.request) and pack.is_built and pack.has_files


def can_hand_over(user: User, pack: BuiltPack) -> bool:
    """Hand a released pack over, and take a link back: whoever may release."""
    return user.has_perm("sar.release_request") and pack.went_out and pack.has_files


def may_read_packs(user: User, request: RightsRequest) -> bool:
    """Whoever works on requests; a second person while one is ready to be signed off, and after."""
    checks = user.has_perm("sar.sign_pack") and request.status in {
        RequestStatus.READY,
        RequestStatus.RELEASED,
    }
    return user.has_perm("sar.work_requests") or checks


def may_check(user: User) -> bool:
    """Whose task it may be to read a pack as the second person."""
    return user.has_perm("sar.sign_pack")


def can_sign_off(user: User, request: RightsRequest) -> bool:
    """Sign off the pack that is ready: somebody who did not prepare it. The verb looks closer."""
    if not user.has_perm("sar.sign_pack") or request.status != RequestStatus.READY:
        return False
    pack = newest_built(request)
    return (
        pack is not None
        and not hasattr(pack, "sign_off")
        and user.pk not in prepared_by(pack)
        and not hindrances(request, on=timezone.localdate())
    )


def pack_to_open(user: User, request: RightsRequest) -> BuiltPack | None:
    """The pack that `user` may sign off once they have opened it, as long as they have not."""
    pack = newest_built(request) if can_sign_off(user, request) else None
    return pack if pack is not None and not has_opened(user, pack) else None


def pack_to_be_signed(request: RightsRequest) -> BuiltPack | None:
    """The pack that is ready and waits for nothing but the signature of a second person."""
    if request.status != RequestStatus.READY or hindrances(request, on=timezone.localdate()):
        return None
    pack = newest_built(request)
    return pack if pack is not None and not hasattr(pack, "sign_off") else None


def newest_built(request: RightsRequest) -> BuiltPack | None:
    """The pack that would go out."""
    return next((pack for pack in request.packs.all() if pack.is_built and pack.has_files), None)


def is_signed_and_overtaken(pack: BuiltPack, request: RightsRequest) -> bool:
    """It is signed off, and never went out: it was built again, or something was decided after the signature."""
    return (
        hasattr(pack, "sign_off")
        and not pack.went_out
        and not (request.status == RequestStatus.READY and pack == newest_built(request))
    )


def is_built_and_not_ready(request: RightsRequest) -> bool:
    """The newest pack is built and cannot go out: something is undecided or unread, or a decision came later."""
    pack = newest_built(request)
    return (
        pack is not None
        and pack == next(iter(request.packs.all()), None)
        and request.is_open
        and request.status != RequestStatus.READY
        and not hasattr(pack, "part")
    )


def can_release(user: User, request: RightsRequest) -> bool:
    """Release: a ready pack that is signed off, and who asks (and that they may) established."""
    pack = newest_built(request)
    return (
        user.has_perm("sar.release_request")
        and request.status == RequestStatus.READY
        and pack is not None
        and hasattr(pack, "sign_off")
        and not pack.went_out
        and not search_missing(request)
        and not hindrances(request, on=timezone.localdate())
    )


def can_release_part(user: User, request: RightsRequest) -> bool:
    """Release what there is while something is still missing, which is stated (UK GDPR Art 15(1A))."""
    pack = newest_built(request)
    return (
        user.has_perm("sar.release_request")
        and request.status == RequestStatus.READY
        and bool(request.gap)
        and pack is not None
        and hasattr(pack, "sign_off")
        and not pack.went_out
        and bool(search_missing(request))
        and not hindrances(request, on=timezone.localdate())
    )


def can_tell_stop(user: User, request: RightsRequest) -> bool:
    """Tell them by word of mouth that what was promised is not erased: while they do not know it."""
    return may_work(user) and any(one.is_untold for one in request.stops.all())


def can_answer_spoken(user: User, request: RightsRequest) -> bool:
    """Tell them by word of mouth what was done: of another right than access, once it is done."""
    return can_work(user, request) and not unfinished(request, on=timezone.localdate())


def is_established(request: RightsRequest, gate: EvidenceGate) -> bool:
    """Whether it is recorded who asks, or that they may."""
    return any(seen.gate == gate for seen in request.evidence_seen.all())


def _asked_or_seen(request: RightsRequest, gate: EvidenceGate) -> bool:
    asked = any(asked.gate == gate for asked in request.evidence_asked.all())
    return asked or is_established(request, gate)


def _awaited(request: RightsRequest) -> bool:
    seen = {seen.gate for seen in request.evidence_seen.all()}
    return any(asked.gate not in seen for asked in request.evidence_asked.all())


def _open_question(request: RightsRequest) -> bool:
    return any(question.answered_on is None for question in request.clarifications.all())


def who_may_be_asked(request: RightsRequest) -> QuerySet[User]:
    """Colleagues to whom the record of whoever asks is open: others would be told of what they cannot open."""
    about = Person.objects.filter(rights_requests=request)
    return User.objects.filter(~to_whom_closed(about), is_active=True)
