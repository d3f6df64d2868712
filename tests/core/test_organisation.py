"""Which charity it is, and that its colour can be read whatever somebody chooses."""

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.organisation import ADMIN_DARK, ORGANISATION, READABLE, Organisation, context, contrast

COLOURS = st.integers(min_value=0, max_value=0xFFFFFF).map("#{:06x}".format)
BODY_TEXT = "#0b0c0c"


def coloured(colour: str) -> Organisation:
    return replace(ORGANISATION, colour=colour)


def test_is_in_every_template(rf):
    assert context(rf.get("/")) == {"organisation": ORGANISATION}


def test_contrast_is_as_the_guidelines_measure_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#5b2d82", "#5b2d82") == 1


@given(colour=COLOURS)
def test_any_colour_can_be_read(colour: str):
    charity = coloured(colour)

    assert contrast(charity.ink, charity.colour) >= READABLE
    assert contrast(charity.strong_colour, "#ffffff") >= READABLE
    assert contrast(charity.light_colour, ADMIN_DARK) >= READABLE
    assert contrast(BODY_TEXT, charity.tint) >= READABLE


def test_colour_that_can_be_read_is_left_alone():
    assert coloured("#5b2d82").strong_colour == "#5b2d82"
    assert coloured("#ffdd00").strong_colour != "#ffdd00"


@pytest.mark.parametrize("colour", ["purple", "#fff", "#5b2d8g", "#5b2d82; }", ""])
def test_what_is_no_colour_stops_the_start_with_a_sentence(colour: str):
    with pytest.raises(ImproperlyConfigured, match="CHARITY_COLOUR"):
        coloured(colour)
