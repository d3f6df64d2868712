"""Rules of planning that the database keeps; functions in migration 0003."""

import pgtrigger

from audit.triggers import NOTED, EntryIsForEver, OwnFunction


class ReleaseIsForEver(EntryIsForEver):
    """What was released is never changed and never goes: a correction is a new version (features.md N27)."""


class StaysAsAsked(OwnFunction):
    """What was asked for stays as it was asked: only the decision and the end are added."""

    function = "public.planning_use_as_asked"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class NobodyAddedLater(OwnFunction):
    """Nobody is added to a use that was decided already."""

    function = "public.planning_use_people"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


RELEASED = ReleaseIsForEver(name="released")

__all__ = ["NOTED", "RELEASED", "NobodyAddedLater", "StaysAsAsked"]
