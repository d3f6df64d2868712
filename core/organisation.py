"""Which charity this is: its name, address, contacts and colour, from the settings.

They stand on every page, letter and pack. Any charity can put its own in the environment
(features.md S23); nothing in the code or the templates names one.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

# Contrast that ordinary text needs against its background: WCAG 2.2, success criterion 1.4.3.
READABLE = 4.5
# The lightest of the dark backgrounds in static_src/admin.css.
ADMIN_DARK = "#2d2438"


@dataclass(frozen=True, slots=True)
class Organisation:
    """The charity as people outside know it, and whom they write to about their information."""

    name: str
    address: str
    phone: str
    email: str
    number: str
    controller: str
    dpo_title: str
    dpo_phone: str
    dpo_email: str
    regulator_name: str
    regulator_registration: str
    regulator_address: str
    regulator_phone: str
    regulator_url: str
    colour: str
    exit_url: str
    demo: bool

    def __post_init__(self) -> None:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.colour):
            raise ImproperlyConfigured(
                f"CHARITY_COLOUR is {self.colour!r}. Write it as # and six digits, like #5b2d82."
            )

    @property
    def ink(self) -> str:
        """Black or white, whichever can be read better on the charity's colour."""
        return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, self.colour))

    @property
    def strong_colour(self) -> str:
        """The colour, darkened until it can be read as text on white."""
        return _moved_until(self.colour, towards=(0, 0, 0), against="#ffffff")

    @property
    def light_colour(self) -> str:
        """The colour, lightened until it can be read as text on the dark pages of the admin."""
        return _moved_until(self.colour, towards=(255, 255, 255), against=ADMIN_DARK)

    @property
    def tint(self) -> str:
        """A breath of the colour, behind text."""
        return _mixed(self.colour, towards=(255, 255, 255), part=0.93)

    @property
    def edge(self) -> str:
        """Half the colour, for lines."""
        return _mixed(self.colour, towards=(255, 255, 255), part=0.5)


def contrast(one: str, other: str) -> float:
    """How well one colour is seen on another, from 1 (not at all) to 21 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, *, towards: tuple[int, int, int], part: float) -> str:
    pairs = zip(_channels(colour), towards, strict=True)
    return "#" + "".join(f"{round(have + (want - have) * part):02x}" for have, want in pairs)


def _moved_until(colour: str, *, towards: tuple[int, int, int], against: str) -> str:
    steps = (_mixed(colour, towards=towards, part=step / 20) for step in range(21))
    return next(shade for shade in steps if contrast(shade, against) >= READABLE)


ORGANISATION = Organisation(**settings.ORGANISATION)


def context(request: HttpRequest) -> dict[str, Any]:
    """`organisation` in every template (a context processor)."""
    return {"organisation": ORGANISATION}
