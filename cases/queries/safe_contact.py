"""How somebody may be reached, and who may be told about them (features.md N1, P42, P45).

The one place that decides. Letters, reminders, exports and packs ask here and never read addresses,
numbers or markers themselves:

    ways = reach(person, on=today)
    ways.by(Means.POST).allowed       # may a letter go to them?
    ways.by(Means.POST).addresses     # where to: a safe address alone, where one is recorded
    ways.by(Means.EMAIL).points       # the e-mail addresses at which a message is safe
    ways.by(Means.MESSAGE).why        # why not, as a sentence for whoever wanted to
    ways.by(Means.POST).warnings      # what the sender must know all the same

    answer = may_be_told(Recipient(person=father), about=[mother, child], on=today)
    answer.allowed, answer.because, answer.warnings

`reach_many` answers for a whole list of people in the same number of queries as for one.

Behind the door: called after a door has opened the record of the people, and the entry of that opening
covers it. Nothing is written here. An address may be one that must not be given to anybody
(`Address.is_confidential`): a page shows it to `cases.permissions.can_see_confidential` alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import (
    Address,
    Agency,
    ContactPoint,
    CourtOrder,
    CourtOrderPerson,
    Death,
    DoNotContact,
    DoNotDisclose,
    Means,
    Person,
    Professional,
)
from cases.models.standing import stands_on
from cases.normal import place_key
from cases.queries.called_alike import Alike, Compared, compared
from core.dates import plain

# Orders that keep whoever they bind away from whomever they protect.
KEEPS_AWAY = frozenset(
    {
        CourtOrder.Kind.NO_CONTACT,
        CourtOrder.Kind.NON_MOLESTATION,
        CourtOrder.Kind.RESTRAINING,
        CourtOrder.Kind.OCCUPATION,
    }
)
SPOKEN = frozenset({ContactPoint.Kind.MOBILE, ContactPoint.Kind.PHONE})


@dataclass(frozen=True, slots=True)
class KeptAway:
    """Somebody who must not hear of a person, and where a letter or call would reach them."""

    name: str
    homes: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of one person that decides how they may be reached; as on one day."""

    person: Person
    addresses: tuple[Address, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    no_contact: tuple[DoNotContact, ...] = ()
    no_disclosure: tuple[DoNotDisclose, ...] = ()
    orders: tuple[CourtOrder, ...] = ()
    kept_away: tuple[KeptAway, ...] = ()
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Whether somebody may be reached by one means, and where; `why` says why not.

    `for_safety` is true where it is closed to keep them safe, and not for want of an address.
    """

    means: Means
    allowed: bool
    addresses: tuple[Address, ...] = ()
    points: tuple[ContactPoint, ...] = ()
    why: str = ""
    for_safety: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Every way to one person, open or closed."""

    person: Person
    ways: Mapping[Means, Way]

    def by(self, means: Means) -> Way:
        return self.ways[means]

    @property
    def is_barred(self) -> bool:
        """Whether nothing at all may reach them."""
        return not any(way.allowed for way in self.ways.values())


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom something would go: a person of the record, an agency, a professional, or a name."""

    person: Person | None = None
    agency: Agency | None = None
    professional: Professional | None = None
    words: str = ""

    @property
    def name(self) -> str:
        if one := self.person or self.professional:
            return str(one)
        return ", ".join(filter(None, [self.words, str(self.agency or "")]))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which a marker may mean them: their own, their agency's, whole and alone."""
        worker = self.professional
        agency = worker.agency if worker else self.agency
        found = (
            self.person.name_on_record if self.person else "",
            worker.name if worker else "",
            str(worker or ""),
            agency.name if agency else "",
            self.words,
        )
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def agency_number(self) -> int | None:
        if self.professional is not None:
            return self.professional.agency.number_now
        return self.agency.number_now if self.agency is not None else None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Whether something about people may go to a recipient: not if there is a sentence in `because`.

    `maybe` says of whom the recipient may be, under another spelling: what is shared with them needs the
    sender's word how they know that it is somebody else. `warnings`, these among them, are for whoever sends
    it all the same: they have to look before they do.
    """

    because: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.because


# --- Asking ---------------------------------------------------------------------------------------


def reach(person: Person, *, on: date) -> Reach:
    """How `person` may be reached on the day `on`."""
    return reach_many([person], on=on)[person.pk]


def reach_many(people: Iterable[Person], *, on: date) -> dict[int, Reach]:
    """How each of `people` may be reached on the day `on`, by their number."""
    return {number: decide_reach(known) for number, known in known_of(people, on=on).items()}


def may_be_told(recipient: Recipient, *, about: Iterable[Person], on: date) -> Disclosure:
    """Whether something about each of `about` may go to `recipient` on the day `on`."""
    homes = (
        Address.objects.filter(person=recipient.person)
        if recipient.person
        else Address.objects.none()
    )
    lives_at = frozenset(_key(one) for one in _so(homes, on))
    known = known_of(about, on=on).values()
    return decide_disclosure(
        recipient, known, lives_at=lives_at, near=names_compared(recipient, known)
    )


def names_compared(recipient: Recipient, about: Iterable[Known]) -> Compared:
    """How near each name of the recipient is to the name of whoever must not hear of somebody in `about`."""
    barred = [
        name
        for known in about
        for name in (
            *(marker.recipient_in_words for marker in known.no_disclosure),
            *(one for order in known.orders for one in _names_bound_by(order)),
        )
    ]
    return compared((name, other) for name in barred for other in recipient.names)


def known_of(people: Iterable[Person], *, on: date) -> dict[int, Known]:
    """What decides for each of `people` on the day `on`, by their number."""
    asked = {person.pk: person for person in people}
    untold = _by_person(
        DoNotDisclose.objects.filter(stands_on(on), person__in=asked).select_related(
            "to_person", "to_agency"
        )
    )
    orders = _orders(asked, on)
    away = {
        number: [
            *(one.to_person for one in untold.get(number, ()) if one.to_person),
            *(who for order in orders.get(number, ()) for who in _bound_by(order)),
        ]
        for number in asked
    }
    everybody = {*asked, *(who.pk for each in away.values() for who in each)}
    addresses = _by_person(_so(Address.objects.filter(person__in=everybody), on))
    points = _by_person(_so(ContactPoint.objects.filter(person__in=everybody), on))
    died = dict(
        Death.objects.filter(person__in=asked, taken_back_at=None).values_list("person", "died_on")
    )
    no_contact = _by_person(DoNotContact.objects.filter(stands_on(on), person__in=asked))

    def kept(who: Person) -> KeptAway:
        return KeptAway(
            name=who.name_on_record,
            homes=frozenset(_key(one) for one in addresses.get(who.pk, ())),
            numbers=frozenset(one.value_sought for one in points.get(who.pk, ())),
        )

    return {
        number: Known(
            person=person,
            addresses=tuple(addresses.get(number, ())),
            points=tuple(points.get(number, ())),
            no_contact=tuple(no_contact.get(number, ())),
            no_disclosure=tuple(untold.get(number, ())),
            orders=tuple(orders.get(number, ())),
            kept_away=tuple(kept(who) for who in away[number]),
            died_on=died.get(number),
        )
        for number, person in asked.items()
    }


# --- Deciding: functions of what is known, without a table -----------------------------------------


def decide_reach(known: Known) -> Reach:
    """Every way to the person of `known`, open or closed."""
    ways = {means: _decide(known, means) for means in Means}
    return Reach(person=known.person, ways=ways)


def decide_disclosure(
    recipient: Recipient,
    about: Iterable[Known],
    *,
    near: Compared,
    lives_at: frozenset[str] = frozenset(),
) -> Disclosure:
    """Whether something about everybody in `about` may go to `recipient`, who lives at `lives_at`.

    Names are as `near` each other as was found out. The same name forbids; one that may be another spelling
    of it forbids until somebody says how they know better; other markers in words warn. Nobody is kept from
    what is about themselves.
    """
    because: dict[str, None] = {}
    maybe: dict[str, None] = {}
    warnings: dict[str, None] = {}
    for known in about:
        if recipient.person is not None and recipient.person.pk == known.person.pk:
            continue
        for marker in known.no_disclosure:
            sentence = (
                f"Nothing about {known.person} may go to {marker.recipient_in_words}: "
                f"{marker.reason}"
            )
            meant = _is_meant(marker, recipient, near)
            if meant:
                because[sentence] = None
            elif meant is None:
                maybe[f"{sentence} {recipient.name} may be the same in another spelling."] = None
            elif marker.to_words:
                warnings[f"{sentence} Make sure that {recipient.name} is somebody else."] = None
        for order in known.orders:
            sentence = f"{order} keeps {recipient.name} away from {known.person}: {order.says}"
            bound = _is_bound(order, recipient, near)
            if bound:
                because[sentence] = None
            elif bound is None:
                maybe[f"{sentence} Whom it names may be {recipient.name} in another spelling."] = (
                    None
                )
        warnings |= dict.fromkeys(
            f"{recipient.name} lives with {who.name}, who must not hear of {known.person}."
            for who in known.kept_away
            if who.homes & lives_at and who.name != recipient.name
        )
    return Disclosure(because=tuple(because), maybe=tuple(maybe), warnings=(*maybe, *warnings))


def _decide(known: Known, means: Means) -> Way:
    if known.died_on is not None:
        why = f"{known.person} died on {plain(known.died_on)}. Write to the family instead."
        return Way(means, allowed=False, why=why)
    bar = next(
        (one for one in known.no_contact if one.barred in {DoNotContact.Barred.ANY, str(means)}),
        None,
    )
    if bar is not None:
        until = f" until {plain(bar.until)}" if bar.until else ""
        why = f"{bar}{until}: {bar.reason}"
        return Way(means, allowed=False, why=why, for_safety=True)
    return WAYS[means](known, means)


def _by_post(known: Known, means: Means) -> Way:
    """A safe address alone where there is one; else the one for letters; else where they live."""
    for kind in (Address.Kind.SAFE, Address.Kind.POST, Address.Kind.HOME):
        if places := [one for one in known.addresses if one.kind == kind]:
            return _at(known, means, places)
    return Way(means, allowed=False, why=f"No address of {known.person} is recorded.")


def _at(known: Known, means: Means, places: list[Address]) -> Way:
    watched = {home: who.name for who in known.kept_away for home in who.homes}
    safe = [place for place in places if _key(place) not in watched]
    if not safe:
        who = watched[_key(places[0])]
        why = f"{who} lives there too, and must not hear of {known.person}."
        return Way(means, allowed=False, why=why, for_safety=True)
    warnings = []
    if any(place.is_confidential for place in safe):
        warnings.append(
            "The address must not be given to anybody: it stands on the envelope alone, and on no "
            "copy for others."
        )
    return Way(means, allowed=True, addresses=tuple(safe), warnings=tuple(warnings))


def _by_visit(known: Known, means: Means) -> Way:
    homes = [one for one in known.addresses if one.kind == Address.Kind.HOME]
    if not homes:
        return Way(means, allowed=False, why=f"Where {known.person} lives is not recorded.")
    way = _at(known, means, homes)
    if not way.allowed or not any(one.kind == Address.Kind.SAFE for one in known.addresses):
        return way
    return Way(
        means,
        allowed=True,
        addresses=way.addresses,
        warnings=(
            *way.warnings,
            "They gave a safe address for letters: ask them whether a visit at home is safe.",
        ),
    )


def _by_call(known: Known, means: Means) -> Way:
    numbers = [one for one in known.points if one.kind in SPOKEN]
    if not numbers:
        return Way(means, allowed=False, why=f"No telephone number of {known.person} is recorded.")
    return _on(known, means, numbers)


def _by_message(known: Known, means: Means) -> Way:
    numbers = [one for one in known.points if one.kind in SPOKEN and one.safe_for_messages]
    if not numbers:
        return Way(
            means,
            allowed=False,
            why=f"{known.person} has told us of no number at which a message may be left.",
        )
    return _on(known, means, numbers)


def _by_email(known: Known, means: Means) -> Way:
    email = ContactPoint.Kind.EMAIL
    points = [one for one in known.points if one.kind == email and one.safe_for_messages]
    if not points:
        return Way(
            means,
            allowed=False,
            why=f"{known.person} has told us of no e-mail address at which a message is safe.",
        )
    return _on(known, means, points)


def _on(known: Known, means: Means, points: list[ContactPoint]) -> Way:
    shared = {number: who.name for who in known.kept_away for number in who.numbers}
    safe = [one for one in points if one.value_sought not in shared]
    if not safe:
        who = shared[points[0].value_sought]
        why = f"{who} uses it too, and must not hear of {known.person}."
        return Way(means, allowed=False, why=why, for_safety=True)
    notes = tuple(f"{one.value}: {one.notes}" for one in safe if one.notes)
    return Way(means, allowed=True, points=tuple(safe), warnings=notes)


WAYS: Mapping[Means, Callable[[Known, Means], Way]] = {
    Means.POST: _by_post,
    Means.VISIT: _by_visit,
    Means.CALL: _by_call,
    Means.MESSAGE: _by_message,
    Means.EMAIL: _by_email,
}


def _is_meant(marker: DoNotDisclose, recipient: Recipient, near: Compared) -> bool | None:
    """Whether `marker` means the recipient; None where it may, in another spelling."""
    if marker.to_agency is not None:
        if recipient.agency_number == marker.to_agency.number_now:
            return True
        # "Ainsdale School" is no part of "Ainsdale High School"; it may be short for it.
        return _by_name([marker.to_agency.name], recipient, near, certain=Alike.SAME)
    if marker.to_person_id is not None and recipient.person is not None:
        return recipient.person.pk == marker.to_person_id
    return _by_name([marker.recipient_in_words], recipient, near)


def _is_bound(order: CourtOrder, recipient: Recipient, near: Compared) -> bool | None:
    bound = _bound_by(order)
    if recipient.person is None:
        return _by_name(_names_bound_by(order), recipient, near)
    if any(one.pk == recipient.person.pk for one in bound):
        return True
    return _by_name([order.against_words], recipient, near)


def _by_name(
    names: Iterable[str], recipient: Recipient, near: Compared, *, certain: Alike = Alike.PART
) -> bool | None:
    """Whether one of `names` is the recipient's; None where it may be, in another spelling."""
    found = [near.get((name, other), Alike.NOT) for name in names for other in recipient.names]
    closest = max(found, default=Alike.NOT)
    return True if closest >= certain else None if closest else False


def _key(address: Address) -> str:
    return place_key(address.lines, address.postcode)


def _by_person[Row: (Address, ContactPoint, DoNotContact, DoNotDisclose)](
    rows: Iterable[Row],
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _so[Facts: QuerySet[Any]](facts: Facts, on: date) -> Facts:
    """Those that are so on the day `on`, without their last day: nothing is sent after somebody to
    where they left today.
    """
    return facts.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))


def _orders(people: Iterable[int], on: date) -> dict[int, list[CourtOrder]]:
    """Orders in force that keep somebody away from each of `people`, by the person's number."""
    parts = (
        CourtOrderPerson.objects.filter(
            stands_on(on, "order__"),
            person__in=people,
            part=CourtOrderPerson.Part.ABOUT,
            order__kind__in=KEEPS_AWAY,
        )
        .select_related("order")
        .prefetch_related("order__order_people__person")
        .order_by("pk")
    )
    found: dict[int, list[CourtOrder]] = {}
    for part in parts:
        found.setdefault(part.person_id, []).append(part.order)
    return found


def _bound_by(order: CourtOrder) -> list[Person]:
    against = CourtOrderPerson.Part.AGAINST
    return [one.person for one in order.order_people.all() if one.part == against]


def _names_bound_by(order: CourtOrder) -> list[str]:
    return [
        *(one.name_on_record for one in _bound_by(order)),
        *filter(None, [order.against_words]),
    ]
