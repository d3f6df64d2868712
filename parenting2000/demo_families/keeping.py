"""How long records are kept in the demo: most of what the product suggests is adopted, and one hold stands."""

from dataclasses import asdict
from datetime import timedelta

from accounts.models import User
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family
from retention.actions.holds import place_hold
from retention.actions.papers import put_in_force
from retention.actions.proposals import name_place
from retention.actions.schedule import adopt_row
from retention.models import Hold, OfficerPaper
from retention.queries.papers import starting_text
from retention.suggestions import SUGGESTIONS

# Left for whoever tries the demo to read and adopt.
NOT_ADOPTED = {"young-carers", "mediation", "volunteers", "counselling-adult", "counselling-child"}
PLACES = ("Printed sheets and notebooks", "Mailboxes", "Work telephones", "The shared drive")


def load_keeping(officer: User, families: dict[str, Family], calendar: Calendar) -> None:
    """Adopted by the Data Protection Officer today: until then nothing was ever due."""
    for one in SUGGESTIONS:
        if one.slug not in NOT_ADOPTED:
            said = asdict(one)
            del said["slug"], said["thought_for"]
            adopt_row(**said, by=officer)
    for place in PLACES:
        name_place(name=place, by=officer)
    put_in_force(
        kind=OfficerPaper.Kind.POLICY,
        title="Why we may use sensitive information",
        text=starting_text(OfficerPaper.Kind.POLICY),
        in_force_on=calendar.today,
        review_by=calendar.today + timedelta(days=365),
        by=officer,
    )
    place_hold(
        case=families["marsden"].cases["support"],
        kind=Hold.Kind.CLAIM,
        reason="A solicitor asked about a fall at the drop-in and may claim.",
        review_by=calendar.today + timedelta(days=120),
        by=officer,
    )
