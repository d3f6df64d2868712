"""Entries that a few people alone may read: what they are about is kept apart from everybody else.

The layers above say which (`LOG_KEPT_APART` in the settings: functions that take a member of staff and
give the entries hidden from them, as a condition). Every page that reads the log begins with `entries_for`.
"""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from audit.models import Entry


def entries_for(user: Any) -> QuerySet[Entry]:
    """The entries that `user` may read, as far as their role reads the log."""
    hidden = Q()
    for path in settings.LOG_KEPT_APART:
        hidden |= import_string(path)(user)
    return Entry.objects.exclude(hidden) if hidden else Entry.objects.all()
