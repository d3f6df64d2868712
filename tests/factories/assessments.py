"""Sets of questions and answers."""

from datetime import date

import factory
from django.utils import timezone

from assessments import models
from assessments.models.answer import NOTHING, as_row
from assessments.workflow import EditionStatus
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, noted
from tests.factories.cases import CaseFactory, PersonFactory, ServiceFactory


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


class AssessmentFactory(Recorded):
    """A final assessment; `given` are the answers in the order of the questions of `edition`."""

    class Meta:
        model = models.Assessment

    case = factory.SubFactory(CaseFactory)
    edition = factory.SubFactory(InUseFactory)
    moment = "start"
    assessed_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SelfAttribute("case.recorded_by")
    is_final = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        people, given = kwargs.pop("people"), kwargs.pop("given", ())
        is_final = kwargs.pop("is_final")
        made = super()._create(model_class, *args, **kwargs)
        for person in people:
            noted(models.AssessmentPerson.objects.create, assessment=made, person=person)
        for question, one in zip(made.edition.questions.all(), given, strict=False):
            if one is not None:
                row = as_row(question, one)
                noted(models.AssessmentAnswer.objects.create, assessment=made, **row)
        if is_final:
            finished = {"finished_at": timezone.now(), "finished_by": made.recorded_by}
            noted(models.Assessment.objects.filter(pk=made.pk).update, status="final", **finished)
            made.refresh_from_db()
        return made


class GoalFactory(Recorded):
    """A goal with its first rating, of somebody in a case."""

    class Meta:
        model = models.Goal

    case = factory.SubFactory(CaseFactory)
    person = factory.SubFactory(PersonFactory)
    words = "To get up in time for school."
    set_on = date(2026, 9, 3)
    recorded_by = factory.SelfAttribute("case.recorded_by")
    rating = 2

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        rating = kwargs.pop("rating")
        goal = super()._create(model_class, *args, **kwargs)
        GoalReviewFactory(goal=goal, rating=rating, reviewed_on=goal.set_on)
        return goal


class GoalReviewFactory(Recorded):
    class Meta:
        model = models.GoalReview

    reviewed_on = date(2026, 10, 3)
    rating = 5
    recorded_by = factory.SelfAttribute("goal.recorded_by")


class PlanFactory(Recorded):
    """A draft with the steps of `steps`, each what PlanStep is given; agreed if `agreed_by` is."""

    class Meta:
        model = models.Plan

    case = factory.SubFactory(CaseFactory)
    number = factory.LazyAttribute(lambda plan: plan.case.plans.count() + 1)
    they_decided = "We eat together on Sundays."
    we_decided = "We come on Tuesdays."
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        steps, agreed_by = kwargs.pop("steps", ()), kwargs.pop("agreed_by", ())
        plan = super()._create(model_class, *args, **kwargs)
        for place, step in enumerate(steps, 1):
            noted(models.PlanStep.objects.create, plan=plan, place=place, **step)
        if agreed_by:
            noted(
                models.Plan.objects.filter(pk=plan.pk).update,
                status="agreed",
                agreed_on=timezone.localdate(),
                agreed_how="signed",
                witness="Dean Okafor",
                closed_by=plan.recorded_by,
            )
            for person in agreed_by:
                noted(models.PlanPerson.objects.create, plan=plan, person=person)
            plan.refresh_from_db()
        return plan
