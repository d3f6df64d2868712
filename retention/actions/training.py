"""The register of trainings: writing one down, striking a wrong one out, asking for the next."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.actors import Actor
from audit.log import SYSTEM, record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.dates import plain
from core.errors import Refused
from retention.models import Training
from retention.queries.training import in_force

WHY = Purpose.MANAGEMENT
# Asked for so long before it is due: courses have dates of their own.
BEFORE = timedelta(days=30)


@transaction.atomic
def record_training(*, user: User, what: str, done_on: date, due_by: date, by: User) -> Training:
    """`user` did this training; whoever was asked for it is asked no more."""
    what = " ".join(what.split())
    if not what:
        raise Refused("Say which training it was.")
    if done_on > timezone.localdate():
        raise Refused("The day on which it was done has not come yet.")
    if due_by <= done_on:
        raise Refused("It is due again after the day on which it was done.")
    before = Training.objects.filter(user=user, what=what, struck_out_at=None)
    if before.filter(done_on=done_on).exists():
        raise Refused("This training is in the register already.")
    record(Verb.TRAINING_RECORDED, by=by, action=Action.CREATE, record=Training, purpose=WHY)
    for one in before:
        _asked_no_more(one, by)
    return Training.objects.create(
        user=user, what=what, done_on=done_on, due_by=due_by, recorded_by=by
    )


@transaction.atomic
def strike_out(*, training: Training, by: User) -> Training:
    """It was written down by mistake; it stays to be read, and counts no more."""
    now = Training.objects.select_for_update(of=("self",)).get(pk=training.pk)
    if now.struck_out_at is not None:
        raise Refused("It is struck out already. Look at the register again.")
    record(Verb.TRAINING_STRUCK_OUT, by=by, action=Action.UPDATE, record=now, purpose=WHY)
    _asked_no_more(now, by)
    Training.objects.filter(pk=now.pk).update(struck_out_at=timezone.now(), struck_out_by=by)
    training.refresh_from_db()
    return training


@transaction.atomic
def ask_for_trainings(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask whoever is to be trained again, and a Data Protection Officer, a month before; how many tasks."""
    officer = people_with("retention.adopt_schedule").order_by("pk").first()
    waiting = Task.objects.filter(kind=TaskKind.REVIEW, ended_at=None)
    asked = set(waiting.values_list("link", flat=True))
    made = 0
    for one in in_force():
        if one.due_by - BEFORE > on or not one.user.is_active:
            continue
        own, of_the_officer = _links(one)
        until = f"“{one.what}” is due by {plain(one.due_by)}"
        if own not in asked:
            what = f"Your training {until}. Do it, and tell the Data Protection Officer the day."
            _ask(what, one, own, one.user, by)
            made += 1
        if officer is not None and of_the_officer not in asked:
            what = f"The training {until} for {one.user}. Write down when it was done."
            _ask(what, one, of_the_officer, officer, by)
            made += 1
    return made


def _ask(what: str, training: Training, link: str, user: User, by: Actor) -> None:
    add_task(
        kind=TaskKind.REVIEW,
        what=what,
        due_on=training.due_by,
        link=link,
        for_user=user,
        purpose=WHY,
        by=by,
    )


def _links(training: Training) -> tuple[str, str]:
    """The pages where the trained person and the officer read of it, one for each training."""
    return (
        f"{reverse('retention:my-training')}?of={training.pk}",
        f"{reverse('retention:training-add')}?after={training.pk}",
    )


def _asked_no_more(training: Training, by: User) -> None:
    for task in Task.objects.filter(link__in=_links(training), status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
