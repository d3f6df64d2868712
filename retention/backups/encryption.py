"""One long stream, encrypted piece by piece, so that neither a missing nor a moved piece goes unnoticed.

AES-GCM of `cryptography`. Each piece has a number of its own in its nonce, the last one a mark: a stream cut
off between two pieces does not open. `about` is what the stream belongs to; with other words it does not
open either.
"""

import io
import os
from collections.abc import Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Refused

MAGIC = b"P2000 backup 1\n"
SALT, PREFIX, TAG = 16, 7, 16
PIECE = 1024 * 1024
DAMAGED = (
    "This backup does not open: the key (BACKUP_KEY) is another one, or the file is damaged or cut off. "
    "Nothing was restored."
)


class Writer(io.RawIOBase):
    """Whatever is written to it goes encrypted into `file`; closing it writes the end."""

    def __init__(self, file: IO[bytes], *, key: str, about: str) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._file, self._about, self._number = file, about.encode(), 0
        self._lock = _lock(key, salt)
        self._waiting = bytearray()
        file.write(MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        self._waiting += given
        # The last piece is kept back, for it is written in another way.
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), is_last=True)
        super().close()

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._file.write(self._lock.encrypt(nonce, piece, self._about))
        self._number += 1


class Reader(io.RawIOBase):
    """What was written, decrypted; Refused as soon as anything of it is not as it was written."""

    def __init__(self, file: IO[bytes], *, key: str, about: str) -> None:
        self._pieces = _pieces(file, key=key, about=about)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = piece
        given = self._ready[: len(into)]
        into[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)


def _pieces(file: IO[bytes], *, key: str, about: str) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + SALT + PREFIX)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT + PREFIX:
        raise Refused(DAMAGED)
    lock, prefix = _lock(key, head[len(MAGIC) : -PREFIX]), head[-PREFIX:]
    number, piece = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        nonce = _nonce(prefix, number, is_last=not following)
        try:
            yield lock.decrypt(nonce, piece, about.encode())
        except InvalidTag:
            raise Refused(DAMAGED) from None
        if not following:
            return
        number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def _lock(key: str, salt: bytes) -> AESGCM:
    made = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"parenting2000 backup")
    return AESGCM(made.derive(key.encode()))
