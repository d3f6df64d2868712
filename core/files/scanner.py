"""A virus scanner, where the charity runs one: clamd, asked by its own protocol (INSTREAM).

CLAMD_URL is `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. Without it nothing is scanned, and the
page of a document says so. With it, a scanner that does not answer means that no file is taken: what
was never looked at must not pass for what was.
"""

import logging
import socket
import struct
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from core.files.refusal import FileRefused

logger = logging.getLogger(__name__)

CHUNK = 64 * 1024
SECONDS = 60
AWAY = (
    "Files cannot be checked for viruses at the moment, so none is taken. Try again later; if it stays "
    "so, tell whoever looks after the system."
)


class Infected(FileRefused):
    """The scanner knows the file as harmful."""


class ScannerAway(FileRefused):
    """A scanner is configured and gives no answer."""


def scan(file: BinaryIO) -> bool:
    """Whether a scanner looked at the file and found nothing; False where none is configured.

    Raises Infected, or ScannerAway.
    """
    if not settings.CLAMD_URL:
        return False
    try:
        verdict = _ask(file)
    except OSError as error:
        logger.error("The virus scanner does not answer: %s", error)  # noqa: TRY400
        raise ScannerAway(AWAY) from None
    if verdict.endswith("FOUND"):
        found = verdict.removeprefix("stream:").removesuffix("FOUND").strip()
        logger.warning("An uploaded file was refused: the virus scanner found %s", found)
        raise Infected(
            f"The virus scanner found something harmful in this file ({found}). It is not taken. Do not "
            "open it; tell whoever looks after the system."
        )
    if verdict != "stream: OK":
        logger.error("The virus scanner answered: %s", verdict)
        raise ScannerAway(AWAY)
    return True


def _ask(file: BinaryIO) -> str:
    file.seek(0)
    with _connection() as line:
        # One that has had enough says why before it hangs up.
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                line.sendall(struct.pack("!I", len(chunk)) + chunk)
            line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _connection() -> socket.socket:
    where = urlsplit(settings.CLAMD_URL)
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(where.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((where.hostname, where.port or 3310), timeout=SECONDS)
