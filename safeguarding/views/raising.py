"""Pages on which anybody raises a concern, and learns that it came and was dealt with."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.written import SavedAlready
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent
from safeguarding.actions.raising import add_to, raise_allegation, raise_concern
from safeguarding.forms.raising import LOOK_FOR, AddForm, RaiseForm
from safeguarding.models import Allegation, Concern
from safeguarding.permissions import receives, works_concerns
from safeguarding.queries.raising import Beginning, begin_raising, list_receipts, open_receipt
from safeguarding.rules import receipt_of


@require_http_methods(["GET", "HEAD", "POST"])
def raise_one(request: HttpRequest) -> HttpResponse:
    """Raise a concern; `?about=` is the person or case from whose page the button was pressed."""
    about = request.GET.get("about", "")
    begun = begin_raising(
        about=about,
        ticked=request.POST.getlist("people"),
        words=request.POST.get("words", "").strip() if LOOK_FOR in request.POST else "",
        look=look_of(request),
    )
    form = RaiseForm(sent(request), begun=begun, ticked=[about])
    # Without words to look for, the same button sends: Enter in a box presses the first one.
    looks_for = LOOK_FOR in request.POST and bool(request.POST.get("words", "").strip())
    if looks_for:
        form.leave_unchecked()
    elif raised := _raised(form, begun, reader_of(request)):
        return redirect(receipt_of(raised))
    context = {"begun": begun, "numbers": settings.SAFEGUARDING}
    return answer(request, "safeguarding/raise.html", context, form)


def _raised(form: RaiseForm, begun: Beginning, by: User) -> Concern | Allegation | None:
    """What was raised, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        if form.is_about_staff:
            return raise_allegation(by=by, **form.cleaned_data)
        return raise_concern(case=begun.case, by=by, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None


@require_safe
def raised(request: HttpRequest) -> HttpResponse:
    """What one raised oneself."""
    page = list_receipts(look=look_of(request), page=request.GET.get("page", 1))
    user = reader_of(request)
    context = {"page": page, "works": works_concerns(user), "receives": receives(user)}
    return answer(request, "safeguarding/raised.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """That it came, and later that it was dealt with; something can be added."""
    opened = open_receipt(reference, look=look_of(request))
    form = AddForm(sent(request))
    if carry_out(form, add_to, raised=opened.raised, by=request.user):
        messages.success(request, "Added. Whoever reads it is told.")
        return redirect(receipt_of(opened.raised))
    context = {"receipt": opened, "numbers": settings.SAFEGUARDING}
    return answer(request, "safeguarding/receipt.html", context, form)
