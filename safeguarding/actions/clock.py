"""What happens by itself while a concern or an allegation lies unread, or an answer does not come."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from safeguarding.clock import times_late
from safeguarding.models import Allegation, Concern
from safeguarding.permissions import leads, leads_of, named_receivers, receivers_of

UNREAD = "A safeguarding concern has not been read yet: read it now"
UNREAD_FOR_LONG = (
    "A safeguarding concern has not been read for a long time: ring the safeguarding lead now"
)


@transaction.atomic
def remind_of_unread(*, now: datetime, by: Actor = SYSTEM) -> int:
    """Say again what nobody has read in time, and after twice the time to others; how many were said.

    A concern unread for long is said to the named people too, who may not open it but can ring; an
    allegation to whoever receives it. Each once.
    """
    said = 0
    for concern in _unread(Concern):
        late = times_late(concern, now)
        if late >= 2 and concern.escalated_when is None:
            _say(concern, Verb.CONCERN_ESCALATED, who=leads_of(concern), now=now, by=by)
            # They may not open it, so no link.
            others = named_receivers().exclude(pk__in=leads().values("pk"))
            tell(who=others, sentence=UNREAD_FOR_LONG, by=by)
            said += 1
        elif late >= 1 and concern.chased_when is None:
            _say(concern, Verb.CONCERN_REMINDED, who=leads_of(concern), now=now, by=by)
            said += 1
    for allegation in _unread(Allegation):
        late = times_late(allegation, now)
        receivers = receivers_of(allegation.about_staff_id)
        if late >= 2 and allegation.escalated_when is None:
            _say(allegation, Verb.ALLEGATION_ESCALATED, who=receivers, now=now, by=by)
            said += 1
        elif late >= 1 and allegation.chased_when is None:
            _say(allegation, Verb.ALLEGATION_REMINDED, who=receivers, now=now, by=by)
            said += 1
    return said


def _unread[Kept: (Concern, Allegation)](model: type[Kept]) -> Iterable[Kept]:
    waiting = model.objects.filter(read_at=None, escalated_when=None)
    return waiting.select_for_update(of=("self",), skip_locked=True)


def _say(
    raised: Concern | Allegation, verb: Verb, *, who: Iterable[User], now: datetime, by: Actor
) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=raised,
        people=raised.people.values_list("pk", flat=True),
        purpose=Purpose.SAFEGUARDING,
    )
    escalated = verb in {Verb.CONCERN_ESCALATED, Verb.ALLEGATION_ESCALATED}
    changes = {"escalated_when": now} if escalated else {}
    rows: models.QuerySet = type(raised)._base_manager.filter(pk=raised.pk)
    rows.update(chased_when=raised.chased_when or now, **changes)
    tell(who=who, sentence=UNREAD, link=raised.get_absolute_url(), by=by)
