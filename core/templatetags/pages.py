"""What our templates need and Django has not: components with content, plain dates, statuses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from itertools import zip_longest
from typing import Any

from crispy_forms_gds.helper import FormHelper
from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, MultiWidget, RadioSelect
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from core.dates import plain, plural
from core.forms import errors_in_words
from core.organisation import ORGANISATION, Organisation

register = template.Library()

# As it is written in a heading: P-000123, BRE-000004.
REFERENCE = re.compile(r"\b([A-Z]{1,3}-\d{6,})\b")

# The colour of a status, by its word in the database. A status that is not here is grey: the word
# says what it is, the colour only helps the eye (WCAG 2.2, 1.4.1).
STATUS_COLOURS: dict[str, str] = {
    # Not begun
    "draft": "grey",
    "waiting": "yellow",
    "received": "blue",
    "screened": "purple",
    "allocated": "green",
    "new": "blue",
    "planned": "blue",
    # Under way
    "out": "blue",
    "sending": "blue",
    "taken": "orange",
    "open": "green",
    "active": "green",
    "accepted": "green",
    "acknowledged": "blue",
    "gathering": "blue",
    "building": "blue",
    "in_progress": "blue",
    "reviewing": "purple",
    "ready": "teal",
    "making": "blue",
    "queued": "yellow",
    "extended": "orange",
    "paused": "yellow",
    "on_hold": "yellow",
    # Done
    "released": "green",
    "answered": "green",
    "built": "teal",
    "complete": "green",
    "completed": "green",
    "given": "green",
    "attended": "green",
    "held": "green",
    "sent": "green",
    "safe": "green",
    "posted": "green",
    "dropped": "grey",
    "closed": "grey",
    "final": "green",
    "agreed": "green",
    "achieved": "green",
    "replaced": "grey",
    "not_achieved": "orange",
    "given_up": "grey",
    "cancelled": "grey",
    "withdrawn": "grey",
    "expired": "grey",
    "superseded": "grey",
    # Safeguarding
    "raised": "red",
    "read": "blue",
    "watched": "yellow",
    "to_report": "orange",
    "reported": "purple",
    "proposed": "orange",
    "ended": "grey",
    # Wrong, refused, late
    "overdue": "red",
    "alarm": "red",
    "not_sent": "red",
    "failed": "red",
    "refused": "red",
    "declined": "orange",
    "did_not_attend": "orange",
    "not_shared": "orange",
    "shared": "green",
    "partly": "yellow",
}

# What a browser and its machine write of themselves, the more particular first: Edge says Chrome and Safari too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
MACHINES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
SIGN_IN_LABELS = {
    "name": "What you call it, to tell it from others",
    "passwordless": "Sign in with it alone, without a password",
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Your password until now",
    "password1": "New password",
    "password2": "New password once more",
    "code": "Number from your app, or a recovery code",
}
SIGN_IN_HINTS = {
    "passwordless": "Your device then asks for your finger, face or PIN each time.",
    "password1": "At least 12 characters",
}


@register.simple_tag
def organisation() -> Organisation:
    """The charity, also on a page that is drawn without context processors."""
    return ORGANISATION


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; for an error page, which must come even where it was never built."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def url_if_any(name: str, *parts: str) -> str:
    """The address of a page of another part of the product, or "" where that part is not there."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


@register.simple_block_tag(takes_context=True)
def component(context: template.Context, content: str, part: str, /, **values: Any) -> SafeString:
    """A component around content, which stands between the tag and its end.

    {% component "details" summary="Why" %}…{% endcomponent %}. The content is `body` in
    components/details.html; the whole path may be written too, as in an include. Nothing else of the
    page is seen there, except the proof against forged forms.
    """
    engine = context.template.engine  # type: ignore[union-attr]
    values |= {"body": content, "csrf_token": context.get("csrf_token", "")}
    path = part if "/" in part else f"components/{part}.html"
    return engine.get_template(path).render(context.new(values))


def _day(moment: date) -> date:
    """The local day of a date or a moment."""
    if isinstance(moment, datetime):
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()
    return moment


@register.filter
def plain_date(moment: date | None) -> str:
    """A date as people write it, 3 September 2026, or "not known"."""
    return "not known" if moment is None else plain(_day(moment))


