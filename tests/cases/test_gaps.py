"""Lists of gaps: what stands on each, who sees it, and the file."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.services import set_gap_rules
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import text_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AddressFactory,
    AlertFactory,
    AllocationFactory,
    CaseFactory,
    CasePersonFactory,
    ContactFactory,
    DraftFactory,
    PersonFactory,
    SensitiveDetailFactory,
)

pytestmark = pytest.mark.django_db

HERE = "/casework/gaps/"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


def names_on(browser, kind, **query):
    return [row.names for row in browser.get(f"{HERE}{kind}/", query).context["found"].page]


def contact(case, days_ago, **fields):
    # Local time: the page counts calendar days here, and an instant taken from late in a winter
    # evening lies a day later by the clocks of summer.
    return ContactFactory(
        case=case, happened_at=timezone.localtime() - timedelta(days=days_ago), **fields
    )


class TestQuiet:
    def test_after_as_many_days_as_the_service_says(self, world, worker):
        contact(world.case, 28)
        assert names_on(worker, "quiet") == []
        set_gap_rules(service=world.service, quiet_days=27, wanted=[], by=world.manager)
        assert names_on(worker, "quiet") == ["Amelia Hart, Joe Hart"]

    def test_one_that_did_not_take_place_does_not_count(self, world, worker):
        contact(world.case, 40)
        contact(world.case, 2, outcome="did_not_attend")
        page = worker.get(f"{HERE}quiet/")
        (row,) = page.context["found"].page
        assert row.what.endswith("40 days ago")

    def test_the_longest_silence_on_top_and_new_cases_not_yet(self, world, worker):
        today = timezone.localdate()
        never = CaseFactory(service=world.service, people=[PersonFactory(family_name="Never")])
        CaseFactory(
            service=world.service, opened_on=today, people=[PersonFactory(family_name="New")]
        )
        contact(world.case, 50)
        assert names_on(worker, "quiet") == ["Amelia Never", "Amelia Hart, Joe Hart"]
        assert never.contacts.count() == 0


class TestMissing:
    def test_what_the_service_wants(self, world, worker):
        AddressFactory(person=world.amelia)
        rows = worker.get(f"{HERE}missing/").context["found"].page
        assert [(row.names, row.what) for row in rows] == [
            (f"Joe Hart, in {world.case.reference}", "Not recorded: Postcode")
        ]
        set_gap_rules(service=world.service, quiet_days=28, wanted=["ethnicity"], by=world.manager)
        SensitiveDetailFactory(person=world.joe, kind="ethnicity", detail="Irish")
        rows = worker.get(f"{HERE}missing/").context["found"].page
        assert [(row.names, row.what) for row in rows] == [
            (f"Amelia Hart, in {world.case.reference}", "Not recorded: Ethnicity, as they say it")
        ]

    def test_of_relatives_nothing_is_wanted(self, world, worker):
        aunt = PersonFactory(given_names="Aunt")
        CasePersonFactory(case=world.case, person=aunt, role="relative")
        for person in (world.amelia, world.joe):
            AddressFactory(person=person)
        assert names_on(worker, "missing") == []


class TestUnallocated:
    def test_open_cases_without_anybody(self, world, worker):
        CaseFactory(service=world.service, people=[PersonFactory(family_name="Marsh")])
        assert names_on(worker, "unallocated") == ["Amelia Marsh"]


class TestReviews:
    def test_an_alert_whose_day_has_passed(self, world, worker):
        today = timezone.localdate()
        AlertFactory(person=world.joe, review_on=today)
        assert names_on(worker, "reviews") == []
        AlertFactory(person=world.amelia, review_on=today - timedelta(days=3))
        page = worker.get(f"{HERE}reviews/")
        (row,) = page.context["found"].page
        assert row.names == "Amelia Hart"
        assert "3 days late" in row.what


class TestDrafts:
    def test_left_for_a_week_by_anybody_without_a_word_of_them(self, world, worker):
        long_ago = timezone.now() - timedelta(days=8)
        typed = {"body": ["Told in confidence."]}
        leaver = UserFactory(full_name="Gone Away", is_active=False)
        DraftFactory(case=world.case, saved=timezone.now() - timedelta(days=6), typed=typed)
        DraftFactory(case=world.case, saved=long_ago, recorded_by=leaver, typed=typed)
        DraftFactory(saved=long_ago)
        page = worker.get(f"{HERE}drafts/")
        (row,) = page.context["found"].page
        assert row.names == "Amelia Hart, Joe Hart"
        assert row.what.startswith("Note that Gone Away has not finished, last saved on ")
        assert "confidence" not in text_of(page)


class TestPages:
    def test_every_row_is_written_down_and_others_families_are_not_there(self, world, worker):
        CaseFactory(people=[PersonFactory(family_name="Quill")])
        with entries_since() as entries:
            page = worker.get(HERE)
        assert [(e.verb, e.people) for e in entries] == [
            (Verb.GAP_LISTED, sorted([world.amelia.pk, world.joe.pk]))
        ]
        assert "Quill" not in text_of(page)
        assert "No contact for long (1)" in text_of(page)

    def test_narrowed_to_one_service(self, world, worker):
        found = worker.get(f"{HERE}quiet/", {"service": world.service.slug}).context["found"]
        assert len(found.page.object_list) == 1
        assert found.services == [world.service]

    @pytest.mark.parametrize("kind", ["quiet", "missing", "unallocated", "reviews", "drafts"])
    def test_thirty_to_a_page_and_as_few_questions(self, world, worker, kind):
        def one():
            person = PersonFactory()
            case = CaseFactory(service=world.service, people=[person])
            DraftFactory(case=case, saved=timezone.now() - timedelta(days=9))
            AlertFactory(person=person, review_on=timezone.localdate() - timedelta(days=9))

        one()
        worker.get(f"{HERE}{kind}/")
        with CaptureQueriesContext(connection) as few:
            worker.get(f"{HERE}{kind}/")
        for _ in range(34):
            one()
        with CaptureQueriesContext(connection) as many:
            page = worker.get(f"{HERE}{kind}/")
        assert len(many) == len(few)
        assert "Showing 1 to 30" in text_of(page)

    def test_the_file_is_guarded_and_written_down(self, world, worker):
        case = CaseFactory(
            service=world.service, people=[PersonFactory(given_names="=1+1", family_name="Marsh")]
        )
        AllocationFactory(case=case, worker=world.worker)
        with entries_since() as entries:
            answer = worker.get(f"{HERE}quiet/file/")
        assert [e.verb for e in entries] == [Verb.GAP_EXPORTED] * 2
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0] == "Reference,Who,Service,Gap"
        assert len(lines) == 3
        assert ",'=1+1 Marsh," in answer.content.decode()
        assert answer["Content-Disposition"] == 'attachment; filename="gaps-quiet.csv"'

    @pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.SYSTEM_ADMINISTRATOR])
    def test_a_role_that_reads_no_records(self, world, role):
        browser = signed_in(member_of(world.service, role, name="Some One"))
        for page in ("", "missing/", "quiet/file/"):
            assert browser.get(f"{HERE}{page}").status_code == 403

    def test_a_list_that_is_none(self, worker):
        assert worker.get(f"{HERE}nonsense/").status_code == 404
        assert signed_in(the(Role.DPO)).get(HERE).status_code == 200


class TestRules:
    def test_they_leave_an_entry(self, world):
        with entries_since() as entries:
            set_gap_rules(
                service=world.service, quiet_days=14, wanted=["phone", "x"], by=world.manager
            )
        assert [e.verb for e in entries] == [Verb.SERVICE_CHANGED]
        assert (world.service.quiet_days, world.service.wanted) == (14, ["phone"])

    def test_not_fewer_than_one_day(self, world):
        with entries_since() as entries, pytest.raises(Refused, match="at least one day"):
            set_gap_rules(service=world.service, quiet_days=0, wanted=[], by=world.manager)
        assert entries == []

    def test_without_an_entry_they_stay(self, world, log_broken):
        with pytest.raises(LogUnavailable):
            set_gap_rules(service=world.service, quiet_days=14, wanted=[], by=world.manager)
        world.service.refresh_from_db()
        assert world.service.quiet_days == 28
