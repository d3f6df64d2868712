"""Letters about rights: one, its file, and the words they begin with."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from core.errors import Refused
from core.references import RIGHTS_LETTER, as_now
from letters.models import Way
from letters.workflow import LOST_AFTER, DispatchStatus
from sar.addresses import where
from sar.complaint_letters import written_to
from sar.letter_kinds import LetterKind
from sar.letter_rules import why_not_again
from sar.models import LetterWording, RequestLetter
from sar.permissions import letters_of, may_work
from sar.wording import SHIPPED, Wording


@dataclass(frozen=True, slots=True)
class Kept:
    """What went out: where its bytes are, what it is called, and of which sort it is."""

    path: str
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where a letter may go, each with its way; what to look out for, and why not where it may not."""

    found: list[tuple[Way, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    why_not: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind of letter as they are now, and who wrote them; nobody for those shipped."""

    kind: LetterKind
    subject: str
    body: str
    shipped: Wording
    newest: LetterWording | None

    @property
    def by(self) -> str:
        if self.newest is None:
            return "comes with the software"
        return f"version {self.newest.number}, {self.newest.recorded_by}"


def open_letter(
    reference: str, *, look: Look, verb: Verb = Verb.RIGHTS_LETTER_READ
) -> RequestLetter:
    """Open one letter, and write that `look.by` did; NotYours (404, logged) for whoever does not work
    on requests, or if there is none.
    """
    user: User = look.by
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    reference = as_now(RIGHTS_LETTER, reference)
    letter = (
        letters_of(user)
        .filter(reference=reference)
        .select_related(
            "request__person", "person", "wording", "recorded_by", "went_by", "again_of"
        )
        .first()
    )
    if letter is None:
        asked = RequestLetter.objects.filter(reference=reference).first()
        raise NotYours(
            "No letter with this reference.",
            look=look,
            record=RequestLetter,
            people=asked.people if asked else [],
            values={"reference": reference},
        )
    show(look, [Shown(verb, letter, letter.people)])
    return letter


def open_file(reference: str, *, look: Look) -> Kept:
    """The pages of a letter, or the e-mail as it went. Refused while there are none."""
    letter = open_letter(reference, look=look, verb=Verb.RIGHTS_LETTER_FILE_TAKEN)
    if not letter.file or not default_storage.exists(letter.file):
        raise Refused("Nothing has been made of this letter yet. Look at it again.")
    end, content_type = ("pdf", "application/pdf") if letter.is_post else ("eml", "message/rfc822")
    return Kept(
        path=str(PurePath(letter.file)),
        name=f"{letter.reference}.{end}",
        content_type=content_type,
    )


def moves_of(letter: RequestLetter) -> dict[str, bool]:
    """What somebody can do with `letter` now, by the name of the button."""
    lost = timezone.now() - letter.since > LOST_AFTER
    return {
        "wait": letter.status in {DispatchStatus.MAKING, DispatchStatus.QUEUED},
        "posted": letter.status == DispatchStatus.READY,
        "again": letter.status == DispatchStatus.FAILED,
        "drop": letter.status in {DispatchStatus.READY, DispatchStatus.FAILED},
        "settle": letter.status == DispatchStatus.SENDING and lost,
        "once_more": not why_not_again(letter),
    }


def places_now(letter: RequestLetter, *, on: date) -> Places:
    """Where `letter` may go today, by post and by e-mail, if it is sent once more."""
    party, places = written_to(letter), Places()
    for way in Way:
        found = where(party, LetterKind(letter.kind), way, on=on)
        places.found.extend((way, address) for address in found.addresses)
        places.warnings.extend(one for one in found.warnings if one not in places.warnings)
        if found.why_not:
            places.why_not.append(f"{way.label}: {found.why_not}")
    return places


def list_wordings(*, look: Look) -> list[Words]:
    """The words of every kind of letter; NotNow (403, logged) for whoever does not work on requests."""
    _must_work(look)
    newest: dict[str, LetterWording] = {}
    for one in LetterWording.objects.select_related("recorded_by").order_by("kind", "number"):
        newest[one.kind] = one
    return [_words(kind, newest.get(kind)) for kind in LetterKind]


def open_wording(kind: str, *, look: Look) -> Words:
    """The words of one kind; NotYours (404, logged) if there is no such kind."""
    _must_work(look)
    if kind not in LetterKind.values:
        raise NotYours("There is no such letter.", look=look, record=LetterWording)
    newest = (
        LetterWording.objects.filter(kind=kind)
        .select_related("recorded_by")
        .order_by("-number")
        .first()
    )
    return _words(LetterKind(kind), newest)


def _words(kind: LetterKind, newest: LetterWording | None) -> Words:
    shipped = SHIPPED[kind]
    now = newest or shipped
    return Words(kind=kind, subject=now.subject, body=now.body, shipped=shipped, newest=newest)


def _must_work(look: Look) -> None:
    if not may_work(look.by):
        raise NotNow(
            "The Data Protection Officer writes these words.",
            look=look.for_purpose(Purpose.MANAGEMENT),
            record=LetterWording,
        )
