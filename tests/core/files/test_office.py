"""Word and OpenDocument files as a word processor really writes them, where LibreOffice is installed."""

import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core.files import formats, pictures
from core.files.office import office_program, to_pdf
from core.files.unseen import unseen_in
from core.pdf.foreign import copy_pages
from core.pdf.text import text_of

PROGRAM = office_program()
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="LibreOffice is not installed on this machine"
)

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("text", "text"), ("table", "table"))
)
LETTER = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text>
<text:h text:outline-level="1">About Joe</text:h>
<text:p>Dear Siân, Mrs Quillfeather of Foxglove Lane rang on Tuesday.</text:p>
<table:table><table:table-column table:number-columns-repeated="2"/>
<table:table-row><table:table-cell><text:p>Monday</text:p></table:table-cell>
<table:table-cell><text:p>Joe was late again.</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document>"""


def written(kind: str, folder: Path, words: str = LETTER) -> bytes:
    """The letter, as LibreOffice saves it."""
    given = folder / "letter.fodt"
    given.write_text(words)
    subprocess.run(
        [
            str(PROGRAM),
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
            str(given),
        ],
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return (folder / f"letter.{kind}").read_bytes()


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", ["docx", "odt", "doc"])
def test_what_a_word_processor_wrote_is_pages_of_the_pack(kind: str, tmp_path: Path) -> None:
    content = written(kind, tmp_path)
    assert formats.examine(ContentFile(content), f"letter.{kind}").format == kind
    made = to_pdf(content, kind)
    (page,) = pictures.draw(made, "pdf").drawn
    for words in (
        "About Joe",
        "Dear Siân, Mrs Quillfeather of Foxglove Lane rang on Tuesday.",
        "Joe was late again.",
    ):
        assert words in flat(page.text)
    copied = copy_pages(made, key="file-1", called="letter", words=["Mrs Quillfeather"])
    assert {place.words for place in copied.places} == {0}
    (text,) = text_of(copied.part.pdf)
    assert "Quillfeather" not in text
    assert "of Foxglove Lane rang on Tuesday." in flat(text)


@pytest.mark.parametrize("kind", ["doc", "docx", "odt"])
def test_a_comment_in_a_file_of_a_word_processor_is_told(kind: str, tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>Is this so?</text:p></office:annotation>"
    words = LETTER.replace("rang on", f"rang {comment}on")
    assert unseen_in(written(kind, tmp_path, words), kind) == ((1, "comment"),)
