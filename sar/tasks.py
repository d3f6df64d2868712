"""What the worker does for rights requests; the work itself is in `sar.building` and `sar.sending`. Numbers only."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from accounts.actions.notices import MAIL_QUEUE
from audit.actors import because
from audit.verbs import Verb
from sar import building, reading, sending
from sar.actions.letters import DELIVER_TASK
from sar.actions.notices import TRUSTEE_TASK, mail_trustee, trustee_not_reached
from sar.actions.pack import BUILD_TASK
from sar.actions.search import READ_TASK
from sar.ahead import AHEAD_TASK
from sar.queries.requests import deadline_notice


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


@app.task(name=READ_TASK)
@because(Verb.FOUND_FILE_ADDED.value)
def read_found(*, found_id: int) -> None:
    """Read the words of one file that a search found."""
    reading.read_found(found_id)


# As any notice: a mail server that is away for seven hours loses nothing.
AGAIN = RetryStrategy(max_attempts=30, linear_wait=60)


@app.task(name=TRUSTEE_TASK, queue=MAIL_QUEUE, retry=AGAIN, pass_context=True)
@because(Verb.REQUEST_LATE.value)
def tell_trustee(context: JobContext, *, notice_id: int) -> None:
    """Tell a trustee of one late answer; after the last try, those who can act that nobody could."""
    notice = deadline_notice(notice_id)
    if notice is None:
        return
    try:
        mail_trustee(notice=notice)
    except Exception as error:
        if AGAIN.get_retry_decision(exception=error, job=context.job) is None:
            trustee_not_reached(notice=notice)
        raise
