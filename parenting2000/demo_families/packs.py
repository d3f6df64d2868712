"""Two packs of the demo: one is being worked on, the other went out by a link, was recalled, and went again.

By the verbs, with the real pages, after the families: printing a small pack takes a few seconds.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Stranger, because
from audit.looks import Look
from cases.models import Person, Professional
from parenting2000.demo_families.charity import TOLD
from sar.actions.conflicts import decide_on_warning
from sar.actions.delivery import hand_out, recall, send_link
from sar.actions.evidence import see_identity
from sar.actions.groups import leave_in
from sar.actions.item_notes import note_on_item
from sar.actions.pack import ask_for_pack, sign_off
from sar.actions.release import release
from sar.actions.requests import acknowledge, record_request
from sar.actions.search import answer_search, begin_search
from sar.actions.withholding import check_item, withhold_passage
from sar.building import build_pack
from sar.exemptions import Basis, Exemption
from sar.kinds import Channel, HowEstablished, Kind
from sar.models import BuiltPack, ConflictWarning, RightsRequest, Search
from sar.pack.gather import gather
from sar.pack.held import Item
from sar.queries.packs import open_pack

# What is withheld of Danielle's notes so far: words to find the note by, the passage, why, and what was weighed.
WITHHELD = (
    (
        "Dawn gives the neighbour's name as Mrs Carol Threlfall of number 14 and says that Mrs Threlfall does "
        "not want the family to know it was she who rang.",
        Exemption.THIRD_PARTY,
        "A neighbour, not paid for it. She asked that the family should not know; Danielle could find her door.",
    ),
    (
        "DC Whitmore asked us not to tell anybody, the family included, that officers are also looking at "
        "messages on a second telephone found in his car; that enquiry is still going on and he believes that "
        "it would be harmed if it were known.",
        Exemption.CRIME,
        "Asked DC Whitmore again this week: the enquiry is not closed.",
    ),
    (
        "She also said, for the first time, that she herself lent Ryan £200 last year because he came to the "
        "door crying, and that Danielle must never find out.",
        Exemption.THIRD_PARTY,
        "Her mother's own affair, told in confidence, and she refused when Siân asked her.",
    ),
)


@because("manage.py demo")
@transaction.atomic
def load_packs() -> None:
    """Load both, as somebody would find them who comes to the desk of requests today."""
    staff = {key: User.objects.get(email=told["email"]) for key, told in TOLD["staff"].items()}
    _at_work(staff)
    _gone_out(staff)


def _at_work(staff: dict[str, User]) -> None:
    """Danielle's: the first entries are checked, three passages withheld, and two people write to each other."""
    judith, nasreen = staff["judith"], staff["nasreen"]
    danielle = Person.objects.get(given_names="Danielle")
    request = RightsRequest.objects.get(person=danielle, kind=Kind.ACCESS)
    items = list(gather(danielle).items)
    for item in items[:5]:
        check_item(request=request, item=item, by=judith)
    neighbour, *_ = (
        _withhold(request, items, passage, exemption, factors, by=judith)
        for passage, exemption, factors in WITHHELD
    )
    teacher = Professional.objects.get(name="Helen Ashworth-Pike")
    leave_in(
        request=request,
        group=f"professional:{teacher.pk}",
        who=teacher.name,
        basis=Basis.PROFESSIONAL,
        factors="The head of the children's school, at her work.",
        by=judith,
    )
    note_on_item(
        request=request,
        item=neighbour,
        words="The name is out. Can she still be known from what she saw over the fence? I would leave it in: "
        "Danielle ought to read what was said about her.",
        by=judith,
    )
    note_on_item(
        request=request,
        item=neighbour,
        words="Two houses look into that garden. Please take “last Thursday … half past nine at night” out as "
        "well, then I can sign it.",
        by=nasreen,
    )


def _withhold(
    request: RightsRequest,
    items: list[Item],
    passage: str,
    exemption: Exemption,
    factors: str,
    *,
    by: User,
) -> Item:
    """Withhold `passage` in the note where it stands."""
    for item in items:
        value = item.value("body")
        if value is not None and passage in value.text:
            withhold_passage(
                request=request,
                item=item,
                field="body",
                quote=passage,
                exemption=exemption,
                factors=factors,
                by=by,
            )
            return item
    raise LookupError(passage)


