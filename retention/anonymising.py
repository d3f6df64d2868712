"""Counting what stays of records that are made anonymous, in the transaction that destroys them."""

from collections.abc import Mapping, Sequence

from django.db.models import F

from retention.alike import Arranged, arrange, as_facts, as_told
from retention.models import AnonymousGroup, Outcome, Proposal, ProposalItem
from retention.remains import candidates


def leave_figures(
    proposals: Sequence[Proposal], items: Mapping[int, Sequence[ProposalItem]]
) -> Arranged:
    """Count the records whose row of the schedule says so, each among five or more that are alike.

    Only where their time is over: of what goes before its time, or because somebody asked, nothing stays.
    The log says already what goes; the records are there still.
    """
    going = candidates(
        (one.pk, item.table, item.record)
        for one in proposals
        if one.kind == Proposal.Kind.DUE
        for item in items[one.pk]
        if item.row is not None and item.row.outcome == Outcome.ANONYMISE
    )
    if not going:
        return Arranged()
    groups = AnonymousGroup.objects.filter(kind__in={one.kind for one in going})
    there = {(group.kind, as_told(group.facts)): group.pk for group in groups.order_by("pk")}
    arranged = arrange(going, there=there)
    for group, number in sorted(arranged.groups.items()):
        if group in there:
            AnonymousGroup.objects.filter(pk=there[group]).update(number=F("number") + number)
        else:
            kind, told = group
            AnonymousGroup.objects.create(kind=kind, facts=as_facts(told), number=number)
    return arranged
