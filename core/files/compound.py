"""Old Word files (.doc), and what else comes in the same container of Microsoft's."""

from core.files.archives import LOCKED, MACRO
from core.files.refusal import FileRefused

START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR = 512
WORD_97 = b"\xec\xa5"  # how the stream of a Word document begins
ENCRYPTED = 0x0100  # a flag in its eleventh byte


def check_word(content: bytes) -> None:
    """FileRefused unless this is a Word document without password and macro."""
    if _named(content, "EncryptedPackage") or _named(content, "EncryptionInfo"):
        raise FileRefused(LOCKED)
    if "__substg1.0_".encode("utf-16-le") in content:
        raise FileRefused(
            "This is an e-mail as Outlook keeps it (.msg). In Outlook save it as PDF or as .eml, and "
            "add that."
        )
    if not _named(content, "WordDocument"):
        raise FileRefused(
            "This is a file of an old office program that is not a Word document. Save it as PDF and "
            "add that."
        )
    if _named(content, "_VBA_PROJECT") or _named(content, "Macros"):
        raise FileRefused(MACRO)
    for place in range(SECTOR, len(content), SECTOR):
        if content[place : place + 2] == WORD_97:
            flags = int.from_bytes(content[place + 10 : place + 12], "little")
            if flags & ENCRYPTED:
                raise FileRefused(LOCKED)
            return


def _named(content: bytes, stream: str) -> bool:
    """Whether a stream of exactly this name stands in the container's directory."""
    name = stream.encode("utf-16-le")
    place = content.find(name)
    while place >= 0:
        # A directory entry begins at each 128 bytes, and the name is filled up with zeros.
        if place % 128 == 0 and content[place + len(name) : place + len(name) + 2] == b"\0\0":
            return True
        place = content.find(name, place + 1)
    return False
