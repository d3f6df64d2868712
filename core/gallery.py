"""Every component with invented data, on one page: for whoever builds a page or checks one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.forms import DayField

KINDS = (("visit", "Home visit"), ("call", "Telephone call"), ("letter", "Letter or e-mail"))


class SampleForm(forms.Form):
    """One question of each sort."""

    kind = forms.ChoiceField(
        label="Kind of contact", choices=KINDS, widget=forms.RadioSelect, required=True
    )
    happened_on = DayField(label="When it happened", required=False)
    service = forms.ChoiceField(label="Service", choices=(("", "Choose one"), *KINDS))
    words = forms.CharField(
        label="What was said and done",
        help_text="Write what you saw and heard, and say so where you give an opinion.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reference = forms.CharField(label="Reference", required=False)
    about = forms.MultipleChoiceField(
        label="Whom it is about",
        choices=(("amelia", "Amelia Hart"), ("joe", "Joe Hart")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    paper = forms.FileField(label="A file", required=False)
    agreed = forms.BooleanField(label="I have checked the reference", required=False)


class SampleFilter(forms.Form):
    """What a list can be narrowed by."""

    kind = forms.MultipleChoiceField(
        label="Kind of contact",
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(label="Words in it", required=False)


@dataclass(frozen=True, slots=True)
class SampleNote:
    """A note of the timeline."""

    title: str
    by: str
    at: datetime
    text: str


NOTES = (
    SampleNote(
        title="Home visit",
        by="Dean Okafor",
        at=datetime(2026, 11, 12, 14, 30, tzinfo=UTC),
        text="Amelia showed me the new room.\n\nHer mother said that the nights are calmer now.",
    ),
    SampleNote(
        title="Telephone call",
        by="Priya Nair",
        at=datetime(2026, 11, 3, 9, 5, tzinfo=UTC),
        text="The school called about attendance. <b>Shown as it was typed.</b>",
    ),
)


@login_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; signed-in staff only."""
    return render(
        request,
        "core/gallery.html",
        {
            "form": SampleForm({"kind": "dance", "happened_on_0": "31", "words": ""}),
            "filter_form": SampleFilter({"kind": ["visit"]}, auto_id="filter_%s"),
            "notes": NOTES,
            "page": Paginator(range(1, 120), 10).get_page(request.GET.get("page", "6")),
            "born": date(2009, 3, 14),
            "due": date(2026, 12, 29),
            "received": date(2026, 11, 25),
            "flags": [
                {"text": "Safeguarding concern", "colour": "red"},
                {"text": "Court order", "colour": "orange"},
                {"text": "Child", "colour": "blue"},
            ],
            "crumbs": [{"label": "My cases", "url": "#"}, {"label": "Components", "url": ""}],
            "tabs": [
                {"label": label, "url": f"#{label.lower()}", "current": label == "Timeline"}
                for label in ("Details", "Timeline", "Family", "Documents", "Looks")
            ],
            "rows": [
                {"key": "Telephone", "value": "0151 496 0000", "url": "#", "action": "Change"},
                {"key": "Address", "value": "4 Larch Close\nSouthport", "url": "#", "action": ""},
                {"key": "School", "value": ""},
            ],
            "statuses": ["open", "received", "paused", "overdue", "did_not_attend", "closed"],
            "days": [14, 6, 1, 0, -3],
            "selected": [{"text": "Home visit", "url": "?"}],
            "papers": [{"name": "Letter from school.pdf", "url": "#"}],
            "requests": [
                ["SAR-2026-0004", "Amelia Hart", "29 December 2026"],
                ["SAR-2026-0007", "Rose Adeyemi-Castellanos", "11 January 2027"],
            ],
        },
    )
