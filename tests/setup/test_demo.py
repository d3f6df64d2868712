"""`manage.py demo` as a newcomer meets it: one command, real processes, and nothing left behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from core.local_postgres.cluster import Cluster
from parenting2000 import environment
from parenting2000.demo_families import ACCOUNTS
from parenting2000.management.commands import demo as command
from parenting2000.management.commands.demo import check_port
from parenting2000.supervision import start_program
from tests.setup.test_compose import check_command

CLONE = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds: two tests at once on a small machine

no_own_settings = pytest.mark.skipif(
    (CLONE / ".env").exists(), reason="this clone's .env decides, not a newcomer's defaults"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def newcomers(base: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing, with folders of the test's own."""
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "DEMO", "DEBUG", "MEDIA_ROOT"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {"PG_FOLDER": str(base), "DEMO_FOLDER": str(base.parent / "demo")}


def manage(base: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CLONE,
        env=newcomers(base),
        capture_output=True,
        text=True,
        check=False,
    )


def started_by(base: Path) -> dict[int, str]:
    """The processes that got their environment or their place from this test, and what they are."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                marks = words + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(base).encode() in marks and entry.name != str(os.getpid()):
                found[int(entry.name)] = words.decode(errors="replace")
    return found


def nothing_left(base: Path) -> dict[int, str]:
    """What is still running, after a moment's patience; empty is right."""
    end = time.monotonic() + 20
    while (left := started_by(base)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


@pytest.fixture(scope="module")
def shared(place: Path) -> Iterator[Path]:
    """Where the demos of this module have their database: made and filled once, as on any machine."""
    folder = place / "server"
    folder.mkdir()
    yield folder
    private_postgres(folder, "drop")


def private_postgres(folder: Path, act: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "core.local_postgres", act, "demo"],
        cwd=CLONE,
        env=newcomers(folder),
        stdout=subprocess.DEVNULL,
        check=True,
    )


