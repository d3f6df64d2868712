"""The rows go: within the transaction of the verb that calls this, which has written the log first."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models
from django.urls import reverse

from accounts.models import Notice
from audit.models import EntryValue
from cases.models import Task
from core.errors import Refused
from imports.models import Import, Imported, ImportRow
from retention.destroying.closure import BATCH, Closure, as_array, declared
from retention.kinds import BY_ITSELF, CONCERN
from retention.models import LookedAt

# What stands where words were taken out; the database lets nothing else into a final entry.
TAKEN_OUT = "[taken out]"


def take_away(closure: Closure, words: set[str]) -> set[str]:
    """Delete the rows of `closure`, empty the keys that led to them, and forget what pointed at them.

    Returns the names of the stored files that belong to them; the files themselves lie there still, since
    the transaction may be undone. Refused, with the table, where a row that stays cannot stand without them.
    """
    files = set(_files_of(closure))
    files |= _forget_spreadsheets(closure)
    _forget_values(closure, words)
    _forget_pointers(closure, words)
    for (model, name), keys in closure.loosened.items():
        _let_go(model, name, keys)
    for model, keys in closure.going.items():
        # One plain DELETE: what goes with these rows was worked out above.
        try:
            _delete(model, keys)
        except IntegrityError as error:
            # A rule of the table itself, as over what is restricted.
            raise Refused(_stands_in_the_way(error)) from error
    try:
        with connection.cursor() as cursor:
            # Keys are looked at when a transaction ends; here, so that the answer is a sentence.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise Refused(_stands_in_the_way(error)) from error
    # What was said of a file that nobody could read goes with it.
    LookedAt.objects.filter(stored_as__in=files).delete()
    return files - {""}


def _delete(model: type[models.Model], keys: Iterable[Any]) -> None:
    name = connection.ops.quote_name
    array, listed = as_array(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {name(model._meta.db_table)}"
            f" WHERE {name(str(model._meta.pk.column))} = ANY({array})",
            [listed],
        )


def take_out(table: str, column: str, record: str, word: str) -> None:
    """Take a word out of the words of a row that stays."""
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    pattern = re.sub(r"(\W)", r"\\\1", word)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public.retention_take_out(%s, %s, %s, %s, %s)",
            [table, str(model._meta.pk.column), column, record, pattern],
        )


def _files_of(closure: Closure) -> Iterator[str]:
    for model, keys in closure.going.items():
        if "Privacy" not in model.__dict__:
            continue
        for name in declared(model).files:
            for batch in _batches(keys):
                rows = model._base_manager.filter(pk__in=batch)
                yield from rows.values_list(name, flat=True)


def _forget_spreadsheets(closure: Closure) -> set[str]:
    """The file from which any of it was brought in holds it still: it is forgotten before its time."""
    batches = set(
        Imported.objects.filter(pk__in=closure.numbers("imports.Imported")).values_list(
            "batch", flat=True
        )
    ) | set(
        ImportRow.objects.filter(pk__in=closure.numbers("imports.ImportRow")).values_list(
            "batch", flat=True
        )
    )
    files = set(Import.objects.filter(pk__in=batches).values_list("file", flat=True))
    if batches:
        ImportRow.objects.filter(batch__in=batches).delete()
        Import.objects.filter(pk__in=batches).update(file="", headings=[], file_name="forgotten")
    return files


def _forget_values(closure: Closure, words: set[str]) -> None:
    """The personal values of the log: of these people, of these rows, and wherever the words were typed.

    The entries stay, and with them who did what and when; the chain of the log stays whole.
    """
    if closure.people:
        EntryValue.objects.filter(people__overlap=sorted(closure.people)).delete()
    for model, keys in closure.going.items():
        array, listed = as_array(keys)
        # An entry is about a record with a number.
        if listed and isinstance(listed, str):
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM audit_entryvalue v USING audit_entry e WHERE e.id = v.entry_id AND"
                    f" e.values_hash IS NOT NULL AND e.record = %s AND e.record_id = ANY({array})",
                    [model._meta.label, listed],
                )
    if not words or not (closure.people or _is_by_itself(closure)):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_entryvalue v USING unnest(%s::text[]) AS w"
            " WHERE strpos(public.plain_text(v.body::text), public.plain_text(w)) > 0",
            [sorted(words)],
        )


def _is_by_itself(closure: Closure) -> bool:
    return any(closure.numbers(label) for label in BY_ITSELF)


def _forget_pointers(closure: Closure, words: set[str]) -> None:
    """Notices and links that lead to a page which is no more, and sessions in which the words wait."""
    pages = {word for word in words if re.fullmatch(r"[PC]-\d{6,}", word)}
    for label in BY_ITSELF:
        rows = apps.get_model(label)._base_manager.filter(pk__in=closure.numbers(label))
        pages |= {row.get_absolute_url() for row in rows}
        if label == CONCERN:
            # Whoever raised it has a page of their own of it, to which they are led once it is dealt with.
            pages |= {reverse("safeguarding:receipt", args=[row.reference]) for row in rows}
    for batch in _batches(pages):
        leads = models.Q()
        for page in batch:
            leads |= models.Q(link__contains=page)
        Notice.objects.filter(leads).delete()
        Task.objects.filter(leads).delete()
    small = {word.lower() for word in words}
    gone = [
        session.pk
        for session in Session.objects.iterator(chunk_size=BATCH)
        if any(word in str(session.get_decoded()).lower() for word in small)
    ]
    Session.objects.filter(pk__in=gone).delete()


def _let_go(model: type[models.Model], name: str, keys: set[Any]) -> None:
    """Empty a key of rows that stay. Through the database's own function: final entries let nothing else in."""
    column = str(model._meta.get_field(name).column)  # type: ignore[union-attr]
    for batch in _batches(keys):
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT public.retention_let_go(%s, %s, %s, %s)",
                    [
                        model._meta.db_table,
                        str(model._meta.pk.column),
                        column,
                        [str(key) for key in batch],
                    ],
                )
        except IntegrityError as error:
            raise Refused(_stands_in_the_way(error)) from error


def _stands_in_the_way(error: IntegrityError) -> str:
    """Which table a row that stays is in. The database's own words may quote the row, so they are not said."""
    told = getattr(error.__cause__, "diag", None)
    table = getattr(told, "table_name", None) or "another table"
    words = next(
        (
            str(model._meta.verbose_name_plural)
            for model in apps.get_models()
            if model._meta.db_table == table
        ),
        table,
    )
    return (
        f"Something that stays rests on it ({words}). Destroy it together with the family it belongs to, "
        "or end what rests on it first."
    )


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
