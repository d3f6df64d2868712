"""One family: its people, its cases and what is written in them.

`told` is a family's file, read. Its keys are the names of the models' fields, but for days, which are
counted back from today, and people, staff, services and agencies, which are named by their keys.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from cases.models import (
    Address,
    Allocation,
    BirthCertainty,
    Case,
    CaseNote,
    CasePerson,
    CaseProfessional,
    Contact,
    ContactPerson,
    ContactPoint,
    Decision,
    NotePerson,
    Person,
    PersonName,
    Referral,
    ReferralPerson,
    Relationship,
    SensitiveDetail,
    WaitingPlace,
)
from cases.normal import normal_contact
from cases.workflow import CaseStatus, ReferralStatus
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar

type Told = dict[str, Any]


@dataclass(slots=True)
class Family:
    """A family while it is loaded: what its file may name, and where its days lie."""

    told: Told
    charity: Charity
    calendar: Calendar
    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)

    def all_told(self, kind: str) -> list[Told]:
        return self.told.get(kind, [])

    def written(self, told: Told, *, ago: int, at: str) -> Told:
        """Who wrote a row, and when."""
        return {
            "recorded_by": self.charity.staff[told["by"]],
            "recorded_at": self.calendar.moment(ago, at),
        }

    def days(self, told: Told, *names: str) -> dict[str, date]:
        """The days of `told` that are given, as dates."""
        return {name: self.calendar.day(told[name]) for name in names if name in told}


def load_people(family: Family) -> None:
    own = {"known", "by", "age", "born", "addresses", "contacts", "names", "sensitive"}
    for key, told in family.told.get("people", {}).items():
        born = family.calendar.born(told["age"]) if "age" in told else told.get("born")
        family.people[key] = Person(
            date_of_birth=born,
            **{"birth_certainty": BirthCertainty.KNOWN if born else BirthCertainty.NOT_KNOWN}
            | {name: value for name, value in told.items() if name not in own},
            **family.written(told, ago=told["known"], at="10:00"),
        )
    Person.objects.bulk_create(family.people.values())


def load_facts(family: Family) -> None:
    """What is known of each person: names, addresses, numbers, sensitive details."""
    facts: dict[str, tuple[type[models.Model], list[Told]]] = {
        "names": (PersonName, []),
        "addresses": (Address, []),
        "contacts": (ContactPoint, []),
        "sensitive": (SensitiveDetail, []),
    }
    for key, person in family.told.get("people", {}).items():
        for name, (_, rows) in facts.items():
            rows += [
                {"person": key, "by": person["by"], "known": person["known"]} | fact
                for fact in person.get(name, ())
            ]
    for model, rows in facts.values():
        model._base_manager.bulk_create(_fact(family, model, told) for told in rows)


def _fact(family: Family, model: type[models.Model], told: Told) -> models.Model:
    own = {"person", "by", "known", "since", "until"}
    fields = {name: value for name, value in told.items() if name not in own}
    if model is ContactPoint:
        fields["value_sought"] = normal_contact(told["value"])
    return model(
        person=family.people[told["person"]],
        **fields,
        **family.days(told, "since", "until"),
        **family.written(told, ago=told["known"], at="10:10"),
    )


def load_relationships(family: Family) -> None:
    own = {"person", "other", "by", "known", "since", "until"}
    Relationship.objects.bulk_create(
        Relationship(
            person=family.people[told["person"]],
            other=family.people[told["other"]],
            **{name: value for name, value in told.items() if name not in own},
            **family.days(told, "since", "until"),
            **family.written(told, ago=told["known"], at="10:20"),
        )
        for told in family.all_told("relationships")
    )


def load_cases(family: Family) -> None:
    """The cases, with their people, professionals and workers."""
    staff, calendar = family.charity.staff, family.calendar
    told_cases = family.told.get("cases", {})
    for key, told in told_cases.items():
        closing: Told = {}
        if "closed" in told:
            closing = {
                "status": CaseStatus.CLOSED,
                "closed_at": calendar.moment(told["closed"], "15:30"),
                "closed_by": staff[told["closed_by"]],
                "closing_summary": calendar.prose(told["closing_summary"]),
            }
        family.cases[key] = Case(
            service=family.charity.services[told["service"]],
            opened_on=calendar.worked(told["opened"]),
            summary=calendar.prose(told["summary"]),
            **closing,
            **family.written(told, ago=told["opened"], at="16:00"),
        )
    Case.objects.bulk_create(family.cases.values())
    people, professionals, allocations = [], [], []
    for key, told in told_cases.items():
        case = family.cases[key]
        written = family.written(told, ago=told["opened"], at="16:00")
        people += [
            CasePerson(case=case, person=family.people[person], role=role, **written)
            for person, role in told["people"].items()
        ]
        professionals += [
            CaseProfessional(
                case=case, professional=family.charity.professionals[professional], **written
            )
            for professional in told.get("professionals", ())
        ]
        allocations += [
            Allocation(
                case=case,
                worker=staff[worker["worker"]],
                **family.days(worker, "since", "until"),
                **family.written(told, ago=worker["since"], at="16:10"),
            )
            for worker in told["workers"]
        ]
    CasePerson.objects.bulk_create(people)
    CaseProfessional.objects.bulk_create(professionals)
    Allocation.objects.bulk_create(allocations)


def load_referrals(family: Family) -> None:
    charity, calendar = family.charity, family.calendar
    referrals = [
        Referral(
            service=charity.services[told["service"]],
            came_from=told["came_from"],
            agency=charity.agencies.get(told.get("agency", "")),
            professional=charity.professionals.get(told.get("professional", "")),
            other_service=charity.services.get(told.get("other_service", "")),
            received_on=calendar.worked(told["received"]),
            how_received=told["how_received"],
            reason=calendar.prose(told["reason"]),
            **_steps(family, told),
            **family.written(told, ago=told["received"], at="11:20"),
        )
        for told in family.all_told("referrals")
    ]
    Referral.objects.bulk_create(referrals)
    pairs = list(zip(referrals, family.all_told("referrals"), strict=True))
    ReferralPerson.objects.bulk_create(
        ReferralPerson(referral=referral, person=family.people[person], role=role)
        for referral, told in pairs
        for person, role in told["people"].items()
    )
    WaitingPlace.objects.bulk_create(
        WaitingPlace(
            referral=referral,
            priority=told.get("priority", WaitingPlace.Priority.USUAL),
            # The longer they have waited, the further in front.
            place=-told["decided"],
            is_first=True,
            recorded_at=calendar.moment(told["decided"], "14:30"),
            recorded_by=charity.staff[told["decided_by"]],
        )
        for referral, told in pairs
        if referral.status == ReferralStatus.WAITING
    )


def _steps(family: Family, told: Told) -> Told:
    """What became of a referral: the fields of each step that was taken."""
    staff, calendar = family.charity.staff, family.calendar
    steps: Told = {}
    for step, words, at in (
        ("screened", "screening", "10:40"),
        ("decided", "decision_reason", "14:30"),
        ("withdrawn", "withdrawal_reason", "16:20"),
    ):
        if step in told:
            steps |= {
                f"{step}_at": calendar.moment(told[step], at),
                f"{step}_by": staff[told[f"{step}_by"]],
                words: calendar.prose(told.get(words, "")),
            }
    return steps | {
        "status": _stands(told),
        "signpost": calendar.prose(told.get("signpost", "")),
        "case": family.cases.get(told.get("case", "")),
    }


def _stands(told: Told) -> ReferralStatus:
    """Where a referral stands after the steps that were taken."""
    if "withdrawn" in told:
        return ReferralStatus.WITHDRAWN
    if "case" in told:
        return ReferralStatus.ALLOCATED
    if "signpost" in told:
        return ReferralStatus.DECLINED
    if "decided" in told:
        return ReferralStatus.WAITING
    return ReferralStatus.SCREENED if "screened" in told else ReferralStatus.RECEIVED


def when(family: Family, told: Told) -> dict[str, datetime]:
    """When something happened, and when it was written down: within the hours after, or as told."""
    happened = family.calendar.moment(told["ago"], told["at"])
    if "written_ago" in told:
        written = family.calendar.moment(told["written_ago"], told["written_at"])
    else:
        # Some are written at once and some after lunch; told by the day, so that it is always the same.
        written = happened + timedelta(minutes=20 + told["ago"] * 7 % 110)
    return {"happened_at": happened, "recorded_at": written}


def load_notes(family: Family) -> None:
    """The notes in the order in which they were written, so that corrections find what they correct."""
    told_notes = sorted(
        family.all_told("notes"), key=lambda told: when(family, told)["recorded_at"]
    )
    notes: dict[int, CaseNote] = {}
    by_key: dict[str, CaseNote] = {}
    for corrections in (False, True):
        batch = [told for told in told_notes if ("corrects" in told) == corrections]
        made = CaseNote.objects.bulk_create(_note(family, told, by_key) for told in batch)
        for told, note in zip(batch, made, strict=True):
            notes[id(told)] = note
            if "key" in told:
                by_key[told["key"]] = note
    NotePerson.objects.bulk_create(
        NotePerson(note=notes[id(told)], person=family.people[person])
        for told in told_notes
        for person in told["people"]
    )


def _note(family: Family, told: Told, by_key: dict[str, CaseNote]) -> CaseNote:
    source = {name: told[name] for name in ("source_kind", "how_received") if name in told}
    return CaseNote(
        case=family.cases[told["case"]],
        kind=told["kind"],
        circumstances=told.get("about", []),
        body=family.calendar.prose(told["body"].strip()),
        source_person=family.people.get(told.get("source_person", "")),
        source_professional=family.charity.professionals.get(told.get("source_professional", "")),
        corrects=by_key[told["corrects"]] if "corrects" in told else None,
        correction_reason=told.get("correction_reason", ""),
        recorded_by=family.charity.staff[told["by"]],
        **source,
        **when(family, told),
    )


def load_contacts(family: Family) -> None:
    told_contacts = sorted(family.all_told("contacts"), key=lambda told: -told["ago"])
    own = {"case", "people", "ago", "at", "by", "summary", "next_step"}
    contacts = Contact.objects.bulk_create(
        Contact(
            case=family.cases[told["case"]],
            summary=family.calendar.prose(told["summary"]),
            next_step=family.calendar.prose(told.get("next_step", "")),
            recorded_by=family.charity.staff[told["by"]],
            **{name: value for name, value in told.items() if name not in own},
            **when(family, told),
        )
        for told in told_contacts
    )
    ContactPerson.objects.bulk_create(
        ContactPerson(contact=contact, person=family.people[person])
        for contact, told in zip(contacts, told_contacts, strict=True)
        for person in told["people"]
    )


def load_decisions(family: Family) -> None:
    words = ("decision", "decided_by_whom", "basis", "clients_view")
    Decision.objects.bulk_create(
        Decision(
            case=family.cases[told["case"]],
            recorded_by=family.charity.staff[told["by"]],
            **{name: family.calendar.prose(told[name]) for name in words},
            **when(family, told),
        )
        for told in sorted(family.all_told("decisions"), key=lambda told: -told["ago"])
    )
