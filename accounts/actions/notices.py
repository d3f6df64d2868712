"""Telling staff that something waits for them: on their desk, and by e-mail at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.emails import notice_email
from accounts.models import Notice, User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb

# The name of the worker's task, which stands in accounts/tasks.py above this module.
MAIL_TASK = "accounts.mail_notice"
# Not behind long work: a notice may be the alarm of a colleague who went alone.
MAIL_QUEUE = "upkeep"


@transaction.atomic
def tell(*, who: Iterable[User], sentence: str, link: str = "", by: Actor) -> list[Notice]:
    """Tell each of `who`, once, what `sentence` says: on the desk now, by e-mail when the worker gets to it.

    The sentence names nobody from the records; `link` is the path of the page where it is dealt with.
    Nobody is told who may not sign in. The e-mail leaves only if this transaction is committed.
    """
    readers = {user.pk: user for user in who if user.is_active}
    record(
        Verb.NOTICE_GIVEN,
        by=by,
        action=Action.CREATE,
        record=Notice,
        purpose=Purpose.MANAGEMENT,
        values={"to": sorted(readers), "sentence": sentence},
    )
    notices = Notice.objects.bulk_create(
        Notice(to=user, sentence=sentence, link=link) for user in readers.values()
    )
    for notice in notices:
        app.configure_task(MAIL_TASK, queue=MAIL_QUEUE).defer(notice_id=notice.pk)
    return notices


@transaction.atomic
def mail(*, notice: Notice, by: Actor = SYSTEM) -> bool:
    """Send the e-mail of `notice`, unless it was sent before; False if so.

    An error of the mail server undoes everything, so that the queue tries again.
    """
    if Notice.objects.select_for_update().filter(pk=notice.pk, mailed=None).first() is None:
        return False
    record(
        Verb.NOTICE_MAILED,
        by=by,
        action=Action.UPDATE,
        record=notice,
        purpose=Purpose.MANAGEMENT,
    )
    Notice.objects.filter(pk=notice.pk).update(mailed=timezone.now())
    notice_email(notice).send()
    notice.refresh_from_db()
    return True


@transaction.atomic
def read_notice(*, notice: Notice, by: User) -> Notice:
    """`by` has read it: it leaves their desk. Read twice changes nothing."""
    if notice.read is None:
        record(
            Verb.NOTICE_READ,
            by=by,
            action=Action.UPDATE,
            record=notice,
            purpose=Purpose.MANAGEMENT,
        )
        Notice.objects.filter(pk=notice.pk, read=None).update(read=timezone.now())
        notice.refresh_from_db()
    return notice


@transaction.atomic
def read_all_notices(*, by: User) -> int:
    """`by` has read everything they were told; how many there were."""
    unread = list(Notice.objects.filter(to=by, read=None))
    for notice in unread:
        read_notice(notice=notice, by=by)
    return len(unread)
