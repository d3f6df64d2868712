"""Handing a released pack over, for staff; and the page behind a link, for whoever asked."""

import io
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.actors import Stranger
from audit.looks import look_of
from core.errors import Refused
from core.limits import is_over
from core.pages import answer, carry_out, sent
from sar.actions import delivery as verbs
from sar.forms.delivery import CollectForm, HandedOverForm, LinkForm, RecallForm
from sar.pack.paper import cover_sheet
from sar.public.limits import COLLECTED, COLLECTED_BY_ALL
from sar.queries.deliveries import open_deliveries


@require_safe
def deliveries(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """Every handing over of a pack, and the ways there are."""
    opened = open_deliveries(reference, name, look=look_of(request))
    return answer(request, "sar/delivery/list.html", {"one": opened})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """Send a link; the passphrase is told another way."""
    opened = open_deliveries(reference, name, look=look_of(request))
    form = LinkForm(sent(request))
    if carry_out(form, verbs.send_link, pack=opened.pack, by=request.user):
        messages.success(request, "The link is sent. Now tell them the passphrase another way.")
        return redirect("sar:deliveries", reference, name)
    context = {"one": opened, "destination": opened.destination}
    return answer(request, "sar/delivery/link.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def handed_over(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """Write down that it went on paper."""
    opened = open_deliveries(reference, name, look=look_of(request))
    form = HandedOverForm(sent(request))
    if carry_out(form, verbs.hand_over, pack=opened.pack, by=request.user):
        messages.success(request, "Written down.")
        return redirect("sar:deliveries", reference, name)
    return answer(request, "sar/delivery/handed.html", {"one": opened}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: HttpRequest, reference: str, name: uuid.UUID, number: int) -> HttpResponse:
    """Take a link back."""
    opened = open_deliveries(reference, name, look=look_of(request))
    chosen = opened.link(number)
    if chosen is None:
        raise Refused("This link is not there any more. Look at the list again.")
    form = RecallForm(sent(request))
    if carry_out(form, verbs.recall, delivery=chosen, by=reader_of(request)):
        messages.success(request, "The link leads nowhere any more.")
        return redirect("sar:deliveries", reference, name)
    return answer(request, "sar/delivery/recall.html", {"one": opened, "link": chosen}, form)


@require_POST
def paper_cover(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """The sheet that lies on top of a pack on paper."""
    opened = open_deliveries(reference, name, look=look_of(request))
    return HttpResponse(
        cover_sheet(opened.pack),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{reference}-cover-sheet.pdf"'},
    )


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Behind a link: a passphrase gives the pack. The page is the same whatever the link is worth, to
    whoever cannot say the passphrase.
    """
    form = CollectForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if is_over(COLLECTED, request) or is_over(COLLECTED_BY_ALL):
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif form.is_valid():
            words = form.cleaned_data["passphrase"]
            fetched = verbs.fetch(secret=secret, passphrase=words, by=Stranger())
            if fetched is not None and fetched.content is not None:
                return FileResponse(
                    io.BytesIO(fetched.content),
                    filename="your-copy.pdf",
                    as_attachment=True,
                    content_type="application/pdf",
                )
            if fetched is not None:
                status = HTTPStatus.CONFLICT
    context = {"form": form, "status": status.value, "is_refused": status != HTTPStatus.OK}
    return TemplateResponse(request, "sar/delivery/collect.html", context, status=status)
