"""Pages of plans: the plan of a case, writing and agreeing it, its copies, reviews and its paper."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from assessments.actions import plans as verbs
from assessments.forms.plans import AgreeForm, CopyForm, PlanForm, PlanReviewForm
from assessments.models import Plan
from assessments.paper import plan_as_pdf
from assessments.permissions import can_write_plan
from assessments.queries import plans as door
from assessments.views.drafts import keep, of_page, saved, typed_before
from assessments.views.pages import form_page
from audit.looks import look_of
from audit.verbs import Verb
from cases import permissions
from cases.forms.entries import Begun
from cases.forms.fields import TokenField
from cases.queries.cases import open_case
from cases.views.tabs import case_tabs
from cases.views.unsaved import forget, keeps_typed
from core.errors import Refused
from core.pages import answer, carry_out, sent

BACK = ("assessments:plans", "Plan")


@require_safe
def plans(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan that is agreed, the draft of the next, and those before."""
    told = door.open_plans(reference, look=look_of(request))
    context = {
        "case": told.case,
        "told": told,
        "plan": told.agreed,
        "token": uuid4(),
        "tabs": case_tabs(told.case, "assessments:plans"),
        "can_write": permissions.can_write_in(reader_of(request), told.case),
    }
    return answer(request, "assessments/plans.html", context)


@require_POST
def plan_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the next plan of a case; the button sends the number of its form."""
    case = open_case(reference, look=look_of(request), may=permissions.may_write)
    token = TokenField().to_python(request.POST.get("token"))
    begun = verbs.begin_plan(case=case, token=token, by=reader_of(request))
    return redirect("assessments:plan-write", begun.reference)


@require_safe
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """One plan, with its copies and reviews."""
    one = door.open_plan(reference, look=look_of(request))
    context = {
        "case": one.case,
        "plan": one,
        "tabs": case_tabs(one.case, "assessments:plans"),
        "can_write": permissions.can_write_in(reader_of(request), one.case),
    }
    return answer(request, "assessments/plan.html", context)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def plan_write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a draft."""
    one = _to_write(request, reference)
    form = _form(request, one, begun=typed_before(request, one))
    if saved(form, verbs.save_plan, plan=one, by=reader_of(request)):
        forget(request)
        messages.success(request, "The draft is saved.")
        more = "more" in request.POST
        return redirect("assessments:plan-write" if more else "assessments:plan", reference)
    context = {"case": one.case, "plan": one, "back": one.get_absolute_url()}
    context |= of_page(request, one, form)
    return answer(request, "assessments/plan_write.html", context, form)


@keeps_typed
@require_POST
def plan_keep(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being typed into a draft."""
    one = door.plan_to_keep_for(reference, look=look_of(request))
    _check_open(request, one)
    page = reverse("assessments:plan-write", args=[reference])
    return keep(request, one, _form(request, one), page)


def _form(request: HttpRequest, one: Plan, begun: Begun | None = None) -> PlanForm:
    return PlanForm(
        sent(request),
        plan=one,
        workers=door.workers_of(one.case),
        goals=door.open_goals(one.case),
        by=reader_of(request),
        begun=begun,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that the family agrees."""
    one = _to_write(request, reference)
    user, today = reader_of(request), timezone.localdate()
    form = AgreeForm(sent(request), case=one.case, on=today, witness=str(user))
    heading = "The family agrees to the plan"
    hint = "From then on the plan stays as it is. What we do ourselves becomes our tasks."
    return _done(request, one, form, verbs.agree_plan, heading=heading, hint=hint)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down who was given a copy. By post and e-mail only where it is safe."""
    one = door.open_plan(reference, look=look_of(request), may=permissions.may_write)
    form = CopyForm(sent(request), case=one.case, on=timezone.localdate())
    if carry_out(form, verbs.give_copy, plan=one, by=request.user):
        messages.success(request, "Saved.")
        return redirect(one)
    context = {"case": one.case, "plan": one, "ways": door.ways_to(one.case)}
    return answer(request, "assessments/plan_copy.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_review(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at an agreed plan again."""
    one = door.open_plan(reference, look=look_of(request), may=permissions.may_write)
    form = PlanReviewForm(sent(request), on=timezone.localdate())
    return _done(request, one, form, verbs.review_plan, heading="Look at the plan again")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw a draft away."""
    one = _to_write(request, reference)
    if request.method == "POST":
        verbs.discard_plan(plan=one, by=reader_of(request))
        messages.success(request, "The draft is thrown away.")
        return redirect("assessments:plans", one.case.reference)
    context = {"case": one.case, "draft": one, "what": f"Plan {one.number}"}
    return answer(request, "assessments/discard.html", context)


@require_safe
def plan_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan as a PDF to be printed and given; its entry in the log says that it was printed."""
    one = door.open_plan(reference, look=look_of(request), verb=Verb.PLAN_PRINTED)
    pdf = plan_as_pdf(one, at=timezone.now())
    name = f'inline; filename="plan-{one.reference}.pdf"'
    return HttpResponse(pdf, "application/pdf", headers={"Content-Disposition": name})


def _to_write(request: HttpRequest, reference: str) -> Plan:
    """The plan, opened by somebody who writes in its case. The form of one that stays is not begun."""
    one = door.open_plan(reference, look=look_of(request), may=permissions.may_write)
    if request.method != "POST":
        _check_open(request, one)
    return one


def _check_open(request: HttpRequest, one: Plan) -> None:
    if not can_write_plan(reader_of(request), one):
        raise Refused(f"{one.reference} is agreed, or its case is closed: it stays as it is.")


def _done(
    request: HttpRequest,
    one: Plan,
    form: BaseForm,
    verb: Callable[..., Any],
    *,
    heading: str,
    hint: str = "",
) -> HttpResponse:
    if carry_out(form, verb, plan=one, by=request.user):
        messages.success(request, "Saved.")
        return redirect(one)
    return form_page(request, one.case, form, heading=heading, hint=hint, back=BACK)
