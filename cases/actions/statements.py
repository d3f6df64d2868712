"""Putting beside an entry what the person says about it (UK GDPR Art 16)."""

from typing import Any

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.restrictions import use
from cases.kinds import kind_of, people_of_entry
from cases.models import LawfulReason, Person, Statement
from cases.queries.entries import versions_of
from core.errors import Refused


@transaction.atomic
def add_statement(*, entry: Any, person: Person, kind: str, words: str, by: User) -> Statement:
    """Put `words` of `person` beside `entry`, whatever its version, for good.

    Also beside one that is restricted: the person asks for it (Art 18(2), consent).
    """
    if not words.strip():
        raise Refused("Write what the person says.")
    noun = kind_of(entry)
    first = versions_of(noun, entry.pk)[-1]
    use(of=entry, reason=LawfulReason.CONSENT, because="Their own statement.", by=by)
    if first.pk != entry.pk:
        use(of=first, reason=LawfulReason.CONSENT, because="Their own statement.", by=by)
    record(
        Verb.STATEMENT_ADDED,
        by=by,
        action=Action.CREATE,
        record=entry,
        people={person.pk, *people_of_entry(entry)},
        purpose=Purpose.RIGHTS_REQUEST,
    )
    return Statement.objects.create(
        **{noun.noun: first}, kind=kind, person=person, words=words.strip(), recorded_by=by
    )
