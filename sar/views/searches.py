"""Where was searched: the list of places, and what came of each for a request."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.views.documents import INERT
from core.errors import Refused
from core.pages import answer, carry_out, sent, sent_files
from sar.actions import search as verbs
from sar.actions.acronyms import explain
from sar.forms.search import (
    AcronymForm,
    AnswerSearchForm,
    AskToSearchForm,
    FoundFileForm,
    PlaceForm,
)
from sar.models import Search
from sar.permissions import can_add_found, can_answer_search, may_work
from sar.queries import search as door
from sar.rules import said_closed


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, reference: str, place: str) -> HttpResponse:
    """One place of a request: what came of it, by whoever was asked or the officer."""
    opened = door.open_search(reference, place, look=look_of(request))
    user = reader_of(request)
    form = AnswerSearchForm(
        sent(request), initial={"searched_by": str(user), "searched_on": timezone.localdate()}
    )
    if carry_out(form, verbs.answer_search, search=opened, by=user):
        messages.success(request, f"{opened.place}: it is written down what came of it.")
        return redirect(opened.request if may_work(user) else opened)
    context = {
        "search": opened,
        "works": may_work(user),
        "can_answer": can_answer_search(user, opened),
        "files": list(opened.files.select_related("recorded_by")),
        "can_add": can_add_found(user, opened) and opened.outcome in ("", Search.Outcome.FOUND),
        "can_ask": may_work(user) and not opened.is_answered and opened.asked_of is None,
    }
    return answer(request, "sar/search.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def search_ask(request: HttpRequest, reference: str, place: str) -> HttpResponse:
    """Ask a colleague to search a place by a day."""
    opened = door.open_search(reference, place, look=look_of(request), to=may_work)
    form = AskToSearchForm(sent(request), request=opened.request)
    if asked := carry_out(form, verbs.ask_to_search, search=opened, by=request.user):
        messages.success(request, f"{asked.asked_of} is asked, and told at once.")
        return redirect(opened.request)
    return answer(request, "sar/search_ask.html", {"search": opened}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def found_file_add(request: HttpRequest, reference: str, place: str) -> HttpResponse:
    """Put a paper or file that was found with the request."""
    opened = door.open_search(reference, place, look=look_of(request))
    if request.method != "POST" and not can_add_found(reader_of(request), opened):
        raise Refused(said_closed(opened.request))
    form = FoundFileForm(sent(request), sent_files(request))
    if added := carry_out(form, verbs.add_found_file, search=opened, by=reader_of(request)):
        messages.success(request, f"“{added.title}” is with the request.")
        return redirect(opened)
    return answer(request, "sar/found_file_add.html", {"search": opened}, form)


@require_safe
@csp_override(INERT)
def found_file(request: HttpRequest, reference: str, place: str, number: int) -> FileResponse:
    """The file as it was found, to be saved. Its entry in the log is committed before the first byte goes."""
    file = door.open_found_file(reference, place, number, look=look_of(request))
    return FileResponse(
        default_storage.open(file.path),
        filename=file.name,
        as_attachment=True,
        content_type=file.content_type,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """The list of places, and a form for another one."""
    listed = door.list_places(look=look_of(request))
    if request.POST.get("suggested") == "yes":
        verbs.add_suggested_places(by=reader_of(request))
        return redirect("sar:places")
    form = PlaceForm(sent(request))
    if carry_out(form, verbs.add_place, by=request.user):
        return redirect("sar:places")
    return answer(request, "sar/places.html", {"places": listed}, form)


@require_POST
def place_offer(request: HttpRequest, place: str) -> HttpResponse:
    """Search a place for new requests, or no longer; the button sends which."""
    opened = door.open_place(place, look=look_of(request))
    verbs.offer_place(
        place=opened, is_open=request.POST.get("is_open") == "yes", by=reader_of(request)
    )
    return redirect("sar:places")


@require_http_methods(["GET", "HEAD", "POST"])
def acronyms(request: HttpRequest) -> HttpResponse:
    """The charity's short forms, and a form for another one."""
    listed = door.list_acronyms(look=look_of(request))
    form = AcronymForm(sent(request))
    carry_out(form, explain, by=request.user)
    if form.is_bound and not form.errors:
        return redirect("sar:acronyms")
    return answer(request, "sar/acronyms.html", {"acronyms": listed}, form)
