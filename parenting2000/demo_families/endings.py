"""How requests and a complaint end in the demo: promised, taken back, put right, answered; with their letters.

The worker sends the letters once the demo runs.
"""

from typing import Any

from django.utils import timezone

from accounts.models import User
from cases.models import CaseNote
from letters.models import Way
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family
from parenting2000.demo_families.rights_desk import asked_for, known
from sar.actions import complaints, erasure
from sar.actions.answering import answer_request
from sar.actions.complaint_letters import write_about_complaint
from sar.actions.correcting import correct_request
from sar.actions.letters import send_letter
from sar.actions.requests import withdraw
from sar.addresses import Party, party_of, where
from sar.complaint_letters import draft_about, party_of_complaint
from sar.kinds import Channel, Kind, Outcome
from sar.letter_kinds import LetterKind
from sar.letter_rules import Drafted, draft_for
from sar.models import Complaint, ErasureItem, RightsRequest
from sar.models.erasure import ErasureGround
from sar.pack.gather import gather


def load_endings(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """An erasure that was promised, a request taken back, one put right, and a complaint answered."""
    _promised_erasure(families["okafor_brennan"], charity, calendar)
    _withdrawn(families["al_khatib"], charity, calendar)
    _corrected(families["moss"], charity, calendar)
    _told_to_the_end(families["wisniewska"], charity, calendar)


def _promised_erasure(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Answered by e-mail with the day by which it is gone; the engine has not taken it up yet."""
    judith = charity.staff["judith"]
    request = asked_for(
        family,
        "chidi",
        Kind.ERASURE,
        ago=16,
        calendar=calendar,
        channel=Channel.EMAIL,
        asked="You need not keep what I said about my job. It was only to explain why I was late.",
        reach_by="By e-mail.",
    )
    known(request, charity.staff["harriet"], officer=judith, since=calendar.day(15))
    item = next(
        one for one in gather(family.people["chidi"]).items if one.source == CaseNote._meta.label
    )
    row = erasure.decide(
        request=request,
        item=item,
        decision=ErasureItem.Decision.ERASE,
        ground=ErasureGround.NOT_NEEDED,
        because="His work was never part of the mediation.",
        by=judith,
    )
    erasure.approve(item=row, by=charity.staff["maureen"])
    request = RightsRequest.objects.get(pk=request.pk)
    answer_request(
        request=request,
        outcome=Outcome.DONE,
        by=judith,
        **_by_email(party_of(request), _drafted(LetterKind.DONE, request, by=judith), calendar),
    )


def _withdrawn(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Asked for a copy, and said on the telephone that he no longer wants it; it is confirmed."""
    judith = charity.staff["judith"]
    request = asked_for(
        family,
        "mahmoud",
        Kind.ACCESS,
        ago=13,
        calendar=calendar,
        channel=Channel.EMAIL,
        asked="Please send me what you wrote about me for the housing office.",
        reach_by="By e-mail.",
    )
    withdraw(
        request=request,
        withdrawn_on=calendar.day(6),
        withdrawn_how=Channel.PHONE,
        withdrawal="He rang himself: the housing office has found its own copy. Nobody pressed him.",
        by=judith,
    )
    _write(request, LetterKind.WITHDRAWN, judith, calendar)


def _corrected(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Acknowledged with a wrong day; put right, and the letter that says so is still to be written."""
    judith = charity.staff["judith"]
    request = asked_for(
        family,
        "patricia",
        Kind.ACCESS,
        ago=8,
        calendar=calendar,
        channel=Channel.LETTER,
        asked="I would like a copy of what you have about me as Kayden's nan.",
        reach_by="By e-mail.",
    )
    _write(request, LetterKind.ACKNOWLEDGE, judith, calendar)
    correct_request(
        request=request,
        received_on=calendar.day(10),
        kind=Kind.ACCESS,
        channel=Channel.LETTER,
        because="The stamp on the envelope is two days older: it lay at the front desk.",
        by=judith,
    )


def _drafted(kind: LetterKind, request: RightsRequest, *, by: User) -> Drafted:
    name = party_of(request).name
    return draft_for(kind, request, name=name, by=by, on=timezone.localdate())


def _by_email(party: Party, begun: Drafted, calendar: Calendar) -> dict[str, Any]:
    """What `send_letter` takes: the letter as it begins, to the first safe e-mail address."""
    found = where(party, LetterKind.DONE, Way.EMAIL, on=calendar.today)
    return {
        "way": Way.EMAIL,
        "sent_to": found.addresses[0],
        "subject": begun.subject,
        "body": begun.body,
    }


def _write(request: RightsRequest, kind: LetterKind, by: User, calendar: Calendar) -> None:
    request = RightsRequest.objects.get(pk=request.pk)
    words = _by_email(party_of(request), _drafted(kind, request, by=by), calendar)
    send_letter(kind=kind, request=request, by=by, **words)


def _told_to_the_end(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Acknowledged, looked into and answered, each with its letter."""
    judith = charity.staff["judith"]
    complaint = complaints.record_complaint(
        kind=Complaint.Kind.DATA,
        channel=Channel.EMAIL,
        received_on=calendar.day(24),
        from_name=family.people["agnieszka"].name_on_record,
        person=family.people["agnieszka"],
        service=charity.services["counselling"],
        words="Someone from your office left a message about the group with my colleague at work.",
        by=charity.staff["bernie"],
    )
    _write_about(complaint, LetterKind.COMPLAINT_ACKNOWLEDGED, judith, calendar)
    complaints.acknowledge_complaint(complaint=complaint, by=judith)
    complaints.look_into(complaint=complaint, investigator=charity.staff["maureen"], by=judith)
    complaints.close_complaint(
        complaint=complaint,
        outcome=Complaint.Outcome.UPHELD,
        findings="You are right, and we are sorry. Your old number at work still stood first in our list. We "
        "have taken it out.",
        learning="Before anybody leaves a message they look whether the number is marked as safe for it.",
        by=judith,
    )
    _write_about(complaint, LetterKind.COMPLAINT_OUTCOME, judith, calendar)


def _write_about(complaint: Complaint, kind: LetterKind, by: User, calendar: Calendar) -> None:
    complaint.refresh_from_db()
    begun = draft_about(kind, complaint, by=by, on=calendar.today)
    words = _by_email(party_of_complaint(complaint), begun, calendar)
    write_about_complaint(complaint=complaint, kind=kind, by=by, **words)
