"""Paper files: that one exists, where it is, who has it, and what became of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import paper as verbs
from cases.models import PaperFile, PaperMove
from cases.workflow import PaperStatus
from core.errors import LogUnavailable, Refused
from core.workflow import MoveRefused
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import PaperFileFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def add(world, **changes):
    arguments = {"what": "Blue folder", "place": "Cabinet 2", "case": world.case}
    return verbs.add_paper_file(**(arguments | changes), by=world.worker)


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def take(world, file, **changes):
    arguments = {"holder": world.manager, "due_back_on": tomorrow()}
    return verbs.take_paper_file(paper_file=file, **(arguments | changes), by=world.worker)


def test_a_paper_file_is_written_down_taken_brought_back_and_shredded(world):
    with entries_since() as left:
        file = add(world)
        take(world, file)
        assert (file.status, file.holder) == (PaperStatus.OUT, world.manager)
        verbs.return_paper_file(paper_file=file, place="Cabinet 3", by=world.worker)
        verbs.shred_paper_file(paper_file=file, how="Shredded with Sue", by=world.manager)
    assert [e.verb for e in left] == [
        Verb.PAPER_FILE_ADDED,
        Verb.PAPER_FILE_TAKEN,
        Verb.PAPER_FILE_RETURNED,
        Verb.PAPER_FILE_SHREDDED,
    ]
    assert all(set(e.people) == {world.amelia.pk, world.joe.pk} for e in left)
    assert (file.status, file.place, file.holder) == (PaperStatus.SHREDDED, "Cabinet 3", None)
    assert [move.kind for move in file.moves.all()] == ["shredded", "returned", "taken", "filed"]


def test_what_cannot_be_is_refused_and_leaves_no_trace(world):
    file = add(world)
    take(world, file)
    with entries_since() as left:
        for wrong in (
            lambda: take(world, file),
            lambda: verbs.shred_paper_file(paper_file=file, how="x", by=world.worker),
        ):
            with pytest.raises(MoveRefused):
                wrong()
        with pytest.raises(Refused):
            add(world, what=" ")
        with pytest.raises(Refused, match="passed"):
            take(world, file, due_back_on=timezone.localdate() - timedelta(days=1))
        with pytest.raises(Refused):
            verbs.return_paper_file(paper_file=file, place=" ", by=world.worker)
        with pytest.raises(Refused):
            verbs.shred_paper_file(paper_file=file, how=" ", by=world.worker)
    assert left == []
    assert PaperMove.objects.count() == 2


def test_without_a_log_nothing_moves(world, request):
    file = add(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        take(world, file)
    file = PaperFile.objects.get()
    assert file.status == PaperStatus.IN_PLACE


def test_the_pages_of_a_file(world):
    browser = signed_in(world.worker)
    of_case = reverse("cases:paper-of-case", args=[world.case.reference])
    of_person = reverse("cases:paper-of-person", args=[world.amelia.reference])
    wrong = browser.post(of_case, {"what": "Keep this", "place": ""})
    assert wrong.status_code == 422
    assert "Keep this" in wrong.content.decode()
    browser.post(of_case, {"what": "Blue folder", "place": "Cabinet 2"})
    browser.post(of_person, {"what": "Red folder", "place": "Cabinet 3"})
    for where in (of_case, of_person):
        assert "Blue folder" in browser.get(where).content.decode()
    assert "Red folder" in browser.get(of_person).content.decode()
    file = PaperFile.objects.get(what="Blue folder")
    step = reverse("cases:paper-step", args=[file.reference, "take"])
    day = tomorrow()
    typed = {
        "holder": world.manager.pk,
        "due_back_on_0": str(day.day),
        "due_back_on_1": str(day.month),
        "due_back_on_2": str(day.year),
    }
    assert browser.post(step, {**typed, "due_back_on_2": "2020"}).status_code == 422
    assert browser.post(step, typed).status_code == 302
    assert browser.get(step).status_code == 409
    page = browser.get(file.get_absolute_url()).content.decode()
    assert "Priya Nair has it" in page
    change(file, due_back_on=timezone.localdate() - timedelta(days=3))
    out = browser.get(reverse("cases:paper-out")).content.decode()
    assert "Overdue" in out
    assert "Blue folder" in out
    assert "Red folder" not in out


def test_who_sees_paper_files(world):
    file = add(world)
    stranger = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    desk = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    for user in (stranger, desk):
        with entries_since() as left:
            assert signed_in(user).get(file.get_absolute_url()).status_code == 404
        assert [e.verb for e in left] == [Verb.LOOK_REFUSED]
        assert left[0].people
    reader = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Qi Lin"))
    assert reader.get(file.get_absolute_url()).status_code == 200
    assert (
        reader.post(reverse("cases:paper-step", args=[file.reference, "take"])).status_code == 403
    )
    assert signed_in(desk).get(reverse("cases:paper-out")).status_code == 403


def test_the_list_of_what_is_out_asks_as_often_for_thirty_as_for_one(world):
    browser = signed_in(world.worker)

    def one_more():
        PaperFileFactory(
            case=world.case,
            status=PaperStatus.OUT,
            holder=world.worker,
            out_since=timezone.localdate(),
            due_back_on=timezone.localdate(),
        )

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("cases:paper-out")).status_code == 200
        return len(asked)

    one_more()
    browser.get(reverse("cases:paper-out"))  # the first page of a session asks more
    one = queries()
    for _ in range(29):
        one_more()
    assert queries() == one
