"""Public forms, a few questions on a page. No sign-in, and one cookie from the first answer to the last."""

from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actors import Stranger
from core.cookies import ONE_TASK
from core.errors import Refused
from core.limits import is_over
from sar.public import actions as verbs
from sar.public.emails import confirm
from sar.public.limits import SENT, SENT_BY_ALL, STEPS
from sar.public.queries import answers_of, first_missing, form_of, open_draft
from sar.public.sealing import Typed
from sar.public.tasks import TASKS, PublicTask, Step

TRAP = "homepage"  # a box that people do not see
TRAPPED = (
    "A box that people do not see was filled in. If a program fills in forms for you, switch it off for "
    "this page and send again, or telephone us."
)
TOO_OFTEN = (
    "Too much has come from your connection in a short time. Your answers are kept: wait some minutes and "
    "send again, or telephone us."
)


@login_not_required
@require_safe
def start(request: HttpRequest, task: str) -> HttpResponse:
    """What a form is for, and what happens with it."""
    chosen = _task(task)
    begun = open_draft(chosen, _secret(request), now=timezone.now()) is not None
    return _page(request, "sar/public/start.html", {"task": chosen, "begun": begun})


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, task: str, part: str) -> HttpResponse:
    """One page of questions; sent, it is kept and the next one comes."""
    chosen = _task(task)
    here = chosen.step(part)
    if here is None:
        raise Http404("No such step.")
    now = timezone.now()
    if request.method != "POST":
        typed = open_draft(chosen, _secret(request), now=now)
        kept = form_of(here, typed)
        # Shown as it was typed, without finding fault before it is sent.
        form = here.form(initial=_initial(kept)) if kept else here.form()
        return _questions(request, chosen, here, form)
    form = here.form(request.POST)
    if not form.is_valid():
        return _questions(request, chosen, here, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get(TRAP):
        form.add_error(None, TRAPPED)
        return _questions(request, chosen, here, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if is_over(STEPS, request):
        form.add_error(None, TOO_OFTEN)
        return _questions(request, chosen, here, form, HTTPStatus.TOO_MANY_REQUESTS)
    secret = verbs.keep_step(
        task=chosen,
        step=here,
        given=_given(request, form),
        secret=_secret(request),
        now=now,
        by=Stranger(),
    )
    return _remember(_next(chosen, open_draft(chosen, secret, now=now), here), secret)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, task: str) -> HttpResponse:
    """All answers on one page; sent from here, the number of what came of it."""
    chosen, secret, now = _task(task), _secret(request), timezone.now()
    typed = open_draft(chosen, secret, now=now)
    if typed is None:
        return _page(
            request, "sar/public/gone.html", {"task": chosen, "why": verbs.GONE}, HTTPStatus.GONE
        )
    if (missing := first_missing(chosen, typed)) is not None:
        return redirect("ask:step", chosen.slug, missing.slug)
    context = {"task": chosen, "answered": answers_of(chosen, typed)}
    if request.method != "POST":
        return _page(request, "sar/public/check.html", {**context, "refusal": ""})
    if is_over(SENT, request) or is_over(SENT_BY_ALL):
        return _page(
            request,
            "sar/public/check.html",
            {**context, "refusal": TOO_OFTEN},
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    try:
        with transaction.atomic():
            references = verbs.send(
                task=chosen, secret=secret, now=now, on=timezone.localdate(), by=Stranger()
            )
    except Refused as refusal:
        context["refusal"] = str(refusal)
        return _page(request, "sar/public/check.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)
    reach = form_of(_step_of(chosen, "reach"), typed)
    if reach is not None and reach.is_valid() and reach.cleaned_data["confirm"]:
        transaction.on_commit(partial(confirm, reach.cleaned_data["email"], references))
    answer = _page(request, "sar/public/done.html", {"task": chosen, "references": references})
    answer.delete_cookie(ONE_TASK.name, path=ONE_TASK.path, samesite="Lax")
    return answer


@login_not_required
@require_POST
def throw_away(request: HttpRequest, task: str) -> HttpResponse:
    """Throw away what was typed so far."""
    chosen = _task(task)
    verbs.throw_away(secret=_secret(request), by=Stranger())
    answer = redirect("ask:start", chosen.slug)
    answer.delete_cookie(ONE_TASK.name, path=ONE_TASK.path, samesite="Lax")
    return answer


def _task(slug: str) -> PublicTask:
    if slug not in TASKS:
        raise Http404("There is no such form.")
    return TASKS[slug]


def _step_of(task: PublicTask, slug: str) -> Step:
    return next(one for one in task.steps if one.slug == slug)


def _secret(request: HttpRequest) -> str:
    return request.COOKIES.get(ONE_TASK.name, "")


def _given(request: HttpRequest, form: Form) -> dict[str, list[str]]:
    """What was typed into the boxes of `form`, a date in its three boxes, and nothing else that was sent."""
    names = tuple(form.fields)
    return {
        name: [str(one) for one in several]
        for name, several in request.POST.lists()
        if name in names or name.rpartition("_")[0] in names
    }


def _initial(form: Form) -> dict[str, object]:
    return {name: form[name].value() for name in form.fields}


def _next(task: PublicTask, typed: Typed | None, here: Step) -> HttpResponse:
    """The step after this one, or the page that checks them where all have been answered."""
    following = task.after(here)
    if following is None or first_missing(task, typed) is None:
        return redirect("ask:check", task.slug)
    return redirect("ask:step", task.slug, following.slug)


def _remember(answer: HttpResponse, secret: str) -> HttpResponse:
    answer.set_cookie(
        ONE_TASK.name,
        secret,
        max_age=int(verbs.KEPT_FOR.total_seconds()),
        path=ONE_TASK.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _questions(
    request: HttpRequest,
    task: PublicTask,
    here: Step,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    place = task.steps.index(here)
    before = task.steps[place - 1] if place else None
    context = {"task": task, "step": here, "number": place + 1, "before": before, "form": form}
    return _page(request, "sar/public/step.html", context, status)


def _page(
    request: HttpRequest, name: str, context: dict[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    return TemplateResponse(request, name, context, status=status)
