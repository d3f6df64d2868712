"""Tasks: the lists, asking somebody, and what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import tasks as verbs
from cases.forms.tasks import DropForm, PassOnForm, TaskForm
from cases.models import Task
from cases.permissions import can_end_task
from cases.queries import tasks as door
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks: one's own, those of one's services, those one asked for, those of one's team."""
    whose = request.GET.get("whose", "mine")
    ended, late = request.GET.get("ended") == "yes", request.GET.get("late") == "yes"
    rows = door.list_tasks(
        look=look_of(request),
        page=request.GET.get("page", 1),
        whose=whose,
        ended=ended,
        late=late,
    )
    context = {
        "page": rows,
        "whose": whose,
        "ended": ended,
        "late": late,
        "tabs": _tabs(reader_of(request), whose),
        "today": timezone.localdate(),
    }
    return answer(request, "cases/tasks.html", context)


def _tabs(user: User, whose: str) -> list[dict[str, object]]:
    return [
        {
            "label": words,
            "url": f"{reverse('cases:tasks')}?whose={name}",
            "current": name == whose,
        }
        for name, words in door.lists_for(user).items()
    ]


@require_safe
def task(request: HttpRequest, reference: str) -> HttpResponse:
    """One task."""
    opened = door.open_task(reference, look=look_of(request))
    context = {"task": opened, "can_end": can_end_task(reader_of(request), opened)}
    return answer(request, "cases/task.html", context | {"today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: HttpRequest) -> HttpResponse:
    """Ask a colleague, or oneself, to do something that is about nobody's record."""
    return _add(request, door.begin_task(look=look_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def case_task_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask a colleague, or oneself, to do something about a case."""
    return _add(request, door.begin_task(look=look_of(request), case=reference))


@require_http_methods(["GET", "HEAD", "POST"])
def person_task_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask a colleague, or oneself, to do something about a person."""
    return _add(request, door.begin_task(look=look_of(request), person=reference))


def _add(request: HttpRequest, about: door.About) -> HttpResponse:
    form = TaskForm(
        sent(request),
        colleagues=about.colleagues,
        by=reader_of(request),
        on=timezone.localdate(),
    )
    if made := carry_out(form, verbs.ask, case=about.case, person=about.person, by=request.user):
        messages.success(request, f"The task {made.reference} is for {made.for_user}.")
        return redirect(about.case or about.person or "cases:tasks")
    return answer(request, "cases/task_add.html", {"about": about}, form)


@require_POST
def task_finish(request: HttpRequest, reference: str) -> HttpResponse:
    """It is done."""
    opened = door.open_task(reference, look=look_of(request))
    verbs.finish_task(task=opened, by=reader_of(request))
    messages.success(request, f"{opened.reference} is done.")
    return redirect("cases:tasks")


@require_http_methods(["GET", "HEAD", "POST"])
def task_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """It is no longer needed."""
    opened = _to_end(request, reference)
    return _end(
        request,
        opened,
        DropForm(sent(request)),
        verbs.drop_task,
        heading="No longer needed",
        submit="Save",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def task_pass_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody else does it."""
    opened = _to_end(request, reference)
    colleagues = door.colleagues_for(opened, reader_of(request))
    return _end(
        request,
        opened,
        PassOnForm(sent(request), colleagues=colleagues),
        verbs.pass_on,
        heading="Pass the task on",
        submit="Pass it on",
    )


def _to_end(request: HttpRequest, reference: str) -> Task:
    opened = door.open_task(reference, look=look_of(request))
    if request.method != "POST" and not can_end_task(reader_of(request), opened):
        raise Refused(f"{opened.reference} was ended already. Somebody may have done it.")
    return opened


def _end(
    request: HttpRequest,
    opened: Task,
    form: Form,
    verb: Callable[..., Any],
    *,
    heading: str,
    submit: str,
) -> HttpResponse:
    bound: BaseForm = form
    if carry_out(bound, verb, task=opened, by=request.user):
        messages.success(request, f"{opened.reference} is changed.")
        return redirect("cases:tasks")
    context = {"task": opened, "heading": heading, "submit": submit}
    return answer(request, "cases/task_end.html", context, bound)
