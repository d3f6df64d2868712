"""Taking in, accepting and declining a referral: each leaves its entries, or no trace."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.verbs import Verb
from cases.actions import referrals
from cases.actions.referrals import NewPerson, NewProfessional
from cases.models import Agency, Case, CaseRole, Person, Professional, Referral, ReferralPerson
from cases.workflow import REFERRAL_MOVES, ReferralMove, ReferralStatus
from core import workflow
from core.errors import LogUnavailable, Refused
from tests.cases.test_cases_races import at_once
from tests.cases.world import a_world, member_of
from tests.conftest import entries_since
from tests.factories.cases import (
    AgencyFactory,
    CaseFactory,
    PersonFactory,
    ProfessionalFactory,
    ReferralFactory,
    ReferralPersonFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
ROSE = NewPerson("Rose", "Adeyemi", date(1991, 3, 14), "known")
NELL = NewPerson("Nell", "Adeyemi", None, "not_known")
TABLES = (Agency, Case, Person, Professional, Referral, ReferralPerson)


@pytest.fixture
def world():
    return a_world()


def everything():
    return {model: sorted(model.objects.values_list("pk", flat=True)) for model in TABLES}


def take_in(world, **changes):
    arguments = {
        "service": world.service,
        "came_from": Referral.From.SELF,
        "received_on": date(2026, 11, 20),
        "how_received": "phone",
        "reason": "Asks for help with bedtimes.",
        "people": [(ROSE, CaseRole.PARENT), (NELL, CaseRole.CHILD)],
        "on": TODAY,
        "by": world.worker,
    }
    return referrals.take_in(**(arguments | changes))


@pytest.fixture
def waiting(world):
    """A referral of a family to the world's service, on which nobody has decided."""
    referral = ReferralFactory(service=world.service, recorded_by=world.worker)
    for name, role in (("Rose", CaseRole.PARENT), ("Nell", CaseRole.CHILD)):
        person = PersonFactory(given_names=name, family_name="Adeyemi")
        ReferralPersonFactory(referral=referral, person=person, role=role)
    referral.refresh_from_db()
    return referral


