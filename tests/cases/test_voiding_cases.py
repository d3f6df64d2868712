"""A case that was opened by mistake goes again while it is empty; the log stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.verbs import Verb
from cases.actions.voiding import void_case
from cases.models import Case, Person
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import text_of
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.cases import AllocationFactory, CaseFactory, CaseNoteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


def test_an_empty_one_of_a_moment_ago_goes_and_the_people_stay(world, worker):
    case = CaseFactory(service=world.service, people=[world.joe], recorded_by=world.worker)
    AllocationFactory(case=case, worker=world.worker)
    address = case.get_absolute_url()
    assert "Opened by mistake" in text_of(worker.get(address))
    empty = worker.post(f"{address}void/", {"reason": " "})
    assert empty.status_code == 422
    assert worker.post(f"{address}void/", {"reason": "Wrong family."}).status_code == 302
    assert worker.get(address).status_code == 404
    assert Person.objects.filter(pk=world.joe.pk).exists()
    entry = Entry.objects.get(verb=Verb.CASE_VOIDED)
    assert entry.people == [world.joe.pk]
    assert entry.personal.body["reason"] == "Wrong family."


def test_not_by_somebody_else_nor_later_nor_with_something_in_it(world, worker):
    mine = {"service": world.service, "people": [world.joe], "recorded_by": world.worker}

    def refused(case, sentence):
        with entries_since() as entries, pytest.raises(Refused, match=sentence):
            void_case(case=case, reason="A mistake.", by=world.worker)
        assert entries == []

    old = CaseFactory(recorded_at=timezone.now() - timedelta(hours=25), **mine)
    refused(old, "more than 24 hours")
    theirs = CaseFactory(**mine | {"recorded_by": world.manager})
    refused(theirs, "Only whoever added")
    full = CaseFactory(**mine)
    CaseNoteFactory(case=full, people=[world.joe])
    refused(full, "note.* It is not empty any more")
    assert full.people.count() == 1
    assert worker.get(f"{old.get_absolute_url()}void/").status_code == 409
    assert "Opened by mistake" not in text_of(worker.get(old.get_absolute_url()))


def test_without_an_entry_it_stays(world, log_broken):
    with pytest.raises(LogUnavailable):
        void_case(case=world.case, reason="A mistake.", by=world.case.recorded_by)
    assert Case.objects.filter(pk=world.case.pk).exists()
