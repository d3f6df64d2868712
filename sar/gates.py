"""What stands in the way of releasing anything, in sentences: asked on the page, and again at release.

`hindrances(request, on=today)` is the one list; whoever signs an answer off or hands it over asks it too.
"""

from collections.abc import Iterator
from datetime import date

from cases.queries.responsibility import is_grown_up
from core.dates import plain
from sar.kinds import EvidenceGate, Kind, Requester
from sar.models import Competence, ConflictWarning, RightsRequest
from sar.searching import search_missing


def hindrances(request: RightsRequest, *, on: date) -> list[str]:
    """Why nothing may be released to whoever asks on the day `on`; empty if nothing stands in the way.

    Reads `evidence_seen`, `warnings`, `competences` and the person.
    """
    return [
        *_evidence(request, on),
        *_childhood(request, on),
        *_conflicts(request),
        *_search(request),
    ]


def undecided(request: RightsRequest) -> list[ConflictWarning]:
    """The warnings that the officer has still to decide on."""
    return [warning for warning in request.warnings.all() if warning.is_open]


def newest_competence(request: RightsRequest) -> Competence | None:
    """The assessment that counts: the last one."""
    return max(request.competences.all(), key=lambda one: one.pk, default=None)


def needs_competence(request: RightsRequest, *, on: date) -> bool:
    """Whether a child's understanding has to be assessed: a child asks, or a parent asks for one."""
    person = request.person
    if person is None or is_grown_up(person, on=on):
        return False
    if request.requester == Requester.PARENT:
        return True
    return not request.asked_by_somebody_else and person.date_of_birth is not None


def _evidence(request: RightsRequest, on: date) -> Iterator[str]:
    seen = {row.gate: row for row in request.evidence_seen.all()}
    if EvidenceGate.IDENTITY not in seen:
        yield "It is not established yet who asks." + (
            " Nobody has doubted it, so that it may be answered that nothing is held; on doubt, ask for evidence first."
            if request.is_open
            and request.person_id is None
            and not before_nothing_held(request, on=on)
            else ""
        )
    if not request.asked_by_somebody_else:
        return
    authority = seen.get(EvidenceGate.AUTHORITY)
    if authority is None:
        yield "It is not established yet that they may ask for the person."
    elif authority.valid_until is not None and authority.valid_until < on:
        yield (
            f"Their authority to act for the person ended on {plain(authority.valid_until)}. Ask the person, "
            "or take a new request."
        )


def before_nothing_held(request: RightsRequest, *, on: date) -> list[str]:
    """Why it may not be answered on the day `on` that nothing is held of somebody unknown here; empty if it may.

    That answer tells something of whoever it is about. Who asks for somebody else has to be established, and
    that they may; and who asks for themself, where that was doubted in writing. Nothing is on record by which
    anybody else could be known, and without doubt no papers may be asked for (UK GDPR Art 12(6)).
    """
    doubted = any(row.gate == EvidenceGate.IDENTITY for row in request.evidence_asked.all())
    seen = {row.gate: row for row in request.evidence_seen.all()}
    against = []
    if EvidenceGate.IDENTITY not in seen and (doubted or request.asked_by_somebody_else):
        against.append("It is not established yet who asks: write down “Identity seen” first.")
    if not request.asked_by_somebody_else:
        return against
    authority = seen.get(EvidenceGate.AUTHORITY)
    if authority is None:
        against.append(
            "It is not established yet that they may ask for the person: write down “Authority seen” first."
        )
    elif authority.valid_until is not None and authority.valid_until < on:
        against.append(
            f"Their authority to act for the person ended on {plain(authority.valid_until)}."
        )
    return against


def _childhood(request: RightsRequest, on: date) -> Iterator[str]:
    person = request.person
    if person is None:
        return
    if request.requester == Requester.PARENT and is_grown_up(person, on=on):
        yield (
            f"{person} is 18 now, so that a parent may not ask for them any more. Refuse this request; "
            "they can ask themself, or give somebody authority."
        )
        return
    if not needs_competence(request, on=on):
        return
    found = newest_competence(request)
    if found is None:
        yield "Nobody has assessed yet whether the child understands what this means."
    elif request.requester == Requester.PARENT and found.stands_against:
        yield "The child can decide this themself and has not agreed."
    elif request.requester != Requester.PARENT and found.finding != Competence.Finding.COMPETENT:
        yield (
            "The child was found not to understand yet what this means. Somebody with parental "
            "responsibility may ask for them."
        )


def _search(request: RightsRequest) -> Iterator[str]:
    missing = search_missing(request) if request.kind == Kind.ACCESS else ""
    if not missing or request.gap:
        return
    if not request.searches.all():
        yield f"{missing} Begin it."
    else:
        yield f"{missing} Wait for it, or answer as a part only, and state the gap."


def _conflicts(request: RightsRequest) -> Iterator[str]:
    open_ones = undecided(request)
    if open_ones:
        yield (
            f"There are warnings that nobody has decided on ({len(open_ones)}): "
            + "; ".join(dict.fromkeys(str(one) for one in open_ones))
            + "."
        )
    if any(one.decision == ConflictWarning.Decision.STOP for one in request.warnings.all()):
        yield "It was decided that nothing may go to whoever asks. Refuse the request."
