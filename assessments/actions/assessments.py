"""Assessing: beginning, saving and finishing one, correcting it, and being asked for the next (P46, P8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.drafts import SavedMeanwhile
from assessments.models import (
    Assessment,
    AssessmentAnswer,
    AssessmentPerson,
    Question,
    Questionnaire,
)
from assessments.models.answer import Given, as_row
from assessments.workflow import ASSESSMENT_MOVES, AssessmentMove, AssessmentStatus, EditionStatus
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Case, Person, Task
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from cases.written import Sheet, settle_draft
from core import workflow
from core.dates import plain
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in an assessment, as its page sends it."""

    people: list[Person]
    moment: str
    assessed_on: date
    summary: str
    next_on: date | None
    answers: Mapping[Question, Given]

    @property
    def words(self) -> dict[str, Any]:
        return {
            "moment": self.moment,
            "assessed_on": self.assessed_on,
            "summary": self.summary.strip(),
            "next_on": self.next_on,
        }


@transaction.atomic
def begin_assessment(
    *,
    case: Case,
    questionnaire: Questionnaire,
    people: Iterable[Person],
    moment: str,
    assessed_on: date,
    token: UUID | None = None,
    by: User,
) -> Assessment:
    """A draft with the questions in use now. The same form sent twice makes one."""
    people = list(people)
    lock_open(case)
    if token and (before := Assessment.objects.filter(token=token, case=case).first()):
        return before
    if questionnaire.service_id not in {None, case.service_id} or not questionnaire.is_open:
        raise Refused(f"“{questionnaire}” is not asked in {case.service}.")
    edition = questionnaire.editions.filter(status=EditionStatus.IN_USE).first()
    if edition is None:
        raise Refused(f"The questions of “{questionnaire}” are not in use yet.")
    _check(case, questionnaire, people, assessed_on)
    _note(Verb.ASSESSMENT_BEGUN, Action.CREATE, Assessment, case=case, people=people, by=by)
    begun = Assessment.objects.create(
        case=case,
        edition=edition,
        moment=moment,
        assessed_on=assessed_on,
        next_on=_after(questionnaire, assessed_on),
        token=token,
        recorded_by=by,
    )
    _write_people(begun, people)
    return begun


@transaction.atomic
def save_assessment(
    *,
    assessment: Assessment,
    written: Written,
    seen: int,
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
) -> Assessment:
    """Save a draft as far as it has come; nothing must be answered yet.

    SavedMeanwhile if it was saved after the page was opened that shows it as saved `seen` times: what was
    typed is then not lost, and sent again it stands. WrittenElsewhere if they typed on in another window.
    """
    if _save(assessment, written, seen=seen, verb=Verb.ASSESSMENT_SAVED, by=by):
        settle_draft(token=token, sheet=sheet, by=by)
    return assessment


@transaction.atomic
def finish_assessment(
    *,
    assessment: Assessment,
    written: Written,
    seen: int,
    token: UUID | None = None,
    sheet: Sheet | None = None,
    by: User,
) -> Assessment:
    """Make a draft final: from now on it is compared with others, and never changed.

    Whoever finishes it is asked for the next one by the day written in it; what asked for this one is done.
    """
    missing = [q for q, given in written.answers.items() if q.is_required and given is None]
    if missing:
        raise Refused(f"“{missing[0]}” must be answered before it is finished. Save it as a draft.")
    if not _save(assessment, written, seen=seen, verb=Verb.ASSESSMENT_FINISHED, by=by):
        return assessment
    settle_draft(token=token, sheet=sheet, by=by)
    workflow.make(
        assessment,
        ASSESSMENT_MOVES[AssessmentMove.FINISH],
        finished_at=timezone.now(),
        finished_by=by,
    )
    if assessment.corrects_id is None:
        _ask_for_the_next(assessment, by=by)
    return assessment


@transaction.atomic
def discard_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Throw a draft away that was begun by mistake. A final assessment stays."""
    _lock_draft(assessment)
    people = list(assessment.people.all())
    _note(
        Verb.ASSESSMENT_DISCARDED,
        Action.DELETE,
        assessment,
        case=assessment.case,
        people=people,
        by=by,
    )
    AssessmentAnswer.objects.filter(assessment=assessment).delete()
    AssessmentPerson.objects.filter(assessment=assessment).delete()
    Assessment.objects.filter(pk=assessment.pk).delete()
    return assessment


@transaction.atomic
def correct_assessment(*, assessment: Assessment, reason: str, by: User) -> Assessment:
    """A draft that holds what the final assessment says, to be put right; both stay readable.

    In a closed case as well: what is wrong is put right (UK GDPR Art 5(1)(d)).
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the assessment is corrected.")
    if assessment.status != AssessmentStatus.FINAL:
        raise Refused("This is a draft: change it as it is.")
    Case.objects.select_for_update(no_key=True).get(pk=assessment.case_id)
    later = Assessment.objects.filter(corrects=assessment).first()
    if later is not None:
        raise Refused(f"It is corrected already, as {later.reference}: go on there.")
    people = list(assessment.people.all())
    _note(
        Verb.ASSESSMENT_CORRECTED,
        Action.CREATE,
        assessment,
        case=assessment.case,
        people=people,
        by=by,
    )
    draft = Assessment.objects.create(
        case=assessment.case,
        edition=assessment.edition,
        moment=assessment.moment,
        assessed_on=assessment.assessed_on,
        summary=assessment.summary,
        next_on=assessment.next_on,
        corrects=assessment,
        correction_reason=reason,
        recorded_by=by,
    )
    _write_people(draft, people)
    _write_answers(draft, {one.question: one.given for one in _answers_of(assessment)})
    return draft


