"""What the law lets move a deadline: a question back, and one extension."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.clock import Ground, Pause, check_extension, check_pause
from sar.deadlines import clock_of
from sar.models import Clarification, Extension, RightsRequest
from sar.rules import begin, locked, not_before_request, record, still_open


@transaction.atomic
def ask_clarification(
    *, request: RightsRequest, asked_on: date, question: str, by: User
) -> Clarification:
    """Ask what they mean; the clock stands still until they answer (UK GDPR Art 12A(5)).

    Refused for any right but access, before the time has started or after it has run out, and while
    another question is unanswered.
    """
    now = still_open(request)
    not_before_request(asked_on, now)
    if not question.strip():
        raise Refused("Write down what we asked.")
    if now.clarifications.filter(answered_on=None).exists():
        raise Refused("A question is open already. Record its answer first.")
    check_pause(clock_of(now), asked_on=asked_on)
    record(
        Verb.CLARIFICATION_ASKED,
        by=by,
        request=now,
        on=Clarification,
        action=Action.CREATE,
    )
    asked = Clarification.objects.create(
        request=now, asked_on=asked_on, question=question.strip(), recorded_by=by
    )
    begin(now)
    request.refresh_from_db()
    return asked


@transaction.atomic
def answer_clarification(
    *, request: RightsRequest, answered_on: date, answer: str, by: User
) -> Clarification:
    """Record the answer to the open question; the clock goes on."""
    now = still_open(request)
    not_before_request(answered_on, now)
    if not answer.strip():
        raise Refused("Write down what they answered.")
    asked = now.clarifications.filter(answered_on=None).first()
    if asked is None:
        raise Refused("No question is open.")
    clock = clock_of(now)
    replace(
        clock,
        pauses=(
            *(pause for pause in clock.pauses if pause.answered is not None),
            Pause(asked.asked_on, answered_on),
        ),
    )
    record(Verb.CLARIFICATION_ANSWERED, by=by, request=now, on=asked)
    Clarification.objects.filter(pk=asked.pk).update(answered_on=answered_on, answer=answer.strip())
    asked.refresh_from_db()
    return asked


@transaction.atomic
def extend(
    *,
    request: RightsRequest,
    ground: Ground | None,
    reasons: str,
    notice_sent_on: date | None,
    by: User,
) -> Extension:
    """Extend one month to three, once (UK GDPR Art 12A(3) and (4)).

    Without the day on which the person was told it is only planned and extends nothing: the letter that tells
    them is written from it, and counts from the day it goes (`told_that_it_takes_longer`).

    Refused for a second time, without ground or reasons, and where telling them is or would be too late.
    """
    now = still_open(request)
    if notice_sent_on is not None:
        not_before_request(notice_sent_on, now)
    allowed = check_extension(
        clock_of(now),
        ground=ground,
        reasons=reasons,
        notice_sent_on=notice_sent_on or timezone.localdate(),
    )
    words = {
        "ground": allowed.ground,
        "reasons": reasons.strip(),
        "notice_sent_on": notice_sent_on,
        "recorded_by": by,
    }
    planned = Extension.objects.filter(request=now).first()
    record(
        Verb.REQUEST_EXTENDED if notice_sent_on else Verb.EXTENSION_PREPARED,
        by=by,
        request=now,
        on=planned or Extension,
        action=Action.UPDATE if planned else Action.CREATE,
    )
    if planned is None:
        made = Extension.objects.create(request=now, **words)
    else:
        made = planned
        Extension.objects.filter(pk=made.pk).update(recorded_at=timezone.now(), **words)
        made.refresh_from_db()
    begin(now)
    request.refresh_from_db()
    return made


@transaction.atomic
def told_that_it_takes_longer(*, request: RightsRequest, sent_on: date, by: User) -> None:
    """The letter “The answer takes longer” has gone: what was planned counts from the day it went.

    Of an extension that was told already, or where none was planned, nothing changes.
    """
    now = locked(request)
    planned = Extension.objects.filter(request=now, notice_sent_on=None).first()
    if planned is None or not now.is_open:
        return
    record(Verb.EXTENSION_TOLD, by=by, request=now, on=planned)
    Extension.objects.filter(pk=planned.pk).update(notice_sent_on=sent_on)
