"""What is kept apart and would go along with something else: who may read it is asked first.

Whoever proposes and approves a family may not read the concerns about it. So somebody who may looks at each that
would go with it, and lets it go or keeps it, before the second person approves (docs/adr/0056).
"""

from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db import models

from audit.models import Entry
from audit.verbs import Action
from core.privacy import Retention
from retention.destroying.closure import Closure, declared
from retention.erasing import going
from retention.holding import Record
from retention.kinds import ALLEGATION, APART, CONCERN
from retention.models import GoesAlong, Proposal, ProposalItem

OF_RETENTION: dict[Retention, str] = {
    Retention.SAFEGUARDING: CONCERN,
    Retention.ALLEGATION: ALLEGATION,
}
# It does not say what it is, nor whether there is one of it or two.
WAITS = (
    "Part of what would go is kept apart. Whoever may read it was asked to look at it first: until they let it go, "
    "this cannot be approved. If it takes long, ask the safeguarding lead."
)
UNSEEN = "Part of it is kept apart, and nobody who may read it has let it go."


def along(proposal: Proposal) -> set[Record]:
    """The concerns and allegations of which something would go with `proposal`, though it is not about them alone."""
    return along_each([proposal], {proposal.pk: going(proposal)})[proposal.pk]


def along_each(
    proposals: Iterable[Proposal], closures: Mapping[int, Closure]
) -> dict[int, set[Record]]:
    """The same of each proposal, with what goes with it."""
    found = {one.pk: _kept_apart_in(closures[one.pk]) for one in proposals}
    items = ProposalItem.objects.filter(proposal__in=found).select_related("proposal", "erasure")
    for item in items.filter(table__in=APART).exclude(proposal__kind=Proposal.Kind.ERASURE):
        # Those who read it propose and approve it among themselves.
        found[item.proposal_id].discard((item.table, item.record))
    for item in items.filter(proposal__kind=Proposal.Kind.ERASURE):
        if item.erasure is not None and item.erasure.passages:
            found[item.proposal_id] |= _owners(apps.get_model(item.table), {item.record})
    return found


def _kept_apart_in(closure: Closure) -> set[Record]:
    found: set[Record] = set()
    for model, keys in closure.going.items():
        if keys:
            found |= _owners(model, keys)
    return found


def _owners(model: type[models.Model], keys: set[int]) -> set[Record]:
    """The concerns or allegations that rows of `model` are, or are part of."""
    if "Privacy" not in model.__dict__:
        return set()
    table = OF_RETENTION.get(declared(model).retention)
    if table is None:
        return set()
    if model._meta.label == table:
        return {(table, number) for number in keys}
    owner = apps.get_model(table)
    ways = [one.name for one in model._meta.concrete_fields if one.related_model is owner]
    rows = model._base_manager.filter(pk__in=keys)
    return {
        (table, number)
        for way in ways
        for number in rows.values_list(way, flat=True)
        if number is not None
    }


def unseen_each(
    proposals: Iterable[Proposal], closures: Mapping[int, Closure]
) -> dict[int, set[Record]]:
    """Of each proposal, what would go along and nobody who may read it has let go."""
    wanted = along_each(proposals, closures)
    let_go = GoesAlong.objects.filter(
        proposal__in=[number for number, of in wanted.items() if of], let_go_at__isnull=False
    )
    for number, table, record in let_go.values_list("proposal", "table", "record"):
        wanted[number].discard((table, record))
    return wanted


def is_changed(one: GoesAlong) -> bool:
    """Whether something was written about it since somebody let it go."""
    since = Entry.objects.filter(record=one.table, record_id=one.record, at__gt=one.let_go_at)
    return since.exclude(action=Action.ACCESS).exclude(verb__startswith="destruction.").exists()


def why_waits(proposal: Proposal) -> str:
    """That somebody looks at what would go along before `proposal` is approved; "" where nobody is waited for."""
    unseen = unseen_each([proposal], {proposal.pk: going(proposal)})[proposal.pk]
    let_go = proposal.along.filter(let_go_at__isnull=False)
    return WAITS if unseen or any(is_changed(one) for one in let_go) else ""
