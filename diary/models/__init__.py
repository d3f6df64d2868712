"""The diary, by noun."""

from diary.models.alone import NOT_BACK, AlarmCall, DutyTurn, LoneVisit
from diary.models.appointment import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    Every,
    Kind,
    Series,
    Where,
)
from diary.models.feed import Feed
from diary.models.group import Attendance, DropIn, Group, GroupMember
from diary.models.places import Room
from diary.models.reminder import Reminder

__all__ = [
    "NOT_BACK",
    "AlarmCall",
    "Appointment",
    "AppointmentPerson",
    "AppointmentWorker",
    "Attendance",
    "DropIn",
    "DutyTurn",
    "Every",
    "Feed",
    "Group",
    "GroupMember",
    "Kind",
    "LoneVisit",
    "Reminder",
    "Room",
    "Series",
    "Where",
]
