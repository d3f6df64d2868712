"""The timeline as a part of a page: of a case, or of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, QueryDict

from accounts.queries import reader_of
from cases.forms.timeline import TimelineFilterForm
from cases.models import Case, Person
from cases.queries.kept_back import KeptBack, kept_back
from cases.queries.timeline import PAGE_LENGTH, timeline_of
from core.dates import plain


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """What `cases/_timeline.html` needs; `selected` are links that take one filter away."""

    page: Page
    form: TimelineFilterForm
    selected: list[dict[str, str]]
    url: str
    query: QueryDict
    several_cases: bool
    kept_back: KeptBack


def timeline_part(
    request: HttpRequest,
    *,
    cases: Iterable[Case],
    person: Person | None = None,
    length: int = PAGE_LENGTH,
) -> TimelinePart:
    """The timeline of `cases`, or of `person` in them, as the page's address asks for it.

    To be called after the door opened the case or the person; `case_people__person` is loaded.
    """
    cases = list(cases)
    family = {one.person.pk: one.person for case in cases for one in case.case_people.all()}
    reader = reader_of(request)
    form = TimelineFilterForm(request.GET, people=() if person else family.values(), reader=reader)
    page = timeline_of(
        cases=cases,
        reader=reader,
        person=person,
        filters=form.filters(),
        page=request.GET.get("page", 1),
        length=length,
    )
    return TimelinePart(
        page=page,
        form=form,
        selected=_selected(form, request.GET),
        url=request.path,
        query=request.GET,
        several_cases=len(cases) > 1,
        # Whatever the filter is: whether hidden words fit it is hidden as well.
        kept_back=kept_back(cases=cases, reader=reader, person=person),
    )


def _selected(form: TimelineFilterForm, query: QueryDict) -> list[dict[str, str]]:
    words = {
        "kind": lambda value: _label(form.fields["kind"].choices, value),
        "circumstance": lambda value: _label(form.fields["circumstance"].choices, value),
        "about": lambda value: f"About {value}",
        "words": lambda value: f"“{value}”",
        "since": lambda value: f"From {plain(value)}",
        "until": lambda value: f"Until {plain(value)}",
    }
    return [
        {"text": in_words(form.cleaned_data[name]), "url": _without(query, name)}
        for name, in_words in words.items()
        if form.cleaned_data.get(name)
    ]


def _label(choices: Iterable[Any], value: str) -> str:
    for key, label in choices:
        if isinstance(label, list | tuple):
            if found := _label(label, value):
                return found
        elif key == value:
            return str(label)
    return ""


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    for key in [key for key in kept if key in {name, "page"} or key.startswith(f"{name}_")]:
        del kept[key]
    return f"?{kept.urlencode()}"
