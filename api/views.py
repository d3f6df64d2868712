"""Pages for people about the interface for programs: their tokens, and what programs can ask."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from api.actions import make_token, revoke_token
from api.documentation import operations
from api.forms import TokenForm
from api.permissions import can_make_token
from api.queries import open_token, open_tokens
from api.v1 import api
from audit.looks import look_of
from core.pages import answer, carry_out, sent

ROOT = "/api/v1/"


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; making one shows its key, this once."""
    rows = open_tokens(look=look_of(request))
    form = TokenForm(sent(request))
    if made := carry_out(form, make_token, by=request.user):
        return answer(request, "api/token_made.html", {"made": made})
    return answer(request, "api/tokens.html", {"rows": rows}, form)


@require_POST
def token_revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Take a token back."""
    token = open_token(prefix, look=look_of(request))
    revoke_token(token=token, by=reader_of(request))
    messages.success(request, f"{token} does not work any more.")
    return redirect("api:tokens")


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """What programs can ask, for people to read."""
    return answer(
        request,
        "api/documentation.html",
        {
            "groups": operations(_schema()),
            "can_make_token": can_make_token(reader_of(request)),
        },
    )


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The same for programs: OpenAPI 3."""
    return JsonResponse(_schema())


def _schema() -> dict[str, object]:
    return api.get_openapi_schema(path_prefix=ROOT)
