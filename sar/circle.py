"""Whom the record of somebody names: everybody in their cases and family."""

from django.db.models import Q

from cases.models import CasePerson, Person, Relationship


def circle_of(person: Person) -> frozenset[int]:
    """The numbers of `person` and of everybody in their cases and family: whom their record names."""
    related = Relationship.objects.filter(Q(person=person) | Q(other=person))
    circle = {person.pk}
    for one, other in related.values_list("person", "other"):
        circle |= {one, other}
    cases = CasePerson.objects.filter(person=person).values("case")
    circle |= set(CasePerson.objects.filter(case__in=cases).values_list("person", flat=True))
    return frozenset(circle)
