"""Words of a note that are marked: their places, what becomes of them, and what a reader sees."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from audit.verbs import Verb
from cases.actions import entries
from cases.models import CaseNote, Passage
from cases.passages import (
    Mark,
    MarkMissing,
    Span,
    marked,
    marks_in,
    now_perhaps,
    places_of,
    spans_of,
)
from core.errors import LogUnavailable
from tests.cases.typed import at, typed_note, words_of
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.base import note as prepared

TEXT = "Tom said that Mr Moss drinks.\n\nI think Tom is afraid. Tomorrow he sees Mr\nMoss."


# --- Places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "times"),
    [("Tom", 2), ("Mr Moss", 2), ("Mr  Moss", 2), ("afraid.", 1), ("om", 0), ("Ann", 0), (" ", 0)],
)
def test_words_are_found_wherever_they_stand_as_whole_words(words, times):
    assert len(list(places_of(words, TEXT))) == times


def test_a_mark_that_stands_nowhere_is_named():
    with pytest.raises(MarkMissing, match="“Ann” are marked"):
        spans_of([Mark("opinion", "Tom"), Mark("opinion", "Ann")], TEXT)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@drawn(
    some.text(max_size=60),
    some.lists(some.tuples(some.integers(0, 60), some.integers(0, 60)), max_size=5),
)
def test_the_text_with_its_marks_says_the_same_as_the_text(text, places):
    spans = [
        Span(min(p), max(p), "opinion") for p in places if max(p) <= len(text) and p[0] != p[1]
    ]
    shown = "".join(piece.text for pieces in marked(text, spans) for piece in pieces)
    assert "".join(shown.split()) == "".join(text.split())


def test_overlapping_marks_are_shown_as_both():
    spans = spans_of([Mark("third_party", "Mr Moss drinks"), Mark("health", "drinks")], TEXT)
    pieces = [piece for pieces in marked(TEXT, spans) for piece in pieces if piece.kinds]
    assert [(piece.text, piece.kinds) for piece in pieces] == [
        ("Mr Moss ", ("third_party",)),
        ("drinks", ("health", "third_party")),
    ]


@pytest.mark.parametrize(
    ("after", "perhaps"),
    [
        (TEXT.replace("Mr Moss drinks", "Mr Morse drinks"), "Mr Morse drinks"),
        ("Tom said that nobody drinks.", None),
        ("", ""),
    ],
)
def test_what_marked_words_may_have_become(after, perhaps):
    found = now_perhaps(Mark("health", "Mr Moss drinks"), TEXT, after)
    if perhaps is None:
        assert found in after
    else:
        assert found == perhaps


# --- Notes ----------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def written(world, **changes):
    browser = signed_in(world.worker)
    given = typed_note(world, body=TEXT) | rows(
        Mark("third_party", "Mr Moss"), Mark("opinion", "I think Tom is afraid")
    )
    with entries_since() as left:
        response = browser.post(
            reverse("cases:note-add", args=[world.case.reference]), given | changes
        )
    assert response.status_code == 302, words_of(response)
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ, Verb.NOTE_WRITTEN]
    return CaseNote.objects.get()


def rows(*marks):
    return {
        "marks_words": [*(mark.words for mark in marks), ""],
        "marks_kind": [*(mark.kind for mark in marks), ""],
    }


def correction(note):
    return reverse("cases:note-correct", args=[note.reference])


def kept(note):
    return {(note.body[one.start : one.end], one.kind) for one in note.passages.all()}


def test_marked_words_are_kept_where_they_stand_and_shown_in_words(world):
    note = written(world)
    assert kept(note) == {
        ("Mr Moss", "third_party"),
        ("Mr\nMoss", "third_party"),
        ("I think Tom is afraid", "opinion"),
    }
    browser = signed_in(world.manager)
    for address in (
        world.case.get_absolute_url(),
        reverse("cases:note", args=[note.reference]),
        reverse("cases:person", args=[world.joe.reference]),
    ):
        page = words_of(browser.get(address))
        assert page.count('<mark class="app-passage">') == 3
        assert "[about somebody else: </span>Mr Moss" in page
        assert "[opinion: </span>I think Tom is afraid" in page


def test_words_that_are_not_there_are_shown_again_and_nothing_is_lost(world):
    browser = signed_in(world.worker)
    given = typed_note(world, body=TEXT) | rows(Mark("third_party", "Mr Mouse"))
    address = reverse("cases:note-add", args=[world.case.reference])
    response = browser.post(address, given)
    assert response.status_code == 422
    page = words_of(response)
    assert "The words “Mr Mouse” are marked" in page
    assert re.search(r">Mr Mouse</textarea>", page)
    assert re.search(r'value="third_party" selected', page)
    assert not CaseNote.objects.exists()
    response = browser.post(address, given | rows(Mark("", "Mr Moss")))
    assert "Choose what the words “Mr Moss” are." in words_of(response)
    response = browser.post(address, given | rows(Mark("gossip", "Mr Moss")))
    assert response.status_code == 422


def test_a_correction_begins_with_the_marks_where_the_text_now_stands(world):
    note, browser = written(world), signed_in(world.worker)
    page = words_of(browser.get(correction(note)))
    assert re.search(r">Mr Moss</textarea>", page)
    assert re.search(r">I think Tom is afraid</textarea>", page)
    body = f"On Friday: {TEXT}"
    given = typed_note(world, **at(note.happened_at), body=body, reason="The day.")
    marks = rows(Mark("third_party", "Mr Moss"), Mark("opinion", "I think Tom is afraid"))
    assert browser.post(correction(note), given | marks).status_code == 302
    newer = CaseNote.objects.get(corrects=note)
    assert kept(newer) == kept(note)
    assert {one.start for one in newer.passages.all()} == {
        one.start + len("On Friday: ") for one in note.passages.all()
    }


def test_a_mark_that_cannot_be_placed_is_shown_for_a_decision(world):
    note, browser = written(world), signed_in(world.worker)
    body = TEXT.replace("afraid", "frightened")
    given = typed_note(world, **at(note.happened_at), body=body, reason="His word.")
    marks = rows(Mark("third_party", "Mr Moss"), Mark("opinion", "I think Tom is afraid"))
    response = browser.post(correction(note), given | marks)
    assert response.status_code == 422
    page = words_of(response)
    assert "“I think Tom is afraid” is marked and does not stand in the note any more" in page
    assert re.search(r">I think Tom is frightened</textarea>", page)
    marks = rows(Mark("third_party", "Mr Moss"), Mark("opinion", "I think Tom is frightened"))
    assert browser.post(correction(note), given | marks).status_code == 302
    assert ("I think Tom is frightened", "opinion") in kept(CaseNote.objects.get(corrects=note))


def test_a_correction_of_the_marks_alone_is_one(world):
    note, browser = written(world), signed_in(world.worker)
    given = typed_note(world, body=TEXT, reason="It is no opinion.")
    given |= {
        "happened_on_0": str(note.happened_at.day),
        **at(note.happened_at),
        **rows(Mark("third_party", "Mr Moss")),
    }
    assert browser.post(correction(note), given).status_code == 302
    newer = CaseNote.objects.get(corrects=note)
    assert newer.body == note.body
    assert {kind for _, kind in kept(newer)} == {"third_party"}


def test_the_verb_carries_the_marks_on_and_loses_none_in_silence(world):
    note = written(world)
    same = {
        "entry": note,
        "reason": "x",
        "kind": note.kind,
        "happened_at": note.happened_at,
        "people": [world.joe],
        "by": world.worker,
    }
    with entries_since() as left, pytest.raises(MarkMissing):
        entries.correct_note(body="Nothing of it.", **same)
    assert left == []
    newer = entries.correct_note(body=f"{TEXT} Indeed.", **same)
    assert kept(newer) == kept(note)


def test_marks_are_as_final_as_the_note_and_need_the_log(request, world):
    note = written(world)
    prepared()
    with pytest.raises(DatabaseError), transaction.atomic():
        Passage.objects.update(kind="health")
    for wrong in ({"start": 3, "end": 3, "kind": "health"}, {"start": 1, "end": 2, "kind": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Passage.objects.create(note=note, recorded_by=world.worker, **wrong)
    before = Passage.objects.count()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        entries.correct_note(
            entry=note,
            reason="x",
            kind=note.kind,
            body=f"{TEXT} Indeed.",
            happened_at=note.happened_at,
            people=[world.joe],
            by=world.worker,
        )
    assert Passage.objects.count() == before


def test_marks_that_were_typed_stay_in_the_draft(world):
    browser = signed_in(world.worker)
    address = reverse("cases:note-add", args=[world.case.reference])
    browser.post(f"{address}draft/", {"body": TEXT} | rows(Mark("opinion", "Tom is")))
    page = words_of(browser.get(reverse("cases:drafts")))
    here = re.search(r"/casework/cases/[^\"]*\?draft=[0-9a-f-]+", page)[0]
    assert re.search(r">Tom is</textarea>", words_of(browser.get(here)))
    assert marks_in(TEXT, [Span(0, 3, "opinion")]) == [Mark("opinion", "Tom")]
