"""Bringing a backup back into an empty database. Nothing is served before `retention_replay` has run."""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from audit.eras import open_new_era
from audit.models import Era
from core.database import as_owner
from core.errors import Refused
from retention import ledger
from retention.backups.encryption import PIECE, Reader
from retention.backups.making import (
    DATABASE,
    FILES,
    Backup,
    address_of,
    environment_for,
    key,
)
from retention.programs import program


def restore(backup: Backup, *, because: str) -> Era:
    """Restore the database and the files of `backup`; the era of the log that begins with it.

    Read to its end first: of a backup that does not open whole, nothing is restored. Refused unless the
    database is empty, so that nothing is ever overwritten.
    """
    sentence = because.strip()
    if not sentence:
        raise Refused("Say who restores this backup, and why.")
    for part in (DATABASE, FILES):
        with _open(backup, part) as plain:
            while plain.read(PIECE):
                pass
    with as_owner():
        _must_be_empty()
        _fill(backup)
    _unpack(backup)
    call_command("migrate", verbosity=0)
    end = "" if sentence.endswith((".", "!", "?")) else "."
    told = f"Backup of {backup.made:%Y-%m-%d %H:%M} UTC restored. {sentence}{end}"
    with as_owner():
        era = open_new_era(because=told)
    ledger.note_restore(era=era.number, seal=backup.seal, because=told)
    return era


@contextmanager
def _open(backup: Backup, part: str) -> Iterator[io.BufferedReader]:
    with (backup.folder / part).open("rb") as file:
        yield io.BufferedReader(Reader(file, key=key(), about=backup.about(part)), PIECE)


def _must_be_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise Refused(
                f"The database {connection.settings_dict['NAME']} is not empty. Stop the web server and the "
                "workers, keep the old one under another name, and make an empty one that belongs to the owner "
                "of the tables."
            )


def _fill(backup: Backup) -> None:
    where = connection.settings_dict
    restorer = program("pg_restore")
    connection.close()
    words = [restorer, "--exit-on-error", "--no-owner", "--no-privileges"]
    with subprocess.Popen(  # noqa: S603  # PostgreSQL's own program, with the settings' own words
        [*words, *address_of(where)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_for(where),
    ) as process:
        assert process.stdin is not None and process.stderr is not None  # noqa: S101, PT018  # asked for above
        try:
            with _open(backup, DATABASE) as plain:
                shutil.copyfileobj(plain, process.stdin, PIECE)
            process.stdin.close()
        except BrokenPipeError:
            # It has given up, and says why below.
            pass
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise Refused(f"pg_restore could not fill the database: {' '.join(said.split())[:300]}")


def _unpack(backup: Backup) -> None:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with _open(backup, FILES) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
        archive.extractall(root, filter="data")
