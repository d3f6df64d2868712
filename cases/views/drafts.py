"""What one has begun to write and not saved: the list, and throwing one away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions.drafts import discard_draft
from cases.models import Draft
from cases.queries.drafts import list_drafts, open_draft
from core.pages import answer


def page_of(draft: Draft) -> str:
    """Where one goes on writing."""
    if draft.noun in {Draft.Noun.ASSESSMENT, Draft.Noun.PLAN}:
        # A page of a layer above, by its name: it goes on with the draft by itself.
        return reverse(f"assessments:{draft.noun}-write", args=[draft.corrects])
    name, reference = f"cases:{draft.noun}-add", draft.case.reference
    if draft.corrects:
        name, reference = f"cases:{draft.noun}-correct", draft.corrects
    return f"{reverse(name, args=[reference])}?draft={draft.token}"


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Everything that one has begun to write and not saved."""
    page = list_drafts(look=look_of(request), page=request.GET.get("page", 1))
    rows = [{"draft": draft, "url": page_of(draft)} for draft in page]
    return answer(request, "cases/drafts.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throw a draft away, once one has confirmed it."""
    draft = open_draft(token, look=look_of(request))
    if request.method == "POST":
        discard_draft(draft=draft, by=reader_of(request))
        messages.success(request, "The draft is discarded.")
        return redirect("cases:drafts")
    return answer(request, "cases/draft_discard.html", {"draft": draft, "back": page_of(draft)})
