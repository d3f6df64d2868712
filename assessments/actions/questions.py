"""Defining what is asked: sets of questions, their editions, and the questions of a draft (S6, P46, P8).

An edition that was in use never changes, so whoever answered in it is read in the words they were asked.
What changes is a new edition: it begins with the same questions under the same keys.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from assessments.models import Edition, Question, Questionnaire
from assessments.workflow import EDITION_MOVES, EditionMove, EditionStatus
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Service
from core import workflow
from core.errors import Refused

SCORED = re.compile(r"^(?P<words>.+?)\s*=\s*(?P<score>-?\d{1,4})$")
# Kinds of questions whose answers come to a number.
COUNTS = frozenset({Question.Kind.NUMBER, Question.Kind.CHOICE, Question.Kind.SEVERAL})
# A question of which nothing else is said.
PLAIN: dict[str, Any] = {
    "section": "",
    "wording": "",
    "help_text": "",
    "kind": Question.Kind.TEXT,
    "is_required": False,
    "lowest": None,
    "highest": None,
    "unit": "",
    "low_words": "",
    "high_words": "",
    "is_scored": False,
    "category": Question.Category.PERSONAL,
    "reason": "",
}


@transaction.atomic
def add_questionnaire(
    *,
    name: str,
    kind: str,
    service: Service | None = None,
    purpose: str = "",
    repeat_after_weeks: int | None = None,
    by: User,
) -> Questionnaire:
    """A new set of questions, with an empty draft in which they are written."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Write a name for the set of questions.")
    if Questionnaire.objects.filter(name__iexact=name).exists():
        raise Refused(f"There is a set of questions called “{name}” already.")
    if kind == Questionnaire.Kind.SERVICE:
        if service is None:
            raise Refused("Say which service asks these questions.")
        if service.questionnaires.filter(kind=kind).exists():
            raise Refused(f"{service} has its questions already: change those.")
        repeat_after_weeks = None
    _note(Verb.QUESTIONNAIRE_ADDED, Action.CREATE, Questionnaire, by)
    made = Questionnaire.objects.create(
        name=name,
        kind=kind,
        service=service,
        purpose=purpose.strip(),
        repeat_after_weeks=repeat_after_weeks,
    )
    Edition.objects.create(questionnaire=made, number=1)
    return made


@transaction.atomic
def change_questionnaire(
    *,
    questionnaire: Questionnaire,
    purpose: str,
    repeat_after_weeks: int | None,
    is_open: bool,
    by: User,
) -> Questionnaire:
    """Say anew what it is for, how often it is repeated, and whether it is still asked."""
    if questionnaire.kind == Questionnaire.Kind.SERVICE:
        repeat_after_weeks = None
    after = {
        "purpose": purpose.strip(),
        "repeat_after_weeks": repeat_after_weeks,
        "is_open": is_open,
    }
    _note(
        Verb.QUESTIONNAIRE_CHANGED,
        Action.UPDATE,
        questionnaire,
        by,
        values={name: [getattr(questionnaire, name), value] for name, value in after.items()},
    )
    Questionnaire.objects.filter(pk=questionnaire.pk).update(**after)
    questionnaire.refresh_from_db()
    return questionnaire


@transaction.atomic
def begin_edition(*, questionnaire: Questionnaire, by: User) -> Edition:
    """A draft that begins with the questions in use. Nothing changes for anybody until it is put into use."""
    _lock(questionnaire)
    if questionnaire.editions.filter(status=EditionStatus.DRAFT).exists():
        raise Refused("There is a draft already: change the questions in it.")
    before = questionnaire.editions.order_by("-number").first()
    _note(Verb.EDITION_BEGUN, Action.CREATE, questionnaire, by)
    draft = Edition.objects.create(
        questionnaire=questionnaire, number=before.number + 1 if before else 1
    )
    copied = list(before.questions.all()) if before else []
    for question in copied:
        question.pk, question.edition = None, draft
        question._state.adding = True
    Question.objects.bulk_create(copied)
    return draft


@transaction.atomic
def put_into_use(*, questionnaire: Questionnaire, by: User) -> Edition:
    """From now on the questions of the draft are asked; the edition before is kept for its answers."""
    draft = _draft_of(questionnaire)
    if not draft.questions.exists():
        raise Refused("The draft has no question yet. Add one first.")
    if questionnaire.kind == Questionnaire.Kind.OUTCOMES and not any(
        question.kind == Question.Kind.NUMBER for question in draft.questions.all()
    ):
        raise Refused("A measure of outcomes needs a number or a scale to be shown as a picture.")
    _note(Verb.EDITION_PUBLISHED, Action.UPDATE, draft, by)
    for used in questionnaire.editions.filter(status=EditionStatus.IN_USE):
        workflow.make(used, EDITION_MOVES[EditionMove.REPLACE])
    workflow.make(
        draft,
        EDITION_MOVES[EditionMove.PUBLISH],
        published_at=timezone.now(),
        published_by=by,
    )
    return draft


@transaction.atomic
def add_question(
    *, questionnaire: Questionnaire, options: str = "", by: User, **words: Any
) -> Question:
    """Write one more question into the draft, at its end."""
    draft = _draft_of(questionnaire)
    row = _checked(words, options, before=None)
    _note(Verb.QUESTION_ADDED, Action.CREATE, draft, by)
    last = draft.questions.aggregate(last=Max("place"))["last"] or 0
    return Question.objects.create(
        edition=draft, key=_new_key(questionnaire), place=last + 1, **row
    )


