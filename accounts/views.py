"""Pages about one's own account."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.staff import accept_undertaking
from accounts.forms import UndertakingForm
from accounts.queries import reader_of, undertaking_to_accept
from accounts.two_step import second_step_due
from core.pages import answer, sent


@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request: HttpRequest) -> HttpResponse:
    """Read and accept the confidentiality undertaking."""
    current = undertaking_to_accept(reader_of(request))
    if current is None:
        return redirect("cases:mine")
    form = UndertakingForm(sent(request))
    if request.method == "POST" and form.is_valid():
        accept_undertaking(undertaking=current, by=reader_of(request))
        return redirect("cases:mine")
    return answer(request, "accounts/undertaking.html", {"undertaking": current}, form)


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
