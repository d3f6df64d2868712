"""What was typed into an entry when nobody was signed in any more: kept until they are again.

A form that is sent after the session ended would be lost on the way to the sign-in page. It is put into
the stranger's session instead, which signing in takes over, and stands in the form again afterwards.
Only forms that we gave to a member of staff are kept, and only that member of staff sees them again: the
form carries a stamp that nobody else can make.

Any other form of somebody whose session has just ended for want of a page is kept as it was sent, and can
be sent again by one button after signing in.
"""

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.forms.entries import Begun
from core.errors import Refused
from core.pages import answer, attempt
from core.views import csrf_failed as refuse

KEY, AGAIN = "typed", "send-again"
SALT = "cases.unsaved"
# Seconds: a form of yesterday morning is still somebody's; the session that keeps it lasts a quarter hour.
OLDEST = 2 * 24 * 60 * 60
KEPT_FOR = 15 * 60
LONGEST = 120_000  # characters
SECRET = ("password", "passphrase")  # in the names of questions whose answers are never kept


def keeps_typed[View: Callable[..., Any]](view: View) -> View:
    """Mark a view whose form is not lost when the session ends."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def stamp_for(user: Any) -> str:
    """What a form carries to say to whom we gave it."""
    return signing.dumps(user.pk, salt=SALT)


def keep(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Keep the form of a stranger and lead to where it is shown again, by way of signing in.

    None where there is nothing to keep.
    """
    owner = _owner(request)
    if not getattr(view, "keeps_typed", False) or owner is None or is_script(request):
        return None
    if request.user.is_authenticated and request.user.pk != owner:
        return None
    typed = _typed(request)
    if typed is None:
        return None
    path = request.path.removesuffix("draft/")
    request.session[KEY] = {"owner": owner, "path": path, "typed": typed}
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT_FOR)
    return redirect(path)


def keep_to_send_again(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Keep any form of whoever was signed in until this very second, to be sent again after signing in.

    None where there is nothing to keep; what was typed on a page of signing in never is, and no form with
    a password or a passphrase in it: it would lie in the session as it was typed.
    """
    owner = getattr(request, "was_signed_in", None)
    if owner is None or view.__module__.startswith("allauth") or not _put_by(request, owner):
        return None
    request.session.set_expiry(KEPT_FOR)
    return redirect_to_login(reverse("cases:send-again"))


def keep_until_accepted(request: HttpRequest) -> HttpResponse | None:
    """Keep any form of whoever has to accept a new wording of the undertaking before it is taken.

    None where there is nothing to keep.
    """
    owner = request.user.pk
    if owner is None or not _put_by(request, owner):
        return None
    return redirect_to_login(reverse("cases:send-again"), login_url=reverse("accounts:undertaking"))


def _put_by(request: HttpRequest, owner: int) -> bool:
    """Whether the form was put into the session; a password or a passphrase would lie there as typed."""
    typed = _typed(request)
    if is_script(request) or not typed or any(word in name for name in typed for word in SECRET):
        return False
    request.session[AGAIN] = {
        "owner": owner,
        "path": request.get_full_path(),
        "typed": typed,
        "files": bool(request.FILES),
    }
    return True


@require_safe
def send_again(request: HttpRequest) -> HttpResponse:
    """After signing in again: what was not saved, and the button that sends it once more."""
    found = request.session.get(AGAIN)
    if not found or found["owner"] != request.user.pk:
        return redirect("/")
    typed = [(name, value) for name, values in found["typed"].items() for value in values]
    return answer(request, "cases/send_again.html", {**found, "typed": typed})


def sent_again(request: HttpRequest) -> None:
    """The form that was kept is on its way again: it is not kept any longer."""
    if request.session.get(AGAIN, {}).get("path") == request.get_full_path():
        del request.session[AGAIN]


def kept(request: HttpRequest) -> Begun | None:
    """What was kept of this page for whoever is signed in now."""
    found = request.session.get(KEY)
    if not found or found["owner"] != request.user.pk or found["path"] != request.path:
        return None
    typed = dict(found["typed"])
    try:
        token = UUID(typed.pop("token", [""])[0])
    except ValueError:
        return None
    version = typed.pop("version", ["0"])[0]
    return Begun(token=token, typed=typed, version=int(version) if version.isdigit() else 0)


def forget(request: HttpRequest) -> None:
    """What was kept has been saved."""
    request.session.pop(KEY, None)


def is_script(request: HttpRequest) -> bool:
    """Whether our own script asks, which reads answers for machines."""
    return request.headers.get("Accept") == "application/json"


def say_kept(version: int, page: str) -> JsonResponse:
    """Tell our script that it is kept, which version it is, and where one goes on with it."""
    return JsonResponse({"state": "kept", "version": version, "page": page})


def say_not_kept(request: HttpRequest, refusal: Refused, version: int) -> JsonResponse:
    """Tell our script why it is not kept; `version` is what another window has kept, 0 if none.

    An attempt like any other, written once for a form and a reason: the script asks every few seconds.
    """
    said = {"state": "refused", "words": str(refusal), "version": version}
    told = JsonResponse(said, status=HTTPStatus.CONFLICT)
    which = f"{request.user.pk} {request.path} {request.POST.get('token')} {refusal}"
    is_first = cache.add(f"draft-refused:{sha256(which.encode()).hexdigest()}", 1, OLDEST)
    return attempt(told) if is_first else told


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose proof is out of date, most often since somebody signed in again in another window.

    Our script gets a new proof, which no page from elsewhere can read; a form of ours is shown again.
    """
    if is_script(request) and request.user.is_authenticated:
        return JsonResponse({"state": "renewed", "token": get_token(request)}, status=403)
    view = request.resolver_match.func if request.resolver_match else None
    answer = keep(request, view) if view is not None else None
    return answer or refuse(request, reason)


def _typed(request: HttpRequest) -> dict[str, list[str]] | None:
    """What stands in the form; None if it is longer than a session should hold."""
    typed = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    too_long = sum(len(value) for values in typed.values() for value in values) > LONGEST
    return None if too_long else typed


def _owner(request: HttpRequest) -> int | None:
    try:
        return int(signing.loads(request.POST.get("stamp", ""), salt=SALT, max_age=OLDEST))
    except (signing.BadSignature, ValueError, TypeError):
        return None
