"""Pages about the privacy notice: for the public, for the DPO, and for whoever gives it to somebody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from consent.actions.notices import adopt_notice, give_notice
from consent.forms.notices import GivingForm, NoticeForm
from consent.markdown import rendered
from consent.models import PrivacyNotice, Readers
from consent.notices import first_text
from consent.permissions import can_adopt_notice, can_record_consent
from consent.queries import notices as shelf
from core.pages import answer, carry_out, sent


@login_not_required
@require_safe
def public(request: HttpRequest, readers: str = Readers.EVERYBODY) -> HttpResponse:
    """The notice in use; the draft of the site until the Data Protection Officer adopts one."""
    notice = shelf.current_notice(Readers(readers))
    if notice is None and readers == Readers.EVERYBODY:
        return render(request, "website/privacy.html")
    if notice is None:
        raise Http404
    return _read(request, notice)


@login_not_required
@require_safe
def version(request: HttpRequest, readers: str, number: int) -> HttpResponse:
    """One version, also an earlier one: people may look up what they were told."""
    notice = shelf.notice_numbered(readers, number)
    if notice is None:
        raise Http404
    return _read(request, notice)


def _read(request: HttpRequest, notice: PrivacyNotice) -> HttpResponse:
    versions = [one for one in shelf.notices() if one.readers == notice.readers]
    context = {
        "notice": notice,
        "rendered": rendered(notice.text),
        "is_current": notice == versions[0],
        "earlier": [one for one in versions[1:] if one != notice],
        "others": [one for one in shelf.current_notices() if one.readers != notice.readers],
    }
    return render(request, "consent/notice.html", context)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All versions, for staff."""
    look = shelf.reads_notices(look_of(request))
    context = {
        "notices": shelf.notices(),
        "current": {notice.pk for notice in shelf.current_notices()},
        "can_adopt": can_adopt_notice(look.by),
        "readers": Readers,
    }
    return answer(request, "consent/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, readers: str) -> HttpResponse:
    """Write the next version, look at it, and adopt it."""
    look = shelf.adopts_notices(look_of(request))
    if readers not in Readers.values:
        raise Http404
    current = shelf.current_notice(Readers(readers))
    text = current.text if current else first_text(Readers(readers))
    form = NoticeForm(sent(request), initial={"text": text})
    looks = form.is_bound and form.is_valid() and "adopt" not in request.POST
    if form.is_bound and not looks:
        made = carry_out(form, adopt_notice, readers=readers, by=look.by)
        if made is not None:
            messages.success(request, f"{made} is adopted and stands on the public site.")
            return redirect("consent:notices")
    context = {
        "readers": Readers(readers),
        "current": current,
        "seen": rendered(form.cleaned_data["text"]) if looks else None,
    }
    return answer(request, "consent/notice_adopt.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that somebody was given the notice."""
    giving = shelf.open_giving(reference, look=look_of(request))
    form = GivingForm(sent(request), giving=giving, on=timezone.localdate())
    if form.is_bound:
        made = carry_out(form, give_notice, person=giving.person, by=request.user)
        if made is not None:
            messages.success(request, f"It is written down that {giving.person} was given it.")
            return redirect("consent:person", giving.person.reference)
    return answer(request, "consent/notice_give.html", {"giving": giving}, form)


@require_safe
def missed(request: HttpRequest) -> HttpResponse:
    """Who, in open cases, has not had the notice as it stands now."""
    rows = shelf.list_without_notice(look=look_of(request), page=request.GET.get("page", 1))
    context = {
        "page": rows,
        "current": shelf.current_notices(),
        "can_give": can_record_consent(reader_of(request)),
    }
    return answer(request, "consent/notices_missed.html", context)
