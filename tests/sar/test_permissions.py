"""Who may do what to which request: everybody who may, and everybody who may not."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.roles import ROLES, Role
from sar import permissions
from sar.building import build_pack
from sar.kinds import EvidenceGate, Kind, Requester
from sar.workflow import OPEN_STATUSES, REQUEST_MOVES, RequestMove, RequestStatus
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory, ServiceMemberFactory
from tests.factories.sar import (
    BuiltPackFactory,
    ClarificationFactory,
    ConflictWarningFactory,
    EvidenceAskedFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RightsRequestFactory,
    SearchFactory,
    signed_off,
)

pytestmark = pytest.mark.django_db

ENDS = (
    RequestMove.REFUSE,
    RequestMove.FIND_NOTHING,
    RequestMove.ANSWER,
    RequestMove.WITHDRAW,
)

STATUSES = {
    # Status: which moves start from it.
    RequestStatus.RECEIVED: {RequestMove.BEGIN, RequestMove.MAKE_READY, *ENDS},
    RequestStatus.IN_PROGRESS: {RequestMove.MAKE_READY, *ENDS},
    RequestStatus.READY: {
        RequestMove.MAKE_READY,
        RequestMove.TAKE_BACK,
        RequestMove.RELEASE,
        RequestMove.RELEASE_PART,
        *ENDS,
    },
    RequestStatus.NOTHING_HELD: set(),
    RequestStatus.RELEASED: set(),
    RequestStatus.ANSWERED: set(),
    RequestStatus.REFUSED: set(),
    RequestStatus.WITHDRAWN: set(),
}


def test_from_each_status_these_moves_and_no_others():
    assert {
        status: {move for move, made in REQUEST_MOVES.items() if status in made.sources}
        for status in RequestStatus
    } == STATUSES


@pytest.mark.parametrize("role", Role)
def test_who_takes_requests_in_and_who_works_on_them(role):
    user = UserFactory(roles=[role])
    # It may come to anybody (UK GDPR Art 12A).
    assert permissions.can_record(user)
    request = RightsRequestFactory()
    assert permissions.can_work(user, request) is (role is Role.DPO)
    assert permissions.may_release(user) is (role is Role.DPO)


def test_which_requests_exist_for_whom(case, amelia, worker):
    ServiceMemberFactory(user=worker, service=case.service)
    taken = RightsRequestFactory(person=PersonFactory(), recorded_by=worker)
    theirs = RightsRequestFactory(person=amelia)
    RightsRequestFactory(person=PersonFactory())
    assert set(permissions.requests_of(worker)) == {taken, theirs}
    desk = UserFactory(roles=[Role.FRONT_DESK])
    ServiceMemberFactory(user=desk, service=case.service)
    assert set(permissions.requests_of(desk)) == set()
    for role, sees in ((Role.DPO, 3), (Role.SYSTEM_ADMINISTRATOR, 0), (Role.QUALITY_REVIEWER, 0)):
        assert permissions.requests_of(UserFactory(roles=[role])).count() == sees
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.QUALITY_REVIEWER):
        user = UserFactory(roles=[role])
        own = RightsRequestFactory(person=PersonFactory(), recorded_by=user)
        assert set(permissions.requests_of(user)) == {own}


def as_it_is(_request):
    """Nothing has to happen."""


# Each permission, with what makes it false although the officer asks and the request is open.
GATES = {
    "can_find_person": as_it_is,  # the person is known
    "can_acknowledge": lambda r: set_to(r, acknowledged_at=timezone.now()),
    "can_ask_identity": lambda r: EvidenceAskedFactory(request=r),
    "can_see_identity": lambda r: EvidenceSeenFactory(request=r),
    "can_ask_authority": lambda r: set_to(r, requester=Requester.PERSON),
    "can_see_authority": lambda r: EvidenceSeenFactory(request=r, gate=EvidenceGate.AUTHORITY),
    "can_look_for_conflicts": lambda r: set_to(r, person=None),
    "can_decide_on_warnings": as_it_is,  # nothing is to be decided
    "can_assess_competence": as_it_is,  # no child is concerned
    "can_send_status_link": lambda r: set_to(r, status=RequestStatus.REFUSED),
    "can_find_nothing": as_it_is,  # nobody has searched
    "can_say_gap": lambda r: set_to(r, kind=Kind.ERASURE),
    "can_ask_clarification": lambda r: ClarificationFactory(request=r),
    "can_answer_clarification": as_it_is,  # no question is open
    "can_correct": lambda r: set_to(r, status=RequestStatus.WITHDRAWN),
    "can_withdraw": lambda r: set_to(r, status=RequestStatus.RELEASED),
    "can_extend": lambda r: ExtensionFactory(request=r),
    "can_withhold": lambda r: set_to(r, kind=Kind.ERASURE),
    "can_build": lambda r: set_to(r, person=None),
}
TRUE_AFTER = {
    "can_find_person": lambda r: set_to(r, person=None),
    "can_answer_clarification": lambda r: ClarificationFactory(request=r),
    "can_decide_on_warnings": lambda r: ConflictWarningFactory(request=r),
    "can_find_nothing": lambda r: (
        set_to(r, person=None),
        SearchFactory(request=r, outcome="not_searched", because="We have none."),
        EvidenceSeenFactory(request=r),
        EvidenceSeenFactory(request=r, gate=EvidenceGate.AUTHORITY),
    ),
    "can_say_gap": lambda r: SearchFactory(request=r),
    "can_assess_competence": lambda r: set_to(
        r, requester=Requester.PARENT, person=PersonFactory(date_of_birth=date(2015, 5, 5))
    ),
}


def set_to(request, **values):
    for name, value in values.items():
        setattr(request, name, value)


def solicitors():
    return RightsRequestFactory(requester=Requester.SOLICITOR, requester_name="Ann Law")


@pytest.mark.parametrize("name", GATES)
def test_a_lever_is_there_for_the_officer_while_it_can_be_pulled(name, dpo):
    can = getattr(permissions, name)
    request = solicitors()
    TRUE_AFTER.get(name, as_it_is)(request)
    assert can(dpo, request)

    bystander = UserFactory(roles=[role for role in Role if role is not Role.DPO])
    assert "sar.work_requests" not in {
        right for role in Role if role is not Role.DPO for right in ROLES[role].permissions
    }
    assert not can(bystander, request)
    for status in set(RequestStatus) - OPEN_STATUSES:
        set_to(request, status=status)
        assert not can(dpo, request)

    closed = solicitors()
    GATES[name](closed)
    assert not can(dpo, closed)


def test_a_question_waits_for_the_start_of_the_time(dpo):
    request = RightsRequestFactory()
    EvidenceAskedFactory(request=request)
    assert not permissions.can_ask_clarification(dpo, request)


@pytest.mark.usefixtures("quick_print")
def test_release_needs_a_ready_pack_a_signature_and_the_gates(dpo):
    request = solicitors()
    build_pack(BuiltPackFactory(request=request).pk)
    second = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    request.refresh_from_db()
    EvidenceSeenFactory(request=request)
    assert not permissions.can_sign_off(second, request)
    EvidenceSeenFactory(request=request, gate=EvidenceGate.AUTHORITY, what="signed letter")
    assert permissions.can_sign_off(second, request)
    assert request in permissions.requests_of(second)
    assert not permissions.can_release(dpo, request)
    signed_off(request)
    request = type(request).objects.get(pk=request.pk)
    assert not permissions.can_sign_off(second, request)
    assert permissions.can_release(dpo, request)
    set_to(request, status=RequestStatus.IN_PROGRESS)
    assert not permissions.can_release(dpo, request)
