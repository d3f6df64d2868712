"""One private PostgreSQL server: making, starting, stopping and removing it.

Linux only: the server's processes are found through /proc.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from core.local_postgres.binaries import Binaries, find_binaries
from core.local_postgres.errors import CannotStart, sentence, sentence_of

DATABASE = "parenting2000"
OWNER_ROLE = "parenting2000_owner"
APP_ROLE = "parenting2000_app"
# Signs in nowhere but in this module: a superuser passes every rule of the database.
SUPERUSER = "postgres"
PORT = 5432  # only a part of the socket's name: nothing listens on the network
LONGEST_SOCKET_PATH = 107  # bytes, set by the kernel
PATIENCE = 60  # seconds for a start, crash recovery included


@dataclass(frozen=True, slots=True)
class Cluster:
    """A private server: the folder it lies in, and whether its data must survive a power cut."""

    base: Path
    lasting: bool

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def sockets(self) -> Path:
        return self.base / "run"

    @property
    def log(self) -> Path:
        return self.base / "log" / "server.log"

    @property
    def ready(self) -> Path:
        """Exists once roles and database are made: without it, whatever lies there is half-made."""
        return self.base / "ready"

    def environment(self) -> dict[str, str]:
        """DATABASE_URL (application role) and DATABASE_OWNER_URL (owner), as django-environ reads them."""
        where = f":{PORT}/{quote(str(self.sockets))}/{DATABASE}"
        return {
            "DATABASE_URL": f"postgres://{APP_ROLE}@{where}",
            "DATABASE_OWNER_URL": f"postgres://{OWNER_ROLE}@{where}",
        }

    def answers(self) -> bool:
        """Whether the server is up and its database can be opened."""
        if not self.ready.exists():
            return False
        try:
            self._connect(DATABASE).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_busy(self) -> bool:
        """Whether somebody is connected to the server, and stays: who is just leaving does not count."""
        try:
            with self._connect("postgres") as connection:
                return not _wait_until(
                    lambda: (
                        connection.execute(
                            "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend'"
                            " AND pid <> pg_backend_pid()"
                        ).fetchone()
                        is None
                    ),
                    seconds=1,
                )
        except psycopg.OperationalError:
            return False

    def start(self) -> bool:
        """Make the cluster if need be and start it; False if it was running already.

        Raises CannotStart with a sentence: no server programs, a missing right, no room on the disk.
        """
        if len(os.fsencode(self.sockets / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            raise CannotStart(
                f"{self.base} is too long a name for a socket: set PG_FOLDER to a short one."
            )
        with self._told_as_a_sentence():
            if self._is_there() and self.answers():
                return False
            with self._alone():
                if self.answers():
                    return False
                if not (self.ready.exists() and self._is_whole()):
                    self._make()
                    return True
                try:
                    self._start_again()
                except CannotStart:
                    if self.lasting:
                        raise
                    # Left by another version of PostgreSQL, say: a test's data is worth nothing.
                    self._make()
        return True

    def stop(self) -> bool:
        """Stop the server, fast but clean; False if it was not running."""
        with self._told_as_a_sentence():
            if not self._is_there():
                return False
            with self._alone():
                return self._end()

    def drop(self) -> None:
        """Stop the server and remove its folder with everything in it."""
        with self._told_as_a_sentence():
            if self._is_there():
                with self._alone():
                    self._end()
                    shutil.rmtree(self.base)

    def renew(self) -> None:
        """Put an empty database in the place of the old one; the server must be running."""
        with self._connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")

    # --- Making, starting, ending: with the lock held -------------------------------------------

    def _make(self) -> None:
        self._end()
        binaries = self._reachable(find_binaries())
        self.ready.unlink(missing_ok=True)
        for folder in (self.data, self.sockets, self.log.parent):
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
            _give_to_server(folder)
        made = _run(
            binaries,
            "initdb",
            f"--pgdata={self.data}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=peer",
            *([] if self.lasting else ["--no-sync"]),
        )
        if made.returncode != 0:
            raise CannotStart(sentence(made.stdout + made.stderr, about=self.base))
        self._launch(binaries)
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB")
            connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
        self.ready.write_text(f"PostgreSQL {binaries.major}\n", encoding="utf-8")

    def _start_again(self) -> None:
        first = self._first_process()
        if first in self._processes():
            # It is recovering from a crash, or its clients fill it up.
            if _wait_until(self.answers):
                return
            raise CannotStart(
                f"The server in {self.base} runs but does not answer: `make clean` ends it."
            )
        # The children of a killed server leave by themselves, but not always at once.
        self._end()
        major = int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        try:
            binaries = find_binaries(major=major)
        except CannotStart as error:
            raise CannotStart(
                f"The data in {self.base} was made by PostgreSQL {major}, which is not to be found: "
                "install it again, or begin anew with `make clean`."
            ) from error
        # No process works on this data, so what a killed server left behind claims nothing. If it
        # stayed, a stranger's process that was given the dead one's number would bar the way.
        for left in (
            self.data / "postmaster.pid",
            self.sockets / f".s.PGSQL.{PORT}",
            self.sockets / f".s.PGSQL.{PORT}.lock",
        ):
            left.unlink(missing_ok=True)
        self._launch(self._reachable(binaries))

    def _launch(self, binaries: Binaries) -> None:
        self._write_rules()
        self._keep_young()
        started = _run(
            binaries,
            "pg_ctl",
            f"--pgdata={self.data}",
            f"--log={self.log}",
            f"--options=-c config_file={self.base / 'postgresql.conf'}",
            "--wait",
            f"--timeout={PATIENCE}",
            "start",
        )
        if started.returncode != 0:
            said = (
                self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
            )
            raise CannotStart(sentence(started.stderr + said[-4000:], about=self.base))

    def _write_rules(self) -> None:
        durable = "on" if self.lasting else "off"
        me = _my_name().replace('"', '""')
        rules = {
            "postgresql.conf": (
                # What initdb found out about this machine's shared memory, then what we insist on.
                f"include '{self.data / 'postgresql.conf'}'\n"
                "listen_addresses = ''\n"
                f"port = {PORT}\n"
                f"unix_socket_directories = '{self.sockets}'\n"
                f"hba_file = '{self.base / 'pg_hba.conf'}'\n"
                f"ident_file = '{self.base / 'pg_ident.conf'}'\n"
                "timezone = 'UTC'\n"
                "log_timezone = 'UTC'\n"
                f"fsync = {durable}\n"
                f"synchronous_commit = {durable}\n"
                f"full_page_writes = {durable}\n"
            ),
            "pg_hba.conf": "local all all peer map=private\n",
            "pg_ident.conf": "".join(
                f'private "{me}" {role}\n' for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)
            ),
        }
        for name, text in rules.items():
            path = self.base / name
            path.write_text(text, encoding="utf-8")
            _let_server_read(path, mode=0o640)

    def _end(self) -> bool:
        """End every process that works on the data; True if there was one."""
        running = self._processes()
        if not running:
            return False
        # To the first process SIGINT is "fast": clients are sent away, data is written. If that one was
        # killed, its children are asked; they keep nothing that the next start does not recover.
        for message in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            running = self._processes()
            for process in running & {self._first_process()} or running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, message)
            if _wait_until(lambda: not self._processes(), seconds=20):
                break
        self._keep_young()
        return True

    def _first_process(self) -> int:
        """The number of the server's first process, as it wrote it down; 0 if it wrote none."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
        except (OSError, ValueError):
            return 0

    def _processes(self) -> set[int]:
        """The processes working in the data folder: PostgreSQL's stay in it from first to last."""
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if (entry / "cwd").readlink() == self.data:
                        found.add(int(entry.name))
        return found

    def _is_whole(self) -> bool:
        return (self.data / "PG_VERSION").exists() and (
            self.data / "global" / "pg_control"
        ).exists()

    def _keep_young(self) -> None:
        """Date every file today: the system clears /var/tmp of old files one by one, and half a cluster
        is worse than none.
        """
        for path in (self.base, *self.base.rglob("*")):
            with contextlib.suppress(OSError):
                os.utime(path, follow_symlinks=False)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets),
            port=PORT,
            user=SUPERUSER,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    # --- The folder -----------------------------------------------------------------------------

    def _is_there(self) -> bool:
        """Whether the folder exists; raises CannotStart if it is not safely ours.

        Anybody may make a folder of any name in /var/tmp, a link to one of ours too.
        """
        try:
            about = self.base.lstat()
        except FileNotFoundError:
            return False
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o022:
            raise CannotStart(
                f"{self.base} belongs to somebody else or may be changed by others: remove it, "
                "or set PG_FOLDER to another folder."
            )
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time makes, starts, stops or removes this server; the others wait."""
        while True:
            if not self._is_there():
                with contextlib.suppress(FileExistsError):
                    self.base.mkdir(mode=0o700, parents=True)
                continue
            lock = os.open(self.base / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                # Whoever held the lock before may have removed the folder, this file included.
                if os.path.samestat(os.fstat(lock), (self.base / "lock").stat()):
                    break
            os.close(lock)
        try:
            _let_server_read(self.base, mode=0o710)
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def _told_as_a_sentence(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotStart(sentence_of(error, about=self.base)) from error
        except (psycopg.Error, subprocess.TimeoutExpired) as error:
            raise CannotStart(sentence(str(error), about=self.base)) from error

    def _reachable(self, binaries: Binaries) -> Binaries:
        """The same programs where the server's user can run them: a closed home hides ours from it."""
        try:
            if _run(binaries, "postgres", "--version").returncode == 0:
                return binaries
        except PermissionError:
            pass
        copy = self.base / f"postgresql-{binaries.major}"
        if not copy.exists():
            unfinished = self.base / "postgresql.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(binaries.folder.parent, unfinished, symlinks=True)
            unfinished.rename(copy)
        return Binaries(folder=copy / binaries.folder.name, major=binaries.major)


# --- Whose name the server runs under -------------------------------------------------------------


def _server_user() -> pwd.struct_passwd | None:
    """Another user's name for the server when we are root, whom PostgreSQL refuses; else None: ours."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL refuses to run as root, and there is no user postgres or nobody here."
    )


def _my_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise CannotStart(sentence("could not look up effective user ID", about=Path())) from error


def _give_to_server(path: Path) -> None:
    user = _server_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _let_server_read(path: Path, *, mode: int) -> None:
    user = _server_user()
    if user is not None:
        os.chown(path, 0, user.pw_gid)
        path.chmod(mode)
    else:
        path.chmod(mode & 0o700)


def _run(binaries: Binaries, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    user = _server_user()
    command = [str(binaries.folder / program), *arguments]
    # Nothing of ours leaks in: PGPORT and its like would change what the programs do, and the server's
    # user may not be allowed into the present folder.
    return subprocess.run(  # noqa: S603  # programs of find_binaries, arguments of this module
        command,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
    )


def _wait_until(true: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
