"""The charity's list of short forms."""

from django.db import transaction

from accounts.models import User
from audit import log
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.models import Acronym


@transaction.atomic
def explain(*, letters: str, meaning: str, by: User) -> Acronym | None:
    """Say what a short form means; written again it has the new meaning, without one it leaves the list."""
    letters, meaning = " ".join(letters.split()), " ".join(meaning.split())
    if not letters:
        raise Refused("Give the short form.")
    there = Acronym.objects.filter(letters__iexact=letters)
    if not meaning and not there.exists():
        raise Refused("Say what it means.")
    log.record(
        Verb.ACRONYMS_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=Acronym,
        purpose=Purpose.MANAGEMENT,
    )
    there.delete()
    if not meaning:
        return None
    return Acronym.objects.create(letters=letters, meaning=meaning, recorded_by=by)
