"""What comes before anything else when a record is opened (features.md P4): the one place that asks.

`alerts_over` is behind the door: a door calls it before it writes its entry, and names in that entry
whomever the alerts name (`AlertsOver.people`). An alert shows whatever else of a record is closed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Alert, CourtOrder, Death, DoNotContact, DoNotDisclose, Person, Seal
from cases.models.standing import stands_on
from cases.permissions import (
    FOR_EVERYBODY,
    alerts_seen,
    can_see_confidential,
    households_of,
    may_break_glass,
    people_of,
)
from cases.queries.purposes import for_task
from core.dates import plain

DANGER = frozenset(
    {
        Alert.Kind.STAFF_RISK,
        Alert.Kind.RISK_FROM,
        Alert.Kind.SAFEGUARDING,
        Alert.Kind.COURT_ORDER,
    }
)
ERROR, WARNING = "error", "warning"  # as components/alert.html calls them


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as a reader meets it; `about` is "" where it is plain whom it is about."""

    title: str
    words: str
    tone: str
    about: str = ""
    facts: tuple[str, ...] = ()
    url: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class AlertsOver:
    """All that hangs over some people: lines, whether there are others that the role does not need,
    the numbers of everybody whom the lines name, and whose record an emergency would open to read the others.
    """

    lines: tuple[Line, ...] = ()
    hidden: bool = False
    people: frozenset[int] = frozenset()
    opens_in_emergency: str = ""


def alerts_over(people: Iterable[Person], *, user: User, on: date) -> AlertsOver:
    """What everybody must know who opens the record of `people`, as far as `user` needs to know it.

    Their own alerts, those of a household they are part of, court orders that name them, and markers
    against contact and disclosure. The front desk sees what endangers staff, what was marked for it, and what
    it must not do; in an emergency every alert.
    A household's alert reaches another service only where it endangers staff, and names nobody there.
    """
    asked = {person.pk: person for person in people}
    alerts = list(_alerts(asked, user, on))
    seen = alerts_seen(user, alerts, of=set(asked))
    orders = list(_orders(asked, on))
    named = _visible({alert.person_id for alert in seen} - asked.keys(), user) | asked.keys()
    several = len(asked) > 1
    lines = [_alert_line(alert, on, named=named, asked=asked) for alert in seen]
    if can_see_confidential(user):
        lines += [_order_line(order) for order in orders]
    lines += [_death_line(death, several=several) for death in _died(asked)]
    lines += [_seal_line(seal, several=several) for seal in _seals(asked)]
    lines += [_no_disclosure_line(marker, several=several) for marker in _untold(asked, on)]
    lines += [_no_contact_line(marker, several=several) for marker in _unreached(asked, on)]
    about = {alert.person_id for alert in seen} & named
    if can_see_confidential(user):
        about |= {one.person_id for order in orders for one in order.order_people.all()}
    return AlertsOver(
        lines=tuple(sorted(lines, key=lambda line: line.tone)),
        hidden=len(seen) < len(alerts) or (bool(orders) and not can_see_confidential(user)),
        people=frozenset(about),
        opens_in_emergency=_whose_emergency(asked, user) if len(seen) < len(alerts) else "",
    )


def alerts_to_review(user: User, *, on: date) -> QuerySet[Alert]:
    """Alerts of people who exist for `user`, whose review is overdue on the day `on`. Not for pages
    as they are: the door that lists them writes the entry.
    """
    return (
        reviews_overdue(on=on)
        .filter(person__in=people_of(user))
        .select_related("person")
        .order_by("review_on", "pk")
    )


def reviews_overdue(*, on: date) -> QuerySet[Alert]:
    """Every alert that still holds and should have been looked at before the day `on`."""
    return Alert.objects.filter(stands_on(on), review_on__lt=on)


