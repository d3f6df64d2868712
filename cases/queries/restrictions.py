"""What is shown of a restricted record: that it is, and its alerts and court orders; and to the Data
Protection Officer the entries about several people, to be gone through.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.kinds import KINDS, KindOfEntry, people_of_entry
from cases.models import CasePerson, HeldPassages, Person, Restriction
from cases.models.restriction import LONGEST_GRANT
from cases.permissions import can_restrict, people_restricted
from cases.queries.alerts import AlertsOver, alerts_over
from cases.queries.entries import versions_of
from cases.queries.purposes import for_task
from cases.queries.timeline import Told, told_by
from cases.restricted import live, texts_of
from core.dates import plain


@dataclass(frozen=True, slots=True)
class Marker:
    """What everybody who would see a restricted record sees of it."""

    reference: str
    since: datetime
    alerts: AlertsOver


@dataclass(frozen=True, slots=True)
class ToGoThrough:
    """An entry about several people, whole, to say what of it is held back; `proposed` is a beginning."""

    restriction: Restriction
    entry: Any
    told: Told
    texts: list[str]
    proposed: list[str]


def open_marker(reference: str, *, look: Look) -> Marker:
    """The marker of a restricted person, with the alerts over them; the look is in the log.

    NotYours (404, logged) for anybody else, also for whoever has leave: they open the record itself.
    """
    asked = Person.objects.filter(reference=reference)
    person = people_restricted(look.by, among=asked).first()
    if person is None:
        raise NotYours(
            "No restricted record with this reference.",
            look=look,
            record=Person,
            people=asked,
            values={"reference": reference},
        )
    since = live().filter(person=person).values_list("recorded_at", flat=True).get()
    alerts = alerts_over([person], user=look.by, on=timezone.localdate())
    services = person.cases.values_list("service_id", flat=True)
    show(
        for_task(look, set(services)),
        [Shown(Verb.RESTRICTED_READ, person, {person.pk, *alerts.people})],
    )
    return Marker(reference=person.reference, since=since, alerts=alerts)


def to_go_through(restriction: Restriction) -> list[tuple[str, str]]:
    """The entries about several people that nobody has gone through for `restriction`: noun, reference.

    Numbers alone: what they say is opened one by one.
    """
    if restriction.person_id is None or not restriction.is_live:
        return []
    return [
        (noun, reference)
        for noun, kind in KINDS.items()
        for reference in _of_several(kind, restriction)
        .order_by("pk")
        .values_list("reference", flat=True)
    ]


def open_to_go_through(reference: str, noun: str, entry: str, *, look: Look) -> ToGoThrough:
    """Open an entry about several people, whole, for whoever says what of it is held back.

    NotNow (403, logged) for anybody but who restricts records; NotYours (404, logged) where there is no
    such entry to go through.
    """
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    if not can_restrict(look.by):
        raise NotNow("Your role does not restrict records.", look=look, record=Restriction)
    restriction = live().filter(reference=reference, person__isnull=False).first()
    kind = KINDS.get(noun)
    found = _of_several(kind, restriction) if kind and restriction else None
    number = found.filter(reference=entry).values_list("pk", flat=True).first() if found else None
    if restriction is None or kind is None or number is None:
        raise NotYours(
            "There is nothing here to go through.",
            look=look,
            record=Restriction,
            values={"reference": reference, "entry": entry},
        )
    opened = next(one for one in versions_of(kind, number) if one.pk == number)
    texts = [_in_words(getattr(opened, name)) for name in texts_of(kind.model)]
    show(look, [Shown(kind.read, opened, people_of_entry(opened))])
    return ToGoThrough(
        restriction=restriction,
        entry=opened,
        told=told_by(opened, reader=look.by),
        texts=[text for text in texts if text],
        proposed=list(_naming(restriction, texts)),
    )


def _in_words(value: Any) -> str:
    """A text of an entry, or the words of a list, as somebody reads them."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _of_several(kind: KindOfEntry, restriction: Restriction) -> QuerySet[Any]:
    """Entries about others as well as the restricted person, or that name them in a case of theirs."""
    person = restriction.person_id
    gone_through = HeldPassages.objects.filter(
        restriction=restriction, noun=kind.noun, record_id=OuterRef("pk")
    )
    rows = kind.model._base_manager.filter(~Exists(gone_through), corrected_by=None)
    others = CasePerson.objects.filter(case=OuterRef("case")).exclude(person=person)
    named = Q()
    for name in texts_of(kind.model):
        named |= Q(**{f"{name}__iregex": restriction.mentions})
    in_their_cases = rows.filter(Exists(others), case__people=person)
    if kind.about == "people":
        model: Any = kind.model
        of_others = model.people.through.objects.exclude(person=person).values(kind.noun)
        of_them = model._base_manager.filter(people=person).values("pk")
        return in_their_cases.filter(
            (Q(pk__in=of_them) & Q(pk__in=of_others)) | (~Q(pk__in=of_them) & named)
        ).distinct()
    return in_their_cases.filter(named).distinct()


def _naming(restriction: Restriction, texts: Iterable[str]) -> Iterable[str]:
    """The sentences of `texts` that name the restricted person."""
    pattern = re.compile(restriction.mentions.replace(r"\y", r"\b"), re.IGNORECASE)
    for text in texts:
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", text):
            if pattern.search(sentence):
                yield sentence.strip()


def refusal_of_leave(until: date) -> str:
    """Why nobody gets leave until that day, as a sentence; "" where they may."""
    today = timezone.localdate()
    if until < today:
        return f"{plain(until)} is past. Give the last day on which they may use it."
    if until > today + LONGEST_GRANT:
        return f"Leave is given for 28 days at most: until {plain(today + LONGEST_GRANT)}."
    return ""
