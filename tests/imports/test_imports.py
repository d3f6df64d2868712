"""From a file to the record and back: checked, answered, written all or nothing, undone as a whole."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from audit.models import Entry
from cases.actions.people import change_basics
from cases.models import Address, Case, CaseNote, Contact, ContactPoint, Person, PersonName
from core.errors import LogUnavailable, Refused
from imports.actions.files import (
    answer_rest,
    answer_rows,
    ask_undo,
    discard,
    forget_old_files,
    name_columns,
    start,
)
from imports.actions.writing import write
from imports.checking import check_import
from imports.kinds import Kind, guess
from imports.models import Import, Imported, ImportRow
from imports.queries import counts_of
from imports.workflow import Status
from imports.writing import rows_to_write, undo_import, write_import
from tests.conftest import entries_since
from tests.factories.cases import (
    CaseFactory,
    CaseNoteFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
)
from tests.imports.conftest import checked, uploaded
from tests.imports.messy import messy

pytestmark = pytest.mark.django_db

TABLES = (Person, PersonName, Address, ContactPoint, Case, CaseNote, Contact)


def written(world, batch):
    start(batch=batch, by=world.manager)
    write_import(batch.pk)
    batch.refresh_from_db()
    return batch


def undone(world, batch):
    ask_undo(batch=batch, by=world.manager)
    undo_import(batch.pk)
    batch.refresh_from_db()
    return batch


def everything():
    with connection.cursor() as cursor:
        found = []
        for model in TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {model._meta.db_table} t ORDER BY 1")
            found += [row for (row,) in cursor.fetchall()]
        return found


# --- A thousand messy rows ------------------------------------------------------------------------


def test_a_thousand_messy_rows_are_brought_in_and_undone(world):
    before = everything()
    file = messy()
    batch = checked(world, file.xlsx)
    assert batch.status == Status.CHECKED
    rows = {row.number: row for row in batch.rows.all()}
    assert len(rows) == 1000
    assert {number for number, row in rows.items() if row.errors} == file.bad
    said = " ".join(sentence for row in rows.values() for sentence in row.errors.values())
    for words in ("no such day", "month first", "does not look like a name", "holds a formula",
                  "not a whole British postcode", "not a telephone number"):  # fmt: skip
        assert words in said
    skipped = {number for number, row in rows.items() if row.answer == "skip"}
    assert skipped >= file.exact_doubles - file.bad
    assert any(
        "Says exactly what row" in warning for row in rows.values() for warning in row.warnings
    )
    with pytest.raises(Refused, match="rows have errors"):
        start(batch=batch, by=world.manager)
    answer_rest(batch=batch, answer="skip", by=world.manager)
    answer_new = counts_of(batch).new
    with entries_since() as entries:
        written(world, batch)
    assert batch.status == Status.WRITTEN, batch.failure
    assert Person.objects.filter(given_names__startswith="Zoë").count() > 50
    made = batch.made.filter(table="cases.Person")
    assert made.count() == answer_new > 800
    # One entry for each person, and one each for starting and writing.
    people = [entry for entry in entries if entry.verb == "person.added"]
    assert sorted(entry.people for entry in people) == sorted(
        [n] for n in made.values_list("record", flat=True)
    )
    assert {e.verb for e in entries} == {"import.started", "import.written", "person.added"}
    undone(world, batch)
    assert batch.status == Status.UNDONE, batch.failure
    assert everything() == before
    assert Entry.objects.filter(verb="imported-record.removed").count() >= answer_new


def test_the_same_rows_in_cp1252_give_the_same_people(world):
    text = "Forename;Surname;DOB\r\nZoë;Müller;14/03/1990\r\nSiân;O’Neill;1.2.85\r\n"
    written(world, checked(world, text.encode("cp1252")))
    names = {person.full_name for person in Person.objects.filter(recorded_by=world.manager)}
    assert names == {"Zoë Müller", "Siân O’Neill"}


# --- What is checked ------------------------------------------------------------------------------

PEOPLE = """Client ID,First name,Surname,DOB,Mobile,Safe to leave a message,Email,Address,Postcode,Former name
1,Rosa,Quayle,14/03/1990,07700 900555,yes,rosa@example.org,1 Road,pr9 0zz,Rosa Sutton
2,,,,,,,,,
3,Bo,,,,,,,,
"""


def test_every_detail_of_a_row_is_written(world):
    written(world, checked(world, PEOPLE.replace("2,,,,,,,,,\n", "")))
    rosa = Person.objects.get(family_name="Quayle")
    assert rosa.date_of_birth == date(1990, 3, 14)
    assert [name.name for name in rosa.other_names.all()] == ["Rosa Sutton"]
    assert [(a.lines, a.postcode) for a in rosa.addresses.all()] == [("1 Road", "PR9 0ZZ")]
    points = {p.kind: (p.value_sought, p.safe_for_messages) for p in rosa.contact_points.all()}
    assert points == {"mobile": ("+447700900555", True), "email": ("rosa@example.org", False)}
    bo = Person.objects.get(given_names="Bo")
    assert (bo.family_name, bo.birth_certainty) == ("", "not_known")


def test_a_row_without_a_name_says_so(world):
    batch = checked(world, PEOPLE.replace("2,,,", "2,,,1/1/1990"))
    assert "Write a name" in batch.rows.get(number=3).errors["given_names"]


def test_somebody_we_know_is_offered_and_used(world):
    ContactPointFactory(person=world.amelia, value="07700 900555", value_sought="+447700900555")
    batch = checked(world, "ID,First name,Surname,Mobile\n7,Emelia,Harte,07700 900555\n")
    row = batch.rows.get()
    assert row.answer == ""
    assert row.matches[0]["person"] == world.amelia.pk
    assert "Same telephone number" in row.matches[0]["why"]
    with pytest.raises(Refused, match="1 wait for an answer"):
        start(batch=batch, by=world.manager)
    with pytest.raises(Refused, match="Choose who"):
        answer_rows(batch=batch, answers={2: ("existing", world.joe)}, by=world.manager)
    answer_rows(batch=batch, answers={2: ("existing", world.amelia)}, by=world.manager)
    count = Person.objects.count()
    written(world, batch)
    assert Person.objects.count() == count
    cases = checked(world, "Person,Opened\n7,12/01/2024\n", Kind.CASES)
    written(world, cases)
    assert world.amelia.cases.count() == 2
    undone(world, cases)
    undone(world, batch)
    assert Person.objects.count() == count


def test_somebody_of_another_service_is_only_said_to_exist(world):
    hidden = PersonFactory(given_names="Quentin", family_name="Elsewhere")
    CaseFactory(people=[hidden])
    row = checked(world, "First name,Surname\nQuentin,Elsewhere\n").rows.get()
    assert row.matches == []
    assert "known to a service you do not belong to" in row.warnings[0]
    assert row.answer == "new"


def test_the_same_person_twice_in_one_file_is_asked_about(world):
    text = (
        "First name,Surname,DOB,Mobile\nRosa,Quayle,1/1/1990,\nROSA,quayle,1.1.1990,07700 900555\n"
    )
    second = checked(world, text).rows.get(number=3)
    assert (second.answer, second.warnings) == ("", ["Seems to be row 2 again."])


def test_cases_contacts_and_notes_name_what_came_before_by_old_numbers(world):
    written(world, checked(world, "ID,First name,Surname\nA1,Rosa,Quayle\nA2,Bo,Quayle\n"))
    written(
        world,
        checked(
            world,
            "Number,Person,Role,Opened,Closed,How it ended,What the work is about\n"
            "C9,A1;A2,parent,12/01/2024,1/3/2024,All is well,Bedtimes\n"
            f"C10,{world.amelia.reference},client,12/01/2024,,,More\n",
            Kind.CASES,
        ),
    )
    closed = Case.objects.get(summary="Bedtimes")
    assert (closed.status, closed.people.count()) == ("closed", 2)
    contacts = checked(
        world,
        "Case,Date,Time,Type,Outcome,Minutes,Place,What was said\n"
        "c9,27/02/2024,14:30,Visit,,60,At home,We talked\n"
        f"{world.case.reference},1/2/2024,,Phone call,DNA,,,\n",
        Kind.CONTACTS,
    )
    written(world, contacts)
    assert Contact.objects.get(summary__startswith="We talked").people.count() == 2
    assert Contact.objects.get(outcome="did_not_attend").people.count() == 2
    notes = checked(
        world, "Case,Person,Date,Note,Worker\nC9,A2,28/02/2024,Sleeps better,Ada Bell\n", Kind.NOTES
    )
    written(world, notes)
    note = CaseNote.objects.get(body__startswith="Sleeps better")
    assert note.body.endswith("(Brought in from an earlier file, where Ada Bell wrote it.)")
    assert [person.given_names for person in note.people.all()] == ["Bo"]
    assert timezone.localdate(note.happened_at) == date(2024, 2, 28)


@pytest.mark.parametrize(
    ("kind", "text", "column", "sentence"),
    [
        (Kind.CASES, "Person,Opened\nnobody,1/1/2024\n", "person", "No person “nobody”"),
        (Kind.CASES, "Person,Opened\nP-000001,1/1/2999\n", "opened_on", "impossible year"),
        (Kind.NOTES, "Case,Date,Note\nC-999999,1/1/2024,x\n", "case", "has no case “C-999999”"),
        (Kind.NOTES, "Case,Date,Note\nC-999999,1/1/2024,\n", "body", "Fill in “Note”"),
        (
            Kind.CONTACTS,
            "Case,Date,Kind\nC1,1/1/2024,seance\n",
            "contact_kind",
            "is none of: Meeting",
        ),
    ],
)
def test_an_error_names_the_row_and_the_column_in_words(world, kind, text, column, sentence):
    row = checked(world, text, kind).rows.get(number=2)
    assert sentence in row.errors[column]


def test_columns_that_are_needed_are_asked_for(world):
    batch = uploaded(world, "A,B\n1,2\n", Kind.NOTES)
    with pytest.raises(Refused, match="Say which column holds: Case, Date, Note"):
        name_columns(batch=batch, columns={}, by=world.manager)
    with pytest.raises(Refused, match="Two columns hold “Note”"):
        name_columns(batch=batch, columns={0: "body", 1: "body"}, by=world.manager)


def test_the_same_file_twice_is_refused(world):
    uploaded(world, PEOPLE)
    with pytest.raises(Refused, match="here already"):
        uploaded(world, PEOPLE)


# --- All or nothing -------------------------------------------------------------------------------


def test_when_the_entry_cannot_be_written_nothing_is(world, request):
    batch = checked(world, PEOPLE.replace("2,,,,,,,,,\n", ""))
    start(batch=batch, by=world.manager)
    before = everything()
    rows = rows_to_write(batch)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        write(batch=batch, rows=rows, by=world.manager)
    assert everything() == before


def test_a_person_who_went_meanwhile_stops_the_whole_file(world):
    batch = checked(
        world, f"Person,Opened\n{world.amelia.reference},1/1/2024\nA,1/1/2024\n", Kind.CASES
    )
    answer_rest(batch=batch, answer="skip", by=world.manager)
    start(batch=batch, by=world.manager)
    world.service.members.filter(user=world.manager)
    Import.objects.filter(pk=batch.pk).update(asked_by=world.worker)
    type(world.worker).objects.get(pk=world.worker.pk).groups.clear()
    before = everything()
    write_import(batch.pk)
    batch.refresh_from_db()
    assert batch.status == Status.CHECKED
    assert re.search(r"Row 2: No person .* Nothing was brought in", batch.failure)
    assert everything() == before


def test_running_again_what_is_done_does_nothing(world):
    batch = written(world, checked(world, PEOPLE.replace("2,,,,,,,,,\n", "")))
    before = everything()
    with entries_since() as entries:
        write_import(batch.pk)
        check_import(batch.pk)
        undo_import(batch.pk)
    assert entries == []
    assert everything() == before


# --- Undoing --------------------------------------------------------------------------------------


def test_undoing_is_refused_row_by_row_with_reasons(world):
    batch = written(
        world, checked(world, "First name,Surname\nRosa,Quayle\nBo,Quayle\nLi,Quayle\n")
    )
    rosa = Person.objects.get(given_names="Rosa")
    bo = Person.objects.get(given_names="Bo")
    case = CaseFactory(service=world.service, people=[rosa])
    CaseNoteFactory(case=case, people=[rosa])
    PersonNameFactory(person=bo)
    before = everything()
    undone(world, batch)
    assert batch.status == Status.WRITTEN
    assert "Row 2: a note person was written about it since" in batch.failure or (
        "ow 2: a part in a case was written about it since" in batch.failure
    )
    assert "row 3: a other name was written" in batch.failure.replace("an other", "a other")
    assert "ow 4" not in batch.failure
    assert everything() == before


def test_a_detail_changed_since_stops_undoing(world):
    batch = written(world, checked(world, "First name,Surname\nRosa,Quayle\n"))

    change_basics(
        person=Person.objects.get(given_names="Rosa"),
        pronouns="she/her",
        on=timezone.localdate(),
        by=world.worker,
    )
    undone(world, batch)
    assert batch.status == Status.WRITTEN
    assert batch.failure == "Nothing was undone. Row 2: somebody changed it since."


# --- What is kept ---------------------------------------------------------------------------------


def test_a_file_thrown_away_leaves_no_words_behind(world, django_capture_on_commit_callbacks):
    batch = checked(world, PEOPLE)
    assert default_storage.exists(batch.file)
    name = batch.file
    with django_capture_on_commit_callbacks(execute=True), entries_since() as entries:
        discard(batch=batch, by=world.manager)
    assert [entry.verb for entry in entries] == ["import.discarded"]
    assert not default_storage.exists(name)
    assert not ImportRow.objects.exists()


def test_old_files_and_rows_are_forgotten_and_what_was_made_stays(
    world, django_capture_on_commit_callbacks
):
    batch = written(world, checked(world, "ID,First name\n1,Rosa\n"))
    name = batch.file
    assert forget_old_files(before=timezone.now() - timedelta(days=1), by=world.manager) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_files(before=timezone.now(), by=world.manager) == 1
    assert not default_storage.exists(name)
    batch.refresh_from_db()
    assert (batch.file, batch.headings, batch.rows.count()) == ("", [], 0)
    assert Imported.objects.filter(batch=batch, old_number="1").exists()
    undone(world, batch)
    assert not Person.objects.filter(given_names="Rosa").exists()


def test_checking_goes_on_where_it_stopped(world):
    text = "First name\n" + "".join(
        f"Rosa{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10]}\n" for n in range(30)
    )
    batch = uploaded(world, text)
    name_columns(batch=batch, columns=guess(Kind.PEOPLE, batch.headings), by=world.manager)
    check_import(batch.pk)
    kept = {row.number: row.pk for row in batch.rows.filter(number__lt=12)}
    ImportRow.objects.filter(batch=batch, number__gte=12).delete()
    Import.objects.filter(pk=batch.pk).update(status=Status.CHECKING)
    check_import(batch.pk)
    assert batch.rows.count() == 30
    assert kept.items() <= {row.number: row.pk for row in batch.rows.all()}.items()
