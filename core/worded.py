"""Conditions that are put into words once, and asked again with other values.

Who needs to know what is asked many times on each page, always in the same words: only the member of staff,
the day and the row differ. Django puts such a condition together anew each time, subquery in subquery; that
took more than half of the time of a person's page. Here the question stays an ordinary queryset, Django
words it once in the life of the process, and after that the words are kept and the values put in.

A question is a function of a module, so that it can be a key. It is called once, with `USER` in place of
somebody, `TODAY` in place of the day (`day_for`), `NOW` in place of the moment (`moment_for`), and with a column of the row outside for each name.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, override

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Expression, F, QuerySet
from django.utils import timezone


class Slot(Expression):
    """A value that is put in when the question is asked."""

    def __init__(self, name: str, output_field: models.Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:  # type: ignore[override]
        return "%s", (self,)


class _Column(Expression):
    """A column of the row outside, whose name is put in when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self.name = name

    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:  # type: ignore[override]
        return f"<<{self.name}>>", ()


USER = Slot("user", models.BigIntegerField())
TODAY = Slot("today", models.DateField())
NOW = Slot("now", models.DateTimeField())
_COLUMN = re.compile(r"<<(\w+)>>")
_ALIAS = re.compile(r'"([T-Z][A-Z]?\d+)"')
_number = count(1)


def day_for(user: Any) -> Any:
    """Today, or its place in a question that is just put into words."""
    return TODAY if isinstance(user, Slot) else timezone.localdate()


def moment_for(user: Any) -> Any:
    """Now, or its place in a question that is just put into words."""
    return NOW if isinstance(user, Slot) else timezone.now()


@dataclass(frozen=True, slots=True)
class _Words:
    """Text and names of columns in turn, beginning and ending with text; and the values, or their places."""

    parts: tuple[str, ...]
    values: tuple[Any, ...]

    def filled(self, given: dict[str, Any]) -> list[Any]:
        """The values, with those of `given` in their places."""
        return [given[value.name] if isinstance(value, Slot) else value for value in self.values]


class Worded(Expression):
    """A question in words, for one member of staff, today, and one row outside."""

    def __init__(
        self,
        words: _Words,
        given: dict[str, Any],
        columns: dict[str, Any],
        output_field: models.Field,
    ) -> None:
        super().__init__(output_field=output_field)
        self.words, self.given, self.columns = words, given, columns

    # Compared as what it is, not by what it was made from.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @override
    def get_source_expressions(self) -> list[Any]:
        return list(self.columns.values())

    @override
    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = dict(zip(self.columns, exprs, strict=True))

    @override
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        names = {name: compiler.compile(column)[0] for name, column in self.columns.items()}
        text = "".join(
            names[part] if place % 2 else part for place, part in enumerate(self.words.parts)
        )
        return f"({text})", self.words.filled(self.given)


def numbers(question: Callable[..., QuerySet], user: Any, **kinds: Hashable) -> Worded:
    """What `question(user, **kinds)` gives, one column, for `…__in=`. Nothing of the row outside is in it."""
    words = _kept(_numbers, user)(question, _place_of(user), tuple(kinds.items()))
    return Worded(words, _given(user), {}, models.BigIntegerField())


def answers(question: Callable[..., QuerySet], user: Any) -> list[Any]:
    """What `question(user)` gives, one column, asked by itself and at once."""
    words = _kept(_numbers, user)(question, _place_of(user), ())
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("".join(words.parts), words.filled(_given(user)))
        return [value for (value,) in cursor]


def holds(
    question: Callable[..., Any], user: Any, *, of: Sequence[str], **kinds: Hashable
) -> Worded:
    """Whether the condition `question(user, *columns, **kinds)` holds; `of` names the columns of the row outside."""
    words = _kept(_holds, user)(question, _place_of(user), tuple(kinds.items()), tuple(of))
    return Worded(words, _given(user), {name: F(name) for name in of}, models.BooleanField())


def _place_of(user: Any) -> Any:
    return USER if isinstance(user, models.Model) else user


def _kept(put_into_words: Any, user: Any) -> Any:
    """Words are kept for staff and for nobody; for whoever else asks, among their own `words`, if they have any."""
    if user is None or isinstance(user, models.Model | Slot):
        return put_into_words
    kept: dict[Hashable, Any] = getattr(user, "words", {})

    def once(*asked: Hashable) -> Any:
        key = (put_into_words, *asked)
        if key not in kept:
            kept[key] = put_into_words.__wrapped__(*asked)
        return kept[key]

    return once


def _given(user: Any) -> dict[str, Any]:
    return {"user": getattr(user, "pk", user), "today": day_for(user), "now": moment_for(user)}


@cache
def _numbers(
    question: Callable[..., QuerySet], user: Any, kinds: tuple[tuple[str, Hashable], ...]
) -> _Words:
    rows = question(user, **dict(kinds)).order_by()
    return _words(*rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql())


@cache
def _holds(
    question: Callable[..., Any],
    user: Any,
    kinds: tuple[tuple[str, Hashable], ...],
    of: tuple[str, ...],
) -> _Words:
    condition = question(user, *(_Column(name) for name in of), **dict(kinds))
    # Of any table: what is asked of it is the condition alone.
    query = ContentType.objects.filter(condition).query
    text, values = query.where.as_sql(
        query.get_compiler(DEFAULT_DB_ALIAS), connections[DEFAULT_DB_ALIAS]
    )
    # A name for each table that no question around this one has.
    mine = f"w{next(_number)}"
    return _words(_ALIAS.sub(rf'"{mine}\1"', text), values)


def _words(text: str, values: Sequence[Any]) -> _Words:
    return _Words(parts=tuple(_COLUMN.split(text)), values=tuple(values))
