"""Taking in a referral leaves its entries, or no trace."""

from datetime import date, timedelta

import pytest

from audit.verbs import Verb
from cases.actions import referrals
from cases.actions.referrals import NewPerson, NewProfessional
from cases.models import Agency, Case, CaseRole, Person, Professional, Referral, ReferralPerson
from cases.workflow import ReferralStatus
from core.errors import LogUnavailable, Refused
from tests.cases.test_cases_races import at_once
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.cases import (
    AgencyFactory,
    ProfessionalFactory,
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


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_makes_one_referral(world):
    done = at_once(lambda: take_in(world), lambda: take_in(world))
    assert done["waited"]
    assert "taken in this referral already" in str(done["second"])
    assert Referral.objects.count() == 1