# --- What must hold -----------------------------------------------------------------------------------


def _save(assessment: Assessment, written: Written, *, seen: int, verb: Verb, by: User) -> bool:
    """Write the draft anew. False where it says this already: a form that was sent twice."""
    now = Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    finishing = verb == Verb.ASSESSMENT_FINISHED
    if seen != now.saves and _says(now, written) and (now.status == "final") == finishing:
        assessment.refresh_from_db()
        return False
    if now.status != AssessmentStatus.DRAFT:
        raise Refused("It is final and does not change. If something in it is wrong, correct it.")
    if seen != now.saves:
        raise SavedMeanwhile(now.saves)
    if now.corrects_id is None:
        lock_open(now.case)
    _check(now.case, now.questionnaire, written.people, written.assessed_on)
    if written.next_on is not None and written.next_on <= written.assessed_on:
        raise Refused("The next one comes after this one. Check the two days.")
    about = {*(one.pk for one in written.people), *now.people.values_list("pk", flat=True)}
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=about,
        purpose=task_of(by, [now.case.service_id]),
    )
    AssessmentAnswer.objects.filter(assessment=now).delete()
    AssessmentPerson.objects.filter(assessment=now).delete()
    _write_people(now, written.people)
    _write_answers(now, written.answers)
    Assessment.objects.filter(pk=now.pk).update(saves=now.saves + 1, **written.words)
    assessment.refresh_from_db()
    return True


def _says(now: Assessment, written: Written) -> bool:
    """Whether exactly this stands in it."""
    given = {one.question_id: one.given for one in _answers_of(now)}
    sent = {q.pk: value for q, value in written.answers.items() if value is not None}
    people = set(now.people.values_list("pk", flat=True))
    words = all(getattr(now, name) == value for name, value in written.words.items())
    return words and given == sent and people == {one.pk for one in written.people}


def _check(
    case: Case, questionnaire: Questionnaire, people: list[Person], assessed_on: date
) -> None:
    if assessed_on > timezone.localdate():
        raise Refused(f"{plain(assessed_on)} has not come yet. Write the day it was done.")
    if not people:
        raise Refused("Say whom it is about: at least one person.")
    if questionnaire.kind == Questionnaire.Kind.OUTCOMES and len(people) > 1:
        raise Refused("Outcomes are measured for one person at a time: choose one.")
    part = set(case.case_people.values_list("person_id", flat=True))
    for person in people:
        if person.pk not in part:
            raise Refused(f"{person} is not part of {case.reference}: add them to the case first.")


def _lock_draft(assessment: Assessment) -> None:
    now = Assessment.objects.select_for_update(no_key=True).filter(pk=assessment.pk).first()
    if now is None:
        raise Refused("Somebody has thrown this draft away already.")
    if now.status != AssessmentStatus.DRAFT:
        raise Refused("It is final and stays. If something in it is wrong, correct it.")


def _write_people(assessment: Assessment, people: Iterable[Person]) -> None:
    AssessmentPerson.objects.bulk_create(
        AssessmentPerson(assessment=assessment, person=person) for person in people
    )


def _write_answers(assessment: Assessment, answers: Mapping[Question, Given]) -> None:
    AssessmentAnswer.objects.bulk_create(
        AssessmentAnswer(assessment=assessment, **as_row(question, given))
        for question, given in answers.items()
        if given is not None
    )


def _answers_of(assessment: Assessment) -> list[AssessmentAnswer]:
    return list(assessment.answers.select_related("question"))


def _after(questionnaire: Questionnaire, day: date) -> date | None:
    weeks = questionnaire.repeat_after_weeks
    return day + timedelta(weeks=weeks) if weeks else None


def _ask_for_the_next(assessment: Assessment, *, by: User) -> None:
    """End the tasks that asked for this one, and ask for the next by the day that was written."""
    case, questionnaire = assessment.case, assessment.questionnaire
    link = f"{reverse('assessments:assessment-add', args=[case.reference])}?form={questionnaire.pk}"
    asked = Task.objects.filter(case=case, link=link, status=TaskStatus.OPEN)
    for task in asked.select_related("case", "person"):
        finish_task(task=task, by=by)
    if assessment.next_on is not None:
        add_task(
            kind=TaskKind.REVIEW,
            what=f"{questionnaire}: the next one is due",
            for_user=by,
            service=case.service,
            due_on=assessment.next_on,
            case=case,
            link=link,
            by=by,
        )


def _note(
    verb: Verb, action: Action, what: Any, *, case: Case, people: Iterable[Any], by: User
) -> None:
    record(
        verb,
        by=by,
        action=action,
        record=what,
        people=people,
        purpose=task_of(by, [case.service_id]),
    )
