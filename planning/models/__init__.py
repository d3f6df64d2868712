from planning.models.release import Release
from planning.models.use import IdentifiedUse, UsedPerson

__all__ = ["IdentifiedUse", "Release", "UsedPerson"]
