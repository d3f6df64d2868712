"""Taking a whole file back out of the record, where nothing rests on what it brought in."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.log import entry_for, insert, record
from audit.models import Entry
from audit.verbs import Action, Verb
from cases.models import Person
from core import workflow
from core.errors import Refused
from imports.actions.files import WHY
from imports.models import Import, Imported, ImportRow
from imports.workflow import IMPORT_MOVES, ImportMove, Status

MOST_REASONS = 20
BATCH = 1000


@transaction.atomic
def undo(*, batch: Import, by: User) -> Import:
    """Everything that the file brought in goes again, or nothing does.

    Refused with a reason for each row on which something was written since: those rows, and so the file,
    stay. The log keeps that they were there.
    """
    now = Import.objects.select_for_update().get(pk=batch.pk)
    if now.status != Status.UNDOING:
        raise Refused(f"{batch} is “{now.get_status_display()}” now.")
    made = _made(batch)
    # Nobody writes about them meanwhile.
    list(Person.objects.select_for_update().filter(pk__in=made.get(Person, {})).order_by("pk"))
    if reasons := sorted({*_rests_on(made), *_changed_since(now, made)}):
        raise Refused(_in_words(reasons))
    record(Verb.IMPORT_UNDONE, by=by, action=Action.DELETE, record=batch, purpose=WHY)
    entries = [
        entry_for(
            Verb.IMPORTED_RECORD_REMOVED,
            by=by,
            action=Action.DELETE,
            record=model(pk=number),
            people=[number] if model is Person else [],
            purpose=WHY,
        )
        for model, numbers in made.items()
        for number in numbers
    ]
    if entries:
        insert(entries)
    ImportRow.objects.filter(batch=batch).update(answer="", existing=None)
    for model in reversed(made):
        numbers = list(made[model])
        for begin in range(0, len(numbers), BATCH):
            # Looked through above: nothing rests on them, so no collecting of what does.
            rows = model._base_manager.filter(pk__in=numbers[begin : begin + BATCH])
            rows._raw_delete(rows.db)  # noqa: SLF001
    Imported.objects.filter(batch=batch).delete()
    workflow.make(
        batch, IMPORT_MOVES[ImportMove.FINISH_UNDOING], finished=timezone.now(), failure=""
    )
    return batch


@transaction.atomic
def keep(*, batch: Import, sentence: str, by: Actor) -> None:
    """The file could not be taken back, for the reasons in `sentence`, and stays as it is."""
    record(Verb.IMPORT_FAILED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.KEEP], failure=sentence)


def _made(batch: Import) -> dict[type[models.Model], dict[int, int]]:
    """Table by table, in the order of writing: the number of each record made, with its row."""
    made: dict[type[models.Model], dict[int, int]] = {}
    rows = batch.made.filter(was_made=True).order_by("pk")
    for table, number, row in rows.values_list("table", "record", "row"):
        made.setdefault(apps.get_model(table), {})[number] = row
    return made


def _rests_on(made: dict[type[models.Model], dict[int, int]]) -> Iterator[tuple[int, str]]:
    """Rows of any table that name a record of the file and were not brought in with it."""
    relation: Any
    for model, numbers in made.items():
        for relation in model._meta.get_fields(include_hidden=True):
            other: Any = relation.related_model
            if not (relation.one_to_many or relation.one_to_one) or relation.concrete:
                continue
            if other is ImportRow:
                continue
            ours = made.get(other, {})
            names = relation.field.name
            found = other._base_manager.filter(**{f"{names}__in": list(numbers)})
            for key, on in found.values_list("pk", f"{names}_id"):
                if key not in ours:
                    noun = str(other._meta.verbose_name)
                    yield numbers[on], f"a {noun} was written about it since"


def _changed_since(
    batch: Import, made: dict[type[models.Model], dict[int, int]]
) -> Iterator[tuple[int, str]]:
    """Records of the file that somebody has changed since, as the log says."""
    for model, numbers in made.items():
        changed = Entry.objects.filter(
            record=model._meta.label,
            record_id__in=list(numbers),
            action=Action.UPDATE.value,
            pk__gt=batch.last_entry or 0,
        )
        for number in changed.values_list("record_id", flat=True).distinct():
            yield numbers[number or 0], "somebody changed it since"


def _in_words(reasons: list[tuple[int, str]]) -> str:
    shown = "; ".join(f"row {row}: {why}" for row, why in reasons[:MOST_REASONS])
    more = f"; and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    return f"Nothing was undone. {shown[:1].upper()}{shown[1:]}{more}."
