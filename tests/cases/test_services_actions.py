"""Services, their members, agencies and professionals: each act leaves its one entry, or no trace."""

from datetime import date

import pytest

from accounts.roles import Role
from audit.models import EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import services
from cases.models import Agency, Professional, Service, ServiceMember
from cases.permissions import services_of
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import AgencyFactory, ProfessionalFactory

pytestmark = pytest.mark.django_db

SINCE = date(2026, 1, 5)
TABLES = (Agency, Professional, Service, ServiceMember)


@pytest.fixture
def world():
    return a_world()


def everything():
    return {model: sorted(model.objects.values_list()) for model in TABLES}


def acts(world):
    agency, newcomer = AgencyFactory(), UserFactory(roles=[Role.CASEWORKER])
    member = world.worker.memberships.get()
    by = world.manager
    return {
        Verb.SERVICE_ADDED: lambda: services.add_service(name="Counselling", by=by),
        Verb.MEMBER_ADDED: lambda: services.add_member(
            service=world.service, user=newcomer, since=SINCE, by=by
        ),
        Verb.MEMBER_ENDED: lambda: services.end_member(member=member, until=SINCE, by=by),
        Verb.AGENCY_ADDED: lambda: services.add_agency(name="Hillside School", by=by),
        Verb.PROFESSIONAL_ADDED: lambda: services.add_professional(
            agency=agency, name="Ada Bell", role="teacher", by=by
        ),
    }


VERBS = (
    Verb.SERVICE_ADDED,
    Verb.MEMBER_ADDED,
    Verb.MEMBER_ENDED,
    Verb.AGENCY_ADDED,
    Verb.PROFESSIONAL_ADDED,
)


@pytest.mark.parametrize("verb", VERBS)
def test_each_act_leaves_one_entry(world, verb):
    act = acts(world)[verb]
    before = everything()
    with entries_since() as entries:
        act()
    assert [(e.verb, e.people, e.by) for e in entries] == [(verb, [], world.manager.name_for_log)]
    assert everything() != before


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_entry_nothing_is_done(world, verb, request):
    act = acts(world)[verb]
    before = everything()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        act()
    assert everything() == before


def test_a_member_needs_to_know_from_the_first_day_to_the_last(world):
    newcomer = UserFactory(roles=[Role.CASEWORKER])
    with entries_since() as entries:
        member = services.add_member(
            service=world.service, user=newcomer, since=SINCE, in_charge=True, by=world.manager
        )
    assert list(services_of(newcomer)) == [world.service]
    assert entries[0].purpose == Purpose.ACCESS_CONTROL
    assert EntryValue.objects.get(entry=entries[0]).body == {
        "user": newcomer.name_for_log,
        "since": "2026-01-05",
        "in_charge": True,
    }
    services.end_member(member=member, until=SINCE, by=world.manager)
    assert list(services_of(newcomer)) == []


def refusals(world):
    AgencyFactory(name="Hillside School")
    ada = ProfessionalFactory(name="Ada Bell", role="teacher")
    leaver = UserFactory(is_active=False)
    by = world.manager
    return {
        "service: no name": (lambda: services.add_service(name=" ", by=by), "Write the name"),
        "service: twice": (
            lambda: services.add_service(name="family SUPPORT", by=by),
            "There is a service called",
        ),
        "member: oneself": (
            lambda: services.add_member(service=world.service, user=by, since=SINCE, by=by),
            "Nobody gives themselves access",
        ),
        "member: twice": (
            lambda: services.add_member(
                service=world.service, user=world.worker, since=SINCE, by=by
            ),
            "belongs to Family support already",
        ),
        "member: suspended": (
            lambda: services.add_member(service=world.service, user=leaver, since=SINCE, by=by),
            "may not sign in",
        ),
        "end: before the start": (
            lambda: services.end_member(
                member=world.worker.memberships.get(), until=date(2000, 1, 1), by=by
            ),
            "cannot end before that",
        ),
        "agency: no name": (lambda: services.add_agency(name="", by=by), "Write the name"),
        "agency: twice": (
            lambda: services.add_agency(name="hillside school", by=by),
            "There is an agency called",
        ),
        "professional: no role": (
            lambda: services.add_professional(agency=ada.agency, name="Bo", role=" ", by=by),
            "what they are",
        ),
        "professional: twice": (
            lambda: services.add_professional(
                agency=ada.agency, name="ada bell", role="Teacher", by=by
            ),
            "is known at",
        ),
    }


REFUSALS = (
    "service: no name",
    "service: twice",
    "member: oneself",
    "member: twice",
    "member: suspended",
    "end: before the start",
    "agency: no name",
    "agency: twice",
    "professional: no role",
    "professional: twice",
)


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_leaves_no_trace(world, what):
    act, sentence = refusals(world)[what]
    before = everything()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        act()
    assert (entries, everything()) == ([], before)


def test_a_membership_ends_once(world):
    stale, member = world.worker.memberships.get(), world.worker.memberships.get()
    services.end_member(member=member, until=SINCE, by=world.manager)
    with entries_since() as entries, pytest.raises(Refused, match="ended already"):
        services.end_member(member=stale, until=date(2026, 6, 1), by=world.manager)
    assert entries == []
