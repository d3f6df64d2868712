"""What is kept and not used in the demo: one note that somebody disputes. Told by the verb, as of today."""

from cases.actions.restrictions import restrict
from cases.models import CaseNote, Restriction
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.family import Family


def load_restrictions(charity: Charity, families: dict[str, Family]) -> None:
    """The oldest note of one family, while its accuracy is checked."""
    case = families["evans"].cases["support"]
    note = (
        CaseNote.objects.filter(case=case, corrected_by=None).order_by("happened_at", "pk").first()
    )
    if note is not None:
        restrict(
            of=note,
            ground=Restriction.Ground.ACCURACY,
            because="The mother says that it was not her who rang. It is being checked.",
            by=charity.staff["judith"],
        )
