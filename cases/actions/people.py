"""What may be written about a person: who they are, where they live, how to reach them, their family."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.births import birth_problem
from cases.models import (
    Address,
    BirthCertainty,
    ContactPoint,
    Kinship,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from cases.models.person import AboutPerson
from cases.normal import is_full_postcode, normal_contact, normal_postcode
from core.database import next_number
from core.dates import age_on, plain
from core.errors import Refused

ADULT = 18  # years; Family Law Reform Act 1969 s 1
# Parental responsibility is for a child, and never follows from these.
NO_RESPONSIBILITY = frozenset({Kinship.PARTNER, Kinship.FORMER_PARTNER})


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
def change_basics(*, person: Person, seen: str = "", on: date, by: User, **basics: Any) -> Person:
    """Who somebody is, written anew: every basic field that `basics` names; `on` is today.

    What the fields said before and say now goes into the entry. `seen` is the version of the person
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
    for name in before:
        setattr(now, name, checked[name])
    now.save(update_fields=list(before))
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
    name = _one_line(name)
    if not name:
        raise Refused("Write the other name.")
    if person.other_names.filter(kind=kind, name__iexact=name).exists():
        raise Refused(f"“{name}” is recorded already.")
    for day in (since, until):
        _check_come(day, on)
    _check_order(since, until)
    return _add(
        PersonName(person=person, kind=kind, name=name, since=since, until=until),
        Verb.NAME_ADDED,
        by=by,
    )


@transaction.atomic
def add_address(
    *,
    person: Person,
    lines: str,
    postcode: str = "",
    kind: str = Address.Kind.HOME,
    since: date | None = None,
    is_confidential: bool = False,
    on: date,
    by: User,
) -> Address:
    """Where somebody lives, or may safely be written to; `on` is today.

    A postcode is British and whole; an address abroad has its code among its lines.
    """
    lines = "\n".join(filter(None, (_one_line(line) for line in lines.splitlines())))
    if not lines:
        raise Refused("Write the address.")
    if postcode.strip() and not is_full_postcode(postcode):
        raise Refused(
            f"“{postcode.strip()}” is not a whole British postcode. Write it like PR9 0ZZ; for an "
            "address abroad leave it empty and write the code into the address."
        )
    _check_come(since, on)
    address = Address(
        person=person,
        kind=kind,
        lines=lines,
        postcode=normal_postcode(postcode),
        since=since,
        is_confidential=is_confidential,
    )
    return _add(address, Verb.ADDRESS_ADDED, by=by)


@transaction.atomic
def end_address(*, address: Address, until: date, on: date, by: User) -> Address:
    """They left the address on the day `until`; `on` is today. The address stays in the record."""
    return _end(address, Verb.ADDRESS_ENDED, until=until, on=on, by=by)


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
    value = _one_line(value)
    sought = _checked_contact(kind, value)
    if person.contact_points.filter(value_sought=sought, until=None).exists():
        raise Refused(f"{value} is recorded already.")
    _check_come(since, on)
    point = ContactPoint(
        person=person,
        kind=kind,
        value=value,
        value_sought=sought,
        safe_for_messages=safe_for_messages,
        notes=_one_line(notes),
        since=since,
    )
    return _add(point, Verb.CONTACT_POINT_ADDED, by=by)


@transaction.atomic
def end_contact_point(
    *, contact_point: ContactPoint, until: date, on: date, by: User
) -> ContactPoint:
    """The number or address is no longer theirs since the day `until`; `on` is today."""
    return _end(contact_point, Verb.CONTACT_POINT_ENDED, until=until, on=on, by=by)


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
    return _add(
        SensitiveDetail(person=person, kind=kind, detail=detail, reason=reason, since=on),
        Verb.SENSITIVE_DETAIL_ADDED,
        by=by,
    )


@transaction.atomic
def end_sensitive_detail(
    *, sensitive_detail: SensitiveDetail, until: date, on: date, by: User
) -> SensitiveDetail:
    """It is no longer so since the day `until`; `on` is today."""
    return _end(sensitive_detail, Verb.SENSITIVE_DETAIL_ENDED, until=until, on=on, by=by)


