"""Templates, letters and what became of them."""

from datetime import timedelta

import factory
from django.utils import timezone

from letters import models
from letters.workflow import DispatchStatus
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded
from tests.factories.cases import CaseFactory


class LetterTemplateFactory(Recorded):
    class Meta:
        model = models.LetterTemplate

    slug = factory.Sequence(lambda n: f"template-{n}")
    name = factory.Sequence(lambda n: f"Template {n}")
    audience = models.Audience.CLIENT
    recorded_by = factory.SubFactory(UserFactory)


class TemplateVersionFactory(Recorded):
    class Meta:
        model = models.TemplateVersion

    template = factory.SubFactory(LetterTemplateFactory)
    number = 1
    subject = "Your next visit"
    body = "Dear {{ called }},\n\nwe come on Monday.\n\n{{ worker }}"
    recorded_by = factory.SelfAttribute("template.recorded_by")


class LetterFactory(Recorded):
    """A letter to `person`, by post, still to be made."""

    class Meta:
        model = models.Letter
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    version = factory.SubFactory(TemplateVersionFactory)
    way = models.Way.POST
    sent_to = "12 Sample Street\nSouthport\nPR9 0ZZ"
    subject = "Your next visit"
    body = "Dear Amelia,\n\nwe come on Monday."
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or [self.person]:
            LetterPersonFactory(letter=self, person=person)

    @factory.post_generation
    def dispatch(self, create, extracted, **kwargs):
        DispatchFactory(letter=self, status=extracted or DispatchStatus.MAKING, **kwargs)


class LetterPersonFactory(Recorded):
    class Meta:
        model = models.LetterPerson


class DispatchFactory(Recorded):
    class Meta:
        model = models.Dispatch

    since = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
