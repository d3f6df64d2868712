"""What the worker does for the client record; the work itself lies beside it. Numbers only."""

from procrastinate.contrib.django import app

from cases import previews
from cases.actions.documents import PREVIEW_TASK


@app.task(name=PREVIEW_TASK)
def make_preview(*, preview_id: int) -> None:
    """Make the safe pictures of one document."""
    previews.make_preview(preview_id)
