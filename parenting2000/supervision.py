"""Programs started beside this one, and ended with it: the demo's web server and worker."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was started: what people call it, the process, and where its words go."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def has_ended(self) -> bool:
        """Whether it has ended. It stays known to the system until `end`, so that its number, and its
        group's, is nobody else's before we are done with it.
        """
        return self.process.returncode is not None or (
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
        )

    def last_words(self, *, lines: int = 15) -> str:
        """The last lines it wrote."""
        return "\n".join(
            self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        )

    def end(self, *, within: float = 10) -> None:
        """Ask it to finish; after `within` seconds end it, and whatever it started, at once."""
        if not self.has_ended():
            self.process.terminate()
            latest = time.monotonic() + within
            while not self.has_ended() and time.monotonic() < latest:
                time.sleep(0.05)
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def start_program(
    name: str, command: list[str], *, folder: Path, environment: dict[str, str], log: Path
) -> Program:
    """Start `command` in `folder`, in a session of its own: Ctrl-C at the terminal does not reach it,
    so that it is ended in order. Should this process be killed outright, the kernel ends it too.
    """
    setpriv = shutil.which("setpriv")
    leash = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
    with log.open("wb") as words:
        process = subprocess.Popen(  # noqa: S603  # commands of this product only
            leash + command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name=name, process=process, log=log)