class TestTakingIn:
    def test_people_known_and_new_are_named(self, world):
        with entries_since() as entries:
            referral = take_in(world, people=[(world.joe, CaseRole.CHILD), (ROSE, CaseRole.PARENT)])
        rose = Person.objects.get(given_names="Rose")
        assert [(e.verb, e.people, e.record_id) for e in entries] == [
            (Verb.PERSON_ADDED, [rose.pk], rose.pk),
            (Verb.REFERRAL_RECEIVED, sorted([world.joe.pk, rose.pk]), referral.pk),
        ]
        assert referral.reference == f"R-{referral.pk:06d}"
        assert (referral.status, referral.recorded_by) == (ReferralStatus.RECEIVED, world.worker)
        assert [(one.person, one.role) for one in referral.referral_people.all()] == [
            (world.joe, CaseRole.CHILD),
            (rose, CaseRole.PARENT),
        ]

    def test_an_agency_that_is_new_is_added_with_who_wrote(self, world):
        with entries_since() as entries:
            referral = take_in(
                world,
                came_from=Referral.From.AGENCY,
                agency="  Hillside  School",
                professional=NewProfessional("Ada Bell", "teacher"),
            )
        assert [e.verb for e in entries] == [
            Verb.AGENCY_ADDED,
            Verb.PROFESSIONAL_ADDED,
            Verb.PERSON_ADDED,
            Verb.PERSON_ADDED,
            Verb.REFERRAL_RECEIVED,
        ]
        assert referral.source_in_words == "Ada Bell, teacher, Hillside School"

    def test_an_agency_that_is_known_is_not_added_again(self, world):
        school = AgencyFactory(name="Hillside School")
        ada = ProfessionalFactory(agency=school, name="Ada Bell", role="teacher")
        referral = take_in(
            world,
            came_from=Referral.From.AGENCY,
            agency="hillside school",
            professional=NewProfessional("ada bell", "Teacher"),
        )
        assert (referral.agency, referral.professional) == (school, ada)
        assert Agency.objects.count() == Professional.objects.count() == 1

    def test_another_service_of_ours_refers(self, world):
        counselling = ServiceFactory(name="Counselling")
        referral = take_in(world, came_from=Referral.From.OTHER_SERVICE, other_service=counselling)
        assert referral.source_in_words == "Counselling"

    def test_a_family_that_refers_itself_brings_no_agency(self, world):
        referral = take_in(world, agency=AgencyFactory(), other_service=ServiceFactory())
        assert (referral.agency, referral.other_service) == (None, None)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"people": []}, "name at least one person"),
            ({"received_on": TODAY + timedelta(days=1)}, "has not come yet"),
            ({"reason": "  "}, "Say why the family is referred"),
            ({"came_from": "agency"}, "Say which agency"),
            ({"came_from": "other_service"}, "Say which of our services"),
            (
                {"people": [(NewPerson("X", "", date(2999, 1, 1), "known"), "child")]},
                "in the future",
            ),
            ({"people": [(NewPerson("", "", None, "not_known"), "child")]}, "Write a name"),
        ],
    )
    def test_what_cannot_be_leaves_no_trace(self, world, changes, sentence):
        before = everything()
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            take_in(world, **changes)
        assert (entries, everything()) == ([], before)

    def test_nobody_is_named_twice(self, world):
        with pytest.raises(Refused, match="named twice"):
            take_in(world, people=[(world.joe, CaseRole.CHILD), (world.joe, CaseRole.CLIENT)])

    def test_a_service_that_takes_nobody_new(self, world):
        with pytest.raises(Refused, match="takes no new people"):
            take_in(world, service=ServiceFactory(is_open=False))

    def test_a_service_does_not_refer_to_itself(self, world):
        with pytest.raises(Refused, match="does not refer to itself"):
            take_in(world, came_from="other_service", other_service=world.service)

    def test_a_professional_of_another_agency(self, world):
        with pytest.raises(Refused, match="does not work for"):
            take_in(
                world,
                came_from="agency",
                agency=AgencyFactory(),
                professional=ProfessionalFactory(),
            )

    def test_a_form_sent_twice_makes_one_referral(self, world):
        first = take_in(world)
        with entries_since() as entries, pytest.raises(Refused, match=f"it is {first.reference}"):
            take_in(world)
        assert entries == []
        assert Person.objects.filter(family_name="Adeyemi").count() == 2

    def test_two_families_with_the_same_wish_are_two_referrals(self, world):
        take_in(world)
        take_in(world, people=[(NewPerson("Sam", "Cole", None, "not_known"), CaseRole.CLIENT)])
        assert Referral.objects.count() == 2

    def test_without_an_entry_nothing_is_taken_in(self, world, log_broken):
        before = everything()
        with pytest.raises(LogUnavailable):
            take_in(world)
        assert everything() == before


class TestAccepting:
    def accept(self, world, referral, **changes):
        arguments = {
            "referral": referral,
            "opened_on": date(2026, 2, 2),
            "summary": "Bedtimes.",
            "worker": world.worker,
            "by": world.worker,
        }
        return referrals.accept(**(arguments | changes))

    def test_a_case_opens_with_the_people_and_their_roles(self, world, waiting):
        numbers = sorted(waiting.referral_people.values_list("person", flat=True))
        with entries_since() as entries:
            case = self.accept(world, waiting)
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.REFERRAL_ACCEPTED, numbers),
            (Verb.CASE_OPENED, numbers),
        ]
        waiting.refresh_from_db()
        assert (waiting.status, waiting.case, waiting.decided_by) == (
            ReferralStatus.ACCEPTED,
            case,
            world.worker,
        )
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

    def test_it_is_decided_once(self, world, waiting):
        stale = Referral.objects.get(pk=waiting.pk)
        self.accept(world, waiting)
        day = timezone.localdate().year
        with entries_since() as entries, pytest.raises(Refused) as refusal:
            self.accept(world, stale, by=world.manager)
        assert str(refusal.value).startswith(f"{waiting.reference} was accepted by Dean Okafor on ")
        assert str(day) in str(refusal.value)
        assert entries == []
        assert Case.objects.count() == 2

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"opened_on": date(2999, 1, 1)}, "has not come yet"),
            ({"opened_on": date(2025, 12, 31)}, "The referral came on 5 January 2026"),
            ({"worker": "outsider"}, "does not belong to"),
        ],
    )
    def test_where_no_case_can_open_nothing_is_decided(self, world, waiting, changes, sentence):
        if changes.get("worker"):
            changes = {"worker": member_of(ServiceFactory(), "caseworker", name="An Outsider")}
        before = everything()
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            self.accept(world, waiting, **changes)
        assert (entries, everything()) == ([], before)
        waiting.refresh_from_db()
        assert waiting.status == ReferralStatus.RECEIVED

    def test_without_an_entry_nothing_is_decided(self, world, waiting, log_broken):
        with pytest.raises(LogUnavailable):
            self.accept(world, waiting)
        waiting.refresh_from_db()
        assert (waiting.status, Case.objects.count()) == (ReferralStatus.RECEIVED, 1)


