"""The rules of the log that the database itself keeps.

Declared beside the models with django-pgtrigger, but each runs a function of our own that the
migration `audit 0001` creates: the library's generated functions open for `pgtrigger.ignore`, ours do
not. `manage.py migrate` turns them to ENABLE ALWAYS, and `manage.py check --database default` looks.
"""

from typing import Any

import pgtrigger


class OwnFunction(pgtrigger.Trigger):
    """A trigger that runs a function written by hand in a migration."""

    function = ""

    def get_func(self, model: Any) -> str:
        # The function that the library makes is never run; it must exist to be dropped again.
        return "RAISE EXCEPTION 'not used';"

    def render_execute(self, model: Any) -> str:
        return f"{self.function}()"


class EntryStampedByDatabase(OwnFunction):
    """Time and transaction of an entry are the database's, whatever the application says."""

    function = "public.audit_stamp"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class EntryIsForEver(OwnFunction):
    """Nobody changes or deletes an entry."""

    function = "public.audit_refuse"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class SealIsForEver(EntryIsForEver):
    """Nobody changes or deletes a seal."""


class ValuesOnlyDeleted(OwnFunction):
    """Personal values of an entry are never changed; destruction deletes them."""

    function = "public.audit_refuse"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class Noted(OwnFunction):
    """No row of a client table changes in a transaction that has no entry in the log.

    Once a statement, whatever made it: a verb, a bulk update, raw SQL, a shell.
    """

    function = "public.audit_require_entry"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Statement


NOTED = Noted(name="noted")
