"""Access with an end: cover, volunteers, samples; and services whose cases their own workers alone know (P50)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice, User
from accounts.roles import Role
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import access as verbs
from cases.actions.services import set_own_workers_only
from cases.models import Access, Person
from cases.permissions import cases_of, people_beyond, people_of, services_of
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.cases import (
    AllocationFactory,
    BarringFactory,
    CaseFactory,
    PersonFactory,
    ServiceFactory,
    ServiceMemberFactory,
)
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-26 10:00", tick=False):
        yield


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def stranger():
    """Somebody of another service."""
    return member_of(ServiceFactory(name="Drop-in"), Role.CASEWORKER, name="Kirsty Dutton")


DAYS = {"since": TODAY, "until": TODAY + timedelta(days=7), "reason": "Leave."}


def service_given(world, user, **more):
    return verbs.give_service(
        **{"user": user, "service": world.service, "by": world.manager, **DAYS, **more}
    )


def cover_given(world, user, **more):
    return verbs.give_cover(
        **{"user": user, "colleague": world.worker, "by": world.manager, **DAYS, **more}
    )


def drawn(world, user, **more):
    return verbs.give_sample(
        **{"user": user, "service": world.service, "size": 1, "by": world.manager, **DAYS, **more}
    )


def chosen(world, user, **more):
    return verbs.choose_sample(
        **{
            "user": user,
            "service": world.service,
            "references": world.case.reference.lower(),
            "by": world.manager,
            **DAYS,
            **more,
        }
    )


GIVEN = {"service": service_given, "cover": cover_given, "drawn": drawn, "chosen": chosen}


@pytest.mark.parametrize("kind", GIVEN)
def test_it_opens_the_records_and_leaves_one_entry(world, stranger, kind):
    assert not people_of(stranger).exists()
    with entries_since() as left:
        given = GIVEN[kind](world, stranger)
    assert [entry.verb for entry in left] == [Verb.ACCESS_GIVEN, Verb.NOTICE_GIVEN]
    assert list(cases_of(stranger)) == [world.case]
    assert set(people_of(stranger)) == {world.amelia, world.joe}
    assert signed_in(stranger).get(world.case.get_absolute_url()).status_code == 200
    # Cover and samples open cases, and no service.
    assert services_of(stranger).filter(pk=world.service.pk).exists() is (kind == "service")
    assert (Notice.objects.get().to, "Hart" in Notice.objects.get().sentence) == (stranger, False)
    assert GIVEN[kind](world, stranger) == given


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("days", [-1, 0, 7, 8])
def test_it_holds_from_the_first_day_to_the_end_of_the_last(world, stranger, kind, days):
    GIVEN[kind](world, stranger)
    with time_machine.travel(TODAY + timedelta(days=days), tick=False):
        assert cases_of(stranger).exists() is (0 <= days <= 7)
        assert people_of(stranger).exists() is (0 <= days <= 7)


@pytest.mark.parametrize("kind", GIVEN)
def test_ended_early_it_holds_no_longer(world, stranger, kind):
    given = GIVEN[kind](world, stranger)
    with entries_since() as left:
        verbs.end_access(access=given, by=world.manager)
    assert [entry.verb for entry in left] == [Verb.ACCESS_ENDED]
    assert not cases_of(stranger).exists()
    with pytest.raises(Refused, match="ended already"):
        verbs.end_access(access=given, by=world.manager)


@pytest.mark.parametrize("kind", GIVEN)
def test_it_never_opens_what_is_closed(world, stranger, kind):
    GIVEN[kind](world, stranger)
    BarringFactory(user=stranger, person=world.joe)
    assert not cases_of(stranger).exists()
    assert not people_of(stranger).exists()


@pytest.mark.parametrize("kind", ["service", "cover"])
def test_a_role_sees_what_it_sees_anywhere(world, kind):
    desk = the(Role.FRONT_DESK)
    GIVEN[kind](world, desk)
    assert not cases_of(desk).exists()
    assert people_of(desk).exists()


REFUSED = {
    "no reason": {"reason": " "},
    "over already": {"since": TODAY - timedelta(days=9), "until": TODAY - timedelta(days=1)},
    "the wrong way round": {"until": TODAY - timedelta(days=1)},
    "longer than a year": {"until": TODAY + timedelta(days=400)},
}


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("wrong", REFUSED)
def test_it_is_refused_and_leaves_no_trace(world, stranger, kind, wrong):
    with entries_since() as left, pytest.raises(Refused):
        GIVEN[kind](world, stranger, **REFUSED[wrong])
    assert (left, Access.objects.count()) == ([], 0)


@pytest.mark.parametrize("kind", GIVEN)
def test_nobody_gives_it_to_themselves_or_beyond_their_services(world, kind, stranger):
    with pytest.raises(Refused):
        GIVEN[kind](world, world.manager)
    elsewhere = member_of(ServiceFactory(name="Mediation"), Role.SERVICE_MANAGER, name="Graham")
    for by in (elsewhere, world.worker):
        with pytest.raises(Refused):
            GIVEN[kind](world, stranger, by=by)


def test_the_data_protection_officer_and_the_administrator_give_it_everywhere(world, stranger):
    for number, role in enumerate((Role.DPO, Role.SYSTEM_ADMINISTRATOR)):
        service_given(world, stranger, by=the(role), until=TODAY + timedelta(days=number))
    assert Access.objects.count() == 2
    with pytest.raises(Refused, match="No case"):
        chosen(world, stranger, by=the(Role.SYSTEM_ADMINISTRATOR))


@pytest.mark.parametrize("kind", GIVEN)
def test_without_its_entry_nothing_opens(world, stranger, kind, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        GIVEN[kind](world, stranger)
    assert not Access.objects.exists()


def test_the_database_lets_nobody_lengthen_it(world, stranger):
    given = service_given(world, stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(given, until=TODAY + timedelta(days=300))
    with pytest.raises(IntegrityError), transaction.atomic():
        change(given, user=UserFactory())


class TestSample:
    def test_a_reviewer_who_belongs_to_a_service_knows_the_sample_alone(self, world):
        """Nor are they given the whole service; one who is a caseworker as well has their service."""
        reviewer = the(Role.QUALITY_REVIEWER)
        ServiceMemberFactory(service=world.service, user=reviewer)
        assert not services_of(reviewer).exists()
        assert not people_of(reviewer).exists()
        other = CaseFactory(service=world.service, people=[PersonFactory()])
        chosen(world, reviewer)
        assert list(cases_of(reviewer)) == [world.case]
        with entries_since() as left, pytest.raises(Refused, match="sample"):
            service_given(world, reviewer)
        assert left == []
        both = member_of(world.service, Role.CASEWORKER, Role.QUALITY_REVIEWER, name="Both")
        assert set(cases_of(both)) == {world.case, other}

    def test_the_door_says_for_what_they_look(self, world, stranger):
        """A sample is for quality also for a caseworker; cover is for the service."""
        drawn(world, stranger)
        with entries_since() as left:
            signed_in(stranger).get(world.case.get_absolute_url())
        assert [entry.purpose for entry in left] == [Purpose.QUALITY]
        covers = member_of(ServiceFactory(), Role.CASEWORKER, name="Cover")
        cover_given(world, covers)
        with entries_since() as left:
            signed_in(covers).get(world.amelia.get_absolute_url())
        assert [entry.purpose for entry in left] == [Purpose.SERVICE]

    def test_whoever_is_in_it_asked_for_their_rights_and_not_to_be_reviewed(self, world):
        """The reviewer takes a request in, as anybody does, and reads none of the sample's."""
        reviewer = the(Role.QUALITY_REVIEWER)
        chosen(world, reviewer)
        asked = RightsRequestFactory(person=world.amelia)
        pages = signed_in(reviewer)
        assert pages.get(world.amelia.get_absolute_url()).status_code == 200
        assert pages.get(asked.get_absolute_url()).status_code == 404
        assert pages.get(reverse("sar:request-add")).status_code == 200

    @pytest.mark.parametrize(
        ("given", "purpose"), [(drawn, Purpose.QUALITY), (cover_given, Purpose.SERVICE)]
    )
    def test_a_lead_with_a_sample_or_cover_is_not_asked_why(self, world, given, purpose):
        lead = the(Role.SAFEGUARDING_LEAD)
        page = world.amelia.get_absolute_url()
        assert signed_in(lead).get(page).status_code == 302
        given(world, lead)
        with entries_since() as left:
            assert signed_in(lead).get(page).status_code == 200
        assert [entry.purpose for entry in left] == [purpose]

    def test_nothing_outside_it_exists_for_the_reviewer(self, world):
        reviewer = the(Role.QUALITY_REVIEWER)
        others = [CaseFactory(service=world.service, people=[PersonFactory()]) for _ in range(5)]
        given = drawn(world, reviewer, size=2)
        assert set(cases_of(reviewer)) == set(given.cases.all())
        assert given.cases.count() == 2
        outside = set(others) | {world.case}
        outside -= set(given.cases.all())
        browser = signed_in(reviewer)
        assert {browser.get(case.get_absolute_url()).status_code for case in outside} == {404}
        assert {browser.get(case.get_absolute_url()).status_code for case in given.cases.all()} == {
            200
        }

    def test_what_is_closed_to_the_reviewer_is_never_drawn(self, world):
        reviewer = the(Role.QUALITY_REVIEWER)
        BarringFactory(user=reviewer, person=world.amelia)
        with pytest.raises(Refused, match="no case"):
            drawn(world, reviewer, size=5)
        with pytest.raises(Refused, match="No case"):
            chosen(world, reviewer)

    def test_a_case_that_is_not_known_cannot_be_chosen(self, world, stranger):
        elsewhere = CaseFactory(people=[PersonFactory()])
        with pytest.raises(Refused, match=elsewhere.reference):
            chosen(world, stranger, references=f"{world.case.reference}, {elsewhere.reference}")


