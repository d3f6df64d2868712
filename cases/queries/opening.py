"""What is needed to open a case for a person, or to bring another person into one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from audit.door import Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import to_whom_closed
from cases.leave import use_grants
from cases.models import Person, Service
from cases.permissions import may_open_cases, people_of, services_of
from cases.queries.cases import workers_for
from cases.queries.people import PersonRecord, open_person, survivor_of
from core.errors import Refused

REFERENCE = re.compile(r"^\s*p?[\s-]*0*(\d{1,12})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A person, who may be part of their case, and which services and workers may take it."""

    record: PersonRecord
    people: list[Person]
    services: list[Service]
    workers: dict[Service, list[User]]


def begin_case(reference: str, *, look: Look) -> Beginning:
    """Open the record of the person for whom `look.by` opens a case.

    NotYours (404, logged) if no such person exists for them, NotNow (403, logged) if opening cases is
    not part of their work; Refused if no service of theirs takes new people.
    """
    user: User = look.by
    record = open_person(reference, look=look, may=may_open_cases)
    services = list(services_of(user).filter(is_open=True))
    if not services:
        raise Refused("You belong to no service that takes new people, so you cannot open a case.")
    family = {record.person.pk: record.person}
    for one in record.relationships:
        family |= {one.person_id: one.person, one.other_id: one.other}
    return Beginning(
        record=record,
        people=list(family.values()),
        services=services,
        workers={one: takers(user, one, [record.person]) for one in services},
    )


def find_person(words: str, *, look: Look) -> Person | None:
    """The person whose reference was typed, if they exist for `look.by`; found or not, it is logged."""
    user: User = look.by
    match = REFERENCE.match(words)
    reference = f"P-{int(match[1]):06d}" if match else ""
    person = people_of(user).filter(reference=reference).first() or survivor_of(reference, user)
    if person is not None:
        show(look, [Shown(Verb.PERSON_FOUND, person, [person])])
        use_grants(look, people=[person])
        return person
    there = Person.objects.filter(reference=reference)
    show(look, [Shown(Verb.LOOK_REFUSED, Person, there)], values={"reference": words})
    return None


def takers(user: User, service: Service, people: Iterable[Person]) -> list[User]:
    """To whom `user` may give a new case of `service`: a manager to anybody, others to themselves.

    Nobody to whom one of `people` is closed.
    """
    family = Person.objects.filter(pk__in=[person.pk for person in people])
    workers = workers_for(service).exclude(to_whom_closed(family))
    if not user.has_perm("cases.allocate_case"):
        workers = workers.filter(pk=user.pk)
    return list(workers)
