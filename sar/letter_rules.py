"""Which letter a request needs now, which it may have, and the words each begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from core.dates import plain
from core.errors import Refused
from core.organisation import ORGANISATION
from letters.variables import check, fill
from letters.workflow import DispatchStatus
from sar.deadlines import deadline_of
from sar.kinds import EvidenceGate
from sar.letter_kinds import LetterKind
from sar.models import LetterWording, RequestLetter, RightsRequest
from sar.searching import searched_in_words
from sar.wording import SHIPPED
from sar.workflow import RequestStatus

_K = LetterKind
# Written while the request is being worked on; the others when it is answered.
WHILE_OPEN = frozenset(
    {_K.ACKNOWLEDGE, _K.ASK_IDENTITY, _K.ASK_AUTHORITY, _K.ASK_CLARIFICATION, _K.EXTEND}
)
OF_COMPLAINTS = frozenset({_K.COMPLAINT_ACKNOWLEDGED, _K.COMPLAINT_PROGRESS, _K.COMPLAINT_OUTCOME})
GATES = {_K.ASK_IDENTITY: EvidenceGate.IDENTITY, _K.ASK_AUTHORITY: EvidenceGate.AUTHORITY}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter before anybody has changed a word: from which version, and what it says."""

    wording: LetterWording | None
    subject: str
    body: str


def check_words(kind: LetterKind, *texts: str) -> None:
    """Refused, naming it, if a text names something that nobody can fill in for this kind."""
    for text in texts:
        check(text, SHIPPED[kind].variables)


def newest_wording(kind: LetterKind) -> LetterWording | None:
    """The words that the Data Protection Officer wrote last for this kind, if they wrote any."""
    return LetterWording.objects.filter(kind=kind).order_by("-number").first()


def drafted(kind: LetterKind, values: Mapping[str, str]) -> Drafted:
    """A letter of this kind with everything filled in; what `values` does not know stays empty.

    For a complaint: `common_values(...)` and what `sar.wording.SHIPPED[kind].own` names.
    """
    wording = newest_wording(kind)
    words = wording or SHIPPED[kind]
    known = {**dict.fromkeys(SHIPPED[kind].variables, ""), **values}
    body = fill(words.body, known)
    # What stayed empty leaves no gap of several lines.
    paragraphs = [one.strip() for one in body.split("\n\n")]
    return Drafted(
        wording=wording,
        subject=fill(words.subject, known).strip(),
        body="\n\n".join(filter(None, paragraphs)),
    )


def common_values(
    *, name: str, whose: str, reference: str, received: date, contact: str, on: date
) -> dict[str, str]:
    """What the names stand for that every kind of letter knows."""
    return {
        "name": name,
        "whose": whose,
        "reference": reference,
        "received": plain(received),
        "today": plain(on),
        "contact": contact,
        "charity": ORGANISATION.name,
        "phone": ORGANISATION.phone,
        "email": ORGANISATION.email,
        "dpo": ORGANISATION.dpo_title,
        "dpo_phone": ORGANISATION.dpo_phone,
        "dpo_email": ORGANISATION.dpo_email,
    }


def values_of(request: RightsRequest, *, name: str, by: User, on: date) -> dict[str, str]:
    """What the names stand for in a letter about `request`, from what is recorded of it."""
    standing = deadline_of(request, on)
    due = standing.deadline.due
    asked = {row.gate: row.because for row in request.evidence_asked.all()}
    question = next((one for one in request.clarifications.all() if not one.answered_on), None)
    extension = getattr(request, "extension", None)
    reasons = request.refusal_reasons or (extension.reasons if extension else "")
    themself = not request.asked_by_somebody_else
    values = common_values(
        name=name,
        whose="your information" if themself else f"the information about {request.about_whom}",
        reference=request.reference,
        received=request.received_on,
        contact=str(request.named_contact or by),
        on=on,
    )
    return values | {
        "asked_for": _asked_for(request),
        "due": plain(due) if due else "a month after we have heard from you",
        "question": question.question if question else "",
        "reasons": reasons,
        "searched": searched_in_words(request),
        "gaps": request.gap,
        "because": "",
        **{f"because_{gate}": words for gate, words in asked.items()},
    }


