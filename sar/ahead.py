"""What verbs do beside their own change about pages that are printed ahead: inside their transaction and entry."""

from collections.abc import Collection

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from core.files.keeping import remove_after_commit
from sar.models import KeptPages, RightsRequest

# The name of the worker's task, which stands in sar/tasks.py above this module.
AHEAD_TASK = "sar.print_ahead"
# Somebody decides about one item after the other: they are printed together.
SECONDS_AFTER = 20
# After whatever somebody waits for.
PRIORITY = -10


def drop_pages(request: RightsRequest, *, but: Collection[str] = ()) -> None:
    """Remove the pages kept for `request`, but for these marks: within a verb that is in the log."""
    going = KeptPages.objects.filter(request=request).exclude(mark__in=but)
    files = list(going.values_list("file", flat=True))
    going.delete()
    remove_after_commit(files)


def print_soon(request: RightsRequest) -> None:
    """Have what is decided printed ahead by the worker, a little later: one job, however many decisions."""
    try:
        with transaction.atomic():
            app.configure_task(
                AHEAD_TASK,
                queueing_lock=f"pages of {request.pk}",
                schedule_in={"seconds": SECONDS_AFTER},
                priority=PRIORITY,
            ).defer(request_id=request.pk)
    except AlreadyEnqueued:
        pass  # it waits already
