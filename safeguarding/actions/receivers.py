"""Who receives allegations against staff: at least two people, named by somebody else than themselves."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from safeguarding.models import Receiver

FEWEST = 2


@transaction.atomic
def name_receiver(*, user: User, by: User) -> Receiver:
    """From now on `user` receives allegations; nobody names themselves."""
    if user.pk == by.pk:
        raise Refused("Nobody names themselves: ask another administrator.")
    if not user.is_active:
        raise Refused(f"{user} no longer signs in here. Choose somebody else.")
    _record(Verb.RECEIVER_NAMED, Receiver, by, user)
    if Receiver.objects.filter(user=user, ended_at=None).exists():
        raise Refused(f"{user} receives allegations already.")
    return Receiver.objects.create(user=user, recorded_by=by)


@transaction.atomic
def end_receiver(*, receiver: Receiver, by: User) -> Receiver:
    """From now on they receive none; refused while fewer than two others do."""
    # Two endings at once go one after the other.
    now = list(Receiver.objects.select_for_update(of=("self",)).filter(ended_at=None))
    if receiver.pk not in {one.pk for one in now}:
        raise Refused(f"{receiver.user} receives no allegations any more.")
    if len(now) <= FEWEST:
        raise Refused("At least two people receive allegations: name another first.")
    if receiver.user_id == by.pk:
        raise Refused("Nobody ends their own part: ask another administrator.")
    _record(Verb.RECEIVER_ENDED, receiver, by, receiver.user)
    Receiver.objects.filter(pk=receiver.pk).update(ended_at=timezone.now(), ended_by=by)
    receiver.refresh_from_db()
    return receiver


def _record(verb: Verb, on: Receiver | type[Receiver], by: User, whom: User) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=on,
        purpose=Purpose.ACCESS_CONTROL,
        values={"user": whom.pk},
    )
