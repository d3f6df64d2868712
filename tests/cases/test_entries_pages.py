"""Pages on which something is written: nothing typed is ever lost, and nothing is saved twice."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.actions import cases, entries
from cases.models import CaseNote, SourceKind
from tests.cases.typed import (
    KINDS,
    at,
    token_in,
    typed_note,
    words_of,
)
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    CaseNoteFactory,
    PersonFactory,
    ProfessionalFactory,
    ServiceMemberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


EACH = pytest.mark.parametrize("name", KINDS)


def address(name, world):
    return reverse(f"cases:{name}", args=[world.case.reference])


@EACH
def test_an_entry_is_written_and_read_as_it_was_typed(world, browser, name):
    model, typed, verb = KINDS[name]
    form = browser.get(address(name, world))
    assert form.status_code == 200
    assert "Joe Hart" in words_of(form)
    with entries_since() as left:
        response = browser.post(address(name, world), {**typed(world), "token": token_in(form)})
    assert response.headers["Location"] == world.case.get_absolute_url()
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ, verb]
    entry = model.objects.get()
    assert entry.recorded_by == world.worker
    page = words_of(browser.get(world.case.get_absolute_url()))
    assert entry.reference in page
    assert "Joe built a tower." in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_new_form_says_now_and_own(world, browser):
    page = words_of(browser.get(address("note-add", world)))
    now = timezone.localtime()
    assert re.search(rf'name="happened_on_2"[^>]*value="{now.year}"|value="{now.year}"', page)
    assert re.search(r'value="own"[^>]*checked', page)


WRONG = [
    ("note-add", {"body": " "}, "Fill in “Note”."),
    ("note-add", {"body": "x" * 50_001}, "This is 50001 characters long"),
    ("note-add", {"kind": ""}, "What kind of note"),
    ("note-add", {"kind": "gossip"}, "What kind of note"),
    ("note-add", {"people": []}, "Whom it is about"),
    ("note-add", {"people": ["P-999999"]}, "Whom it is about"),
    ("note-add", {"happened_time": "noonish"}, "Write the time like 14:30"),
    ("note-add", {"happened_time": "14"}, "Write the time like 14:30"),
    ("note-add", {"happened_time": "25:00"}, "Write the time like 14:30"),
    ("note-add", {"happened_on_0": "31", "happened_on_1": "2"}, "no such day"),
    ("note-add", {"source_kind": "professional"}, "Choose which professional told you."),
    ("note-add", {"source_kind": "relative"}, "Choose who told you."),
    ("contact-add", {"people": []}, "With whom"),
    ("contact-add", {"minutes": "a while"}, "Write the minutes as a number"),
    ("contact-add", {"minutes": "0"}, "at least 1 minute"),
    ("contact-add", {"minutes": "1441"}, "at most a day"),
    ("contact-add", {"outcome": "did_not_attend"}, "leave the minutes empty"),
    ("contact-add", {"place": "x" * 201}, "This is 201 characters long"),
    ("decision-add", {"basis": ""}, "On what basis"),
    ("decision-add", {"decided_by_whom": ""}, "Who decided"),
    ("decision-add", {"decided_by_whom": "x" * 201}, "This is 201 characters long"),
]


@pytest.mark.parametrize(("name", "changes", "words"), WRONG)
def test_what_is_refused_leaves_no_trace_and_all_that_was_typed(
    world, browser, name, changes, words
):
    model, typed, _ = KINDS[name]
    given = typed(world, **changes)
    with entries_since() as left:
        response = browser.post(address(name, world), given)
    page = words_of(response)
    assert response.status_code == 422
    assert words in page
    assert "There is a problem" in page
    for value in ("Joe built a tower.", "Then it fell &lt;script&gt;alert(1)&lt;/script&gt;."):
        assert value in page or "body" in changes
    assert changes.get("body", "").strip() in page
    assert given["happened_time"] in page
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ]
    assert not model.objects.exists()


@EACH
@pytest.mark.parametrize(("days", "words"), [(1, "tomorrow"), (40, "cannot be dated")])
def test_nothing_is_dated_in_the_future(world, browser, name, days, words):
    model, typed, _ = KINDS[name]
    response = browser.post(
        address(name, world), typed(world, **at(timezone.now() + timedelta(days=days)))
    )
    assert response.status_code == 422
    noun = name.removesuffix("-add")
    assert f"A {noun} cannot be dated" in words_of(response)
    assert words in words_of(response)
    assert "Joe built a tower." in words_of(response)
    assert not model.objects.exists()


def test_no_box_cuts_off_what_is_pasted(world, browser):
    for name in KINDS:
        page = words_of(browser.get(address(name, world)))
        main = page[page.index('id="main-content"') :]
        boxes = re.findall(
            r"<textarea[^>]*>|<input[^>]*name=\"(?:place|others|decided)[^>]*>", main
        )
        assert boxes
        assert not [box for box in boxes if "maxlength" in box]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2:30pm", "14:30"),
        ("9am", "09:00"),
        ("0905", "09:05"),
        ("12am", "00:00"),
        ("7.15", "07:15"),
    ],
)
def test_a_time_is_read_as_people_write_it(world, browser, typed, kept):
    given = typed_note(world, happened_time=typed)
    assert browser.post(address("note-add", world), given).status_code == 302
    note = CaseNote.objects.get()
    assert timezone.localtime(note.happened_at).strftime("%H:%M") == kept


def test_lines_end_in_the_database_as_everywhere(world, browser):
    browser.post(address("note-add", world), typed_note(world, body="One\r\nTwo\r\n\r\nThree"))
    assert CaseNote.objects.get().body == "One\nTwo\n\nThree"


# --- Where it comes from --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind", "who"),
    [
        ({"source_kind": "person"}, SourceKind.PERSON, "joe"),
        (
            {"source_kind": "person", "told_by_person": "amelia", "people": "both"},
            "person",
            "amelia",
        ),
        ({"source_kind": "relative", "told_by_relative": "amelia"}, SourceKind.RELATIVE, "amelia"),
        ({"source_kind": "relative", "told_by_relative": "nobody"}, SourceKind.RELATIVE, None),
        ({"source_kind": "other_service"}, SourceKind.OTHER_SERVICE, None),
        # An answer to a question that is not asked does not count.
        ({"source_kind": "own", "told_by_relative": "amelia"}, SourceKind.OWN, None),
    ],
)
def test_the_source_of_a_note(world, browser, changes, kind, who):
    people = {"joe": world.joe, "amelia": world.amelia, None: None}
    both = [world.joe.reference, world.amelia.reference]
    stand_for = {"amelia": world.amelia.reference, "both": both}
    changes = {name: stand_for.get(value, value) for name, value in changes.items()}
    response = browser.post(address("note-add", world), typed_note(world, **changes))
    assert response.status_code == 302
    note = CaseNote.objects.get()
    assert (note.source_kind, note.source_person) == (kind, people[who])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": "both"}, "about several people: choose who told you"),
        ({"told_by_person": "amelia"}, "The note is not about Amelia Hart."),
    ],
)
def test_who_of_them_told_it_must_be_said(world, browser, changes, words):
    both = [world.joe.reference, world.amelia.reference]
    stand_for = {"amelia": world.amelia.reference, "both": both}
    changes = {name: stand_for.get(value, value) for name, value in changes.items()}
    response = browser.post(
        address("note-add", world), typed_note(world, source_kind="person", **changes)
    )
    assert response.status_code == 422
    assert words in words_of(response)


def test_a_professional_is_a_source_those_of_the_family_first(world, browser):
    teacher, nurse = ProfessionalFactory(name="Tea Cher"), ProfessionalFactory(name="Nur Se")
    cases.name_professional(case=world.case, professional=nurse, by=world.worker)
    page = words_of(browser.get(address("note-add", world)))
    assert page.index("Working with this family") < page.index("Nur Se") < page.index("Tea Cher")
    given = typed_note(
        world, source_kind="professional", source_professional=teacher.pk, how_received="phone"
    )
    assert browser.post(address("note-add", world), given).status_code == 302
    note = CaseNote.objects.get()
    assert note.source_in_words == f"{teacher} – by telephone"
    assert str(teacher) in words_of(browser.get(world.case.get_absolute_url()))


# --- Once and only once ---------------------------------------------------------------------------


@EACH
def test_a_form_sent_twice_makes_one_entry_and_both_answers_say_so(world, browser, name):
    model, typed, verb = KINDS[name]
    given = {**typed(world), "token": token_in(browser.get(address(name, world)))}
    with entries_since() as left:
        answers = [browser.post(address(name, world), given) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert [e.verb for e in left].count(verb) == 1
    entry = model.objects.get()
    page = words_of(browser.get(world.case.get_absolute_url()))
    assert page.count(f"{entry.reference} is saved") == 2


def test_a_saved_form_that_is_changed_and_sent_again_can_become_another_note(world, browser):
    given = {**typed_note(world), "token": token_in(browser.get(address("note-add", world)))}
    browser.post(address("note-add", world), given)
    saved = CaseNote.objects.get()
    given |= {"body": "A second thought."}
    response = browser.post(address("note-add", world), given)
    assert response.status_code == 422
    page = words_of(response)
    assert f"saved before, as {saved.reference}" in page
    assert "A second thought." in page
    assert re.search(rf'value="{world.joe.reference}"[^>]*checked', page)
    assert token_in(response) != given["token"]
    given["token"] = token_in(response)
    assert browser.post(address("note-add", world), given).status_code == 302
    assert CaseNote.objects.count() == 2


def test_a_form_without_a_token_or_with_a_forged_one_still_saves(world, browser):
    for token in ("", "x", "1; DROP TABLE"):
        given = {**typed_note(world), "token": token}
        assert browser.post(address("note-add", world), given).status_code == 302
    assert CaseNote.objects.count() == 3


@EACH
def test_a_case_that_was_closed_meanwhile_loses_nothing(world, browser, name):
    model, typed, _ = KINDS[name]
    cases.close(case=world.case, summary="Done.", by=world.manager)
    before = model.objects.count()
    response = browser.post(address(name, world), typed(world))
    assert response.status_code == 422
    assert f"{world.case.reference} is closed." in words_of(response)
    assert "Joe built a tower." in words_of(response)
    assert model.objects.count() == before


# --- One note and its corrections -----------------------------------------------------------------


@pytest.fixture
def note(world):
    return CaseNoteFactory(
        case=world.case,
        kind="observation",
        body="Joe built a tower.",
        circumstances=["health"],
        people=[world.joe],
        recorded_by=world.worker,
    )


def typed_correction(world, note, **changes):
    return typed_note(
        world,
        **at(note.happened_at),
        body="Joe built a bridge.",
        reason="It was a bridge.",
        **changes,
    )


def note_page(note, name="note"):
    return reverse(f"cases:{name}", args=[note.reference])


def test_a_correction_begins_with_the_note_and_stands_beside_it(world, browser, note):
    page = words_of(browser.get(note_page(note, "note-correct")))
    assert "Joe built a tower." in page
    assert re.search(r'value="health"[^>]*checked', page)
    assert re.search(rf'value="{world.joe.reference}"[^>]*checked', page)
    manager = signed_in(world.manager)
    with entries_since() as left:
        response = manager.post(note_page(note, "note-correct"), typed_correction(world, note))
    newer = CaseNote.objects.get(corrects=note)
    assert response.headers["Location"] == note_page(newer)
    assert [e.verb for e in left] == [Verb.NOTE_READ, Verb.NOTE_CORRECTED]
    with entries_since() as left:
        page = words_of(browser.get(note_page(note)))
    assert [(e.verb, e.record_id, e.people) for e in left] == [
        (Verb.NOTE_READ, note.pk, [world.joe.pk])
    ]
    assert page.index("Joe built a bridge.") < page.index("Joe built a tower.")
    assert "by Priya Nair" in page
    assert "It was a bridge." in page
    assert "by Dean Okafor" in page
    assert note_page(newer, "note-correct") in page


def test_the_timeline_shows_the_newest_and_leads_to_the_older(world, browser, note):
    signed_in(world.manager).post(note_page(note, "note-correct"), typed_correction(world, note))
    newer = CaseNote.objects.get(corrects=note)
    page = words_of(browser.get(world.case.get_absolute_url()))
    assert "Joe built a bridge." in page
    assert "Joe built a tower." not in page
    assert "Corrected on" in page
    assert "by Priya Nair:" in page
    assert note_page(newer) in page
    assert note_page(note) not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Why it is corrected"),
        ({"body": ""}, "Fill in “Note”."),
        ({"happened_on_2": "2100"}, "A note cannot be dated"),
    ],
)
def test_a_correction_that_is_refused_keeps_what_was_typed(world, browser, note, changes, words):
    given = {**typed_correction(world, note), **changes}
    response = browser.post(note_page(note, "note-correct"), given)
    assert response.status_code == 422
    assert words in words_of(response)
    assert given["reason"] in words_of(response)
    assert CaseNote.objects.get() == note


def test_a_correction_that_changes_nothing_is_refused(world, browser, note):
    moment = timezone.now() - timedelta(days=3)
    plain = entries.write_note(
        case=world.case,
        kind="observation",
        body="The same.",
        happened_at=timezone.localtime(moment).replace(second=0, microsecond=0),
        people=[world.joe],
        by=world.worker,
    )
    given = typed_note(
        world, **at(plain.happened_at), body="The same.", circumstances=[], reason="None."
    )
    response = browser.post(note_page(plain, "note-correct"), given)
    assert response.status_code == 422
    assert "says the same as the note" in words_of(response)


def test_the_second_to_correct_is_told_and_loses_nothing(world, browser, note):
    signed_in(world.manager).post(note_page(note, "note-correct"), typed_correction(world, note))
    given = typed_correction(world, note) | {"body": "Joe built a castle."}
    response = browser.post(note_page(note, "note-correct"), given)
    assert response.status_code == 422
    assert "Priya Nair corrected this note on" in words_of(response)
    assert "Joe built a castle." in words_of(response)
    response = browser.get(note_page(note, "note-correct"))
    assert response.status_code == 409
    assert CaseNote.objects.get(corrects=note).reference in words_of(response)


def test_a_note_of_a_closed_case_is_read_and_corrected(world, browser, note):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    assert browser.get(note_page(note)).status_code == 200
    response = browser.post(note_page(note, "note-correct"), typed_correction(world, note))
    assert response.status_code == 302


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.CASEWORKER, 200, 200),
        (Role.SERVICE_MANAGER, 200, 200),
        (Role.SAFEGUARDING_LEAD, 200, 200),
        (Role.QUALITY_REVIEWER, 200, 403),
        (Role.DPO, 200, 403),
        (Role.FRONT_DESK, 404, 404),
        (Role.SYSTEM_ADMINISTRATOR, 404, 404),
    ],
)
def test_who_reads_and_who_writes(world, note, role, reads, writes):
    browser = signed_in(says_why(member_of(world.service, role, name="Some One"), world.joe))
    read = browser.get(note_page(note))
    assert read.status_code == reads
    assert (note_page(note, "note-correct") in words_of(read)) is (writes == 200)
    assert browser.get(note_page(note, "note-correct")).status_code == writes
    for name in KINDS:
        assert browser.get(address(name, world)).status_code == writes
    if writes != 200:
        with entries_since() as left:
            for name, (_, typed, _) in KINDS.items():
                assert browser.post(address(name, world), typed(world)).status_code == writes
            posted = browser.post(note_page(note, "note-correct"), typed_correction(world, note))
        assert posted.status_code == writes
        assert {e.verb for e in left} == {Verb.LOOK_REFUSED}
        assert len(left) == 4
        assert CaseNote.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.QUALITY_REVIEWER, Role.FRONT_DESK])
def test_a_note_of_another_service_does_not_exist(world, note, role):
    stranger = the(role)
    ServiceMemberFactory(user=stranger)
    browser = signed_in(stranger)
    for name in ("note", "note-correct"):
        with entries_since() as left:
            response = browser.get(note_page(note, name))
        assert response.status_code == 404
        assert "tower" not in words_of(response)
        assert [(e.verb, e.people) for e in left] == [(Verb.LOOK_REFUSED, [world.joe.pk])]
    assert browser.get(reverse("cases:note", args=["N-999999"])).status_code == 404


def test_the_safeguarding_lead_writes_in_a_case_of_a_service_not_theirs(world):
    lead = signed_in(says_why(the(Role.SAFEGUARDING_LEAD), world.joe, purpose="safeguarding"))
    with entries_since() as left:
        assert lead.post(address("note-add", world), typed_note(world)).status_code == 302
    assert [(e.verb, e.purpose) for e in left] == [
        (Verb.CASE_OPENED_TO_READ, Purpose.SAFEGUARDING),
        (Verb.NOTE_WRITTEN, Purpose.SAFEGUARDING),
    ]


def test_nothing_is_shown_or_saved_while_the_log_cannot_be_written(request, world, note, browser):
    browser.get(reverse("cases:mine"))
    request.getfixturevalue("log_broken")
    assert browser.get(note_page(note)).status_code == 503
    assert browser.get(world.case.get_absolute_url()).status_code == 503
    response = browser.post(address("note-add", world), typed_note(world))
    assert response.status_code == 503
    assert CaseNote.objects.get() == note


def test_whoever_is_a_stranger_to_the_case_cannot_be_written_about(world, browser):
    stranger = PersonFactory()
    given = typed_note(world, people=[stranger.reference])
    response = browser.post(address("note-add", world), given)
    assert response.status_code == 422
    assert str(stranger) not in words_of(response)
