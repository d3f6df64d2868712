"""Pages that everybody may read. None of them opens a record, and none needs JavaScript."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.organisation import ORGANISATION


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who the charity is and where to go from here."""
    return render(request, "website/home.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice (UK GDPR Arts 13 and 14), a draft until the Data Protection Officer adopts it."""
    return render(request, "website/privacy.html")


@login_not_required
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """What people may ask of us about their information, and how (UK GDPR Arts 12 to 22)."""
    return render(request, "website/rights.html")


@login_not_required
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """How to reach the Data Protection Officer and how to complain (DPA 2018 ss.164A and 165)."""
    return render(request, "website/complain.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What we do so that everybody can use these pages, and what is not good enough yet."""
    return render(request, "website/accessibility.html")


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie that this site sets, as the cookie page describes it."""

    name: str
    purpose: str
    set_when: str
    lasts: str


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies, with the names and times that the settings give them."""
    return render(request, "website/cookies.html", {"cookies": _cookies()})


@login_not_required
@require_safe
def colours(request: HttpRequest) -> HttpResponse:
    """The charity's colour as CSS variables: a setting, so it cannot be compiled in."""
    css = (
        ":root{"
        f"--charity-colour:{ORGANISATION.colour};"
        f"--charity-ink:{ORGANISATION.ink};"
        f"--charity-strong:{ORGANISATION.strong_colour};"
        f"--charity-light:{ORGANISATION.light_colour};"
        f"--charity-tint:{ORGANISATION.tint};"
        f"--charity-edge:{ORGANISATION.edge}"
        "}\n"
    )
    return HttpResponse(
        css, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"}
    )


def _cookies() -> tuple[Cookie, ...]:
    session_end = (
        "Until you sign out or close the browser"
        if settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
        else "Until you sign out"
    )
    return (
        Cookie(
            name=settings.SESSION_COOKIE_NAME,
            purpose="Remembers that a member of staff has signed in, so that they need not do it on "
            "each page.",
            set_when="When a member of staff signs in",
            lasts=f"{session_end}, and at most {_plain(settings.SESSION_COOKIE_AGE)}",
        ),
        Cookie(
            name=settings.CSRF_COOKIE_NAME,
            purpose="Makes sure that a form really came from our own page, so that another site "
            "cannot send one in your name.",
            set_when="When a page with a form is opened, such as the staff sign-in",
            lasts=_plain(settings.CSRF_COOKIE_AGE),
        ),
    )


def _plain(seconds: int | None) -> str:
    """A time in words: hours under two days, else days; without a number, until the browser closes."""
    if seconds is None:
        return "Until you close the browser"
    span = timedelta(seconds=seconds)
    return f"{seconds // 3600} hours" if span < timedelta(days=2) else f"{span.days} days"
