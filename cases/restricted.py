"""What may be used although it is restricted, asked by every list, page, figure and export (Art 18).

Managers of models stay plain, since filtered ones leak through joins and break saves; whoever asks for
records asks here which of them are usable, and by whom: a member of staff with a live grant, or a
machine (`by=None`), which never has one. The pack, the leak check and the check for doubles see everything and say
their reason (`names_in_full`). See docs/adr/0021.
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from cases.kinds import KINDS, kind_of, people_of_entry
from cases.models import (
    Case,
    CaseNote,
    CasePerson,
    HeldPassages,
    Person,
    Restriction,
    RestrictionGrant,
)
from cases.models.restriction import TARGETS
from cases.passages import Span, places_of
from cases.passages import without as cut
from cases.written import spans_kept
from core.privacy import ABOUT_SOMEBODY, declaration_of
from core.worded import Slot, day_for, holds, numbers

HELD_BACK = "[held back: restricted]"


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """The person's own request for what is held about them: the reason is their consent (Art 18(2)).

    What is restricted for somebody else stays out of it, also where both are in one record. Made anew for each
    gathering: `words` are the questions that were put into words for it (`core.worded`).
    """

    person: Person
    words: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def theirs(self) -> Q:
        """The restrictions of their record, and of cases and entries about them."""
        numbers = self.person.numbers
        return (
            Q(person__in=numbers)
            | Q(case__people__in=numbers)
            | Q(note__people__in=numbers)
            | Q(contact__people__in=numbers)
            | Q(decision__case__people__in=numbers)
            | Q(document__people__in=numbers)
        )


# Who asks: a member of staff, who may have leave; a request; or a machine, which never has leave.
type Reader = User | OwnRequest | None
type Asking = Reader | Slot  # or the place of any member of staff in a question (core.worded)


def live() -> QuerySet[Restriction]:
    """The restrictions that last."""
    return Restriction.objects.filter(lifted_at=None)


def target_of(of: Any) -> str | None:
    """What of TARGETS `of` is; None where records of its kind are not restricted."""
    return next(
        (
            name
            for name in TARGETS
            if isinstance(of, Restriction._meta.get_field(name).related_model)  # type: ignore[arg-type]
        ),
        None,
    )


def people_over(of: Any) -> list[int]:
    """The numbers of everybody whom a person, case or entry is about."""
    if isinstance(of, Person):
        return [of.pk]
    if isinstance(of, Case):
        return list(of.case_people.values_list("person_id", flat=True))
    return people_of_entry(of)


def restrictions_over(of: Any) -> list[Restriction]:
    """Every restriction that lasts and bars the use of `of`: its own, its people’s and its case’s."""
    target = target_of(of)
    if target is None:
        return []
    found = live().filter(person__in=people_over(of)) | live().filter(**{target: of})
    if case := getattr(of, "case", None):
        found |= live().filter(case=case)
    return list(found.distinct())


def grants_of(user: User | Slot) -> QuerySet[RestrictionGrant]:
    """What `user` may use today although it is restricted."""
    today = day_for(user)
    return RestrictionGrant.objects.filter(
        worker=user, ended_at=None, since__lte=today, until__gte=today
    )


def bars(by: Asking) -> QuerySet[Restriction]:
    """The restrictions that last and that `by` has no leave to pass."""
    if by is None:
        return live()
    if isinstance(by, OwnRequest):
        return live().exclude(by.theirs)
    # As a list: of something looked up for each row the database makes a join, which takes longer to plan.
    return live().exclude(pk__in=grants_of(by).order_by().values("restriction"))


def barred_people(by: Reader) -> QuerySet[Person]:
    """Everybody whose whole record is restricted for `by`."""
    return Person.objects.filter(pk__in=numbers(_people_barred, by))


def usable_people(people: QuerySet[Person], *, by: Reader) -> QuerySet[Person]:
    """Those of `people` whose records may be used."""
    return people.exclude(pk__in=numbers(_people_barred, by))


def usable_cases(cases: QuerySet[Case], *, by: Reader) -> QuerySet[Case]:
    """Those of `cases` that are not restricted, by themselves or with everybody in them."""
    return cases.exclude(pk__in=numbers(_cases_barred, by))


def barred_cases(by: Reader) -> QuerySet[Case]:
    """Every case that is restricted for `by`, by itself or with everybody in it."""
    return Case.objects.filter(pk__in=numbers(_cases_barred, by))


def usable[Rows: QuerySet[Any]](rows: Rows, *, by: Reader) -> Rows:
    """Those of `rows`, of any declared model, that are about nobody and no case that is restricted.

    A row that hangs on a family's case stays as long as it does not name the restricted person.
    """
    label = rows.model._meta.label
    for path in _people(label):
        rows = rows.exclude(**{f"{path}__in": numbers(_people_barred, by)})
    if path := _case(label):
        rows = rows.exclude(**{f"{path}__in": numbers(_cases_barred, by)})
        rows = _naming_nobody(rows, by)
    return rows


def usable_entries[Rows: QuerySet[Any]](rows: Rows, *, by: Reader) -> Rows:
    """Those of `rows` (notes, contacts, decisions or documents) that may be shown; then `hold_back`.

    An entry about several people shows when somebody has gone through it for the one who is restricted.
    """
    noun = next(kind.noun for kind in KINDS.values() if kind.model is rows.model)
    rows = rows.exclude(case__in=numbers(_cases_barred, by))
    rows = rows.exclude(pk__in=numbers(_entries_barred, by, noun=noun))
    return _naming_nobody(rows, by, noun)


def hold_back(entries: Iterable[Any], *, by: Reader) -> None:
    """Take out of `entries`, as they are shown, the passages held back for somebody restricted.

    Only what is in memory: entries are final, and the database refuses to write them.
    """
    entries = list(entries)
    held: dict[tuple[str, int], list[str]] = {}
    numbers = [entry.pk for entry in entries]
    for one in HeldPassages.objects.filter(restriction__in=bars(by), record_id__in=numbers):
        held.setdefault((one.noun, one.record_id), []).extend(one.passages)
    for entry in entries:
        passages = held.get((kind_of(entry).noun, entry.pk))
        if passages is None:
            continue
        for name in texts_of(type(entry)):
            text = getattr(entry, name)
            if not isinstance(text, str):
                continue
            if name == "body" and isinstance(entry, CaseNote):
                held_back = [
                    Span(*at, "held") for words in passages for at in places_of(words, text)
                ]
                text, spans = cut(
                    text, [*spans_kept(entry), *held_back], frozenset({"held"}), HELD_BACK
                )
                shown = frozenset(one for one in spans if one.kind != "held")
                entry.spans_shown = shown  # type: ignore[attr-defined]  # read by spans_kept
            setattr(entry, name, without(text, passages))


def hold_back_case(case: Case, people: Iterable[Person]) -> None:
    """Take out of the words about `case`, as they are shown, every mention of those of `people` who are
    restricted and whom the reader may not name. Only what is in memory.
    """
    hidden = [one for one in people if one.is_named_by_number]
    if hidden:
        hold_back_mentions(case, hidden)


def hold_back_mentions(case: Case, people: Iterable[Person]) -> None:
    """Take out of the words about `case`, as they are shown, every mention of `people`, who are restricted."""
    patterns = list(live().filter(person__in=people).values_list("mentions", flat=True))
    for name in texts_of(Case):
        for pattern in patterns:
            text = getattr(case, name)
            setattr(
                case,
                name,
                re.sub(pattern.replace(r"\y", r"\b"), HELD_BACK, text, flags=re.IGNORECASE),
            )


def without(text: str, passages: Iterable[str]) -> str:
    """`text` with `passages` held back wherever they stand."""
    for words in sorted(passages, key=len, reverse=True):
        for start, end in reversed(list(places_of(words, text))):
            text = text[:start] + HELD_BACK + text[end:]
    return text


def usable_in[Rows: QuerySet[Any]](rows: Rows, *, by: Reader) -> Rows:
    """Those of `rows` that may be used, whatever they are: people, cases, entries, or anything about them."""
    if rows.model is Person:
        return usable_people(rows, by=by)  # type: ignore[return-value]  # rows of people
    if rows.model is Case:
        return usable_cases(rows, by=by)  # type: ignore[return-value]  # rows of cases
    if any(kind.model is rows.model for kind in KINDS.values()):
        return usable_entries(rows, by=by)
    return usable(rows, by=by)


def is_barred(record: Any, *, by: Reader) -> bool:
    """Whether `record` may not be used by `by`."""
    rows = type(record)._base_manager.filter(pk=record.pk)
    if isinstance(record, Person):
        return not usable_people(rows, by=by).exists()
    if isinstance(record, Case):
        return not usable_cases(rows, by=by).exists()
    if any(isinstance(record, kind.model) for kind in KINDS.values()):
        return not usable_entries(rows, by=by).exists()
    return not usable(rows, by=by).exists()


def texts_of(model: type[models.Model]) -> tuple[str, ...]:
    """The free texts of `model` that may name somebody."""
    return _texts(model._meta.label)


@cache
def _texts(label: str) -> tuple[str, ...]:
    model = apps.get_model(label)
    labels = declaration_of(model).labels
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField | JSONField | ArrayField)
        and not isinstance(field, models.GeneratedField)
        and not field.choices
        and labels[field.name] in ABOUT_SOMEBODY
    )


@cache
def _people(label: str) -> tuple[str, ...]:
    """The paths from a row of a model to those whom it is about by itself, and not by its case."""
    return tuple(
        "pk" if path == "self" else path
        for path in declaration_of(apps.get_model(label)).about
        if "case__people" not in path
    )


@cache
def _case(label: str) -> str:
    """The path from a row of a model to its case; "" if it has none."""
    for column in apps.get_model(label)._meta.concrete_fields:
        if column.remote_field and column.related_model is Case and column.name == "case":
            return "case"
    return ""


def _naming_nobody[Rows: QuerySet[Any]](rows: Rows, by: Reader, noun: str = "") -> Rows:
    """Those of `rows` in whose words nobody of their case is named who is restricted."""
    texts = texts_of(rows.model)
    if not texts:
        return rows
    return rows.exclude(holds(_names_somebody, by, of=("pk", "case_id", *texts), noun=noun))


# --- Questions (core.worded) ----------------------------------------------------------------------


def _people_barred(by: Asking) -> QuerySet[Any]:
    return bars(by).filter(person__isnull=False).order_by().values("person")


def _cases_barred(by: Asking) -> QuerySet[Any]:
    """Cases restricted themselves, and those with somebody restricted in them and nobody who is not."""
    themselves = bars(by).filter(case__isnull=False).order_by().values("case")
    others = CasePerson.objects.filter(case=OuterRef("case")).exclude(person__in=_people_barred(by))
    whole = CasePerson.objects.filter(person__in=_people_barred(by)).exclude(Exists(others))
    return themselves.union(whole.order_by().values("case"), all=True)


def _entries_barred(by: Asking, noun: str) -> QuerySet[Any]:
    """Entries restricted themselves; about restricted people alone; and about one of them and others, while
    nobody has gone through them.
    """
    kind = KINDS[noun]
    barred = [bars(by).filter(**{f"{noun}__isnull": False}).order_by().values(noun)]
    if kind.about == "people":
        field: Any = kind.model._meta.get_field(kind.about)
        through = field.remote_field.through
        of_same = through._base_manager.filter(**{noun: OuterRef(noun)})
        about = through._base_manager.filter(person__in=_people_barred(by))
        alone = about.exclude(Exists(of_same.exclude(person__in=_people_barred(by))))
        unmarked = _unmarked(by, noun, OuterRef(OuterRef(noun))).filter(person=OuterRef("person"))
        barred += [
            alone.order_by().values(noun),
            about.filter(Exists(unmarked)).order_by().values(noun),
        ]
    return barred[0].union(*barred[1:], all=True) if barred[1:] else barred[0]


def _unmarked(by: Asking, noun: str, entry: Any) -> QuerySet[Restriction]:
    """The restrictions for which nobody has gone through `entry`, the number of a note or the like."""
    gone_through = HeldPassages.objects.filter(
        restriction=OuterRef("pk"), noun=noun, record_id=entry
    )
    return bars(by).exclude(Exists(gone_through))


def _names_somebody(by: Asking, row: Any, case: Any, *texts: Any, noun: str) -> Exists:
    """Somebody in `case` is restricted and named in one of `texts`; of entries (`noun`), unless somebody
    has gone through `row` for them.
    """
    in_case = CasePerson.objects.filter(case=case, person=OuterRef("person_id"))
    said: list[Any] = []
    for text in texts:
        said += [Cast(text, models.TextField()), Value(" \x1f ")]
    return Exists(
        (_unmarked(by, noun, row) if noun else bars(by))
        .filter(Exists(in_case))
        .alias(said=Concat(*said, output_field=models.TextField()))
        .filter(said__iregex=F("mentions"))
        .exclude(mentions="")
    )
