"""The door to asking somebody for a consent: who may answer, in which words, on which paper."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.door import Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Death, Document, Person
from cases.permissions import people_of
from cases.queries.people import gather
from cases.queries.purposes import for_task
from cases.queries.responsibility import responsible_for
from consent.models import Wording
from consent.permissions import can_record_consent
from consent.queries.record import current_wordings, death_of
from consent.queries.signatures import documents_about


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask for a consent: the person, or a parent who may answer for them today; and how.

    `parents` are those who exist for the reader as well; `wordings` are those that people are asked in
    now, one for each purpose; `papers` are documents about the person, of cases that exist for the reader. Who has
    died (`death`) is asked nothing any more; what they answered before can still be written down.
    """

    person: Person
    parents: list[Person]
    wordings: list[Wording]
    papers: QuerySet[Document]
    death: Death | None = None

    @property
    def named(self) -> set[int]:
        """Everybody whom the page names."""
        return {self.person.pk, *(parent.pk for parent in self.parents)}


def open_asking(reference: str, *, look: Look) -> Asking:
    """Open the person with `reference` to record their answer.

    NotYours (404, logged) if nobody of that reference exists for `look.by`; NotNow (403, logged) where
    their role does not record consents.
    """
    found = gather(reference, look=look, may=can_record_consent)
    asking = asking_of(found.person, reader=look.by)
    show(
        for_task(look, {case.service_id for case in found.cases}),
        [Shown(Verb.CONSENTS_READ, found.person, asking.named)],
    )
    return asking


def asking_of(person: Person, *, reader: User) -> Asking:
    """What is needed to ask `person`. For doors alone: nothing is written in the log yet."""
    responsible = responsible_for(person, on=timezone.localdate())
    return Asking(
        person=person,
        parents=list(people_of(reader, among=responsible)),
        wordings=list(current_wordings()),
        papers=documents_about(person, reader=reader),
        death=death_of(person),
    )
