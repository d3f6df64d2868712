"""One value of one row in plain words: no codes, no numbers of users, no gaps (features.md P28)."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from core.dates import plain
from core.templatetags.pages import plain_time

IN_WORDS = "_in_words"

# Characters from which a text reads better across the whole page.
LONG = 160


@cache
def field_of(model: type[models.Model], name: str) -> Any | None:
    """The column behind `name`; for a property such as `people_in_words`, the one that it tells of."""
    for candidate in (name, name.removesuffix(IN_WORDS)):
        try:
            return model._meta.get_field(candidate)
        except FieldDoesNotExist:
            continue
    return None


@cache
def label_of(model: type[models.Model], name: str) -> str:
    """What the value is called, with a capital letter."""
    field = field_of(model, name)
    words = getattr(field, "verbose_name", None) or name.removesuffix(IN_WORDS).replace("_", " ")
    return capital(str(words))


def words_of(row: models.Model, name: str) -> str:
    """The value of `row.name` as people read it, "" where nothing is recorded.

    Raises TypeError for a kind of value that nobody has found words for: a gap is never passed over.
    """
    shown = getattr(row, f"get_{name}_display", None)
    value = getattr(row, name)
    if callable(shown) and value not in (None, ""):
        return str(shown())
    return words(value)


def words(value: Any) -> str:
    """Any value in plain words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return plain_time(value)
    if isinstance(value, date):
        return plain(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, int | float | models.Model):
        return str(value)
    if isinstance(value, models.Manager):
        return ", ".join(words(one) for one in value.all())
    if isinstance(value, list | tuple):
        return ", ".join(words(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {words(one)}" for key, one in value.items())
    raise TypeError(f"No words for a {type(value).__name__}.")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]


def is_long(text: str) -> bool:
    return len(text) > LONG or "\n\n" in text
