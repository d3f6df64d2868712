"""Wordings, consents and the sharing log."""

from datetime import date, timedelta
from typing import Any

import factory
from django.db import models as django_models
from django.db import transaction
from django.utils import timezone

from consent import models
from consent.gateways import Gateway, Outcome, SentHow
from consent.purposes import Purpose
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, note
from tests.factories.cases import (
    AgencyFactory,
    CaseFactory,
    DocumentFactory,
    PersonFactory,
    ServiceFactory,
)


class WordingFactory(Recorded):
    class Meta:
        model = models.Wording

    purpose = Purpose.WORKING_TOGETHER
    version = factory.Sequence(lambda n: n + 1)
    text = factory.Sequence(lambda n: f"I agree that you work together ({n}).")
    published_by = factory.SubFactory(UserFactory)


class FirstAskedFactory(Recorded):
    class Meta:
        model = models.FirstAsked

    service = factory.SubFactory(ServiceFactory)
    purpose = Purpose.WORKING_TOGETHER
    recorded_by = factory.SubFactory(UserFactory)


class AgreementFactory(Recorded):
    class Meta:
        model = models.Agreement

    agency = factory.SubFactory(AgencyFactory)
    title = "Working together"
    covers = "Names and dates, to arrange visits."
    kept_where = "The blue folder in the office"
    starts_on = date(2026, 1, 12)
    review_on = date(2027, 1, 12)
    recorded_by = factory.SubFactory(UserFactory)


class ConsentFactory(Recorded):
    """A consent of a grown-up, given by themself on paper, without an end."""

    class Meta:
        model = models.Consent

    person = factory.SubFactory(PersonFactory)
    purpose = Purpose.WORKING_TOGETHER
    agency = factory.SubFactory(AgencyFactory)
    state = models.State.GIVEN
    how = models.HowGiven.SIGNED
    wording = factory.SubFactory(WordingFactory, purpose=factory.SelfAttribute("..purpose"))
    given_on = date(2026, 1, 12)
    why_late = "Found in the paper file."
    recorded_by = factory.SelfAttribute("person.recorded_by")


class ConsentPaperFactory(Recorded):
    """The paper that somebody signed, beside their answer."""

    class Meta:
        model = models.ConsentPaper

    consent = factory.SubFactory(ConsentFactory)
    document = factory.LazyAttribute(
        lambda made: DocumentFactory(people=[made.consent.person], kind="consent")
    )
    recorded_by = factory.SelfAttribute("consent.recorded_by")


class ConsentReviewFactory(Recorded):
    class Meta:
        model = models.ConsentReview

    consent = factory.SubFactory(ConsentFactory)
    words = "She still agrees."
    recorded_by = factory.SelfAttribute("consent.recorded_by")


class PrivacyNoticeFactory(Recorded):
    """A notice for everybody, adopted at the beginning of the year."""

    class Meta:
        model = models.PrivacyNotice

    readers = models.Readers.EVERYBODY
    version = factory.Sequence(lambda n: n + 1)
    text = factory.Sequence(lambda n: f"# What we write down\n\nLittle ({n}).")
    adopted_at = timezone.make_aware(timezone.datetime(2026, 1, 5, 10, 0))
    adopted_by = factory.SubFactory(UserFactory)


class NoticeGivenFactory(Recorded):
    class Meta:
        model = models.NoticeGiven

    person = factory.SubFactory(PersonFactory)
    notice = factory.SubFactory(PrivacyNoticeFactory)
    given_on = date(2026, 1, 12)
    means = models.NoticeMeans.HANDED
    recorded_by = factory.SelfAttribute("person.recorded_by")


def withdrawn(on: date) -> dict[str, Any]:
    """What a ConsentFactory is given besides for a consent withdrawn, and so recorded, on that day."""
    return {
        "withdrawn_on": on,
        "withdrawn_at": timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 11, 30)),
        "withdrawn_by": UserFactory(),
        "withdrawn_how": "phone",
    }


class ShareFactory(Recorded):
    """Something shared because the person asked, about `people` (somebody new if none are given).

    `consents` are those that they rest on, one for each of `people`, in the same order.
    """

    class Meta:
        model = models.Share

    case = factory.SubFactory(CaseFactory)
    outcome = Outcome.SHARED
    what = "The dates of the sessions."
    agency = factory.SubFactory(AgencyFactory)
    sent_how = SentHow.EMAIL
    purpose = Purpose.OWN_REQUEST
    gateway = Gateway.ASKED
    gateway_detail = "She asked on the telephone; I know her voice."
    basis = "Legitimate interests, UK GDPR Art 6(1)(f)"
    told = True
    happened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    recorded_by = factory.SelfAttribute("case.recorded_by")
    decided_by = factory.SelfAttribute("recorded_by")

    @classmethod
    def _create(cls, model_class: type[django_models.Model], *args: Any, **kwargs: Any) -> Any:
        people = kwargs.pop("people", None) or [PersonFactory()]
        consents = kwargs.pop("consents", None) or [None] * len(people)
        with transaction.atomic():
            note()
            share = model_class._default_manager.create(*args, **kwargs)
            for person, consent in zip(people, consents, strict=True):
                models.SharePerson.objects.create(share=share, person=person, consent=consent)
            return share


class ShareReplyFactory(Recorded):
    class Meta:
        model = models.ShareReply

    share = factory.SubFactory(ShareFactory)
    came_on = factory.LazyFunction(timezone.localdate)
    words = "They will ring her."
    recorded_by = factory.SelfAttribute("share.recorded_by")


class ShareReviewFactory(Recorded):
    class Meta:
        model = models.ShareReview

    share = factory.SubFactory(ShareFactory)
    is_right = True
    recorded_by = factory.SubFactory(UserFactory)


class VictimRequestFactory(Recorded):
    class Meta:
        model = models.VictimRequest

    share = factory.SubFactory(ShareFactory)
    asked_by = "DC Harker, 4411"
    asked_on = factory.LazyFunction(timezone.localdate)
    belief = "That she told us of the night in question."
    relevance = "Where he was that night."
    necessity = "Nobody else was there."
    is_counselling = False
    why_no_notice = "She asked them to ask us."
    recorded_by = factory.SelfAttribute("share.recorded_by")
