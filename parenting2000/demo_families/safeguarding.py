"""Concerns of the demo's families with what was done about them, and an allegation kept apart."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from consent.gateways import Gateway, lawful_through
from consent.models import Share, SharePerson
from consent.purposes import Purpose
from parenting2000.demo_families.charity import TOLD, Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family, Told
from safeguarding.models import (
    Allegation,
    AllegationEntry,
    Concern,
    ConcernEntry,
    ConcernPerson,
    Receiver,
    Report,
)

STATEMENT = ("in_danger", "own_words", "described", "harm", "how_known", "told_whom")


def load_concerns(family: Family) -> None:
    """Each concern with its entries, and what the council was told through the sharing log."""
    for told in family.all_told("concerns"):
        _load_concern(family, told)


def _load_concern(family: Family, told: Told) -> None:
    calendar, staff = family.calendar, family.charity.staff
    written = family.written(told, ago=told["ago"], at=told["at"])
    concern = Concern.objects.create(
        what=calendar.prose(told["what"]),
        suspected_on=calendar.worked(told["ago"]),
        suspected_by=staff[told["by"]].full_name,
        status=told["status"],
        review_on=calendar.worked(told["review"]) if "review" in told else None,
        next_chase_on=calendar.worked(told["chase"]) if "chase" in told else None,
        **_done(family, told, "read"),
        **_done(family, told, "ended"),
        **_words(told),
        **written,
    )
    ConcernPerson.objects.bulk_create(
        ConcernPerson(concern=concern, person=family.people[person], **written)
        for person in told["people"]
    )
    if "share" in told:
        _load_report(family, concern, told["share"], told["people"])
    ConcernEntry.objects.bulk_create(
        ConcernEntry(
            concern=concern,
            text=calendar.prose(entry["text"]),
            **{name: entry[name] for name in ("kind", "choice", "agrees") if name in entry},
            decided_by=staff.get(entry.get("decided_by", "")),
            **family.written(entry, ago=entry["ago"], at=entry["at"]),
        )
        for entry in told.get("entries", ())
    )


def _load_report(family: Family, concern: Concern, told: Told, people: list[str]) -> None:
    lawful = lawful_through(Gateway(told["gateway"]), Purpose.SAFEGUARDING)
    professional = family.charity.professionals[told["professional"]]
    written = family.written(told, ago=told["ago"], at=told["at"])
    own = {"ago", "at", "by", "professional", "authorised_by", "their_reference"}
    share = Share.objects.create(
        case=None,
        outcome="shared",
        purpose=Purpose.SAFEGUARDING,
        professional=professional,
        agency=professional.agency,
        basis=lawful.basis,
        condition=lawful.condition,
        decided_by=family.charity.staff[told["by"]],
        authorised_by=family.charity.staff[told["authorised_by"]],
        happened_at=written["recorded_at"],
        **{name: value for name, value in told.items() if name not in own},
        **written,
    )
    SharePerson.objects.bulk_create(
        SharePerson(share=share, person=family.people[person]) for person in people
    )
    Report.objects.create(
        concern=concern,
        to=Report.To.COUNCIL,
        share=share,
        their_reference=told["their_reference"],
        **written,
    )


@transaction.atomic
def load_allegations(charity: Charity, calendar: Calendar) -> None:
    """Who receives allegations, and those about a volunteer and about somebody long ago, which they alone can open."""
    staff = charity.staff
    record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE, record=Allegation)
    Receiver.objects.bulk_create(
        Receiver(
            user=staff[key],
            recorded_by=staff["sam"],
            recorded_at=calendar.moment(told["since"], "10:00"),
        )
        for key, told in TOLD["receivers"].items()
    )
    for told in TOLD["allegations"]:
        raised = calendar.moment(told["ago"], told["at"])
        read = told["read"]
        allegation = Allegation.objects.create(
            about_name=told["about_name"],
            what=calendar.prose(told["what"]),
            suspected_on=timezone.localdate(raised),
            suspected_by=staff[told["by"]].full_name,
            status="ended" if "ended" in told else "read",
            read_at=calendar.moment(read["ago"], read["at"]),
            read_by=staff[read["by"]],
            **_outcome(told, charity, calendar),
            recorded_by=staff[told["by"]],
            recorded_at=raised,
            **_words(told),
        )
        AllegationEntry.objects.bulk_create(
            AllegationEntry(
                allegation=allegation,
                kind=entry["kind"],
                text=entry["text"],
                recorded_by=staff[entry["by"]],
                recorded_at=calendar.moment(entry["ago"], entry["at"]),
            )
            for entry in told["entries"]
        )


def _outcome(told: Told, charity: Charity, calendar: Calendar) -> dict[str, Any]:
    """How an allegation ended: proposed by one of those named, confirmed by the other."""
    if "ended" not in told:
        return {}
    proposed, ended = told["proposed"], told["ended"]
    return {
        "outcome": proposed["outcome"],
        "proposed_at": calendar.moment(proposed["ago"], proposed["at"]),
        "proposed_by": charity.staff[proposed["by"]],
        "ended_at": calendar.moment(ended["ago"], ended["at"]),
        "ended_by": charity.staff[ended["by"]],
    }


def _words(told: Told) -> Told:
    return {"in_danger": False} | {name: told[name] for name in STATEMENT if name in told}


def _done(family: Family, told: Told, act: str) -> dict[str, Any]:
    """When and by whom it was read or ended, if it was."""
    if act not in told:
        return {}
    done = told[act]
    return {
        f"{act}_at": family.calendar.moment(done["ago"], done["at"]),
        f"{act}_by": family.charity.staff[done["by"]],
    }
