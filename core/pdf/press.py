"""A press: some printers at work side by side, and the parts they hand back in order."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self, cast

from core.pdf import wire
from core.pdf.parts import Chunk, ChunkFailed, Heading, Part

ROOT = Path(__file__).resolve().parents[2]

# A chunk of a hundred pages takes some ten seconds; one that takes this long will not end.
SECONDS_A_CHUNK = 300
SECONDS_TO_START = 60

Progress = Callable[[int, int], None]


class PressFailed(Exception):
    """No printer could be started at all: something is missing on this machine."""


class Printer:
    """One printing process and the pipes to it."""

    def __init__(self, css: str, seconds: float) -> None:
        self._seconds = seconds
        # Its complaints are read only while it has seen nobody's record.
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed by stop
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.pdf.printer_start"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=ROOT,
            env=surroundings(),
        )
        self._to = cast("IO[bytes]", self._process.stdin)
        self._from = cast("IO[bytes]", self._process.stdout)
        # One that has died already says why in `wait_until_ready`.
        with suppress(BrokenPipeError):
            wire.send(self._to, {}, css.encode())
        self._ready = False

    def wait_until_ready(self) -> None:
        """Return when it has loaded its fonts. Raises PressFailed with its last complaint."""
        if self._ready:
            return
        try:
            with within(SECONDS_TO_START, self._process):
                wire.receive(self._from)
        except EOFError:
            self._process.wait()
            self._complaints.seek(0)
            lines = self._complaints.read().decode(errors="replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "no reason given")
            raise PressFailed(f"Printing could not be started: {last.strip()}") from None
        self._ready = True

    def print(self, chunk: Chunk) -> Part:
        """Return `chunk` printed. Raises ChunkFailed, PressFailed."""
        self.wait_until_ready()
        try:
            html = chunk.html.encode()
        except UnicodeEncodeError:
            raise ChunkFailed(chunk.key, "it holds characters that are not Unicode") from None
        request = {"key": chunk.key, "pictures": list(chunk.pictures)}
        with within(self._seconds, self._process) as late:
            try:
                wire.send(self._to, request, html, *chunk.pictures.values())
                message, blobs = wire.receive(self._from)
            except (EOFError, OSError, ValueError):
                code = self.stop()
                reason = f"the printer stopped (exit {code}), perhaps for want of memory"
                if late.is_set():
                    reason = f"it was not done after {self._seconds:g} seconds"
                raise ChunkFailed(chunk.key, reason) from None
        if "failed" in message:
            raise ChunkFailed(chunk.key, message["failed"])
        return Part(
            key=chunk.key,
            pdf=blobs[0],
            pages=message["pages"],
            headings=tuple(Heading(*entry) for entry in message["headings"]),
            refused=tuple(message["refused"]),
            has_boxes=message["boxes"],
        )

    def stop(self) -> int:
        """End the process, whatever it is doing, and return its exit code."""
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._to, self._from, self._complaints):
            # What was still to be sent has no reader any more.
            with suppress(OSError):
                pipe.close()
        return code


@contextmanager
def within(seconds: float, process: "subprocess.Popen[bytes]") -> Iterator[threading.Event]:
    """End `process` if the block is not done after so long, and say so by the event."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, give_up)
    clock.daemon = True
    clock.start()
    try:
        yield late
    finally:
        clock.cancel()