def open_alert(reference: str, *, look: Look, may: Callable[[User], bool] | None = None) -> Alert:
    """Open one alert, of whatever age, and write that `look.by` did.

    NotYours (404, logged) if the person does not exist for them or their role does not need it; NotNow
    (403, logged) if it is theirs to see and not to do what the page is for (`may`).
    """
    user: User = look.by
    alert = (
        Alert.objects.filter(reference=reference, person__in=people_of(user))
        .select_related("person", "household__service", "recorded_by", "reviewed_by", "ended_by")
        .first()
    )
    if alert is None or not alerts_seen(user, [alert], of={alert.person_id}):
        people = Person.objects.filter(alerts__reference=reference)
        raise NotYours(
            "No alert with this reference.",
            look=look,
            record=Alert,
            people=people,
            values={"reference": reference},
        )
    if may is not None and not may(user):
        raise NotNow(
            "Your role reads this alert and does not change it.",
            look=look,
            record=alert,
            people=[alert.person_id],
            values={"reference": reference, "asked": may.__name__},
        )
    services = alert.person.cases.values_list("service_id", flat=True)
    show(for_task(look, set(services)), [Shown(Verb.ALERT_READ, alert, [alert.person_id])])
    return alert


def open_order(
    reference: str, *, look: Look, may: Callable[[User], bool] | None = None
) -> CourtOrder:
    """Open one court order that names somebody who exists for `look.by`; as `open_alert`."""
    user: User = look.by
    found = (
        CourtOrder.objects.filter(reference=reference)
        .select_related("seen_by", "recorded_by", "ended_by")
        .prefetch_related("order_people__person")
        .first()
    )
    people = [one.person_id for one in found.order_people.all()] if found else []
    exists = people_of(user, among=Person.objects.filter(pk__in=people)).exists()
    if found is None or not exists or not can_see_confidential(user):
        raise NotYours(
            "No court order with this reference.",
            look=look,
            record=CourtOrder,
            people=people,
            values={"reference": reference},
        )
    if may is not None and not may(user):
        raise NotNow(
            "Your role reads this order and does not change it.",
            look=look,
            record=found,
            people=people,
            values={"reference": reference, "asked": may.__name__},
        )
    services = CourtOrder.objects.filter(pk=found.pk).values_list(
        "people__cases__service", flat=True
    )
    show(
        for_task(look, {number for number in services if number}),
        [Shown(Verb.COURT_ORDER_READ, found, people)],
    )
    return found


def orders_of(person: Person) -> list[CourtOrder]:
    """Every court order that names `person`, in force or over, the newest first."""
    return list(
        CourtOrder.objects.filter(people=person)
        .select_related("seen_by")
        .prefetch_related("order_people__person")
    )


def orders_between(person: Person, other: Person, *, on: date) -> list[CourtOrder]:
    """Orders in force on the day `on` that are about one of the two and bind the other (N17)."""
    orders = (
        CourtOrder.objects.filter(stands_on(on), people=person)
        .filter(order_people__person=other)
        .prefetch_related("order_people__person")
        .distinct()
    )
    return [
        order
        for order in orders
        if len(
            {one.part for one in order.order_people.all() if one.person_id in _both(person, other)}
        )
        == 2
    ]


def _both(person: Person, other: Person) -> set[int]:
    return {person.pk, other.pk}


def _alerts(asked: Iterable[int], user: User, on: date) -> QuerySet[Alert]:
    household = Q(
        household__case_people__person__in=asked, household__case_people__left_on=None
    ) & (Q(kind__in=FOR_EVERYBODY) | Q(household__in=households_of(user)))
    return (
        Alert.objects.filter(stands_on(on))
        .filter(Q(person__in=asked) | household)
        .select_related("person", "household")
        .distinct()
    )


def _orders(asked: Iterable[int], on: date) -> QuerySet[CourtOrder]:
    return (
        CourtOrder.objects.filter(stands_on(on), people__in=asked)
        .prefetch_related("order_people__person")
        .distinct()
    )


