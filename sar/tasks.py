"""What the worker does for rights requests; the work itself is in `sar.building` and `sar.sending`. Numbers only."""

from procrastinate.contrib.django import app

from audit.actors import because
from audit.verbs import Verb
from sar import building, sending
from sar.actions.letters import DELIVER_TASK
from sar.actions.pack import BUILD_TASK
from sar.ahead import AHEAD_TASK


@app.task(name=BUILD_TASK)
@because(Verb.PACK_ASKED.value)
def build_pack(*, pack_id: int) -> None:
    """Build one pack."""
    building.build_pack(pack_id)


@app.task(name=AHEAD_TASK)
@because(Verb.ITEM_DISCLOSED.value)
def print_ahead(*, request_id: int) -> None:
    """Print what is decided in one request, before its pack is asked for."""
    building.print_ahead(request_id)


@app.task(name=DELIVER_TASK)
@because(Verb.RIGHTS_LETTER_WRITTEN.value)
def deliver_letter(*, letter_id: int) -> None:
    """Make the pages of one letter, or send it."""
    sending.deliver(letter_id)
