"""Opening the record of one person: what its pages show, as far as the reader needs to know it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import out_of_reach
from cases.leave import IsRestricted, leave_over, use_grants
from cases.models import (
    Address,
    Alert,
    BirthCertainty,
    Case,
    CaseRole,
    ContactPoint,
    CourtOrder,
    Death,
    DoNotContact,
    DoNotDisclose,
    EmergencyLook,
    Person,
    PersonName,
    Relationship,
    RestrictionGrant,
    SensitiveDetail,
)
from cases.permissions import (
    alerts_seen,
    can_add_person,
    can_see_confidential,
    can_see_entries,
    cases_of,
    cases_restricted,
    people_of,
    people_restricted,
)
from cases.queries.alerts import AlertsOver, alerts_over, orders_of
from cases.queries.around import two_steps
from cases.queries.purposes import for_task
from cases.queries.safe_contact import Reach, reach
from cases.reach import emergencies_now
from core.dates import age_in_words, plain
from core.errors import LeadsElsewhere


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What a member of staff may see of one person.

    `basics_only` says that notes, contacts and decisions are not needed for their role, and hidden.
    `relationships` are those to people who exist for them as well. `alerts` come before all of it.
    `restricted_cases` are kept and not used: their numbers are told and nothing else.
    `emergency` is the look by which the record is open to them for some hours, if it is; `leave` is why they
    may use it for now although it is restricted.
    """

    person: Person
    cases: list[Case]
    restricted_cases: list[Case]
    relationships: list[Relationship]
    basics_only: bool
    has_secret_address: bool
    alerts: AlertsOver
    emergency: EmergencyLook | None
    leave: list[RestrictionGrant]


@dataclass(frozen=True, slots=True)
class Details:
    """Who somebody is, where they live and how to reach them.

    `secret_addresses` is how many addresses the reader's role does not need; `sensitive` is None
    where it does not need those either.
    """

    record: PersonRecord
    names: list[PersonName]
    addresses: list[Address]
    secret_addresses: int
    contact_points: list[ContactPoint]
    sensitive: list[SensitiveDetail] | None
    reach: Reach


