"""Rules of the client record that the database keeps."""

import pgtrigger

from audit.triggers import NOTED, OwnFunction


class FinalForEver(OwnFunction):
    """An entry that is final is never changed; a correction is a new version (features.md P6).

    But for the number of a person in it, which follows a merge in the merge's own transaction: the words
    stay, and whose number it is was a mistake (docs/adr/0013).
    """

    function = "public.cases_final"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class MergeStamped(OwnFunction):
    """In which transaction a merge was made or undone is the database's to say."""

    function = "public.cases_merge_stamp"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class GoesRightly(OwnFunction):
    """A person goes by the entry that says so: voided by whoever added them within a day, or destroyed."""

    function = "public.cases_person_goes"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    level = pgtrigger.Row


FINAL = FinalForEver(name="final")
GOES = GoesRightly(name="goes")

__all__ = ["FINAL", "GOES", "NOTED"]
