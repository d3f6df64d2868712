"""How a press and its printers talk over a pipe: one line of JSON, then the bytes it announces.

Not pickle: a printer has read other people's text with libraries written in C, so what comes back
from it is taken as data only.
"""

import json
from typing import IO, Any

BLOBS = "blobs"


def send(pipe: IO[bytes], message: dict[str, Any], *blobs: bytes) -> None:
    """Write `message` and the `blobs` that belong to it."""
    head = json.dumps({**message, BLOBS: [len(blob) for blob in blobs]})
    pipe.write(head.encode("ascii") + b"\n")
    for blob in blobs:
        pipe.write(blob)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message with its blobs. Raises EOFError when the other side has gone."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    message = json.loads(line)
    blobs = []
    for length in message.pop(BLOBS):
        blob = pipe.read(length)
        if len(blob) != length:
            raise EOFError
        blobs.append(blob)
    return message, blobs
