"""Rules of keeping and destroying that the database keeps; functions in the migrations."""

import pgtrigger

from audit.triggers import OwnFunction


class OnlyGrows(OwnFunction):
    """Figures of anonymous records are written while records are destroyed, and only ever become more."""

    function = "public.retention_only_grows"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row
