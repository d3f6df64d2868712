"""The tab "About this service": what the service asks about its cases, and what was answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from assessments.actions.answers import answer_questions
from assessments.forms.asked import AskedForm
from assessments.models.answer import Given
from assessments.queries.service_answers import ServiceAnswers, open_service_answers
from audit.looks import look_of
from cases import permissions
from cases.views.tabs import case_tabs
from core.dates import plural
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def service_answers(request: HttpRequest, reference: str) -> HttpResponse:
    """What was answered, by section, each with who wrote it down and what was answered before."""
    told = open_service_answers(reference, look=look_of(request))
    context = {
        "case": told.case,
        "told": told,
        "tabs": case_tabs(told.case, "assessments:service-answers"),
        "can_answer": permissions.can_write_in(reader_of(request), told.case) and told.questions,
    }
    return answer(request, "assessments/service_answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def service_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the questions of the service."""
    told = open_service_answers(reference, look=look_of(request), may=permissions.may_write)
    _begins(request, told)
    form = AskedForm(sent(request), questions=told.questions, known=_known(told))
    written = carry_out(
        form, answer_questions, case=told.case, edition=told.edition, by=request.user
    )
    if written is not None:
        said = f"{plural(len(written), 'answer')} saved." if written else "Nothing was changed."
        messages.success(request, said)
        return redirect("assessments:service-answers", reference)
    context = {
        "case": told.case,
        "heading": f"Answer the questions of {told.case.service}",
        "hint": "What was answered before stays readable. An answer that you leave as it is stays.",
        "submit": "Save the answers",
        "back": reverse("assessments:service-answers", args=[reference]),
        "back_words": "About this service",
    }
    return answer(request, "assessments/form.html", context, form)


def _begins(request: HttpRequest, told: ServiceAnswers) -> None:
    """A form is not begun in a closed case, or where nothing is asked; one that was sent goes to the verb."""
    if told.edition is None:
        raise Refused(f"{told.case.service} has no questions of its own.")
    if request.method != "POST" and not permissions.can_write_in(reader_of(request), told.case):
        raise Refused(f"{told.case.reference} is closed. Nothing new is written in it.")


def _known(told: ServiceAnswers) -> dict[str, Given]:
    """The answers that stand in the boxes: those given to the very words that are asked now."""
    return {
        one.question.key: one.latest.given
        for section in told.sections
        for one in section.asked
        if one.latest and one.is_current
    }
