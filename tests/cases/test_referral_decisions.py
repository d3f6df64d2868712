"""Screening, accepting, declining, waiting and allocating: each leaves its entries, or no trace."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import referral_decisions as verbs
from cases.models import Allocation, Case, CaseRole, Referral, WaitingPlace
from cases.queries.waiting_list import days_waited, in_order
from cases.workflow import REFERRAL_MOVES, ReferralMove, ReferralStatus
from core import workflow
from core.errors import LogUnavailable, Refused
from tests.cases.test_cases_races import at_once
from tests.cases.world import a_world, member_of
from tests.conftest import entries_since
from tests.factories.base import note
from tests.factories.cases import (
    CaseFactory,
    PersonFactory,
    ReferralFactory,
    ReferralPersonFactory,
    ServiceFactory,
    WaitingPlaceFactory,
)

pytestmark = pytest.mark.django_db

Priority = WaitingPlace.Priority


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def received(world):
    """A referral of a family to the world's service, at which nobody has looked."""
    referral = ReferralFactory(service=world.service, recorded_by=world.worker)
    for name, role in (("Rose", CaseRole.PARENT), ("Nell", CaseRole.CHILD)):
        person = PersonFactory(given_names=name, family_name="Adeyemi")
        ReferralPersonFactory(referral=referral, person=person, role=role)
    referral.refresh_from_db()
    return referral


@pytest.fixture
def screened(world, received):
    return verbs.screen(referral=received, screening="For us.", by=world.worker)


@pytest.fixture
def waiting(world, screened):
    return verbs.accept(referral=screened, by=world.manager)


def another(world, priority=Priority.USUAL):
    referral = ReferralFactory(service=world.service, people=[PersonFactory()])
    verbs.screen(referral=referral, screening="For us.", by=world.worker)
    return verbs.accept(referral=referral, priority=priority, by=world.manager)


def state():
    return (
        list(Referral.objects.order_by("pk").values_list("pk", "status", "decided_at", "case")),
        WaitingPlace.objects.count(),
        Case.objects.count(),
        Allocation.objects.count(),
    )


