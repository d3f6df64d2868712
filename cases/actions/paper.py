"""Paper files: filed, taken out, back, shredded. Each step is kept with who wrote it down."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case, PaperFile, PaperMove, Person
from cases.queries.purposes import task_of
from cases.workflow import PAPER_MOVES, PaperStep
from core import workflow
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def add_paper_file(
    *, what: str, place: str, case: Case | None = None, person: Person | None = None, by: User
) -> PaperFile:
    """Write down that there is a file on paper, and where it is kept."""
    what, place = what.strip(), place.strip()
    if not what or not place:
        raise Refused("Say what the file is, and where it is kept.")
    record(
        Verb.PAPER_FILE_ADDED,
        by=by,
        action=Action.CREATE,
        record=PaperFile,
        people=_about(case, person),
        purpose=task_of(by, [case.service_id] if case else []),
    )
    made = PaperFile.objects.create(
        what=what, place=place, case=case, person=person, recorded_by=by
    )
    _note(made, PaperMove.Kind.FILED, place, by)
    return made


@transaction.atomic
def take_paper_file(
    *, paper_file: PaperFile, holder: User, due_back_on: date, by: User
) -> PaperFile:
    """Somebody takes the file out, and says when it will be back. Refused while somebody has it."""
    today = timezone.localdate()
    if due_back_on < today:
        raise Refused("The day it is due back has passed. Write a day from today on.")
    _move(
        paper_file,
        Verb.PAPER_FILE_TAKEN,
        PaperStep.TAKE,
        by=by,
        holder=holder,
        out_since=today,
        due_back_on=due_back_on,
    )
    _note(paper_file, PaperMove.Kind.TAKEN, f"{holder}, until {plain(due_back_on)}", by)
    return paper_file


@transaction.atomic
def return_paper_file(*, paper_file: PaperFile, place: str, by: User) -> PaperFile:
    """The file is back, in its place or in another one."""
    place = place.strip()
    if not place:
        raise Refused("Say where the file is kept now.")
    _move(
        paper_file,
        Verb.PAPER_FILE_RETURNED,
        PaperStep.RETURN,
        by=by,
        place=place,
        holder=None,
        out_since=None,
        due_back_on=None,
    )
    _note(paper_file, PaperMove.Kind.RETURNED, place, by)
    return paper_file


@transaction.atomic
def shred_paper_file(*, paper_file: PaperFile, how: str, by: User) -> PaperFile:
    """The file was destroyed: how, and by whom. Refused while somebody has it."""
    how = how.strip()
    if not how:
        raise Refused("Say how it was destroyed, and who saw it.")
    _move(paper_file, Verb.PAPER_FILE_SHREDDED, PaperStep.SHRED, by=by)
    _note(paper_file, PaperMove.Kind.SHREDDED, how, by)
    return paper_file


def _move(paper_file: PaperFile, verb: Verb, step: PaperStep, *, by: User, **changes: Any) -> None:
    case = paper_file.case
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=paper_file,
        people=_about(case, paper_file.person),
        purpose=task_of(by, [case.service_id] if case else []),
    )
    workflow.make(paper_file, PAPER_MOVES[step], **changes)


def _note(paper_file: PaperFile, kind: str, words: str, by: User) -> None:
    PaperMove.objects.create(
        paper_file=paper_file,
        kind=kind,
        moved_on=timezone.localdate(),
        words=words[:300],
        recorded_by=by,
    )


def _about(case: Case | None, person: Person | None) -> list[int]:
    if person is not None:
        return [person.pk]
    return list(case.case_people.values_list("person_id", flat=True)) if case else []
