"""Rules of planning that the database keeps."""

from audit.triggers import NOTED, EntryIsForEver


class ReleaseIsForEver(EntryIsForEver):
    """What was released is never changed and never goes: a correction is a new version (features.md N27)."""


RELEASED = ReleaseIsForEver(name="released")

__all__ = ["NOTED", "RELEASED"]
