"""One request, one transaction: the look, the record and the page about it."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from audit.door import RefusedLook
from audit.log import entry_for, insert
from audit.looks import look_of
from audit.verbs import Action, Verb
from core.errors import (
    RESTRICTED,
    AskFirst,
    LeadsElsewhere,
    LogUnavailable,
    Refused,
    is_restricted,
)
from core.files.keeping import stand_or_fall
from core.views import typed_in, unavailable

logger = logging.getLogger(__name__)


class OneTransaction:
    """Runs the view and renders its page inside one transaction, and answers for refusals.

    The last middleware. Django's ATOMIC_REQUESTS ends before a TemplateResponse is rendered, so that
    a page could be shown whose log entry is then lost; here the page is complete before the commit, and
    the reader gets it after. See docs/adr/0002.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.sign_in_library = AccountMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        try:
            with stand_or_fall(), transaction.atomic():
                response = view(request, *args, **kwargs)
                if getattr(response, "is_rendered", True) is False:
                    response.render()
            return _answered(request, response)
        except (ImmediateHttpResponse, ReauthenticationRequired) as asked:
            # Django asks no other middleware about an exception of this one, so we do.
            return self.sign_in_library.process_exception(request, asked)
        except RefusedLook as refusal:
            # The transaction is gone, and with it whatever it wrote; the attempt itself stays.
            try:
                insert([refusal.entry], values=refusal.values)
            except LogUnavailable as error:
                return _unavailable(request, error)
            raise
        except (Refused, IntegrityError) as refusal:
            try:
                return _refused(request, refusal)
            except LogUnavailable as error:
                return _unavailable(request, error)
        except (LogUnavailable, OperationalError) as error:
            return _unavailable(request, error)


def _answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response`, whose look is committed; where it says that a rule refused (`core.pages.attempt`), the
    attempt is written before it goes.
    """
    if getattr(response, "was_refused", False):
        _write_down(request)
    return response


def _refused(request: HttpRequest, refusal: Refused | IntegrityError) -> HttpResponse:
    """The sentence of a refusal; 403 where the database refused because a record is restricted; or the page that it leads to, where a page was only opened."""
    here = request.get_full_path()
    if request.method in ("GET", "HEAD"):
        if isinstance(refusal, LeadsElsewhere):
            return redirect(here.replace(refusal.asked, refusal.leads_to))
        if isinstance(refusal, AskFirst):
            return redirect(f"{refusal.address}?{urlencode({'next': here})}")
    if isinstance(refusal, IntegrityError):
        if not is_restricted(refusal):
            raise refusal
        _write_down(request)
        context = {"reason": RESTRICTED, "typed": typed_in(request)}
        return render(request, "403.html", context, status=403)
    _write_down(request)
    context = {"reason": str(refusal), "typed": typed_in(request)}
    return render(request, "409.html", context, status=409)


def _write_down(request: HttpRequest) -> None:
    """What a colleague began and a rule refused: its transaction is gone, the attempt itself stays.

    By the name of the page alone: the sentence may name somebody, whom no later destruction would find here.
    """
    if request.user.is_authenticated:
        entry = entry_for(
            Verb.ACT_REFUSED, by=request.user, action=Action.ACCESS, look=look_of(request)
        )
        page = request.resolver_match.view_name if request.resolver_match else ""
        insert([entry], values={"page": page})


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("Nothing was shown: %s", error.__class__.__name__)
    return unavailable(request)
