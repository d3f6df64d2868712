"""Rules of safeguarding that the database keeps; their functions are in migration 0001."""

import pgtrigger

from audit.triggers import NOTED, OwnFunction
from cases.triggers import FINAL


class StatementStands(OwnFunction):
    """What somebody saw or heard is never rewritten: only what is done about it moves on."""

    function = "public.safeguarding_statement"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class DecidedByAnother(OwnFunction):
    """Nobody decides alone on a concern that they raised, where there is another lead."""

    function = "public.safeguarding_decided_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class NotByWhomItIsAbout(OwnFunction):
    """Nobody writes in an allegation about themselves."""

    function = "public.safeguarding_not_by_whom_it_is_about"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class OnlyDestroyed(OwnFunction):
    """A row goes only where the log says, in the same transaction, that something is destroyed."""

    function = "public.safeguarding_only_destroyed"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    level = pgtrigger.Statement


class AtLeastTwo(OwnFunction):
    """Nobody stops receiving allegations while fewer than two others do."""

    function = "public.safeguarding_at_least_two"
    when = pgtrigger.After
    operation = pgtrigger.Update
    level = pgtrigger.Row


AT_LEAST_TWO = AtLeastTwo(name="at_least_two")
ONLY_DESTROYED = OnlyDestroyed(name="only_destroyed")
STATEMENT = StatementStands(name="statement")
DECIDED_BY_ANOTHER = DecidedByAnother(name="decided_by_another")
NOT_BY_WHOM = NotByWhomItIsAbout(name="not_by_whom")

__all__ = [
    "AT_LEAST_TWO",
    "DECIDED_BY_ANOTHER",
    "FINAL",
    "NOTED",
    "NOT_BY_WHOM",
    "ONLY_DESTROYED",
    "STATEMENT",
]
