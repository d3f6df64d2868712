"""The finished files of a pack where they are stored, and whether they are still the ones that were built.

Who signs a pack reads the draft and signs the hash of the file that goes out. Both only mean something if the
bytes are looked at again whenever they are used: a disk fails, and somebody may reach it past the software.
"""

import hashlib

from django.core.files.storage import default_storage

from core.errors import Refused
from sar.models import BuiltPack, Delivery

CHUNK = 1024**2  # bytes
GONE = "The file of this pack is not where it was stored. {}"
CHANGED = (
    "The file of this pack is not the one that was built: it was changed where it is stored, or damaged. "
    "It goes to nobody. Tell the Data Protection Officer and whoever looks after the system. {}"
)
COPY_CHANGED = "The copy behind this link is not the one that was put there. It goes to nobody."
AGAIN, RESTORE = "Build the pack again.", "Restore it from a backup."


def stored(pack: BuiltPack, *, final: bool) -> bytes:
    """The bytes of the edition that goes out, or of the draft. Refused if they are gone or not what was built."""
    path, _ = _edition(pack, final=final)
    _check_there(pack, path)
    with default_storage.open(path) as opened:
        content = opened.read()
    _compare(pack, hashlib.sha256(content).hexdigest(), final=final)
    return content


def check_stored(pack: BuiltPack, *, final: bool) -> str:
    """Where that edition lies. Refused as `stored`; for what is sent on piece by piece, or only looked at."""
    path, _ = _edition(pack, final=final)
    _check_there(pack, path)
    digest = hashlib.sha256()
    with default_storage.open(path) as opened:
        for chunk in opened.chunks(CHUNK):
            digest.update(chunk)
    _compare(pack, digest.hexdigest(), final=final)
    return path


def stored_copy(delivery: Delivery) -> bytes:
    """The encrypted copy behind a link. Refused if it, or the pack that it is a copy of, is not what it was."""
    check_stored(delivery.pack, final=True)
    if not default_storage.exists(delivery.file):
        raise Refused(COPY_CHANGED)
    with default_storage.open(delivery.file) as opened:
        content = opened.read()
    if hashlib.sha256(content).hexdigest() != delivery.sha256:
        raise Refused(COPY_CHANGED)
    return content


def _edition(pack: BuiltPack, *, final: bool) -> tuple[str, str]:
    if final:
        return pack.final_file, pack.final_sha256
    return pack.draft_file, pack.draft_sha256


def _check_there(pack: BuiltPack, path: str) -> None:
    if not path or not default_storage.exists(path):
        raise Refused(GONE.format(_what_to_do(pack)))


def _compare(pack: BuiltPack, found: str, *, final: bool) -> None:
    """What was signed is what counts, where somebody signed."""
    _, built = _edition(pack, final=final)
    signed = pack.sign_off.sha256 if final and hasattr(pack, "sign_off") else built
    if not found == built == signed:
        raise Refused(CHANGED.format(_what_to_do(pack)))


def _what_to_do(pack: BuiltPack) -> str:
    return RESTORE if pack.went_out else AGAIN
