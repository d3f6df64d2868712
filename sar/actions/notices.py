"""Telling those who can act that an answer is nearly due or late, and a trustee when it is late (P25)."""

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.notices import MAIL_QUEUE, tell
from accounts.queries import people_with
from audit.actors import SYSTEM, Actor
from audit.verbs import Action, Verb
from core.dates import plain, plural
from core.organisation import ORGANISATION
from sar.deadlines import deadline_of
from sar.models import DeadlineNotice, ErasureStop, RightsRequest
from sar.queries.holds import erasures_to_act_on
from sar.queries.requests import WHAT_HAPPENED
from sar.rules import locked, record
from sar.workflow import OPEN_STATUSES

Kind = DeadlineNotice.Kind
# The name of the worker's task, which stands in sar/tasks.py above this module.
TRUSTEE_TASK = "sar.mail_trustee"


@transaction.atomic
def tell_of_deadlines(*, on: date, by: Actor = SYSTEM) -> int:
    """Tell of every open request that comes near its day or is past it; of how many.

    Run every morning; run again it tells nobody twice. While the clock stands still nothing is due.
    """
    waiting = (
        RightsRequest.objects.filter(status__in=OPEN_STATUSES)
        .select_related("extension", "named_contact")
        .prefetch_related(*WHAT_HAPPENED)
        .order_by("pk")
    )
    return sum(tell_of_deadline(request=request, on=on, by=by) for request in waiting)


@transaction.atomic
def tell_of_deadline(*, request: RightsRequest, on: date, by: Actor = SYSTEM) -> bool:
    """Tell of one request, if it is near its day or past it and nobody was told; whether anybody was.

    The e-mails, a trustee's as well, leave only if this transaction is committed, and a mail server that takes
    none undoes nothing of it.
    """
    standing = deadline_of(request, on)
    due, left = standing.deadline.due, standing.days_left
    if due is None or left is None or left > settings.DEADLINE_NEAR_DAYS:
        return False
    kind = Kind.NEAR if left >= 0 else Kind.LATE
    locked(request)
    if request.deadline_notices.filter(kind=kind, due=due).exists():
        return False
    record(
        Verb.REQUEST_NEARLY_DUE if left >= 0 else Verb.REQUEST_LATE,
        by=by,
        request=request,
        on=DeadlineNotice,
        action=Action.CREATE,
    )
    notice = DeadlineNotice.objects.create(request=request, kind=kind, due=due, told_on=on)
    which = (
        f"The answer to {request} was due on" if left < 0 else f"The answer to {request} is due on"
    )
    sentence = f"{which} {plain(due)}: {standing.words}."
    who = [*people_with("sar.work_requests"), request.named_contact]
    tell(
        who=[user for user in who if user is not None],
        sentence=sentence,
        link=request.get_absolute_url(),
        by=by,
    )
    if left < 0 and settings.TRUSTEE_EMAIL:
        app.configure_task(TRUSTEE_TASK, queue=MAIL_QUEUE).defer(notice_id=notice.pk)
    return True


@transaction.atomic
def mail_trustee(*, notice: DeadlineNotice, by: Actor = SYSTEM) -> bool:
    """Tell a trustee by e-mail that an answer is late, once; False if they were told, or it is late no more.

    An error of the mail server undoes this alone, so that the queue tries again.
    """
    request = locked(notice.request)
    is_late = request.is_open and deadline_of(request, notice.told_on).deadline.due == notice.due
    untold = DeadlineNotice.objects.filter(pk=notice.pk, trustee_mailed=None)
    if not settings.TRUSTEE_EMAIL or not is_late or not untold.exists():
        return False
    record(
        Verb.REQUEST_TRUSTEE_TOLD, by=by, request=request, on=DeadlineNotice, action=Action.UPDATE
    )
    untold.update(trustee_mailed=timezone.now())
    _trustee_email(request, notice.due, (notice.told_on - notice.due).days).send()
    return True


@transaction.atomic
def trustee_not_reached(*, notice: DeadlineNotice, by: Actor = SYSTEM) -> bool:
    """Tell those who can act that the e-mail to the trustee was given up; False if the trustee was told after
    all, or the answer is late no more.

    Nobody else would notice: whoever is above them has not heard of a late answer.
    """
    request = locked(notice.request)
    untold = DeadlineNotice.objects.filter(pk=notice.pk, trustee_mailed=None)
    if not request.is_open or not untold.exists():
        return False
    record(Verb.REQUEST_TRUSTEE_UNTOLD, by=by, request=request, on=notice, action=Action.UPDATE)
    tell(
        who=people_with("sar.work_requests"),
        sentence=(
            f"The e-mail that tells a trustee that the answer to {request} is late could not be sent and is not "
            "tried any more. Tell the trustee yourself, and have the mail server looked at."
        ),
        link=request.get_absolute_url(),
        by=by,
    )
    return True


@transaction.atomic
def tell_of_erasures(*, on: date, by: Actor = SYSTEM) -> int:
    """Tell of every erasure that was promised by a day that comes near or has passed, and is not done.

    The answer named the day (UK GDPR Art 17(1): without undue delay). Told once for each, and of none that is
    stopped and they know it; of how many.
    """
    near = on + timedelta(days=settings.DEADLINE_NEAR_DAYS)
    left = erasures_to_act_on().filter(request__gone_by__lte=near)
    told = ErasureStop.objects.filter(cleared=None, told_at__isnull=False)
    waiting = (
        RightsRequest.objects.filter(pk__in=left.values("request"))
        .exclude(pk__in=told.values("request"))
        .order_by("pk")
    )
    return sum(_tell_of_erasure(request, on, by) for request in waiting)


def _tell_of_erasure(request: RightsRequest, on: date, by: Actor) -> bool:
    due = request.gone_by
    locked(request)
    if due is None:
        return False
    kind = Kind.LATE if due < on else Kind.NEAR
    if request.deadline_notices.filter(kind=kind, due=due).exists():
        return False
    record(
        Verb.ERASURE_LATE if due < on else Verb.ERASURE_NEARLY_DUE,
        by=by,
        request=request,
        on=DeadlineNotice,
        action=Action.CREATE,
    )
    DeadlineNotice.objects.create(request=request, kind=kind, due=due, told_on=on)
    was = "were told that it would be" if due < on else "were told that it is"
    tell(
        who=people_with("sar.work_requests"),
        sentence=f"Something of {request} is not erased yet. They {was} gone by {plain(due)}.",
        link=request.get_absolute_url(),
        by=by,
    )
    return True


def _trustee_email(request: RightsRequest, due: date, late: int) -> EmailMessage:
    """What a trustee reads: that the law's day has passed, and nothing about anybody."""
    return EmailMessage(
        subject=f"A request about information is late: {request.reference}",
        body=(
            f"The answer to the request {request.reference} was due on {plain(due)} and is "
            f"{plural(late, 'day')} late. Please ask our {ORGANISATION.dpo_title} what is needed to answer "
            f"it: telephone {ORGANISATION.dpo_phone}, e-mail {ORGANISATION.dpo_email}.\n\n"
            f"{ORGANISATION.name}\n"
        ),
        to=[settings.TRUSTEE_EMAIL],
        reply_to=[ORGANISATION.dpo_email],
    )
