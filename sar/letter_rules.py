"""Which letter a request needs now, which it may have, and the words each begins with."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core.dates import plain
from core.errors import Refused
from core.organisation import ORGANISATION
from letters.variables import check, fill
from letters.workflow import DispatchStatus
from sar.answering import (
    answer_in_words,
    recipients_in_words,
    unfinished,
    what_is_gone,
    what_is_left,
)
from sar.deadlines import deadline_of, due_if_extended, too_late_to_tell, untold_extension
from sar.kinds import ASKED_FOR, EvidenceGate, Kind
from sar.letter_kinds import ONCE, LetterKind
from sar.models import (
    ErasureItem,
    ErasureStop,
    LetterWording,
    RequestCorrection,
    RequestLetter,
    RightsRequest,
)
from sar.searching import searched_in_words
from sar.wording import DAY_TO_WRITE, SHIPPED, WORDS_TO_WRITE
from sar.workflow import RequestStatus

_K = LetterKind
# Written while the request is being worked on; the others when it is answered.
WHILE_OPEN = frozenset(
    {
        _K.ACKNOWLEDGE,
        _K.ASK_IDENTITY,
        _K.ASK_AUTHORITY,
        _K.ASK_CLARIFICATION,
        _K.EXTEND,
        _K.CORRECTED,
    }
)
OF_COMPLAINTS = frozenset({_K.COMPLAINT_ACKNOWLEDGED, _K.COMPLAINT_PROGRESS, _K.COMPLAINT_OUTCOME})
GATES = {_K.ASK_IDENTITY: EvidenceGate.IDENTITY, _K.ASK_AUTHORITY: EvidenceGate.AUTHORITY}

# The time has not begun, or stands still: “we will answer by …”.
NO_DAY_YET = "the day one month after we have what we ask you for"
HELD_BACK = (
    "What we hold back from using because of your request stays so until we have told you the day from which "
    "we use it again."
)
# What has to have happened to the request before such a letter is written.
AFTER = {
    _K.NOTHING_HELD: (
        RequestStatus.NOTHING_HELD,
        "Answer first that nothing is held, after the search.",
    ),
    _K.REFUSE: (RequestStatus.REFUSED, "Refuse the request first, with the reasons."),
    _K.WITHDRAWN: (
        RequestStatus.WITHDRAWN,
        "Write down first that it was withdrawn, when and how.",
    ),
    _K.ANSWER: (RequestStatus.RELEASED, "Release the pack first: this letter goes with it."),
}


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
    *, name: str, whose: str, reference: str, received: date, contact: str, writer: str, on: date
) -> dict[str, str]:
    """What the names stand for that every kind of letter knows."""
    return {
        "name": name,
        "whose": whose,
        "reference": reference,
        "received": plain(received),
        "today": plain(on),
        "contact": contact,
        "writer": writer,
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
        whose="your information" if themself else f"the information about {request.name_on_record}",
        reference=request.reference,
        received=request.received_on,
        contact=str(request.named_contact or by),
        writer=str(by),
        on=on,
    )
    return values | {
        "asked_for": ASKED_FOR[Kind(request.kind)],
        "due": plain(due) if due else NO_DAY_YET,
        "question": question.question if question else "",
        "reasons": reasons,
        "searched": searched_in_words(request),
        "answer": answer_in_words(request),
        "recipients": recipients_in_words(request),
        "gaps": _gap_of(request),
        "lifted_on": DAY_TO_WRITE,
        "corrected": "\n".join(
            f"{one.get_what_display()}: “{one.after_in_words}”, and not “{one.before_in_words}”."
            for one in request.corrections.all()
            if not one.is_address
        ),
        **_at_its_end(request),
        "because": "",
        **{f"because_{gate}": words for gate, words in asked.items()},
    }


def _at_its_end(request: RightsRequest) -> dict[str, str]:
    """What only letters say that follow an answer or a withdrawal."""
    answered, gone = request.answered_at, _last_gone(request)
    backups = gone + timedelta(days=settings.BACKUPS["days"]) if gone else None
    return {
        "answered": plain(timezone.localdate(answered)) if answered else "",
        "gone_by": plain(request.gone_by) if request.gone_by else "",
        "erased": what_is_gone(request),
        "not_erased": what_is_left(request) if request.gone_by else "",
        "stopped": stop.telling if (stop := stop_of(request)) else WORDS_TO_WRITE,
        "backups_until": plain(backups) if backups else "",
        "withdrawn_on": plain(request.withdrawn_on) if request.withdrawn_on else "",
        "held_back": HELD_BACK if _is_held_back(request) else "",
    }


def _last_gone(request: RightsRequest) -> date | None:
    """The day on which the last of what was to be erased went; None while something is left."""
    wanted = [one for one in request.erasures.all() if one.decision == ErasureItem.Decision.ERASE]
    gone = [timezone.localdate(one.acted) for one in wanted if one.acted is not None]
    return max(gone) if gone and len(gone) == len(wanted) else None


def _is_held_back(request: RightsRequest) -> bool:
    return any(one.restriction.lifted_at is None for one in request.restrictions.all())


def draft_for(
    kind: LetterKind, request: RightsRequest, *, name: str, by: User, on: date
) -> Drafted:
    """The letter of this kind about `request`, as it begins."""
    values = values_of(request, name=name, by=by, on=on)
    if kind in GATES:
        values["because"] = values.get(f"because_{GATES[kind]}", "")
    if kind == _K.EXTEND:
        longer = due_if_extended(request)
        values["due"] = plain(longer) if longer else NO_DAY_YET
    if kind == _K.RESTRICTION_LIFTED:
        # Neither why it was refused nor why it took longer.
        values["reasons"] = WORDS_TO_WRITE
    return drafted(kind, values)


def why_not(kind: LetterKind, request: RightsRequest) -> str:
    """Why a letter of this kind cannot be written about `request` now; empty if it can."""
    if kind in OF_COMPLAINTS:
        return "A letter about a complaint is written from the complaint."
    if kind in WHILE_OPEN and not request.is_open:
        return f"{request} is answered ({request.get_status_display().lower()})."
    if kind == _K.DONE:
        return _why_not_done(request)
    if gate := GATES.get(kind):
        if not any(row.gate == gate for row in request.evidence_asked.all()):
            return (
                "Record first why it is asked for: papers are asked for only on doubt that is written "
                "down (UK GDPR Art 12(6))."
            )
        return ""
    ready, otherwise = _first(kind, request)
    return "" if ready else otherwise


def _first(kind: LetterKind, request: RightsRequest) -> tuple[bool, str]:
    """Whether that happened which a letter of this kind tells, and what to do first if not."""
    if kind == _K.ASK_CLARIFICATION:
        return _open_question(request), "Record the question first."
    if kind == _K.CORRECTED:
        is_corrected = any(not one.is_address for one in request.corrections.all())
        return is_corrected, "Correct first what was written down wrongly."
    if kind == _K.RESTRICTION_LIFTED:
        return _is_held_back(request), "Nothing is held back from use because of this request."
    if kind == _K.RECIPIENTS_TOLD:
        return _changes_something(request), "Nothing has been changed yet that others were told of."
    if kind in _WEIGHED:
        return _WEIGHED[kind](request)
    if kind == _K.PART:
        return bool(request.parts.all()), "Release a part first: this letter goes with it."
    if kind in AFTER:
        status, otherwise = AFTER[kind]
        return request.status == status, otherwise
    return True, ""


def _extended(request: RightsRequest) -> tuple[bool, str]:
    """Whether a longer time was told, or is planned and can still be told by this letter."""
    if getattr(request, "extension", None) is None:
        return False, "Extend the time first, with the ground and the reasons."
    late = too_late_to_tell(request, timezone.localdate()) if untold_extension(request) else ""
    return not late, late


def _changes_something(request: RightsRequest) -> bool:
    """Whether somebody can ask to whom a change was told (UK GDPR Art 19): once something was changed."""
    return bool(
        request.recipients.all()
        or request.restrictions.all()
        or any(not one.is_waiting for one in request.rectifications.all())
        or any(one.acted for one in request.erasures.all())
    )


def _erased_since(request: RightsRequest) -> tuple[bool, str]:
    """Whether all of it is gone that the answer promised, and there is somebody to be told."""
    if request.gone_by is None:
        return False, "The answer promised no erasure that was still to come."
    if _last_gone(request) is None:
        return False, "Not all of it is gone yet: see “Keeping and destroying”, “Erasure requests”."
    if request.person_id is None:
        return False, "Their own record is erased: nobody knows any more where to write."
    return True, ""


def _not_erased(request: RightsRequest) -> tuple[bool, str]:
    """Whether something of what was promised is stopped, or its day has passed."""
    if request.gone_by is None or not any(one.is_erased_later for one in request.erasures.all()):
        return False, "The answer promised no erasure that is still to come."
    is_late = request.gone_by < timezone.localdate()
    return (
        is_late or stop_of(request) is not None,
        "Nothing stops what the answer promised, and its day has not passed.",
    )


_WEIGHED: dict[LetterKind, Callable[[RightsRequest], tuple[bool, str]]] = {
    _K.EXTEND: _extended,
    _K.ERASED: _erased_since,
    _K.NOT_ERASED: _not_erased,
}


def stop_of(request: RightsRequest) -> ErasureStop | None:
    """What stops an erasure that was promised, while it stands."""
    return next((one for one in request.stops.all() if one.stands), None)


def _why_not_done(request: RightsRequest) -> str:
    """Why it cannot be answered what was done: something is undone, or it was answered otherwise."""
    if request.is_open:
        left = unfinished(request, on=timezone.localdate())
        return left[0] if left else ""
    if request.status == RequestStatus.ANSWERED:
        return ""
    return f"{request} is answered ({request.get_status_display().lower()})."


def may_be_written(request: RightsRequest) -> list[LetterKind]:
    """The kinds of letter that can be written about `request` now, those it waits for first."""
    first = owed(request)
    rest = [kind for kind in LetterKind if kind not in first and not why_not(kind, request)]
    return [*first, *rest]


def gone_once(
    letters: Iterable[RequestLetter], kinds: Collection[str] = ONCE
) -> list[RequestLetter]:
    """The letters of `kinds` that go once and were written already; one that was given up does not count."""
    return [one for one in _alive(letters) if one.kind in kinds]


def owed(request: RightsRequest) -> list[LetterKind]:
    """The letters that `request` waits for, because of what happened to it.

    Reads `evidence_asked`, `evidence_seen`, `clarifications`, `corrections`, `erasures`, `extension`,
    `parts`, `stops` and `letters`.
    """
    written = {
        LetterKind(letter.kind)
        for letter in _alive(request.letters.all())
        if letter.kind not in {_K.ASK_CLARIFICATION, _K.PART, _K.CORRECTED, _K.NOT_ERASED}
    }
    wanted = [
        (_K.ACKNOWLEDGE, request.is_open and request.acknowledged_at is None),
        (_K.ASK_IDENTITY, _awaits(request, EvidenceGate.IDENTITY)),
        (_K.ASK_AUTHORITY, _awaits(request, EvidenceGate.AUTHORITY)),
        (_K.ASK_CLARIFICATION, request.is_open and _question_unsent(request)),
        (_K.EXTEND, request.is_open and _first(_K.EXTEND, request)[0]),
        (_K.REFUSE, request.status == RequestStatus.REFUSED),
        (_K.NOTHING_HELD, request.status == RequestStatus.NOTHING_HELD),
        (_K.ANSWER, request.status == RequestStatus.RELEASED),
        (_K.PART, _parts_unsaid(request)),
        (_K.DONE, _answer_owed(request)),
        (_K.ERASED, _erased_since(request)[0] and not request.said),
        (_K.NOT_ERASED, _stop_untold(request)),
        (_K.WITHDRAWN, request.status == RequestStatus.WITHDRAWN),
        (_K.CORRECTED, request.is_open and _told_wrongly(request)),
    ]
    return [kind for kind, is_wanted in wanted if is_wanted and kind not in written]


def check_letter(kind: LetterKind, request: RightsRequest) -> None:
    """Refused if a letter of this kind cannot be written about `request` now."""
    if why := why_not(kind, request):
        raise Refused(why)


def why_not_again(letter: RequestLetter) -> str:
    """Why `letter` cannot be sent once more; empty if it went, and was not sent again yet."""
    if letter.went_at is None:
        return f"{letter} has not gone, so it cannot have come back."
    later = letter.sent_again.exclude(status=DispatchStatus.DROPPED).first()
    if later is not None:
        return f"{letter} was sent again already, as {later}. Look at that one."
    return ""


def _gap_of(request: RightsRequest) -> str:
    """What is still missing: as the newest part says it, while anything is."""
    newest = max(request.parts.all(), key=lambda one: one.pk, default=None)
    return newest.gap if newest is not None and request.is_open else ""


def _parts_unsaid(request: RightsRequest) -> bool:
    """Whether a part went out without its letter."""
    said = [one for one in _alive(request.letters.all()) if one.kind == _K.PART]
    return request.is_open and len(said) < len(request.parts.all())


def _stop_untold(request: RightsRequest) -> bool:
    """Whether something stops what was promised and nothing was written or said about it since."""
    stop = stop_of(request)
    if stop is None or not stop.is_untold:
        return False
    letters = _alive(request.letters.all())
    return not any(one.kind == _K.NOT_ERASED and one.recorded_at >= stop.noticed for one in letters)


def _told_wrongly(request: RightsRequest) -> bool:
    """Whether they were told another day or kind than stands there now, since it was corrected."""
    what = RequestCorrection.What
    wrong = [
        one.recorded_at
        for one in request.corrections.all()
        if one.what in {what.RECEIVED_ON, what.KIND}
    ]
    letters = _alive(request.letters.all())
    told = [one.recorded_at for one in letters if one.kind in {_K.ACKNOWLEDGE, _K.CORRECTED}]
    return bool(wrong) and bool(told) and max(told) < max(wrong)


def _answer_owed(request: RightsRequest) -> bool:
    """Whether everything is done and they were not told; word of mouth is told as well."""
    if request.is_open:
        return request.kind != Kind.ACCESS and not _why_not_done(request)
    return request.status == RequestStatus.ANSWERED and not request.said


def _alive(letters: Iterable[RequestLetter]) -> list[RequestLetter]:
    """The letters that were not given up; the same one sent once more says nothing that is new."""
    return [
        letter
        for letter in letters
        if letter.status != DispatchStatus.DROPPED and letter.again_of_id is None
    ]


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
