#!/usr/bin/env python3
"""The door for every command: `python3 manage.py help` lists them.

Any python3 of the machine will do: if it has not our packages, the one that `make setup` made takes over.
"""

import importlib
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CLONE = Path(__file__).resolve().parent
OLDEST_DJANGO = 6  # major version: a system's own Django may be older


def main() -> None:
    """Run one command with a Python that has our packages."""
    if not can_run_here():
        ours = CLONE / ".venv" / "bin" / "python"
        if not ours.exists() or Path(sys.prefix).resolve() == ours.parent.parent.resolve():
            sys.exit("This Python has not the packages that are needed: run `make setup` first.")
        os.execv(ours, [str(ours), *sys.argv])  # noqa: S606  # the same command, another Python
    importlib.import_module("parenting2000.command_line").main()


def can_run_here() -> bool:
    """Whether this interpreter is new enough and has our Django."""
    try:
        return sys.version_info >= (3, 12) and int(version("django").split(".")[0]) >= OLDEST_DJANGO
    except PackageNotFoundError:
        return False


if __name__ == "__main__":
    main()
