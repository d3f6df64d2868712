"""`manage.py demo`: everything on this machine with invented families, until Ctrl-C."""

import errno
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from core import local_postgres
from parenting2000.demo_families import ACCOUNTS, load_families
from parenting2000.demo_families.packs import load_packs
from parenting2000.environment import CLONE, DEMO_FOLDER
from parenting2000.health import answers
from parenting2000.supervision import Program, start_program

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60  # seconds for the first page


class Command(BaseCommand):
    """Starts the private database, the web server and the worker, and ends what it started."""

    help = (
        "Start everything on this machine with invented families: private database, web server and "
        "worker. Ctrl-C ends all of it."
    )

    # Checks ask the database, which may not run yet; migrating runs them once it does.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the pages are served")
        parser.add_argument(
            "--load-only",
            action="store_true",
            help="only load the invented families into the migrated database, start nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "DEMO is not set: invented families are never loaded beside real ones. For a demo leave "
                "DATABASE_URL and SECRET_KEY unset, or set DEMO=1."
            )
        if options["load_only"]:
            load_once()
            return
        for number in ENDING:
            signal.signal(number, begin_to_end)
        try:
            self._run(port=options["port"])
        except KeyboardInterrupt:
            self._say("Stopped.")

    def _say(self, words: str) -> None:
        # A terminal that was closed hears nothing, and that must not keep us from ending in order.
        with suppress(OSError):
            self.stdout.write(words)
            # Into a file or a pipe too, each line is seen when it is said.
            self.stdout.flush()

    def _run(self, *, port: int) -> None:
        check_port(port)
        programs: list[Program] = []
        with only_demo_of_this_clone(), private_database():
            try:
                self._say(
                    "Preparing the database: a few minutes the first time, seconds after that"
                )
                call_command("migrate", verbosity=0)
                load_once()
                cast("DatabaseWrapper", connections["default"]).close_pool()
                start_all(programs, port=port)
                self._wait_for_first_page(programs, port=port)
                self._welcome(port=port)
                while True:
                    time.sleep(0.5)
                    check_alive(programs)
            finally:
                ignore_signals()
                self._say("\nStopping")
                for program in reversed(programs):
                    program.end()

    def _wait_for_first_page(self, programs: list[Program], *, port: int) -> None:
        self._say("Starting the web server and the worker")
        latest = time.monotonic() + PATIENCE
        while not answers(port=port):
            check_alive(programs)
            if time.monotonic() > latest:
                web = programs[0]
                raise CommandError(
                    f"No page after {PATIENCE} seconds. {web.log} ends:\n{web.last_words()}"
                )
            time.sleep(0.2)

    def _welcome(self, *, port: int) -> None:
        rows = [("Role", "E-mail", "Password"), *ACCOUNTS]
        role, mail = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
        table = "\n".join(f"  {row[0]:{role}}{row[1]:{mail}}{row[2]}" for row in rows)
        self._say(
            f"\n{settings.ORGANISATION['name']}: a demo, every family in it is invented.\n\n"
            f"  http://localhost:{port}\n\n{table}\n\n"
            f"Letters it writes are put into {DEMO_FOLDER / 'mail'}. Ctrl-C ends everything.\n"
        )


def begin_to_end(number: int, frame: object) -> None:
    """The first Ctrl-C, `kill` or closed terminal begins the end; the next ones change nothing."""
    ignore_signals()
    raise KeyboardInterrupt


def ignore_signals() -> None:
    """Let nothing interrupt the ending, or something would be left running."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def check_port(port: int) -> None:
    """Raise CommandError with what to type if the pages cannot be served on `port` of this machine."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OverflowError as error:
        raise CommandError(
            f"{port} is no port: choose one from 1024 to 65535, as PORT=8000."
        ) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} is in use by another program: choose another, as in `make demo PORT={port + 1}`."
            ) from error
        raise CommandError(
            f"Port {port} cannot be used ({error.strerror}): choose another, as in `make demo PORT=8000`."
        ) from error


@contextmanager
def only_demo_of_this_clone() -> Iterator[None]:
    """Refuse a second demo of one clone: the first to end would take the other's database away."""
    DEMO_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (DEMO_FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                "A demo of this clone is running already: use it, or stop it first."
            ) from error
        yield


@contextmanager
def private_database() -> Iterator[None]:
    """The private database while the demo lasts, unless DATABASE_URL names another one.

    One that was running before is left running.
    """
    if os.environ.get("DATABASE_URL") != local_postgres.environment("demo")["DATABASE_URL"]:
        yield
        return
    server = local_postgres.cluster("demo")
    was_running, was_there = server.answers(), server.ready.exists()
    try:
        local_postgres.start("demo")
        if not was_there:
            forget_lost_database()
        yield
    except local_postgres.CannotStart as error:
        raise CommandError(str(error)) from error
    finally:
        if not was_running:
            local_postgres.stop("demo")


def forget_lost_database() -> None:
    """Remove the seals, erasures and protections that were noted outside for a database that was dropped: to the new
    one they would say that its log was changed and that it was restored.
    """
    shutil.rmtree(DEMO_FOLDER / "anchor", ignore_errors=True)


def load_once() -> None:
    """Load the invented families, unless they are there: all of them or, if it is cut short, none."""
    names = [mail for _, mail, _ in ACCOUNTS]
    if not get_user_model().objects.filter(email__in=names).exists():
        with transaction.atomic():
            load_families()
            load_packs()


def start_all(programs: list[Program], *, port: int) -> None:
    """Start web server and worker, adding each to `programs` as soon as it runs."""
    environment = os.environ | {"SITE_URL": f"http://localhost:{port}", "PYTHONUNBUFFERED": "1"}
    commands: dict[str, list[str]] = {
        "web": [
            *("-m", "gunicorn", "parenting2000.wsgi:application", f"--bind=127.0.0.1:{port}"),
            *("--workers=2", "--threads=4", "--graceful-timeout=5", "--no-control-socket"),
        ],
        "worker": [
            *("manage.py", "procrastinate", "worker"),
            *("--concurrency=2", "--shutdown-graceful-timeout=5"),
        ],
    }
    for name, command in commands.items():
        programs.append(
            start_program(
                name,
                [sys.executable, *command],
                folder=CLONE,
                environment=environment,
                log=DEMO_FOLDER / f"{name}.log",
            )
        )


def check_alive(programs: list[Program]) -> None:
    """Raise CommandError with its last words if one of the programs has ended by itself."""
    for program in programs:
        if program.has_ended():
            raise CommandError(
                f"The {program.name} stopped by itself. The end of {program.log}:\n"
                f"{program.last_words()}"
            )
