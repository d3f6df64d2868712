"""Rules of the client record that the database keeps."""

import pgtrigger

from audit.triggers import NOTED, OwnFunction


class FinalForEver(OwnFunction):
    """An entry that is final is never changed; a correction is a new version (features.md P6)."""

    function = "public.cases_final"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


FINAL = FinalForEver(name="final")

__all__ = ["FINAL", "NOTED"]
