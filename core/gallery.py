"""Every component with invented data, on one page: for whoever builds a page or checks one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.charts import Scale, Series, bar_chart, line_chart, small_multiples, stacked_bar_chart
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

REVIEWS = (date(2026, 1, 12), date(2026, 4, 20), date(2026, 9, 3), date(2026, 11, 12))
NIGHTS = Scale(0, 10, "We hardly sleep", "We sleep through most nights")
CHARTS = (
    line_chart(
        key="sleep",
        title="Sleep, Amelia Hart",
        labels=REVIEWS,
        series=[Series("Sleep", [2, 4, 3, 7])],
        scale=NIGHTS,
    ),
    line_chart(
        key="months",
        title="Contacts a month",
        labels=[date(2025, month, 1) for month in range(1, 13)],
        series=[
            Series("Family support", [12, 18, 22, 31, 28, 30, 24, 12, 29, 35, 36, 20]),
            Series("Counselling", [8, 9, 12, 12, None, None, 10, 6, 11, 14, 13, 9]),
            Series("Drop-in", [30, 28, 33, 31, 29, 35, 20, 5, 31, 30, 36, 22]),
        ],
        unit="contacts",
    ),
    bar_chart(
        key="cases",
        title="Open cases",
        labels=["Dean Okafor", "Priya Nair", "Rose Adeyemi-Castellanos"],
        values=[14, 3, 9],
        unit="cases",
    ),
    stacked_bar_chart(
        key="workload",
        title="What waits for whom",
        labels=["Dean Okafor", "Priya Nair", "Rose Adeyemi-Castellanos"],
        series=[
            Series("Overdue", [2, 0, 1]),
            Series("Due this week", [5, 4, 0]),
            Series("Later", [8, 2, 11]),
        ],
        unit="tasks",
    ),
    bar_chart(key="none", title="Waiting list", labels=[], values=[]),
)
MEASURES = small_multiples(
    key="measures",
    title="Three measures of Amelia Hart",
    labels=REVIEWS,
    series=[
        Series("Sleep", [2, 4, 3, 7]),
        Series("Routines", [3, 3, 6, 8]),
        Series("Feeling able to cope", [1, None, 5, 6]),
    ],
    scale=NIGHTS,
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
            "links": [{"text": "Add a task", "url": "#"}, {"text": "Print", "url": "#"}],
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
            "charts": CHARTS,
            "measures": MEASURES,
            "papers": [{"name": "Letter from school.pdf", "url": "#"}],
            "requests": [
                ["SAR-2026-0004", "Amelia Hart", "29 December 2026"],
                ["SAR-2026-0007", "Rose Adeyemi-Castellanos", "11 January 2027"],
            ],
        },
    )
