"""Pages of assessments: those of a case, writing one, reading one, several beside one another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from assessments.actions import assessments as verbs
from assessments.forms.assessments import BeginForm, CorrectForm, WriteForm
from assessments.models import Assessment, Questionnaire
from assessments.permissions import can_correct, can_write_on
from assessments.queries import assessments as door
from assessments.views.drafts import keep, of_page, saved, typed_before
from assessments.views.pages import begins, form_page
from assessments.workflow import AssessmentStatus
from audit.looks import look_of
from cases import permissions
from cases.forms.entries import Begun
from cases.views.tabs import case_tabs
from cases.views.unsaved import forget, keeps_typed
from core.errors import Refused
from core.pages import answer, carry_out, sent

TAB_OF = {
    Questionnaire.Kind.ASSESSMENT: "assessments:assessments",
    Questionnaire.Kind.OUTCOMES: "assessments:outcomes",
}


@require_safe
def assessments(request: HttpRequest, reference: str) -> HttpResponse:
    """The assessments of a case: drafts, final ones, and which may be begun."""
    told = door.open_assessments(reference, look=look_of(request))
    context = {
        "case": told.case,
        "told": told,
        "tabs": case_tabs(told.case, "assessments:assessments"),
        "can_begin": permissions.can_write_in(reader_of(request), told.case) and told.to_begin,
    }
    return answer(request, "assessments/assessments.html", context)


@require_safe
def compare(request: HttpRequest, reference: str) -> HttpResponse:
    """The latest assessments of each sort beside one another, with what changed."""
    case, comparisons = door.compare_assessments(reference, look=look_of(request))
    context = {
        "case": case,
        "comparisons": comparisons,
        "tabs": case_tabs(case, "assessments:assessments"),
    }
    return answer(request, "assessments/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin an assessment or a measure."""
    told = door.open_to_begin(reference, look=look_of(request), may=permissions.may_write)
    begins(request, told.case)
    form = BeginForm(
        sent(request),
        case=told.case,
        offered=told.to_begin,
        on=timezone.localdate(),
        chosen=request.GET.get("form", ""),
    )
    if begun := carry_out(form, verbs.begin_assessment, case=told.case, by=request.user):
        return redirect("assessments:assessment-write", begun.reference)
    return form_page(
        request,
        told.case,
        form,
        heading="Begin an assessment",
        submit="Go on to the questions",
        back=("assessments:assessments", "Assessments"),
    )


@require_safe
def assessment(request: HttpRequest, reference: str) -> HttpResponse:
    """One assessment with its answers by section."""
    record = door.open_assessment(reference, look=look_of(request))
    user, one = reader_of(request), record.assessment
    context = {
        "record": record,
        "one": one,
        "case": one.case,
        "tabs": case_tabs(one.case, _tab_of(one)),
        "can_write": can_write_on(user, one),
        "can_correct": can_correct(user, one) and record.correction is None,
    }
    return answer(request, "assessments/assessment.html", context)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a draft: save it as far as it has come, or finish it."""
    record = door.open_assessment(reference, look=look_of(request), may=permissions.may_write)
    one, finishing = record.assessment, "finish" in request.POST
    if request.method != "POST":
        _check_open(request, one)
    form = _form(request, record, finishing=finishing, begun=typed_before(request, one))
    verb = verbs.finish_assessment if finishing else verbs.save_assessment
    if saved(form, verb, assessment=one, by=reader_of(request)):
        forget(request)
        said = "is finished" if finishing else "is saved as a draft"
        messages.success(request, f"{one.reference} {said}.")
        return redirect(one)
    context = {"one": one, "case": one.case, "back": one.get_absolute_url()}
    context |= of_page(request, one, form)
    return answer(request, "assessments/assessment_write.html", context, form)


@keeps_typed
@require_POST
def assessment_keep(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being typed into a draft."""
    record = door.assessment_to_keep_for(reference, look=look_of(request))
    _check_open(request, record.assessment)
    form = _form(request, record, finishing=False)
    page = reverse("assessments:assessment-write", args=[reference])
    return keep(request, record.assessment, form, page)


def _form(
    request: HttpRequest,
    record: door.AssessmentRecord,
    *,
    finishing: bool,
    begun: Begun | None = None,
) -> WriteForm:
    return WriteForm(
        sent(request),
        assessment=record.assessment,
        questions=record.questions,
        known=record.known,
        finishing=finishing,
        by=reader_of(request),
        begun=begun,
    )


def _check_open(request: HttpRequest, one: Assessment) -> None:
    if not can_write_on(reader_of(request), one):
        raise Refused(f"{one.reference} is final, or its case is closed: nothing is written in it.")


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw a draft away."""
    record = door.open_assessment(reference, look=look_of(request), may=permissions.may_write)
    one = record.assessment
    if request.method == "POST":
        verbs.discard_assessment(assessment=one, by=reader_of(request))
        messages.success(request, "The draft is thrown away.")
        return redirect(_tab_of(one), one.case.reference)
    if one.status != AssessmentStatus.DRAFT:
        raise Refused(f"{one.reference} is final and stays. If something is wrong, correct it.")
    context = {"case": one.case, "draft": one, "what": f"{one.questionnaire}"}
    return answer(request, "assessments/discard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the correction of a final assessment."""
    record = door.open_assessment(reference, look=look_of(request), may=permissions.may_write)
    one, form = record.assessment, CorrectForm(sent(request))
    if draft := carry_out(form, verbs.correct_assessment, assessment=one, by=request.user):
        return redirect("assessments:assessment-write", draft.reference)
    return form_page(
        request,
        one.case,
        form,
        heading=f"Correct {one.reference}",
        submit="Go on to the questions",
        back=(_tab_of(one), "Back"),
    )


def _tab_of(one: Assessment) -> str:
    return TAB_OF[Questionnaire.Kind(one.questionnaire.kind)]
