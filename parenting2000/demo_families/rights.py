"""What a family agreed to, what was shared about them, and what they asked for."""

from datetime import date, timedelta
from typing import Any

from cases.models import Agency, Person
from consent.gateways import LEFT_US, Gateway, lawful_through
from consent.models import Consent, Giver, HowGiven, NoticeGiven, NoticeMeans, Share, SharePerson
from consent.models.answer import GROWN_UP
from consent.purposes import Purpose
from core.dates import birthday
from parenting2000.demo_families.days import moment_of
from parenting2000.demo_families.family import Family, Told, when
from sar.models import Clarification, EvidenceAsked, EvidenceSeen, Extension, RightsRequest
from sar.workflow import RequestStatus


def load_consents(family: Family) -> None:
    """What people answered when they were asked, and what they took back."""
    words = (
        "purpose",
        "state",
        "giver",
        "authority",
        "how",
        "witness",
        "withdrawn_how",
        "why_not_asked",
    )
    consents = []
    for told in family.all_told("consents"):
        withdrawn: Told = {}
        if "withdrawn" in told:
            withdrawn = {
                "withdrawn_on": family.calendar.worked(told["withdrawn"]),
                "withdrawn_at": family.calendar.moment(told["withdrawn"], "12:10"),
                "withdrawn_by": family.charity.staff[told["by"]],
            }
        consents.append(
            Consent(
                person=family.people[told["person"]],
                agency=family.charity.agencies.get(told.get("agency", "")),
                parent=family.people.get(told.get("parent", "")),
                wording=family.charity.wordings[told["purpose"]],
                given_on=family.calendar.worked(told["given"]),
                **{"state": "given"} | {name: told[name] for name in words if name in told},
                signed_name=_signed(family, told),
                until=_until(family, told),
                **withdrawn,
                **family.written(told, ago=told["given"], at="11:50"),
            )
        )
    Consent.objects.bulk_create(consents)
    _load_notices(family)


def _load_notices(family: Family) -> None:
    """Whoever was asked for a consent was given the notice before, on the first of these days."""
    first: dict[str, Told] = {}
    for told in sorted(family.all_told("consents"), key=lambda told: -told["given"]):
        first.setdefault(told["person"], told)
    NoticeGiven.objects.bulk_create(
        NoticeGiven(
            person=family.people[person],
            notice=family.charity.notice,
            given_on=family.calendar.worked(told["given"]),
            means=NoticeMeans.HANDED if told.get("how") == "signed" else NoticeMeans.READ_OUT,
            to_parent=told.get("giver") == Giver.PARENT,
            **family.written(told, ago=told["given"], at="11:45"),
        )
        for person, told in first.items()
    )


def _signed(family: Family, told: Told) -> str:
    """The name with which an answer on a screen was signed."""
    if told.get("how") != HowGiven.ELECTRONIC:
        return ""
    who: str = told["parent"] if "parent" in told else told["person"]
    return str(family.people[who])


def _until(family: Family, told: Told) -> date | None:
    """The last day as told; what a parent agrees to ends before the child is grown up."""
    if "until" in told:
        return family.calendar.day(told["until"])
    born = family.people[told["person"]].date_of_birth
    if told.get("giver") == Giver.PARENT and born is not None:
        return birthday(born, GROWN_UP) - timedelta(days=1)
    return None


def load_shares(family: Family) -> None:
    """The sharing log; what went on permission rests on the consent that was in force."""
    charity = family.charity
    own = {"case", "people", "ago", "at", "by", "professional", "agency", "authorised_by"}
    told_shares = sorted(family.all_told("shares"), key=lambda told: -told["ago"])
    shares = []
    for told in told_shares:
        lawful = lawful_through(
            Gateway(told["gateway"]) if told.get("gateway") else None, Purpose(told["purpose"])
        )
        professional = charity.professionals.get(told.get("professional", ""))
        left_us = told["outcome"] in LEFT_US
        shares.append(
            Share(
                case=family.cases[told["case"]],
                professional=professional,
                agency=professional.agency
                if professional
                else charity.agencies.get(told.get("agency", "")),
                basis=lawful.basis if left_us else "",
                condition=lawful.condition if left_us else "",
                decided_by=charity.staff[told["by"]],
                authorised_by=charity.staff.get(told.get("authorised_by", "")),
                recorded_by=charity.staff[told["by"]],
                **{name: value for name, value in told.items() if name not in own},
                **when(family, told),
            )
        )
    Share.objects.bulk_create(shares)
    SharePerson.objects.bulk_create(
        SharePerson(
            share=share,
            person=family.people[person],
            consent=_permission(share, family.people[person]),
        )
        for share, told in zip(shares, told_shares, strict=True)
        for person in told["people"]
    )


