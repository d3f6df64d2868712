"""Sets of questions and answers."""

import factory
from django.utils import timezone

from assessments import models
from assessments.models.answer import NOTHING, as_row
from assessments.workflow import EditionStatus
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, noted
from tests.factories.cases import CaseFactory, ServiceFactory


class QuestionnaireFactory(Recorded):
    class Meta:
        model = models.Questionnaire

    name = factory.Sequence(lambda n: f"Questions {n}")
    kind = models.Questionnaire.Kind.SERVICE
    service = factory.SubFactory(ServiceFactory)


class EditionFactory(Recorded):
    """An edition, a draft until `in_use` puts it into use: questions are added to drafts only."""

    class Meta:
        model = models.Edition

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    number = 1


class QuestionFactory(Recorded):
    class Meta:
        model = models.Question

    edition = factory.SubFactory(EditionFactory)
    key = factory.Sequence(lambda n: f"q{n + 1}")
    place = factory.Sequence(lambda n: n + 1)
    wording = factory.Sequence(lambda n: f"Question {n}?")
    kind = models.Question.Kind.TEXT


class InUseFactory(EditionFactory):
    """An edition in use with its questions: `asks` is a list of what QuestionFactory is given."""

    class Meta:
        model = models.Edition

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        asks = kwargs.pop("asks", [{}])
        edition = super()._create(model_class, *args, **kwargs)
        for place, words in enumerate(asks, 1):
            QuestionFactory(edition=edition, **{"key": f"q{place}", "place": place, **words})
        put_into_use(edition)
        return edition


def put_into_use(edition: models.Edition) -> None:
    """Ask what stands in the draft `edition` from now on."""
    of_set = models.Edition.objects.filter(questionnaire=edition.questionnaire)
    noted(of_set.filter(status=EditionStatus.IN_USE).update, status=EditionStatus.REPLACED)
    noted(
        of_set.filter(pk=edition.pk).update,
        status=EditionStatus.IN_USE,
        published_at=timezone.now(),
        published_by=UserFactory(),
    )
    edition.refresh_from_db()


class CaseAnswerFactory(Recorded):
    """What a family answered: `given` to `question`."""

    class Meta:
        model = models.CaseAnswer

    case = factory.SubFactory(CaseFactory)
    question = factory.SubFactory(QuestionFactory)
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = as_row(kwargs.pop("question"), kwargs.pop("given", "Yes, we did."))
        return super()._create(model_class, *args, **{**NOTHING, **row, **kwargs})
