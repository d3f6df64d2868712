"""Who sees whom: access_table.txt, which a Data Protection Officer can read, and every address held against it.

The addresses of a line give everybody the same answers. Each visitor of the table goes to a line for each
kind of family, each time by another address of it, so that by and by all are asked; what every role is shown
by every address, and the entry for it, is test_every_route's. A new address of somebody's record fails here
until it stands in the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.roles import Role
from cases.actions import access, restrictions
from cases.models import Person
from tests.architecture.test_every_route import (
    PUBLIC,
    ROUTES,
    Family,
    address,
    as_user,
    body_of,
    family,
)
from tests.factories import cases as make
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.api import a_token

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("access_table.txt")
# In the order of the letters of a cell.
KINDS = ("own", "other", "sealed", "conflict", "restricted")
# In the order of the columns.
VISITORS = {
    "worker": Role.CASEWORKER,
    "manager": Role.SERVICE_MANAGER,
    "desk": Role.FRONT_DESK,
    "lead": Role.SAFEGUARDING_LEAD,
    "quality": Role.QUALITY_REVIEWER,
    "dpo": Role.DPO,
    "admin": Role.SYSTEM_ADMINISTRATOR,
    "volunteer": Role.CASEWORKER,
    "sample": Role.QUALITY_REVIEWER,
    "deputy": Role.CASEWORKER,
}


# What the table's own notes explain: the concern and the allegation about a child.
SAYS_MORE = {
    "retention:allegation",
    "retention:concern",
    "safeguarding:allegation",
    "safeguarding:allegation-lever",
    "safeguarding:allegation-print",
    "safeguarding:concern",
    "safeguarding:concern-lever",
    "safeguarding:concern-print",
}


@dataclass
class World:
    families: dict[str, Family]
    staff: dict[str, Any]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for all visitors; what each of them leaves is taken back after their test."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic(), media:
        yield a_world()
        transaction.set_rollback(True)


def needle(kind: str) -> str:
    return f"Needle{kind}"


def a_world() -> World:
    services = {kind: make.ServiceFactory(name=f"Service of {kind}") for kind in KINDS}
    families = {kind: family(needle(kind), services[kind]) for kind in KINDS}
    make.SealFactory(person=families["sealed"].people)
    staff = {name: UserFactory(full_name=name, roles=[role]) for name, role in VISITORS.items()}
    theirs = [service for kind, service in services.items() if kind != "other"]
    for name, user in staff.items():
        make.BarringFactory(user=user, person=families["conflict"].people)
        for service in theirs if name not in {"volunteer", "sample"} else ():
            make.ServiceMemberFactory(service=service, user=user)
    DeputyFactory(user=staff["deputy"], role=Role.DPO.value)
    # Who knows nobody outside work, and to whom the lead leaves whom they know.
    UserFactory(full_name="another lead", roles=[Role.SAFEGUARDING_LEAD])
    day = timezone.localdate()
    given = {"since": day, "until": day, "reason": "Looks at it.", "by": staff["manager"]}
    for service in theirs:
        access.give_service(user=staff["volunteer"], service=service, **given)
    for kind in ("own", "restricted"):
        access.choose_sample(
            user=staff["sample"],
            service=services[kind],
            references=families[kind].cases.reference,
            **given,
        )
    # Who may open any record has said why: what comes before is tests/cases/test_purposes.py's.
    for name in ("lead", "dpo", "deputy"):
        for of in families.values():
            for person in of.cases.people.all():
                make.StatedPurposeFactory(person=person, recorded_by=staff[name])
    kept = Person.objects.filter(
        family_name=needle("restricted"), merged_into=None, is_restricted=False
    )
    for person in kept:
        restrictions.restrict(
            of=person,
            ground="accuracy",
            because="They dispute it.",
            alerts_stay=True,
            by=staff["dpo"],
        )
    return World(families=families, staff=staff)


# --- The table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What `names` give to each visitor: a letter for each kind of family."""

    cells: tuple[str, ...]
    names: tuple[str, ...]


def read_table() -> list[Line]:
    lines: list[Line] = []
    below = TABLE.read_text(encoding="utf-8").partition("\n===\n")[2]
    for part in below.strip().split("\n\n"):
        head, *names = part.splitlines()
        lines.append(Line(tuple(head.split()), tuple(" ".join(names).split())))
    return lines


def of_a_record(world: World) -> set[str]:
    """The addresses that lead to something of a family."""
    own, other = world.families["own"], world.families["other"]
    return {
        name
        for name, path in ROUTES.items()
        if name not in PUBLIC and address(path, own) != address(path, other)
    }


def test_every_address_of_a_record_is_in_the_table(world):
    lines = read_table()
    named = [name for line in lines for name in line.names]
    assert len(named) == len(set(named))
    assert set(named) == of_a_record(world)
    assert {(len(line.cells), *map(len, line.cells)) for line in lines} == {
        (len(VISITORS), *[len(KINDS)] * len(VISITORS))
    }
    assert len({line.cells for line in lines}) == len(lines)


# --- Going there ----------------------------------------------------------------------------------


def met(client: Any, where: str, key: dict[str, str]) -> tuple[str, str]:
    """What somebody meets there, as the table says it, and the page. Where nothing is to be read a form is
    sent, empty, and what it did is taken back.
    """
    headers = key if where.startswith("/api/") else {}
    answer = client.get(where, headers=headers)
    if answer.status_code == 405:
        with transaction.atomic():
            answer = client.post(where, headers=headers)
            transaction.set_rollback(True)
    text = body_of(answer)
    if answer.status_code == 404:
        return "-", text
    if answer.status_code in {302, 401} and "login" in answer.get("Location", "login"):
        return "r", text
    if answer.status_code == 403:
        return "k" if "is kept and not used" in text or "restricted" in text else "r", text
    return "o" if answer.status_code in {200, 204, 302, 400, 409, 422} else "!", text


@pytest.mark.parametrize("visitor", VISITORS)
def test_everybody_gets_what_the_table_says(world, visitor):
    user, column = world.staff[visitor], list(VISITORS).index(visitor)
    client, key = as_user(user), {"authorization": f"Bearer {a_token(user)}"}
    lines = read_table()
    shut = {
        kind
        for place, kind in enumerate(KINDS)
        if all(line.cells[column][place] == "-" for line in lines if "cases:person" in line.names)
    }
    wrong, shown = [], 0
    for line in lines:
        for place, kind in enumerate(KINDS):
            name = line.names[(column * len(KINDS) + place) % len(line.names)]
            where = address(ROUTES[name], world.families[kind])
            found, text = met(client, where, key)
            shown += needle(kind) in text
            if found != line.cells[column][place]:
                wrong.append(f"{name} {kind}: {found} instead of {line.cells[column][place]}")
            if name not in SAYS_MORE:
                wrong += [f"{name} shows {other}" for other in shut if needle(other) in text]
    assert not wrong, "\n".join(wrong)
    # There were pages that could have shown somebody.
    assert bool(shown) is (visitor not in {"admin", "quality"})
