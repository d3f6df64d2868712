"""What on record may speak against giving anything to whoever asks: worked out afresh each time (features.md N17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from cases.models import (
    Address,
    Alert,
    CasePerson,
    CaseRole,
    CourtOrderPerson,
    Kinship,
    Person,
    Relationship,
)
from cases.models.standing import stands_on
from cases.queries.responsibility import is_grown_up, is_responsible
from cases.queries.safe_contact import KEEPS_AWAY, Known, known_of
from core.errors import Refused
from safeguarding.models import Concern
from sar.gates import undecided
from sar.kinds import Requester
from sar.models import ConflictWarning, RightsRequest
from sar.pack.copy import circle_of

Kind = ConflictWarning.Kind


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that speaks against it, the record it rests on, and the words for the officer."""

    kind: str
    key: str
    words: str

    @property
    def is_information(self) -> bool:
        """Whether it only tells the officer something: nothing of it has to be decided."""
        return self.kind == Kind.SIBLINGS

    @property
    def to_be_weighed(self) -> str:
        """What the officer has to do about it, in a sentence."""
        return f"There is something on record that has to be weighed first: {self.words} Use “Look for conflicts”, and decide."


def conflicts_of(request: RightsRequest, *, on: date) -> list[Conflict]:
    """Everything on record of the person and of their family and cases that has to be weighed.

    Wider than needed on purpose: the officer decides on each, and one who asks under another's name is
    found in no column.
    """
    person = request.person
    if person is None:
        return []
    circle = list(Person.objects.filter(pk__in=circle_of(person)).order_by("pk"))
    known = known_of(circle, on=on)
    # Whoever asks may have a record that nothing links to the person.
    asker = request.requester_person
    named = circle if asker is None or asker in circle else [*circle, asker]
    found = [
        *_orders(known, named, on),
        *_feared(known, named, on),
        *_concerns(request, person, circle),
        *_addresses(known),
        *_responsibility(request, person, circle, on),
        *_siblings(person, circle, on),
    ]
    return list({one.key: one for one in found}.values())


def new_conflicts(request: RightsRequest, *, on: date) -> list[Conflict]:
    """Those of `conflicts_of` that are not among the warnings of `request` yet."""
    raised = {warning.key for warning in request.warnings.all()}
    return [one for one in conflicts_of(request, on=on) if one.key not in raised]


def check_conflicts(request: RightsRequest) -> None:
    """Refused while a warning is undecided, or one is on record that nobody has seen yet."""
    new = new_conflicts(request, on=timezone.localdate())
    if stops := [one for one in new if not one.is_information]:
        raise Refused(stops[0].to_be_weighed)
    if waiting := undecided(request):
        raise Refused(f"Decide on the warnings first ({len(waiting)}): {waiting[0].words}")


def _orders(known: dict[int, Known], named: list[Person], on: date) -> Iterator[Conflict]:
    for one in known.values():
        for order in one.orders:
            yield Conflict(
                Kind.KEPT_AWAY,
                f"order {order.reference}",
                f"{order.get_kind_display()} {order.reference} protects {one.person}: {order.says}",
            )
    binding = CourtOrderPerson.objects.filter(
        stands_on(on, "order__"),
        person__in=named,
        part=CourtOrderPerson.Part.AGAINST,
        order__kind__in=KEEPS_AWAY,
    ).select_related("order", "person")
    for part in binding:
        order = part.order
        yield Conflict(
            Kind.KEPT_AWAY,
            f"order {order.reference}",
            f"{order.get_kind_display()} {order.reference} binds {part.person}: {order.says}",
        )


# An alert that somebody is feared or kept away, whatever its words say.
ALERTS = {
    Alert.Kind.RISK_FROM: Kind.FEARED,
    Alert.Kind.STAFF_RISK: Kind.FEARED,
    Alert.Kind.SAFEGUARDING: Kind.FEARED,
    Alert.Kind.COURT_ORDER: Kind.KEPT_AWAY,
}


def _feared(known: dict[int, Known], named: list[Person], on: date) -> Iterator[Conflict]:
    for one in known.values():
        for marker in one.no_disclosure:
            yield Conflict(
                Kind.FEARED,
                f"marker {marker.pk}",
                f"Nothing about {one.person} may go to {marker.recipient_in_words}: {marker.reason}",
            )
    alerts = Alert.objects.filter(
        stands_on(on), person__in=named, kind__in=list(ALERTS)
    ).select_related("person")
    for alert in alerts:
        yield Conflict(
            ALERTS[Alert.Kind(alert.kind)],
            f"alert {alert.reference}",
            f"Alert {alert.reference} on {alert.person}, {alert.get_kind_display().lower()}: "
            f"{alert.words}",
        )


def _concerns(request: RightsRequest, person: Person, circle: list[Person]) -> Iterator[Conflict]:
    """Whoever asks may be whom a concern is about: no column says who that is, so each is weighed.

    One about the person is no reason to keep their own record from them; one about others of the file is.
    """
    found = Concern.objects.filter(people__in=circle).distinct().order_by("pk")
    if not request.asked_by_somebody_else:
        found = found.exclude(people=person)
    asker = request.requester_name or person
    for concern in found.prefetch_related("people"):
        whom = ", ".join(sorted(str(one) for one in concern.people.all() if one in circle))
        yield Conflict(
            Kind.FEARED,
            f"concern {concern.reference}",
            f"There is a safeguarding concern for {whom} ({concern.reference}). Make sure that it is not "
            f"about {asker}.",
        )


def _addresses(known: dict[int, Known]) -> Iterator[Conflict]:
    for one in known.values():
        if any(at.kind == Address.Kind.SAFE or at.is_confidential for at in one.addresses):
            yield Conflict(
                Kind.SAFE_ADDRESS,
                f"address {one.person.reference}",
                f"{one.person} has an address that must stay unknown. It must not stand in what goes "
                "out, nor on its envelope for others to see.",
            )


def _responsibility(
    request: RightsRequest, child: Person, circle: list[Person], on: date
) -> Iterator[Conflict]:
    if request.requester != Requester.PARENT:
        return
    asker = request.requester_person
    if asker is None:
        theirs = request.requester_name.casefold().split()
        alike = [one for one in circle if one.name_on_record.casefold().split() == theirs]
        asker = alike[0] if len(alike) == 1 else None
    if asker is None or not is_responsible(asker, child, on=on):
        yield Conflict(
            Kind.NO_RESPONSIBILITY,
            "parental responsibility",
            f"No parental responsibility of {request.requester_name} for {child} is recorded.",
        )


def _siblings(person: Person, circle: list[Person], on: date) -> Iterator[Conflict]:
    """Other children in the file: by their birthday, or as brother, sister or child where it is unknown."""
    said = _said_to_be_children(person)
    for one in circle:
        is_child = not is_grown_up(one, on=on) if one.date_of_birth is not None else one.pk in said
        if one != person and is_child:
            yield Conflict(
                Kind.SIBLINGS,
                f"child {one.reference}",
                f"{one} is in the same file. Information about them is theirs, and not the asker’s.",
            )


def _said_to_be_children(person: Person) -> set[int]:
    """The numbers of brothers and sisters of `person`, and of the children in their cases."""
    kin = Relationship.objects.filter(
        Q(person=person) | Q(other=person), kind=Kinship.SIBLING
    ).values_list("person", "other")
    theirs = CasePerson.objects.filter(person=person).values("case")
    children = CasePerson.objects.filter(case__in=theirs, role=CaseRole.CHILD)
    return {number for pair in kin for number in pair} | set(
        children.values_list("person", flat=True)
    )