ACTS = {
    "screen": ("received", lambda r, w: verbs.screen(referral=r, screening="X.", by=w.worker)),
    "accept": ("screened", lambda r, w: verbs.accept(referral=r, by=w.worker)),
    "accept at once": (
        "screened",
        lambda r, w: verbs.accept(referral=r, worker=w.worker, by=w.worker),
    ),
    "decline": (
        "received",
        lambda r, w: verbs.decline(referral=r, reason="X.", signpost="Y.", by=w.worker),
    ),
    "withdraw": ("waiting", lambda r, w: verbs.withdraw(referral=r, reason="X.", by=w.worker)),
    "change place": (
        "waiting",
        lambda r, w: verbs.change_place(
            referral=r, priority=Priority.URGENT, reason="X.", by=w.worker
        ),
    ),
    "allocate": (
        "waiting",
        lambda r, w: verbs.allocate(
            referral=r, worker=w.worker, opened_on=date(2026, 2, 2), by=w.worker
        ),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_without_an_entry_nothing_happens(world, act, request):
    stands, verb = ACTS[act]
    referral = request.getfixturevalue(stands)
    before = state()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verb(referral, world)
    assert state() == before


LEAVES = {
    "screen": [Verb.REFERRAL_SCREENED],
    "accept": [Verb.REFERRAL_ACCEPTED],
    "accept at once": [Verb.REFERRAL_ACCEPTED, Verb.REFERRAL_ALLOCATED, Verb.CASE_OPENED],
    "decline": [Verb.REFERRAL_DECLINED],
    "withdraw": [Verb.REFERRAL_WITHDRAWN],
    "change place": [Verb.WAITING_PLACE_CHANGED],
    "allocate": [Verb.REFERRAL_ALLOCATED, Verb.CASE_OPENED],
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_leaves_its_entries_about_everybody(world, act, request):
    stands, verb = ACTS[act]
    referral = request.getfixturevalue(stands)
    numbers = sorted(referral.referral_people.values_list("person", flat=True))
    with entries_since() as entries:
        verb(referral, world)
    assert [(e.verb, e.people) for e in entries] == [(leaves, numbers) for leaves in LEAVES[act]]


class TestScreening:
    def test_who_screened_and_what_was_found_is_kept(self, world, received):
        verbs.screen(referral=received, screening=" For us. ", by=world.worker)
        assert (received.status, received.screening, received.screened_by) == (
            ReferralStatus.SCREENED,
            "For us.",
            world.worker,
        )

    def test_without_a_finding_nothing_is_screened(self, world, received):
        before = state()
        with entries_since() as entries, pytest.raises(Refused, match="what the screening found"):
            verbs.screen(referral=received, screening="  ", by=world.worker)
        assert (entries, state()) == ([], before)

    def test_it_is_accepted_only_after_that(self, world, received):
        with entries_since() as entries, pytest.raises(Refused, match="not been screened yet"):
            verbs.accept(referral=received, by=world.manager)
        assert (entries, received.status) == ([], ReferralStatus.RECEIVED)


class TestAccepting:
    def test_the_family_stands_last_of_its_priority(self, world, screened):
        first, urgent = another(world), another(world, Priority.URGENT)
        verbs.accept(referral=screened, by=world.manager)
        assert list(in_order(world.service.pk)) == [urgent, first, screened]
        assert screened.status == ReferralStatus.WAITING
        assert screened.decided_by == world.manager
        assert days_waited(screened, on=timezone.localdate()) == 0

    def test_with_a_worker_a_case_opens_at_once(self, world, screened):
        verbs.accept(
            referral=screened,
            worker=world.worker,
            opened_on=date(2026, 2, 2),
            summary="Bedtimes.",
            by=world.worker,
        )
        case = screened.case
        assert screened.status == ReferralStatus.ALLOCATED
        assert (case.service, case.summary, case.opened_on) == (
            world.service,
            "Bedtimes.",
            date(2026, 2, 2),
        )
        assert [(one.person.given_names, one.role) for one in case.case_people.all()] == [
            ("Rose", CaseRole.PARENT),
            ("Nell", CaseRole.CHILD),
        ]
        assert [one.worker for one in case.allocations.all()] == [world.worker]

    def test_it_is_decided_once(self, world, screened):
        stale = Referral.objects.get(pk=screened.pk)
        verbs.accept(referral=screened, by=world.worker)
        with entries_since() as entries, pytest.raises(Refused) as refusal:
            verbs.accept(referral=stale, by=world.manager)
        assert str(refusal.value).startswith(
            f"{screened.reference} was accepted by Dean Okafor on "
        )
        assert entries == []
        assert WaitingPlace.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"opened_on": date(2999, 1, 1)}, "has not come yet"),
            ({"opened_on": date(2025, 12, 31)}, "The referral came on 5 January 2026"),
            ({"worker": "outsider"}, "does not belong to"),
        ],
    )
    def test_where_no_case_can_open_nothing_is_decided(self, world, screened, changes, sentence):
        if changes.get("worker"):
            changes = {"worker": member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider")}
        before = state()
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            verbs.accept(
                **{"referral": screened, "worker": world.worker, "by": world.worker} | changes
            )
        assert (entries, state()) == ([], before)


class TestDeclining:
    def test_reason_and_signpost_are_kept(self, world, received):
        verbs.decline(
            referral=received, reason=" No places. ", signpost=" The library. ", by=world.manager
        )
        assert (received.status, received.decision_reason, received.signpost) == (
            ReferralStatus.DECLINED,
            "No places.",
            "The library.",
        )
        assert received.decided_by == world.manager

    @pytest.mark.parametrize(
        ("reason", "signpost", "sentence"),
        [(" ", "The library.", "Say why"), ("No places.", " ", "where else the family can go")],
    )
    def test_without_either_nothing_is_decided(self, world, received, reason, signpost, sentence):
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            verbs.decline(referral=received, reason=reason, signpost=signpost, by=world.manager)
        received.refresh_from_db()
        assert (entries, received.status) == ([], ReferralStatus.RECEIVED)

    def test_what_is_declined_is_not_accepted_after(self, world, screened):
        verbs.decline(referral=screened, reason="No.", signpost="Nowhere.", by=world.manager)
        with pytest.raises(Refused, match="was declined by Priya Nair"):
            verbs.accept(referral=screened, by=world.worker)


class TestWithdrawing:
    def test_whoever_waits_leaves_the_list(self, world, waiting):
        verbs.withdraw(referral=waiting, reason="Moved to Leeds.", by=world.worker)
        assert (waiting.status, waiting.withdrawal_reason) == (
            ReferralStatus.WITHDRAWN,
            "Moved to Leeds.",
        )
        assert not in_order(world.service.pk).exists()
        # That it had been accepted stays.
        assert waiting.decided_by == world.manager

    def test_without_a_reason_they_stay(self, world, waiting):
        with entries_since() as entries, pytest.raises(Refused, match="Say why"):
            verbs.withdraw(referral=waiting, reason=" ", by=world.worker)
        assert (entries, in_order(world.service.pk).count()) == ([], 1)


class TestPlaces:
    def test_one_is_moved_before_another_with_a_reason(self, world, waiting):
        second, third = another(world), another(world)
        verbs.change_place(
            referral=third,
            priority=Priority.USUAL,
            before=second,
            reason="The baby is due.",
            by=world.manager,
        )
        assert list(in_order(world.service.pk)) == [waiting, third, second]
        verbs.change_place(
            referral=second,
            priority=Priority.USUAL,
            before=waiting,
            reason="They had been promised.",
            by=world.manager,
        )
        assert list(in_order(world.service.pk)) == [second, waiting, third]
        assert [one.reason for one in third.places.all()] == ["", "The baby is due."]

    def test_another_priority_puts_them_last_of_it(self, world, waiting):
        urgent = another(world, Priority.URGENT)
        verbs.change_place(
            referral=waiting, priority=Priority.URGENT, reason="No heating.", by=world.manager
        )
        assert list(in_order(world.service.pk)) == [urgent, waiting]

    def test_without_a_reason_the_order_stays(self, world, waiting):
        second = another(world)
        with entries_since() as entries, pytest.raises(Refused, match="Say why the order"):
            verbs.change_place(
                referral=second,
                priority=Priority.USUAL,
                before=waiting,
                reason=" ",
                by=world.manager,
            )
        assert (entries, list(in_order(world.service.pk))) == ([], [waiting, second])

    def test_the_database_wants_the_reason_too(self, world, waiting):
        with pytest.raises(IntegrityError, match="reason"):
            WaitingPlaceFactory(referral=waiting, is_first=False)
        with pytest.raises(IntegrityError, match="begins_once"):
            WaitingPlaceFactory(referral=waiting)

    def test_before_somebody_of_another_priority_is_refused(self, world, waiting):
        urgent = another(world, Priority.URGENT)
        with pytest.raises(Refused, match="does not stand on the list with this priority"):
            verbs.change_place(
                referral=waiting, priority=3, before=urgent, reason="X.", by=world.manager
            )

    def test_whoever_does_not_wait_has_no_place(self, world, screened):
        with pytest.raises(Refused, match="was screened by Dean Okafor"):
            verbs.change_place(referral=screened, priority=1, reason="X.", by=world.manager)


# status -> the moves that start there and where they end; every other is refused.
MOVES = {
    "received": {"screen": "screened", "decline": "declined", "withdraw": "withdrawn"},
    "screened": {"accept": "waiting", "decline": "declined", "withdraw": "withdrawn"},
    "waiting": {"allocate": "allocated", "withdraw": "withdrawn"},
    "allocated": {},
    "declined": {},
    "withdrawn": {},
}


def fields_of(status, by):
    """What a referral in `status` has besides."""
    now = timezone.now()
    step = {
        name: {f"{name}_at": now, f"{name}_by": by} for name in ("screened", "decided", "withdrawn")
    }
    return {
        "received": {},
        "screened": step["screened"],
        "waiting": step["decided"],
        "allocated": step["decided"] | {"case": CaseFactory()},
        "declined": step["decided"] | {"decision_reason": "No places."},
        "withdrawn": step["withdrawn"] | {"withdrawal_reason": "Moved."},
    }[status]


@pytest.mark.parametrize("move", ReferralMove)
@pytest.mark.parametrize("status", MOVES)
def test_every_status_with_every_move(world, status, move):
    referral = ReferralFactory(
        service=world.service, status=status, **fields_of(status, world.manager)
    )
    ends = MOVES[status].get(move)
    if ends is None:
        with pytest.raises(workflow.MoveRefused):
            workflow.make(referral, REFERRAL_MOVES[move])
        return
    with transaction.atomic():
        note()
        workflow.make(referral, REFERRAL_MOVES[move], **fields_of(ends, world.manager))
    assert referral.status == ends
    assert set(MOVES) == set(ReferralStatus.values)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_a_referral_is_decided_once(self, world, screened):
        done = at_once(
            lambda: verbs.accept(referral=screened, by=world.worker),
            lambda: verbs.decline(
                referral=Referral.objects.get(pk=screened.pk),
                reason="No places.",
                signpost="Nowhere.",
                by=world.manager,
            ),
        )
        assert done["waited"]
        assert "was accepted by Dean Okafor" in str(done["second"])
        assert Referral.objects.get().status == ReferralStatus.WAITING

    def test_a_family_is_allocated_once(self, world, waiting):
        def allocate(worker):
            return verbs.allocate(
                referral=Referral.objects.get(pk=waiting.pk),
                worker=worker,
                opened_on=timezone.localdate(),
                by=worker,
            )

        done = at_once(lambda: allocate(world.worker), lambda: allocate(world.manager))
        assert done["waited"]
        assert isinstance(done["second"], Refused)
        assert Case.objects.filter(referral=waiting).count() == 1
        assert [one.worker for one in done["first"].allocations.all()] == [world.worker]

    def test_two_who_are_accepted_do_not_get_one_place(self, world, screened):
        other = ReferralFactory(service=world.service, people=[PersonFactory()])
        verbs.screen(referral=other, screening="For us.", by=world.worker)
        done = at_once(
            lambda: verbs.accept(referral=screened, by=world.worker),
            lambda: verbs.accept(referral=Referral.objects.get(pk=other.pk), by=world.manager),
        )
        assert done["waited"]
        assert list(WaitingPlace.objects.values_list("place", flat=True)) == [0, 1]
