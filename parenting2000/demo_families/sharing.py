"""What was told and asked today in the demo: a first meeting, a word on the telephone, a pack, a death.

Told by the verbs, as of today: nothing here needs a past.
"""

import io
import textwrap
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from cases.actions.deaths import record_death
from consent.actions.first_meetings import Answered, NoticeSaid, hold_first_meeting
from consent.actions.papers import upload_paper
from consent.actions.parcels import send_parcel
from consent.actions.sharing import record_share
from consent.contents import Choice
from consent.gateways import Gateway, Outcome, SentHow
from consent.models import Consent, Giver, HowGiven, NoticeFormat, NoticeMeans, State
from consent.purposes import Purpose
from core.dates import plain
from core.files.formats import examine
from parenting2000.demo_families.charity import Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family


def load_sharing(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """One of each, in families whose case is open."""
    _load_first_meeting(families["moss"], charity, calendar)
    _load_quick_entry(families["marsden"], charity)
    _load_emergency(families["marsden"], charity)
    _load_despite_a_marker(families["marsden"], charity)
    _load_paper(families["marsden"], charity)
    _load_pack(families["lydiate"], charity)
    record_death(
        person=families["lydiate"].people["ken"],
        died_on=calendar.today - timedelta(days=9),
        source="Tracey told us by telephone; she read from the certificate.",
        on=calendar.today,
        by=charity.staff["sian"],
    )


def _load_first_meeting(family: Family, charity: Charity, calendar: Calendar) -> None:
    case = family.cases["counselling"]
    worker = case.allocations.select_related("worker").order_by("-pk")[0].worker
    hold_first_meeting(
        person=family.people["patricia"],
        given_on=calendar.today,
        notice=NoticeSaid(
            notice=charity.notice,
            means=NoticeMeans.READ_OUT,
            form=NoticeFormat.LARGE_PRINT,
            language="English",
        ),
        answers=[Answered(charity.wordings[Purpose.SENSITIVE_DETAILS], State.GIVEN)],
        giver=Giver.SELF,
        how=HowGiven.SPOKEN,
        witness="Her neighbour, who had driven her",
        by=worker,
    )


def _load_quick_entry(family: Family, charity: Charity) -> None:
    case = family.cases["support"]
    named = case.case_professionals.select_related("professional").order_by("pk")[0]
    record_share(
        case=case,
        people=[family.people["danielle"]],
        outcome=Outcome.SHARED,
        purpose=Purpose.SERVICE,
        what="That next week’s visit is on Tuesday instead.",
        # The call was the day before; she writes it down this morning.
        happened_at=timezone.now() - timedelta(days=1),
        told=False,
        why_not_told="The privacy notice tells it: who gives the service is told.",
        professional=named.professional,
        sent_how=SentHow.PHONE,
        gateway=Gateway.SERVICE,
        is_quick=True,
        by=charity.staff["sian"],
    )


def _load_emergency(family: Family, charity: Charity) -> None:
    """It went first and was written afterwards; the safeguarding lead and the DPO have yet to look at it."""
    record_share(
        case=family.cases["support"],
        people=[family.people["danielle"]],
        outcome=Outcome.SHARED,
        purpose=Purpose.SAFEGUARDING,
        what="Where she and the children were, and that somebody was at the door and shouting.",
        happened_at=timezone.now() - timedelta(hours=20),
        told=True,
        their_views="She wanted them to come.",
        recipient_name="The operator who answered 999",
        recipient_role="police control room",
        sent_how=SentHow.PHONE,
        gateway=Gateway.PUBLIC_GOOD,
        gateway_detail="She and the children were in danger at that moment.",
        why_without_consent="She could not be asked while she held the door.",
        why_urgent="It could not wait for anybody: she rang us, and we rang 999 at once.",
        by=charity.staff["sian"],
    )


def _load_despite_a_marker(family: Family, charity: Charity) -> None:
    """A court orders what a marker forbids; the safeguarding lead has yet to say that she decided it."""
    record_share(
        case=family.cases["support"],
        people=[family.people["danielle"]],
        outcome=Outcome.PARTLY,
        purpose=Purpose.LEGAL_DUTY,
        what="On which days Danielle came to the group between January and June.",
        kept_back="What she said there, where she lives, and how to reach her: the order does not ask for it.",
        happened_at=timezone.now() - timedelta(hours=19),
        told=True,
        their_views="Her own solicitor had told her. She is afraid that more is asked for next time.",
        recipient_name="The solicitor of Ryan Kelly",
        recipient_role="for the father, in the proceedings about contact",
        sent_how=SentHow.POST,
        gateway=Gateway.LAW,
        gateway_detail="Order of the family court at Liverpool for disclosure to both parties, paragraph 4",
        why_without_consent="The court ordered it after it had heard her.",
        why_despite="The order names his solicitor. The days alone are told, and no address.",
        tells_safe_address=False,
        authorised_by=charity.staff["nasreen"],
        by=charity.staff["sian"],
    )


def _load_paper(family: Family, charity: Charity) -> None:
    """The scan of what Danielle signed, put beside her answers afterwards."""
    signed = Consent.objects.filter(person=family.people["danielle"], how=HowGiven.SIGNED)
    first = signed.order_by("given_on", "pk")[0]
    upload_paper(
        consents=list(signed.filter(given_on=first.given_on)),
        case=family.cases["support"],
        file=examine(ContentFile(_scan(first)), "signed.jpg"),
        by=charity.staff["sian"],
    )


def _scan(consent: Consent) -> bytes:
    """A sheet with the words that she read, and a signature."""
    sheet = Image.new("RGB", (827, 1169), "white")
    pen = ImageDraw.Draw(sheet)
    pen.multiline_text((90, 110), textwrap.fill(consent.wording.text, 70), "black", spacing=8)
    pen.line([(90, 900), (500, 900)], "black", 2)
    pen.text((90, 910), f"{consent.person}, {plain(consent.given_on)}", "black")
    waves = [(110 + 9 * n, 870 - 38 * (n % 3) + 5 * (n % 4)) for n in range(32)]
    pen.line(waves, "navy", 4, joint="curve")
    written = io.BytesIO()
    sheet.save(written, "JPEG")
    return written.getvalue()


def _load_pack(family: Family, charity: Charity) -> None:
    """A pack on permission, printed: who he is, and nothing else."""
    callum = family.people["callum"]
    send_parcel(
        case=family.cases["carer"],
        people=[callum],
        agency=charity.agencies["tideglass"],
        professional=None,
        purpose=Purpose.WORKING_TOGETHER,
        gateway=Gateway.PERMISSION,
        gateway_detail="",
        told=True,
        why_not_told="",
        choice=Choice(keys=(f"person-{callum.reference}",)),
        by=family.cases["carer"].allocations.select_related("worker").order_by("-pk")[0].worker,
    )
