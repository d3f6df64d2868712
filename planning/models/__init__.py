from planning.models.release import Release

__all__ = ["Release"]
