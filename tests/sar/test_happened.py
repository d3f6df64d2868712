"""What happened to a request is told by day, whatever kind of thing it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sar.happened import what_happened
from sar.kinds import EvidenceGate
from tests.factories.sar import ClarificationFactory, EvidenceSeenFactory, RightsRequestFactory

pytestmark = pytest.mark.django_db


def test_what_happened_is_told_by_day_and_not_by_kind():
    today = timezone.localdate()
    request = RightsRequestFactory(received_on=today - timedelta(days=9))
    ClarificationFactory(
        request=request,
        asked_on=today - timedelta(days=8),
        question="All of it?",
        answered_on=today - timedelta(days=2),
        answer="All.",
    )
    EvidenceSeenFactory(
        request=request, gate=EvidenceGate.IDENTITY, seen_on=today - timedelta(days=5)
    )
    told = what_happened(request, works=True, story=True)
    assert [one.day for one in told] == [today - timedelta(days=days) for days in (9, 8, 5, 2)]
    assert "“All of it?”" in told[1].words
    assert "“All.”" in told[3].words
    hidden = what_happened(request, works=False, story=False)
    assert [one.words for one in hidden][1::2] == ["we asked what they mean.", "they answered."]
