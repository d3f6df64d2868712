"""What can be read out of finished bytes, and locking them."""

import io
import threading

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfiumError

from core.pdf.lock import encrypt
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Part
from core.pdf.text import pages_as_png, text_of
from tests.core.pdf.documents import AT


@pytest.fixture(scope="module")
def content(several: list[Part]) -> bytes:
    return to_bytes(merge(several, title="Your information", at=AT))


def test_pages_as_pictures(content: bytes, several: list[Part]) -> None:
    pictures = pages_as_png(content, 36)
    assert len(pictures) == sum(part.pages for part in several)
    sizes = {Image.open(io.BytesIO(picture)).size for picture in pictures}
    assert sizes == {(298, 421)}
    assert pages_as_png(content, 36, pages=[2]) == [pictures[1]]


def test_readers_in_several_threads_do_not_disturb_each_other(content: bytes) -> None:
    expected = text_of(content)
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(text_of(content))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


def test_a_locked_file_opens_with_its_passphrase_only(content: bytes) -> None:
    locked = encrypt(content, "tea at half past four – café")
    assert text_of(locked, passphrase="tea at half past four – café") == text_of(content)
    # Typed on a keyboard that composes its accents:
    assert text_of(locked, passphrase="tea at half past four – café") == text_of(content)
    for wrong in (None, "", "Tea at half past four – café"):
        with pytest.raises(PdfiumError, match="password"):
            text_of(locked, passphrase=wrong)
    for word in (b"Your information", b"Note 1", b"Lukasiewicz"):
        assert word not in locked


def test_how_it_is_locked(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(encrypt(content, "secret")), password="secret") as pdf:
        assert (pdf.encryption.R, pdf.encryption.V, pdf.encryption.bits) == (6, 5, 256)
        assert pdf.encryption.stream_method == pikepdf.models.EncryptionMethod.aesv3
        assert pdf.allow.accessibility
        assert pdf.allow.print_highres
        assert str(pdf.docinfo["/Title"]) == "Your information"


@pytest.mark.parametrize("passphrase", ["", " ", "\t\n"])
def test_an_empty_passphrase_is_refused(content: bytes, passphrase: str) -> None:
    with pytest.raises(ValueError, match="cannot be empty"):
        encrypt(content, passphrase)


def test_a_passphrase_longer_than_counts_is_refused(content: bytes) -> None:
    assert encrypt(content, "x" * 127)
    with pytest.raises(ValueError, match="127 bytes"):
        encrypt(content, "ł" * 64)
