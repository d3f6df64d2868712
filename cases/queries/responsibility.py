"""Who has parental responsibility for a child, on a day (Children Act 1989 s 3). Behind the door."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Person, Relationship
from core.dates import birthday

GROWN_UP = 18  # years; Family Law Reform Act 1969 s 1


def responsible_for(child: Person, *, on: date) -> QuerySet[Person]:
    """Everybody recorded with parental responsibility for `child` on the day `on`; nobody once they are
    grown up. A council that has it by a care order is no person: see `cases.queries.alerts.orders_of`.
    """
    people = Person.objects.all()
    if is_grown_up(child, on=on):
        return people.none()
    return people.filter(Exists(_responsible(on).filter(person=OuterRef("pk"), other=child)))


def is_responsible(holder: Person, child: Person, *, on: date) -> bool:
    """Whether `holder` is recorded with parental responsibility for `child` on the day `on`."""
    return responsible_for(child, on=on).filter(pk=holder.pk).exists()


def is_grown_up(person: Person, *, on: date) -> bool:
    """Whether they are 18 on the day `on`; somebody whose birthday is not known is not."""
    born = person.date_of_birth
    return born is not None and birthday(born, GROWN_UP) <= on


def _responsible(on: date) -> QuerySet[Relationship]:
    lasts = Q()
    for name in ("since", "responsibility_since"):
        lasts &= Q(**{name: None}) | Q(**{f"{name}__lte": on})
    for name in ("until", "responsibility_until"):
        lasts &= Q(**{name: None}) | Q(**{f"{name}__gte": on})
    return Relationship.objects.filter(lasts, parental_responsibility=True)
