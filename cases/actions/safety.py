"""What keeps people safe in the record: alerts, markers, court orders (features.md P4, N1, S1)."""

from collections.abc import Iterable
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import (
    Agency,
    Alert,
    Case,
    CourtOrder,
    CourtOrderPerson,
    DoNotContact,
    DoNotDisclose,
    Person,
    Task,
)
from cases.models.standing import Standing
from cases.permissions import FOR_EVERYBODY
from cases.queries.alerts import reviews_overdue
from cases.queries.purposes import task_of
from cases.queries.staff import protectors
from cases.task_kinds import TaskKind
from core.database import next_number
from core.dates import add_months, plain
from core.errors import Refused

# An alert that nobody looks at for longer warns of what may be over.
LONGEST_WITHOUT_REVIEW = 12  # months


@transaction.atomic
def raise_alert(
    *,
    person: Person,
    kind: str,
    words: str,
    source: str,
    review_on: date,
    was_told: bool,
    not_told_because: str = "",
    household: Case | None = None,
    for_front_desk: bool = False,
    on: date,
    by: User,
) -> Alert:
    """Warn everybody who opens the record of `person`, or of anybody in `household`; `on` is today.

    The front desk is warned of what endangers staff, and of the rest `for_front_desk`.
    Refused without words or how we know, without a review within a year, without saying why the person
    was not told, for a household they are not part of, and where it says so already.
    """
    words, source = words.strip(), _one_line(source)
    not_told_because = _checked_telling(not_told_because, was_told=was_told)
    _check_alert(words, source, review_on, on)
    if household is not None and not household.case_people.filter(person=person).exists():
        raise Refused(f"{person} is not part of {household.reference}: choose a case of theirs.")
    if person.alerts.filter(kind=kind, words=words, ended_at=None).exists():
        raise Refused("This alert is there already. Review it if something has changed.")
    alert = Alert(
        person=person,
        kind=kind,
        words=words,
        source=source,
        review_on=review_on,
        was_told=was_told,
        not_told_because=not_told_because,
        household=household,
        for_front_desk=for_front_desk or kind in FOR_EVERYBODY,
        since=on,
    )
    return _stand(alert, Verb.ALERT_RAISED, [person], by=by)


@transaction.atomic
def review_alert(
    *,
    alert: Alert,
    words: str,
    source: str,
    review_on: date,
    was_told: bool,
    not_told_because: str = "",
    for_front_desk: bool = False,
    on: date,
    by: User,
) -> Alert:
    """It was looked at again on the day `on`, today, and still holds, as it is now written.

    What it said before goes into the entry. A task that asked for the review is done with it.
    """
    words, source = words.strip(), _one_line(source)
    not_told_because = _checked_telling(not_told_because, was_told=was_told)
    _check_alert(words, source, review_on, on)
    after = {
        "words": words,
        "source": source,
        "review_on": review_on,
        "was_told": was_told,
        "not_told_because": not_told_because,
        "for_front_desk": for_front_desk or alert.kind in FOR_EVERYBODY,
    }
    before = {name: getattr(alert, name) for name in after}
    record(
        Verb.ALERT_REVIEWED,
        by=by,
        action=Action.UPDATE,
        record=alert,
        people=[alert.person_id],
        purpose=_purpose(alert.person_id, by),
        values=_changed(before, after),
    )
    rows = Alert.objects.filter(pk=alert.pk, ended_at=None)
    if rows.update(**after, reviewed_at=timezone.now(), reviewed_by=by) != 1:
        raise Refused("The alert was ended meanwhile. Raise a new one if it is needed.")
    _finish_tasks(alert, by)
    alert.refresh_from_db()
    return alert


@transaction.atomic
def end_alert(*, alert: Alert, reason: str, by: User) -> Alert:
    """It is no longer so, for the reason given; the alert stays readable in the record."""
    _end(alert, Verb.ALERT_ENDED, [alert.person_id], reason=reason, by=by)
    _finish_tasks(alert, by)
    return alert


