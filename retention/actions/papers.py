"""The Data Protection Officer's file: putting a paper in force, ending one, asking for another look."""

from datetime import date

from django.db import transaction
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
from core.errors import Refused
from retention.models import OfficerPaper

WHY = Purpose.MANAGEMENT


@transaction.atomic
def put_in_force(
    *, kind: str, title: str, text: str, in_force_on: date, review_by: date, by: User
) -> OfficerPaper:
    """Put a paper in force; the one of the same kind and title before it ends and stays to be read."""
    title = " ".join(title.split())
    if not (title and text.strip()):
        raise Refused("Give it a title, and write what it says.")
    if review_by <= max(in_force_on, timezone.localdate()):
        raise Refused("The day to look at it again lies ahead, and after it is in force.")
    same = OfficerPaper.objects.select_for_update(of=("self",)).filter(kind=kind, title=title)
    now = same.filter(ended_at=None).first()
    record(Verb.PAPER_PUT_IN_FORCE, by=by, action=Action.CREATE, record=OfficerPaper, purpose=WHY)
    if now is not None:
        _end(now, by)
    return OfficerPaper.objects.create(
        kind=kind,
        title=title,
        text=text.strip(),
        in_force_on=in_force_on,
        review_by=review_by,
        version=same.count() + 1,
        recorded_by=by,
    )


@transaction.atomic
def end_paper(*, paper: OfficerPaper, by: User) -> OfficerPaper:
    """The paper is in force no more, and nobody is asked to look at it again."""
    now = OfficerPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if now.ended_at is not None:
        raise Refused("This paper has ended already. Look at the file again.")
    record(Verb.PAPER_ENDED, by=by, action=Action.UPDATE, record=now, purpose=WHY)
    _end(now, by)
    paper.refresh_from_db()
    return paper


@transaction.atomic
def ask_for_paper_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask a Data Protection Officer, as a task, to look at each paper whose day has come; how many were asked."""
    officer = people_with("retention.adopt_schedule").order_by("pk").first()
    if officer is None:
        return 0
    waiting = Task.objects.filter(kind=TaskKind.REVIEW, ended_at=None)
    asked = set(waiting.values_list("link", flat=True))
    due = OfficerPaper.objects.filter(ended_at=None, review_by__lte=on)
    missing = [paper for paper in due.order_by("pk") if paper.get_absolute_url() not in asked]
    for paper in missing:
        add_task(
            kind=TaskKind.REVIEW,
            what=f"Look at “{paper.title}” in your file again: put it in force anew, or end it.",
            due_on=on,
            link=paper.get_absolute_url(),
            for_user=officer,
            purpose=WHY,
            by=by,
        )
    return len(missing)


def _end(paper: OfficerPaper, by: User) -> None:
    for task in Task.objects.filter(link=paper.get_absolute_url(), status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
    OfficerPaper.objects.filter(pk=paper.pk).update(ended_at=timezone.now(), ended_by=by)