@pytest.fixture
def demo(shared: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """A demo that is up: its process, its port, and what it printed."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", f"--port={port}"],
        cwd=CLONE,
        env=newcomers(shared),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    # Whoever waits for words that never come waits no longer than this.
    limit = threading.Timer(PATIENCE, process.kill)
    limit.start()
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C ends everything" in line:
            break
    limit.cancel()
    assert "Ctrl-C ends everything" in printed, printed
    yield process, port, printed
    process.kill()
    process.wait()
    process.stdout.close()
    private_postgres(shared, "stop")


def first_page(port: int) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", "/")
    answer = connection.getresponse()
    page = answer.read()
    connection.close()
    return answer.status, page


# --- From the first line to Ctrl-C ----------------------------------------------------------------


@no_own_settings
def test_one_command_shows_the_product_and_ctrl_c_ends_all_of_it(
    demo: tuple[subprocess.Popen[str], int, str],
    shared: Path,
) -> None:
    process, port, printed = demo
    assert f"http://localhost:{port}" in printed
    for role, mail, password in ACCOUNTS:
        assert role in printed
        assert mail in printed
        assert password in printed
    status, page = first_page(port)
    assert (status, b"Parenting 2000" in page) == (200, True)
    programs = " ".join(started_by(shared).values())
    assert "gunicorn" in programs
    assert "procrastinate worker" in programs
    assert "postgres" in programs

    # In a second terminal: the demo's own database, without a word of settings.
    assert manage(shared, "showmigrations", "--plan").returncode == 0
    assert manage(shared, "sendtestemail", "somebody@example.org").returncode == 0
    assert list((shared.parent / "demo" / "mail").iterdir())
    second = manage(shared, "demo", f"--port={free_port()}")
    assert (second.returncode, "is running already" in second.stderr) == (1, True)

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0
    assert nothing_left(shared) == {}
    check_port(port)
    late = manage(shared, "showmigrations", "--plan")
    assert late.returncode == 1
    assert "Start it with `make demo`" in late.stderr
    assert "Traceback" not in late.stderr


@no_own_settings
def test_a_worker_that_dies_is_named_and_the_rest_is_ended(
    demo: tuple[subprocess.Popen[str], int, str],
    shared: Path,
) -> None:
    process, _, _ = demo
    assert process.stdout
    (worker,) = (
        number for number, words in started_by(shared).items() if "procrastinate worker" in words
    )
    os.kill(worker, signal.SIGKILL)
    said = process.stdout.read()
    assert process.wait(timeout=PATIENCE) == 1
    assert "The worker stopped by itself." in said
    assert "Traceback" not in said
    assert nothing_left(shared) == {}


@no_own_settings
def test_killed_outright_it_takes_web_and_worker_with_it(
    demo: tuple[subprocess.Popen[str], int, str],
    shared: Path,
) -> None:
    process, port, _ = demo
    process.kill()
    process.wait()
    end = time.monotonic() + 30
    while time.monotonic() < end and any(
        word in " ".join(started_by(shared).values()) for word in ("gunicorn", "procrastinate")
    ):
        time.sleep(0.1)
    # The database is found running by the next demo, and by `make clean`.
    assert all("postgres" in words for words in started_by(shared).values())
    check_port(port)


# --- Reasons not to start -------------------------------------------------------------------------


def test_an_occupied_port_is_named_with_what_to_type() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is in use .* PORT={port + 1}"):
            check_port(port)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="70000 is no port"):
        check_port(70000)


def test_no_invented_family_gets_beside_real_ones(base: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=CLONE,
        env=newcomers(base)
        | {"SECRET_KEY": "k" * 50, "DATABASE_URL": "postgres://a@nowhere/real", "DEMO": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "never loaded beside real ones" in done.stderr


@no_own_settings
def test_one_secret_without_the_other_is_a_mistake_and_is_said(base: Path) -> None:
    for given, missing in (("SECRET_KEY", "DATABASE_URL"), ("DATABASE_URL", "SECRET_KEY")):
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=CLONE,
            env=newcomers(base) | {given: "postgres://a@nowhere/x"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith(f"{missing} is not set.")
        assert "Traceback" not in done.stderr


@no_own_settings
def test_a_deadline_needs_no_database(base: Path) -> None:
    done = manage(base, "rights_deadline", "--received", "2026-11-02")
    assert done.returncode == 0
    assert done.stdout.startswith("due: 2026-12-02\n")
    assert started_by(base) == {}


# --- Parts ----------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "DEMO_FOLDER", tmp_path / "demo")
    monkeypatch.setattr(os, "environ", {})
    environment.use_private_demo()
    first = os.environ["SECRET_KEY"]
    environment.use_private_demo()
    assert os.environ["SECRET_KEY"] == first
    assert len(first) >= 50
    assert (tmp_path / "demo" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["secret_key"]


def test_what_it_starts_are_commands_of_this_product(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    from_command = "parenting2000.management.commands.demo"
    monkeypatch.setattr(
        f"{from_command}.start_program", lambda *words, **_: started.append(words[1])
    )
    sys.modules[from_command].start_all([], port=8000)
    for words in started:
        assert words[0] == sys.executable
        rest = words[1:]
        check_command(rest[1:] if rest[0] == "-m" else ["python", *rest])


def test_a_program_ends_with_everything_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    log = tmp_path / "log"
    program = start_program(
        "web", [sys.executable, "-c", stubborn], folder=tmp_path, environment={}, log=log
    )
    end = time.monotonic() + 20
    while not log.read_text().strip() and time.monotonic() < end:
        time.sleep(0.05)
    child = int(log.read_text())
    assert not program.has_ended()
    program.end(within=0.2)
    assert program.has_ended()
    while Path(f"/proc/{child}/cwd").exists() and time.monotonic() < end:
        time.sleep(0.05)
    # Gone, or a dead entry that nobody has collected yet.
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or ") Z " in state.read_text()


def test_last_words_are_the_end_of_what_was_said(tmp_path: Path) -> None:
    program = start_program(
        "web",
        [sys.executable, "-c", "[print(n) for n in range(50)]"],
        folder=tmp_path,
        environment={},
        log=tmp_path / "log",
    )
    program.process.wait()
    assert program.has_ended()
    assert program.last_words(lines=2) == "48\n49"
    program.end()


def test_a_database_that_cannot_start_is_a_sentence(base: Path) -> None:
    base.write_text("a file where the folder should be")
    done = manage(base, "demo", f"--port={free_port()}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("was_there", [False, True])
def test_what_was_noted_beside_a_database_goes_with_it(tmp_path, monkeypatch, was_there):
    """Dropped and made anew, it would be told that its log was changed and that it was restored."""
    seals = tmp_path / "anchor" / "seals.jsonl"
    seals.parent.mkdir()
    seals.write_text("{}")
    server = Cluster(base=tmp_path / "server", lasting=True)
    server.base.mkdir()
    if was_there:
        server.ready.touch()
    monkeypatch.setenv("DATABASE_URL", "postgres://demo")
    monkeypatch.setattr(command, "DEMO_FOLDER", tmp_path)
    monkeypatch.setattr(
        command.local_postgres, "environment", lambda _: {"DATABASE_URL": "postgres://demo"}
    )
    monkeypatch.setattr(command.local_postgres, "cluster", lambda _: server)
    monkeypatch.setattr(command.local_postgres, "start", lambda _: server.ready.touch())
    monkeypatch.setattr(command.local_postgres, "stop", lambda _: None)
    with command.private_database():
        assert seals.exists() is was_there
