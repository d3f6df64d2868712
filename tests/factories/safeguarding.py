"""Concerns, allegations and the people named to receive them."""

from datetime import timedelta
from typing import Any

import factory
from django.db import models as django_models
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from safeguarding import models
from safeguarding.workflow import ConcernStatus
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, note

WHEN = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=20))


class Statement(Recorded):
    """Something seen or said yesterday, raised twenty minutes ago; about `people` where given."""

    class Meta:
        abstract = True

    in_danger = False
    what = "A bruise on the upper arm in the shape of a hand."
    how_known = models.HowKnown.SIGNS
    suspected_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    suspected_by = "Whoever wrote it"
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = WHEN

    @classmethod
    def _create(cls, model_class: type[django_models.Model], *args: Any, **kwargs: Any) -> Any:
        people = kwargs.pop("people", None) or []
        with transaction.atomic():
            note()
            made = model_class._default_manager.create(*args, **kwargs)
            for person in people:
                cls.linking.objects.create(
                    **{cls.linked_as: made}, person=person, recorded_by=made.recorded_by
                )
            return made


class ConcernFactory(Statement):
    class Meta:
        model = models.Concern
        exclude = ("linking", "linked_as")

    linking = models.ConcernPerson
    linked_as = "concern"


class AllegationFactory(Statement):
    class Meta:
        model = models.Allegation
        exclude = ("linking", "linked_as")

    linking = models.AllegationPerson
    linked_as = "allegation"
    about_staff = factory.SubFactory(UserFactory)


class ConcernEntryFactory(Recorded):
    class Meta:
        model = models.ConcernEntry

    concern = factory.SubFactory(ConcernFactory)
    kind = models.ConcernEntry.Kind.ADDITION
    text = "Her teacher saw it too."
    recorded_by = factory.SubFactory(UserFactory)


class ReceiverFactory(Recorded):
    class Meta:
        model = models.Receiver

    user = factory.SubFactory(UserFactory)
    recorded_by = factory.SubFactory(UserFactory)


def read_concern(by: User, **fields: Any) -> models.Concern:
    """A concern that `by` has read and sees to."""
    return ConcernFactory(status=ConcernStatus.READ, read_at=timezone.now(), read_by=by, **fields)


def two_receivers() -> tuple[User, User]:
    """Two named people, who have no role besides."""
    one, two = UserFactory(full_name="Ruth Named"), UserFactory(full_name="Omar Named")
    for user in (one, two):
        ReceiverFactory(user=user)
    return one, two
