"""The statement of who has looked, made for the person: to be read here and printed for them."""

from dataclasses import dataclass

from audit.door import Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Person
from cases.permissions import can_read_looks
from cases.queries.people import gather
from cases.queries.purposes import for_task
from consent.queries import RecipientTold, recipients_of
from sar.statement import Looked, looks_of


@dataclass(frozen=True, slots=True)
class Statement:
    """Who has seen the record of `person`, and to whom outside it was sent."""

    person: Person
    looks: list[Looked]
    recipients: list[RecipientTold]


def open_statement(reference: str, *, look: Look, verb: Verb = Verb.STATEMENT_MADE) -> Statement:
    """Make the statement for the person with `reference`; that it was made is written too.

    NotYours (404, logged) if nobody of that reference exists for `look.by`; NotNow (403, logged) for a
    role that does not read who has looked.
    """
    found = gather(reference, look=look, may=can_read_looks)
    person = found.person
    looks = looks_of(person)
    recipients = list(recipients_of(person))
    services = {case.service_id for case in found.cases}
    show(for_task(look, services), [Shown(verb, person, [person])])
    return Statement(person=person, looks=looks, recipients=recipients)
