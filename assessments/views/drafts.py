"""Saving a draft from its page."""

from collections.abc import Callable
from typing import Any

from assessments.drafts import SavedMeanwhile
from assessments.forms.drafts import DraftForm
from core.errors import Refused


def saved(form: DraftForm, verb: Callable[..., Any], **arguments: Any) -> bool:
    """Whether `verb` wrote what stands in the form; else the form says why, and keeps all of it.

    Where a colleague saved in the meantime, the page may be sent again, knowing so.
    """
    if not form.is_valid():
        return False
    try:
        verb(**arguments, **form.cleaned_data)
    except SavedMeanwhile as refusal:
        form.take_over(refusal.saves)
        form.add_error(None, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
