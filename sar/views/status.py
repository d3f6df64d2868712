"""How far a request is, for whoever asked: behind a link that opens once."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.pages import answer, attempt
from sar.actions.status import open_status
from sar.deadlines import deadline_of, is_late


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, secret: str) -> HttpResponse:
    """A button, because programs that look through e-mail follow links; then how far it is, once."""
    if request.method != "POST":
        return answer(request, "sar/status.html", {"standing": None})
    try:
        opened = open_status(secret=secret)
    except Refused as refusal:
        # Whoever asked is no member of staff: the page of a refusal would tell them to go back to the record.
        return attempt(_gone(request, str(refusal)))
    today = timezone.localdate()
    standing = deadline_of(opened, today)
    return answer(
        request,
        "sar/status.html",
        {
            "standing": standing,
            "is_late": is_late(opened, today),
            "is_open": opened.is_open,
            "is_withdrawn": opened.withdrawn_on is not None,
            "gone_by": opened.gone_by,
            "is_stopped": opened.stops.filter(cleared=None).exists(),
            "part_went": opened.parts.exists(),
        },
    )


def _gone(request: HttpRequest, sentence: str) -> TemplateResponse:
    return TemplateResponse(
        request, "sar/status.html", {"gone": sentence}, status=HTTPStatus.CONFLICT
    )
