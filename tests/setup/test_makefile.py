"""The scripts behind `make`: they can fail, they say why, and they name no place but this clone."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*CLONE.glob("tools/*.sh"), CLONE / ".ci" / "run"])
CHECKS = (
    "ruff check",
    "ruff format",
    "mypy",
    "lint-imports",
    "djlint --lint",
    "djlint --check",
    "makemigrations",
    "data_map",
    "migrate --verbosity",
    "tests.migrated_template",
    "check --deploy",
)


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


# --- make -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "fix", "setup", "clean"])
def test_each_promised_target_is_there(target: str) -> None:
    assert run("make", "--dry-run", "--directory", CLONE, target).returncode == 0


def test_the_tests_begin_with_installing_and_checking() -> None:
    planned = run("make", "--dry-run", "--no-print-directory", "--directory", CLONE, "test").stdout
    assert [line.split()[0] for line in planned.splitlines()] == [
        "tools/setup.sh",
        "tools/check.sh",
        ".venv/bin/python",
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_run_and_stop_at_the_first_error(path: Path) -> None:
    assert path.stat().st_mode & stat.S_IXUSR
    assert "\nset -euo pipefail\n" in path.read_text()
    assert run("bash", "-n", path).returncode == 0


def test_ci_does_what_the_readme_says() -> None:
    assert "exec make test" in (CLONE / ".ci" / "run").read_text()


# --- make check -----------------------------------------------------------------------------------


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """A clone in which every check succeeds, but the one that FAILING names."""
    shutil.copytree(CLONE / "tools", tmp_path / "tools")
    stub = 'case "$(basename "$0") $*" in *"$FAILING"*) echo "why it failed"; exit 1;; esac'
    script(tmp_path / ".venv" / "bin" / "python", stub)
    script(tmp_path / ".venv" / "bin" / "lint-imports", stub)
    return tmp_path / "tools" / "check.sh"


def test_all_checks_passing_is_a_success(checked: Path) -> None:
    done = run(checked, FAILING="nothing at all")
    assert (done.returncode, done.stdout.count("ok  ")) == (0, len(CHECKS))


@pytest.mark.parametrize("failing", CHECKS)
def test_each_check_can_fail_and_the_others_are_still_made(checked: Path, failing: str) -> None:
    done = run(checked, FAILING=failing)
    assert done.returncode == 1
    assert done.stdout.count("ok  ") == len(CHECKS) - 1
    assert "why it failed" in done.stdout
    assert "1 failed: " in done.stdout


def test_no_database_is_a_failure_too(checked: Path) -> None:
    assert run(checked, FAILING="local_postgres renew").returncode != 0


# --- make setup -----------------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone with nothing installed, on a machine whose commands are ours to invent."""
    for name in ("tools", "requirements"):
        shutil.copytree(CLONE / name, tmp_path / "clone" / name)
    shutil.copy(CLONE / ".python-version", tmp_path / "clone")
    return tmp_path


def set_up(bare: Path) -> subprocess.CompletedProcess[str]:
    return run(
        bare / "clone" / "tools" / "setup.sh",
        PATH=f"{bare / 'commands'}:{os.environ['PATH']}",
        HOME=str(bare),
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device: 'x'", "The disk is full"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "The right to write is missing"),
        ("Temporary failure in name resolution", "the package registry cannot be reached"),
        ("Something new", "Making a place for uv failed (see the lines above)."),
    ],
)
def test_what_stops_it_is_said_in_a_sentence(bare: Path, said: str, told: str) -> None:
    script(bare / "commands" / "python3", f'[ "$1" = -c ] || {{ echo "{said}" >&2; exit 1; }}')
    done = set_up(bare)
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]
    assert done.stdout == ""


def test_without_the_right_to_install_one_line_to_type_is_given(bare: Path) -> None:
    script(bare / "commands" / "python3", "exit 1")
    script(bare / "commands" / "sudo", "exit 1")
    script(bare / "commands" / "id", "echo 1000")
    script(bare / "commands" / "apt-get", "echo must not be called; exit 99")
    done = set_up(bare)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert re.search(r": sudo apt-get update && sudo apt-get install -y .*\bpython3-venv\b", line)


def test_with_the_right_it_is_installed(bare: Path) -> None:
    script(bare / "commands" / "python3", '[ "$1" = -c ] && exit 1; echo stop; exit 1')
    script(bare / "commands" / "id", "echo 0")
    script(bare / "commands" / "apt-get", f'echo "$@" >> {bare / "asked"}')
    set_up(bare)
    update, install = (bare / "asked").read_text().splitlines()
    assert update == "update"
    assert install.startswith("install -y --no-install-recommends ")
    assert install.endswith("python3-venv")


# --- What is committed ----------------------------------------------------------------------------

from_git = pytest.mark.skipif(
    not (CLONE / ".git").exists(), reason="only git knows what is committed"
)


def committed_text() -> dict[Path, str]:
    listed = run("git", "-C", CLONE, "ls-files", "-co", "--exclude-standard").stdout.splitlines()
    texts = {}
    for name in listed:
        path = CLONE / name
        if path.is_file():
            texts[Path(name)] = path.read_text(encoding="utf-8", errors="replace")
    return texts


@from_git
def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    # Written apart, so that this file does not find itself.
    words = ("registry." + "npmjs", "py" + "pi.org", "python" + "hosted", "deb." + "debian.org")
    pattern = re.compile("|".join(map(re.escape, words)) + r"|(?<![\w.-])/(?:root|work)/")
    texts = committed_text()
    assert Path("Makefile") in texts
    named = {str(path): found[0] for path, text in texts.items() if (found := pattern.search(text))}
    assert named == {}


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    lock = (CLONE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 10
    for path in (CLONE / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        for pin in re.findall(r"^[a-z0-9][^\n]*==[^\n]*$", text, flags=re.MULTILINE):
            assert pin.endswith("\\"), f"{path.name}: {pin} has no hash"


@from_git
def test_what_is_built_or_secret_is_not_committed() -> None:
    made = [".env", "static/build/app.css", ".venv/x", ".tools/x", "node_modules/x", "var/demo/x"]
    ignored = run("git", "-C", CLONE, "check-ignore", *made).stdout.splitlines()
    assert ignored == made
