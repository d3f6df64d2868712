"""Making a backup, and forgetting old ones: what is in a backup is kept no longer than the setting says.

A backup is a folder: `about.json` says when it was made, `database.enc` is what pg_dump wrote, `files.enc` the
stored files. Nothing of it lies on the disk unencrypted, not even while it is made.
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from audit.actors import Actor
from audit.log import record
from audit.models import Seal
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from retention import protections
from retention.backups.encryption import Writer
from retention.models import Run
from retention.programs import program

WHY = Purpose.MANAGEMENT
ABOUT, DATABASE, FILES = "about.json", "database.enc", "files.enc"
UNFINISHED = ".unfinished"
SHORTEST_KEY = 32
AT = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup."""

    folder: Path
    made: datetime
    # The newest seal of the log that is in it.
    seal: int

    def about(self, part: str) -> str:
        """What an encrypted part of it belongs to: changed words or swapped parts do not open."""
        return f"{self.made.isoformat()} seal {self.seal} {part}"

    @property
    def size(self) -> int:
        return sum((self.folder / part).stat().st_size for part in (DATABASE, FILES))


def key() -> str:
    """The key of the backups; Refused where there is none that is long enough."""
    found = str(settings.BACKUPS["key"])
    if len(found) < SHORTEST_KEY:
        raise Refused(
            "BACKUP_KEY is not set, or is shorter than 32 characters. Put a long random text there and keep a "
            "copy of it outside this machine: without it no backup opens."
        )
    return found


def make_backup(*, now: datetime, by: Actor) -> Backup:
    """Back up the database and the files. Until it is whole it has a name that no restore takes."""
    secret = key()
    record(Verb.BACKUP_MADE, by=by, action=Action.ACCESS, record=Run, purpose=WHY)
    protections.write()
    made = now.astimezone(UTC).replace(microsecond=0)
    folder = Path(settings.BACKUPS["folder"]) / made.strftime(AT)
    seal = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    backup = Backup(folder, made, seal)
    unfinished = folder.with_name(folder.name + UNFINISHED)
    if folder.exists():
        raise Refused(f"{folder} is there already. Wait a second and try again.")
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        # The database first: a file that a row names is then there, or was destroyed meanwhile.
        _write(unfinished / DATABASE, secret, backup.about(DATABASE), _dump)
        _write(unfinished / FILES, secret, backup.about(FILES), _files)
        told = {"made": made.isoformat(), "seal": seal}
        (unfinished / ABOUT).write_text(json.dumps(told) + "\n")
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return backup


def backups() -> list[Backup]:
    """The finished backups in the folder, the newest first."""
    folder = Path(settings.BACKUPS["folder"])
    if not folder.is_dir():
        return []
    found = [one for path in folder.iterdir() if (one := backup_in(path)) is not None]
    return sorted(found, key=lambda one: one.made, reverse=True)


def backup_in(folder: Path) -> Backup | None:
    """The backup that lies in `folder`; None where none does."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((folder / ABOUT).read_text())
        if folder.suffix != UNFINISHED:
            return Backup(folder, datetime.fromisoformat(told["made"]), int(told["seal"]))
    return None


def forget_old_backups(*, now: datetime, by: Actor) -> int:
    """Remove the backups whose time is over, but never the last; and what a killed one left. How many."""
    border = now - timedelta(days=settings.BACKUPS["days"])
    old = [one.folder for one in backups()[1:] if one.made < border]
    folder = Path(settings.BACKUPS["folder"])
    left = [
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.suffix == UNFINISHED and path.stat().st_mtime < now.timestamp() - 86_400
    ]
    if old or left:
        record(Verb.BACKUP_FORGOTTEN, by=by, action=Action.DELETE, record=Run, purpose=WHY)
    for path in (*old, *left):
        shutil.rmtree(path)
    return len(old)


def gone_from_backups(moment: datetime) -> datetime:
    """When the last backup that may hold what was destroyed at `moment` is removed."""
    return moment + timedelta(days=settings.BACKUPS["days"] + 1)


def _write(path: Path, secret: str, about: str, fill: Callable[[Any], None]) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        with Writer(file, key=secret, about=about) as sealed:
            fill(sealed)
        file.flush()
        os.fsync(file.fileno())


def _dump(into: IO[bytes]) -> None:
    where = connection.settings_dict
    words = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with subprocess.Popen(  # noqa: S603  # PostgreSQL's own program, with the settings' own words
        [*words, *address_of(where)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_for(where),
    ) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018  # asked for above
        shutil.copyfileobj(process.stdout, into, 1024 * 1024)
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise Refused(f"pg_dump could not read the database: {' '.join(said.split())[:300]}")


def _files(into: IO[bytes]) -> None:
    root = Path(settings.MEDIA_ROOT)
    with tarfile.open(fileobj=into, mode="w|") as archive:
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            # A file may go while this runs: whoever removed it meant it.
            with suppress(FileNotFoundError):
                archive.add(path, arcname=str(path.relative_to(root)), recursive=False)


def address_of(where: dict[str, Any]) -> list[str]:
    """A database as PostgreSQL's programs are told it."""
    given = {"host": "HOST", "port": "PORT", "username": "USER", "dbname": "NAME"}
    return [f"--{word}={where[name]}" for word, name in given.items() if where.get(name)]


def environment_for(where: dict[str, Any]) -> dict[str, str]:
    """The password goes by the environment: whoever lists processes does not see it."""
    return {**os.environ, **({"PGPASSWORD": str(where["PASSWORD"])} if where["PASSWORD"] else {})}
