"""The disclosed copy of a request as it stands now: what is held, without what is withheld."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from cases.models import CasePerson, Person, Relationship
from sar.models import RightsRequest
from sar.pack.gather import gather
from sar.pack.redact import Disclosed, disclose
from sar.statement import Looked, looks_of


@dataclass(frozen=True, slots=True)
class Copy:
    """A disclosed copy, the decisions it rests on, everybody whom it may speak of, and who has looked."""

    disclosed: Disclosed
    decisions: tuple[int, ...]
    people: frozenset[int]
    looks: list[Looked]


@transaction.atomic
def copy_for(request: RightsRequest) -> Copy:
    """Gather and redact for `request`, whose person is known.

    Raises GatherFailed or PassageMissing, and then there is no copy.
    """
    person = request.person
    if person is None:
        raise ValueError(f"{request} is about nobody yet.")
    decisions = list(request.withholdings.filter(undone_at=None).order_by("pk"))
    return Copy(
        disclosed=disclose(gather(person), decisions),
        decisions=tuple(decision.pk for decision in decisions),
        people=circle_of(person),
        looks=looks_of(person),
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
