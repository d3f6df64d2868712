"""A finished file that opens only with a passphrase told another way (features.md: delivery)."""

import io
import unicodedata

import pikepdf

# ISO 32000-2 takes no more of it into account, so a longer one would promise too much.
BYTES = 127


def encrypt(content: bytes, passphrase: str) -> bytes:
    """Return `content` encrypted with AES-256, revision 6; every reader of today opens it.

    Who has the passphrase may read, print and copy: it is the person's own information, and a
    screen reader must be able to take the words out. Raises ValueError for a passphrase that is
    empty or longer than 127 bytes. Two encryptions of one file differ.
    """
    # The same word typed on another keyboard must open it (ISO 32000-2, 7.6.4.3: SASLprep).
    secret = unicodedata.normalize("NFKC", passphrase)
    if not secret.strip():
        raise ValueError("A passphrase cannot be empty.")
    if len(secret.encode()) > BYTES:
        raise ValueError(f"A passphrase cannot be longer than {BYTES} bytes.")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            out,
            encryption=pikepdf.Encryption(owner=secret, user=secret, R=6, aes=True, metadata=True),
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()
