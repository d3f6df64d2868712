"""Pages to be printed: an assessment with its answers, outcomes and goals with their pictures (features.md P12).

Printing is a look of its own kind. A plan has its own paper, which the family is given.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from assessments.queries.assessments import open_assessment
from assessments.queries.goals import goals_of
from assessments.queries.outcomes import open_outcomes
from audit.looks import look_of
from audit.verbs import Verb
from core.pages import answer
from core.printing import printed


@require_safe
def assessment(request: HttpRequest, reference: str) -> HttpResponse:
    """One assessment or measure with its answers by section."""
    record = open_assessment(reference, look=look_of(request), verb=Verb.ASSESSMENT_PRINTED)
    context = {
        "record": record,
        "one": record.assessment,
        "case": record.assessment.case,
        "back": record.assessment.get_absolute_url(),
        "printed": printed(reader_of(request), reference),
    }
    return answer(request, "assessments/print_assessment.html", context)


@require_safe
def outcomes(request: HttpRequest, reference: str) -> HttpResponse:
    """What was measured and the goals of a case, as pictures with their figures."""
    told = open_outcomes(reference, look=look_of(request), verb=Verb.OUTCOMES_PRINTED)
    context = {
        "case": told.case,
        "told": told,
        "goals": goals_of(told.case),
        "back": reverse("assessments:outcomes", args=[reference]),
        "printed": printed(reader_of(request), reference),
    }
    return answer(request, "assessments/print_outcomes.html", context)
