"""Proposals and runs: what waits, what each would take, and what became of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.closed import closed
from cases.queries.cases import PAGE_LENGTH
from core.privacy import declarations
from retention.along import why_waits
from retention.backups.making import gone_from_backups
from retention.due import due_of
from retention.holding import touched_by
from retention.kinds import APART, LOG_MONTH
from retention.models import (
    LookedAt,
    OutsidePlace,
    OutsideSigned,
    Proposal,
    ProposalItem,
    Remainder,
    Run,
)
from retention.permissions import (
    hidden_from,
    may_propose,
    may_see_proposals,
    opened_by,
    parts_of,
    proposals_of,
    runs_of,
)
from retention.proposing import row_of, why_not
from retention.queries.due import Kept, as_told, named
from retention.workflow import UNDONE, ProposalStatus
from sar.models import ErasureItem, RightsRequest
from sar.queries.holds import erasures_to_act_on


@dataclass(frozen=True, slots=True)
class Asked:
    """One decision to erase, with the record as it stands now."""

    decision: ErasureItem
    record: Any

    @property
    def kind(self) -> str:
        words = str(apps.get_model(self.decision.source)._meta.verbose_name)
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class ToErase:
    """A request for erasure with how much of it waits to be carried out."""

    request: RightsRequest
    count: int


@dataclass(frozen=True, slots=True)
class Left:
    """A word that would stand elsewhere, or a file that nobody could read: of which table, and who looked into it."""

    remainder: Remainder
    kept_with: str = ""
    seen: LookedAt | None = None

    @property
    def is_file(self) -> bool:
        return not self.remainder.word and bool(self.remainder.record)


@dataclass(frozen=True, slots=True)
class Opened:
    """A proposal, what it takes, what stands elsewhere, and what is signed off outside."""

    proposal: Proposal
    rows: list[Kept]
    # Whether the reader may know of every record in it.
    is_all: bool
    asked: list[Asked]
    remainders: list[Left]
    signed: list[OutsideSigned]
    unsigned: list[OutsidePlace]
    stopped_by: str
    # That whoever may read something kept apart looks at it first; "" where nobody is waited for.
    waits_along: str


def list_proposals(*, look: Look, page: int | str, done: bool) -> Page:
    """One page of the proposals that exist for the reader; those that wait, or those that are over."""
    look = _working(look)
    found = proposals_of(look.by).select_related("recorded_by", "approved_by", "run", "service")
    found = found.exclude(status__in=UNDONE) if done else found.filter(status__in=UNDONE)
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        look,
        [Shown(Verb.DESTRUCTION_LISTED, row) for row in rows.object_list]
        or [Shown(Verb.DESTRUCTION_LISTED, Proposal)],
    )
    return rows


def open_proposal(reference: str, *, look: Look) -> Opened:
    """One proposal with the names of whom it is about; NotYours (404, logged) if not for the reader."""
    look = _working(look)
    proposal = (
        proposals_of(look.by)
        .filter(reference=reference)
        .select_related("recorded_by", "approved_by", "run", "service", "ended_by")
        .first()
    )
    if proposal is None:
        raise NotYours(
            "No proposal with this reference.",
            look=look,
            record=Proposal,
            values={"reference": reference},
        )
    records = parts_of(proposal)
    hidden = hidden_from(look.by, records)
    apart = next((one for one in records if one[0] in APART), None)
    about = row_of(*apart) or proposal if apart else proposal
    show(look, [Shown(Verb.DESTRUCTION_READ, about, touched_by(records).people)])
    is_asked = proposal.kind == Proposal.Kind.ERASURE
    dues = [
        found
        for table, number in records
        if not is_asked
        and (table, number) not in hidden
        and (found := due_of(table, number)) is not None
    ]
    signed = list(proposal.signed.select_related("place", "recorded_by"))
    places = OutsidePlace.objects.filter(ended_on=None)
    waits = proposal.status in UNDONE
    return Opened(
        proposal=proposal,
        rows=_with_pages(named(as_told(dues, look.by)), look.by),
        is_all=not hidden,
        asked=_asked(proposal),
        # They may quote what the reader may not know of.
        remainders=[] if hidden else _left_of(proposal),
        signed=signed,
        unsigned=list(places.exclude(pk__in=[one.place_id for one in signed])) if waits else [],
        stopped_by=why_not(proposal, on=timezone.localdate()) if waits else "",
        waits_along=why_waits(proposal)
        if proposal.status == ProposalStatus.PROPOSED and proposal.rehearsed
        else "",
    )


def _with_pages(rows: list[Kept], user: User) -> list[Kept]:
    """Each row with its page, where the reader may open it: whoever approves looks at what they approve."""
    openable = {
        table: set(theirs.filter(pk__in=[row.due.record for row in rows if row.due.table == table]))
        for table, theirs in opened_by(user).items()
    }
    return [
        replace(row, page=row.record.get_absolute_url())
        if row.record in openable.get(row.due.table, ())
        else row
        for row in rows
    ]


def _asked(proposal: Proposal) -> list[Asked]:
    items = proposal.items.filter(erasure__isnull=False).select_related("erasure__approved_by")
    decisions = {item.erasure_id: item.erasure for item in items if item.erasure is not None}
    found = []
    for decision in decisions.values():
        model = apps.get_model(decision.source)
        record = model._base_manager.filter(pk=decision.record_id).first()
        if record is not None:
            found.append(Asked(decision, record))
    return found


def _left_of(proposal: Proposal) -> list[Left]:
    """What stands elsewhere; of a file that nobody could read what somebody said of it, and what it belongs to."""
    remainders = list(proposal.remainders.all())
    hashes = [one.record for one in remainders if not one.word]
    found = LookedAt.objects.filter(sha256__in=hashes).select_related("looked_by", "recorded_by")
    seen = {one.sha256: one for one in found}
    return [
        Left(one)
        if one.word
        else Left(one, kept_with_file(one.place.removeprefix("file ")), seen.get(one.record))
        for one in remainders
    ]


def kept_with_file(name: str) -> str:
    """To which row a stored file belongs, by its kind and number: it names nobody."""
    for declared in declarations():
        for column in declared.files:
            row = declared.model._base_manager.filter(**{column: name}).first()
            if row is not None:
                return f"{declared.model._meta.verbose_name} {row.pk}"
    return ""


def list_erasures(*, look: Look) -> list[ToErase]:
    """The requests of which something was decided and approved to be erased, and is here still; none of
    somebody who is closed to the reader.
    """
    look = _proposing(look)
    waiting = ProposalItem.objects.filter(proposal__status__in=UNDONE, erasure__isnull=False)
    open_to_them = erasures_to_act_on().exclude(closed(look.by, "request__person"))
    counts: Counter[RightsRequest] = Counter(
        item.request for item in open_to_them.exclude(pk__in=waiting.values("erasure"))
    )
    show(
        look,
        [Shown(Verb.ERASURE_READ, one, [one.person_id] if one.person_id else []) for one in counts]
        or [Shown(Verb.ERASURE_READ, RightsRequest)],
    )
    return [ToErase(request, count) for request, count in counts.items()]


def open_erasure(reference: str, *, look: Look) -> ToErase:
    """One such request; NotYours (404, logged) if nothing of it waits."""
    found = next(
        (one for one in list_erasures(look=look) if one.request.reference == reference), None
    )
    if found is None:
        raise NotYours(
            "Nothing of this request waits to be erased.",
            look=look.for_purpose(Purpose.MANAGEMENT),
            record=RightsRequest,
            values={"reference": reference},
        )
    return found


def open_remainder(reference: str, number: int, *, look: Look) -> tuple[Opened, Left]:
    """One word in one place, of a proposal; NotYours (404, logged) if it is not there."""
    opened = open_proposal(reference, look=look)
    found = next((one for one in opened.remainders if one.remainder.pk == number), None)
    if found is None:
        raise NotYours("Nothing of this number stands.", look=look, record=Proposal)
    return opened, found


def list_runs(*, look: Look, page: int | str) -> Page:
    """The register of what was destroyed, the latest first; it names nobody."""
    look = _working(look)
    rows: Page = Paginator(runs_of(look.by).select_related("recorded_by"), PAGE_LENGTH).get_page(
        page
    )
    show(look, [Shown(Verb.CERTIFICATE_READ, Run)])
    return rows


@dataclass(frozen=True, slots=True)
class Destroyed:
    """One proposal that was carried out, with its counts by kind of record and of row, in words."""

    proposal: Proposal
    records: list[tuple[str, int]]
    rows: list[tuple[str, int]]

    @property
    def proved(self) -> str:
        """What was looked for afterwards, as the certificate says it."""
        told = self.proposal.outcome
        if set(told.get("records", ())) == {LOG_MONTH}:
            return (
                "No value of the month is left in the log; its entries stay, and say who did what."
            )
        sought = (
            "their names, numbers and addresses"
            if told.get("people")
            else "the reference of what went, or for what had been written in it, since its people stay"
        )
        return (
            f"After the rows were deleted, every table and file was searched for {sought}; what belonged to "
            "somebody who stays had been decided one by one."
        )


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run with what it destroyed and what it did not."""

    run: Run
    destroyed: list[Destroyed]
    returned: list[Proposal]
    # Files that no machine could read, with who looked into each: name, SHA-256, and whom.
    looked_at: list[tuple[str, str, str]]

    @property
    def gone_from_backups(self) -> date:
        """From when on no backup holds any of it."""
        return timezone.localdate(gone_from_backups(self.run.finished or self.run.recorded_at))


