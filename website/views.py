"""Pages that everybody may read. None of them opens a record, and none needs JavaScript."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.cookies import NOT_COUNTED
from core.cookies import cookies as cookies_set
from core.organisation import ORGANISATION
from core.public import open_services

A_YEAR = 365 * 24 * 60 * 60  # seconds


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who the charity is and where to go from here."""
    return render(request, "website/home.html", {"services": open_services()})


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


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookies, with the names and times that the settings give them."""
    return render(request, "website/cookies.html", {"cookies": cookies_set()})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def visits(request: HttpRequest) -> HttpResponse:
    """What is noted of visits, with a button that says no to it and one that takes the no back."""
    if request.method != "POST":
        months = settings.VISITS["months"]
        said_no = NOT_COUNTED.name in request.COOKIES
        return render(request, "website/visits.html", {"months": months, "said_no": said_no})
    answer = redirect("website:visits")
    if "count" in request.POST:
        answer.delete_cookie(NOT_COUNTED.name, samesite="Lax")
    else:
        answer.set_cookie(
            NOT_COUNTED.name,
            "1",
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


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
