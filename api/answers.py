"""What was opened, as it is answered: plain values, each named in `api.schemas`."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from cases.models import Allocation, Case
from cases.queries.people import Details
from cases.queries.search import Found
from cases.queries.timeline import TimelineItem, told_by


def found_out(found: Found) -> dict[str, Any]:
    return {
        "items": [
            {
                "reference": hit.person.reference,
                "name": hit.person.full_name,
                "date_of_birth": hit.person.date_of_birth,
                "area": hit.area,
                "services": hit.services,
            }
            for hit in found.hits
        ],
        "more": found.more,
        "beyond": found.beyond,
    }


def person_out(details: Details) -> dict[str, Any]:
    person = details.record.person
    return {
        "reference": person.reference,
        "name": person.full_name,
        "preferred_name": person.preferred_name,
        "pronouns": person.pronouns,
        "date_of_birth": person.date_of_birth,
        "birth_certainty": person.birth_certainty,
        "first_language": person.first_language,
        "needs_interpreter": person.needs_interpreter,
        "communication_needs": person.communication_needs,
        "other_names": [one.name for one in details.names],
        "addresses": [
            {
                "kind": one.kind,
                "lines": one.lines,
                "postcode": one.postcode,
                "is_confidential": one.is_confidential,
            }
            for one in details.addresses
        ],
        "secret_addresses": details.secret_addresses,
        "contact_points": [
            {
                "kind": one.kind,
                "value": one.value,
                "safe_for_messages": one.safe_for_messages,
                "notes": one.notes,
            }
            for one in details.contact_points
        ],
        "alerts": [f"{line.title}: {line.words}" for line in details.record.alerts.lines],
        "cases": [case.reference for case in details.record.cases],
    }


def case_out(case: Case, working: Iterable[Allocation]) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "service": case.service.name,
        "status": case.status,
        "opened_on": case.opened_on,
        "people": [
            {
                "reference": one.person.reference,
                "name": one.person.full_name,
                "role": one.role,
            }
            for one in case.case_people.all()
        ],
        "workers": [str(one.worker) for one in working],
    }


def whole_case_out(case: Case) -> dict[str, Any]:
    working = [one for one in case.allocations.all() if one.until is None]
    return {
        **case_out(case, working),
        "summary": case.summary,
        "closed_at": case.closed_at,
        "closing_summary": case.closing_summary,
    }


def entry_out(item: TimelineItem) -> dict[str, Any]:
    return {
        "reference": item.reference,
        "case": item.case.reference if item.case else "",
        "title": item.title,
        "happened_at": item.happened_at,
        "written_at": item.written_at,
        "author": str(item.author),
        "about": item.about,
        "text": item.text,
        "facts": [{"label": label, "text": text} for label, text in item.facts],
        "flags": [flag.text for flag in item.flags],
        "correction_reason": item.correction.reason if item.correction else None,
    }


def version_out(version: Any, reader: User) -> dict[str, Any]:
    """A note says its body, a contact its summary, as far as `reader` needs it."""
    return {
        "reference": version.reference,
        "text": told_by(version, reader=reader).text,
        "happened_at": version.happened_at,
        "written_at": version.recorded_at,
        "author": str(version.recorded_by),
        "correction_reason": version.correction_reason,
    }
