"""Figures that the demo's charity released before most of its families were destroyed, as their time had come.

The demo holds eleven families, of whom nearly every figure is hidden. What was released when there were more
stays, as it does everywhere: invented rows are counted and then hidden by the product itself.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from funding.models import Contract
from funding.quarters import Quarter
from planning import measures as of
from planning.counting import NO_AREA
from planning.counting_paid import agreed_of
from planning.figures import publish
from planning.measures import Breakdown, Definition, Measured
from planning.models import Release
from planning.paid import AREA, NO_CONTRACT, PaidCounts

SERVICES = ("Counselling", "Family Mediation", "Family Support", "Stay and Play", "Young Carers")
PAID = "Family Support"
# How often of each in a hundred.
AGES = (18, 22, 20, 8, 30, 2)
AREAS = ("L37", "PR8", "PR9", NO_AREA)
LIVE = (10, 45, 35, 10)
TELL = (4, 3, 5, 50, 2, 36)
COME_FROM = (30, 25, 10, 15, 10, 10)
BECAME = (70, 15, 10, 5)
WAITED = (15, 45, 30, 10)
CAME_ABOUT = (78, 12, 6, 4)
STAND = (75, 25)
BEGAN = (30, 70)
ENDED = (60, 25, 15)
CHANGED = (62, 20, 18)
SCALES = ("Family Star", "Wellbeing")

type Rows = list[tuple[str, ...]]


def load_past(quarters: Sequence[Quarter]) -> None:
    """Release `quarters`, as they would have been a week after each of them."""
    contract = Contract.objects.select_related("funder").get(service__name=PAID)
    for quarter in quarters:
        chance = Random(f"{quarter.key} of 2000")  # noqa: S311  # invented, the same each time
        measured, paid = _counted(chance, contract)
        figures = publish(measured, paying=[paid], threshold=settings.SMALL_NUMBER)
        record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Release)
        Release.objects.create(
            period_from=quarter.first,
            period_to=quarter.last,
            kept=figures.kept(),
            made=timezone.make_aware(
                datetime.combine(quarter.last + timedelta(days=7), time(6, 30))
            ),
        )


def _counted(chance: Random, contract: Contract) -> tuple[list[Measured], PaidCounts]:
    pays = (contract.reference, NO_CONTRACT)
    people = _rows(
        chance, 14, (of.AGE_BANDS, AGES), (AREAS, LIVE), (of.ETHNIC_GROUPS, TELL), (pays, (65, 35))
    )
    cases = _rows(
        chance, 9, (of.STANDING, STAND), (of.SINCE, BEGAN), (pays, (60, 40)), (AREA, (80, 10, 10))
    )
    contacts = _rows(chance, 40, (of.ATTENDANCE, CAME_ABOUT), (of.KINDS, ()), (pays, (65, 35)))
    measured = [
        _measure(
            of.PEOPLE,
            people,
            ("age", of.AGE_BANDS),
            ("area", AREAS),
            ("ethnicity", of.ETHNIC_GROUPS),
        ),
        _measure(of.CASES, cases, ("standing", of.STANDING), ("since", of.SINCE)),
        _measure(
            of.REFERRALS,
            _rows(chance, 8, (of.SOURCES, ()), (of.BECAME, BECAME)),
            ("source", of.SOURCES),
            ("became", of.BECAME),
        ),
        _measure(of.WAITING, _rows(chance, 6, (of.WAITS, WAITED)), ("wait", of.WAITS)),
        _measure(of.CONTACTS, contacts, ("attendance", of.ATTENDANCE), ("kind", of.KINDS)),
        _measure(of.GOALS_ENDED, _rows(chance, 5, (of.GOALS, ENDED)), ("ended", of.GOALS)),
        _measure(
            of.OUTCOMES,
            _rows(chance, 12, (of.CHANGE, CHANGED), lines=SCALES),
            ("change", of.CHANGE),
        ),
    ]
    mine = [row for row in cases if row[0] == PAID]
    return measured, PaidCounts(
        service=PAID,
        agreed=(agreed_of(contract),),
        counts={
            "people": Counter(row[4] for row in people if row[0] == PAID),
            "families": Counter(row[3] for row in mine),
            "contacts": Counter(row[3] for row in contacts if row[:2] == (PAID, of.ATTENDANCE[0])),
        },
        areas={contract.reference: Counter(row[4] for row in mine if row[3] == pays[0])},
    )


def _rows(
    chance: Random,
    about: int,
    *sides: tuple[Sequence[str], Sequence[int]],
    lines: Sequence[str] = SERVICES,
) -> Rows:
    """For each line about so many, or up to three times as many, each with a word of every side."""
    return [
        (line, *(chance.choices(words, often or None)[0] for words, often in sides))
        for place, line in enumerate(lines)
        for _ in range(chance.randint(about, about * (3 if place % 2 == 0 else 2)))
    ]


def _measure(definition: Definition, rows: Rows, *sides: tuple[str, tuple[str, ...]]) -> Measured:
    titles = {
        "age": "By age",
        "area": "By area",
        "ethnicity": "By ethnic group",
        "standing": "By whether they are open",
        "since": "By when they were opened",
        "source": "By who referred",
        "became": "By what became of them",
        "wait": "By how long it took",
        "attendance": "By whether they took place",
        "kind": "By kind",
        "ended": "By how they ended",
        "change": "By how the score changed",
    }
    return Measured(
        definition,
        tuple(dict.fromkeys(row[0] for row in rows)),
        tuple(
            Breakdown(key, titles[key], columns, Counter((row[0], row[at]) for row in rows))
            for at, (key, columns) in enumerate(sides, 1)
        ),
    )
