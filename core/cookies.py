"""Every cookie this product sets: the cookie page is made from this list, and a test finds any other.

Strictly necessary ones only (Privacy and Electronic Communications Regulations 2003, reg. 6(4)): there is
nothing to agree to (features.md S25).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie, as the cookie page describes it."""

    name: str
    purpose: str
    set_when: str
    lasts: str
    path: str = "/"


ONE_TASK = Cookie(
    name="one_task",
    purpose="Opens the answers that you have typed into one of our forms, so that you need not type them "
    "again while you fill it in. They are locked, and only this cookie opens them.",
    set_when="When you go on from the first page of a form",
    lasts="2 hours after your last answer. It goes as soon as you send the form",
    path="/ask/",
)


NOT_COUNTED = Cookie(
    name="not_counted",
    purpose="Remembers that you do not want your visits to be counted.",
    set_when="When you press “Do not count my visits” on the page about visits, and never else",
    lasts="1 year, or until you press “Count my visits again”",
)


def cookies() -> tuple[Cookie, ...]:
    """All of them, with the names and times that the settings give."""
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
        ONE_TASK,
        NOT_COUNTED,
    )


def _plain(seconds: int | None) -> str:
    """A time in words: hours under two days, else days; without a number, until the browser closes."""
    if seconds is None:
        return "Until you close the browser"
    span = timedelta(seconds=seconds)
    return f"{seconds // 3600} hours" if span < timedelta(days=2) else f"{span.days} days"