def _permission(share: Share, person: Person) -> Consent | None:
    """The consent on which the sharing about `person` rests, where it rests on one."""
    if share.gateway != Gateway.PERMISSION or share.outcome not in LEFT_US:
        return None
    agency: Agency | None = share.agency
    answers = Consent.objects.filter(person=person, purpose=share.purpose, agency=agency)
    return next(answer for answer in answers if answer.covers(share.happened_at))


def load_requests(family: Family) -> None:
    """Requests about somebody's information, with what moved their deadlines.

    The day a request came is not moved to a working day: the demo promises "three weeks ago".
    """
    words = (
        "kind",
        "channel",
        "asked",
        "about_name",
        "requester",
        "requester_name",
        "reach_by",
        "answer_format",
    )
    calendar, staff = family.calendar, family.charity.staff
    for told in family.all_told("requests"):
        received = calendar.day(told["received"])
        request = RightsRequest.objects.create(
            person=family.people.get(told.get("person", "")),
            received_on=received,
            recorded_by=staff[told["by"]],
            recorded_at=moment_of(received, told["recorded_at"]),
            **{name: told[name] for name in words if name in told},
            **_acknowledged(family, told),
        )
        _load_evidence(family, request, told)
        _load_time(family, request, told)


def _acknowledged(family: Family, told: Told) -> Told:
    """What was answered to the request so far, and the status that follows from it."""
    staff = family.charity.staff
    fields: Told = {}
    if "acknowledged" in told:
        fields |= {
            "status": RequestStatus.IN_PROGRESS,
            "acknowledged_at": _at(family, told["acknowledged"], "16:30"),
            "acknowledged_by": staff[told["acknowledged_by"]],
        }
    if "refused" in told:
        fields |= {
            "status": RequestStatus.REFUSED,
            "refused_at": _at(family, told["refused"], "16:30"),
            "refused_by": staff[told["refused_by"]],
            "refusal_reasons": told["refusal_reasons"],
        }
    return fields


def _load_evidence(family: Family, request: RightsRequest, told: Told) -> None:
    staff, calendar = family.charity.staff, family.calendar
    EvidenceAsked.objects.bulk_create(
        EvidenceAsked(
            request=request,
            gate=asked["gate"],
            asked_on=calendar.day(asked["asked"]),
            because=asked["because"],
            **_written(family, asked["by"], asked["asked"]),
        )
        for asked in told.get("evidence_asked", ())
    )
    EvidenceSeen.objects.bulk_create(
        EvidenceSeen(
            request=request,
            gate=seen["gate"],
            how=seen["how"],
            what=seen.get("what", ""),
            seen_on=calendar.day(seen["seen"]),
            seen_by=staff[seen["seen_by"]],
            **_written(family, seen["seen_by"], seen["seen"]),
        )
        for seen in told.get("evidence_seen", ())
    )


def _load_time(family: Family, request: RightsRequest, told: Told) -> None:
    """Questions, which stop the clock, and the one extension."""
    calendar = family.calendar
    Clarification.objects.bulk_create(
        Clarification(
            request=request,
            question=question["question"],
            answer=question.get("answer", ""),
            asked_on=calendar.day(question["asked"]),
            answered_on=calendar.day(question["answered"]) if "answered" in question else None,
            **_written(family, question["by"], question["asked"]),
        )
        for question in told.get("clarifications", ())
    )
    if longer := told.get("extension"):
        Extension.objects.create(
            request=request,
            ground=longer["ground"],
            reasons=longer["reasons"],
            notice_sent_on=calendar.day(longer["notice_sent"]),
            **_written(family, longer["by"], longer["notice_sent"]),
        )


def _written(family: Family, by: str, ago: int) -> dict[str, Any]:
    return {
        "recorded_by": family.charity.staff[by],
        "recorded_at": _at(family, ago, "15:10"),
    }


def _at(family: Family, ago: int, at: str) -> Any:
    return moment_of(family.calendar.day(ago), at)
