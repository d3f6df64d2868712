"""Pages about one's own account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.actions.staff import accept_undertaking
from accounts.forms import UndertakingForm
from accounts.queries import reader_of, undertaking_to_accept
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