@transaction.atomic
def add_relationship(
    *,
    person: Person,
    kind: str,
    other: Person,
    since: date | None = None,
    parental_responsibility: bool = False,
    responsibility_evidence: str = "",
    on: date,
    by: User,
) -> Relationship:
    """`person` is `kind` (parent of, partner of …) `other`; `on` is today. Read from both ends.

    Parental responsibility (Children Act 1989 s 3) is of `person` for `other`; Refused without saying
    how we know, for an adult, and between partners.
    """
    if person.pk == other.pk:
        raise Refused("Nobody is related to themselves. Choose another person.")
    evidence = _one_line(responsibility_evidence)
    if parental_responsibility:
        _check_responsibility(Kinship(kind), other, evidence, on)
    elif evidence:
        raise Refused(
            "Say as well that they have parental responsibility, or leave out how we know."
        )
    _check_come(since, on)
    # Two who write the same at once go one after the other.
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=(person.pk, other.pk))
        .order_by("pk")
    )
    either_way = Q(person=person, other=other) | Q(person=other, other=person)
    if Relationship.objects.filter(either_way, kind=kind, until=None).exists():
        raise Refused(f"It is recorded already how {person} and {other} are related.")
    relationship = Relationship(
        person=person,
        kind=kind,
        other=other,
        since=since,
        parental_responsibility=parental_responsibility,
        responsibility_evidence=evidence,
    )
    return _add(relationship, Verb.RELATIONSHIP_ADDED, by=by, people=[person, other])


@transaction.atomic
def end_relationship(
    *, relationship: Relationship, until: date, on: date, by: User
) -> Relationship:
    """They are no longer related in this way since the day `until`; `on` is today."""
    people = [relationship.person_id, relationship.other_id]
    return _end(relationship, Verb.RELATIONSHIP_ENDED, until=until, on=on, by=by, people=people)


def _checked(basics: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """The basics in tidy form; Refused if they cannot be so on the day `on`."""
    tidy: dict[str, Any] = {
        name: _one_line(value)
        if isinstance(value, str) and name != "communication_needs"
        else value
        for name, value in basics.items()
    }
    tidy["communication_needs"] = tidy["communication_needs"].strip()
    if not (tidy["given_names"] or tidy["family_name"]):
        raise Refused("Write a name: the given names, the family name, or both.")
    if problem := birth_problem(tidy["date_of_birth"], tidy["birth_certainty"], on=on):
        raise Refused(problem)
    return tidy


def _checked_contact(kind: str, value: str) -> str:
    """The number or address in the form that searching compares; Refused if it cannot be one."""
    if kind == ContactPoint.Kind.EMAIL:
        try:
            validate_email(value)
        except ValidationError:
            raise Refused(
                f"“{value}” is not an e-mail address. Write it like name@example.org."
            ) from None
    elif "@" in value:
        raise Refused(f"“{value}” is an e-mail address. Choose “E-mail”, or write a number.")
    sought = normal_contact(value)
    if not sought:
        raise Refused(
            f"“{value}” is not a telephone number. Write it with its area code, like 01704 496 000; "
            "a number abroad begins with + and its country."
        )
    return sought


def _check_responsibility(kind: Kinship, child: Person, evidence: str, on: date) -> None:
    if kind in NO_RESPONSIBILITY:
        raise Refused("Parental responsibility is for a child: it is not written between partners.")
    born = child.date_of_birth
    if born and born <= on and age_on(born, on) >= ADULT:
        raise Refused(
            f"Parental responsibility ends at {ADULT}, and {child} is {age_on(born, on)} years old."
        )
    if not evidence:
        raise Refused(
            "Say how we know of the parental responsibility: the birth certificate, the court order "
            "or the agreement that somebody saw."
        )


def _check_come(day: date | None, on: date) -> None:
    if day and day > on:
        raise Refused(f"{plain(day)} has not come yet. Write it down once it is so.")


def _check_order(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise Refused("It cannot have ended before it began. Check the two days.")


def _add[Fact: AboutPerson](
    fact: Fact, verb: Verb, *, by: User, people: list[Person] | None = None
) -> Fact:
    about = people or [fact.person]  # type: ignore[attr-defined]
    fact.pk = next_number(type(fact))
    fact.recorded_at, fact.recorded_by = timezone.now(), by
    record(verb, by=by, action=Action.CREATE, record=fact, people=about)
    fact.save(force_insert=True)
    return fact


def _end[Fact: AboutPerson](
    fact: Fact,
    verb: Verb,
    *,
    until: date,
    on: date,
    by: User,
    people: list[int] | None = None,
) -> Fact:
    if until > on:
        raise Refused(f"{plain(until)} has not come yet. Write the end down once it has come.")
    _check_order(fact.since, until)
    about = people or [fact.person_id]  # type: ignore[attr-defined]
    record(verb, by=by, action=Action.UPDATE, record=fact, people=about, values={"until": until})
    rows: models.QuerySet = type(fact)._base_manager.filter(pk=fact.pk, until=None)
    if rows.update(until=until) != 1:
        raise Refused("This has ended already. Somebody may have written it down: look again.")
    fact.refresh_from_db()
    return fact


def _one_line(words: str) -> str:
    return " ".join(words.split())
