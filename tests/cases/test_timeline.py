"""What happened, the latest first; with one entry or with five thousand the same few queries."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.actions import entries
from cases.models import (
    CaseNote,
    CasePerson,
    Circumstance,
    Contact,
    ContactPerson,
    Decision,
    NotePerson,
    SourceKind,
)
from cases.queries.timeline import Filters, timeline_of
from tests.cases.world import a_world
from tests.factories.base import note as prepare
from tests.factories.cases import (
    CaseFactory,
    CaseNoteFactory,
    ContactFactory,
    DecisionFactory,
    ProfessionalFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def references(page):
    return [item.reference for item in page]


def many(world, count):
    """`count` entries a third each kind, the second half of the notes corrections of the first."""
    each = max(count // 3, 1)
    common = {"case": world.case, "recorded_by": world.worker}
    with transaction.atomic():
        prepare()
        notes = CaseNote.objects.bulk_create(
            CaseNote(kind="observation", body=f"Tower {n}", happened_at=days_ago(1 + n), **common)
            for n in range(each)
        )
        newer = CaseNote.objects.bulk_create(
            CaseNote(
                kind="observation",
                body=f"Bridge {n}",
                happened_at=days_ago(1 + n),
                corrects=note,
                correction_reason="It was a bridge.",
                **common,
            )
            for n, note in enumerate(notes[: max(each // 2, 1)])
        )
        NotePerson.objects.bulk_create(
            NotePerson(note=note, person=person)
            for note in [*notes, *newer]
            for person in (world.amelia, world.joe)
        )
        contacts = Contact.objects.bulk_create(
            Contact(kind="phone", happened_at=days_ago(1 + n), **common) for n in range(each)
        )
        ContactPerson.objects.bulk_create(
            ContactPerson(contact=contact, person=world.joe) for contact in contacts
        )
        Decision.objects.bulk_create(
            Decision(
                decision=f"Week {n}",
                decided_by_whom="Team",
                basis="Review",
                happened_at=days_ago(1 + n),
                **common,
            )
            for n in range(each)
        )
    return each * 3


def test_all_kinds_are_one_list_by_when_they_happened(world):
    middle = ContactFactory(case=world.case, happened_at=days_ago(5), people=[world.amelia])
    last = CaseNoteFactory(case=world.case, happened_at=days_ago(2), people=[world.joe])
    first = DecisionFactory(case=world.case, happened_at=days_ago(9))
    CaseNoteFactory(happened_at=days_ago(1))
    page = timeline_of(reader=world.worker, cases=[world.case])
    assert references(page) == [last.reference, middle.reference, first.reference]
    assert [item.title for item in page] == [
        "Note: conversation",
        "Contact: home visit",
        "Decision",
    ]
    assert [item.about for item in page] == ["Joe Hart", "Amelia Hart", "Amelia Hart, Joe Hart"]
    assert {item.author for item in page} == {world.worker}


def test_an_entry_says_where_it_came_from_and_what_the_law_protects(world):
    teacher = ProfessionalFactory()
    CaseNoteFactory(
        case=world.case,
        source_kind=SourceKind.PROFESSIONAL,
        source_professional=teacher,
        how_received="phone",
        circumstances=[Circumstance.HEALTH, Circumstance.OFFENDING, Circumstance.SCHOOL],
    )
    (item,) = timeline_of(reader=world.worker, cases=[world.case])
    assert item.facts == (("Source", f"{teacher} – by telephone"),)
    assert [flag.text for flag in item.flags] == [
        "Health (special category)",
        "Offending (offence data)",
        "School and learning",
    ]


def test_a_corrected_note_is_there_once_and_says_so(world):
    note = CaseNoteFactory(
        case=world.case, body="A tower.", people=[world.joe], recorded_by=world.worker
    )
    for body in ("A bridge.", "A castle."):
        note = entries.correct_note(
            entry=note,
            reason=f"It was {body.lower()}",
            kind=note.kind,
            body=body,
            happened_at=note.happened_at,
            people=[world.joe],
            by=world.manager,
        )
    (item,) = timeline_of(reader=world.worker, cases=[world.case])
    assert item.text == "A castle."
    assert item.author == world.worker
    assert (item.correction.by, item.correction.reason) == (world.manager, "It was a castle.")
    assert item.written_at < item.correction.at
    assert item.url.endswith(f"/{note.reference}/")


def test_around_a_person_is_what_is_about_them_in_all_the_cases_given(world):
    other = CaseFactory(people=[world.joe])
    hidden = CaseFactory(people=[world.joe])
    about_joe = CaseNoteFactory(case=world.case, people=[world.joe], happened_at=days_ago(3))
    CaseNoteFactory(case=world.case, people=[world.amelia])
    with_joe = ContactFactory(case=other, people=[world.joe], happened_at=days_ago(2))
    ContactFactory(case=world.case, people=[world.amelia])
    decided = DecisionFactory(case=other, happened_at=days_ago(1))
    CaseNoteFactory(case=hidden, people=[world.joe])
    page = timeline_of(reader=world.worker, cases=[world.case, other], person=world.joe)
    assert references(page) == [decided.reference, with_joe.reference, about_joe.reference]


def test_without_a_case_there_is_nothing(world):
    CaseNoteFactory(case=world.case)
    assert references(timeline_of(reader=world.worker, cases=[])) == []


@pytest.fixture
def written(world):
    """Five entries, by the names that the filters below are expected to find."""
    common = {"case": world.case}
    return {
        "tower": CaseNoteFactory(
            **common,
            kind="observation",
            body="A tower of 100% bricks\nand a Bridge.",
            circumstances=[Circumstance.SCHOOL],
            people=[world.joe],
            happened_at=days_ago(1),
        ),
        "ill": CaseNoteFactory(
            **common,
            body="She felt ill.",
            circumstances=[Circumstance.HEALTH],
            people=[world.amelia],
            happened_at=days_ago(2),
        ),
        "call": ContactFactory(
            **common,
            kind="phone",
            summary="About bricks",
            next_step="Call the school",
            people=[world.amelia],
            happened_at=days_ago(3),
        ),
        "visit": ContactFactory(
            **common,
            place="The library",
            summary="",
            people=[world.joe],
            happened_at=days_ago(4),
        ),
        "decided": DecisionFactory(**common, basis="What the school said", happened_at=days_ago(5)),
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "tower ill call visit decided"),
        ({"entry": "note"}, "tower ill"),
        ({"entry": "note", "kind": "observation"}, "tower"),
        ({"entry": "contact"}, "call visit"),
        ({"entry": "contact", "kind": "phone"}, "call"),
        ({"entry": "decision"}, "decided"),
        ({"circumstance": "health"}, "ill"),
        ({"circumstance": "money"}, ""),
        ({"entry": "contact", "circumstance": "health"}, ""),
        ({"person": "joe"}, "tower visit decided"),
        ({"person": "joe", "entry": "note"}, "tower"),
        ({"words": "bricks"}, "tower call"),
        ({"words": "BRIDGE tower"}, "tower"),
        ({"words": "school"}, "call decided"),
        ({"words": "library"}, "visit"),
        ({"words": "100%"}, "tower"),
        ({"words": "%"}, "tower"),
        ({"words": "_"}, ""),
        ({"since": 2}, "tower ill"),
        ({"until": 4}, "visit decided"),
        ({"since": 3, "until": 3}, "call"),
    ],
)
def test_the_list_is_narrowed(world, written, filters, found):
    today = timezone.localdate()
    given = {
        name: world.joe
        if value == "joe"
        else today - timedelta(days=value)
        if name in {"since", "until"}
        else value
        for name, value in filters.items()
    }
    names = {entry.reference: name for name, entry in written.items()}
    page = timeline_of(reader=world.worker, cases=[world.case], filters=Filters(**given))
    assert " ".join(names[reference] for reference in references(page)) == found


def test_a_day_is_a_day_in_southport(world):
    """Half past midnight in summer time belongs to the new day, though in UTC it is the day before."""
    moment = timezone.make_aware(timezone.datetime(2026, 7, 2, 0, 30))
    note = CaseNoteFactory(case=world.case, happened_at=moment)
    second, first = date(2026, 7, 2), date(2026, 7, 1)
    assert references(
        timeline_of(
            reader=world.worker, cases=[world.case], filters=Filters(since=second, until=second)
        )
    ) == [note.reference]
    assert (
        references(
            timeline_of(reader=world.worker, cases=[world.case], filters=Filters(until=first))
        )
        == []
    )


def test_pages_hold_thirty_and_lose_nothing(world):
    total = many(world, 100)
    pages = [
        timeline_of(reader=world.worker, cases=[world.case], page=number) for number in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [30, 30, 30, 9]
    assert pages[0].paginator.count == total
    seen = [item.reference for page in pages for item in page]
    assert len(set(seen)) == total
    moments = [item.happened_at for page in pages for item in page]
    assert moments == sorted(moments, reverse=True)


def test_the_number_of_queries_does_not_grow(world):
    timeline_of(reader=world.worker, cases=[world.case])  # what they may do is asked once a request
    counts = {}
    for number in (3, 30, 5000):
        many(world, number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = timeline_of(reader=world.worker, cases=[world.case])
            assert page.object_list
            assert [item.author.full_name for item in page]
        counts[number] = len(queries)
    assert set(counts.values()) == {counts[3]}
    # Three more than notes alone: the sign-offs of the entries shown, the marks in them, what is
    # held back for somebody restricted, and what people say about them.
    assert counts[3] <= 15
    with CaptureQueriesContext(connection) as queries:
        timeline_of(reader=world.worker, cases=[world.case], person=world.joe, page=100)
    assert len(queries) <= counts[3]


def test_everybody_in_many_cases_costs_no_more(world):
    several = [world.case]
    for _ in range(5):
        case = CaseFactory(people=[world.joe])
        CaseNoteFactory(case=case, people=[world.joe])
        DecisionFactory(case=case)
        several.append(case)
    assert CasePerson.objects.filter(person=world.joe).count() == 6
    timeline_of(reader=world.worker, cases=[world.case])  # what they may do is asked once a request
    with CaptureQueriesContext(connection) as queries:
        assert len(timeline_of(reader=world.worker, cases=several, person=world.joe)) == 10
    # Two of them: what is held back for somebody restricted, and what people say about the entries.
    assert len(queries) <= 13