@dataclass(frozen=True, slots=True)
class Safety:
    """What keeps somebody safe: how they may be reached, markers, alerts and court orders of all time.

    `alerts` are those that the reader's role needs; `orders` is None where it needs none.
    """

    record: PersonRecord
    reach: Reach
    no_contact: list[DoNotContact]
    no_disclosure: list[DoNotDisclose]
    alerts: list[Alert]
    orders: list[CourtOrder] | None
    death: Death | None


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship as the person's record reads it.

    `other` is None where the other one does not exist for the reader: known to another service.
    `responsibility` is a sentence about parental responsibility, "" where nothing is recorded.
    """

    relationship: Relationship
    words: str
    other: Person | None
    responsibility: str
    evidence: str | None  # None where it is not needed for the reader's role


@dataclass(frozen=True, slots=True)
class InSameCase:
    """Somebody who is part of a case together with the person."""

    person: Person
    role: str
    case: Case


@dataclass(frozen=True, slots=True)
class Family:
    """The people around somebody; `youngest_child` among their children and those of their cases.

    `around` are the relationships of their relatives as well, for the picture.
    """

    record: PersonRecord
    around: list[Relationship]
    relations: list[Relation]
    in_same_cases: list[InSameCase]
    youngest_child: Person | None


def open_person(
    reference: str,
    *,
    look: Look,
    verb: Verb | None = None,
    may: Callable[[User], bool] | None = None,
) -> PersonRecord:
    """Open the record of the person with `reference`, and write that `look.by` did.

    NotYours (404, logged) if nobody of that reference exists for them; NotNow (403, logged) if
    somebody does and their role does not do there what the page is for (`may`, of
    cases.permissions). `verb` says what the page is, where it is another than the record itself.
    """
    found = gather(reference, look=look, may=may)
    family = {r.person_id for r in found.relationships} | {r.other_id for r in found.relationships}
    family |= {cp.person_id for case in found.cases for cp in case.case_people.all()}
    _show(found, look, verb, family)
    return found


def begin_person(*, look: Look) -> None:
    """The page on which somebody new is added; NotNow (403, logged) for a role that adds nobody."""
    if not can_add_person(look.by):
        raise NotNow("Your role does not add people.", look=look, record=Person)
    show(look, [])


def open_details(
    reference: str,
    *,
    look: Look,
    may: Callable[[User], bool] | None = None,
    verb: Verb | None = None,
) -> Details:
    """Open the details of a person; as `open_person`, and the people named are them alone."""
    found = gather(reference, look=look, may=may)
    person, all_seen = found.person, can_see_confidential(look.by)
    addresses = list(person.addresses.all())
    seen = [address for address in addresses if all_seen or not address.is_confidential]
    details = Details(
        record=found,
        names=list(person.other_names.all()),
        addresses=seen,
        secret_addresses=len(addresses) - len(seen),
        contact_points=list(person.contact_points.all()),
        sensitive=list(person.sensitive_details.all()) if all_seen else None,
        reach=reach(person, on=timezone.localdate()),
    )
    _show(found, look, verb, set())
    return details


def open_safety(reference: str, *, look: Look, may: Callable[[User], bool] | None = None) -> Safety:
    """Open what keeps a person safe; as `open_person`, and the entry names everybody shown."""
    found = gather(reference, look=look, may=may)
    person, user = found.person, look.by
    markers = list(person.no_disclosure.select_related("to_person", "to_agency", "ended_by"))
    orders = orders_of(person) if can_see_confidential(user) else None
    safety = Safety(
        record=found,
        reach=reach(person, on=timezone.localdate()),
        no_contact=list(person.no_contact.select_related("ended_by")),
        no_disclosure=markers,
        alerts=alerts_seen(
            user, person.alerts.select_related("household", "ended_by"), of={person.pk}
        ),
        orders=orders,
        death=person.deaths.filter(taken_back_at=None).first(),
    )
    named = {one.to_person_id for one in markers if one.to_person_id}
    named |= {one.person_id for order in orders or () for one in order.order_people.all()}
    _show(found, look, None, named)
    return safety


def open_family(reference: str, *, look: Look, may: Callable[[User], bool] | None = None) -> Family:
    """Open the family of a person; as `open_person`, and the entry names everybody shown."""
    found = gather(reference, look=look, may=may)
    relations = [
        _relation(relationship, found, theirs=theirs)
        for relationship, theirs in _relationships(found.person, look.by)
    ]
    in_same_cases = _in_same_cases(found)
    around = two_steps(found.person, found.relationships, user=look.by)
    shown = {relation.other.pk for relation in relations if relation.other}
    shown |= {end for one in around for end in (one.person_id, one.other_id)}
    _show(found, look, None, shown | {member.person.pk for member in in_same_cases})
    return Family(
        around=around,
        record=found,
        relations=relations,
        in_same_cases=in_same_cases,
        youngest_child=_youngest_child(found.person, relations, in_same_cases),
    )


def age_of(person: Person, on: date) -> str:
    """The age on the day `on`, in words; "" where the date of birth is not known, or is restricted."""
    born = person.date_of_birth
    return age_in_words(born, on) if born and born <= on and not person.is_named_by_number else ""


def birth_is_estimated(person: Person) -> bool:
    return person.birth_certainty == BirthCertainty.ESTIMATED


def gather(reference: str, *, look: Look, may: Callable[[User], bool] | None) -> PersonRecord:
    """What every page of a person needs. For doors alone: nothing is written in the log yet."""
    user: User = look.by
    person = people_of(user, among=Person.objects.filter(reference=reference)).first()
    if person is None:
        refuse_restricted_person(reference, look)
        if survivor := survivor_of(reference, user):
            raise LeadsElsewhere(asked=reference, leads_to=survivor.reference)
        raise NotYours(
            "No person with this reference.",
            look=look,
            record=Person,
            people=Person.objects.filter(reference=reference),
            values={"reference": reference},
        )
    if may is not None and not may(user):
        raise NotNow(
            "Your role opens this record and does not do this in it.",
            look=look,
            record=person,
            people=[person],
            values={"reference": reference, "asked": may.__name__},
        )
    use_grants(look, people=[person])
    cases = (
        cases_of(user)
        .filter(people=person)
        .select_related("service")
        .prefetch_related("case_people__person", "allocations__worker")
    )
    return PersonRecord(
        person=person,
        cases=list(cases),
        restricted_cases=list(
            cases_restricted(user, among=Case.objects.filter(people=person)).order_by("pk")
        ),
        relationships=[one for one, theirs in _relationships(person, user) if theirs],
        basics_only=not can_see_entries(user),
        has_secret_address=person.addresses.filter(is_confidential=True, until=None).exists(),
        alerts=alerts_over([person], user=user, on=timezone.localdate()),
        emergency=emergencies_now(user).filter(person=person).first(),
        leave=leave_over(user, people=[person]),
    )


def refuse_restricted_person(reference: str, look: Look) -> None:
    """IsRestricted (403, logged) if the person with `reference` would exist for `look.by` otherwise."""
    asked = Person.objects.filter(reference=reference)
    if person := people_restricted(look.by, among=asked).first():
        raise IsRestricted(
            look=look,
            record=person,
            people=[person],
            leads_to=reverse("cases:person-restricted", args=[reference]),
        )


def survivor_of(reference: str, user: User) -> Person | None:
    """The record to which the number `reference` leads since a merge, if it exists for `user`."""
    survivors = Person.objects.filter(merged_from__reference=reference)
    return people_of(user, among=survivors).first()


def _relationships(person: Person, user: User) -> list[tuple[Relationship, bool]]:
    """The relationships of `person` from both ends, those that ended last; each with whether both
    people exist for `user`. Those to people who are closed to `user` are not there.
    """
    every = list(
        Relationship.objects.filter(Q(person=person) | Q(other=person))
        .select_related("person", "other")
        .order_by(models.F("until").desc(nulls_first=True), "pk")
    )
    ends = {number for one in every for number in (one.person_id, one.other_id)} - {person.pk}
    around = Person.objects.filter(pk__in=ends)
    visible = {person.pk, *people_of(user, among=around).values_list("pk", flat=True)}
    closed = set(around.filter(out_of_reach(user)).values_list("pk", flat=True))
    return [
        (one, {one.person_id, one.other_id} <= visible)
        for one in every
        if closed.isdisjoint({one.person_id, one.other_id})
    ]


def _show(found: PersonRecord, look: Look, verb: Verb | None, others: Iterable[int]) -> None:
    opened = Verb.PERSON_BASICS_OPENED if found.basics_only else Verb.PERSON_OPENED
    look = for_task(look, {case.service_id for case in found.cases})
    named = {found.person.pk, *others} | found.alerts.people
    show(look, [Shown(verb or opened, found.person, named)])


def _relation(relationship: Relationship, found: PersonRecord, *, theirs: bool) -> Relation:
    words, other = relationship.seen_from(found.person)
    responsibility = ""
    if relationship.parental_responsibility and theirs:
        responsibility = _responsibility(relationship)
    elif relationship.parental_responsibility:
        responsibility = "Parental responsibility is recorded"
    return Relation(
        relationship=relationship,
        words=words,
        other=other if theirs else None,
        responsibility=responsibility,
        evidence=None if found.basics_only else relationship.responsibility_evidence,
    )


def _responsibility(relationship: Relationship) -> str:
    holder, child = relationship.person, relationship.other
    since, until = relationship.responsibility_since, relationship.responsibility_until
    how = relationship.get_responsibility_by_display()
    words = f"{holder} {'had' if until else 'has'} parental responsibility for {child}"
    words += f" ({how[0].lower()}{how[1:]})" if how else ""
    words += f" since {plain(since)}" if since else ""
    return words + (f" until {plain(until)}" if until else "")


def _in_same_cases(found: PersonRecord) -> list[InSameCase]:
    return [
        InSameCase(person=member.person, role=member.get_role_display(), case=case)
        for case in found.cases
        for member in case.case_people.all()
        if member.person_id != found.person.pk
    ]


def _youngest_child(
    person: Person, relations: list[Relation], in_same_cases: list[InSameCase]
) -> Person | None:
    """The child born last, of the person's own children and of the children in their cases."""
    children = [
        relation.other
        for relation in relations
        if relation.words == "parent of" and relation.other and not relation.relationship.until
    ]
    children += [member.person for member in in_same_cases if member.role == CaseRole.CHILD.label]
    born = [child for child in children if child.date_of_birth]
    return max(born, key=lambda child: child.date_of_birth or date.min, default=None)
