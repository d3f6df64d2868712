"""Saving a draft from its page, and keeping what is typed into it before it is saved (features.md N2)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.queries import reader_of
from assessments.drafts import SavedMeanwhile
from assessments.forms.drafts import DraftForm
from assessments.models import Assessment, Plan
from cases.actions.drafts import keep_draft
from cases.forms.entries import Begun
from cases.models import Draft
from cases.queries.drafts import drafts_here
from cases.views.unsaved import forget, is_script, kept, say_kept, say_not_kept, stamp_for
from cases.written import WrittenElsewhere
from core.errors import Refused
from core.pages import refused


def saved(form: DraftForm, verb: Callable[..., Any], **arguments: Any) -> bool:
    """Whether `verb` wrote what stands in the form; else the form says why, and keeps all of it.

    Where a colleague saved in the meantime, or they wrote on in another window, the page may be sent again,
    knowing so.
    """
    if not form.is_valid():
        return False
    try:
        verb(**arguments, **form.cleaned_data)
    except SavedMeanwhile as refusal:
        form.take_over(refusal.saves)
        refused(form, refusal)
    except WrittenElsewhere as refusal:
        form.take_version(refusal.draft.version)
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return not form.errors


def typed_before(request: HttpRequest, one: Assessment | Plan) -> Begun | None:
    """What they have typed into `one` and not saved: before they were signed out, or as it was kept."""
    if request.method == "POST":
        return None
    if begun := kept(request):
        return begun
    draft = _draft_of(request, one)
    return Begun(token=draft.token, typed=draft.typed, version=draft.version) if draft else None


def of_page(request: HttpRequest, one: Assessment | Plan, form: DraftForm) -> dict[str, Any]:
    """What the page needs so that what is typed into its form is kept."""
    signed_out = not form.is_bound and kept(request) is not None
    return {
        "page": request.path,
        "stamp": stamp_for(request.user),
        "signed_out": signed_out,
        "not_kept": form.is_bound or signed_out,
        "unsaved": None if form.is_bound or signed_out else _draft_of(request, one),
    }


def keep(request: HttpRequest, one: Assessment | Plan, form: DraftForm, page: str) -> HttpResponse:
    """Keep what is typed as it stands, for whoever types it: the script, every few seconds."""
    try:
        draft = keep_draft(
            case=one.case,
            noun=_noun(one),
            corrects=str(one.reference),
            typed=form.typed(),
            by=reader_of(request),
            **form.page,
        )
    except Refused as refusal:
        if not is_script(request):
            raise
        elsewhere = refusal.draft.version if isinstance(refusal, WrittenElsewhere) else 0
        return say_not_kept(request, refusal, elsewhere)
    forget(request)
    return say_kept(draft.version, page) if is_script(request) else redirect(page)


def _noun(one: Assessment | Plan) -> str:
    return Draft.Noun.PLAN if isinstance(one, Plan) else Draft.Noun.ASSESSMENT


def _draft_of(request: HttpRequest, one: Assessment | Plan) -> Draft | None:
    return drafts_here(
        user=reader_of(request), case=one.case, noun=_noun(one), corrects=str(one.reference)
    ).first()
