"""Pages of the Data Protection Officer's file."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from consent.markdown import rendered
from core.pages import answer, carry_out, sent
from retention.actions.papers import end_paper, put_in_force
from retention.forms import Nothing, PaperForm
from retention.models import OfficerPaper
from retention.queries import papers as door
from retention.tabs import tabs_for
from retention.views.pages import form_page


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """What is in force with its days, what is missing, and who made the undertaking."""
    found = door.open_file(look=look_of(request))
    tabs = tabs_for(reader_of(request), "retention:papers")
    return answer(request, "retention/papers.html", {"file": found, "tabs": tabs})


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """One paper, to be read."""
    found = door.open_paper(number, look=look_of(request))
    context = {"paper": found, "text": rendered(found.text).html}
    return answer(request, "retention/paper.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Put a paper in force, beginning with a starting text."""
    door.open_file(look=look_of(request))
    if kind not in OfficerPaper.Kind.values:
        raise Http404
    return _write(
        request, {"kind": kind, "text": door.starting_text(kind)}, back="retention:papers"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, number: int) -> HttpResponse:
    """Put a paper in force anew, beginning with its words."""
    found = door.open_paper(number, look=look_of(request))
    initial = {"kind": found.kind, "title": found.title, "text": found.text}
    return _write(request, initial, back=found)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a paper."""
    found = door.open_paper(number, look=look_of(request))
    form = Nothing(sent(request))
    if carry_out(form, end_paper, paper=found, by=request.user):
        messages.success(request, f"{found} is in force no more.")
        return redirect("retention:papers")
    return form_page(
        request,
        form,
        title=f"End “{found.title}”",
        text="It stays in the file, to be read, among the papers that were in force.",
        button="End it",
        back=found,
        is_final=True,
    )


def _write(request: HttpRequest, initial: dict[str, str], *, back: object) -> HttpResponse:
    form = PaperForm(sent(request), initial=initial)
    if made := carry_out(form, put_in_force, by=request.user):
        messages.success(request, f"{made} is in force.")
        return redirect(made)
    return form_page(
        request,
        form,
        title="A paper of your file",
        text="Headings and lists are written as in Markdown: # for a heading, * for a point.",
        button="Put it in force",
        back=back,
    )
