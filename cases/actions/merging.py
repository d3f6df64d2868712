"""Two records of one person become one, and two again; and two that only seem to be one are kept apart.

A merge moves every row that names the other person, in every table (`cases.merging`), and notes what
became of each, so that undoing restores each. See docs/adr/0013.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.log import entry_for, insert, record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.merging import SAME_FACTS, chosen_basics, may_be_removed, person_keys
from cases.models import KnownApart, Merge, MergedRow, Person, PersonName, Relationship, Task
from cases.permissions import services_knowing
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.database import next_number
from core.errors import Refused

Fate = MergedRow.Fate
BATCH = 1000  # rows noted in one statement


@transaction.atomic
def merge(
    *, survivor: Person, other: Person, chosen: Mapping[str, str], reason: str, by: User
) -> Merge:
    """Everything about `other` moves to `survivor`, whose record it was; the other number leads there.

    `chosen` says of each basic detail whose value stays. What protects the person adds up: of two rows
    that say the same the stricter one stays. Refused without saying how we know, and where one of them
    was merged already.
    """
    reason = reason.strip()
    survivor, other = _locked(survivor, other)
    _check(survivor, other, reason)
    before, after = survivor.basics, chosen_basics(survivor, other, chosen)
    if not (after["given_names"] or after["family_name"]):
        raise Refused("Choose a name: the given names, the family name, or both.")
    made = Merge(
        pk=next_number(Merge), survivor=survivor, other=other, reason=reason, recorded_by=by
    )
    record(
        Verb.PEOPLE_MERGED,
        by=by,
        action=Action.UPDATE,
        record=survivor,
        people=[survivor, other],
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"before": before, "after": after, "other": other.basics, "merge": made.pk},
    )
    changed = [name for name in before if before[name] != after[name]]
    made.before = _as_json({name: before[name] for name in changed})
    made.after = _as_json({name: after[name] for name in changed})
    made.save(force_insert=True)
    names = {survivor.full_name, other.full_name}
    _move_everything(made, by)
    Person.objects.filter(pk=survivor.pk).update(**{name: after[name] for name in changed})
    Person.objects.filter(pk=other.pk).update(merged_into=survivor)
    survivor.refresh_from_db()
    _keep_names(made, names, by)
    _finish_proposals(survivor, other, by)
    made.refresh_from_db()
    return made


@transaction.atomic
def undo_merge(*, merge: Merge, reason: str, by: User) -> Merge:
    """They were two people after all: each row goes back to the number it had.

    What was written since stays with the survivor, and so does a detail changed since. Refused where a
    later merge rests on this one, and where a row cannot go back any more.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the two are two people after all.")
    survivor, other = _locked(merge.survivor, merge.other)
    now = Merge.objects.get(pk=merge.pk)
    if now.is_undone:
        raise Refused(f"{now} was undone before. Somebody may have done it just now: look again.")
    if survivor.merged_into_id is not None:
        raise Refused(
            f"{survivor.reference} was merged into another record since. Undo that merge first."
        )
    record(
        Verb.MERGE_UNDONE,
        by=by,
        action=Action.UPDATE,
        record=survivor,
        people=[survivor, other],
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"merge": now.pk, "reason": reason},
    )
    Merge.objects.filter(pk=now.pk).update(
        undone_at=timezone.now(), undone_by=by, undone_because=reason
    )
    Person.objects.filter(pk=other.pk).update(merged_into=None)
    kept = _as_json(survivor.basics)
    back = {name: value for name, value in now.before.items() if kept[name] == now.after[name]}
    Person.objects.filter(pk=survivor.pk).update(**back)
    try:
        with transaction.atomic():
            _move_back(now, by)
    except (IntegrityError, ProtectedError):
        raise Refused(
            "Something was written since that stands in the way: the same is recorded of both now. "
            "Ask whoever looks after the system; nothing has been changed."
        ) from None
    merge.refresh_from_db()
    return merge


@transaction.atomic
def keep_apart(*, person: Person, other: Person, by: User) -> KnownApart:
    """Somebody looked, and the two are two people: they are not listed as doubles again."""
    one, two = sorted((person, other), key=lambda each: each.pk)
    if one.pk == two.pk:
        raise Refused("This is one record. Choose another person.")
    if KnownApart.objects.filter(one=one, other=two).exists():
        raise Refused("It is written down already that these are two people.")
    record(
        Verb.PEOPLE_KEPT_APART,
        by=by,
        action=Action.CREATE,
        record=KnownApart,
        people=[one, two],
    )
    _finish_proposals(one, two, by)
    return KnownApart.objects.create(one=one, other=two, said_by=by)


