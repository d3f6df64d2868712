"""What may be written about a person: who they are, where they live, how to reach them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.facts import add_fact, end_fact
from cases.births import birth_problem
from cases.facts import check_come, check_order, one_line, sought_contact, tidy_address
from cases.models import (
    Address,
    BirthCertainty,
    ContactPoint,
    Person,
    PersonName,
    SensitiveDetail,
)
from core.database import next_number
from core.errors import Refused


@transaction.atomic
def add_person(
    *,
    given_names: str,
    family_name: str,
    date_of_birth: date | None = None,
    birth_certainty: str = BirthCertainty.KNOWN,
    preferred_name: str = "",
    pronouns: str = "",
    first_language: str = "",
    needs_interpreter: bool = False,
    communication_needs: str = "",
    on: date,
    by: User,
) -> Person:
    """Somebody whom the record will be about; `on` is today.

    Refused without any name, and for a date of birth that cannot be.
    """
    basics = _checked(
        {
            "given_names": given_names,
            "family_name": family_name,
            "date_of_birth": date_of_birth,
            "birth_certainty": birth_certainty,
            "preferred_name": preferred_name,
            "pronouns": pronouns,
            "first_language": first_language,
            "needs_interpreter": needs_interpreter,
            "communication_needs": communication_needs,
        },
        on=on,
    )
    person = Person(pk=next_number(Person), recorded_at=timezone.now(), recorded_by=by, **basics)
    record(Verb.PERSON_ADDED, by=by, action=Action.CREATE, record=person, people=[person])
    person.save(force_insert=True)
    return person


@transaction.atomic
def change_basics(
    *,
    person: Person,
    seen: str = "",
    keeps_former_name: bool = False,
    on: date,
    by: User,
    **basics: Any,
) -> Person:
    """Who somebody is, written anew: every basic field that `basics` names; `on` is today.

    What the fields said before and say now goes into the entry. With `keeps_former_name` a name that
    changes stays in the record as a former one, used until today. `seen` is the version of the person
    that the writer had before them (`Person.version`); Refused if somebody else has changed it since,
    if nothing is different, and for a date of birth that cannot be.
    """
    now = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if seen and seen != now.version:
        raise Refused(
            "Somebody else has changed these details while you were writing. Open the record again, "
            "look at what they wrote, and then write what is still missing."
        )
    if unknown := basics.keys() - now.basics.keys():
        raise TypeError(f"No basic details: {', '.join(sorted(unknown))}")
    checked = _checked(now.basics | basics, on=on)
    before = {name: value for name, value in now.basics.items() if checked[name] != value}
    if not before:
        raise Refused("Nothing is different from what is written already.")
    record(
        Verb.PERSON_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=[now],
        values={"before": before, "after": {name: checked[name] for name in before}},
    )
    former = now.full_name
    for name in before:
        setattr(now, name, checked[name])
    now.save(update_fields=list(before))
    if keeps_former_name and former != now.full_name:
        PersonName.objects.create(
            person=now, kind=PersonName.Kind.FORMER, name=former, until=on, recorded_by=by
        )
    person.refresh_from_db()
    return person


@transaction.atomic
def add_name(
    *,
    person: Person,
    kind: str,
    name: str,
    since: date | None = None,
    until: date | None = None,
    on: date,
    by: User,
) -> PersonName:
    """A former name, an alias or the name at birth: they are found by it as well. `on` is today."""
    name = one_line(name)
    if not name:
        raise Refused("Write the other name.")
    if person.other_names.filter(kind=kind, name__iexact=name).exists():
        raise Refused(f"“{name}” is recorded already.")
    for day in (since, until):
        check_come(day, on)
    check_order(since, until)
    other = PersonName(person=person, kind=kind, name=name, since=since, until=until)
    return add_fact(fact=other, verb=Verb.NAME_ADDED, people=[person.pk], by=by)


@transaction.atomic
def add_address(
    *,
    person: Person,
    lines: str,
    postcode: str = "",
    kind: str = Address.Kind.HOME,
    since: date | None = None,
    is_confidential: bool = False,
    also_for: Iterable[Person] = (),
    on: date,
    by: User,
) -> Address:
    """Where somebody lives, or may safely be written to; `on` is today. So do `also_for`, each in a
    record of their own: who lives with whom is read from there.

    A postcode is British and whole; an address abroad has its code among its lines.
    """
    lines, postcode = tidy_address(lines, postcode)
    check_come(since, on)
    said = {
        "kind": kind,
        "lines": lines,
        "postcode": postcode,
        "since": since,
        "is_confidential": is_confidential,
    }
    places = [Address(person=one, **said) for one in (person, *also_for)]
    for place in places:
        add_fact(fact=place, verb=Verb.ADDRESS_ADDED, people=[place.person_id], by=by)
    return places[0]


@transaction.atomic
def end_address(*, address: Address, until: date, on: date, by: User) -> Address:
    """They left the address on the day `until`; `on` is today. The address stays in the record."""
    return end_fact(
        fact=address,
        verb=Verb.ADDRESS_ENDED,
        people=[address.person_id],
        until=until,
        on=on,
        by=by,
    )


@transaction.atomic
def add_contact_point(
    *,
    person: Person,
    kind: str,
    value: str,
    safe_for_messages: bool = False,
    notes: str = "",
    since: date | None = None,
    on: date,
    by: User,
) -> ContactPoint:
    """A telephone number or e-mail address; `on` is today. Unless told otherwise no message is left.

    Refused for a number that cannot be dialled, an address that cannot be written to, and for one
    that is recorded already.
    """
    value = one_line(value)
    sought = sought_contact(kind, value)
    if person.contact_points.filter(value_sought=sought, until=None).exists():
        raise Refused(f"{value} is recorded already.")
    check_come(since, on)
    point = ContactPoint(
        person=person,
        kind=kind,
        value=value,
        value_sought=sought,
        safe_for_messages=safe_for_messages,
        notes=one_line(notes),
        since=since,
    )
    return add_fact(fact=point, verb=Verb.CONTACT_POINT_ADDED, people=[person.pk], by=by)


@transaction.atomic
def end_contact_point(
    *, contact_point: ContactPoint, until: date, on: date, by: User
) -> ContactPoint:
    """The number or address is no longer theirs since the day `until`; `on` is today."""
    return end_fact(
        fact=contact_point,
        verb=Verb.CONTACT_POINT_ENDED,
        people=[contact_point.person_id],
        until=until,
        on=on,
        by=by,
    )


@transaction.atomic
def add_sensitive_detail(
    *, person: Person, kind: str, detail: str, reason: str, on: date, by: User
) -> SensitiveDetail:
    """Something of a special category that the person told us on the day `on`, which is today, and
    why we asked (UK GDPR Art 9).
    """
    detail, reason = detail.strip(), reason.strip()
    if not detail:
        raise Refused("Write what they told us.")
    if not reason:
        raise Refused("Say why we asked for it: without a reason it is not written down.")
    told = SensitiveDetail(person=person, kind=kind, detail=detail, reason=reason, since=on)
    return add_fact(fact=told, verb=Verb.SENSITIVE_DETAIL_ADDED, people=[person.pk], by=by)


@transaction.atomic
def end_sensitive_detail(
    *, sensitive_detail: SensitiveDetail, until: date, on: date, by: User
) -> SensitiveDetail:
    """It is no longer so since the day `until`; `on` is today."""
    return end_fact(
        fact=sensitive_detail,
        verb=Verb.SENSITIVE_DETAIL_ENDED,
        people=[sensitive_detail.person_id],
        until=until,
        on=on,
        by=by,
    )


def _checked(basics: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """The basics in tidy form; Refused if they cannot be so on the day `on`."""
    tidy: dict[str, Any] = {
        name: one_line(value) if isinstance(value, str) and name != "communication_needs" else value
        for name, value in basics.items()
    }
    tidy["communication_needs"] = tidy["communication_needs"].strip()
    if not (tidy["given_names"] or tidy["family_name"]):
        raise Refused("Write a name: the given names, the family name, or both.")
    if problem := birth_problem(tidy["date_of_birth"], tidy["birth_certainty"], on=on):
        raise Refused(problem)
    return tidy