@transaction.atomic
def ask_for_reviews(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask for every review that is overdue on the day `on`, today, as a task; how many were asked for.

    Of whoever looked at the alert last, and of the service of their newest case; where neither is left,
    of the safeguarding lead. One that was asked for already is not asked for again.
    """
    waiting = Task.objects.filter(kind=TaskKind.REVIEW, ended_at=None)
    asked = set(waiting.values_list("link", flat=True))
    overdue = reviews_overdue(on=on).select_related("person", "recorded_by", "reviewed_by")
    missing = [alert for alert in overdue if alert.get_absolute_url() not in asked]
    for alert in missing:
        looked = alert.reviewed_by or alert.recorded_by
        newest = alert.person.cases.select_related("service").first()
        worker = looked if looked.is_active else None
        service = newest.service if newest else None
        add_task(
            kind=TaskKind.REVIEW,
            what="Look at the alert again: is it still so, and does the person know of it?",
            due_on=on,
            person=alert.person,
            link=alert.get_absolute_url(),
            for_user=worker or (None if service else protectors().first()),
            service=service,
            purpose=Purpose.SAFEGUARDING,
            by=by,
        )
    return len(missing)


@transaction.atomic
def bar_contact(
    *, person: Person, barred: str, reason: str, until: date | None = None, on: date, by: User
) -> DoNotContact:
    """From today, `on`, nobody reaches `person` by these means, until the day `until` if there is one."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: whoever wants to write or ring has to understand it.")
    _check_ahead(until, on)
    if _standing(person.no_contact.filter(barred=barred), on):
        raise Refused("This is marked already. End the marker first to write another one.")
    marker = DoNotContact(person=person, barred=barred, reason=reason, since=on, until=until)
    return _stand(marker, Verb.NO_CONTACT_MARKED, [person], by=by)


@transaction.atomic
def bar_disclosure(
    *,
    person: Person,
    reason: str,
    to_person: Person | None = None,
    to_agency: Agency | None = None,
    to_words: str = "",
    until: date | None = None,
    on: date,
    by: User,
) -> DoNotDisclose:
    """From today, `on`, nothing about `person` goes to the one named: a person, an agency, or words."""
    reason, to_words = reason.strip(), _one_line(to_words)
    if sum(map(bool, (to_person, to_agency, to_words))) != 1:
        raise Refused("Say who must not be told: one person, one agency, or a name in words.")
    if to_person == person:
        raise Refused("This is about others: nobody is kept from hearing about themselves here.")
    if not reason:
        raise Refused("Say why: whoever is asked for something has to understand it.")
    _check_ahead(until, on)
    same = person.no_disclosure.filter(
        to_person=to_person, to_agency=to_agency, to_words__iexact=to_words
    )
    if _standing(same, on):
        raise Refused("This is marked already. End the marker first to write another one.")
    marker = DoNotDisclose(
        person=person,
        to_person=to_person,
        to_agency=to_agency,
        to_words=to_words,
        reason=reason,
        since=on,
        until=until,
    )
    return _stand(marker, Verb.NO_DISCLOSURE_MARKED, [person], by=by)


@transaction.atomic
def end_contact_bar(*, marker: DoNotContact, reason: str, by: User) -> DoNotContact:
    """They may be reached so again, for the reason given."""
    return _end(marker, Verb.NO_CONTACT_ENDED, [marker.person_id], reason=reason, by=by)


@transaction.atomic
def end_disclosure_bar(*, marker: DoNotDisclose, reason: str, by: User) -> DoNotDisclose:
    """The one named may be told again, for the reason given."""
    return _end(marker, Verb.NO_DISCLOSURE_ENDED, [marker.person_id], reason=reason, by=by)


@transaction.atomic
def record_order(
    *,
    kind: str,
    court: str,
    says: str,
    about: Iterable[Person],
    since: date,
    seen_what: str,
    seen_on: date,
    seen_by: User,
    case_number: str = "",
    until: date | None = None,
    against: Iterable[Person] = (),
    against_words: str = "",
    on: date,
    by: User,
) -> CourtOrder:
    """A court made an order on the day `since`; `on` is today. Somebody has seen it: no copy is kept.

    Refused without whom it is about, what it says and what was seen of it; for somebody whom it protects
    and binds at once; for days that cannot be; and where the same order is written already.
    """
    about, against = list(about), list(against)
    says, court, seen_what = says.strip(), _one_line(court), _one_line(seen_what)
    case_number, against_words = _one_line(case_number), _one_line(against_words)
    _check_order(about, against, {"which court": court, "what it says": says, "what": seen_what})
    for day in (since, seen_on):
        if day > on:
            raise Refused(f"{plain(day)} has not come yet. Check the day.")
    if until and until < since:
        raise Refused("It cannot end before it was made. Check the two days.")
    same = CourtOrder.objects.filter(kind=kind, since=since, says=says, people=about[0])
    if same.exists():
        raise Refused("This order is recorded already.")
    order = CourtOrder(
        kind=kind,
        court=court,
        case_number=case_number,
        says=says,
        against_words=against_words,
        seen_what=seen_what,
        seen_on=seen_on,
        seen_by=seen_by,
        since=since,
        until=until,
    )
    _stand(order, Verb.COURT_ORDER_RECORDED, [*about, *against], by=by)
    parts = CourtOrderPerson.Part
    CourtOrderPerson.objects.bulk_create(
        CourtOrderPerson(order=order, person=person, part=part, recorded_by=by)
        for part, people in ((parts.ABOUT, about), (parts.AGAINST, against))
        for person in people
    )
    return order


