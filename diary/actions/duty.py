"""The rota: who is on duty for colleagues who go alone."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from diary.models import DutyTurn


@transaction.atomic
def give_duty(*, worker: User, starts: datetime, ends: datetime, rank: int, by: User) -> DutyTurn:
    """Put `worker` on duty for a time; `rank` 1 is called first, 2 if the first does not answer."""
    if ends <= starts:
        raise Refused("The duty ends after it begins. Check the days and the times.")
    if ends <= timezone.now():
        raise Refused("This time has passed. Choose a time to come.")
    if not worker.is_active:
        raise Refused(f"{worker} may not sign in, so nobody could call them.")
    record(
        Verb.DUTY_GIVEN, by=by, action=Action.CREATE, record=DutyTurn, purpose=Purpose.MANAGEMENT
    )
    try:
        with transaction.atomic():
            return DutyTurn.objects.create(
                worker=worker, starts=starts, ends=ends, rank=rank, recorded_by=by
            )
    except IntegrityError as error:
        if "duty_once_at_a_time" in str(error):
            raise Refused("Somebody has this duty at that time already.") from error
        if "on_duty_in_one_place" in str(error):
            raise Refused(f"{worker} is on duty at that time already.") from error
        raise


@transaction.atomic
def take_back_duty(*, turn: DutyTurn, by: User) -> None:
    """Take somebody off the rota again."""
    record(
        Verb.DUTY_TAKEN_BACK,
        by=by,
        action=Action.DELETE,
        record=turn,
        purpose=Purpose.MANAGEMENT,
        values={"worker": str(turn.worker), "starts": turn.starts, "ends": turn.ends},
    )
    turn.delete()