def _gone_out(staff: dict[str, User]) -> None:
    """Chidi's: signed off by a second person and released; one link recalled, the next one fetched."""
    judith, nasreen = staff["judith"], staff["nasreen"]
    chidi = Person.objects.get(given_names="Chidiebere")
    today = timezone.localdate()
    request = record_request(
        kind=Kind.ACCESS,
        channel=Channel.EMAIL,
        received_on=today - timedelta(days=18),
        person=chidi,
        asked="Hello Harriet, may I have a copy of what you wrote while we sat with you? Not for a quarrel. I "
        "would like the children to be able to read one day that we tried. Chidi",
        reach_by="By e-mail. He works nights: ring after two in the afternoon.",
        by=staff["harriet"],
    )
    acknowledge(request=request, by=judith)
    see_identity(
        request=request,
        how=HowEstablished.KNOWN,
        seen_on=today - timedelta(days=17),
        seen_by=staff["harriet"],
        by=judith,
    )
    for warning in request.warnings.all():
        if warning.is_open:
            decide_on_warning(
                request=request,
                warning=warning,
                decision=ConflictWarning.Decision.GO_ON,
                reason="They shared all of this in the room; what the children said apart is withheld.",
                by=judith,
            )
    for row in begin_search(request=request, by=judith):
        here = str(row.place) == "Records in this system"
        answer_search(
            search=row,
            outcome=Search.Outcome.FOUND if here else Search.Outcome.NONE,
            searched_by=judith.full_name,
            searched_on=today - timedelta(days=10),
            terms="Okafor, Chidi, Chidiebere",
            because="The case of the mediation." if here else "",
            by=judith,
        )
    pack = _built(request, chidi, judith, nasreen)
    open_pack(request.reference, pack.name, look=Look(by=nasreen))
    sign_off(
        request=request,
        sha256=pack.final_sha256,
        remarks="Read twice. What the children said apart is not in it.",
        has_seen_pictures=True,
        by=nasreen,
    )
    release(request=request, by=judith)
    sent: dict[str, Any] = {
        "pack": BuiltPack.objects.get(pk=pack.pk),
        "passphrase": TOLD["password"],
        "days": 14,
        "identity": "I ring the mobile on his record after two, and ask what colour the mediation room is.",
        "by": judith,
    }
    recall(
        delivery=send_link(**sent),
        because="He rang: his sister reads that mailbox this week. Sent again once he had changed the password.",
        by=judith,
    )
    # What opens the link stands in the e-mail alone: he followed it, and says the passphrase.
    hand_out(delivery=send_link(**sent), passphrase=TOLD["password"], by=Stranger())


def _built(request: RightsRequest, chidi: Person, judith: User, nasreen: User) -> BuiltPack:
    """Every entry is checked, the children's words are withheld, a question is answered, the pack is built."""
    items = list(gather(chidi).items)
    decision = next(item for item in items if item.value("clients_view") is not None)
    withhold_passage(
        request=request,
        item=decision,
        field="clients_view",
        quote="Ada: “Finally.” Toby came because Ada did.",
        exemption=Exemption.THIRD_PARTY,
        factors="The children's own words. They were told that only what they allow goes to their parents.",
        by=judith,
    )
    for item in items:
        check_item(request=request, item=item, by=judith)
    note_on_item(
        request=request,
        item=decision,
        words="Sinéad's name stays in: they sat at one table, he knows all of it. Do you agree?",
        by=judith,
    )
    note_on_item(
        request=request,
        item=decision,
        words="Yes. Her first meeting alone is not about him, and is not in the pack.",
        by=nasreen,
    )
    pack = ask_for_pack(request=request, by=judith)
    build_pack(pack.pk)
    pack.refresh_from_db()
    if not pack.is_built:
        raise RuntimeError(pack.failure)
    request.refresh_from_db()
    return pack
