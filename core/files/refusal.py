"""Why a file is not taken."""

from core.errors import Refused


class FileRefused(Refused):
    """The file is not taken. The sentence says why, and what to do instead."""
