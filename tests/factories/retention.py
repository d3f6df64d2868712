"""Rows of the schedule, holds and proposals."""

from datetime import timedelta

import factory
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases.models import Case
from retention import models
from sar.models import ErasureItem, RightsRequest
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, change, note


class ScheduleRowFactory(Recorded):
    """Case files of any service, destroyed six years after the end."""

    class Meta:
        model = models.ScheduleRow

    category = models.Category.CASE_FILE
    title = "Family support"
    months_after_end = 72
    outcome = models.Outcome.DESTROY
    reason = "A claim can be brought for six years."
    adopted_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SubFactory(UserFactory)


class HoldFactory(Recorded):
    class Meta:
        model = models.Hold

    kind = models.Hold.Kind.CLAIM
    reason = "A claim about the year 2019 was announced."
    review_by = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))
    owner = factory.SelfAttribute("recorded_by")
    recorded_by = factory.SubFactory(UserFactory)


class RunFactory(Recorded):
    class Meta:
        model = models.Run

    recorded_by = factory.SubFactory(UserFactory)


def an_approved_erasure(request: RightsRequest, *, by: User) -> ErasureItem:
    """That the details of the person of `request` are erased: decided, and approved by a second person."""
    with transaction.atomic():
        note()
        made = ErasureItem.objects.create(
            request=request,
            source="cases.Person",
            record_id=request.person_id,
            decision="erase",
            ground="not_needed",
            because="They came once.",
            recorded_by=by,
        )
    change(made, approved_at=timezone.now(), approved_by=UserFactory())
    return made


def a_proposal(case: Case, *, by: User) -> models.Proposal:
    """That a case is destroyed, proposed by `by` and waiting for a second person."""
    with transaction.atomic():
        note()
        made = models.Proposal.objects.create(
            kind=models.Proposal.Kind.EARLY,
            service=case.service,
            reason="They asked.",
            recorded_by=by,
        )
        models.ProposalItem.objects.create(proposal=made, table="cases.Case", record=case.pk)
    made.refresh_from_db()
    return made
