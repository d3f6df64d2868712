"""Before a draft is typed over, or ends: what of it has to stay as it stood is kept first (DPA 2018 s.173)."""

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from cases.models import Draft


def keep_as_it_stands(draft: Draft, *, by: User) -> None:
    """Called before `draft` changes or ends, in the same transaction (settings.DRAFT_TYPED_OVER).

    What was typed today already stood on no earlier day: of a day's savings the first alone is asked about.
    """
    if timezone.localdate(draft.saved) < timezone.localdate():
        import_string(settings.DRAFT_TYPED_OVER)(draft=draft, by=by)