@transaction.atomic
def propose_merge(*, person: Person, other: Person, reason: str, by: User) -> list[Task]:
    """A worker thinks that two records are of one person, and asks those who may merge them."""
    reason = reason.strip()
    if person.pk == other.pk:
        raise Refused("This is one record. Choose another person.")
    if not reason:
        raise Refused("Say how you know that they are one person.")
    link = _page_of(person, other)
    services = list(services_knowing(person, other))
    if not services:
        raise Refused(
            "Neither of them is in a case or referral yet, so no service has a manager to ask. Ask the "
            "Data Protection Officer."
        )
    if _proposals(person, other):
        raise Refused("This has been proposed already and waits for a decision.")
    return [
        add_task(
            kind=TaskKind.DOUBLE,
            what=f"Look whether {person.reference} and {other.reference} are one person: {reason}",
            service=service,
            person=person,
            link=link,
            by=by,
        )
        for service in services
    ]


def _page_of(person: Person, other: Person) -> str:
    """The page on which the two stand side by side."""
    return f"{reverse('cases:person-merge', args=[person.reference])}?with={other.reference}"


def _proposals(one: Person, other: Person) -> list[Task]:
    """The tasks that still ask whether the two are one person, whichever number was to stay."""
    links = (_page_of(one, other), _page_of(other, one))
    return list(Task.objects.filter(link__in=links, status=TaskStatus.OPEN))


def _finish_proposals(one: Person, other: Person, by: User) -> None:
    for task in _proposals(one, other):
        finish_task(task=task, by=by)


def _locked(survivor: Person, other: Person) -> tuple[Person, Person]:
    """Both records, held until the transaction ends: no row can be written about either meanwhile."""
    both = Person.objects.select_for_update().filter(pk__in=(survivor.pk, other.pk))
    found = {person.pk: person for person in both.order_by("pk")}
    return found[survivor.pk], found[other.pk]


def _check(survivor: Person, other: Person, reason: str) -> None:
    if survivor.pk == other.pk:
        raise Refused("This is one record already. Choose another person.")
    for person in (survivor, other):
        if person.merged_into_id is not None:
            raise Refused(f"{person.reference} has been merged already. Look again.")
    if not reason:
        raise Refused("Say how you know that they are one person.")


def _move_everything(made: Merge, by: User) -> None:
    for model, field in person_keys():
        _clear_the_way(made, model, field, by)
        _move(made, model, field, by)


def _clear_the_way(made: Merge, model: type[models.Model], field: models.Field, by: User) -> None:
    """Of two rows that would say the same, remove the one that says less or is less careful."""
    for row in _rows(model, field, made.other_id):
        twin = _twin_of(row, made)
        if twin is not None:
            _remove(made, twin if _is_stricter(row, twin) else row, field, by)
        elif isinstance(row, Relationship) and {row.person_id, row.other_id} == {
            made.survivor_id,
            made.other_id,
        }:
            # Nobody is related to themselves.
            _remove(made, row, field, by)


def _twin_of(row: Any, made: Merge) -> models.Model | None:
    """The row of the survivor that says the same as `row` of the other, if there is one."""
    model = type(row)
    if isinstance(row, Relationship):
        if row.until is not None:
            return None
        ends = [
            made.survivor_id if number == made.other_id else number
            for number in (row.person_id, row.other_id)
        ]
        alike = Q(person=ends[0], other=ends[1], kind=row.kind)
        return model._base_manager.filter(alike, until=None).exclude(pk=row.pk).first()
    same = SAME_FACTS.get(model)
    if same is None or row.until is not None:
        return None
    alike = Q(**{column: getattr(row, column) for column in same.columns})
    return model._base_manager.filter(alike, person=made.survivor_id, until=None).first()


def _is_stricter(row: Any, twin: Any) -> bool:
    """Whether `row` protects, or says, more than its twin."""
    if isinstance(row, Relationship):
        return row.parental_responsibility and not twin.parental_responsibility
    stricter = SAME_FACTS[type(row)].stricter
    return stricter is not None and stricter(row) and not stricter(twin)


def _move(made: Merge, model: type[models.Model], field: models.Field, by: User) -> None:
    numbers = list(_rows(model, field, made.other_id).values_list("pk", flat=True))
    if not numbers:
        return
    if _led(model, field, numbers, made.survivor_id):
        _note(made, model, field, numbers, Fate.MOVED)
        return
    # Something stands in the way of one of them: one by one.
    for number in numbers:
        if _led(model, field, [number], made.survivor_id):
            _note(made, model, field, [number], Fate.MOVED)
            continue
        row = model._base_manager.get(pk=number)
        if not (may_be_removed(model) and _remove(made, row, field, by)):
            _note(made, model, field, [number], Fate.STAYED)


