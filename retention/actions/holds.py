"""Holds, and the switch that stops everything."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with
from audit.actors import Actor
from audit.log import SYSTEM, record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Case, Person, Task
from cases.permissions import may_know
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.errors import Refused
from retention.actions.stops import note_stopped_erasures
from retention.kinds import BREACH, PERSON
from retention.models import Hold, Stop
from retention.permissions import visitors_of
from retention.proposing import lock
from retention.queries.holds import stopped_by, who_hears_of_hold
from sar.models import Breach

WHY = Purpose.MANAGEMENT
HELD = (
    "A hold was placed on what a proposal would destroy. Nothing of it goes while the hold stands."
)
# To whoever may not open the proposal any more.
HELD_IN_GENERAL = (
    "A hold was placed on something whose destruction you proposed or approved. Nothing of it goes "
    "while the hold stands."
)


@transaction.atomic
def place_hold(
    *,
    kind: str,
    reason: str,
    review_by: date,
    person: Person | None = None,
    case: Case | None = None,
    breach: Breach | None = None,
    by: User,
) -> Hold:
    """Nothing of the person, of the case or of the breach is destroyed until somebody releases this.

    Whoever proposed or approved what it stops is told once, and the Data Protection Officer.
    """
    if [person, case, breach].count(None) != 2:
        raise Refused("Name the person, the case or the breach, and only one.")
    if not reason.strip():
        raise Refused("Say why nothing may be destroyed.")
    if review_by <= timezone.localdate():
        raise Refused("The day to look again lies ahead. Write a later day.")
    # A destruction that comes at this moment waits, and then finds the hold.
    named = ((PERSON, person), ("cases.Case", case), (BREACH, breach))
    lock([(table, one.pk) for table, one in named if one is not None])
    if breach is not None and not Breach.objects.filter(pk=breach.pk).exists():
        raise Refused("This breach is not there any more.")
    about = [person] if person else _people_in(case or breach)
    record(Verb.HOLD_PLACED, by=by, action=Action.CREATE, record=Hold, people=about, purpose=WHY)
    made = Hold.objects.create(
        person=person,
        case=case,
        breach=breach,
        kind=kind,
        reason=reason.strip(),
        owner=by,
        review_by=review_by,
        recorded_by=by,
    )
    # Whoever was promised an erasure that this stops is told.
    note_stopped_erasures(on=timezone.localdate(), by=by)
    for proposal in stopped_by(made):
        readers, others = who_hears_of_hold(proposal)
        if readers:
            tell(who=readers, sentence=HELD, link=proposal.get_absolute_url(), by=by)
        if others:
            tell(who=others, sentence=HELD_IN_GENERAL, by=by)
    return made


@transaction.atomic
def ask_for_hold_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask, as a task, for a look at every hold whose day has come; how many were asked for.

    Of whoever answers for it, or of a Data Protection Officer where they left. Asked once until it is done.
    """
    standing = Hold.objects.filter(released_at=None, review_by__lte=on)
    waiting = Task.objects.filter(kind=TaskKind.REVIEW, ended_at=None)
    asked = set(waiting.values_list("link", flat=True))
    missing = [
        hold
        for hold in standing.select_related("owner", "person", "case").order_by("pk")
        if _page_of(hold) not in asked
    ]
    officer = people_with("retention.propose_destruction").order_by("pk").first()
    for hold in missing:
        asked_for = hold.owner if hold.owner.is_active or officer is None else officer
        # A visitor of a drop-in does not exist for whoever may hold them, nor would a task that names them.
        is_visitor = (
            hold.person is not None
            and not may_know(asked_for, None, hold.person)
            and visitors_of(asked_for).filter(pk=hold.person.pk).exists()
        )
        add_task(
            kind=TaskKind.REVIEW,
            what="Look at this hold on destruction again: release it, or place it anew with a later day.",
            due_on=on,
            person=None if is_visitor else hold.person,
            case=hold.case,
            link=_page_of(hold),
            for_user=asked_for,
            purpose=WHY,
            by=by,
        )
    return len(missing)


def _people_in(record: Case | Breach | None) -> list[Person]:
    return list(record.people.all()) if record is not None else []


def _page_of(hold: Hold) -> str:
    return reverse("retention:hold-release", args=[hold.pk])


@transaction.atomic
def release_hold(*, hold: Hold, because: str, by: User) -> Hold:
    """The hold ends; the schedule decides again."""
    if not because.strip():
        raise Refused("Say why it is released.")
    now = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if not now.stands:
        raise Refused("This hold was released already. Look again.")
    about = [now.person] if now.person else _people_in(now.case or now.breach)
    record(Verb.HOLD_RELEASED, by=by, action=Action.UPDATE, record=now, people=about, purpose=WHY)
    for task in Task.objects.filter(link=_page_of(now), status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
    Hold.objects.filter(pk=now.pk).update(
        released_at=timezone.now(), released_by=by, released_because=because.strip()
    )
    note_stopped_erasures(on=timezone.localdate(), by=by)
    hold.refresh_from_db()
    return hold


@transaction.atomic
def stop_everything(*, because: str, by: User) -> Stop:
    """Nothing is destroyed from this moment, whatever was approved; a run that is going on stops too."""
    if not because.strip():
        raise Refused("Say why nothing may be destroyed.")
    if Stop.objects.filter(ended_at=None).exists():
        raise Refused("All destruction is stopped already.")
    record(Verb.DESTRUCTION_STOPPED, by=by, action=Action.CREATE, record=Stop, purpose=WHY)
    return Stop.objects.create(because=because.strip(), recorded_by=by)


@transaction.atomic
def start_again(*, stop: Stop, by: User) -> Stop:
    """What was approved may be destroyed again. Somebody else says so than whoever stopped it."""
    now = Stop.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    if now.ended_at is not None:
        raise Refused("It was started again already. Look again.")
    if now.recorded_by_id == by.pk:
        raise Refused("You stopped it. Somebody else looks at it and starts it again.")
    record(Verb.DESTRUCTION_ALLOWED_AGAIN, by=by, action=Action.UPDATE, record=now, purpose=WHY)
    Stop.objects.filter(pk=now.pk).update(ended_at=timezone.now(), ended_by=by)
    stop.refresh_from_db()
    return stop
