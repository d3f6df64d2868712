"""The people around somebody, two steps far, for the picture of a family. Behind the door."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from cases.models import Person, Relationship
from cases.permissions import people_of


def two_steps(person: Person, near: Iterable[Relationship], *, user: User) -> list[Relationship]:
    """`near`, the relationships of `person`, and those of their relatives; between people who exist
    for `user`. The same number of questions for any number of relatives.
    """
    near = list(near)
    numbers = {person.pk} | {end for one in near for end in (one.person_id, one.other_id)}
    further = list(
        Relationship.objects.filter(Q(person__in=numbers) | Q(other__in=numbers))
        .select_related("person", "other")
        .order_by("pk")
    )
    ends = {end for one in further for end in (one.person_id, one.other_id)}
    visible = people_of(user, among=Person.objects.filter(pk__in=ends - numbers))
    known = numbers | set(visible.values_list("pk", flat=True))
    return [one for one in further if {one.person_id, one.other_id} <= known]