@register.filter
def plain_time(moment: datetime | None) -> str:
    """A date and time as people write it: 3 September 2026 at 2:30pm."""
    if moment is None:
        return "not known"
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{plain(local.date())} at {hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def machine_date(moment: date) -> str:
    """The same date for machines, in <time datetime="…">."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return moment.isoformat()


@register.filter
def reading(value: Any) -> str:
    """A choice in words: the label of an enum, else its name with spaces and a capital."""
    label = getattr(value, "label", None)
    if label is not None:
        return str(label)
    text = str(value.value if isinstance(value, Enum) else value)
    words = text.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@register.filter
def status_colour(status: Any) -> str:
    """The colour that a status has on every page."""
    word = str(status.value if isinstance(status, Enum) else status)
    return STATUS_COLOURS.get(word.lower().replace(" ", "_"), "grey")


@register.filter
def days_left(days: int) -> str:
    """Days to a deadline in words; below nought it has passed."""
    if days == 0:
        return "Due today"
    counted = plural(abs(days), "day")
    return f"{counted} left" if days > 0 else f"{counted} late"


@register.filter
def days_colour(days: int) -> str:
    """Red when late, orange in the last three days, yellow in the last ten."""
    steps = ((0, "red"), (4, "orange"), (11, "yellow"))
    return next((colour for limit, colour in steps if days < limit), "green")


@register.filter
def split(text: str | Iterable[str]) -> list[str]:
    """Column heads written as one text: "Request|Person|Due"."""
    return text.split("|") if isinstance(text, str) else list(text)


@register.filter
def under(row: Iterable[object], columns: str | Iterable[str]) -> list[tuple[object, object]]:
    """The cells of a row, each with the head of its column."""
    return list(zip_longest(split(columns), row, fillvalue=""))


@register.filter
def each_error(form: BaseForm) -> Iterator[tuple[str, str]]:
    """Every error of a form with the id of the box it is about, for the error summary.

    An error of the whole form leads to its first box.
    """
    if not form.is_bound:
        return
    questions = form.visible_fields()
    first = _first_box(questions[0]) if questions else ""
    yield from ((first, str(error)) for error in form.non_field_errors())
    for question in form.hidden_fields():
        yield from (("", str(error)) for error in question.errors)
    for question in questions:
        yield from ((_first_box(question), words) for words in errors_in_words(question))


def _first_box(question: BoundField) -> str:
    """The id of what takes the keyboard: of radios and ticks the first, of a date the day."""
    widget = question.field.widget
    if isinstance(widget, RadioSelect):  # several ticks are a kind of it
        return f"{question.auto_id}_1"
    return f"{question.auto_id}_0" if isinstance(widget, MultiWidget) else question.auto_id


register.filter(errors_in_words)


@register.filter
def with_helper(form: BaseForm) -> FormHelper:
    """How crispy draws the form inside our own <form>: its own layout, or its fields in order."""
    helper = getattr(form, "helper", None)
    if helper is None:
        helper = FormHelper(form)
        form.helper = helper  # type: ignore[attr-defined]
    helper.form_tag = False
    helper.disable_csrf = True
    helper.field_template = "gds/field.html"
    return helper


@register.simple_tag
def page_links(page: Page[Any], query: QueryDict) -> list[Mapping[str, Any]]:
    """The pages of a list as GOV.UK shows them: first, last, the current and its neighbours."""
    numbers: list[int | None] = []
    for number in page.paginator.page_range:
        if number in {1, page.paginator.num_pages} or abs(number - page.number) <= 1:
            numbers.append(number)
        elif numbers[-1] is not None:
            numbers.append(None)
    return [
        {"gap": True}
        if number is None
        else {
            "gap": False,
            "number": number,
            "url": page_url(query, number),
            "current": number == page.number,
        }
        for number in numbers
    ]


@register.simple_tag
def page_url(query: QueryDict, number: int) -> str:
    """The address of another page of the same list, with what was searched and filtered kept."""
    wanted = query.copy()
    wanted["page"] = str(number)
    return f"?{wanted.urlencode()}"


@register.filter
def around_references(text: object) -> list[tuple[str, bool]]:
    """The words of a heading piece by piece, each with whether it is a reference: those stay on one line."""
    pieces = REFERENCE.split(str(text))
    return [(words, bool(place % 2)) for place, words in enumerate(pieces) if words]


@register.filter
def paragraphs(text: str) -> list[str]:
    """A long text in its paragraphs, as empty lines divide them."""
    lines = text.replace("\r\n", "\n").split("\n\n")
    return [line.strip() for line in lines if line.strip()]


@register.filter
def sign_in_mismatch(form: BaseForm) -> bool:
    """Whether signing in failed because name and password do not belong together."""
    codes = {error.code for error in form.non_field_errors().as_data()}
    return any(code is not None and code.endswith("_password_mismatch") for code in codes)


@register.filter
def in_our_words(form: BaseForm) -> BaseForm:
    """A form of allauth with our labels, without words inside its boxes and links inside its hints."""
    for question in form:
        question.label = SIGN_IN_LABELS.get(question.name, question.label)
        question.help_text = question.field.help_text = SIGN_IN_HINTS.get(question.name, "")
        question.field.widget.attrs.pop("placeholder", None)
    return form


@register.filter
def browser_in_words(agent: str) -> str:
    """Which browser on what, from what it says of itself: "Firefox on Windows"; its own words if unknown."""
    program = next((name for mark, name in BROWSERS if mark in agent), "")
    machine = next((name for mark, name in MACHINES if mark in agent), "")
    return f"{program} on {machine}" if program and machine else agent or "not known"
