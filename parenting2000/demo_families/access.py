"""Who sees what beyond their own services in the demo: a sample, and an emergency. Told by the verbs."""

from datetime import timedelta

from cases.actions.access import give_sample
from cases.actions.emergencies import end_emergency, open_in_emergency
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family


def load_access(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """The reviewer has a sample of each service they check; the play leader opened the record of a mother of
    another service this morning, and nobody has reviewed it yet.
    """
    for slug in ("family-support", "young-carers"):
        give_sample(
            user=charity.staff["alun"],
            service=charity.services[slug],
            size=2,
            since=calendar.today,
            until=calendar.today + timedelta(days=28),
            reason="Review of the quarter.",
            by=charity.staff["maureen"],
        )
    kirsty = charity.staff["kirsty"]
    begun = open_in_emergency(
        person=families["evans"].people["mair"],
        reason="She fainted at the toy cupboard and the ambulance asked whom to ring and about allergies.",
        by=kirsty,
    )
    end_emergency(emergency=begun, by=kirsty)
