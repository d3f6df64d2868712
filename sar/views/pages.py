"""A page of a document as a picture, and the parts of it that are painted over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from core.errors import Refused
from core.pages import answer, carry_out, sent
from sar.actions.withholding import withhold_area
from sar.forms.withholding import AreaForm
from sar.queries import pages as door

NONE_TO_PAINT = (
    "None of this document can be shown as a page here, so no part of one can be painted over. "
    "Withhold words of it, or all of it, on the page of the item."
)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    """Choose a part of the page, with the reason why it is withheld."""
    opened = door.open_page(reference, key, number, look=look_of(request))
    if not opened.has_pages:
        if request.method == "POST":
            raise Refused(NONE_TO_PAINT)
        return answer(request, "sar/workbench/no_pages.html", {"one": opened})
    form = AreaForm(sent(request), like=opened.like(request.GET.get("like")))
    decision = carry_out(
        form,
        withhold_area,
        request=opened.request,
        item=opened.item,
        page=number,
        by=request.user,
    )
    if decision:
        messages.success(request, f"A part of page {number} is withheld. Choose another, or go on.")
        here = reverse("sar:item-page", args=[reference, key, number])
        return redirect(f"{here}?like={decision.pk}")
    return answer(request, "sar/workbench/page.html", {"one": opened}, form)


@require_safe
def picture(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    """The picture inside that page."""
    opened = door.open_page(reference, key, number, look=look_of(request))
    if not opened.has_pages:
        raise Refused(NONE_TO_PAINT)
    seen = opened.seen
    return HttpResponse(seen.picture, content_type=seen.content_type)
