"""Police ask for a victim's information: what they showed is written beside the entry of the log."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case
from consent.gateways import LEFT_US
from consent.models import Share, VictimRequest
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def record_victim_request(
    *,
    share: Share,
    asked_by: str,
    asked_on: date,
    belief: str,
    relevance: str,
    necessity: str,
    is_counselling: bool,
    probative: str = "",
    notice_on: date | None = None,
    why_no_notice: str = "",
    by: User,
) -> VictimRequest:
    """Write down what whoever asked had to show (Victims and Prisoners Act 2024), beside `share`.

    Refused without what they believe, why it is relevant and why it is needed; where something of
    counselling left us without substantial value as evidence; without the victim's written notice or why
    there is none; and the second time.
    """
    words = {
        "asked_by": " ".join(asked_by.split()),
        "belief": belief.strip(),
        "relevance": relevance.strip(),
        "necessity": necessity.strip(),
    }
    probative, why_no_notice = probative.strip(), why_no_notice.strip()
    if not all(words.values()):
        raise Refused(
            "Say who asked, what they believe to be in it, why it is relevant, and why it is needed."
        )
    if asked_on > timezone.localdate():
        raise Refused(f"{plain(asked_on)} has not come yet.")
    if is_counselling and share.outcome in LEFT_US and not probative:
        raise Refused(
            "Counselling is shared only where it is of substantial value as evidence: say why it is."
        )
    if bool(notice_on) == bool(why_no_notice):
        raise Refused("Say when the victim was given written notice, or why not; one of the two.")
    if share.case_id is not None:
        Case.objects.select_for_update(no_key=True).get(pk=share.case_id)
    if VictimRequest.objects.filter(share=share).exists():
        raise Refused(f"It is written down already what was shown for {share.reference}.")
    people = list(share.share_people.values_list("person_id", flat=True))
    record(Verb.VICTIM_REQUEST_RECORDED, by=by, action=Action.UPDATE, record=share, people=people)
    return VictimRequest.objects.create(
        share=share,
        asked_on=asked_on,
        is_counselling=is_counselling,
        probative=probative,
        notice_on=notice_on,
        why_no_notice=why_no_notice,
        recorded_by=by,
        **words,
    )
