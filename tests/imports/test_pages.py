"""The pages of imports: who may, what a form keeps, and what each answer does."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import Person
from imports.checking import check_import
from imports.kinds import Kind
from imports.models import Import
from imports.writing import undo_import, write_import
from tests.cases.world import member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import BarringFactory, SealFactory, ServiceFactory
from tests.imports.conftest import checked, sends, uploaded

pytestmark = pytest.mark.django_db

LIST = reverse("imports:imports")
TABLE = "ID,First name,Surname\n1,Rosa,Quayle\n2,Amelia,Hart\n3,0770,Quayle\n"


def at(name, batch):
    return reverse(f"imports:{name}", args=[batch.reference])


def test_a_file_goes_all_the_way_and_back(world, manager):
    first = sends(manager, world, TABLE)
    batch = Import.objects.get()
    assert first["Location"] == at("columns", batch)
    columns = manager.get(first["Location"]).content.decode()
    assert "What does each column hold?" in columns
    named = manager.post(
        first["Location"],
        {"column_0": "number", "column_1": "given_names", "column_2": "family_name"},
    )
    assert named["Location"] == at("import", batch)
    assert "This goes on by itself" in manager.get(at("import", batch)).content.decode()
    assert "hx-get" in manager.get(at("progress", batch)).content.decode()
    check_import(batch.pk)
    page = manager.get(at("import", batch)).content.decode()
    assert "1 rows have errors" in page
    assert "1 rows wait for an answer" in page
    with entries_since() as entries:
        rows = manager.get(at("rows", batch)).content.decode()
    assert "does not look like a name" in rows
    assert f"It is Amelia Hart, {world.amelia.reference}" in rows
    assert [e.people for e in entries if e.verb == "person.offered"] == [[world.amelia.pk]]
    answered = manager.post(
        at("answers", batch), {"answer_3": world.amelia.reference, "answer_4": "skip"}
    )
    assert answered.status_code == 302
    assert "Bring it in" in manager.get(at("import", batch)).content.decode()
    manager.post(at("start", batch))
    write_import(batch.pk)
    assert Person.objects.filter(family_name="Quayle").count() == 1
    assert "Undo all of it" in manager.get(at("import", batch)).content.decode()
    assert "removed for good" in manager.get(at("undo", batch)).content.decode()
    manager.post(at("undo", batch))
    undo_import(batch.pk)
    assert not Person.objects.filter(family_name="Quayle").exists()
    assert "Undone" in manager.get(at("import", batch)).content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7 x", "This is a PDF"),
        (b"PK\x03\x04", "damaged"),
        (b"A,B\n", "no rows below the headings"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_answers_stay(
    world, manager, content, sentence
):
    response = sends(manager, world, content, kind="notes")
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert f'value="{world.service.pk}" selected' in page
    assert not Import.objects.exists()


def test_naming_no_column_keeps_the_page(world, manager):
    batch = uploaded(world, TABLE)
    response = manager.post(at("columns", batch), {"column_0": "number"})
    assert response.status_code == 422
    assert "Say which column holds" in response.content.decode()


def test_only_whoever_may_and_only_their_services(world):
    batch = checked(world, TABLE)
    reads = ("import", "columns", "progress", "rows", "undo")
    verbs = ("answers", "answer-rest", "start", "discard", "undo")
    for browser, status in (
        (signed_in(world.worker), 403),
        (signed_in(the(Role.DPO)), 403),
        (signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Other")), 404),
    ):
        for name in reads:
            with entries_since() as entries:
                assert browser.get(at(name, batch)).status_code == status
            assert [e.verb for e in entries] == ["look.refused"]
        for name in verbs:
            assert browser.post(at(name, batch), {"answer": "skip"}).status_code == status
    assert signed_in(world.worker).get(LIST).status_code == 403
    assert signed_in(world.worker).get(reverse("imports:add")).status_code == 403
    assert batch.rows.count() == 3


def test_somebody_not_offered_cannot_be_chosen(world, manager):
    batch = checked(world, TABLE)
    response = manager.post(at("answers", batch), {"answer_3": world.joe.reference})
    assert response.status_code == 409
    assert manager.post(at("answer-rest", batch), {"answer": "yes"}).status_code == 409
    assert manager.post(at("start", batch)).status_code == 409


@pytest.mark.parametrize("close", ["seal", "conflict"])
def test_a_row_about_somebody_closed_since_says_nothing_and_is_only_left_out(world, manager, close):
    people = checked(world, TABLE)
    cases = checked(world, f"Person,Opened\n{world.joe.reference},3/2/2024\n", kind=Kind.CASES)
    text = manager.get(at("rows", people)).content.decode()
    assert "Amelia" in text
    assert world.amelia.reference in text
    assert world.joe.reference in manager.get(at("rows", cases)).content.decode()

    if close == "seal":
        SealFactory(person=world.amelia)
    else:
        BarringFactory(user=world.manager, person=world.amelia)
    text = manager.get(at("rows", people)).content.decode()
    assert "Rosa" in text
    assert "Amelia" not in text
    assert "Hart" not in text
    assert world.amelia.reference not in text
    assert text.count("This row is not yours to answer.") == 1
    # Joe is known by Amelia's case alone.
    text = manager.get(at("rows", cases)).content.decode()
    assert world.joe.reference not in text
    assert "This row is not yours to answer." in text

    answered = manager.post(at("answers", people), {"answer_2": world.amelia.reference})
    nobody = manager.post(at("answers", people), {"answer_2": "P-999999"})
    assert answered.status_code == nobody.status_code == 409
    assert manager.post(at("answer-rest", people), {"answer": "existing"}).status_code == 409
    assert not people.rows.filter(existing=world.amelia).exists()
    assert manager.post(at("answers", people), {"answer_2": "skip"}).status_code == 302


@pytest.mark.parametrize("close", ["seal", "conflict"])
def test_a_number_of_somebody_closed_is_answered_as_of_nobody(world, manager, close):
    if close == "seal":
        SealFactory(person=world.joe)
    else:
        BarringFactory(user=world.manager, person=world.joe)
    numbers = (world.joe.reference, "P-999999")
    table = "".join(f"{number},3/2/2024\n" for number in numbers)
    batch = checked(world, f"Person,Opened\n{table}", kind=Kind.CASES)
    closed, nobody = batch.rows.order_by("number")
    assert [*closed.errors] == [*nobody.errors]
    text = manager.get(at("rows", batch)).content.decode()
    assert "not yours to answer" not in text
    said = [closed.errors["person"], nobody.errors["person"]]
    assert said[0].replace(*numbers) == said[1]
    for number in numbers:
        assert text.count(number) == text.count(numbers[1]) >= 1


def test_the_same_number_of_queries_for_few_rows_and_many(
    world, manager, django_assert_max_num_queries
):
    few = checked(world, "First name\nRosa\n")
    names = "".join(f"Rosa{chr(97 + n)}\n" for n in range(20))
    many = checked(world, f"First name\n{names}")
    for batch in (few, many):
        with django_assert_max_num_queries(32):
            manager.get(at("rows", batch))


@pytest.mark.parametrize("kind", ["people", "cases", "contacts", "notes"])
def test_a_table_to_fill_in(manager, kind):
    response = manager.get(f"{reverse('imports:template')}?kind={kind}")
    assert response["Content-Disposition"] == f'attachment; filename="{kind}.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")


def test_a_file_can_be_thrown_away(world, manager):
    batch = checked(world, TABLE)
    assert manager.post(at("discard", batch)).status_code == 302
    assert "Thrown away" in manager.get(at("import", batch)).content.decode()
    assert manager.post(at("discard", batch)).status_code == 409
