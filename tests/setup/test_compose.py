"""docker-compose.yml, Dockerfile and .env.sample against the settings and the commands they name.

No Docker engine is needed: the files are read, and what they say is looked up in the product.
"""

import ast
import importlib.util
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
import yaml
from django.core.management import CommandError, get_commands, load_command_class
from gunicorn.config import Config

from core.local_postgres.binaries import find_binaries
from core.local_postgres.cluster import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER, Cluster

CLONE = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
LONG_RUNNING = ("web", "worker", "upkeep")
SAMPLE = (CLONE / ".env.sample").read_text()

# What a container decides for itself: never the inside of errors, and files where the image put them.
DECIDED_BY_THE_IMAGE = {"DEBUG", "STATIC_ROOT"}
# Variables of the database container, made into addresses by docker-compose.yml.
OF_THE_DATABASE = {"DB_SUPERUSER_PASSWORD", "DB_OWNER_PASSWORD", "DB_APP_PASSWORD"}


def settings_read() -> dict[str, Any]:
    """Every variable that settings.py reads, with its default where that is written out."""
    tree = ast.parse((CLONE / "parenting2000" / "settings.py").read_text())
    found: dict[str, Any] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        asked = (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "env"
        ) or (isinstance(call.func, ast.Name) and call.func.id in {"env", "_required"})
        if asked and call.args and isinstance(call.args[0], ast.Constant):
            default = next((word.value for word in call.keywords if word.arg == "default"), None)
            try:
                value = None if default is None else ast.literal_eval(default)
            except ValueError:
                value = None
            found.setdefault(call.args[0].value, value)
    return found


def sample_names() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", SAMPLE, flags=re.MULTILINE))


def address(service: str, name: str) -> dict[str, Any]:
    """An address of docker-compose.yml as the settings would read it."""
    filled_in = re.sub(r"\$\{[^}]+\}", "secret", OURS[service]["environment"][name])
    return environ.Env.db_url_config(filled_in)


def compose_names() -> set[str]:
    return set(
        re.findall(r"\$\{([A-Z][A-Z0-9_]+)[:?}-]", (CLONE / "docker-compose.yml").read_text())
    )


# --- Names of variables -------------------------------------------------------------------------


def test_the_settings_are_read_by_this_test() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "DEMO", "EMAIL_URL"} <= set(
        settings_read()
    )


def test_the_sample_names_every_variable_and_no_other() -> None:
    assert sample_names() == set(settings_read()) | OF_THE_DATABASE


def test_the_sample_shows_the_defaults_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / ".env"
    chosen.write_text(re.sub(r"^#([A-Z][A-Z0-9_]+=)", r"\1", SAMPLE, flags=re.MULTILINE))
    read: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", read)
    environ.Env.read_env(chosen)
    wrong = {}
    for name, default in settings_read().items():
        if default is None or name == "DATABASE_OWNER_URL":
            continue
        as_text = ",".join(default) if isinstance(default, list) else str(default)
        shown = read[name]
        if isinstance(default, bool):
            as_text = str(int(default))
        if shown != as_text:
            wrong[name] = (shown, as_text)
    assert wrong == {}


def test_the_sample_holds_no_secret() -> None:
    for name in ("SECRET_KEY", *OF_THE_DATABASE):
        assert f"\n{name}=\n" in SAMPLE


def test_what_compose_insists_on_is_in_the_sample() -> None:
    assert compose_names() == OF_THE_DATABASE | {"SECRET_KEY"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_setting_reaches_the_application(name: str) -> None:
    expected = set(settings_read()) - DECIDED_BY_THE_IMAGE - {"DATABASE_OWNER_URL"}
    assert set(SERVICES[name]["environment"]) == expected


def test_optional_settings_are_passed_on_and_never_emptied() -> None:
    given = {name for name, value in SERVICES["web"]["environment"].items() if value is not None}
    assert given == {
        "DATABASE_URL",
        "SECRET_KEY",
        "MEDIA_ROOT",
        "AUDIT_ANCHOR",
        "ERASURE_LEDGER",
        "BACKUP_FOLDER",
    }


# --- Roles of the database ----------------------------------------------------------------------


def test_only_migrating_knows_the_owner() -> None:
    holders = {name for name in OURS if "DATABASE_OWNER_URL" in OURS[name]["environment"]}
    assert holders == {"migrate"}
    assert address("migrate", "DATABASE_OWNER_URL")["USER"] == OWNER_ROLE


@pytest.mark.parametrize("name", OURS)
def test_every_service_runs_as_the_application_role(name: str) -> None:
    database = address(name, "DATABASE_URL")
    assert (database["USER"], database["HOST"], database["NAME"]) == (APP_ROLE, "db", DATABASE)


def test_the_roles_are_made_as_the_private_database_makes_them(server: Cluster) -> None:
    server.start()
    with psycopg.connect(
        host=str(server.sockets), port=5432, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f"DROP DATABASE {DATABASE}")
        connection.execute(f"DROP ROLE {OWNER_ROLE}")
        connection.execute(f"DROP ROLE {APP_ROLE}")
        subprocess.run(
            [
                find_binaries().folder / "psql",
                f"--host={server.sockets}",
                "--port=5432",
                f"--username={SUPERUSER}",
                "--dbname=postgres",
                "--no-psqlrc",
                f"--file={CLONE / 'docker' / 'create_roles.sql'}",
            ],
            env=os.environ | {"DB_OWNER_PASSWORD": "it's", "DB_APP_PASSWORD": "two"},
            check=True,
        )
        roles = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolpassword LIKE 'SCRAM%%'"
            " FROM pg_authid WHERE rolname = ANY(%s) ORDER BY rolname",
            [[OWNER_ROLE, APP_ROLE]],
        ).fetchall()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
    assert roles == [
        (APP_ROLE, True, False, False, True),
        (OWNER_ROLE, True, False, False, True),
    ]
    assert owner == (OWNER_ROLE,)


