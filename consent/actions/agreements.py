"""Data-sharing agreements are made, looked at again, and ended."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Agency, Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from consent.models import Agreement, AgreementReview
from consent.queries.agreements import reviews_due
from core.dates import plain
from core.errors import Refused
from core.references import as_written

KEEPS = "consent.keep_agreements"


@transaction.atomic
def make_agreement(
    *,
    agency: Agency,
    title: str,
    covers: str,
    kept_where: str,
    starts_on: date,
    review_on: date,
    ends_on: date | None = None,
    by: User,
) -> Agreement:
    """Write down a data-sharing agreement with `agency`. The same form sent twice makes one."""
    _may(by)
    said = {
        "agency": agency.now,
        "title": " ".join(title.split()),
        "covers": covers.strip(),
        "kept_where": " ".join(kept_where.split()),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_on": review_on,
    }
    if not (said["title"] and said["covers"] and said["kept_where"]):
        raise Refused("Say what it is called, what it covers and where the signed paper is.")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("It ends before it begins. Check the last day.")
    if review_on <= starts_on:
        raise Refused("It is looked at again after it starts.")
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if before := Agreement.objects.filter(**said, recorded_by=by, ended_on=None).first():
        return before
    record(
        Verb.AGREEMENT_MADE,
        by=by,
        action=Action.CREATE,
        record=Agreement,
        purpose=Purpose.MANAGEMENT,
    )
    return Agreement.objects.create(**said, recorded_by=by)


@transaction.atomic
def review_agreement(
    *, agreement: Agreement, words: str, review_on: date, by: User
) -> AgreementReview:
    """It was looked at again and still holds; the task that asked for it is done."""
    _may(by)
    words = words.strip()
    kept = _lasting(agreement)
    if not words:
        raise Refused("Say what you found.")
    if review_on <= timezone.localdate():
        raise Refused("Look at it again on a day to come.")
    _note(Verb.AGREEMENT_REVIEWED, kept, by)
    made = AgreementReview.objects.create(
        agreement=kept, words=words, review_on=review_on, recorded_by=by
    )
    _done(kept, by)
    return made


@transaction.atomic
def end_agreement(*, agreement: Agreement, ended_on: date, words: str, by: User) -> Agreement:
    """It ends before its day, or without one. Nothing that was shared is touched by it."""
    _may(by)
    words = words.strip()
    kept = _lasting(agreement)
    if not words:
        raise Refused("Say why it ends.")
    if ended_on > timezone.localdate():
        raise Refused(f"{plain(ended_on)} has not come yet.")
    if ended_on < kept.starts_on:
        raise Refused(f"It began on {plain(kept.starts_on)}: it cannot end before.")
    _note(Verb.AGREEMENT_ENDED, kept, by)
    Agreement.objects.filter(pk=kept.pk).update(ended_on=ended_on, ended_by=by, why_ended=words)
    _done(kept, by)
    kept.refresh_from_db()
    return kept


@transaction.atomic
def ask_for_agreement_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """Each night: a task for each agreement whose day has come, or that ends within a month. How many."""
    asked = 0
    for agreement in reviews_due(on):
        link = agreement.get_absolute_url()
        if Task.objects.filter(link__in=as_written(link), status=TaskStatus.OPEN).exists():
            continue
        writer = agreement.recorded_by
        keeper = (
            writer if writer.is_active and writer.has_perm(KEEPS) else people_with(KEEPS).first()
        )
        if keeper is None:
            continue  # nobody is left to ask
        add_task(
            kind=TaskKind.REVIEW,
            what=f"Look again at the agreement with {agreement.agency}: {agreement.title}.",
            for_user=keeper,
            due_on=on,
            link=link,
            purpose=Purpose.MANAGEMENT,
            by=by,
        )
        asked += 1
    return asked


def _may(by: User) -> None:
    if not by.has_perm(KEEPS):
        raise Refused("The Data Protection Officer keeps the agreements.")


def _lasting(agreement: Agreement) -> Agreement:
    kept = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if kept.ended_on is not None:
        raise Refused(f"It ended on {plain(kept.ended_on)}.")
    return kept


def _note(verb: Verb, agreement: Agreement, by: User) -> None:
    record(verb, by=by, action=Action.UPDATE, record=agreement, purpose=Purpose.MANAGEMENT)


def _done(agreement: Agreement, by: User) -> None:
    links = as_written(agreement.get_absolute_url())
    for task in Task.objects.filter(link__in=links, status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
