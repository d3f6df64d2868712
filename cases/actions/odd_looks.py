"""Finding looks that want an explanation, and giving it (features.md N8)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import OddLook
from cases.queries.odd_looks import findings_on, waiting_for_review
from cases.queries.staff import reviewers_of_looks
from core.errors import Refused

DESK = "/casework/odd-looks/"


@transaction.atomic
def find_odd_looks(*, on: date, by: Actor = SYSTEM) -> int:
    """Write down what is odd among the looks of the day `on`; how much. Found again changes nothing."""
    found = findings_on(on)
    if not found:
        return 0
    record(
        Verb.ODD_LOOKS_FOUND,
        by=by,
        action=Action.CREATE,
        record=OddLook,
        people={finding.person for finding in found if finding.person is not None},
        purpose=Purpose.ACCESS_CONTROL,
    )
    OddLook.objects.bulk_create(
        (
            OddLook(
                kind=finding.kind,
                day=on,
                looker_id=finding.looker,
                person_id=finding.person,
                case_id=finding.case,
                times=finding.times,
                first_entry=finding.first_entry,
            )
            for finding in found
        ),
        ignore_conflicts=True,
    )
    return len(found)


@transaction.atomic
def remind_reviewers(*, by: Actor = SYSTEM) -> int:
    """Once a week, tell whoever reviews looks how many wait, and of which kinds; nobody is told where none
    does.
    """
    kinds = waiting_for_review()
    waiting = sum(kinds.values())
    if not waiting:
        return 0
    looks = "1 look waits" if waiting == 1 else f"{waiting} looks wait"
    each = "; ".join(f"{kind.label[0].lower()}{kind.label[1:]}: {kinds[kind]}" for kind in kinds)
    tell(
        who=reviewers_of_looks(),
        sentence=f"{looks} for somebody to say what it was ({each}).",
        link=DESK,
        by=by,
    )
    return waiting


@transaction.atomic
def review_look(*, odd: OddLook, explanation: str, by: User) -> OddLook:
    """Say what an odd look was. Nobody reviews their own, and nothing is reviewed twice."""
    explanation = explanation.strip()
    if not explanation:
        raise Refused("Say what it was: whom you asked, and what they said.")
    if odd.looker_id == by.pk:
        raise Refused("These are your own looks: somebody else reviews them.")
    record(
        Verb.ODD_LOOK_REVIEWED,
        by=by,
        action=Action.UPDATE,
        record=odd,
        people=[odd.person_id] if odd.person_id else [],
        purpose=Purpose.MANAGEMENT,
    )
    waiting = OddLook.objects.filter(pk=odd.pk, reviewed_at=None)
    if waiting.update(reviewed_at=timezone.now(), reviewed_by=by, explanation=explanation) != 1:
        raise Refused("Somebody has reviewed it meanwhile: look again.")
    odd.refresh_from_db()
    return odd
