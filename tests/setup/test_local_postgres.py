"""The private PostgreSQL of the demo and the tests: who gets in, and what it survives."""

import errno
import os
import pwd
import signal
import subprocess
import sys
import threading
from pathlib import Path

import environ
import psycopg
import pytest

from core import local_postgres
from core.local_postgres.binaries import EXTENSIONS, find_binaries, look_into
from core.local_postgres.cluster import APP_ROLE, DATABASE, OWNER_ROLE, Cluster
from core.local_postgres.errors import CannotStart, sentence, sentence_of

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def connect(server: Cluster, role: str, database: str = DATABASE) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.sockets), port=5432, user=role, dbname=database, autocommit=True
    )


def first_process(server: Cluster) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


# --- Roles, and who gets in ---------------------------------------------------------------------


def test_the_two_roles_can_do_what_production_lets_them_do(server: Cluster) -> None:
    server.start()
    with connect(server, OWNER_ROLE) as owner:
        for name in EXTENSIONS:
            owner.execute(f"CREATE EXTENSION {name}")
        owner.execute("CREATE TABLE kept (id int)")
        owner.execute("CREATE DATABASE for_a_test")
    with connect(server, APP_ROLE) as application:
        for refused in (
            "CREATE TABLE mine (id int)",
            "SELECT * FROM kept",
            "DROP TABLE kept",
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(refused)
        roles = application.execute(
            "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname = ANY(%s)",
            [[OWNER_ROLE, APP_ROLE]],
        ).fetchall()
    assert roles == []


def test_nothing_listens_on_the_network(server: Cluster) -> None:
    server.start()
    with connect(server, APP_ROLE) as application:
        assert application.execute("SHOW listen_addresses").fetchone() == ("",)


@as_root
def test_another_user_of_the_machine_is_not_let_in_even_through_open_folders(
    server: Cluster,
) -> None:
    server.start()
    for folder in (server.base, server.sockets):
        folder.chmod(0o755)
    stranger = pwd.getpwnam("daemon")
    script = (
        "import socket,sys\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        f"s.connect({str(server.sockets / '.s.PGSQL.5432')!r})\n"
        f"words = b'user\\0{APP_ROLE}\\0database\\0{DATABASE}\\0\\0'\n"
        "words = (196608).to_bytes(4) + words\n"
        "s.send((len(words) + 4).to_bytes(4) + words)\n"
        "print(s.recv(1000))\n"
    )
    said = subprocess.run(
        ["/usr/bin/python3", "-c", script],
        user=stranger.pw_uid,
        group=stranger.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Peer authentication failed" in said.stdout, said.stderr


def test_the_folder_is_closed_to_others(server: Cluster) -> None:
    server.start()
    assert server.base.stat().st_mode & 0o027 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_a_link_in_the_place_of_the_folder_is_refused(server: Cluster, base: Path) -> None:
    elsewhere = base.with_name("elsewhere")
    elsewhere.mkdir()
    base.symlink_to(elsewhere)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        server.start()
    assert list(elsewhere.iterdir()) == []
    base.unlink()


def test_a_folder_that_others_may_change_is_refused(server: Cluster, base: Path) -> None:
    base.mkdir()
    base.chmod(0o777)
    with pytest.raises(CannotStart, match="may be changed by others"):
        server.start()
    base.chmod(0o700)


@as_root
def test_a_folder_of_somebody_else_is_refused(server: Cluster, base: Path) -> None:
    base.mkdir(mode=0o700)
    os.chown(base, pwd.getpwnam("daemon").pw_uid, -1)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        server.start()
    os.chown(base, 0, 0)


# --- What it survives ---------------------------------------------------------------------------


def test_start_and_stop_say_whether_there_was_something_to_do(server: Cluster) -> None:
    assert [server.start(), server.start(), server.answers()] == [True, False, True]
    assert [server.stop(), server.stop(), server.answers()] == [True, False, False]


def test_data_outlives_a_stop(server: Cluster) -> None:
    server.start()
    with connect(server, OWNER_ROLE) as owner:
        owner.execute("CREATE TABLE kept (id int)")
    server.stop()
    server.start()
    with connect(server, OWNER_ROLE) as owner:
        owner.execute("SELECT * FROM kept")


def test_a_killed_server_starts_again(server: Cluster) -> None:
    server.start()
    os.kill(first_process(server), signal.SIGKILL)
    assert server.start()
    assert server.answers()


def test_a_strangers_process_with_the_dead_servers_number_does_not_bar_the_way(
    server: Cluster,
) -> None:
    server.start()
    killed = (server.data / "postmaster.pid").read_text().split("\n")
    os.kill(int(killed[0]), signal.SIGKILL)
    server.stop()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *killed[1:]]))
    assert server.start()
    assert server.answers()


def test_a_half_made_cluster_is_made_anew(server: Cluster) -> None:
    server.start()
    server.stop()
    server.ready.unlink()
    (server.data / "global" / "pg_control").unlink()
    assert server.start()
    assert server.answers()


def test_a_server_left_running_by_an_unfinished_start_is_replaced(server: Cluster) -> None:
    server.start()
    unfinished = first_process(server)
    server.ready.unlink()
    assert server.start()
    assert server.answers()
    assert first_process(server) != unfinished


