"""Noting the months of the log, so that what was typed in them has a day on which it goes."""

from datetime import date

from django.db import transaction

from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from retention.log_months import months_to_note
from retention.models import LogMonth


@transaction.atomic
def note_log_months(*, on: date, by: Actor) -> list[LogMonth]:
    """Write down each month of the log that is over and sealed, once, so that its time runs."""
    months = list(months_to_note(on=on))
    if months:
        record(
            Verb.LOG_MONTH_NOTED,
            by=by,
            action=Action.CREATE,
            record=LogMonth,
            purpose=Purpose.MANAGEMENT,
        )
        LogMonth.objects.bulk_create(months)
    return months
