"""Pages about one's own account, and what one was told."""

from datetime import timedelta

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.deputies import end_deputy, name_deputy
from accounts.actions.notices import read_all_notices, read_notice
from accounts.actions.staff import accept_undertaking
from accounts.forms import DeputyForm, UndertakingForm
from accounts.permissions import roles_to_give
from accounts.queries import (
    deputies_seen_by,
    reader_of,
    undertaking_to_accept,
    unread_notices,
)
from accounts.two_step import second_step_due
from core.dates import plain
from core.errors import Refused
from core.pages import answer, carry_out, sent

SOON = timedelta(days=7)  # before its last day, that somebody is a deputy is marked


@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request: HttpRequest) -> HttpResponse:
    """Read and accept the confidentiality undertaking."""
    current = undertaking_to_accept(reader_of(request))
    if current is None:
        return redirect("cases:work")
    form = UndertakingForm(sent(request), initial={"version": current.version})
    if request.POST.get("version", str(current.version)) != str(current.version):
        messages.warning(request, "The wording was changed while you read it. This is the new one.")
        return redirect(request.get_full_path())
    if form.is_valid():
        accept_undertaking(undertaking=current, by=reader_of(request))
        return redirect(_where_they_were(request) or "cases:work")
    return answer(request, "accounts/undertaking.html", {"undertaking": current}, form)


def _where_they_were(request: HttpRequest) -> str:
    """The page of ours that the undertaking came before; "" where none is named."""
    page = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None) and page.startswith("/")
    return page if ours else ""


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What somebody may do, and how their account is protected."""
    user = reader_of(request)
    return answer(
        request,
        "accounts/account.html",
        {"has_second_step": is_mfa_enabled(user), "second_step_due": second_step_due(user)},
    )


@require_safe
def two_step_picture(request: HttpRequest) -> HttpResponse:
    """The square that an authenticator app reads, while somebody sets it up: a picture of our own
    address, since pages show none that is written into them.
    """
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(reader_of(request), secret))
    return HttpResponse(picture, content_type="image/svg+xml")


@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """Who has whose role while they are away, and naming somebody."""
    user, today = reader_of(request), timezone.localdate()
    roles = roles_to_give(user)
    found = deputies_seen_by(user, today)
    form = DeputyForm(sent(request), roles=roles, by=user)
    if request.method == "POST" and not roles:
        raise PermissionDenied("Your role names no deputies.")
    if named := carry_out(form, name_deputy, by=user):
        messages.success(request, f"{named.user} is the deputy until {plain(named.until)}.")
        return redirect("accounts:deputies")
    context = {"deputies": found, "roles": roles, "today": today, "soon": today + SOON}
    return answer(request, "accounts/deputies.html", context, form)


@require_POST
def deputy_end(request: HttpRequest) -> HttpResponse:
    """End it before its last day; the button sends whose."""
    user, number = reader_of(request), request.POST.get("deputy", "")
    found = deputies_seen_by(user, timezone.localdate())
    deputy = next((one for one in found if str(one.pk) == number), None)
    if deputy is None:
        raise Refused("It is ended already.")
    end_deputy(deputy=deputy, by=user)
    messages.success(request, f"{deputy.user} is not the deputy any more.")
    return redirect("accounts:deputies")


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Take one notice off the desk, or all of them; the button sends which."""
    user = reader_of(request)
    number = request.POST.get("notice", "")
    if number == "all":
        read_all_notices(by=user)
        messages.success(request, "Everything you were told is marked as read.")
        return redirect("cases:work")
    notice = next((one for one in unread_notices(user) if str(one.pk) == number), None)
    if notice is None:
        raise Refused("This is marked as read already.")
    read_notice(notice=notice, by=user)
    return redirect("cases:work")
