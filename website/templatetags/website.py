"""The menus of the public site, one list for its head and its foot."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()

MENU = (
    ("website:home", "Home"),
    ("website:privacy", "Privacy notice"),
    ("website:rights", "Your rights"),
    ("website:complain", "Contact and complaints"),
)
FOOT = (
    ("website:privacy", "Privacy notice"),
    ("website:rights", "Your rights"),
    ("website:complain", "Contact and complaints"),
    ("website:cookies", "Cookies"),
    ("website:accessibility", "Accessibility"),
    ("account_login", "Staff sign-in"),
)


@register.simple_tag(takes_context=True)
def public_navigation(context: template.Context) -> list[dict[str, Any]]:
    """The menu at the head of the public site, with the page being read marked."""
    here = getattr(context.get("request"), "path", "")
    return [
        {"label": label, "url": reverse(name), "current": reverse(name) == here}
        for name, label in MENU
    ]


@register.simple_tag
def footer_links() -> list[dict[str, str]]:
    """The pages named at the foot of every page, signed in or not."""
    return [{"label": label, "url": reverse(name)} for name, label in FOOT]
