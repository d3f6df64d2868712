"""What stands in a large file is read in a process of its own, while all else is done in ours.

Looking through a thousand pages is long work of which half needs nothing from the other: what the file holds, part
by part, and how it is written and what a reader takes out of its pages. All of it is read each time, on two processors.
`python -m core.pdf.beside` is started afresh and not forked, as a printer is: it has no database connection, no
settings and no secret of ours. It hands back what it read in the order in which one process would have read it.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import IO, Self, cast

from pikepdf import Pdf

from core.pdf import wire
from core.pdf.everywhere import Readable, inside, standing_in
from core.pdf.press import ROOT, surroundings
from core.pdf.reading import NOTHING_READ, Reading

# A smaller file is read before another process would have begun: so many bytes are about a hundred of our pages.
LARGE = 400_000
A_PAGE = 4_000


class Reader:
    """A process that reads one file, for the length of a `with`; started before there is a file, it waits for it."""

    def __init__(self) -> None:
        self._program = [sys.executable, "-m", "core.pdf.beside"]
        self._process: subprocess.Popen[bytes] | None = None
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed by its own `with`

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._answer.close()
        if self._process is not None:
            self._process.kill()
            # What was still to be sent has no reader any more.
            with suppress(OSError):
                self._to.close()
            self._process.wait()

    def expect(self, pages: int) -> None:
        """Have it load its libraries while a file of so many pages is still made, if it is going to be large."""
        if pages >= LARGE // A_PAGE:
            self._start()

    def _start(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  # ourselves
                self._program,
                stdin=subprocess.PIPE,
                stdout=self._answer,
                # What it would complain of may hold words of the record.
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=surroundings(),
            )
            self._to = cast("IO[bytes]", self._process.stdin)

    def begin(self, content: bytes, *, name: str, known: Reading, longest: int) -> None:
        """Have it read the file `content`."""
        self._start()
        # One that has died already is said to have when it is asked.
        with suppress(BrokenPipeError):
            wire.send(self._to, {"name": name, "known": known.said(), "longest": longest}, content)
            self._to.close()

    def readables(self) -> list[Readable]:
        """What it read. Raises subprocess.CalledProcessError if it does not come to its end."""
        process = cast("subprocess.Popen[bytes]", self._process)
        if code := process.wait():
            raise subprocess.CalledProcessError(code, self._program)
        self._answer.seek(0)
        return [Readable(*one) for one in json.load(self._answer)]


@contextmanager
def inside_beside(
    content: bytes,
    *,
    name: str = "",
    known: Reading = NOTHING_READ,
    longest: int = 0,
    large: int = LARGE,
    reader: Reader | None = None,
) -> Iterator[Callable[[], list[Readable]]]:
    """As `inside`, beside what the block does if the file is at least `large`: by `reader`, if one is there already.

    Asked for by a call, which raises subprocess.CalledProcessError if the process does not come to its end.
    """
    if len(content) < large:
        yield lambda: list(inside(content, name=name, known=known, longest=longest))
        return
    with Reader() if reader is None else nullcontext(reader) as beside:
        beside.begin(content, name=name, known=known, longest=longest)
        yield beside.readables


def main() -> None:
    """Read the file that comes in, and hand back what stands in it."""
    said, (content,) = wire.receive(sys.stdin.buffer)
    known = Reading.from_said(said["known"])
    with Pdf.open(io.BytesIO(content)) as pdf:
        found = standing_in(pdf, name=said["name"], known=known, longest=said["longest"])
        json.dump([[one.where, one.text, one.page] for one in found], sys.stdout)
        sys.stdout.flush()
        # To let go of so many objects takes a fifth of the time, and they go with the process.
        os._exit(0)


if __name__ == "__main__":
    main()
