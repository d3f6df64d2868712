"""Pages on which a pack is chosen, looked at and sent; quick entries; replies; and the link's own page."""

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.actors import Stranger
from audit.looks import look_of
from cases.models import Case
from cases.queries.cases import open_case, professionals
from cases.queries.safe_contact import Recipient
from cases.written import SavedAlready
from consent.actions.after import record_reply, review_share
from consent.actions.parcels import Sent, fetch_parcel, send_parcel
from consent.actions.sharing import record_share
from consent.actions.victim_requests import record_victim_request
from consent.contents import Packed, pack
from consent.forms.sending import LookForm, ParcelForm, QuickForm, RecipientForm, ReplyForm
from consent.forms.victim_requests import VictimRequestForm
from consent.gateways import Gateway, Outcome
from consent.permissions import can_record_share, can_review_share
from consent.queries import open_share
from consent.queries import parcels as door
from consent.queries.sendable import in_the_way, sendable
from consent.queries.to_review import list_to_review
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent

# What is written where a worker told something in four fields.
AS_QUALITY = "Told in a few words, when they asked about the service."
AS_NOTICE_SAYS = "The privacy notice tells it: who gives the service, and who checks it, is told."


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose to whom, then what; look at it; send it."""
    case = door.open_sending(reference, look=look_of(request))
    to = RecipientForm(
        request.GET if "gateway" in request.GET else None,
        case=case,
        professionals=professionals(),
    )
    if not to.is_valid():
        return answer(request, "consent/send_to.html", {"case": case}, to)
    form = _form(request, case, to.cleaned_data)
    packed = left = None
    if form.is_bound and form.is_valid():
        if "send" in request.POST:
            left = _sent(form, case, to.cleaned_data, request)
        else:
            packed = _packed(form, case, to.cleaned_data, request)
    if left is not None:
        context = {"share": left.parcel.share, "parcel": left.parcel, "words": left.words}
        return answer(request, "consent/send_done.html", context)
    context = {"case": case, "to": to.cleaned_data, "packed": packed}
    return answer(request, "consent/send.html", context, form)


def _form(request: HttpRequest, case: Case, to: dict[str, Any]) -> ParcelForm:
    return ParcelForm(
        sent(request),
        offered=sendable(case, to["people"], on=timezone.localdate(), by=reader_of(request)),
        agency=to["agency"],
        professional=to["professional"],
        asked=to["gateway"] == Gateway.ASKED,
        maybe=in_the_way(
            Recipient(agency=to["agency"], professional=to["professional"]),
            to["people"],
            on=timezone.localdate(),
            by=reader_of(request),
        ).maybe,
        initial={"token": request.identity},  # type: ignore[attr-defined]  # core.middleware
    )


def _packed(
    form: ParcelForm, case: Case, to: dict[str, Any], request: HttpRequest
) -> Packed | None:
    """What they would read, or None: then the form says why."""
    try:
        return pack(
            case=case,
            people=to["people"],
            agency=to["agency"],
            professional=to["professional"],
            choice=form.cleaned_data["choice"],
            why_another=form.cleaned_data["why_another"],
            by=reader_of(request),
        )
    except Refused as refusal:
        refused(form, refusal)
        return None


def _sent(form: ParcelForm, case: Case, to: dict[str, Any], request: HttpRequest) -> Sent | None:
    """What left, or None: then the form says why, and nothing has left."""
    try:
        return send_parcel(case=case, by=reader_of(request), **to, **form.cleaned_data)
    except Refused as refusal:
        refused(form, refusal)
        return None


@require_safe
def parcel(request: HttpRequest, reference: str) -> HttpResponse | FileResponse:
    """The pack that is to be printed, for whoever made it, for a day."""
    found = door.open_parcel(reference, look=look_of(request))
    if found is None or not door.printable(found, by=reader_of(request)):
        raise Http404
    return FileResponse(
        door.file_of(found), filename=f"{reference}.pdf", content_type="application/pdf"
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def fetch(request: HttpRequest, secret: str) -> HttpResponse | FileResponse:
    """The page behind the link. Opening it fetches nothing: programs that look at mail open links too."""
    if request.method == "POST":
        found = fetch_parcel(secret=secret, now=timezone.now(), by=Stranger())
        if found is not None:
            taken, content = found
            return FileResponse(
                io.BytesIO(content),
                as_attachment=True,
                filename=f"{taken.share.reference}.pdf",
                content_type="application/pdf",
            )
        return render(request, "consent/fetch.html", {"over": True}, status=404)
    return render(request, "consent/fetch.html", {"over": False, "here": request.path})


@require_http_methods(["GET", "HEAD", "POST"])
def quick(request: HttpRequest, reference: str) -> HttpResponse:
    """“I told somebody”: four fields, for a word said a moment ago, or earlier."""
    case = open_case(reference, look=look_of(request), may=can_record_share)
    now = timezone.now()
    form = QuickForm(sent(request), case=case, professionals=professionals(), now=now)
    if form.is_bound and form.is_valid() and (made := _told(form, case, request)):
        messages.success(request, f"Written in the sharing log as {made}.")
        return redirect("consent:share", made.reference)
    return answer(request, "consent/share_quick.html", {"case": case}, form)


def _told(form: QuickForm, case: Case, request: HttpRequest) -> Any:
    gateway = form.cleaned_data["gateway"]
    permitted = gateway == Gateway.PERMISSION
    try:
        return record_share(
            case=case,
            outcome=Outcome.SHARED,
            # Who gave permission knows; the others were told by the notice.
            told=permitted,
            why_not_told="" if permitted else AS_NOTICE_SAYS,
            gateway_detail=AS_QUALITY if gateway == Gateway.QUALITY else "",
            is_quick=True,
            by=reader_of(request),
            **form.cleaned_data,
        )
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what they answered."""
    look = look_of(request)
    entry = open_share(reference, look=look, may=_writes)
    form = ReplyForm(sent(request), initial={"came_on": timezone.localdate()})
    if carry_out(form, record_reply, share=entry, by=request.user):
        messages.success(request, "The reply is written down.")
        return redirect("consent:share", reference)
    return answer(request, "consent/share_reply.html", {"share": entry}, form)


def _writes(user: Any, share: Any) -> bool:
    return bool(user.has_perm("consent.record_share"))


@require_safe
def to_review(request: HttpRequest) -> HttpResponse:
    """What was told before anybody else was asked, and waits to be looked at."""
    page, rows = list_to_review(look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "consent/shares_to_review.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def look_at(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody looks at a quick entry, at what was shared in an emergency, or at any other entry."""
    entry = open_share(reference, look=look_of(request), may=can_review_share)
    form = LookForm(sent(request))
    if carry_out(form, review_share, share=entry, by=request.user):
        messages.success(request, "It is written down that you looked at it.")
        return redirect(
            "consent:shares-to-review" if entry.is_quick or entry.is_for_the_lead else entry
        )
    return answer(request, "consent/share_review.html", {"share": entry}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def victim_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Police asked for a victim's information: what they showed."""
    entry = open_share(reference, look=look_of(request), may=_writes)
    form = VictimRequestForm(sent(request))
    if carry_out(form, record_victim_request, share=entry, by=request.user):
        messages.success(request, "What they showed is written down.")
        return redirect("consent:share", reference)
    return answer(request, "consent/victim_request.html", {"share": entry}, form)