class TestOwnWorkersOnly:
    @pytest.fixture
    def colleague(self, world):
        return member_of(world.service, Role.CASEWORKER, name="Sam Reed")

    def test_a_narrow_service_is_known_to_the_workers_of_the_case_and_the_manager(
        self, world, colleague
    ):
        admin = the(Role.SYSTEM_ADMINISTRATOR)
        assert cases_of(colleague).exists()
        with entries_since() as left:
            set_own_workers_only(service=world.service, own_workers_only=True, by=admin)
        assert [entry.verb for entry in left] == [Verb.SERVICE_CHANGED]
        assert not cases_of(colleague).exists()
        assert not people_of(colleague).exists()
        assert people_beyond(colleague, among=Person.objects.all()).count() == 2
        for knows in (world.worker, world.manager):
            assert list(cases_of(knows)) == [world.case]
            assert people_of(knows).count() == 2

    def test_whoever_is_given_the_case_knows_it(self, world, colleague):
        change(world.service, own_workers_only=True)
        AllocationFactory(case=world.case, worker=colleague)
        assert list(cases_of(colleague)) == [world.case]


# --- Pages --------------------------------------------------------------------------------------


def typed(**more):
    days = {"since_0": "26", "since_1": "11", "since_2": "2026"}
    days |= {"until_0": "2", "until_1": "12", "until_2": "2026"}
    return {"reason": "Siân is away.", **days, **more}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("service", lambda w: {"whole": w.service.pk}),
        ("cover", lambda w: {"colleague": w.worker.pk}),
        ("sample", lambda w: {"drawn_from": w.service.pk, "size": "1"}),
        ("sample", lambda w: {"drawn_from": w.service.pk, "references": w.case.reference}),
    ],
)
def test_it_is_given_and_ended_on_the_pages(world, stranger, kind, more):
    browser, here = signed_in(world.manager), reverse("cases:access-add")
    missing = browser.post(here, typed(kind=kind, user=stranger.pk))
    assert (missing.status_code, "Siân is away." in missing.content.decode()) == (422, True)
    assert browser.post(here, typed(kind=kind, user=stranger.pk, **more(world))).status_code == 302
    assert list(cases_of(User.objects.get(pk=stranger.pk))) == [world.case]
    listed = reverse("cases:access")
    for reader in (world.manager, stranger):
        text = signed_in(reader).get(listed).content.decode()
        assert "Siân is away." in text
        assert "Ends soon" in text
        assert "Hart" not in text
    number = Access.objects.get().pk
    end = reverse("cases:access-end")
    assert signed_in(stranger).post(end, {"access": number}).status_code == 409
    assert browser.post(end, {"access": number}).status_code == 302
    assert not cases_of(stranger).exists()
    assert "Ended" in browser.get(f"{listed}?show=ended").content.decode()


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.DPO, True), (Role.SYSTEM_ADMINISTRATOR, True), (Role.SERVICE_MANAGER, False)],
)
def test_who_gives_it_everywhere_sees_everybodys_and_ends_it(world, stranger, role, sees):
    given = service_given(world, stranger)
    reader = the(role) if sees else member_of(ServiceFactory(), role, name="Ann Other")
    browser = signed_in(reader)
    assert (stranger.full_name in browser.get(reverse("cases:access")).content.decode()) is sees
    browser.post(reverse("cases:access-end"), {"access": given.pk})
    given.refresh_from_db()
    assert (given.ended_by == reader) is sees


@pytest.mark.parametrize("role", list(Role))
def test_who_may_give_it(world, role):
    gives = {Role.SERVICE_MANAGER, Role.DPO, Role.SYSTEM_ADMINISTRATOR}
    answer = signed_in(the(role)).get(reverse("cases:access-add"))
    assert answer.status_code == (200 if role in gives else 403)


def test_the_list_asks_as_often_for_thirty_as_for_one(world, django_assert_max_num_queries):
    counts = []
    for more in (1, 29):
        for _ in range(more):
            drawn(world, UserFactory())
        browser = signed_in(world.manager)
        with django_assert_max_num_queries(40) as asked:
            browser.get(reverse("cases:access"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
