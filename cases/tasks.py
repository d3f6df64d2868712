"""What the worker does for the client record; the work itself lies beside it. Numbers only."""

from procrastinate.contrib.django import app

from audit.actors import because
from audit.verbs import Verb
from cases import previews
from cases.actions.documents import PREVIEW_TASK


@app.task(name=PREVIEW_TASK)
@because(Verb.PREVIEW_ASKED.value)
def make_preview(*, preview_id: int) -> None:
    """Make the safe pictures of one document."""
    previews.make_preview(preview_id)
