"""The Data Protection Officer's desk in the demo: each right in another state, a complaint, a mistake.

Told by the verbs, as of today: nothing here needs a past but the day on which it came.
"""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from cases.models import CaseNote
from core.files.formats import examine
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family
from sar.actions import breaches, complaints, erasure, rectification, search
from sar.actions.acronyms import explain
from sar.actions.answering import answer_spoken
from sar.actions.conflicts import decide_on_warning, look_for_conflicts
from sar.actions.evidence import see_identity
from sar.actions.requests import record_request
from sar.kinds import Channel, HowEstablished, Kind, Outcome
from sar.models import (
    Breach,
    Complaint,
    ConflictWarning,
    ErasureItem,
    RightsRequest,
    Search,
)
from sar.models.erasure import ErasureException, ErasureGround
from sar.pack.gather import gather

ACRONYMS = {
    "CIN": "Child in need: a plan made with the council",
    "EHA": "Early Help Assessment",
    "SENCO": "The teacher in charge of special educational needs at a school",
    "TAF": "Team around the family: those who help, in one meeting with the family",
}


# What stood on the telephone of the service and in no record.
TEXTS = """\
Danielle, 09:12: Is group still on today? Alfie has a cough
Family Support, 09:20: Yes, 10 till 12. Keep him warm, and ring if he is worse
Danielle, 09:21: My sister Leanne can have him till 1
Family Support, 12:40: Good to see you today. Next week we start at half past nine
"""