@transaction.atomic
def end_order(*, order: CourtOrder, reason: str, until: date, on: date, by: User) -> CourtOrder:
    """The order holds no longer since the day `until`: discharged, replaced, run out."""
    if until > on:
        raise Refused(f"{plain(until)} has not come yet. Write the end down once it has come.")
    if until < order.since:
        raise Refused(f"It was made on {plain(order.since)}: it cannot end before that.")
    people = list(order.order_people.values_list("person_id", flat=True))
    return _end(order, Verb.COURT_ORDER_ENDED, people, reason=reason, by=by, until=until)


def _check_alert(words: str, source: str, review_on: date, on: date) -> None:
    if not words:
        raise Refused("Write what everybody must know.")
    if not source:
        raise Refused("Say how we know: who said so, when.")
    if review_on <= on:
        raise Refused("Choose a day to come on which somebody looks whether it is still so.")
    if review_on > add_months(on, LONGEST_WITHOUT_REVIEW):
        raise Refused("Look at it again within a year. Choose an earlier day.")


def _checked_telling(because: str, *, was_told: bool) -> str:
    because = because.strip()
    if was_told and because:
        raise Refused("Either the person was told, or there is a reason why not: keep one.")
    if not was_told and not because:
        raise Refused("Say why the person was not told of the alert.")
    return because


def _check_order(about: list[Person], against: list[Person], said: dict[str, str]) -> None:
    if not about:
        raise Refused("Say whom the order is about, or protects.")
    if {one.pk for one in about} & {one.pk for one in against}:
        raise Refused("Nobody is protected and bound by the same order: choose one for each.")
    if missing := [name for name, words in said.items() if not words]:
        raise Refused(f"Write this as well: {', '.join(missing)}.")


def _check_ahead(until: date | None, on: date) -> None:
    if until and until < on:
        raise Refused(f"{plain(until)} is over. Choose a day to come, or leave it open.")


def _standing[Row: Standing](rows: models.QuerySet[Row], on: date) -> bool:
    return any(row.in_force(on) for row in rows)


def _stand[Row: Standing](row: Row, verb: Verb, people: list[Person], *, by: User) -> Row:
    row.pk = next_number(type(row))
    row.recorded_at, row.recorded_by = timezone.now(), by
    record(
        verb,
        by=by,
        action=Action.CREATE,
        record=row,
        people=people,
        purpose=_purpose(people[0].pk, by),
    )
    row.save(force_insert=True)
    row.refresh_from_db()
    return row


def _end[Row: Standing](
    row: Row, verb: Verb, people: list[int], *, reason: str, by: User, **changes: date
) -> Row:
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it ends.")
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=row,
        people=people,
        purpose=_purpose(people[0], by),
        values={"reason": reason, **changes},
    )
    rows: models.QuerySet = type(row)._base_manager.filter(pk=row.pk, ended_at=None)
    ended = rows.update(ended_at=timezone.now(), ended_by=by, end_reason=reason, **changes)
    if ended != 1:
        raise Refused("This has ended already. Somebody may have ended it: look again.")
    row.refresh_from_db()
    return row


def _finish_tasks(alert: Alert, by: User) -> None:
    for task in Task.objects.filter(link=alert.get_absolute_url(), ended_at=None):
        finish_task(task=task, by=by)


def _purpose(person: int, by: User) -> Purpose:
    services = Case.objects.filter(people=person).values_list("service_id", flat=True)
    return task_of(by, set(services))


def _changed(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    different = [name for name, value in after.items() if before[name] != value]
    return {
        "before": {name: before[name] for name in different},
        "after": {name: after[name] for name in different},
    }


def _one_line(words: str) -> str:
    return " ".join(words.split())
