"""Referring a family to an agency, chasing it, and what it answered (features.md P5)."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from consent.gateways import LEFT_US
from consent.models import ReferralOut, ReferralOutChase, Share
from consent.workflow import REFERRAL_OUT_MOVES, ReferralOutMove, ReferralOutStatus
from core import workflow
from core.errors import Refused


@transaction.atomic
def refer_out(
    *, share: Share, asked_for: str, chase_on: date | None = None, by: User
) -> ReferralOut:
    """What was shared was a referral: the agency is asked to do something for the family.

    With `chase_on` it is a task of `by` to ask again from that day. Refused where nothing left the charity,
    without an agency, and the second time.
    """
    asked_for = asked_for.strip()
    if not asked_for:
        raise Refused("Say what they were asked to do.")
    if share.outcome not in LEFT_US:
        raise Refused(f"Nothing was shared by {share.reference}, so nobody was referred by it.")
    if share.agency_id is None:
        raise Refused(f"{share.reference} names no agency: a family is referred to an agency.")
    if ReferralOut.objects.filter(share=share).exists():
        raise Refused(f"{share.reference} is a referral already.")
    _note(Verb.REFERRED_OUT, share, by)
    referral = ReferralOut.objects.create(share=share, asked_for=asked_for, recorded_by=by)
    _ask_again(share, chase_on, by)
    return referral


@transaction.atomic
def chase(
    *, referral: ReferralOut, words: str, chase_on: date | None = None, by: User
) -> ReferralOutChase:
    """The agency was asked again; it still waits. Refused without words and once there is an answer."""
    words = words.strip()
    if not words:
        raise Refused("Say whom you asked and what they said.")
    now = ReferralOut.objects.select_for_update(no_key=True).get(pk=referral.pk)
    if now.status != ReferralOutStatus.WAITING:
        raise Refused(f"They have answered: {now.get_status_display().lower()}.")
    _note(Verb.REFERRAL_OUT_CHASED, referral.share, by)
    made = ReferralOutChase.objects.create(referral=now, words=words, recorded_by=by)
    _done(referral.share, by)
    _ask_again(referral.share, chase_on, by)
    return made


@transaction.atomic
def answer(*, referral: ReferralOut, move: ReferralOutMove, words: str, by: User) -> ReferralOut:
    """What became of it: they accepted, declined, or never answered. What was to be chased is done."""
    words = words.strip()
    if not words:
        raise Refused("Say what they said, or how long you waited.")
    _note(Verb.REFERRAL_OUT_ANSWERED, referral.share, by)
    workflow.make(
        referral,
        REFERRAL_OUT_MOVES[move],
        answered_at=timezone.now(),
        answered_by=by,
        answer=words,
    )
    _done(referral.share, by)
    return referral


def _note(verb: Verb, share: Share, by: User) -> None:
    people = list(share.share_people.values_list("person_id", flat=True))
    record(verb, by=by, action=Action.UPDATE, record=share, people=people)


def _page_of(share: Share) -> str:
    return reverse("consent:referral-out", args=[share.reference])


def _ask_again(share: Share, chase_on: date | None, by: User) -> None:
    if chase_on is None:
        return
    add_task(
        kind=TaskKind.CHASE,
        what=f"Ask {share.agency} what became of the referral {share.reference}.",
        for_user=by,
        due_on=chase_on,
        case=share.case,
        link=_page_of(share),
        by=by,
    )


def _done(share: Share, by: User) -> None:
    """The tasks to chase are done, whoever had them."""
    asked = Task.objects.filter(kind=TaskKind.CHASE, link=_page_of(share), status=TaskStatus.OPEN)
    for task in asked:
        finish_task(task=task, by=by)