def open_run(reference: str, *, look: Look) -> RunRecord:
    """One run and its certificate; NotYours (404, logged) if there is none for `look.by`."""
    look = _working(look)
    run = runs_of(look.by).select_related("recorded_by").filter(reference=reference).first()
    if run is None:
        raise NotYours(
            "No run with this reference.", look=look, record=Run, values={"reference": reference}
        )
    show(look, [Shown(Verb.CERTIFICATE_READ, run)])
    proposals = list(
        run.proposals.select_related("recorded_by", "approved_by")
        .prefetch_related("signed__place", "signed__recorded_by")
        .order_by("pk")
    )
    return RunRecord(
        run=run,
        destroyed=[
            Destroyed(
                one,
                _in_words(one.outcome.get("records")),
                _in_words(one.outcome.get("rows")),
            )
            for one in proposals
            if one.status == ProposalStatus.DESTROYED
        ],
        returned=[one for one in proposals if one.status == ProposalStatus.RETURNED],
        looked_at=_looked_at(proposals),
    )


def _looked_at(proposals: Iterable[Proposal]) -> list[tuple[str, str, str]]:
    """The files that no machine could read, once each; none in certificates of before."""
    found = {
        (of["file"], of["sha256"], of["by"])
        for one in proposals
        for of in one.outcome.get("looked_at", [])
    }
    people = User.objects.in_bulk({number for _, _, number in found})
    return [(file, sha256, str(people[number])) for file, sha256, number in sorted(found)]


def _in_words(counts: dict[str, int] | None) -> list[tuple[str, int]]:
    """Counts by table, each called as people call it; of a table that is no more, its old name."""
    return sorted((words_of_kind(label), count) for label, count in (counts or {}).items())


def words_of_kind(label: str) -> str:
    """What the rows of a table are called."""
    try:
        words = str(apps.get_model(label)._meta.verbose_name_plural)
    except (LookupError, ValueError):
        return label
    return words[:1].upper() + words[1:]


def begin_places(*, look: Look) -> list[OutsidePlace]:
    """The places outside the system, for whoever keeps the list."""
    look = _proposing(look)
    show(look, [Shown(Verb.RETENTION_READ, OutsidePlace)])
    return list(OutsidePlace.objects.filter(ended_on=None))


def _proposing(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_propose(look.by):
        raise NotNow(
            "This is the task of the Data Protection Officer.", look=look, record=OutsidePlace
        )
    return look


def _working(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    user: User = look.by
    if not may_see_proposals(user):
        raise NotNow("Destruction is not part of your role.", look=look, record=Proposal)
    return look