def load_rights_desk(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """A search half done, each right in another state, complaints, and mistakes with personal data."""
    judith = charity.staff["judith"]
    for letters, meaning in ACRONYMS.items():
        explain(letters=letters, meaning=meaning, by=judith)
    _search(families["marsden"], charity, calendar)
    _rectification(families["evans"], charity, calendar)
    _erasure(families["lydiate"], charity, calendar)
    _objection(families["doran"], charity, calendar)
    _restriction(families["wisniewska"], charity, calendar)
    _portability(families["okafor_brennan"], charity, calendar)
    _complaints(families, charity, calendar)
    _mistakes(families, charity)


def _search(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Danielle's: some places are answered, a colleague is asked for one, the others wait."""
    judith = charity.staff["judith"]
    search.add_suggested_places(by=judith)
    request = RightsRequest.objects.get(person=family.people["danielle"], kind=Kind.ACCESS)
    look_for_conflicts(request=request, by=judith)
    rows = {str(row.place): row for row in search.begin_search(request=request, by=judith)}
    found = Search.Outcome.FOUND
    for place, outcome, because in (
        ("Records in this system", found, "The record itself, and one draft."),
        ("Paper", Search.Outcome.NONE, "Nothing in the cabinet of family support."),
        ("Telephones", found, "Four texts on the telephone of the service."),
    ):
        search.answer_search(
            search=rows[place],
            outcome=outcome,
            searched_by=judith.full_name,
            searched_on=calendar.day(5),
            terms="Marsden, Danielle, “Siân from the group”",
            because=because,
            by=judith,
        )
    search.add_found_file(
        search=rows["Telephones"],
        file=examine(ContentFile(TEXTS.encode()), "texts.txt"),
        title="Texts between Danielle and the service",
        lay="Telephone of Family Support",
        dated_on=calendar.day(40),
        by=judith,
    )
    search.ask_to_search(
        search=rows["E-mail"],
        asked_of=charity.staff["sian"],
        due_on=calendar.today + timedelta(days=7),
        by=judith,
    )


def asked_for(
    family: Family, person: str, kind: Kind, *, ago: int, calendar: Calendar, **given: Any
) -> RightsRequest:
    return record_request(
        kind=kind,
        received_on=calendar.day(ago),
        person=family.people[person],
        by=family.charity.staff["bernie"],
        **given,
    )


def known(request: RightsRequest, by: User, *, officer: User, since: Any) -> None:
    for warning in request.warnings.all():
        if warning.is_open:
            decide_on_warning(
                request=request,
                warning=warning,
                decision=ConflictWarning.Decision.GO_ON,
                reason="Weighed: nothing goes where it could do harm.",
                by=officer,
            )
    see_identity(request=request, how=HowEstablished.KNOWN, seen_on=since, seen_by=by, by=by)


def _rectification(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Of the oldest note, which is restricted while the manager checks it."""
    judith = charity.staff["judith"]
    request = asked_for(
        family,
        "mair",
        Kind.RECTIFICATION,
        ago=6,
        calendar=calendar,
        channel=Channel.PHONE,
        asked="You wrote that I rang in a temper. That was my sister. I want it put right.",
        reach_by="Ring in the morning.",
    )
    known(request, charity.staff["sian"], officer=charity.staff["judith"], since=calendar.day(6))
    notes = CaseNote.objects.filter(case=family.cases["support"], corrected_by=None)
    note = notes.order_by("happened_at", "pk").first()
    rectification.send_to_service(
        request=request,
        entry=note,
        says="It was my sister who rang, and not I.",
        for_user=charity.staff["maureen"],
        by=judith,
    )


def _erasure(family: Family, charity: Charity, calendar: Calendar) -> None:
    """One note goes on a ground and is approved; another is kept and waits for the second person."""
    judith = charity.staff["judith"]
    request = asked_for(
        family,
        "tracey",
        Kind.ERASURE,
        ago=12,
        calendar=calendar,
        channel=Channel.EMAIL,
        asked="Please delete what you have about my back. It has nothing to do with Callum.",
        reach_by="By letter.",
    )
    known(request, charity.staff["sian"], officer=charity.staff["judith"], since=calendar.day(11))
    notes = [
        item
        for item in gather(family.people["tracey"]).items
        if item.source == CaseNote._meta.label
    ]
    decisions: tuple[dict[str, Any], ...] = (
        {
            "decision": ErasureItem.Decision.ERASE,
            "ground": ErasureGround.NOT_NEEDED,
            "because": "Her own health was never part of the work.",
        },
        {
            "decision": ErasureItem.Decision.KEEP,
            "exception": ErasureException.NO_GROUND,
            "because": "It says who cares for Callum while she is in hospital.",
        },
    )
    for number, (item, decided) in enumerate(zip(notes, decisions, strict=False)):
        row = erasure.decide(request=request, item=item, **decided, by=judith)
        if number == 0:
            erasure.approve(item=row, by=charity.staff["maureen"])


def _objection(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Taken in yesterday, and nobody has looked at it yet."""
    asked_for(
        family,
        "kathleen",
        Kind.OBJECTION,
        ago=1,
        calendar=calendar,
        channel=Channel.IN_PERSON,
        asked="I do not want to be in your numbers for the funder any more.",
        reach_by="In person, on Thursdays.",
    )


def _restriction(family: Family, charity: Charity, calendar: Calendar) -> None:
    """It is known who asks, and nothing is restricted yet."""
    request = asked_for(
        family,
        "tomasz",
        Kind.RESTRICTION,
        ago=4,
        calendar=calendar,
        channel=Channel.LETTER,
        asked="Keep what the play group wrote about me, I need it for court. But nobody shall use it until then.",
        reach_by="By letter.",
    )
    known(request, charity.staff["kirsty"], officer=charity.staff["judith"], since=calendar.day(3))


def _portability(family: Family, charity: Charity, calendar: Calendar) -> None:
    """Answered by word of mouth, as she wished."""
    request = asked_for(
        family,
        "sinead",
        Kind.PORTABILITY,
        ago=20,
        calendar=calendar,
        channel=Channel.MESSAGE,
        asked="Can I have the answers I gave on your form as a file? The other mediator wants them.",
        reach_by="By text, never by post.",
    )
    known(
        request, charity.staff["harriet"], officer=charity.staff["judith"], since=calendar.day(18)
    )
    answer_spoken(
        request=request,
        outcome=Outcome.DONE,
        said="Harriet gave her both files on a stick, and told her how to complain.",
        by=charity.staff["judith"],
    )


def _complaints(families: dict[str, Family], charity: Charity, calendar: Calendar) -> None:
    """One about data that waits, one about a service that is looked into, and a compliment."""
    judith, bernie = charity.staff["judith"], charity.staff["bernie"]
    complaints.record_complaint(
        kind=Complaint.Kind.DATA,
        channel=Channel.EMAIL,
        received_on=calendar.day(9),
        from_name="Leanne Moss",
        reach_by="By letter.",
        words="You refused me my own son's notes and I was not even asked. I want somebody else to look at it.",
        request=RightsRequest.objects.filter(requester_name="Leanne Moss").first(),
        by=bernie,
    )
    late = complaints.record_complaint(
        kind=Complaint.Kind.SERVICE,
        channel=Channel.PHONE,
        received_on=calendar.day(15),
        from_name="Rima Al-Khatib",
        person=families["al_khatib"].people["rima"],
        service=charity.services["family-support"],
        words="The interpreter was cancelled twice and nobody told me before I came.",
        by=bernie,
    )
    complaints.acknowledge_complaint(complaint=late, by=judith)
    complaints.look_into(complaint=late, investigator=charity.staff["maureen"], by=judith)
    thanks = complaints.record_complaint(
        kind=Complaint.Kind.COMPLIMENT,
        channel=Channel.LETTER,
        received_on=calendar.day(30),
        from_name="Agnieszka Wiśniewska",
        words="Thank you to the lady of the play group. My children sleep again.",
        by=bernie,
    )
    complaints.close_complaint(
        complaint=thanks,
        outcome=Complaint.Outcome.THANKED,
        findings="Read out at the meeting of the team.",
        by=judith,
    )


def _mistakes(families: dict[str, Family], charity: Charity) -> None:
    """One whose 72 hours run, and one that was no risk to anybody."""
    now, judith = timezone.now(), charity.staff["judith"]
    breaches.report(
        what="I left a sign-in sheet of the drop-in on the bus. I rang the depot, they have not found it.",
        aware=now - timedelta(hours=20),
        by=charity.staff["kirsty"],
    )
    small = breaches.report(
        what="A letter for one family went into the envelope of another. It came back unopened.",
        aware=now - timedelta(days=40),
        by=charity.staff["bernie"],
    )
    breaches.assess(
        breach=small,
        risk=Breach.Risk.NONE,
        risk_because="It came back unopened on the next day.",
        by=judith,
    )
    breaches.close_breach(
        breach=small,
        remedy="Sent again to the right address.",
        lessons="Window envelopes, so that the address is that of the letter.",
        by=judith,
    )