def _led(model: type[models.Model], field: models.Field, numbers: list[Any], to: int) -> bool:
    """Lead these rows to the person `to`; False, with nothing changed, if a rule of the table says no."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=numbers).update(**{field.name: to})
    except IntegrityError:
        return False
    return True


def _remove(made: Merge, row: models.Model, field: models.Field, by: User) -> bool:
    """Take a row away that says what another says, and keep a copy; False if something rests on it."""
    content = _copy_of(row)
    record(
        Verb.DOUBLE_REMOVED,
        by=by,
        action=Action.DELETE,
        record=row,
        people=[made.survivor_id, made.other_id],
        purpose=Purpose.CORRECTING_AN_ERROR,
    )
    number = row.pk
    try:
        with transaction.atomic():
            row.delete()
    except (IntegrityError, ProtectedError):
        return False
    MergedRow.objects.create(
        merge=made,
        table=row._meta.label,
        field=field.name,
        row=str(number),
        fate=Fate.DOUBLE,
        content=content,
    )
    return True


def _keep_names(made: Merge, names: set[str], by: User) -> None:
    """Each name that they had on either record and have no more finds them as well."""
    survivor = made.survivor
    survivor.refresh_from_db()
    known = {survivor.full_name, *survivor.other_names.values_list("name", flat=True)}
    for name in sorted(names - known - {""}):
        row = PersonName.objects.create(
            person=survivor, kind=PersonName.Kind.ALIAS, name=name, recorded_by=by
        )
        _note(made, PersonName, PersonName._meta.get_field("person"), [row.pk], Fate.MADE)


def _move_back(merge: Merge, by: User) -> None:
    for model, field, numbers in _moved(merge):
        back = model._base_manager.filter(pk__in=numbers, **{field: merge.survivor_id})
        back.update(**{field: merge.other_id})
    for row in merge.rows.filter(fate=Fate.DOUBLE).order_by("-pk"):
        _put_back(apps.get_model(row.table), row.content)
    made = merge.rows.filter(fate=Fate.MADE)
    if names := [int(number) for number in made.values_list("row", flat=True)]:
        about = [merge.survivor_id]
        insert(
            [
                entry_for(
                    Verb.DOUBLE_REMOVED,
                    by=by,
                    action=Action.DELETE,
                    record=PersonName(pk=number),
                    people=about,
                    purpose=Purpose.CORRECTING_AN_ERROR,
                )
                for number in names
            ]
        )
        PersonName.objects.filter(pk__in=names).delete()


def _moved(merge: Merge) -> Iterator[tuple[type[models.Model], str, list[str]]]:
    """The rows that moved, column by column."""
    moved: dict[tuple[str, str], list[str]] = {}
    for table, field, row in merge.rows.filter(fate=Fate.MOVED).values_list(
        "table", "field", "row"
    ):
        moved.setdefault((table, field), []).append(row)
    for (table, field), numbers in moved.items():
        yield apps.get_model(table), field, numbers


def _rows(model: type[models.Model], field: models.Field, number: int) -> models.QuerySet:
    return model._base_manager.filter(**{field.name: number}).order_by("pk")


def _note(
    made: Merge, model: type[models.Model], field: models.Field, numbers: list[Any], fate: str
) -> None:
    MergedRow.objects.bulk_create(
        (
            MergedRow(
                merge=made, table=model._meta.label, field=field.name, row=str(number), fate=fate
            )
            for number in numbers
        ),
        batch_size=BATCH,
    )


def _copy_of(row: models.Model) -> Any:
    """The row as the database holds it, column by column."""
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(kept)::text FROM {table} AS kept"
            f" WHERE {connection.ops.quote_name(str(row._meta.pk.column))} = %s",
            [row.pk],
        )
        return json.loads(cursor.fetchone()[0])


def _put_back(model: type[models.Model], content: Any) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(
        connection.ops.quote_name(str(field.column))
        for field in model._meta.concrete_fields
        if not field.generated
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns}"
            f" FROM jsonb_populate_record(NULL::{table}, %s::jsonb)",
            [json.dumps(content)],
        )


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a JSON column gives them back: a day as its text."""
    return dict(json.loads(json.dumps(values, cls=DjangoJSONEncoder)))
