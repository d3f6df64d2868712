"""Doors of the other rights: a rectification, the erasure of a request, what is portable, reading together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.closed import closed
from cases.kinds import KINDS
from cases.models import CaseNote, NotePerson, Person, SourceKind
from cases.permissions import can_see_entries
from cases.queries.people import gather as gather_person
from cases.queries.purposes import for_task
from core.errors import Refused
from core.privacy import Section
from core.references import RECTIFICATION, as_now
from sar.desk_permissions import (
    can_decide_erasure,
    can_take_portable,
    may_see_erasure,
    rectifications_of,
)
from sar.kinds import Requester
from sar.models import ErasureItem, Rectification, RightsRequest
from sar.pack.copy import circle_of
from sar.pack.gather import GatherFailed, gather
from sar.pack.held import Item
from sar.permissions import requests_of
from sar.together import without_others

# What the person themself gave us (UK GDPR Art 20(1)): their details, their answers, their words.
PROVIDED = frozenset(
    {
        "cases.Person",
        "cases.PersonName",
        "cases.Address",
        "cases.ContactPoint",
        "cases.SensitiveDetail",
        "cases.Statement",
        "assessments.Assessment",
        "consent.Consent",
        "sar.RightsRequest",
    }
)
# What we wrote beside it ("rings after nine only") is not.
OUR_REMARKS = {"cases.ContactPoint": "notes"}
# Told in confidence, or about others: not for a view that is looked at together.
NOT_TOGETHER = frozenset({Section.SAFEGUARDING, Section.REQUESTS})


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One item, and what is decided about it."""

    item: Item
    decision: ErasureItem | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Everything held about the person of an erasure request, with the decisions."""

    request: RightsRequest
    rows: list[ErasureRow]
    can_decide: bool

    def row(self, key: str) -> ErasureRow | None:
        return next((row for row in self.rows if row.item.key == key), None)


@dataclass(frozen=True, slots=True)
class Together:
    """What is looked at together with the person; `left_out` is how much is not in it."""

    person: Person
    items: list[Item]
    left_out: int


def entry_disputed(rectification: Rectification) -> Any:
    """The entry that a rectification is about."""
    return KINDS[rectification.noun].model._base_manager.get(reference=rectification.entry)


def open_rectification(reference: str, *, look: Look) -> Rectification:
    """Open a rectification; NotYours (404, logged) unless it was sent to `look.by` or is theirs to work on."""
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    reference = as_now(RECTIFICATION, reference)
    found = (
        rectifications_of(look.by)
        .filter(reference=reference)
        .select_related("request__person", "for_user", "recorded_by", "decided_by", "statement")
        .first()
    )
    if found is None:
        raise NotYours(
            "No rectification with this reference.",
            look=look,
            record=Rectification,
            people=Rectification.objects.filter(
                reference=reference, request__person__isnull=False
            ).values_list("request__person", flat=True),
            values={"reference": reference},
        )
    about = [found.request.person_id] if found.request.person_id else []
    show(look, [Shown(Verb.RECTIFICATION_READ, found, about)])
    return found


def open_erasure(reference: str, *, look: Look) -> Erasure:
    """Everything about the person of an erasure request, item by item; one entry, about all it names.

    NotYours (404) for a request that does not exist for `look.by`; NotNow (403) for a role that neither
    decides nor approves erasures, and for a request of another kind.
    """
    request, person = open_to_erase(reference, look)
    items = gathered(person)
    decisions = request.erasures.select_related("approved_by")
    decided = {(one.source, one.record_id): one for one in decisions}
    show(
        look.for_purpose(Purpose.RIGHTS_REQUEST),
        [Shown(Verb.ERASURE_READ, request, circle_of(person))],
    )
    return Erasure(
        request=request,
        rows=[ErasureRow(one, decided.get((one.source, one.record_id))) for one in items],
        can_decide=can_decide_erasure(look.by, request),
    )


def open_to_erase(reference: str, look: Look) -> tuple[RightsRequest, Person]:
    """An erasure request and whom it is about; nothing of it is shown yet. Errors as `open_erasure`."""
    request = _request(reference, look, to_see=may_see_erasure)
    if request.person is None or request.kind != "erasure":
        raise NotNow(
            "Nothing is erased for this request.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=request,
        )
    return request, request.person


def take_portable(reference: str, *, look: Look) -> tuple[RightsRequest, list[Item]]:
    """What the person provided, to be given to them (UK GDPR Art 20); that it was taken is in the log.

    NotNow (403) before it is established who asks, and for a request of another kind.
    """
    request = _request(reference, look, to_see=lambda user: user.has_perm("sar.work_requests"))
    if request.person is None or not can_take_portable(look.by, request):
        raise NotNow(
            "What somebody provided is taken out for a request for it, once it is established who asks.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=request,
            people=[request.person_id] if request.person_id else [],
        )
    found = gathered(request.person, is_their_own=request.requester != Requester.PARENT)
    # What was told in their own words, without what is in it of others (UK GDPR Art 20(4)).
    items = [
        *(_without_our_remarks(one) for one in found if one.source in PROVIDED),
        *without_others(_told_by(request.person, found), request.person),
    ]
    show(
        look.for_purpose(Purpose.RIGHTS_REQUEST),
        [Shown(Verb.PORTABLE_TAKEN, request, [request.person_id])],
    )
    return request, items


def open_together(reference: str, *, look: Look) -> Together:
    """The record of a person, made to be looked at together with them (the notice: "on asking").

    Nothing about others or told in confidence is in it (`sar.together`). Errors as
    `cases.queries.people.open_person`; the front desk shows no records.
    """
    found = gather_person(reference, look=look, may=can_see_entries)
    every = gathered(found.person)
    told = [one for one in every if one.section not in NOT_TOGETHER]
    shown = without_others(told, found.person)
    services = {case.service_id for case in found.cases}
    show(
        for_task(look, services).for_purpose(Purpose.RIGHTS_REQUEST),
        [Shown(Verb.RECORD_SHOWN_TOGETHER, found.person, [found.person.pk])],
    )
    return Together(person=found.person, items=shown, left_out=len(every) - len(shown))


def _without_our_remarks(item: Item) -> Item:
    ours = OUR_REMARKS.get(item.source)
    return replace(item, values=tuple(one for one in item.values if one.field != ours))


def _told_by(person: Person, items: Iterable[Item]) -> list[Item]:
    """The notes of what `person` told us themself; of somebody else in the same note it is theirs."""
    notes = [one for one in items if one.source == CaseNote._meta.label]
    # Where nobody is named as the source, a note about them alone was told by them.
    others = NotePerson.objects.filter(note=OuterRef("pk")).exclude(person__in=person.numbers)
    told = set(
        CaseNote._base_manager.filter(
            Q(source_person__in=person.numbers) | Q(~Exists(others), source_person=None),
            pk__in=[one.record_id for one in notes],
            source_kind=SourceKind.PERSON,
        ).values_list("pk", flat=True)
    )
    return [one for one in notes if one.record_id in told]


def gathered(person: Person, *, is_their_own: bool = True) -> tuple[Item, ...]:
    """Everything about `person`, item by item. Refused, naming the source, if something cannot be gathered."""
    try:
        return gather(person, is_their_own=is_their_own).items
    except GatherFailed as failure:
        raise Refused(str(failure)) from None


def _request(reference: str, look: Look, *, to_see: Any) -> RightsRequest:
    user: User = look.by
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    asked = RightsRequest.objects.filter(reference=reference)
    exists = asked.exclude(closed(user, "person")) if to_see(user) else requests_of(user)
    request = (
        exists.filter(reference=reference)
        .select_related("person")
        .prefetch_related("evidence_seen")
        .first()
    )
    about: Iterable[int] = [n for n in asked.values_list("person", flat=True) if n is not None]
    if request is None:
        raise NotYours(
            "No request with this reference.",
            look=look,
            record=RightsRequest,
            people=about,
            values={"reference": reference},
        )
    if not to_see(user):
        raise NotNow(
            "Your role records requests, and the Data Protection Officer works on them.",
            look=look,
            record=request,
            people=about,
        )
    return request
