"""A hold on somebody who came to a drop-in without a case: by a manager of that service, and by no other."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.models import Task
from retention.actions.holds import ask_for_hold_reviews
from retention.models import Hold
from tests.cases.world import member_of, signed_in
from tests.factories.cases import (
    CaseFactory,
    CasePersonFactory,
    PersonFactory,
    RestrictionFactory,
    ServiceFactory,
)
from tests.factories.diary import DropInFactory

pytestmark = pytest.mark.django_db

WHY = "A fall at the drop-in; a solicitor rang."


@pytest.fixture
def service():
    return ServiceFactory()


@pytest.fixture
def manager(service):
    return member_of(service, Role.SERVICE_MANAGER, name="Priya Nair")


@pytest.fixture
def visit(service):
    return DropInFactory(service=service, person=PersonFactory(given_names="Rosalind"))


def place(user, reference):
    later = timezone.localdate() + timedelta(days=60)
    sent = {
        "reference": reference,
        "kind": "claim",
        "reason": WHY,
        "review_by_0": later.day,
        "review_by_1": later.month,
        "review_by_2": later.year,
    }
    return signed_in(user).post(reverse("retention:hold-add"), sent)


def holds_page(user):
    return signed_in(user).get(reverse("retention:holds")).content.decode()


@pytest.mark.parametrize("by", ["attendance", "person"])
def test_a_manager_holds_whoever_came_to_their_drop_in(manager, visit, by):
    visit.refresh_from_db()
    reference = visit.reference if by == "attendance" else visit.person.reference
    assert place(manager, reference).status_code == 302
    assert Hold.objects.get().person == visit.person
    looked = Verb.DROP_IN_READ if by == "attendance" else Verb.PERSON_FOUND
    assert Entry.objects.filter(verb=looked.value).exists()
    page = holds_page(manager)
    assert "Rosalind" in page
    assert WHY in page
    release = reverse("retention:hold-release", args=[Hold.objects.get().pk])
    assert signed_in(manager).post(release, {"because": "It is settled."}).status_code == 302
    assert not Hold.objects.get().stands


@pytest.mark.parametrize("by", ["attendance", "person"])
def test_a_manager_of_another_service_does_not_and_reads_no_hold_on_them(manager, visit, by):
    other = member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Theo Marsh")
    visit.refresh_from_db()
    refused = place(other, visit.reference if by == "attendance" else visit.person.reference)
    assert refused.status_code == 422
    told = refused.content.decode()
    assert "for you" in told
    # Nothing that was typed is lost, and nothing is told of whom it would have been.
    assert WHY in told
    assert "Rosalind" not in told
    assert not Hold.objects.exists()
    assert Entry.objects.filter(verb=Verb.LOOK_REFUSED.value).exists()
    assert place(manager, visit.reference).status_code == 302
    assert WHY not in holds_page(other)
    release = reverse("retention:hold-release", args=[Hold.objects.get().pk])
    assert signed_in(other).post(release, {"because": "Over."}).status_code == 404


def test_an_attendance_without_anybody_is_refused_in_words_of_its_own(manager, service):
    nobody = DropInFactory(service=service, name="Somebody")
    nobody.refresh_from_db()
    refused = place(manager, nobody.reference)
    assert refused.status_code == 422
    assert "nobody said who it was" in refused.content.decode()


def test_of_a_visitor_who_is_in_a_case_of_others_neither_name_nor_other_holds_are_told(
    manager, visit
):
    elsewhere = CaseFactory()
    CasePersonFactory(case=elsewhere, person=visit.person)
    theirs = member_of(elsewhere.service, Role.SERVICE_MANAGER, name="Theo Marsh")
    visit.refresh_from_db()
    # The number of the record is known to the others alone; that of the attendance is the manager's own.
    assert place(manager, visit.person.reference).status_code == 422
    assert place(manager, visit.reference).status_code == 302
    page = holds_page(manager)
    assert visit.reference in page
    assert "Rosalind" not in page
    own = Hold.objects.get()
    assert "Rosalind" not in (
        signed_in(manager).get(reverse("retention:hold-release", args=[own.pk])).content.decode()
    )
    assert place(theirs, visit.person.reference).status_code == 302
    other = Hold.objects.exclude(pk=own.pk).get()
    release = reverse("retention:hold-release", args=[other.pk])
    assert signed_in(manager).get(release).status_code == 404
    # They know the person, and so both.
    assert holds_page(theirs).count("Rosalind") >= 2


def test_nobody_holds_a_visitor_whose_record_is_restricted_to_them(manager, visit):
    visit.refresh_from_db()
    RestrictionFactory(person=visit.person)
    assert place(manager, visit.reference).status_code == 422
    assert not Hold.objects.exists()


def test_the_day_to_look_again_comes_as_a_task_that_its_owner_can_open(manager, visit):
    visit.refresh_from_db()
    place(manager, visit.reference)
    hold = Hold.objects.get()
    assert ask_for_hold_reviews(on=hold.review_by) == 1
    task = Task.objects.get()
    assert (task.for_user, task.person) == (manager, None)
    reader = signed_in(manager)
    assert task.what in reader.get(reverse("cases:tasks")).content.decode()
    assert reader.get(task.link).status_code == 200