def surroundings() -> dict[str, str]:
    """Return the environment of a printer: where things are, and none of our secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    libraries = ("DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "FONTCONFIG_PATH")
    own.update({name: os.environ[name] for name in libraries if name in os.environ})
    own["PYTHONPATH"] = os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])
    return own


class Press:
    """Printers that stay at work for the length of a `with`: their start costs a second each.

    `processes` says how many work at once, `seconds` how long one chunk may take. Printers start
    when they are first needed and never more than there are chunks.
    """

    def __init__(self, *, css: str, processes: int = 2, seconds: float = SECONDS_A_CHUNK) -> None:
        if processes < 1:
            raise ValueError("A press needs at least one printer.")
        self.css = css
        self._processes = processes
        self._seconds = seconds
        self._printers: list[Printer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def get_ready(self) -> None:
        """Have a printer load its fonts while what it is to print is still being written."""
        if not self._printers:
            self._printers.append(Printer(self.css, self._seconds))

    def stop(self) -> None:
        """End all printers. A press that is asked to print again starts new ones."""
        while self._printers:
            self._printers.pop().stop()

    def render(
        self,
        chunks: Iterable[Chunk],
        *,
        progress: Progress | None = None,
        printed: Callable[[Part], None] | None = None,
    ) -> list[Part]:
        """Return the parts of `chunks`, in their order. The first are printed while the next are still written.

        `printed(part)` and `progress(done, of)` are called in the caller's own thread after each. Raises ChunkFailed
        when one of them fails and PressFailed when no printer starts; then nothing is returned.
        """
        waiting: SimpleQueue[tuple[int, Chunk] | None] = SimpleQueue()
        done: SimpleQueue[tuple[int, Part | Exception]] = SimpleQueue()
        feeders: list[threading.Thread] = []
        count = 0
        parts: dict[int, Part] = {}
        try:
            for count, chunk in enumerate(each_once(chunks), 1):
                waiting.put((count - 1, chunk))
                if len(feeders) < self._processes:
                    feeders.append(self._feeder(len(feeders), waiting, done))
            for number, part in collected(done, count):
                parts[number] = part
                if printed is not None:
                    printed(part)
                if progress is not None:
                    progress(len(parts), count)
        except BaseException:
            self.stop()
            raise
        finally:
            for _ in feeders:
                waiting.put(None)
            for feeder in feeders:
                feeder.join()
        return [parts[number] for number in range(len(parts))]

    def _feeder(
        self,
        number: int,
        waiting: "SimpleQueue[tuple[int, Chunk] | None]",
        done: "SimpleQueue[tuple[int, Part | Exception]]",
    ) -> threading.Thread:
        """Have the printer of this number work on what waits; it is started if it is not there yet."""
        if number == len(self._printers):
            self._printers.append(Printer(self.css, self._seconds))
        feeder = threading.Thread(
            target=feed, args=(self._printers[number], waiting, done), daemon=True
        )
        feeder.start()
        return feeder


def each_once(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield `chunks`. Raises ValueError for one whose key another has."""
    keys: set[str] = set()
    for chunk in chunks:
        if chunk.key in keys:
            raise ValueError("Two chunks have the same key.")
        keys.add(chunk.key)
        yield chunk


def collected(
    done: "SimpleQueue[tuple[int, Part | Exception]]", count: int
) -> Iterator[tuple[int, Part]]:
    """Yield `count` parts as they come; raise the first failure that comes instead of one."""
    for _ in range(count):
        number, outcome = done.get()
        if isinstance(outcome, Exception):
            raise outcome
        yield number, outcome


def feed(
    printer: Printer,
    waiting: "SimpleQueue[tuple[int, Chunk] | None]",
    done: "SimpleQueue[tuple[int, Part | Exception]]",
) -> None:
    """Keep one printer busy until it is told that nothing comes; hand failures over instead of raising them."""
    while (next_one := waiting.get()) is not None:
        number, chunk = next_one
        try:
            done.put((number, printer.print(chunk)))
        except Exception as error:  # noqa: BLE001 whatever it is, the press must not wait for ever
            done.put((number, error))
            return


def render_chunks(
    chunks: Sequence[Chunk], *, css: str, processes: int = 2, progress: Progress | None = None
) -> list[Part]:
    """Print `chunks` with a press of their own; see `Press.render`."""
    with Press(css=css, processes=processes) as press:
        return press.render(chunks, progress=progress)
