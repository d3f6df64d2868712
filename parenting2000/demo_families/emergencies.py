"""A record that was opened in an emergency in the demo, and waits to be reviewed. Told by the verbs."""

from cases.actions.emergencies import end_emergency, open_in_emergency
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.family import Family


def load_emergencies(charity: Charity, families: dict[str, Family]) -> None:
    """The play leader opened the record of a mother of another service this morning."""
    kirsty = charity.staff["kirsty"]
    begun = open_in_emergency(
        person=families["evans"].people["mair"],
        reason="She fainted at the toy cupboard and the ambulance asked whom to ring and about allergies.",
        by=kirsty,
    )
    end_emergency(emergency=begun, by=kirsty)
