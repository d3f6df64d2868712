"""Figures of the demo: the last quarters as they were released, uses with names, visits to the public site."""

from collections import Counter
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.utils import timezone

from audit.actors import SYSTEM
from funding.quarters import latest, quarter_of
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.past import load_past
from planning.actions.figures import release_figures
from planning.actions.uses import ask_use, decide_use
from planning.models import IdentifiedUse
from website.models import Visit
from website.writing import tidy_visits, write_down

COUNTED, PAST = 1, 8  # quarters
DAYS = 60
# How often in a hundred, and what; each with where people come from.
PAGES = (
    (40, "/", "https://www.google.co.uk/"),
    (20, "/your-rights/", "/"),
    (15, "/privacy/", "/"),
    (15, "/complain/", "/your-rights/"),
    (6, "/accessibility/", ""),
    (4, "/cookies/", "/privacy/"),
)
BROWSERS = (
    (45, "Safari", "iPhone or iPad"),
    (35, "Chrome", "Android"),
    (12, "Chrome", "Windows"),
    (5, "Edge", "Windows"),
    (3, "Firefox", "Linux"),
)
HOURS = (8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 19, 20, 20, 21, 21, 22)


def load_figures(calendar: Calendar) -> None:
    """Release the last quarter: the demo is small, so much of it is hidden. Those before had more families."""
    quarters = latest(quarter_of(calendar.today).previous, COUNTED + PAST)
    load_past(quarters[:PAST])
    for quarter in quarters[PAST:]:
        release_figures(quarter=quarter, on=calendar.today, by=SYSTEM)


def load_uses(charity: Charity, calendar: Calendar) -> None:
    """One that was approved and may be taken out, one that waits for a decision, and one that was refused."""
    manager, officer, today = charity.staff["maureen"], charity.staff["judith"], calendar.today
    asked: dict[str, Any] = {
        "basis": IdentifiedUse.Basis.CONSENT,
        "law": "",
        "references": "",
        "on": today,
        "by": manager,
    }
    approved = ask_use(
        kind=IdentifiedUse.Kind.RESEARCH,
        what_for="To read, family by family, what changed in the year after we stopped visiting. Figures do not "
        "follow one family through the year.",
        who_sees="Maureen and Judith, on a computer of the charity.",
        parts=[IdentifiedUse.Part.NAME, IdentifiedUse.Part.CASES, IdentifiedUse.Part.CONTACTS],
        ends_on=today + timedelta(days=60),
        **asked,
    )
    decide_use(
        use=approved,
        decision="Each of them said yes to it, and figures cannot show it.",
        approve=True,
        on=today,
        by=officer,
    )
    refused = ask_use(
        kind=IdentifiedUse.Kind.PLANNING,
        what_for="To see from which streets families come, so that we choose a room for Stay and Play.",
        who_sees="The whole team.",
        parts=[IdentifiedUse.Part.NAME, IdentifiedUse.Part.AREA],
        ends_on=today + timedelta(days=20),
        **asked,
    )
    decide_use(
        use=refused,
        decision="The figures by area of the last quarters show it without a name.",
        approve=False,
        on=today,
        by=officer,
    )
    ask_use(
        kind=IdentifiedUse.Kind.PLANNING,
        what_for="To ask the families who said yes whether an evening group would suit them. Figures do not say whom.",
        who_sees="Maureen alone, in her own folder.",
        parts=[IdentifiedUse.Part.NAME],
        ends_on=today + timedelta(days=30),
        **asked,
    )


def load_visits(calendar: Calendar) -> None:
    """Two months of an ordinary site: most people read on a telephone, many in the evening."""
    chance = Random(2000)  # noqa: S311  # invented visits, the same each time
    midnight = timezone.make_aware(datetime.combine(calendar.today, time()))
    for before in range(DAYS, 0, -1):
        visits = [
            _visit(chance, midnight - timedelta(days=before)) for _ in range(chance.randint(15, 60))
        ]
        asked = Counter((one.moment.replace(minute=0), "/ask/refer/", False) for one in visits[::9])
        write_down(visits, asked)
    tidy_visits(months=settings.VISITS["months"] or 3, now=midnight)


def _visit(chance: Random, day: datetime) -> Visit:
    _, page, referrer = chance.choices(PAGES, [one[0] for one in PAGES])[0]
    _, browser, system = chance.choices(BROWSERS, [one[0] for one in BROWSERS])[0]
    is_program = chance.random() < 1 / 8
    return Visit(
        moment=day + timedelta(hours=chance.choice(HOURS), minutes=chance.randrange(60)),
        network=f"203.0.{chance.randrange(114)}.0/24",
        browser="Other" if is_program else browser,
        system="Other" if is_program else system,
        referrer="" if is_program else referrer,
        page=page,
        status=200,
        is_program=is_program,
    )
