"""What is typed is kept before it is saved: once, for its writer alone, and gone when it is saved."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.verbs import Verb
from cases.actions import drafts, entries
from cases.models import CaseNote, Draft
from cases.queries.drafts import drafts_of
from cases.written import Sheet, WrittenElsewhere
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.base import note as prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def sheet(sitting=None, version=0, step=1):
    return Sheet(sitting=sitting or uuid4(), version=version, step=step)


def keep(world, **changes):
    arguments = {
        "case": world.case,
        "noun": "note",
        "token": uuid4(),
        "typed": {"body": ["Joe built"]},
        "sheet": sheet(),
        "by": world.worker,
    }
    return drafts.keep_draft(**(arguments | changes))


def save(world, token, **changes):
    arguments = {
        "case": world.case,
        "kind": CaseNote.Kind.OBSERVATION,
        "body": "Joe built a tower.",
        "happened_at": timezone.now() - timedelta(days=1),
        "people": [world.joe],
        "token": token,
        "by": world.worker,
    }
    return entries.write_note(**(arguments | changes))


def test_a_draft_is_begun_and_its_case_knows(world):
    with entries_since() as left:
        draft = keep(world)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.DRAFT_BEGUN, sorted([world.amelia.pk, world.joe.pk]))
    ]
    draft.refresh_from_db()
    assert (draft.typed, draft.version) == ({"body": ["Joe built"]}, 1)
    assert list(drafts_of(world.worker)) == [draft]
    assert list(drafts_of(world.manager)) == []


def test_typing_on_changes_the_one_draft_and_costs_no_entry_for_ten_minutes(world):
    draft, page = keep(world), uuid4()
    with entries_since() as left:
        for step in range(1, 6):
            draft = keep(
                world,
                token=draft.token,
                typed={"body": ["Joe" * step]},
                sheet=sheet(page, version=1, step=step),
            )
    assert left == []
    assert Draft.objects.get() == draft
    assert (draft.typed, draft.version) == ({"body": ["Joe" * 5]}, 6)


def test_whoever_types_for_long_leaves_an_entry_every_ten_minutes(world):
    draft = keep(world)
    with transaction.atomic():
        prepared()
        Draft.objects.update(noted=timezone.now() - timedelta(minutes=11))
    with entries_since() as left:
        on = sheet(draft.sitting, version=1, step=2)
        keep(world, token=draft.token, typed={"body": ["On"]}, sheet=on)
        on = sheet(draft.sitting, version=2, step=3)
        keep(world, token=draft.token, typed={"body": ["And on"]}, sheet=on)
    assert [e.verb for e in left] == [Verb.DRAFT_CONTINUED]


def test_a_saving_that_arrives_late_or_twice_changes_nothing(world):
    draft, page = keep(world, sheet=sheet(step=5)), None
    page = draft.sitting
    for step in (5, 4):
        late = sheet(page, version=0, step=step)
        assert keep(world, token=draft.token, typed={"body": ["Old"]}, sheet=late) == draft
    draft.refresh_from_db()
    assert draft.typed == {"body": ["Joe built"]}


def test_an_answer_that_was_lost_on_the_way_does_not_stop_the_page(world):
    """The page never heard that version 1 was kept, and goes on from 0: it is still the same page."""
    draft = keep(world)
    again = sheet(draft.sitting, version=0, step=2)
    draft = keep(world, token=draft.token, typed={"body": ["Joe built a"]}, sheet=again)
    assert draft.version == 2


def test_of_two_windows_the_older_is_told_and_overwrites_nothing(world):
    draft = keep(world)
    older, newer = uuid4(), uuid4()
    keep(world, token=draft.token, typed={"body": ["Newer"]}, sheet=sheet(newer, version=1))
    with entries_since() as left, pytest.raises(WrittenElsewhere, match="another window"):
        keep(world, token=draft.token, typed={"body": ["Older"]}, sheet=sheet(older, version=1))
    assert left == []
    assert Draft.objects.get().typed == {"body": ["Newer"]}
    # Told so, its writer may say that what stands there is to take its place.
    keep(world, token=draft.token, typed={"body": ["Older"]}, sheet=sheet(older, version=2))
    assert Draft.objects.get().typed == {"body": ["Older"]}


def test_saving_the_entry_ends_the_draft_with_the_one_entry_of_the_note(world):
    draft = keep(world)
    with entries_since() as left:
        note = save(world, draft.token, sheet=sheet(draft.sitting, version=1, step=2))
    assert [e.verb for e in left] == [Verb.NOTE_WRITTEN]
    assert not Draft.objects.exists()
    with entries_since() as left, pytest.raises(drafts.DraftEnded, match=note.reference):
        keep(world, token=draft.token)
    assert left == []
    assert not Draft.objects.exists()


def test_an_older_window_does_not_save_over_what_a_newer_one_typed(world):
    draft = keep(world)
    keep(world, token=draft.token, typed={"body": ["Newer"]}, sheet=sheet(version=1))
    with entries_since() as left, pytest.raises(WrittenElsewhere):
        save(world, draft.token, sheet=sheet(draft.sitting, version=1))
    assert left == []
    assert not CaseNote.objects.exists()
    assert Draft.objects.exists()


def test_a_refused_note_leaves_the_draft(world):
    draft = keep(world)
    with pytest.raises(Refused, match="is empty"):
        save(world, draft.token, body=" ")
    assert Draft.objects.get() == draft


def test_a_draft_is_discarded_by_its_writer_alone(world):
    draft = keep(world)
    with entries_since() as left, pytest.raises(Refused, match="Only its writer"):
        drafts.discard_draft(draft=draft, by=world.manager)
    assert left == []
    with entries_since() as left:
        drafts.discard_draft(draft=draft, by=world.worker)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.DRAFT_DISCARDED, sorted([world.amelia.pk, world.joe.pk]))
    ]
    assert not Draft.objects.exists()
    gone = sheet(version=1, step=9)
    with pytest.raises(drafts.DraftEnded, match="discarded in another window"):
        keep(world, token=draft.token, sheet=gone)


@pytest.mark.parametrize("changes", [{"by": "manager"}, {"noun": "contact"}, {"corrects": "N-1"}])
def test_the_number_of_somebody_elses_form_opens_nothing(world, changes):
    draft = keep(world)
    changes = {"by": world.manager} if "by" in changes else changes
    with entries_since() as left, pytest.raises(drafts.DraftEnded, match="not your draft"):
        keep(world, token=draft.token, typed={"body": ["Mine"]}, **changes)
    assert left == []
    assert Draft.objects.get().typed == {"body": ["Joe built"]}


def test_a_draft_that_is_far_too_long_is_refused_with_a_sentence(world):
    with pytest.raises(Refused, match="too long"):
        keep(world, typed={"body": ["x" * 120_001]})
    assert not Draft.objects.exists()


WAYS = {
    "begun": lambda world, _: keep(world),
    "saved": lambda world, draft: save(world, draft.token),
    "discarded": lambda world, draft: drafts.discard_draft(draft=draft, by=world.worker),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_begins_or_ends_while_the_log_cannot_be_written(request, world, way):
    draft = keep(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        way(world, draft)
    assert Draft.objects.get() == draft
    assert not CaseNote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_lets_nobody_type_for_long_without_an_entry():
    world = a_world()
    draft = keep(world)
    mine = Draft.objects.filter(pk=draft.pk)
    mine.update(typed={"body": ["Kept"]})
    for changes in (
        {"noted": timezone.now()},
        {"recorded_by": world.manager},
        {"token": uuid4()},
        {"corrects": "N-000001"},
    ):
        with pytest.raises(DatabaseError):
            mine.update(**changes)
    with pytest.raises(DatabaseError):
        Draft.objects.create(
            case=world.case,
            noun="note",
            token=uuid4(),
            sitting=uuid4(),
            step=1,
            recorded_by=world.worker,
        )
    with pytest.raises(DatabaseError):
        mine.delete()
    with transaction.atomic():
        prepared()
        mine.update(noted=timezone.now() - timedelta(minutes=11))
    with pytest.raises(DatabaseError, match="ten minutes"):
        mine.update(typed={"body": ["Lost"]})
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("UPDATE cases_draft SET typed = '{}'")
    draft.refresh_from_db()
    assert draft.typed == {"body": ["Kept"]}
