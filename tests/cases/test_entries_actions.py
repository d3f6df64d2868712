"""What is written in a case: final, corrected beside itself, and once however often it is sent."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from audit.verbs import Verb
from cases.actions import cases, entries
from cases.models import (
    CaseNote,
    Circumstance,
    Contact,
    Decision,
    HowReceived,
    NotePerson,
    SourceKind,
)
from cases.written import SavedAlready
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.cases import PersonFactory, ProfessionalFactory

pytestmark = pytest.mark.django_db

YESTERDAY = timedelta(days=1)


@pytest.fixture
def world():
    return a_world()


def write(world, **changes):
    arguments = {
        "case": world.case,
        "kind": CaseNote.Kind.OBSERVATION,
        "body": "Joe built a tower.",
        "happened_at": timezone.now() - YESTERDAY,
        "people": [world.joe],
        "by": world.worker,
    }
    return entries.write_note(**(arguments | changes))


def correct_contact(world, entry, **changes):
    arguments = {
        "entry": entry,
        "reason": "It was the old room.",
        "kind": entry.kind,
        "happened_at": entry.happened_at,
        "people": list(entry.people.all()),
        "minutes": entry.minutes,
        "place": entry.place,
        "summary": "The old room.",
        "next_step": entry.next_step,
        "by": world.manager,
    }
    return entries.correct_contact(**(arguments | changes))


def correct_decision(world, entry, **changes):
    arguments = {
        "entry": entry,
        "reason": "It was eight.",
        "decision": "Eight more weeks.",
        "decided_by_whom": entry.decided_by_whom,
        "basis": entry.basis,
        "clients_view": entry.clients_view,
        "happened_at": entry.happened_at,
        "by": world.manager,
    }
    return entries.correct_decision(**(arguments | changes))


def correct(world, note, **changes):
    arguments = {
        "entry": note,
        "reason": "It was a bridge.",
        "kind": note.kind,
        "body": "Joe built a bridge.",
        "happened_at": note.happened_at,
        "people": list(note.people.all()),
        "by": world.manager,
    }
    return entries.correct_note(**(arguments | changes))


def contact(world, **changes):
    arguments = {
        "case": world.case,
        "kind": Contact.Kind.HOME_VISIT,
        "happened_at": timezone.now() - YESTERDAY,
        "people": [world.amelia],
        "minutes": 45,
        "place": "At home",
        "summary": "The new room.",
        "next_step": "Call on Friday.",
        "by": world.worker,
    }
    return entries.record_contact(**(arguments | changes))


def decide(world, **changes):
    arguments = {
        "case": world.case,
        "decision": "Six more weeks.",
        "decided_by_whom": "Team meeting",
        "basis": "Progress at the review.",
        "clients_view": "Amelia agrees.",
        "happened_at": timezone.now() - YESTERDAY,
        "by": world.worker,
    }
    return entries.record_decision(**(arguments | changes))


def test_a_note_is_written_with_its_people_source_and_circumstances(world):
    teacher = ProfessionalFactory()
    with entries_since() as left:
        note = write(
            world,
            body="  Ms Bell called.\n",
            people=[world.joe, world.amelia],
            circumstances=[Circumstance.SCHOOL, Circumstance.HEALTH],
            source_kind=SourceKind.PROFESSIONAL,
            source_professional=teacher,
            how_received=HowReceived.PHONE,
        )
    assert [(e.verb, e.people) for e in left] == [
        (Verb.NOTE_WRITTEN, sorted([world.joe.pk, world.amelia.pk]))
    ]
    note = CaseNote.objects.get(pk=note.pk)
    assert note.body == "Ms Bell called."
    assert note.circumstances == ["health", "school"]
    assert note.source_in_words == f"{teacher} – by telephone"
    assert set(note.people.all()) == {world.joe, world.amelia}
    assert note.recorded_by == world.worker


@time_machine.travel(
    datetime(2026, 11, 20, 14, 30, tzinfo=timezone.get_fixed_timezone(0)), tick=False
)
@pytest.mark.parametrize("what", [write, contact, decide])
@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=1), "later today"),
        (timedelta(days=1), "tomorrow"),
        (timedelta(days=40), "30 December 2026"),
    ],
)
def test_nothing_is_dated_in_the_future(world, what, ahead, words):
    with entries_since() as left, pytest.raises(Refused, match=f"cannot be dated {words}"):
        what(world, happened_at=timezone.now() + ahead)
    assert left == []
    assert not CaseNote.objects.exists()
    assert not Contact.objects.exists()
    assert not Decision.objects.exists()


def test_a_note_of_this_very_moment_is_written(world):
    with time_machine.travel(timezone.now(), tick=False):
        assert write(world, happened_at=timezone.now()).pk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": " \n\t "}, "is empty"),
        ({"people": []}, "whom the note is about"),
        ({"people": "stranger"}, "is not part of C-"),
        ({"source_kind": SourceKind.PROFESSIONAL}, "which professional"),
        ({"source_kind": SourceKind.PERSON, "people": "both"}, "which of them"),
        ({"source_kind": SourceKind.PERSON, "source_person": "amelia"}, "is not about Amelia"),
        ({"source_kind": SourceKind.RELATIVE, "source_person": "stranger"}, "is not part of"),
    ],
)
def test_a_note_that_cannot_stand_leaves_no_trace(world, changes, sentence):
    stranger = PersonFactory()
    stand_for = {"stranger": [stranger], "both": [world.amelia, world.joe]}
    changes = dict(changes)
    if isinstance(changes.get("people"), str):
        changes["people"] = stand_for[changes["people"]]
    if "source_person" in changes:
        changes["source_person"] = {"amelia": world.amelia, "stranger": stranger}[
            changes["source_person"]
        ]
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        write(world, **changes)
    assert left == []
    assert not CaseNote.objects.exists()
    assert not NotePerson.objects.exists()


@pytest.mark.parametrize(
    ("kind", "told_by", "kept"),
    [
        (SourceKind.PERSON, None, "joe"),
        (SourceKind.PERSON, "joe", "joe"),
        (SourceKind.RELATIVE, "amelia", "amelia"),
        (SourceKind.RELATIVE, None, None),
        (SourceKind.OWN, "amelia", None),
        (SourceKind.OTHER_SERVICE, "amelia", None),
    ],
)
def test_the_source_is_kept_where_it_belongs(world, kind, told_by, kept):
    people = {"joe": world.joe, "amelia": world.amelia, None: None}
    teacher = ProfessionalFactory()
    note = write(
        world, source_kind=kind, source_person=people[told_by], source_professional=teacher
    )
    assert note.source_person == people[kept]
    assert note.source_professional is None


def test_a_correction_is_a_new_version_and_the_old_one_stays(world):
    note = write(world)
    with entries_since() as left:
        newer = correct(world, note, people=[world.amelia], circumstances=[Circumstance.PARENTING])
    assert [(e.verb, e.record_id, e.people) for e in left] == [
        (Verb.NOTE_CORRECTED, note.pk, sorted([world.joe.pk, world.amelia.pk]))
    ]
    note.refresh_from_db()
    assert note.body == "Joe built a tower."
    assert list(note.people.all()) == [world.joe]
    assert (newer.corrects, newer.correction_reason) == (note, "It was a bridge.")
    assert (newer.body, newer.recorded_by) == ("Joe built a bridge.", world.manager)


def test_a_note_of_a_closed_case_is_corrected_and_none_is_added(world):
    note = write(world)
    cases.close(case=world.case, summary="Done.", by=world.manager)
    assert correct(world, note).corrects == note
    for what in (write, contact, decide):
        with entries_since() as left, pytest.raises(Refused, match="is closed"):
            what(world)
        assert left == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "  "}, "why the note is corrected"),
        ({"body": ""}, "is empty"),
        ({"people": []}, "whom the note is about"),
        ({"body": "Joe built a tower."}, "says the same"),
    ],
)
def test_a_correction_that_cannot_stand_leaves_no_trace(world, changes, sentence):
    note = write(world)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        correct(world, note, **changes)
    assert left == []
    assert CaseNote.objects.get() == note


CORRECTED = [
    (contact, correct_contact, Verb.CONTACT_CORRECTED, "amelia", ("summary", "The new room.")),
    (decide, correct_decision, Verb.DECISION_CORRECTED, "all", ("decision", "Six more weeks.")),
]


@pytest.mark.parametrize(("what", "mend", "verb", "about", "said"), CORRECTED)
def test_contacts_and_decisions_are_corrected_as_notes_are(world, what, mend, verb, about, said):
    entry, token = what(world), uuid4()
    with entries_since() as left:
        newer = mend(world, entry, token=token)
    people = [world.amelia.pk] if about == "amelia" else sorted([world.amelia.pk, world.joe.pk])
    assert [(e.verb, e.record_id, e.people) for e in left] == [(verb, entry.pk, people)]
    entry.refresh_from_db()
    assert getattr(entry, said[0]) == said[1]
    assert newer.corrects == entry
    assert getattr(newer, said[0]) != said[1]
    assert mend(world, entry, token=token) == newer
    assert type(entry).objects.count() == 2


@pytest.mark.parametrize(("what", "mend", "verb", "about", "said"), CORRECTED)
def test_a_correction_of_a_contact_or_decision_that_cannot_stand_leaves_no_trace(
    world, what, mend, verb, about, said
):
    entry = what(world)
    with entries_since() as left:
        with pytest.raises(Refused, match="Say why the"):
            mend(world, entry, reason=" ")
        with pytest.raises(Refused, match="says the same as the"):
            mend(world, entry, **{said[0]: said[1]})
    assert left == []
    newer = mend(world, entry)
    with entries_since() as left, pytest.raises(Refused, match=newer.reference):
        mend(world, entry, **{said[0]: "Something else."})
    assert left == []
    assert type(entry).objects.count() == 2


@pytest.mark.parametrize(("what", "mend", "verb", "about", "said"), CORRECTED)
def test_no_contact_or_decision_is_corrected_while_the_log_cannot_be_written(
    request, world, what, mend, verb, about, said
):
    entry = what(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        mend(world, entry)
    assert type(entry).objects.get() == entry


def test_the_correction_of_a_closing_is_what_the_closed_case_says(world):
    cases.close(case=world.case, summary="Moved to Leads.", by=world.manager)
    closing = Decision.objects.get(closes_case=True)
    newer = correct_decision(
        world, closing, decision=closing.decision, basis="Moved to Leeds.", by=world.manager
    )
    world.case.refresh_from_db()
    assert newer.closes_case
    assert world.case.closing_summary == "Moved to Leeds."
    cases.reopen(case=world.case, reason="Back.", by=world.manager)
    correct_decision(world, newer, decision=closing.decision, basis="Moved to Leyland.")
    world.case.refresh_from_db()
    assert world.case.closing_summary == ""


def test_only_the_newest_version_is_corrected(world):
    note = write(world)
    newer = correct(world, note)
    with entries_since() as left, pytest.raises(Refused) as refusal:
        correct(world, note, body="Joe built a castle.", by=world.worker)
    assert "Priya Nair corrected this note on" in str(refusal.value)
    assert newer.reference in str(refusal.value)
    assert left == []
    assert correct(world, newer, body="Joe built a castle.").corrects == newer
    assert CaseNote.objects.count() == 3


def test_a_contact_that_did_not_take_place_is_recorded_too(world):
    with entries_since() as left:
        made = contact(world, outcome=Contact.Outcome.DID_NOT_ATTEND, minutes=None, summary="")
    assert [(e.verb, e.people) for e in left] == [(Verb.CONTACT_RECORDED, [world.amelia.pk])]
    made.refresh_from_db()
    assert made.outcome == "did_not_attend"
    assert list(made.people.all()) == [world.amelia]
    assert (made.place, made.next_step) == ("At home", "Call on Friday.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"people": []}, "with whom"),
        ({"outcome": Contact.Outcome.CANCELLED_BY_US}, "leave the minutes empty"),
    ],
)
def test_a_contact_that_cannot_stand_leaves_no_trace(world, changes, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        contact(world, **changes)
    assert left == []
    assert not Contact.objects.exists()


def test_a_contact_with_somebody_of_no_case_of_theirs_is_refused(world):
    with pytest.raises(Refused, match="add them to the case first"):
        contact(world, people=[PersonFactory()])


def test_a_decision_is_about_everybody_in_the_case(world):
    with entries_since() as left:
        made = decide(world)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.DECISION_RECORDED, sorted([world.amelia.pk, world.joe.pk]))
    ]
    made.refresh_from_db()
    assert (made.decision, made.clients_view) == ("Six more weeks.", "Amelia agrees.")


@pytest.mark.parametrize("missing", ["decision", "decided_by_whom", "basis"])
def test_a_decision_without_what_who_or_why_is_refused(world, missing):
    with entries_since() as left, pytest.raises(Refused, match="what was decided"):
        decide(world, **{missing: " "})
    assert left == []


@pytest.mark.parametrize(
    ("what", "model"), [(write, CaseNote), (contact, Contact), (decide, Decision)]
)
def test_a_form_sent_twice_makes_one_entry(world, what, model):
    token, moment = uuid4(), timezone.now() - YESTERDAY
    first = what(world, token=token, happened_at=moment)
    with entries_since() as left:
        second = what(world, token=token, happened_at=moment)
    assert second == first
    assert left == []
    assert model.objects.count() == 1


@pytest.mark.parametrize("changes", [{"body": "Joe built a bridge."}, {"people": "both"}])
def test_a_form_sent_again_with_other_words_is_refused_and_not_lost_in_silence(world, changes):
    token, moment = uuid4(), timezone.now() - YESTERDAY
    first = write(world, token=token, happened_at=moment)
    if changes == {"people": "both"}:
        changes = {"people": [world.joe, world.amelia]}
    with entries_since() as left, pytest.raises(SavedAlready, match=first.reference):
        write(world, token=token, happened_at=moment, **changes)
    assert left == []


def test_a_correction_sent_twice_makes_one_version(world):
    note, token = write(world), uuid4()
    first = correct(world, note, token=token)
    assert correct(world, note, token=token) == first
    assert CaseNote.objects.count() == 2


def test_somebody_elses_form_is_not_theirs(world):
    token, moment = uuid4(), timezone.now() - YESTERDAY
    write(world, token=token, happened_at=moment)
    with pytest.raises(SavedAlready):
        write(world, token=token, happened_at=moment, by=world.manager)


@pytest.mark.parametrize("model", [CaseNote, Contact, Decision])
def test_the_database_refuses_to_change_an_entry(world, model):
    write(world)
    contact(world)
    decide(world)
    with pytest.raises(DatabaseError):
        model.objects.update(happened_at=timezone.now() - 2 * YESTERDAY)


@pytest.mark.parametrize("what", [write, contact, decide])
def test_nothing_is_written_while_the_log_cannot_be(request, world, what):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        what(world)
    assert not CaseNote.objects.exists()
    assert not Contact.objects.exists()
    assert not Decision.objects.exists()


def test_nothing_is_corrected_while_the_log_cannot_be_written(request, world):
    note = write(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        correct(world, note)
    assert CaseNote.objects.get() == note
