"""From which status to which an appointment, a reminder and a lone visit may move."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class AppointmentStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Took place"
    DID_NOT_ATTEND = "did_not_attend", "Did not attend"
    CANCELLED_BY_THEM = "cancelled_by_them", "Cancelled by the family"
    CANCELLED_BY_US = "cancelled_by_us", "Cancelled by us"


class ReminderStatus(models.TextChoices):
    WAITING = "waiting", "Will be sent"
    # Left by a worker that was killed in the middle: nobody knows, so it is not sent again.
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    NOT_SENT = "not_sent", "Not sent"
    STOPPED = "stopped", "Stopped"


class VisitStatus(models.TextChoices):
    OUT = "out", "Out"
    ALARM = "alarm", "Alarm"
    TAKEN = "taken", "Somebody looks after it"
    SAFE = "safe", "Safe"


class ReminderMove(StrEnum):
    BEGIN = "begin"
    END = "end"
    FAIL = "fail"
    STOP = "stop"


class VisitMove(StrEnum):
    RAISE = "raise"
    TAKE = "take"
    RETURN = "return"


PLANNED = frozenset({AppointmentStatus.PLANNED})
# Everything that may become of an appointment, each only from a planned one.
APPOINTMENT_MOVES: dict[str, Move] = {
    status: Move(PLANNED, status)
    for status in AppointmentStatus
    if status != AppointmentStatus.PLANNED
}

REMINDER_MOVES: dict[ReminderMove, Move] = {
    ReminderMove.BEGIN: Move(frozenset({ReminderStatus.WAITING}), ReminderStatus.SENDING),
    ReminderMove.END: Move(frozenset({ReminderStatus.SENDING}), ReminderStatus.SENT),
    ReminderMove.FAIL: Move(
        frozenset({ReminderStatus.WAITING, ReminderStatus.SENDING}), ReminderStatus.NOT_SENT
    ),
    ReminderMove.STOP: Move(frozenset({ReminderStatus.WAITING}), ReminderStatus.STOPPED),
}

VISIT_MOVES: dict[VisitMove, Move] = {
    VisitMove.RAISE: Move(frozenset({VisitStatus.OUT}), VisitStatus.ALARM),
    VisitMove.TAKE: Move(frozenset({VisitStatus.ALARM}), VisitStatus.TAKEN),
    # The worker may come back at any moment, also after the alarm.
    VisitMove.RETURN: Move(
        frozenset({VisitStatus.OUT, VisitStatus.ALARM, VisitStatus.TAKEN}), VisitStatus.SAFE
    ),
}
