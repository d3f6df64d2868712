"""What stands in a large file is read in a process of its own, while all else is done in ours.

Looking through a thousand pages is long work of which half needs nothing from the other: what the file holds, part
by part, and how it is written and what a reader takes out of its pages. All of it is read each time, on two processors.
`python -m core.pdf.beside` is started afresh and not forked, as a printer is: it has no database connection, no
settings and no secret of ours. It hands back what it read in the order in which one process would have read it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.pdf import wire
from core.pdf.everywhere import Readable, inside
from core.pdf.press import ROOT, surroundings
from core.pdf.reading import NOTHING_READ, Reading

# A smaller file is read before another process would have begun: so many bytes are about a hundred of our pages.
LARGE = 400_000


@contextmanager
def inside_beside(
    content: bytes,
    *,
    name: str = "",
    known: Reading = NOTHING_READ,
    longest: int = 0,
    large: int = LARGE,
) -> Iterator[Callable[[], list[Readable]]]:
    """As `inside`, beside what the block does if the file is at least `large`.

    Asked for by a call, which raises subprocess.CalledProcessError if the process does not come to its end.
    """
    if len(content) < large:
        yield lambda: list(inside(content, name=name, known=known, longest=longest))
        return
    program = [sys.executable, "-m", "core.pdf.beside"]
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as answer:
        wire.send(file, {"name": name, "known": known.said(), "longest": longest}, content)
        file.seek(0)
        process = subprocess.Popen(  # noqa: S603  # ourselves
            program,
            stdin=file,
            stdout=answer,
            # What it would complain of may hold words of the record.
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=surroundings(),
        )
        with process:

            def readables() -> list[Readable]:
                if code := process.wait():
                    raise subprocess.CalledProcessError(code, program)
                answer.seek(0)
                return [Readable(*one) for one in json.load(answer)]

            try:
                yield readables
            finally:
                process.kill()


def main() -> None:
    """Read the file that comes in, and hand back what stands in it."""
    said, (content,) = wire.receive(sys.stdin.buffer)
    known = Reading.from_said(said["known"])
    found = inside(content, name=said["name"], known=known, longest=said["longest"])
    json.dump([[one.where, one.text, one.page] for one in found], sys.stdout)


if __name__ == "__main__":
    main()
