"""The drafts of whoever asks. Nobody opens somebody else's: for them it does not exist."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.kinds import KindOfEntry, people_of_entry
from cases.models import Case, Draft
from cases.permissions import can_correct, cases_of, may_write
from cases.queries.cases import PAGE_LENGTH, people_of_unseen
from cases.queries.purposes import for_task
from cases.restricted import usable
from core.errors import Refused


def drafts_of(user: User) -> QuerySet[Draft]:
    """What `user` has begun and not saved, in cases that exist for them, the last typed first."""
    return (
        usable(Draft.objects.filter(recorded_by=user, case__in=cases_of(user)), by=user)
        .select_related("case__service")
        .prefetch_related("case__people")
    )


def list_drafts(*, look: Look, page: int | str = 1) -> Page:
    """One page of the drafts of `look.by`; one entry a row."""
    rows = Paginator(drafts_of(look.by), PAGE_LENGTH).get_page(page)
    services = {draft.case.service_id for draft in rows}
    show(for_task(look, services), [_shown(Verb.DRAFT_LISTED, draft) for draft in rows])
    return rows


def open_draft(token: UUID, *, look: Look) -> Draft:
    """Open a draft of one's own; NotYours (404, logged) if there is none."""
    draft = drafts_of(look.by).filter(token=token).first()
    if draft is None:
        raise NotYours(
            "No draft of yours has this number.",
            look=look,
            record=Draft,
            people=Case.objects.filter(drafts__token=token, people__isnull=False).values_list(
                "people", flat=True
            ),
        )
    show(for_task(look, [draft.case.service_id]), [_shown(Verb.DRAFT_READ, draft)])
    return draft


def draft_to_go_on_with(
    number: str, *, user: User, case: Case, kind: KindOfEntry, corrects: str
) -> Draft | None:
    """The draft that a form's address names, for a page whose door was passed; None if it names none.

    Refused if it is not there any more.
    """
    if not number:
        return None
    for draft in drafts_here(user=user, case=case, noun=kind.noun, corrects=corrects):
        if str(draft.token) == number:
            return draft
    raise Refused("This draft is not there any more: it was saved, or you discarded it.")


def why_it_stays(draft: Draft) -> str:
    """Why `draft` may not be thrown away now, in a sentence; "" if it may."""
    why: str = import_string(settings.DRAFT_STAYS)(draft)
    return why


def drafts_here(*, user: User, case: Case, noun: str, corrects: str) -> QuerySet[Draft]:
    """The drafts of `user` of the same kind of entry in the same place."""
    return drafts_of(user).filter(case=case, noun=noun, corrects=corrects)


def case_to_keep_in(reference: str, *, look: Look) -> Case:
    """The case that a draft is kept in. Nothing of it is shown, so that keeping leaves no look.

    Refused, and logged, as opening the case is.
    """
    case = cases_of(look.by).filter(reference=reference).first()
    if case is None:
        raise NotYours(
            "No case with this reference.",
            look=look,
            record=Case,
            people=people_of_unseen(reference),
            values={"reference": reference},
        )
    if not may_write(look.by, case):
        raise NotNow(
            "Your role reads this case and does not write in it.",
            look=look,
            record=case,
            people=case.people.values_list("pk", flat=True),
        )
    return case


def entry_to_keep_for(kind: KindOfEntry, reference: str, *, look: Look) -> Any:
    """The entry whose correction is kept as a draft; as `case_to_keep_in`."""
    asked: Any = kind.model._base_manager.filter(reference=reference).select_related("case").first()
    if asked is None or not cases_of(look.by).filter(pk=asked.case_id).exists():
        raise NotYours(
            f"No {kind.noun} with this reference.",
            look=look,
            record=kind.model,
            people=people_of_entry(asked) if asked else (),
            values={"reference": reference},
        )
    if not can_correct(look.by, asked):
        raise NotNow(
            f"Your role reads this {kind.noun} and does not correct it.",
            look=look,
            record=asked,
            people=people_of_entry(asked),
        )
    return asked


def _shown(verb: Verb, draft: Draft) -> Shown:
    return Shown(verb, draft, [person.pk for person in draft.case.people.all()])
