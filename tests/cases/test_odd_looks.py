"""Odd looks: found in the log by night, explained by somebody else by day (features.md N8)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.log import record
from audit.looks import Look
from audit.verbs import Action, Verb
from cases.actions.odd_looks import find_odd_looks, remind_reviewers, review_look
from cases.models import OddLook
from cases.odd import OddKind
from cases.queries.odd_looks import findings_on
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import note
from tests.factories.cases import (
    AllocationFactory,
    BarringFactory,
    CaseNoteFactory,
    OddLookFactory,
    PersonFactory,
    SealFactory,
    SealReaderFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def colleague(world):
    return member_of(world.service, Role.CASEWORKER, name="Sam Hart")


@pytest.fixture
def dpo():
    return the(Role.DPO)


def look_at(opened, by, verb=Verb.PERSON_OPENED):
    people = [opened] if verb is Verb.PERSON_OPENED else opened.people.all()
    record(verb, by=by, action=Action.ACCESS, record=opened, people=people, look=Look(by=by))


def found(by=None):
    looks = OddLook.objects.all() if by is None else OddLook.objects.filter(looker=by)
    return {(odd.kind, odd.person) for odd in looks if odd.kind != OddKind.OUT_OF_HOURS}


def test_a_colleague_of_the_service_without_the_case_and_with_the_name_is_found(world, colleague):
    look_at(world.amelia, colleague)
    look_at(world.amelia, world.worker)
    with entries_since() as left:
        find_odd_looks(on=timezone.localdate())
    assert found(colleague) == {
        (OddKind.NOT_THEIRS, world.amelia),
        (OddKind.SAME_NAME, world.amelia),
    }
    assert found(world.worker) == set()
    assert [(entry.verb, entry.by) for entry in left] == [("odd-looks.found", "system")]


def test_who_worked_on_it_before_is_found_as_that(world, colleague):
    today = timezone.localdate()
    AllocationFactory(
        case=world.case,
        worker=colleague,
        since=today - timedelta(days=90),
        until=today - timedelta(days=30),
    )
    look_at(world.amelia, colleague)
    look_at(world.case, colleague, Verb.CASE_OPENED_TO_READ)
    find_odd_looks(on=today)
    left = OddLook.objects.filter(kind=OddKind.LEFT_IT)
    assert {(odd.person, odd.case) for odd in left} == {(world.amelia, None), (None, world.case)}


@pytest.mark.parametrize(
    ("verb", "on_its_page"),
    [(Verb.NOTE_READ, False), (Verb.ENTRY_PRINTED, False), (Verb.NOTE_READ, True)],
)
def test_a_look_at_an_entry_by_itself_is_one_at_its_case(world, colleague, verb, on_its_page):
    entry = CaseNoteFactory(case=world.case, people=[world.amelia])
    page = Look(by=colleague, request=uuid4())
    if on_its_page:
        record(
            Verb.PERSON_OPENED, by=colleague, action=Action.ACCESS, record=world.amelia, look=page
        )
    record(verb, by=colleague, action=Action.ACCESS, record=entry, look=page)
    find_odd_looks(on=timezone.localdate())
    theirs = OddLook.objects.filter(looker=colleague, kind=OddKind.NOT_THEIRS)
    record_of = (world.amelia, None) if on_its_page else (None, world.case)
    assert [(odd.person, odd.case) for odd in theirs] == [record_of]


def test_a_record_taken_on_paper_was_looked_at(world, colleague):
    look_at(world.case, colleague, Verb.CASE_PRINTED)
    find_odd_looks(on=timezone.localdate())
    assert OddLook.objects.filter(looker=colleague, case=world.case).exists()


def test_a_manager_and_a_lead_need_no_list(world):
    look_at(world.amelia, world.manager)
    look_at(world.amelia, the(Role.SAFEGUARDING_LEAD))
    find_odd_looks(on=timezone.localdate())
    assert found() == set()


def test_refusals_again_and_again_are_found(world, colleague):
    for _ in range(3):
        record(Verb.LOOK_REFUSED, by=colleague, action=Action.ACCESS, look=Look(by=colleague))
    find_odd_looks(on=timezone.localdate())
    assert found() == {(OddKind.REFUSED, None)}


def test_a_closed_record_that_was_asked_for_is_found_once_for_each_person(world, colleague, dpo):
    SealReaderFactory(seal=SealFactory(person=world.amelia), user=world.worker)
    BarringFactory(user=world.manager, person=world.joe)
    for user in (colleague, colleague, world.manager, world.worker, dpo):
        signed_in(user).get(world.amelia.get_absolute_url())
    signed_in(colleague).get(PersonFactory().get_absolute_url())
    signed_in(world.manager).get(world.joe.get_absolute_url())
    find_odd_looks(on=timezone.localdate())
    closed = OddLook.objects.filter(kind=OddKind.CLOSED)
    assert set(closed.values_list("looker", "person", "times")) == {
        (colleague.pk, world.amelia.pk, 2),
        (world.manager.pk, world.amelia.pk, 1),
        (world.manager.pk, world.joe.pk, 1),
    }
    page = signed_in(dpo).get(reverse("cases:odd-looks")).content.decode()
    assert "Refused: a sealed or barred record" in page
    remind_reviewers()
    assert "refused: a sealed or barred record: 3" in Notice.objects.latest("pk").sentence


def test_found_again_changes_nothing(world, colleague):
    look_at(world.amelia, colleague)
    find_odd_looks(on=timezone.localdate())
    before = list(OddLook.objects.values_list("pk", flat=True))
    find_odd_looks(on=timezone.localdate())
    assert list(OddLook.objects.values_list("pk", flat=True)) == before


def test_another_day_is_not_looked_at(world, colleague):
    look_at(world.amelia, colleague)
    assert find_odd_looks(on=timezone.localdate() - timedelta(days=1)) == 0


def test_finding_asks_as_much_for_thirty_looks_as_for_one(
    world, colleague, django_assert_max_num_queries
):
    counts = []
    for more in (1, 29):
        for _ in range(more):
            look_at(PersonFactory(recorded_by=world.worker), colleague)
        with django_assert_max_num_queries(20) as asked:
            findings_on(timezone.localdate())
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- Reviewing ----------------------------------------------------------------------------------


def test_review_look_says_what_it_was_and_leaves_one_entry(world, colleague, dpo):
    odd = OddLookFactory(looker=colleague, person=world.amelia)
    with entries_since() as left:
        review_look(odd=odd, explanation="Covered for Dean.", by=dpo)
    assert (odd.explanation, odd.reviewed_by) == ("Covered for Dean.", dpo)
    assert [(entry.verb, entry.people) for entry in left] == [
        ("odd-look.reviewed", [world.amelia.pk])
    ]


def test_review_look_of_oneself_twice_or_without_words_is_refused_without_trace(world, dpo):
    own, other = OddLookFactory(looker=dpo, person=None), OddLookFactory()
    review_look(odd=other, explanation="Duty telephone.", by=dpo)
    with entries_since() as left:
        for odd, words in ((own, "It was me."), (other, "Again."), (other, "  ")):
            with pytest.raises(Refused):
                review_look(odd=odd, explanation=words, by=dpo)
    assert left == []


def test_review_look_is_undone_without_its_entry(dpo, request):
    odd = OddLookFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        review_look(odd=odd, explanation="Cover.", by=dpo)
    odd.refresh_from_db()
    assert odd.reviewed_at is None


def test_the_database_lets_nobody_review_their_own(dpo):
    odd = OddLookFactory(looker=dpo)
    note()
    mine = OddLook.objects.filter(pk=odd.pk)
    with pytest.raises(IntegrityError, match="reviewed_by_somebody_else"):
        mine.update(reviewed_at=timezone.now(), reviewed_by=dpo, explanation="Mine.")


def test_the_reviewers_are_reminded_only_while_something_waits(dpo):
    lead = the(Role.SAFEGUARDING_LEAD)
    assert remind_reviewers() == 0
    OddLookFactory()
    assert remind_reviewers() == 1
    assert {told.to for told in Notice.objects.all()} == {dpo, lead}


# --- The pages ----------------------------------------------------------------------------------


def test_the_list_names_the_person_and_is_in_the_log(world, colleague, dpo):
    OddLookFactory(looker=colleague, person=world.amelia)
    with entries_since() as left:
        page = signed_in(dpo).get(reverse("cases:odd-looks"))
    text = page.content.decode()
    assert "Amelia Hart" in text
    assert "Say what it was" in text
    assert [(entry.verb, entry.people) for entry in left] == [
        ("odd-look.listed", [world.amelia.pk])
    ]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SERVICE_MANAGER, Role.FRONT_DESK])
def test_the_list_is_for_reviewers_only(world, role):
    OddLookFactory(person=world.amelia)
    with entries_since() as left:
        page = signed_in(member_of(world.service, role, name="X")).get(reverse("cases:odd-looks"))
    assert page.status_code == 403
    assert [entry.verb for entry in left] == ["look.refused"]


def test_one_is_explained_on_its_page(world, colleague, dpo):
    odd = OddLookFactory(looker=colleague, person=world.amelia)
    browser = signed_in(dpo)
    where = reverse("cases:odd-look", args=[odd.reference])
    assert "Amelia Hart" in browser.get(where).content.decode()
    empty = browser.post(where, {"explanation": ""})
    assert empty.status_code == 422
    assert browser.post(where, {"explanation": "Covered for Dean."}).status_code == 302
    odd.refresh_from_db()
    assert odd.explanation == "Covered for Dean."


def test_ones_own_opens_for_somebody_else_only(world, dpo):
    odd = OddLookFactory(looker=dpo, person=world.amelia)
    where = reverse("cases:odd-look", args=[odd.reference])
    assert signed_in(dpo).get(where).status_code == 403
    assert signed_in(the(Role.SAFEGUARDING_LEAD)).get(where).status_code == 200


@time_machine.travel("2026-11-25 12:00:00+00:00", tick=True)
def test_the_list_asks_as_much_for_thirty_as_for_one(world, dpo, django_assert_max_num_queries):
    browser = signed_in(dpo)
    browser.get(reverse("cases:odd-looks"))
    counts = []
    for more in (1, 28):
        for _ in range(more):
            OddLookFactory()
        with django_assert_max_num_queries(40) as asked:
            browser.get(reverse("cases:odd-looks"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
