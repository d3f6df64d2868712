"""What the words of a search may mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.normal import is_full_postcode, normal_contact, normal_postcode, outward
from cases.sought import LONGEST, MOST_WORDS, Sought, read
from core.dates import MONTHS

BORN = date(1990, 3, 14)


@pytest.mark.parametrize(
    "words",
    [
        "14/3/1990",
        "14/03/1990",
        "14.3.1990",
        "14-3-1990",
        "14 3 1990",
        " 14 / 3 / 1990 ",
        "14/3/90",
        "14.03.90?",
        "14031990",
        "140390",
        "1990-03-14",
        "1990/3/14",
        "14 March 1990",
        "14 march 1990",
        "14th March 1990",
        "14th of March, 1990",
        "14-Mar-90",
        "14mar1990",
        "March 14, 1990",
        "dob 14/3/1990",
        "DoB: 14/3/1990",
        "born on 14 March 1990",
        # The day and the month the other way round, as others write them.
        "3/14/1990",
        "1990-14-03",
    ],
)
def test_a_date_of_birth_in_any_usual_writing(words):
    sought = read(words)
    assert BORN in sought.born
    assert sought.name == ()


def test_a_day_that_can_be_read_both_ways_is_both():
    assert read("4/3/1990").born == {date(1990, 3, 4), date(1990, 4, 3)}
    assert read("4 March 1990").born == {date(1990, 3, 4)}


@pytest.mark.parametrize(
    "words", ["31/2/1990", "14/3", "March 1990", "32 March 1990", "14 Marching 1990"]
)
def test_what_is_no_day_is_none(words):
    assert read(words).born == frozenset()


def test_a_date_beside_a_name_belongs_to_it():
    assert read("Amelia Hart, born 14/3/1990") == Sought(
        born=frozenset({BORN}), name=("amelia", "hart")
    )


@pytest.mark.parametrize(
    "words",
    [
        "07700 900123",
        "07700900123",
        "07700-900-123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "(07700) 900 123",
    ],
)
def test_a_telephone_number_however_typed(words):
    assert read(words) == Sought(contact="+447700900123")


def test_a_number_without_its_area_code_is_sought_by_its_end():
    assert read("496 0001") == Sought(contact_ends_with="4960001")
    assert read("0496001") == Sought(contact_ends_with="496001")
    assert not read("49600")


def test_an_e_mail_address_in_any_letters():
    assert read(" Amelia.Hart@Example.ORG ") == Sought(contact="amelia.hart@example.org")


@pytest.mark.parametrize(
    ("words", "postcode"),
    [
        ("PR9 0ZZ", "PR9 0ZZ"),
        ("pr90zz", "PR9 0ZZ"),
        ("pr9  0zz", "PR9 0ZZ"),
        ("EC1A1BB", "EC1A 1BB"),
        ("PR9", "PR9"),
        ("l15", "L15"),
        ("L1 5", "L1 5"),
        ("L15AB", "L1 5AB"),
    ],
)
def test_a_postcode_whole_or_its_beginning(words, postcode):
    assert read(words) == Sought(postcode=postcode)


@pytest.mark.parametrize("words", ["P-000123", "p-123", "P123", "p 000123", "P–000123"])
def test_a_reference_however_typed(words):
    assert read(words) == Sought(reference=("P", "000123"))


def test_a_reference_grows_with_the_numbers():
    assert read("C-1234567").reference == ("C", "1234567")
    assert read("N1") == Sought(reference=("N", "000001"), postcode="N1")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Amelia Hart", ("amelia", "hart")),
        ("O'Connor", ("oconnor",)),
        ("O’Connor", ("oconnor",)),
        ("O`Connor", ("oconnor",)),
        ("o connor", ("oconnor",)),
        ("Mc Donald", ("mcdonald",)),
        ("Smith-Jones", ("smith", "jones")),
        ("Smith–Jones", ("smith", "jones")),
        ("Amelia  Hart!", ("amelia", "hart")),
        ("Hart, Amelia", ("hart", "amelia")),
        ("Amelia Amelia", ("amelia",)),
        ("Ng", ("ng",)),
        ("April May", ("april", "may")),
    ],
)
def test_the_words_of_a_name(words, name):
    assert read(words).name == name


@pytest.mark.parametrize("words", ["", "  ", "?!", "12", "-", "'", "%", "_"])
def test_what_means_nothing_is_nothing(words):
    assert not read(words)


@given(st.text(max_size=300))
def test_any_text_at_all_is_read(words):
    sought = read(words)
    assert len(sought.name) <= MOST_WORDS
    assert all(len(word) <= LONGEST for word in sought.name)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_found_as_it_is_written(day):
    writings = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m.%y}",
        day.isoformat(),
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.day}{MONTHS[day.month - 1][:3]}{day.year}",
    )
    for words in writings:
        assert day in read(words).born, words


@pytest.mark.parametrize(
    "value",
    ["", "call me", "999", "4960001", "01704", "1" * 30, "0" * 11, "++44", "٠٧٧٠"],
)
def test_what_is_no_telephone_number_gives_nothing(value):
    assert normal_contact(value) == ""


def test_numbers_are_kept_in_international_form():
    assert normal_contact("01704 496 000") == "+441704496000"
    assert normal_contact("7700 900123") == "+447700900123"
    assert normal_contact("0800 1111") == "+448001111"
    assert normal_contact("+353 86 123 4567") == "+353861234567"


def test_postcodes_are_kept_in_one_form():
    assert normal_postcode(" sw1a1aa ") == "SW1A 1AA"
    assert is_full_postcode("sw1a1aa")
    assert not is_full_postcode("SW1A")
    assert (outward("SW1A 1AA"), outward("nonsense")) == ("SW1A", "")
