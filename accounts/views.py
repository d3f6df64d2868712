"""Pages about one's own account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.actions import accept_undertaking
from accounts.forms import UndertakingForm
from accounts.queries import undertaking_to_accept


@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request: HttpRequest) -> HttpResponse:
    """Read and accept the confidentiality undertaking."""
    current = undertaking_to_accept(request.user)  # type: ignore[arg-type]
    if current is None:
        return redirect("cases:mine")
    form = UndertakingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept_undertaking(undertaking=current, by=request.user)  # type: ignore[arg-type]
        return redirect("cases:mine")
    return TemplateResponse(
        request,
        "accounts/undertaking.html",
        {"form": form, "undertaking": current},
        status=422 if form.errors else 200,
    )
