"""The disclosed copy of a request as it stands now: what is held, without what is withheld."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import CasePerson, Person, Relationship
from sar.health import without_ground
from sar.models import RightsRequest
from sar.pack.gather import gather
from sar.pack.redact import Disclosed, disclose
from sar.statement import Looked, looks_of


@dataclass(frozen=True, slots=True)
class Copy:
    """A disclosed copy, the decisions it rests on, everybody whom it may speak of, and who has looked.

    `health_open` are the titles of items about health that may not go out yet.
    """

    disclosed: Disclosed
    decisions: tuple[int, ...]
    people: frozenset[int]
    looks: list[Looked]
    health_open: tuple[str, ...]

    @property
    def why_not(self) -> str:
        """Why it may not go out yet, in a sentence; "" if it may."""
        if not self.health_open:
            return ""
        return (
            f"{self.health_open[0]} tells of health"
            + (f", and so do {len(self.health_open) - 1} more" if len(self.health_open) > 1 else "")
            + ". Nothing about health goes out before somebody has said that the person knows it already, "
            "or that a health professional sees no serious harm in it, or has withheld it."
        )


@transaction.atomic
def copy_for(request: RightsRequest) -> Copy:
    """Gather and redact for `request`, whose person is known.

    Raises GatherFailed or PassageMissing, and then there is no copy.
    """
    person = request.person
    if person is None:
        raise ValueError(f"{request} is about nobody yet.")
    gathered = gather(person)
    decisions = list(request.withholdings.filter(undone_at=None).order_by("pk"))
    return Copy(
        disclosed=disclose(gathered, decisions),
        decisions=tuple(decision.pk for decision in decisions),
        people=circle_of(person),
        looks=looks_of(person),
        health_open=tuple(
            item.title
            for item in without_ground(request, gathered, decisions, on=timezone.localdate())
        ),
    )


def circle_of(person: Person) -> frozenset[int]:
    """The numbers of `person` and of everybody in their cases and family: whom their record names."""
    related = Relationship.objects.filter(Q(person=person) | Q(other=person))
    circle = {person.pk}
    for one, other in related.values_list("person", "other"):
        circle |= {one, other}
    cases = CasePerson.objects.filter(person=person).values("case")
    circle |= set(CasePerson.objects.filter(case__in=cases).values_list("person", flat=True))
    return frozenset(circle)
