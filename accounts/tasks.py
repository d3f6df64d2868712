"""What the worker does for staff accounts. Numbers only."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.actions import notices
from accounts.queries import notice_to_mail
from audit.actors import because
from audit.verbs import Verb


# One minute, two, three … between tries: a mail server that is away for seven hours loses nothing.
@app.task(
    name=notices.MAIL_TASK,
    queue=notices.MAIL_QUEUE,
    retry=RetryStrategy(max_attempts=30, linear_wait=60),
)
@because(Verb.NOTICE_GIVEN.value)
def mail_notice(*, notice_id: int) -> None:
    """Send one notice by e-mail."""
    if notice := notice_to_mail(notice_id):
        notices.mail(notice=notice)
