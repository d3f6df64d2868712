"""Saying why one opens a record that is not one's own work."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person, StatedPurpose
from core.errors import Refused

# The tasks for which somebody outside the service of a record may look at it.
TO_CHOOSE = (
    Purpose.SAFEGUARDING,
    Purpose.RIGHTS_REQUEST,
    Purpose.COMPLAINT,
    Purpose.QUALITY,
    Purpose.MANAGEMENT,
    Purpose.CORRECTING_AN_ERROR,
)


@transaction.atomic
def state_purpose(*, person: Person, purpose: Purpose, sentence: str, by: User) -> StatedPurpose:
    """`by` says why they look at the record of `person` (features.md S13). Said twice, it is written once."""
    sentence = sentence.strip()
    if purpose not in TO_CHOOSE:
        raise Refused("Choose for which task you look.")
    if not sentence:
        raise Refused("Say why you look, in a sentence.")
    # Two clicks of one person go one after the other.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    latest = StatedPurpose.objects.filter(
        recorded_by=by, person=person, recorded_at__date=timezone.localdate()
    ).first()
    if latest and (latest.purpose, latest.sentence) == (purpose, sentence):
        return latest
    record(
        Verb.PURPOSE_STATED,
        by=by,
        action=Action.CREATE,
        record=StatedPurpose,
        people=[person],
        purpose=purpose,
        values={"sentence": sentence},
    )
    return StatedPurpose.objects.create(
        person=person, purpose=purpose, sentence=sentence, recorded_by=by
    )
