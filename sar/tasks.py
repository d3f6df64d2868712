"""What the worker does for rights requests; the work itself is in `sar.building` and `sar.sending`. Numbers only."""

from procrastinate.contrib.django import app

from sar import building, sending
from sar.actions.letters import DELIVER_TASK
from sar.actions.pack import BUILD_TASK


@app.task(name=BUILD_TASK)
def build_pack(*, pack_id: int) -> None:
    """Build one pack."""
    building.build_pack(pack_id)


@app.task(name=DELIVER_TASK)
def deliver_letter(*, letter_id: int) -> None:
    """Make the pages of one letter, or send it."""
    sending.deliver(letter_id)
