"""Uses with names."""

from datetime import timedelta

import factory
from django.utils import timezone

from planning import models
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded


class IdentifiedUseFactory(Recorded):
    """A use that the law requires and that waits for a decision; `people` are in it."""

    class Meta:
        model = models.IdentifiedUse
        skip_postgeneration_save = True

    kind = models.IdentifiedUse.Kind.RESEARCH
    what_for = "How siblings fare. Figures do not follow them."
    who_sees = "Two of us, on a computer of the charity."
    basis = models.IdentifiedUse.Basis.LAW
    law = "An order of the family court."
    parts = ("name", "cases")
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, extracted, **_):
        for person in extracted or ():
            UsedPersonFactory(use=self, person=person)


class UsedPersonFactory(Recorded):
    class Meta:
        model = models.UsedPerson

    recorded_by = factory.SelfAttribute("use.recorded_by")
