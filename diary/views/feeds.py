"""The calendar feed: making and revoking its secret address, and what a telephone reads there."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.queries import reader_of
from audit.door import NotYours
from audit.looks import look_of
from core.pages import answer
from diary import politeness
from diary.actions import feeds as verbs
from diary.calendar_file import calendar_file
from diary.queries import feeds as door

LATER = 60 * 60  # seconds


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Whether one's diary can be read by a telephone."""
    user = reader_of(request)
    context = {"feed": door.feed_of(user, look=look_of(request)), "address": ""}
    return answer(request, "diary/feed.html", context)


@require_POST
@never_cache
def feed_make(request: HttpRequest) -> HttpResponse:
    """Make a new secret address and show it: once, here."""
    user = reader_of(request)
    door.feed_of(user, look=look_of(request))
    token = verbs.make_feed(by=user)
    address = settings.SITE_URL + reverse("diary:feed-file", args=[token])
    context = {"feed": door.feed_of(user, look=look_of(request)), "address": address}
    return answer(request, "diary/feed.html", context)


@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """The secret address stops working."""
    user = reader_of(request)
    door.feed_of(user, look=look_of(request))
    verbs.revoke_feed(by=user)
    messages.success(request, "The address does not work any more.")
    return redirect("diary:feed")


@login_not_required
@require_safe
@never_cache
def feed_file(request: HttpRequest, token: str) -> HttpResponse:
    """The diary as a calendar reads it. Nobody signs in here: the secret in the address is the key."""
    look = look_of(request)
    if politeness.is_turned_away(look.address):
        return _later()
    try:
        record = door.open_feed(token, look=look)
    except NotYours:
        politeness.count_wrong(look.address)
        raise
    except door.TooOften:
        return _later()
    body = calendar_file(record.appointments, host=request.get_host())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _later() -> HttpResponse:
    sentence = "This calendar was read too often. Ask again in an hour.\n"
    return HttpResponse(
        sentence, status=429, content_type="text/plain", headers={"Retry-After": str(LATER)}
    )