class TestDeclining:
    def test_the_reason_is_kept(self, world, waiting):
        with entries_since() as entries:
            referrals.decline(referral=waiting, reason=" No places. ", by=world.manager)
        assert [e.verb for e in entries] == [Verb.REFERRAL_DECLINED]
        waiting.refresh_from_db()
        assert (waiting.status, waiting.decision_reason, waiting.decided_by) == (
            ReferralStatus.DECLINED,
            "No places.",
            world.manager,
        )

    def test_without_a_reason_nothing_is_decided(self, world, waiting):
        with entries_since() as entries, pytest.raises(Refused, match="Say why"):
            referrals.decline(referral=waiting, reason=" ", by=world.manager)
        waiting.refresh_from_db()
        assert (entries, waiting.status) == ([], ReferralStatus.RECEIVED)

    def test_what_is_declined_is_not_accepted_after(self, world, waiting):
        referrals.decline(referral=waiting, reason="No places.", by=world.manager)
        with pytest.raises(Refused, match="was declined by Priya Nair"):
            referrals.accept(referral=waiting, opened_on=TODAY, by=world.worker)

    def test_without_an_entry_nothing_is_decided(self, world, waiting, log_broken):
        with pytest.raises(LogUnavailable):
            referrals.decline(referral=waiting, reason="No places.", by=world.manager)
        waiting.refresh_from_db()
        assert waiting.status == ReferralStatus.RECEIVED


# status, move -> where it ends, or None where it is refused
MOVES = {
    ("received", ReferralMove.ACCEPT): "accepted",
    ("received", ReferralMove.DECLINE): "declined",
    ("accepted", ReferralMove.ACCEPT): None,
    ("accepted", ReferralMove.DECLINE): None,
    ("declined", ReferralMove.ACCEPT): None,
    ("declined", ReferralMove.DECLINE): None,
}


@pytest.mark.parametrize(("status", "move"), MOVES)
def test_every_status_with_every_move(world, status, move):
    decided = {
        "received": {},
        "accepted": {"case": CaseFactory()},
        "declined": {"decision_reason": "No places."},
    }
    by = {"decided_at": timezone.now(), "decided_by": world.manager}
    changes = decided[status] | (by if status != "received" else {})
    referral = ReferralFactory(service=world.service, status=status, **changes)
    ends = MOVES[status, move]
    wanted = decided[ends or "declined"] | by
    if ends is None:
        with pytest.raises(workflow.MoveRefused):
            workflow.make(referral, REFERRAL_MOVES[move], **wanted)
    else:
        workflow.make(referral, REFERRAL_MOVES[move], **wanted)
        assert referral.status == ends
    assert {pair[1] for pair in MOVES} == set(REFERRAL_MOVES)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_a_referral_is_decided_once(self, world, waiting):
        done = at_once(
            lambda: referrals.accept(referral=waiting, opened_on=date(2026, 2, 2), by=world.worker),
            lambda: referrals.decline(
                referral=Referral.objects.get(pk=waiting.pk), reason="No places.", by=world.manager
            ),
        )
        assert done["waited"]
        assert "was accepted by Dean Okafor" in str(done["second"])
        assert Referral.objects.get().status == ReferralStatus.ACCEPTED
        assert Case.objects.count() == 2

    def test_one_form_sent_twice_makes_one_referral(self, world):
        done = at_once(lambda: take_in(world), lambda: take_in(world))
        assert done["waited"]
        assert "taken in this referral already" in str(done["second"])
        assert Referral.objects.count() == 1
