"""What a spreadsheet can hold, and the columns of each kind: one table that people can read.

Guessed from headings; the rest is asked. `cases` knows what a value must be like: its words are used here.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from imports import values as read


class Kind(models.TextChoices):
    """What the rows of one file are."""

    PEOPLE = "people", "People"
    CASES = "cases", "Cases"
    CONTACTS = "contacts", "Contacts"
    NOTES = "notes", "Notes"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a row may say; `read` gives its value or raises ValueError with a sentence."""

    name: str
    label: str
    read: Callable[[str], Any]
    also: tuple[str, ...] = ()  # other headings it is guessed from
    required: bool = False
    example: str = ""
    hint: str = ""


_PERSON = Column(
    "person",
    "Person",
    read.references,
    ("client", "client id", "person reference", "client number", "people"),
    required=True,
    example="P-000123",
    hint="Our reference, or the number of the person in an earlier file. Several: with ; between.",
)
_CASE = Column(
    "case",
    "Case",
    read.reference,
    ("case id", "case reference", "case number"),
    required=True,
    example="C-000012",
    hint="Our reference, or the number of the case in an earlier file.",
)
_DAY = Column(
    "day",
    "Date",
    read.past_day,
    ("contact date", "note date", "when", "day"),
    required=True,
    example="27/03/2024",
)
_TIME = Column("time", "Time", read.clock, ("at",), example="14:30", hint="Noon where it is empty.")
_ABOUT = Column(
    "people",
    "Person",
    read.references,
    ("about", "with", "client", "person reference"),
    example="P-000123",
    hint="Everybody of the case where it is empty.",
)

_AUTHOR = Column(
    "author",
    "Written by",
    read.short,
    ("worker", "author", "staff", "caseworker", "by"),
    example="Dean Okafor",
    hint="Who wrote it in the old file. It is kept with the words.",
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.PEOPLE: (
        Column(
            "number",
            "Number",
            read.number,
            ("id", "client id", "client number", "urn", "ref", "reference", "case ref"),
            example="1047",
            hint="Their number in the old file, so that later files can name them.",
        ),
        Column(
            "given_names",
            "Given names",
            read.name,
            ("first name", "forename", "forenames", "first names", "christian name"),
            example="Amelia Rose",
        ),
        Column(
            "family_name",
            "Family name",
            read.name,
            ("surname", "last name", "family"),
            example="Hart",
        ),
        Column(
            "preferred_name",
            "Likes to be called",
            read.name,
            ("known as", "preferred name"),
            example="Milly",
        ),
        Column(
            "former_name",
            "Former name",
            read.name,
            ("maiden name", "previous name", "other names", "alias"),
            example="Amelia Sutton",
        ),
        Column(
            "date_of_birth",
            "Date of birth",
            read.birthday,
            ("dob", "d o b", "birth date", "born", "birthday"),
            example="14/03/1990",
            hint="Not known where it is empty.",
        ),
        Column(
            "birth_estimated",
            "Date of birth is estimated",
            read.yes_no,
            ("dob estimated",),
            example="no",
        ),
        Column("pronouns", "Pronouns", read.short, (), example="she/her"),
        Column("first_language", "First language", read.short, ("language",), example="Polish"),
        Column(
            "needs_interpreter", "Needs an interpreter", read.yes_no, ("interpreter",), example="no"
        ),
        Column(
            "communication_needs",
            "Communication needs",
            read.text,
            ("access needs",),
            example="Large print",
        ),
        Column(
            "phone",
            "Telephone",
            read.phone,
            (
                "phone",
                "mobile",
                "tel",
                "telephone number",
                "phone number",
                "mobile number",
                "contact number",
            ),
            example="07700 900123",
        ),
        Column(
            "safe_for_messages",
            "Safe to leave a message",
            read.yes_no,
            ("safe to leave message", "ok to leave message"),
            example="no",
            hint="No where it is empty.",
        ),
        Column(
            "email",
            "E-mail",
            read.email,
            ("email address", "e mail", "mail"),
            example="amelia@example.org",
        ),
        Column(
            "address",
            "Address",
            read.text,
            ("address 1", "home address", "street", "address line 1"),
            example="12 Sample Street, Southport",
        ),
        Column("postcode", "Postcode", read.postcode, ("post code", "zip"), example="PR9 0ZZ"),
    ),
    Kind.CASES: (
        Column(
            "number",
            "Number",
            read.number,
            ("id", "case id", "case number", "ref", "reference"),
            example="C77",
            hint="Its number in the old file, so that contacts and notes can name it.",
        ),
        _PERSON,
        Column(
            "role",
            "Role",
            read.role,
            ("role in case",),
            example="client",
            hint="Client where it is empty.",
        ),
        Column(
            "opened_on",
            "Opened",
            read.past_day,
            ("start date", "open date", "date opened", "referral date", "opened on"),
            required=True,
            example="12/01/2024",
        ),
        Column(
            "summary",
            "What the work is about",
            read.text,
            ("summary", "reason", "description"),
            example="Bedtimes",
        ),
        Column(
            "closed_on",
            "Closed",
            read.past_day,
            ("end date", "close date", "date closed", "closed on"),
            example="",
        ),
        Column(
            "closing_summary",
            "How it ended",
            read.text,
            ("closing summary", "outcome", "close reason"),
            example="",
        ),
    ),
    Kind.CONTACTS: (
        _CASE,
        _ABOUT,
        _DAY,
        _TIME,
        Column(
            "contact_kind",
            "Kind",
            read.contact_kind,
            ("type", "contact type", "method"),
            required=True,
            example="Home visit",
        ),
        Column(
            "outcome",
            "Outcome",
            read.outcome,
            ("attendance", "attended"),
            example="Took place",
            hint="Took place where it is empty.",
        ),
        Column("minutes", "Minutes", read.minutes, ("duration", "length"), example="60"),
        Column("place", "Place", read.short, ("location", "venue"), example="At home"),
        Column(
            "summary",
            "What was said and done",
            read.text,
            ("what was said", "summary", "notes", "details"),
            example="We talked.",
        ),
        Column(
            "next_step", "Next step", read.text, ("action", "follow up"), example="Ring on Monday"
        ),
        _AUTHOR,
    ),
    Kind.NOTES: (
        _CASE,
        _ABOUT,
        _DAY,
        _TIME,
        Column(
            "note_kind",
            "Kind",
            read.note_kind,
            ("type", "note type"),
            example="Conversation",
            hint="Observation where it is empty.",
        ),
        Column(
            "body",
            "Note",
            read.text,
            ("notes", "text", "body", "details", "comment"),
            required=True,
            example="She sleeps better.",
        ),
        _AUTHOR,
    ),
}


def columns_of(kind: str) -> tuple[Column, ...]:
    return COLUMNS[Kind(kind)]


def guess(kind: str, headings: list[str]) -> dict[int, str]:
    """For each place in the file, what it seems to hold; places that fit nothing are left out."""
    known: dict[str, str] = {}
    for column in columns_of(kind):
        for words in (column.name.replace("_", " "), column.label, *column.also):
            known.setdefault(plain(words), column.name)
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = known.get(plain(heading))
        if name and name not in found.values():
            found[place] = name
    return found


def plain(words: str) -> str:
    """A heading as it is compared: small letters and figures, one space between words."""
    text = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", text))
