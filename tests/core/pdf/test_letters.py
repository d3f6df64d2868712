"""Letters of a line as they stand on the page."""

import pytest

from core.pdf.letters import letters_of


def shapes(text: str) -> str:
    return "".join(letter.shape for letter in letters_of(text))


def texts(text: str) -> str:
    return "".join(letter.text for letter in letters_of(text))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Siân O’Connor", "Siân O’Connor"),
        ("Sia\u0302n", "Siân"),
        (" a \t b\r\nc\u2028d ", "a b c d"),
        ("soft\u00adhyphen\u200b\u202e!", "softhyphen!"),
        ("", ""),
    ],
)
def test_from_left_to_right(text: str, seen: str) -> None:
    assert shapes(text) == seen


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    # meem initial, hah medial, meem medial, dal final: from the right
    assert shapes("محمد") == "\ufeaa\ufee4\ufea4\ufee3"
    assert texts("محمد") == "دمحم"
    # dal and waw do not join on; lam and alef become one
    assert shapes("داود") == "\ufea9\ufeed\ufe8d\ufea9"
    assert shapes("سلام") == "\ufee1\ufefc\ufeb3"
    assert [letter.text for letter in letters_of("سلام")][1] == "\u0644\u0627"


def test_marks_stay_on_their_letter() -> None:
    assert [letter.text for letter in letters_of("بَت")] == ["ت", "ب", "\u064e"]
    assert shapes("بَت")[1] == "\ufe91"  # joined across the mark


def test_brackets_turn_and_numbers_do_not() -> None:
    assert texts("(שלום)") == "(םולש)"
    assert texts("שלום (אב) גד") == "דג )בא( םולש"
    assert shapes("שלום (אב) גד") == "דג (בא) םולש"
    assert texts("דירה 12 א") == "א 12 הריד"
    assert texts("דירה 12") == "הריד 12"


def test_each_script_keeps_its_own_place_in_the_line() -> None:
    assert texts("Ali علي · SAR-2026-0012") == "Ali يلع · SAR-2026-0012"