def draft_for(
    kind: LetterKind, request: RightsRequest, *, name: str, by: User, on: date
) -> Drafted:
    """The letter of this kind about `request`, as it begins."""
    values = values_of(request, name=name, by=by, on=on)
    if kind in GATES:
        values["because"] = values.get(f"because_{GATES[kind]}", "")
    return drafted(kind, values)


def _asked_for(request: RightsRequest) -> str:
    """What they asked for, inside a sentence: “a copy of what we hold”."""
    words = str(request.get_kind_display()).partition(" (")[0]
    return words[0].lower() + words[1:]


def why_not(kind: LetterKind, request: RightsRequest) -> str:
    """Why a letter of this kind cannot be written about `request` now; empty if it can."""
    if kind in OF_COMPLAINTS:
        return "A letter about a complaint is written from the complaint."
    if kind in WHILE_OPEN and not request.is_open:
        return f"{request} is answered ({request.get_status_display().lower()})."
    if gate := GATES.get(kind):
        if not any(row.gate == gate for row in request.evidence_asked.all()):
            return (
                "Record first why it is asked for: papers are asked for only on doubt that is written "
                "down (UK GDPR Art 12(6))."
            )
    elif kind == _K.ASK_CLARIFICATION and not _open_question(request):
        return "Record the question first."
    elif kind == _K.EXTEND and getattr(request, "extension", None) is None:
        return "Extend the time first, with the ground and the reasons."
    elif kind == _K.NOTHING_HELD and request.status != RequestStatus.NOTHING_HELD:
        return "Answer first that nothing is held, after the search."
    elif kind == _K.REFUSE and request.status != RequestStatus.REFUSED:
        return "Refuse the request first, with the reasons."
    return ""


def may_be_written(request: RightsRequest) -> list[LetterKind]:
    """The kinds of letter that can be written about `request` now, those it waits for first."""
    first = owed(request)
    rest = [kind for kind in LetterKind if kind not in first and not why_not(kind, request)]
    return [*first, *rest]


def owed(request: RightsRequest) -> list[LetterKind]:
    """The letters that `request` waits for, because of what happened to it.

    Reads `evidence_asked`, `evidence_seen`, `clarifications`, `extension` and `letters`.
    """
    written = {
        LetterKind(letter.kind)
        for letter in _alive(request.letters.all())
        if letter.kind != _K.ASK_CLARIFICATION
    }
    wanted = [
        (_K.ACKNOWLEDGE, request.is_open and request.acknowledged_at is None),
        (_K.ASK_IDENTITY, _awaits(request, EvidenceGate.IDENTITY)),
        (_K.ASK_AUTHORITY, _awaits(request, EvidenceGate.AUTHORITY)),
        (_K.ASK_CLARIFICATION, request.is_open and _question_unsent(request)),
        (_K.EXTEND, request.is_open and getattr(request, "extension", None) is not None),
        (_K.REFUSE, request.status == RequestStatus.REFUSED),
        (_K.NOTHING_HELD, request.status == RequestStatus.NOTHING_HELD),
        (_K.ANSWER, request.status == RequestStatus.RELEASED),
    ]
    return [kind for kind, is_wanted in wanted if is_wanted and kind not in written]


def check_letter(kind: LetterKind, request: RightsRequest) -> None:
    """Refused if a letter of this kind cannot be written about `request` now."""
    if why := why_not(kind, request):
        raise Refused(why)


def _alive(letters: Iterable[RequestLetter]) -> list[RequestLetter]:
    return [letter for letter in letters if letter.status != DispatchStatus.DROPPED]


def _awaits(request: RightsRequest, gate: EvidenceGate) -> bool:
    seen = any(row.gate == gate for row in request.evidence_seen.all())
    asked = any(row.gate == gate for row in request.evidence_asked.all())
    return request.is_open and asked and not seen


def _open_question(request: RightsRequest) -> bool:
    return any(one.answered_on is None for one in request.clarifications.all())


def _question_unsent(request: RightsRequest) -> bool:
    asked = [one.recorded_at for one in request.clarifications.all() if one.answered_on is None]
    sent = [
        letter.recorded_at
        for letter in _alive(request.letters.all())
        if letter.kind == _K.ASK_CLARIFICATION
    ]
    return bool(asked) and not any(at >= asked[0] for at in sent)
