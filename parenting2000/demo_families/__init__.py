"""The charity of the demo: invented families, staff and agencies, dated relative to today.

Everything told lies in TOML: `charity.toml`, and one file for each family in `families/`. This is the one
place that writes client rows without the verbs, because the verbs stamp the present moment and a demo needs
two years behind it; the log says that it was loaded and by whom.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from assessments.models import Edition
from audit.actors import because
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.models import Case, Person
from diary.models import Room
from parenting2000.demo_families.access import load_access
from parenting2000.demo_families.asked import load_asked, load_questionnaires
from parenting2000.demo_families.charity import TOLD, Charity, load_charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.desks import load_desks
from parenting2000.demo_families.diary import Diary
from parenting2000.demo_families.endings import load_endings
from parenting2000.demo_families.family import (
    Family,
    load_cases,
    load_contacts,
    load_decisions,
    load_facts,
    load_notes,
    load_people,
    load_referrals,
    load_relationships,
)
from parenting2000.demo_families.figures import load_figures, load_uses, load_visits
from parenting2000.demo_families.files import told_families
from parenting2000.demo_families.keeping import load_keeping
from parenting2000.demo_families.rights import load_consents, load_requests, load_shares
from parenting2000.demo_families.rights_desk import load_rights_desk
from parenting2000.demo_families.safeguarding import load_allegations, load_concerns
from parenting2000.demo_families.safety import load_alerts, load_markers, load_orders
from parenting2000.demo_families.sharing import load_sharing
from parenting2000.demo_families.work import load_work

__all__ = ["ACCOUNTS", "is_loaded", "load_families"]

# What `make demo` prints: the role in words, e-mail, password.
ACCOUNTS: list[tuple[str, str, str]] = [
    (member["label"], member["email"], TOLD["password"])
    for member in TOLD["staff"].values()
    if "label" in member
]


def is_loaded() -> bool:
    """Whether the demo's accounts are there, and so its families."""
    emails = [email for _, email, _ in ACCOUNTS]
    return get_user_model().objects.filter(email__in=emails).exists()


@because("manage.py demo")
def load_families() -> None:
    """Load staff, agencies and families, as seen from today. Done once; again does nothing."""
    if is_loaded():
        return
    calendar = Calendar(timezone.localdate())
    with transaction.atomic():
        charity = load_charity(calendar)
        editions = load_questionnaires(
            calendar, services=charity.services, by=charity.staff["judith"]
        )
        record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Room)
        diary = Diary(charity, calendar)
        load_allegations(charity, calendar)
        families: dict[str, Family] = {}
        for name, told in told_families():
            family = load_family(told, charity=charity, calendar=calendar, editions=editions)
            diary.load_family(family)
            families[name] = family
        diary.load_sessions()
        diary.load_duty()
        load_work(charity, calendar)
        load_desks(charity, families, calendar)
        load_sharing(charity, families, calendar)
        load_figures(calendar)
        load_uses(charity, calendar)
        load_visits(calendar)
        load_rights_desk(charity, families, calendar)
        load_endings(charity, families, calendar)
        load_access(charity, families, calendar)
        load_keeping(charity, families, calendar)


@transaction.atomic
def load_family(
    told: dict[str, Any],
    *,
    charity: Charity,
    calendar: Calendar,
    editions: dict[str, Edition],
) -> Family:
    """Write one family, its entries in the log first: its people have no number before they are written."""
    family = Family(told=told, charity=charity, calendar=calendar)
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Person)
    load_people(family)
    record(
        Verb.DEMO_LOADED,
        by=SYSTEM,
        action=Action.CREATE,
        record=Case,
        people=family.people.values(),
    )
    load_facts(family)
    load_relationships(family)
    load_cases(family)
    load_alerts(family)
    load_markers(family)
    load_orders(family)
    load_referrals(family)
    load_notes(family)
    load_contacts(family)
    load_decisions(family)
    load_asked(family, editions)
    load_consents(family)
    load_shares(family)
    load_concerns(family)
    load_requests(family)
    return family