@transaction.atomic
def change_question(*, question: Question, options: str = "", by: User, **words: Any) -> Question:
    """Word a question of a draft anew. It keeps its key, so answers compare with those before."""
    _check_draft(question)
    row = _checked(words, options, before=question)
    if row["kind"] != question.kind and _was_asked(question):
        raise Refused(
            "This question was answered before as “"
            f"{question.get_kind_display().lower()}”. Take it out and add a new question instead."
        )
    _note(Verb.QUESTION_CHANGED, Action.UPDATE, question, by)
    Question.objects.filter(pk=question.pk).update(**row)
    question.refresh_from_db()
    return question


@transaction.atomic
def take_out_question(*, question: Question, by: User) -> Question:
    """Leave a question out of the draft; what was answered to it before stays."""
    _check_draft(question)
    _note(Verb.QUESTION_TAKEN_OUT, Action.DELETE, question, by)
    Question.objects.filter(pk=question.pk).delete()
    return question


@transaction.atomic
def move_question(*, question: Question, up: bool, by: User) -> Question:
    """Ask a question of a draft one place earlier, or later."""
    _check_draft(question)
    order = list(question.edition.questions.order_by("place", "pk"))
    here = order.index(question)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        raise Refused("It stands at that end already.")
    _note(Verb.QUESTION_MOVED, Action.UPDATE, question, by)
    order[here], order[there] = order[there], order[here]
    for place, one in enumerate(order, 1):
        Question.objects.filter(pk=one.pk).exclude(place=place).update(place=place)
    question.refresh_from_db()
    return question


# --- What must hold -----------------------------------------------------------------------------------


def _note(verb: Verb, action: Action, what: Any, by: User, **more: Any) -> None:
    record(verb, by=by, action=action, record=what, purpose=Purpose.MANAGEMENT, **more)


def _lock(questionnaire: Questionnaire) -> None:
    """Two who change one set of questions go one after the other."""
    Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)


def _draft_of(questionnaire: Questionnaire) -> Edition:
    _lock(questionnaire)
    draft = questionnaire.editions.filter(status=EditionStatus.DRAFT).first()
    if draft is None:
        raise Refused("The questions in use do not change. Begin a new edition of them first.")
    return draft


def _check_draft(question: Question) -> None:
    draft = _draft_of(question.edition.questionnaire)
    if question.edition_id != draft.pk:
        raise Refused("This question was in use and stays as it was asked.")


def _was_asked(question: Question) -> bool:
    of_set = Question.objects.filter(edition__questionnaire=question.edition.questionnaire)
    return of_set.filter(key=question.key).exclude(edition=question.edition).exists()


def _new_key(questionnaire: Questionnaire) -> str:
    """A key that no edition has used, so that no old answer is taken for an answer to this."""
    used = Question.objects.filter(edition__questionnaire=questionnaire).values_list(
        "key", flat=True
    )
    return f"q{max((int(key[1:]) for key in used), default=0) + 1}"


def _checked(words: dict[str, Any], options: str, *, before: Question | None) -> dict[str, Any]:
    """The columns of a question as they are kept; Refused where they cannot stand together."""
    row = {**PLAIN, **words}
    for name in ("section", "wording", "help_text", "unit", "low_words", "high_words", "reason"):
        row[name] = " ".join(row[name].split())
    if not row["wording"]:
        raise Refused("Write the question.")
    if row["kind"] != Question.Kind.NUMBER:
        row |= {"lowest": None, "highest": None, "unit": "", "low_words": "", "high_words": ""}
    if row["kind"] not in COUNTS:
        row["is_scored"] = False
    _check_limits(row["lowest"], row["highest"], row["low_words"] or row["high_words"])
    row["options"] = []
    if row["kind"] in {Question.Kind.CHOICE, Question.Kind.SEVERAL}:
        row["options"] = _options(options.splitlines(), before)
    protected = {Question.Category.SPECIAL, Question.Category.OFFENCE}
    if row["category"] in protected and not row["reason"]:
        raise Refused(
            "Say why you ask: the law protects this kind of information more (UK GDPR Art 9 and "
            "Art 10)."
        )
    return row


def _check_limits(lowest: Decimal | None, highest: Decimal | None, named: str) -> None:
    if lowest is not None and highest is not None and lowest >= highest:
        raise Refused("The highest number must be above the lowest.")
    if named and (lowest is None or highest is None):
        raise Refused("A scale whose ends mean something needs its lowest and its highest number.")


def _options(lines: Iterable[str], before: Question | None) -> list[dict[str, Any]]:
    """The answers to choose from, as typed: one a line, a score after “=” where it counts."""
    told: list[tuple[str, int | None]] = []
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        scored = SCORED.match(line)
        told.append((scored["words"], int(scored["score"])) if scored else (line, None))
    return _keyed(told, before)


def _keyed(told: list[tuple[str, int | None]], before: Question | None) -> list[dict[str, Any]]:
    """The answers with their keys. One that keeps its words, or its place in a list of the same length,
    keeps its key, so that old and new answers compare.
    """
    if len(told) < 2:
        raise Refused("Write at least two answers to choose from, one a line.")
    if len({words.lower() for words, _ in told}) != len(told):
        raise Refused("Two of the answers are the same. Write each once.")
    known = before.choices if before else ()
    by_words = {one.words.lower(): one.key for one in known}
    used = set(by_words.values())
    keys: list[str] = []
    for place, (words, _) in enumerate(told):
        key = by_words.get(words.lower())
        if key is None and len(known) == len(told):
            still = {one.lower() for one, _ in told}
            reworded = known[place]
            key = None if reworded.words.lower() in still else reworded.key
        if key is None or key in keys:
            key = f"a{max((int(each[1:]) for each in used), default=0) + 1}"
            used.add(key)
        keys.append(key)
    return [
        {"key": key, "words": words, "score": score}
        for key, (words, score) in zip(keys, told, strict=True)
    ]
