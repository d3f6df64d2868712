"""Keeping what is typed before it is saved, so that nothing typed is lost (features.md N2)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.kinds import KINDS
from cases.models import Case, Draft, Person
from cases.queries.cases import lock_case
from cases.queries.drafts import why_it_stays
from cases.queries.purposes import task_of
from cases.typed_over import keep_as_it_stands
from cases.written import Sheet, check_sheet
from core.errors import Refused

# The database lets typing go on for ten minutes after an entry in the log.
SAID_AGAIN_AFTER = timedelta(minutes=9)
# Characters of one draft, all questions together; some forty typed pages.
LONGEST = 120_000

type Typed = dict[str, list[str]]


class DraftEnded(Refused):
    """There is no draft to go on with: it became an entry, or was discarded in another window."""


@transaction.atomic
def keep_draft(
    *, case: Case, noun: str, corrects: str = "", token: UUID, typed: Typed, sheet: Sheet, by: User
) -> Draft:
    """Keep what `by` has typed so far into the form `token`; their first keeping begins the draft.

    `corrects` is the reference of what it is written into, where that is there already.

    WrittenElsewhere if another window wrote on since this one began: nothing is overwritten in silence.
    DraftEnded if it became an entry or was discarded meanwhile. A keeping that arrives late or twice
    changes nothing.
    """
    if sum(len(words) for many in typed.values() for words in many) > LONGEST:
        raise Refused("This is too long to keep as one draft. Save it as several entries.")
    place = {"case": case, "noun": noun, "corrects": corrects, "token": token, "recorded_by": by}
    draft = Draft.objects.select_for_update().filter(token=token).first()
    if draft is None:
        return _begin(place, typed, sheet)
    if any(getattr(draft, name) != value for name, value in place.items()):
        raise DraftEnded("This is not your draft, so nothing was kept. Begin a new form.")
    if draft.sitting == sheet.sitting and sheet.step <= draft.step:
        return draft
    check_sheet(draft, sheet)
    _keep(draft, typed, sheet, by)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def discard_draft(*, draft: Draft, by: User) -> None:
    """Throw away a draft of one's own: what stands in it is gone.

    Refused for one that was held when somebody of its case asked for a copy, until they have their answer.
    """
    if draft.recorded_by_id != by.pk:
        raise Refused("Only its writer discards a draft.")
    # A request of theirs that is being recorded is waited for: it holds its person (`sar.rules`).
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=_people_of(draft.case)))
    if why := why_it_stays(draft):
        raise Refused(why)
    record(
        Verb.DRAFT_DISCARDED,
        by=by,
        action=Action.DELETE,
        record=draft,
        people=_people_of(draft.case),
        purpose=task_of(by, [draft.case.service_id]),
    )
    draft.delete()


def _begin(place: dict[str, Any], typed: Typed, sheet: Sheet) -> Draft:
    case, by = place["case"], place["recorded_by"]
    # Entries of one case wait here too, so that a form that is just being saved begins no draft.
    lock_case(case)
    kind = KINDS.get(place["noun"])
    made = kind.model._base_manager.filter(token=place["token"]) if kind else None
    if made is not None and (entry := made.first()):
        raise DraftEnded(f"This was saved as {entry.reference}, in another window or just now.")
    if sheet.version:
        raise DraftEnded(
            "This draft was saved or discarded in another window. What you typed is still here: press "
            "“Save draft” to keep it as a new one."
        )
    record(
        Verb.DRAFT_BEGUN,
        by=by,
        action=Action.CREATE,
        record=Draft,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    return Draft.objects.create(typed=typed, sitting=sheet.sitting, step=sheet.step, **place)


def _keep(draft: Draft, typed: Typed, sheet: Sheet, by: User) -> None:
    keep_as_it_stands(draft, by=by)
    now = timezone.now()
    changes = {"typed": typed, "sitting": sheet.sitting, "step": sheet.step, "saved": now}
    if now - draft.noted > SAID_AGAIN_AFTER:
        record(
            Verb.DRAFT_CONTINUED,
            by=by,
            action=Action.UPDATE,
            record=draft,
            people=_people_of(draft.case),
            purpose=task_of(by, [draft.case.service_id]),
        )
        changes |= {"noted": now}
    Draft.objects.filter(pk=draft.pk).update(version=F("version") + 1, **changes)


def _people_of(case: Case) -> list[int]:
    return list(case.case_people.values_list("person_id", flat=True))
