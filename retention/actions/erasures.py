"""Taking up what two people decided to erase because somebody asked (UK GDPR Art 17)."""

from collections import defaultdict

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.database import next_number
from core.errors import Refused
from retention.erasing import records_of
from retention.holding import touched_by
from retention.models import Proposal, ProposalItem
from retention.workflow import UNDONE
from sar.models import ErasureItem, RightsRequest
from sar.queries.holds import erasures_to_act_on

REASON = "They asked for it to be erased; two people decided about each item (UK GDPR Art 17)."


@transaction.atomic
def take_up(*, request: RightsRequest, by: User) -> list[Proposal]:
    """Put what was decided and approved for `request` before the engine that destroys by the schedule.

    One proposal for each pair of people who decided and approved: they stand in the certificate.
    """
    RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    waiting = ProposalItem.objects.filter(proposal__status__in=UNDONE, erasure__isnull=False)
    items = erasures_to_act_on().filter(request=request).exclude(pk__in=waiting.values("erasure"))
    pairs: dict[tuple[int, int], list[ErasureItem]] = defaultdict(list)
    for item in items:
        pairs[item.recorded_by_id, item.approved_by_id or 0].append(item)
    if not pairs:
        raise Refused("Nothing approved for this request waits to be erased.")
    return [_propose(of, by) for of in pairs.values()]


def _propose(items: list[ErasureItem], by: User) -> Proposal:
    records = {(source, number): one for one in items for source, number in records_of(one)}
    taken = ProposalItem.objects.filter(proposal__status__in=UNDONE)
    if any(taken.filter(table=table, record=number).exists() for table, number in records):
        raise Refused(
            "Some of it is in a proposal already. Look at the proposals, and send that one back first."
        )
    proposal = Proposal(
        pk=next_number(Proposal),
        kind=Proposal.Kind.ERASURE,
        reason=REASON,
        recorded_by=items[0].recorded_by,
    )
    record(
        Verb.ERASURE_TAKEN_UP,
        by=by,
        action=Action.CREATE,
        record=proposal,
        people=touched_by(records).people,
        purpose=Purpose.MANAGEMENT,
    )
    proposal.save(force_insert=True)
    ProposalItem.objects.bulk_create(
        ProposalItem(proposal=proposal, table=table, record=number, erasure=one)
        for (table, number), one in records.items()
    )
    proposal.refresh_from_db()
    return proposal
