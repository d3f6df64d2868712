"""What the private PostgreSQL says when it cannot be used."""

import errno
from pathlib import Path


class CannotStart(Exception):
    """The private PostgreSQL cannot be used; `str(error)` is the sentence for the person typing."""


def sentence(said: str, *, about: Path) -> str:
    """What a failed program said, as one sentence that says what to do about the folder `about`."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"The disk is full: {about} needs about 100 MB. Free some, or set PG_FOLDER to another folder."
    if "could not look up effective user ID" in said:
        return "This user has no name on this machine, and PostgreSQL insists on one: use another user."
    if "Permission denied" in said or "Operation not permitted" in said:
        return f"The right to write in {about} is missing ({_last_line(said)}): set PG_FOLDER to another folder."
    return f"The private PostgreSQL in {about} did not start: {_last_line(said)}"


def sentence_of(error: OSError, *, about: Path) -> str:
    """The same for an error of the operating system."""
    reason = error.strerror or str(error)
    where = error.filename or about
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return sentence("No space left on device", about=about)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return sentence(f"Permission denied: {where}", about=about)
    return f"The private PostgreSQL in {about} cannot be used: {where}: {reason}."


def _last_line(said: str) -> str:
    """The line that tells most: the last that PostgreSQL calls an error, else the last of all."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "error:" in line or "denied" in line]
    return (telling or lines or ["it said nothing"])[-1]
