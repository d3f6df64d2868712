"""What must not be in a pack: everything withheld, every name of whoever is, every address to be kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.pdf.contents import Entry
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from sar.actions.groups import leave_in
from sar.exemptions import Basis
from sar.leaks import barred_in, entries_on, leaks_in
from sar.pack.gather import gather
from tests.factories.base import change
from tests.factories.cases import (
    AddressFactory,
    CaseNoteFactory,
    CasePersonFactory,
    PersonFactory,
    RelationshipFactory,
)
from tests.factories.sar import WithholdingFactory
from tests.sar.conftest import EMPTY

pytestmark = pytest.mark.django_db


def barred(request):
    decisions = request.withholdings.filter(undone_at=None)
    return set(barred_in(request, gather(request.person), decisions))


@pytest.fixture
def joe(case):
    joe = PersonFactory(given_names="Joe", family_name="Quartz")
    CasePersonFactory(case=case, person=joe)
    return joe


def withheld(request, note, quote="", **given):
    return WithholdingFactory(
        request=request,
        source="cases.CaseNote",
        record_id=note.pk,
        field="body" if quote else "",
        quote=quote,
        **given,
    )


def test_nothing_withheld_bars_nothing(access, note, joe):
    assert barred(access) == set()


def test_a_withheld_name_bars_the_whole_name_and_ones_own_is_never_barred(
    access, case, joe, amelia
):
    note = CaseNoteFactory(case=case, people=[amelia], body="Joe hit Hart. Hart left.")
    withheld(access, note, "Joe")
    withheld(access, note, "Hart")
    assert barred(access) == {"Joe", "Joe Quartz"}


def test_a_family_name_is_not_barred_where_somebody_of_that_name_stays_in(
    access, note, joe, case, dpo
):
    sister = PersonFactory(given_names="Ida", family_name=joe.family_name)
    CasePersonFactory(case=case, person=sister)
    for quote in (joe.full_name, joe.family_name):
        withheld(access, note, quote)
    assert barred(access) >= {joe.full_name, joe.family_name, sister.full_name}
    leave_in(
        request=access,
        group=f"person:{sister.reference}",
        who=sister.full_name,
        basis=Basis.KNOWN,
        factors="They came together.",
        by=dpo,
    )
    assert joe.full_name in barred(access)
    assert not barred(access) & {joe.family_name, sister.full_name}


def test_a_withheld_item_bars_its_sentences(access, note):
    withheld(access, note)
    assert "The neighbour, Mrs Quill, called the police twice." in barred(access)
    assert "Amelia sleeps better." not in barred(access)  # too short to be told apart


def test_a_withheld_relationship_bars_no_names_alone(access, note, case, amelia):
    """Else a long name of their own, or of somebody who is not withheld, could stand nowhere in the pack."""
    long = PersonFactory(given_names="Alexandra Josephine", family_name="Montgomery")
    related = RelationshipFactory(
        person=long,
        other=amelia,
        kind="parent",
        parental_responsibility=True,
        responsibility_evidence="The birth certificate, seen by Dean Okafor.",
    )
    WithholdingFactory(
        request=access, source="cases.Relationship", record_id=related.pk, field="", quote=""
    )
    change(amelia, given_names="Amelia Wilhelmina Charlotte")
    assert barred(access) == {"The birth certificate, seen by Dean Okafor."}
    withheld(access, note, "Mrs Quill")
    assert long.full_name not in barred(access)


def test_of_somebody_who_is_only_addressed_the_family_name_must_not_be_left_somewhere(
    access, case, amelia, joe, dpo
):
    note = CaseNoteFactory(
        case=case,
        people=[amelia],
        body="Mrs Carol Quill rang. Mrs Quill had heard shouting. Mr Quartz knows, and Mrs Rose too.",
    )
    withheld(access, note, "Mrs Carol Quill")
    assert barred(access) == {"Mrs Carol Quill", "Quill"}
    uncle = CaseNoteFactory(case=case, people=[amelia], body="Uncle Robert came.")
    withheld(access, uncle, "Uncle Robert")  # a given name, which others have as well
    withheld(access, note, "Mrs Rose too")  # an everyday word stands in many places by chance
    assert barred(access) == {"Mrs Carol Quill", "Quill", "Mrs Rose too", "Uncle Robert"}
    leave_in(
        request=access,
        group="name:mrs quill",
        who="Mrs Carol Quill",
        basis=Basis.KNOWN,
        factors="She is her neighbour.",
        by=dpo,
    )
    assert barred(access) == {"Mrs Carol Quill", "Mrs Rose too", "Uncle Robert"}


def test_of_somebody_with_a_short_family_name_the_name_without_its_title_must_not_be_left(
    access, case, amelia
):
    note = CaseNoteFactory(
        case=case, people=[amelia], body="Mrs Ngozi Bell collects them. Ngozi Bell is his sister."
    )
    withheld(access, note, "Mrs Ngozi Bell")
    assert barred(access) == {"Mrs Ngozi Bell", "Ngozi Bell"}


def test_words_withheld_at_one_place_may_stand_at_another(access, note):
    withheld(access, note, "police", start=60, text_sha256="0" * 64)
    assert barred(access) == set()


def test_confidential_addresses_of_others_are_barred_and_the_persons_own_are_not(
    access, note, joe, amelia
):
    AddressFactory(
        person=joe,
        lines="The Refuge, 1 Hidden Way",
        postcode="PR7 7ZZ",
        kind="safe",
        is_confidential=True,
    )
    AddressFactory(person=joe, lines="2 Open Road", postcode="PR7 8ZZ")
    AddressFactory(
        person=amelia, lines="3 Own Street", postcode="PR7 9ZZ", kind="safe", is_confidential=True
    )
    assert barred(access) == {"The Refuge, 1 Hidden Way", "PR7 7ZZ"}
    # A home of theirs that nobody has ended may be the one that somebody fled from.
    joined = AddressFactory(person=amelia, lines="The refuge, 1 Hidden Way", postcode="PR7 7ZZ")
    assert barred(access) == {"The Refuge, 1 Hidden Way", "PR7 7ZZ"}
    # Where they are kept safe together it is their own; where they once were it is not any more.
    change(joined, is_confidential=True)
    assert barred(access) == set()
    change(joined, until=timezone.localdate() - timedelta(days=1))
    assert barred(access) == {"The Refuge, 1 Hidden Way", "PR7 7ZZ"}


def test_the_name_of_the_file_is_checked_with_it():
    leaks = leaks_in(EMPTY, {"Quill": "it is withheld"}, name="for Mrs Quill.pdf")
    assert [(leak.place, leak.words) for leak in leaks] == [("the name of the file", "Quill")]
    assert leaks_in(EMPTY, {"Quill": "it is withheld"}, name="Q-000001.pdf") == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mrs Carol Threlfall rang. Mrs Carol Threlfall had heard it.", ["Mrs Carol Threlfall"]),
        ("Mrs Carol Threlfall rang. Threlfall.", ["Mrs Carol Threlfall", "Threlfall"]),
        ("Ask Carol Threlfall, not Mr Threlfall.", ["Threlfall"]),
        ("Mrs Ann Quill rang.", ["Mrs Ann Quill"]),
        ("Mrs Ann Quill rang; Quill.", ["Mrs Ann Quill", "Quill"]),
        ("Of Foxglove Lane.", ["Foxglove Lane", "foxglove lane"]),
    ],
)
def test_a_name_with_its_title_is_told_once(said, told):
    names = ["Mrs Carol Threlfall", "Threlfall", "Mrs Ann Quill", "Quill"]
    barred = dict.fromkeys([*names, "Foxglove Lane", "foxglove lane"], "x")
    (part,) = render_chunks([Chunk("x", f"<html lang=en-GB><title>x</title><p>{said}")], css="")
    content = to_bytes(merge([part], title="x", at=timezone.now()))
    leaks = leaks_in(content, barred)
    assert sorted({leak.words for leak in leaks if leak.place == "the text of a page"}) == told


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (None, ""),
        (1, ""),
        (2, "Case notes: Note N-000001"),
        # The note that begins on the page before may go on to this one.
        (3, "Case notes: Note N-000001, Note N-000002; Letters we wrote: Letter L-000001"),
        (4, "Letters we wrote: Letter L-000001"),
        (5, "Letters we wrote: Letter L-000001; Your rights"),
    ],
)
def test_a_finding_names_what_stands_on_its_page(page, expected):
    headings = [
        Entry(title=title, level=level, page=on, link="")
        for title, level, on in (
            ("Case notes", 1, 2),
            ("2025", 2, 2),
            ("Note N-000001", 3, 2),
            ("Note N-000002", 3, 3),
            ("Letters we wrote", 1, 3),
            ("2025", 2, 3),
            ("Letter L-000001", 3, 3),
            ("Your rights", 1, 5),
        )
    ]
    assert entries_on(page, headings) == expected
