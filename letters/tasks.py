"""What the worker does for letters; the work itself is in `letters.sending`. Numbers only."""

from procrastinate.contrib.django import app

from audit.actors import because
from audit.verbs import Verb
from letters import sending
from letters.actions.letters import DELIVER_TASK


@app.task(name=DELIVER_TASK)
@because(Verb.LETTER_WRITTEN.value)
def deliver(*, letter_id: int) -> None:
    """Make the pages of one letter, or send it."""
    sending.deliver(letter_id)
