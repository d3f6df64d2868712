"""The door to the referrals to agencies."""

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch, Q

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.permissions import cases_of, services_of
from cases.queries.cases import PAGE_LENGTH
from cases.queries.purposes import for_task
from cases.restricted import usable
from consent.models import ReferralOut, Share, SharePerson
from consent.workflow import ReferralOutStatus

WAITING, ANSWERED = "waiting", "answered"
STATES = {WAITING: "Waiting", ANSWERED: "Answered or given up"}


def begins_referral(look: Look) -> Look:
    """`look`, by somebody whose work it is to refer; NotNow (403, logged) for everybody else."""
    if not (look.by.has_perm("consent.record_share") and look.by.has_perm("cases.open_record")):
        raise NotNow("Your role refers nobody to agencies.", look=look, record=ReferralOut)
    return look


def list_referrals_out(*, look: Look, state: str = WAITING, page: int | str = 1) -> Page:
    """One page of the referrals of one's services that wait for an answer, the longest wait on top; or, where
    `state` is ANSWERED, of those that were answered or given up, the last answer on top.

    One entry for each; NotNow (403, logged) for a role that refers nobody.
    """
    user: User = begins_referral(look).by
    people = SharePerson.objects.select_related("person")
    waiting = Q(status=ReferralOutStatus.WAITING)
    answered = state == ANSWERED
    found = (
        ReferralOut.objects.filter(
            ~waiting if answered else waiting,
            share__in=usable(Share.objects.filter(case__in=cases_of(user)), by=user).filter(
                case__service__in=services_of(user)
            ),
        )
        .select_related(
            "share__case", "share__agency", "share__professional__agency", "recorded_by"
        )
        .prefetch_related(Prefetch("share__share_people", people), "chases")
        .order_by(*(("-answered_at", "-pk") if answered else ("recorded_at", "pk")))
        .fetch_mode(models.FETCH_RAISE)
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {one.share.case.service_id for one in rows}),
        [
            Shown(
                Verb.REFERRAL_OUT_LISTED,
                one.share,
                [link.person_id for link in one.share.share_people.all()],
            )
            for one in rows
        ],
    )
    return rows


def referral_of(share: Share) -> ReferralOut | None:
    """The referral that `share`, which was opened before, rests for; None if it was none."""
    found = ReferralOut.objects.filter(share=share).select_related("recorded_by", "answered_by")
    referral = found.prefetch_related("chases__recorded_by").first()
    if referral is not None:
        # Opened already, with everybody it is about.
        referral.share = share
    return referral
