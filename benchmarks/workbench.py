"""The pages on which somebody decides what is withheld, of 500 items and of 5,000, in one run.

Kept is how many times longer the larger record takes, and how many more questions it asks of the database. Measured
is the time of the processor, of this process and of the database's for it (`need_to_know`).
"""

import random
import statistics
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.case_notes import WORDS
from benchmarks.database import a_database
from benchmarks.need_to_know import Took, opened

FEW, MANY = 500, 5_000
TURNS = 3
NAMING = (
    "Joe Hart said that his teacher had rung.",
    "Mrs Quill from next door came by at 10.",
    "She can be reached on 0151 496 0123 after five.",
    "Write to quill@family.example about it.",
)


def measure() -> dict[str, dict[str, float]]:
    """Print the table, and return its numbers."""
    with a_database():
        return _measured()


def _measured() -> dict[str, dict[str, float]]:
    from accounts.roles import Role
    from tests.cases.world import freshly, signed_in
    from tests.factories.accounts import UserFactory

    officer = UserFactory(full_name="Ruth Ellis", roles=[Role.DPO])
    browser = freshly(signed_in(officer))
    few, many = _addresses(FEW), _addresses(MANY)
    results = {}
    print(f"{'page':<16} {FEW:>7} items {MANY:>7} items {'times':>7} {'questions':>14}")
    for name, address in few.items():
        less = _median(lambda address=address: opened(browser, address))
        more = _median(lambda address=many[name]: opened(browser, address))
        asked = _questions(browser, address), _questions(browser, many[name])
        results[name] = {
            "few_seconds": round(less, 2),
            "many_seconds": round(more, 2),
            "times": round(more / less, 2),
            "questions_more": asked[1] - asked[0],
        }
        print(
            f"{name:<16} {less:>12.2f}s {more:>12.2f}s {more / less:>7.2f} {asked[0]:>7} {asked[1]:>6}",
            flush=True,
        )
    return results


def _median(one: Callable[[], Took]) -> float:
    one()  # the first warms up
    return statistics.median(one().worked for _ in range(TURNS))


def _questions(browser: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):  # once a minute the session is written as well
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    return min(counts)


def _addresses(notes: int) -> dict[str, str]:
    """The pages of a request of somebody about whom so many notes are held."""
    from django.urls import reverse

    from cases.models import CaseNote
    from sar.pack.held import key_of
    from tests.factories.cases import CaseFactory, PersonFactory
    from tests.factories.sar import RightsRequestFactory

    amelia = PersonFactory(given_names="Amelia", family_name="Hart")
    joe = PersonFactory(given_names="Joe", family_name="Hart")
    case = CaseFactory(people=[amelia, joe])
    written = _notes(case, amelia, notes)
    request = RightsRequestFactory(person=amelia).reference
    items = reverse("sar:items", args=[request])
    key = key_of(CaseNote._meta.label, written[notes // 2].pk)
    return {
        "items": items,
        "undecided": f"{items}?show=undecided",
        "one item": reverse("sar:item", args=[request, key]),
        "everybody named": reverse("sar:names", args=[request]),
    }


def _notes(case: Any, person: Any, count: int) -> list[Any]:
    from cases.models import CaseNote, NotePerson
    from tests.factories.base import noted
    from tests.factories.cases import CaseNoteFactory

    first = CaseNoteFactory(case=case, people=[person])
    left_out = ("id", "token", "reference")
    same = {
        column.attname: getattr(first, column.attname)
        for column in CaseNote._meta.concrete_fields
        if column.name not in left_out
    }
    rows = [
        CaseNote(
            **{
                **same,
                "body": _body(number),
                "happened_at": first.happened_at - timedelta(hours=number),
            }
        )
        for number in range(1, count)
    ]
    noted(CaseNote._base_manager.bulk_create, rows, batch_size=500)
    about = [NotePerson(note=row, person=person) for row in rows]
    noted(NotePerson._base_manager.bulk_create, about, batch_size=500)
    return [first, *rows]


def _body(number: int) -> str:
    chance = random.Random(number)  # noqa: S311 text, not secrets
    said = " ".join(chance.choices(WORDS, k=chance.randint(50, 180)))
    return f"{said}. {chance.choice(NAMING)}" if chance.random() < 0.5 else f"{said}."


if __name__ == "__main__":
    measure()
