"""Which letter a complaint needs now, to whom it goes, and the words it begins with."""

from datetime import date

from accounts.models import User
from core.references import COMPLAINT, as_now, as_written
from letters.workflow import DispatchStatus
from sar.addresses import Party, party_of, party_on
from sar.letter_kinds import LetterKind
from sar.letter_rules import Drafted, common_values, drafted
from sar.models import Complaint, ComplaintStep, RequestLetter
from sar.wording import WORDS_TO_WRITE

_K = LetterKind
# Goes once for a complaint; another one only after the first was given up.
ONCE_FOR_COMPLAINT = frozenset({_K.COMPLAINT_ACKNOWLEDGED, _K.COMPLAINT_OUTCOME})

# What was found, to whoever complained.
FOUND: dict[str, str] = {
    Complaint.Outcome.UPHELD: "We agree with your complaint.",
    Complaint.Outcome.PARTLY: "We agree with a part of your complaint.",
    Complaint.Outcome.NOT_UPHELD: "We do not agree with your complaint.",
    Complaint.Outcome.WITHDRAWN: "You have taken your complaint back.",
}


def party_of_complaint(complaint: Complaint) -> Party:
    """Whoever complains: the person of the record where it is their name, else somebody about them."""
    person = complaint.person
    words = complaint.from_name.casefold().split()
    own = person is not None and person.name_on_record.casefold().split() == words
    return Party(
        name=complaint.from_name,
        person=person if own else None,
        about=None if own else person,
        email=complaint.reply_email,
        address=complaint.reply_address,
    )


def written_to(letter: RequestLetter) -> Party:
    """To whom a letter goes that is written once more: as their request or complaint names them now."""
    if letter.request is not None:
        return party_of(letter.request)
    complaint = Complaint.objects.filter(reference=as_now(COMPLAINT, letter.matter)).first()
    return party_of_complaint(complaint) if complaint is not None else party_on(letter)


def letters_about(complaint: Complaint) -> list[RequestLetter]:
    """The letters about it, the newest first."""
    return list(RequestLetter.objects.filter(matter__in=as_written(complaint.reference)))


def owed_for(complaint: Complaint, letters: list[RequestLetter]) -> list[LetterKind]:
    """What it waits for: that it has come (DPA 2018 s.164A), and what was found. A compliment waits for none."""
    if complaint.kind == Complaint.Kind.COMPLIMENT:
        return []
    written = {one.kind for one in letters if one.status != DispatchStatus.DROPPED}
    wanted = [
        (_K.COMPLAINT_ACKNOWLEDGED, complaint.is_open and complaint.acknowledged_at is None),
        (_K.COMPLAINT_OUTCOME, not complaint.is_open),
    ]
    return [kind for kind, is_wanted in wanted if is_wanted and kind not in written]


def may_be_written_for(complaint: Complaint, letters: list[RequestLetter]) -> list[LetterKind]:
    """The kinds of letter that can be written about it now, those it waits for first."""
    first = owed_for(complaint, letters)
    return [*first, _K.COMPLAINT_PROGRESS] if complaint.is_open else first


def draft_about(kind: LetterKind, complaint: Complaint, *, by: User, on: date) -> Drafted:
    """The letter of this kind about `complaint`, as it begins."""
    told = complaint.steps.filter(kind=ComplaintStep.Kind.PROGRESS).order_by("pk").last()
    values = common_values(
        name=complaint.from_name,
        whose="your information",
        reference=complaint.reference,
        received=complaint.received_on,
        contact=str(by),
        writer=str(by),
        on=on,
    )
    outcome = [FOUND.get(complaint.outcome, ""), complaint.findings]
    if complaint.learning:
        outcome.append(f"What changes:\n{complaint.learning}")
    return drafted(
        kind,
        values
        | {
            "progress": told.words if told else WORDS_TO_WRITE,
            "outcome": "\n\n".join(filter(None, outcome)) if complaint.outcome else "",
        },
    )
