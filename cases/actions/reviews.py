"""Supervision: a manager signs off what somebody else wrote, or asks for a correction (features.md P7)."""

from typing import Any

from django.db import transaction

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task
from cases.kinds import Reviewed, kind_of, people_of_entry
from cases.models import Review
from cases.queries.cases import lock_case
from cases.queries.entries import versions_of
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind
from cases.written import check_newest
from core.errors import Refused


@transaction.atomic
def sign_off(*, entry: Reviewed, comment: str = "", by: User) -> Review:
    """`by` has read this version and stands by it. Refused for what they wrote, in any version."""
    return _review(entry, Review.Verdict.SIGNED_OFF, Verb.ENTRY_SIGNED_OFF, comment, by)


@transaction.atomic
def send_back(*, entry: Reviewed, comment: str, by: User) -> Review:
    """Ask the writer to correct this version; they get it as a task and are told at once.

    Where the writer has left, the task is for anybody of the service.
    """
    review = _review(entry, Review.Verdict.SENT_BACK, Verb.ENTRY_SENT_BACK, comment, by)
    kind, writer = kind_of(entry), entry.recorded_by
    add_task(
        kind=TaskKind.CORRECTION,
        what=review.comment,
        for_user=writer if writer.is_active else None,
        service=None if writer.is_active else entry.case.service,
        case=entry.case,
        link=kind.address(entry),
        purpose=task_of(by, [entry.case.service_id]),
        by=by,
    )
    tell(
        who=[writer],
        sentence=f"A manager asks you to correct the {kind.noun} {entry.reference}.",
        link=kind.address(entry),
        by=by,
    )
    return review


def _review(entry: Reviewed, verdict: str, verb: Verb, comment: str, by: User) -> Review:
    comment = comment.strip()
    kind: Any = kind_of(entry)
    if verdict == Review.Verdict.SENT_BACK and not comment:
        raise Refused("Say what is to be corrected.")
    lock_case(entry.case)
    check_newest(entry)
    if by.pk in {version.recorded_by_id for version in versions_of(kind, entry.pk)}:
        raise Refused("You wrote this, or a version of it: somebody else signs it off.")
    given = Review.objects.filter(**{kind.noun: entry})
    if given.filter(verdict=verdict).exists() or given.filter(verdict="signed_off").exists():
        raise Refused("This was looked at already: somebody was faster. Look again.")
    record(
        verb,
        by=by,
        action=Action.CREATE,
        record=entry,
        people=people_of_entry(entry),
        purpose=task_of(by, [entry.case.service_id]),
    )
    return Review.objects.create(
        **{kind.noun: entry}, verdict=verdict, comment=comment, recorded_by=by
    )
