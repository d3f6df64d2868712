"""Pages to be printed: a person, a case with its timeline, one entry. Printing is a look of its own kind."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from audit.verbs import Verb
from cases.kinds import KINDS
from cases.queries.cases import open_case_page
from cases.queries.entries import open_entry
from cases.queries.people import age_of, open_details
from cases.queries.timeline import item_of
from cases.views.timeline import timeline_part
from core.pages import answer
from core.printing import printed

MOST_ENTRIES = 1000  # on paper at once


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """A case with everything that happened, as far as the page's filter lets it through."""
    record = open_case_page(reference, look=look_of(request), verb=Verb.CASE_PRINTED)
    part = timeline_part(request, cases=[record.case], length=MOST_ENTRIES)
    context = {
        "case": record.case,
        "alerts": record.alerts,
        "leave": record.leave,
        "page": part.page,
        "kept_back": part.kept_back,
    }
    return _sheet(
        request, "cases/print_case.html", reference, context, record.case.get_absolute_url()
    )


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """A person: who they are, how to reach them, and what happened, as far as the reader may see it."""
    details = open_details(reference, look=look_of(request), verb=Verb.PERSON_PRINTED)
    one, record = details.record.person, details.record
    page = left_out = None
    if not record.basics_only:
        part = timeline_part(request, cases=record.cases, person=one, length=MOST_ENTRIES)
        page, left_out = part.page, part.kept_back
    context = {
        "person": one,
        "details": details,
        "alerts": record.alerts,
        "age": age_of(one, timezone.localdate()),
        "page": page,
        "kept_back": left_out,
    }
    return _sheet(request, "cases/print_person.html", reference, context, one.get_absolute_url())


@require_safe
def entry(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """One note, contact or decision as it stands now."""
    kind = KINDS[noun]
    record = open_entry(kind, reference, look=look_of(request), verb=Verb.ENTRY_PRINTED)
    first = record.versions[-1] if len(record.versions) > 1 else None
    context = {
        "case": record.case,
        "leave": record.leave,
        "item": item_of(record.newest, first, reader=reader_of(request)),
    }
    return _sheet(
        request,
        "cases/print_entry.html",
        reference,
        context,
        reverse(f"cases:{noun}", args=[reference]),
    )


def _sheet(
    request: HttpRequest, template: str, reference: str, context: dict[str, Any], back: str
) -> HttpResponse:
    sheet = {**context, "back": back, "printed": printed(reader_of(request), reference)}
    return answer(request, template, sheet)