def _untold(asked: Iterable[int], on: date) -> QuerySet[DoNotDisclose]:
    return DoNotDisclose.objects.filter(stands_on(on), person__in=asked).select_related(
        "person", "to_person", "to_agency"
    )


def _unreached(asked: Iterable[int], on: date) -> QuerySet[DoNotContact]:
    return DoNotContact.objects.filter(stands_on(on), person__in=asked).select_related("person")


def _seals(asked: Iterable[int]) -> QuerySet[Seal]:
    return Seal.objects.filter(person__in=asked, lifted_at=None).select_related("person")


def _whose_emergency(asked: dict[int, Person], user: User) -> str:
    one = next(iter(asked.values())) if len(asked) == 1 else None
    return str(one.reference) if one is not None and may_break_glass(user) else ""


def _visible(people: set[int], user: User) -> set[int]:
    if not people:
        return set()
    found = people_of(user, among=Person.objects.filter(pk__in=people))
    return set(found.values_list("pk", flat=True))


def _alert_line(alert: Alert, on: date, *, named: set[int], asked: dict[int, Person]) -> Line:
    about = ""
    if alert.person_id not in named:
        about = "about somebody of the same household"
    elif len(asked) > 1 or alert.person_id not in asked:
        about = f"about {alert.person}"
    if about and alert.household_id:
        about = f"{about}, for the whole household"
    overdue = alert.review_on < on
    told = "They know of this alert." if alert.was_told else "They do not know of this alert."
    review = f"{'Review was due' if overdue else 'Review by'} {plain(alert.review_on)}."
    return Line(
        title=alert.get_kind_display(),
        words=alert.words,
        tone=ERROR if alert.kind in DANGER else WARNING,
        about=about,
        facts=(told, review),
        url=alert.get_absolute_url() if alert.person_id in named else "",
        is_overdue=overdue,
    )


def _order_line(order: CourtOrder) -> Line:
    bound = order.against_in_words
    until = f"until {plain(order.until)}" if order.until else "without an end"
    facts = (
        f"About {order.about_in_words}.",
        *((f"It binds {bound}.",) if bound else ()),
        f"Made {plain(order.since)}, {until}.",
    )
    return Line(
        title=order.get_kind_display(),
        words=order.says,
        tone=ERROR,
        facts=facts,
        url=order.get_absolute_url(),
    )


def _seal_line(seal: Seal, *, several: bool) -> Line:
    return Line(
        title="Sealed record",
        words="Only colleagues named on the seal see this record. Speak of it to nobody else.",
        tone=WARNING,
        about=f"about {seal.person}" if several else "",
    )


def _no_disclosure_line(marker: DoNotDisclose, *, several: bool) -> Line:
    whom = f"about {marker.person} " if several else ""
    return Line(
        title="Do not disclose",
        words=f"Nothing {whom}may go to {marker.recipient_in_words}.",
        tone=ERROR,
        facts=(marker.reason, *_until(marker.until)),
    )


def _no_contact_line(marker: DoNotContact, *, several: bool) -> Line:
    whom = f" {marker.person}" if several else ""
    how = "at all" if marker.barred == DoNotContact.Barred.ANY else marker.get_barred_display()
    return Line(
        title="Do not contact",
        words=f"Do not contact{whom} {how[0].lower()}{how[1:]}.",
        tone=WARNING,
        facts=(marker.reason, *_until(marker.until)),
    )


def _until(day: date | None) -> tuple[str, ...]:
    return (f"Until {plain(day)}.",) if day else ()


def _died(people: Iterable[int]) -> QuerySet[Death]:
    return Death.objects.filter(person__in=people, taken_back_at=None).select_related("person")


def _death_line(death: Death, *, several: bool) -> Line:
    return Line(
        title="Has died",
        words=f"On {plain(death.died_on)}. Nothing is sent to them.",
        tone=ERROR,
        about=str(death.person) if several else "",
    )
