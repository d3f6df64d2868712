"""Pages of paper files: of a case, of a person, one file, and those that are out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import paper as verbs
from cases.forms.paper import PaperFileForm, ReturnForm, ShredForm, TakeForm
from cases.queries import paper as door
from cases.workflow import PAPER_MOVES, PaperStep
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def paper_of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The paper files of a case; and another one, written down below the list."""
    posts = request.method == "POST"
    case, files = door.paper_of_case(
        reference, look=look_of(request), may=permissions.may_write if posts else None
    )
    can_add = permissions.may_write(reader_of(request), case)
    context = {"of": case, "back": case.get_absolute_url(), "files": files, "can_add": can_add}
    return _list(request, context, case=case)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_of_person(request: HttpRequest, reference: str) -> HttpResponse:
    """The paper files of a person and of their cases; and another one, written down below the list."""
    posts = request.method == "POST"
    may = permissions.may_file_paper if posts else permissions.can_see_entries
    person, files = door.paper_of_person(reference, look=look_of(request), may=may)
    can_add = permissions.may_file_paper(reader_of(request))
    context = {"of": person, "back": person.get_absolute_url(), "files": files, "can_add": can_add}
    return _list(request, context, person=person)


def _list(request: HttpRequest, context: dict[str, Any], **of: Any) -> HttpResponse:
    form = PaperFileForm(sent(request))
    if added := carry_out(form, verbs.add_paper_file, by=request.user, **of):
        messages.success(request, f"The paper file {added.reference} is written down.")
        return redirect(added)
    return answer(request, "cases/paper_files.html", context, form)


@require_safe
def paper_out(request: HttpRequest) -> HttpResponse:
    """Paper files that somebody has, those that are overdue first."""
    page = door.list_paper_out(look=look_of(request), page=request.GET.get("page", 1))
    context = {"page": page, "today": timezone.localdate()}
    return answer(request, "cases/paper_out.html", context)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to a paper file: its form, its verb and its words."""

    form: Callable[..., Any]
    verb: Callable[..., Any]
    heading: str


STEPS = {
    PaperStep.TAKE: Step(
        lambda data: TakeForm(data, on=timezone.localdate()), verbs.take_paper_file, "Take it out"
    ),
    PaperStep.RETURN: Step(ReturnForm, verbs.return_paper_file, "It is back"),
    PaperStep.SHRED: Step(ShredForm, verbs.shred_paper_file, "It was shredded"),
}


@require_safe
def paper_file(request: HttpRequest, reference: str) -> HttpResponse:
    """One paper file: where it is, and where it has been."""
    opened = door.open_paper_file(reference, look=look_of(request))
    moves = permissions.may_move_paper(reader_of(request), opened)
    steps = [
        (step.value, STEPS[step].heading)
        for step, move in PAPER_MOVES.items()
        if moves and opened.status in move.sources
    ]
    context = {"file": opened, "steps": steps, "today": timezone.localdate()}
    return answer(request, "cases/paper_file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Take it out, bring it back, or say that it was shredded."""
    opened = door.open_paper_file(reference, look=look_of(request), may=permissions.may_move_paper)
    if step not in set(PaperStep):
        raise Http404
    taken = STEPS[PaperStep(step)]
    if request.method != "POST" and opened.status not in PAPER_MOVES[PaperStep(step)].sources:
        raise Refused("This cannot be done to the file now. Look at it again.")
    form = taken.form(sent(request))
    if carry_out(form, taken.verb, paper_file=opened, by=request.user):
        messages.success(request, "It is written down.")
        return redirect(opened)
    context = {"file": opened, "heading": taken.heading}
    return answer(request, "cases/paper_step.html", context, form)