# --- Commands and images ------------------------------------------------------------------------


def commands_named() -> list[tuple[str, list[str]]]:
    named = [(name, service["command"]) for name, service in OURS.items()]
    named += [
        (f"{name} health", service["healthcheck"]["test"][1:])
        for name, service in OURS.items()
        if "healthcheck" in service
    ]
    dockerfile = (CLONE / "Dockerfile").read_text().replace("\\\n", " ")
    default = re.search(r"^CMD (\[.*\])$", dockerfile, flags=re.MULTILINE)
    assert default
    named.append(("Dockerfile", yaml.safe_load(default[1])))
    collect = re.search(r"python (manage\.py [^&]+)&&", dockerfile)
    assert collect
    named.append(("Dockerfile build", ["python", *shlex.split(collect[1])]))
    return named


def check_command(words: list[str]) -> None:
    """Fail unless the product understands `words`: the command, each of its options, what it loads."""
    match words:
        case ["python", "manage.py", name, *arguments]:
            command = load_command_class(get_commands()[name], name)
            command.create_parser("manage.py", name).parse_args(arguments)
        case ["gunicorn", *arguments]:
            given = Config().parser().parse_args(arguments)
            module, _, attribute = given.args[0].partition(":")
            spec = importlib.util.find_spec(module)
            assert spec
            assert spec.origin
            # Read and not imported: importing it starts the whole application a second time.
            assigned = ast.parse(Path(spec.origin).read_text()).body
            assert attribute in {
                target.id
                for line in assigned
                if isinstance(line, ast.Assign)
                for target in line.targets
                if isinstance(target, ast.Name)
            }
        case ["python", "-m", module]:
            assert importlib.util.find_spec(module)
        case _:
            pytest.fail(f"{shlex.join(words)} is no command that this test knows")


@pytest.mark.parametrize(("name", "words"), commands_named())
def test_every_command_named_exists_with_its_options(name: str, words: list[str]) -> None:
    check_command(words)


@pytest.mark.parametrize(
    "words",
    [
        ["python", "manage.py", "no_such_command"],
        ["python", "manage.py", "migrate", "--no-such-option"],
        ["gunicorn", "parenting2000.wsgi:application", "--no-such-option"],
        ["gunicorn", "parenting2000.wsgi:nothing"],
    ],
)
def test_a_command_that_does_not_exist_would_be_found(words: list[str]) -> None:
    with pytest.raises((SystemExit, KeyError, AssertionError, CommandError)):
        check_command(words)


def test_every_image_is_pinned_to_one_release() -> None:
    named = [service["image"] for service in SERVICES.values() if "build" not in service]
    named += re.findall(r"^FROM (\S+:\S+)", (CLONE / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert len(named) == 2
    for image in named:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+", image), image


def test_the_image_has_the_python_of_the_clone() -> None:
    wanted = (CLONE / ".python-version").read_text().strip()
    assert f"FROM python:{wanted}." in (CLONE / "Dockerfile").read_text()


def test_nobody_runs_as_root_or_keeps_more_rights_than_needed() -> None:
    dockerfile = (CLONE / "Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", dockerfile, flags=re.MULTILINE) == ["parenting2000"]
    for service in OURS.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_runs_for_long_says_how_it_is() -> None:
    assert all("healthcheck" in SERVICES[name] for name in (*LONG_RUNNING, "db"))


def test_pages_are_offered_to_this_machine_only() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_takes_no_secret_and_nothing_built_here() -> None:
    ignored = (CLONE / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", ".venv", ".tools", "node_modules", "var", "static/build"} <= set(
        ignored
    )
