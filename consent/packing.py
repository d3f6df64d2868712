"""The pack for an agency as a file: tagged PDF, of exactly what was chosen."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from pikepdf import Pdf

from core.organisation import ORGANISATION
from core.pdf.lock import encrypt
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp

# Words that are easy to say on the telephone and cannot be taken for one another.
SAID = [
    "amber",
    "anchor",
    "apple",
    "autumn",
    "badger",
    "bakery",
    "barley",
    "basket",
    "beacon",
    "bramble",
    "breeze",
    "bridge",
    "bronze",
    "bucket",
    "butter",
    "button",
    "candle",
    "canyon",
    "carpet",
    "castle",
    "cherry",
    "cinder",
    "clover",
    "cobalt",
    "copper",
    "cotton",
    "cradle",
    "crystal",
    "daisy",
    "dapple",
    "desert",
    "dolphin",
    "dragon",
    "ember",
    "falcon",
    "feather",
    "fennel",
    "ferry",
    "forest",
    "garden",
    "ginger",
    "granite",
    "hammer",
    "harbour",
    "hazel",
    "heather",
    "honey",
    "island",
    "ivory",
    "jacket",
    "jasmine",
    "kettle",
    "ladder",
    "lantern",
    "lemon",
    "linen",
    "lobster",
    "magnet",
    "maple",
    "marble",
    "meadow",
    "mellow",
    "mirror",
    "mustard",
    "nutmeg",
    "ocean",
    "olive",
    "orange",
    "orchard",
    "otter",
    "paddle",
    "parcel",
    "pebble",
    "pepper",
    "pigeon",
    "planet",
    "pocket",
    "prairie",
    "puzzle",
    "quartz",
    "rabbit",
    "raven",
    "ribbon",
    "river",
    "rocket",
    "saddle",
    "saffron",
    "salmon",
    "satin",
    "silver",
    "spruce",
    "summer",
    "sunset",
    "teapot",
    "thistle",
    "thunder",
    "timber",
    "tulip",
    "turnip",
    "umber",
    "valley",
    "velvet",
    "violet",
    "walnut",
    "willow",
    "window",
    "winter",
    "yellow",
    "zephyr",
]
PASSPHRASE_WORDS = 6  # about 40 bits, of a file whose link works once


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing in the pack, as it is read there."""

    title: str
    on: str
    text: tuple[str, ...]


def pages_of(chosen: Sequence[Chosen], *, to: str, about: str, purpose: str, at: datetime) -> Pdf:
    """The pack as a tagged PDF (P38), before it has a number. Raises what `core.pdf` raises where it cannot
    be made.
    """
    words = {
        "chosen": chosen,
        "to": to,
        "about": about,
        "purpose": purpose,
        "at": at,
        "organisation": ORGANISATION,
    }
    with Press(css=render_to_string("pdf/agency.css", words), processes=1) as press:
        parts = press.render([Chunk(key="agency", html=render_to_string("pdf/agency.html", words))])
    return merge(
        parts,
        title=f"Information from {ORGANISATION.name}",
        at=at,
        language="en-GB",
        author=ORGANISATION.name,
    )


def numbered(pages: Pdf, reference: str) -> bytes:
    """The pack as it leaves: every page says which entry of the sharing log it belongs to."""
    stamp(pages, foot=Margin(left=f"Confidential, {reference}", right=page_x_of_n))
    return to_bytes(pages)


def passphrase() -> str:
    """New words with which one pack opens; told on another way than the link, and kept nowhere."""
    return " ".join(secrets.choice(SAID) for _ in range(PASSPHRASE_WORDS))


def locked(content: bytes, words: str) -> bytes:
    """The pack, so that it opens only with `words` (AES-256)."""
    return encrypt(content, words)
