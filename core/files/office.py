"""Word and OpenDocument as PDF, and old Word as OpenDocument, by LibreOffice where it is installed (`apt install libreoffice-writer`).

It runs in a process of its own with a profile made for this one file: macros are off, nothing that a
document points at is fetched, and its settings and our secrets are out of reach.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from core.files.pictures import NotDrawn
from core.pdf.press import surroundings

SECONDS = 120
PROGRAMS = ("soffice", "libreoffice")
# Where nothing listens: a document that names a picture on the web does not tell that it was opened.
NOWHERE = "http://127.0.0.1:9"
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


class NoOffice(NotDrawn):
    """LibreOffice is not installed on this machine."""


def office_program() -> str | None:
    """The program that makes pages of them, where it is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(content: bytes, kind: str) -> bytes:
    """The document as PDF. Raises NoOffice or NotDrawn."""
    return _saved_as("pdf", content, kind)


def to_open_document(content: bytes, kind: str) -> bytes:
    """The text document as OpenDocument, in which can be read what is in it. Raises NoOffice or NotDrawn."""
    return _saved_as("odt", content, kind)


def _saved_as(wanted: str, content: bytes, kind: str) -> bytes:
    program = office_program()
    if program is None:
        raise NoOffice
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(PROFILE)
        given = folder / f"given.{kind}"
        given.write_bytes(content)
        try:
            subprocess.run(  # noqa: S603  # one program, and names of this module's own
                [
                    program,
                    f"-env:UserInstallation=file://{folder}/profile",
                    "--headless",
                    "--norestore",
                    "--convert-to",
                    wanted,
                    "--outdir",
                    str(folder),
                    str(given),
                ],
                cwd=folder,
                env={
                    **surroundings(),
                    "HOME": str(folder),
                    "http_proxy": NOWHERE,
                    "https_proxy": NOWHERE,
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
            )
            return (folder / f"given.{wanted}").read_bytes()
        except (subprocess.SubprocessError, OSError):
            raise NotDrawn from None
