"""The draft of somebody who is not signed in: only the cookie of their task opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import QueryDict

from core.dates import plain
from sar.models import PublicDraft
from sar.public.sealing import Typed, hash_of, unseal
from sar.public.tasks import PublicTask, Step


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and what was answered, in words."""

    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A step as it stands on the page that checks the answers."""

    step: Step
    answers: list[Answer]


def open_draft(task: PublicTask, secret: str, *, now: datetime) -> Typed | None:
    """What was typed so far in `task`; None where there is nothing, or no more."""
    if not secret:
        return None
    draft = PublicDraft.objects.filter(
        key_hash=hash_of(secret), task=task.slug, expires__gt=now
    ).first()
    return unseal(bytes(draft.body), secret) if draft else None


def form_of(step: Step, typed: Typed | None) -> forms.Form | None:
    """The form of `step` as it was typed; None if it was not yet."""
    given = (typed or {}).get(step.slug)
    return step.form(as_query(given)) if given is not None else None


def first_missing(task: PublicTask, typed: Typed | None) -> Step | None:
    """The first step that has no good answer yet; None when all have."""
    for step in task.steps:
        form = form_of(step, typed)
        if form is None or not form.is_valid():
            return step
    return None


def answers_of(task: PublicTask, typed: Typed) -> list[Answered]:
    """Every question with its answer, to be checked before it is sent."""
    found = []
    for step in task.steps:
        form = form_of(step, typed)
        if form is not None and form.is_valid():
            found.append(Answered(step, [_answer(form, name) for name in form.fields]))
    return found


def as_query(given: Mapping[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, several in given.items():
        query.setlist(name, several)
    return query


def _answer(form: forms.Form, name: str) -> Answer:
    field, value = form.fields[name], form.cleaned_data[name]
    choices = {} if isinstance(field, forms.ModelChoiceField) else _choices(field)
    if isinstance(value, bool):
        words = "Yes" if value else "No"
    elif isinstance(value, list):
        words = "\n".join(str(choices[one]) for one in value)
    elif isinstance(value, date):
        words = plain(value)
    elif value is None:
        words = ""
    else:
        words = str(choices.get(value, value))
    return Answer(str(field.label), words)


def _choices(field: forms.Field) -> dict[str, str]:
    return dict(getattr(field, "choices", ()))
