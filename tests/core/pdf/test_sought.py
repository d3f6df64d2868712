"""Words are gathered from texts by what the machine does fastest, and are those that a pattern would give."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.pdf.sought import Sought, _words_in

SAID = st.text(
    st.one_of(st.characters(), st.sampled_from("Zoë Ráth-Łukasiewicz’s “word” x_1 ² ½ Ⅷ\u0301 ,."))
)


@given(SAID)
@example("O’Neill said “no” – to Zoë_2;Ráth")
@example("half a letter: \ud800")
def test_the_words_of_a_text_are_those_of_a_pattern(text):
    pattern = {word.encode("utf-8", "surrogatepass") for word in re.findall(r"\w+", text)}
    assert _words_in(text) == pattern


@pytest.mark.parametrize("text", ["Old Wynn left.", "“Wynn” left.", "wynn", "to–Wynn–and", "WYNN;"])
def test_a_short_name_is_found_among_signs(text):
    assert list(Sought(["Wynn", "Nobody"]).in_text(text)) == ["Wynn"]


def test_a_text_is_looked_through_for_everybody_however_often_it_is_asked():
    sought = Sought(["Wynn", "Mrs Larchwood"])
    texts = ["Mrs Larchwood left.", "Wynn stayed.", "Mrs Larchwood left."]
    once = list(sought.in_texts(texts))
    assert once == [(0, "Mrs Larchwood"), (1, "Wynn"), (2, "Mrs Larchwood")]
    assert list(sought.in_texts(texts)) == once