def test_of_two_starts_at_once_one_does_the_work(server: Cluster) -> None:
    done: list[bool] = []
    starts = [threading.Thread(target=lambda: done.append(server.start())) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert sorted(done) == [False, True]


def test_data_of_a_version_that_is_gone(base: Path) -> None:
    lasting = Cluster(base=base, lasting=True)
    lasting.start()
    lasting.stop()
    version = lasting.data / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 9, .* `make clean`"):
        lasting.start()
    # A test's data is worth nothing, so it begins anew instead.
    passing = Cluster(base=base, lasting=False)
    assert passing.start()
    passing.drop()
    assert not base.exists()


def test_a_server_in_use_is_not_taken_away(server: Cluster) -> None:
    server.start()
    assert not server.is_busy()
    with connect(server, APP_ROLE):
        assert server.is_busy()


# --- Where it is --------------------------------------------------------------------------------


def test_the_addresses_are_read_as_a_socket_and_two_roles(base: Path) -> None:
    addresses = Cluster(base=base, lasting=False).environment()
    app = environ.Env.db_url_config(addresses["DATABASE_URL"])
    owner = environ.Env.db_url_config(addresses["DATABASE_OWNER_URL"])
    assert (app["HOST"], app["PORT"], app["NAME"]) == (str(base / "run"), 5432, DATABASE)
    assert (owner["HOST"], owner["PORT"], owner["NAME"]) == (str(base / "run"), 5432, DATABASE)
    assert (app["USER"], owner["USER"]) == (APP_ROLE, OWNER_ROLE)


def test_demo_and_tests_are_two_servers_and_neither_is_in_the_clone_or_the_home() -> None:
    demo, tests = local_postgres.cluster("demo"), local_postgres.cluster("test")
    assert demo.base != tests.base
    assert (demo.lasting, tests.lasting) == (True, False)
    assert not demo.base.is_relative_to(Path(__file__).resolve().parents[2])
    assert not demo.base.is_relative_to(Path.home())


def test_a_path_too_long_for_a_socket_is_refused_with_what_to_do(base: Path) -> None:
    with pytest.raises(CannotStart, match="set PG_FOLDER to a short one"):
        Cluster(base=base / ("deep" * 30), lasting=False).start()


def test_the_command_line_prints_a_sentence_and_no_traceback(base: Path) -> None:
    base.write_text("a file where the folder should be")
    said = subprocess.run(
        [sys.executable, "-m", "core.local_postgres", "start", "test"],
        env=os.environ | {"PG_FOLDER": str(base)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert said.stdout == ""
    assert len(said.stderr.splitlines()) == 1


# --- Finding a server ---------------------------------------------------------------------------


def programs(folder: Path, *, version: str, extensions: tuple[str, ...] = EXTENSIONS) -> Path:
    """A folder that looks like a server's, with the extensions where its own would be."""
    bin_folder = folder / "bin"
    bin_folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (bin_folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (bin_folder / name).chmod(0o755)
    share = folder / "share" / "extension"
    share.mkdir(parents=True)
    for name in extensions:
        (share / f"{name}.control").touch()
    return bin_folder


def test_a_server_that_is_too_old_or_lacks_an_extension_is_passed_over(tmp_path: Path) -> None:
    old = programs(tmp_path / "old", version="14.9")
    bare = programs(tmp_path / "bare", version="99.1", extensions=("pg_trgm",))
    good = programs(tmp_path / "good", version="99.1 (Debian)")
    assert look_into(tmp_path / "nowhere") is None
    assert find_binaries(places=[tmp_path, old, bare, good]).folder == good
    with pytest.raises(CannotStart, match="make setup"):
        find_binaries(places=[old, bare])


def test_the_version_asked_for_is_the_one_found(tmp_path: Path) -> None:
    newer = programs(tmp_path / "newer", version="99.1")
    older = programs(tmp_path / "older", version="98.3")
    assert find_binaries(major=98, places=[newer, older]).folder == older


def test_pg_bin_wins_and_a_wrong_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = programs(tmp_path / "good", version="99.1")
    monkeypatch.setenv("PG_BIN", str(good))
    assert find_binaries().folder == good
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(CannotStart, match=f"PG_BIN={tmp_path} holds no PostgreSQL 15"):
        find_binaries()


@as_root
def test_programs_in_a_closed_home_are_copied_to_where_the_server_can_run_them(
    server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_binaries()
    home = tmp_path / "home"
    closed = programs(home / "server", version=f"{real.major}.0")
    for name in ("postgres", "initdb", "pg_ctl"):
        (closed / name).write_text(f'#!/bin/sh\nexec "{real.folder / name}" "$@"\n')
    home.chmod(0o700)
    monkeypatch.setenv("PG_BIN", str(closed))
    assert server.start()
    assert (server.base / f"postgresql-{real.major}" / "bin" / "postgres").exists()


# --- What is said when it cannot be -------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            'initdb: error: could not write to file "x": No space left on device',
            "The disk is full",
        ),
        ("mkdir: Permission denied", "The right to write in"),
        (
            "initdb: error: could not look up effective user ID 4242: user does not exist",
            "This user has no name on this machine",
        ),
        (
            'LOG: starting\nFATAL:  could not load library "x"\nwaiting for server',
            'did not start: FATAL:  could not load library "x"',
        ),
        ("", "did not start: it said nothing"),
    ],
)
def test_what_postgresql_says_becomes_one_sentence(said: str, told: str) -> None:
    answer = sentence(said, about=Path("/srv/x"))
    assert told in answer
    assert "\n" not in answer


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "The right to write in"),
        (errno.EROFS, "The right to write in"),
        (errno.ENOTDIR, "cannot be used"),
    ],
)
def test_what_the_system_says_becomes_one_sentence(number: int, told: str) -> None:
    error = OSError(number, os.strerror(number), "/srv/x/data")
    assert told in sentence_of(error, about=Path("/srv/x"))
