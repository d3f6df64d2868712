"""The schedule: adopting a row, which replaces the one before, and ending one."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Service
from core.errors import Refused
from retention.models import Outcome, ScheduleRow
from retention.models.schedule import COUNTS_FROM_NOTHING, MADE_ANONYMOUS, NOT_MADE_ANONYMOUS

WHY = Purpose.MANAGEMENT


@transaction.atomic
def adopt_row(
    *,
    category: str,
    about_whom: str,
    title: str,
    outcome: str,
    reason: str,
    service: Service | None = None,
    months_after_end: int | None = None,
    months_after_activity: int | None = None,
    birthday: int | None = None,
    months_after_death: int | None = None,
    months_after_consent: int | None = None,
    citation: str = "",
    by: User,
) -> ScheduleRow:
    """From today records of this kind are kept for so long (UK GDPR Art 5(1)(e)).

    The row that said so until now ends and stays to be read: what was proposed under it goes back.
    """
    if not (title.strip() and reason.strip()):
        raise Refused(
            "Say in a few words what the row is for, and why records are kept for so long."
        )
    counts_from = {
        "months_after_end": months_after_end,
        "months_after_activity": months_after_activity,
        "birthday": birthday,
        "months_after_death": months_after_death,
        "months_after_consent": months_after_consent,
    }
    if all(given is None for given in counts_from.values()):
        raise Refused(COUNTS_FROM_NOTHING)
    if outcome == Outcome.ANONYMISE and category not in MADE_ANONYMOUS:
        raise Refused(NOT_MADE_ANONYMOUS)
    before = ScheduleRow.objects.select_for_update(of=("self",)).filter(
        category=category, service=service, about_whom=about_whom
    )
    now = before.filter(ended_at=None).first()
    record(Verb.SCHEDULE_ADOPTED, by=by, action=Action.CREATE, record=ScheduleRow, purpose=WHY)
    if now is not None:
        ScheduleRow.objects.filter(pk=now.pk).update(ended_at=timezone.now(), ended_by=by)
    return ScheduleRow.objects.create(
        category=category,
        service=service,
        about_whom=about_whom,
        title=title.strip(),
        **counts_from,
        outcome=outcome,
        reason=reason.strip(),
        citation=citation.strip(),
        version=before.count() + 1,
        adopted_on=timezone.localdate(),
        recorded_by=by,
    )


@transaction.atomic
def end_row(*, row: ScheduleRow, by: User) -> ScheduleRow:
    """The row holds no more; nothing is due under it from now on."""
    now = ScheduleRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if now.ended_at is not None:
        raise Refused("This row has ended already. Look at the schedule again.")
    record(Verb.SCHEDULE_ENDED, by=by, action=Action.UPDATE, record=now, purpose=WHY)
    ScheduleRow.objects.filter(pk=now.pk).update(ended_at=timezone.now(), ended_by=by)
    row.refresh_from_db()
    return row
