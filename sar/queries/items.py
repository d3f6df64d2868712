"""Everything held about the person of a request, item by item, with what is decided about each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import CasePerson, Person, Restriction
from cases.models.restriction import TARGETS
from cases.queries.cases import PAGE_LENGTH
from cases.queries.restrictions import to_go_through
from cases.restricted import OwnRequest, bars
from core.errors import Refused
from core.files.formats import Format
from core.privacy import Section
from sar.announced import about_harm
from sar.circle import circle_of
from sar.decided import mark_of
from sar.health import rulings_of
from sar.models import (
    Announced,
    HarmConsultation,
    HealthRuling,
    ItemNote,
    RightsRequest,
    Withholding,
)
from sar.pack.gather import GatherFailed, item_for, outline_for, person_of, reader_of
from sar.pack.held import Gathered, Item, Listed, Outline
from sar.pack.looking import cannot_be_shown
from sar.pack.redact import Disclosed, PassageMissing, ShownItem, disclose, occurrences
from sar.permissions import can_read_items, requests_of
from sar.queries.item_proposals import Proposal, proposals_in
from sar.queries.item_rows import ItemRow, rows_of, times
from sar.queries.unread import unread_notes
from sar.workbench.around import finder_for, not_read, words_of_files


@dataclass(frozen=True, slots=True)
class Items:
    """A page of the items of a request, and how far the checking has come."""

    request: RightsRequest
    page: Page
    section: Section | None
    decided: int
    of: int
    notes: int
    new_notes: int
    # How many tell of health and have no ground yet, and whether only these are listed.
    without_ground: int
    only_without_ground: bool
    # How many say something else than when they were checked.
    overtaken: int
    # How many were written down after the request came, how many of them are left out, and whether only
    # these are listed.
    later: int
    later_left_out: int
    only_later: bool
    # Where `look.by` goes on: the next that nobody has checked after what they decided last.
    resume: Listed | None
    held_back: list["HeldBack"]

    @property
    def percent(self) -> int:
        return 100 * self.decided // self.of if self.of else 100


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A restriction that keeps something of a copy back, and how many entries wait until somebody has gone through
    them: what they say of whom the copy is about comes in then.
    """

    restriction: Restriction
    waiting: int


@dataclass(frozen=True, slots=True)
class OneItem:
    """One item with its decisions, the way it would go out, and its neighbours in the list."""

    request: RightsRequest
    row: ItemRow[Item]
    shown: ShownItem | None
    # Each decision with how often its passage stands in the text; 0 says that it is there no more.
    decisions: list[tuple[Withholding, int]]
    before: Listed | None
    after: Listed | None
    next_undecided: Listed | None
    undecided_before: Listed | None
    # What of its file is not read, so that nobody is proposed in it; "" where there is no such thing.
    not_read: str
    # How many of all are checked.
    decided: int
    of: int
    proposals: list[Proposal]
    health: "Health | None"
    notes: list[ItemNote]
    # A line before it says that it may be hard to read: by its topic, or because somebody said so.
    is_about_harm: bool
    announced: Announced | None

    @property
    def cannot_be_shown(self) -> str:
        """Why the pages of its file cannot be looked at on this computer; "" where they may be."""
        return cannot_be_shown(self.row.item.file.format) if self.row.item.file else ""

    @property
    def has_words_only(self) -> bool:
        """Whether its file is plain text, which has no pages to look at."""
        return self.row.item.file is not None and self.row.item.file.format == Format.TEXT

    @property
    def mark(self) -> str:
        """What is seen here: another mark means that somebody has decided meanwhile, or it says something else."""
        return mark_of(self.row.item, self.row.decisions)


@dataclass(frozen=True, slots=True)
class Health:
    """What an item tells of health, the ground on which it may go out, and the opinions there are."""

    words: list[str]
    ruling: HealthRuling | None
    is_settled: bool
    # What it tells of health is something else than what was decided about.
    tells_else: bool
    consultations: list[HarmConsultation]


def list_items(
    reference: str,
    *,
    look: Look,
    page: int | str,
    section: Section | None,
    undecided: bool,
    health: bool = False,
    later: bool = False,
) -> Items:
    """One page of everything held about the person of a request; one entry, about all it names.

    NotYours (404) if no such request exists for `look.by`, NotNow (403) if it is not theirs to work on
    or is not worked on any more. Refused, naming the source, if something could not be gathered.
    """
    request, outline = outlined_for(reference, look, Verb.ITEMS_LISTED)
    rows = list(rows_of(request, outline))
    chosen = [
        row
        for row in rows
        if (section is None or row.item.section == section)
        and not (undecided and row.is_decided)
        and (row.waits_for_ground or not health)
        and (row.later or not later)
    ]
    return Items(
        request=request,
        page=Paginator(chosen, PAGE_LENGTH).get_page(page),
        section=section,
        decided=sum(row.is_decided for row in rows),
        of=len(rows),
        notes=request.item_notes.count(),
        new_notes=unread_notes(look.by, request).count(),
        without_ground=sum(row.waits_for_ground for row in rows),
        only_without_ground=health,
        overtaken=sum(row.overtaken is not None and not row.is_withheld for row in rows),
        later=sum(bool(row.later) for row in rows),
        later_left_out=sum(row.is_not_held for row in rows),
        only_later=later,
        resume=_resume(request, rows, look.by),
        held_back=_held_back(request),
    )


def _held_back(request: RightsRequest) -> list[HeldBack]:
    """What is restricted around the person, of them and of others of their cases, and stays out of the copy."""
    person = person_of(request)
    around = CasePerson.objects.filter(case__people__in=person.numbers).order_by().values("person")
    found = bars(reader_of(request)).filter(Q(person__in=around) | OwnRequest(person).theirs)
    each = found.select_related(*TARGETS).distinct()
    return [HeldBack(one, len(to_go_through(one))) for one in each]


def _resume(request: RightsRequest, rows: list[ItemRow[Listed]], by: User) -> Listed | None:
    """None if `by` has decided nothing here yet, or nothing is left to be checked."""
    last = max(
        (
            one
            for kind in (request.checks, request.withholdings)
            if (one := kind.filter(recorded_by=by).order_by("-recorded_at", "-pk").first())
        ),
        key=lambda one: one.recorded_at,
        default=None,
    )
    if last is None:
        return None
    here = last.source, last.record_id
    keys = [(row.item.source, row.item.record_id) for row in rows]
    place = keys.index(here) if here in keys else 0
    later = [*rows[place:], *rows[:place]]
    return next((row.item for row in later if not row.is_decided), None)


def open_item(reference: str, key: str, *, look: Look) -> OneItem:
    """Open one item of a request to decide about it; refused as `list_items`, 404 for no such item."""

    def held(request: RightsRequest) -> tuple[Outline, Item | None]:
        outline = outline_for(request)
        listed = outline.item(key)
        return outline, item_for(request, listed) if listed else None

    request, (outline, item) = at_work_on(reference, look, Verb.ITEM_READ, held)
    if item is None:
        raise NotYours(
            "Nothing of this kind is held about the person of this request.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=request,
            people=[request.person_id],
            values={"reference": reference},
        )
    rows = list(rows_of(request, outline))
    place = next(n for n, row in enumerate(rows) if row.item.key == key)
    row = replace(cast("ItemRow[Item]", rows[place]), item=item)
    later = [*rows[place + 1 :], *rows[:place]]
    undecided = [one.item for one in later if not one.is_decided]
    return OneItem(
        request=request,
        row=row,
        shown=_as_it_goes_out(outline.person, row),
        decisions=[(decision, times(row.item, decision)) for decision in row.decisions],
        before=rows[place - 1].item if place else None,
        after=rows[place + 1].item if place + 1 < len(rows) else None,
        next_undecided=undecided[0] if undecided else None,
        # One that is left alone comes next, and not before as well.
        undecided_before=undecided[-1] if len(undecided) > 1 else None,
        not_read=not_read([item]).get((item.source, item.record_id), ""),
        decided=sum(one.is_decided for one in rows),
        of=len(rows),
        proposals=proposals_in(request, row, finder_for(outline.person)),
        health=_health(request, row),
        notes=list(
            request.item_notes.filter(
                source=row.item.source, record_id=row.item.record_id
            ).select_related("recorded_by")
        ),
        is_about_harm=bool(about_harm([row.item])),
        announced=request.announced.filter(source=row.item.source, record_id=row.item.record_id)
        .select_related("recorded_by")
        .first(),
    )


def _health(request: RightsRequest, row: ItemRow[Item]) -> Health | None:
    words = row.health
    if not words:
        return None
    ruling = next(
        (
            one
            for one in rulings_of(request)
            if (one.source, one.record_id) == (row.item.source, row.item.record_id)
        ),
        None,
    )
    return Health(
        words=list(words),
        ruling=ruling,
        is_settled=not row.waits_for_ground,
        tells_else=ruling is not None and ruling.said != row.health_mark,
        consultations=list(request.consultations.all()),
    )


def outlined_for(reference: str, look: Look, verb: Verb) -> tuple[RightsRequest, Outline]:
    """The open request and a list of everything held about its person, once the look is in the log."""
    return at_work_on(reference, look, verb, outline_for)


def at_work_on[Held](
    reference: str,
    look: Look,
    verb: Verb,
    gathering: Callable[[RightsRequest], Held],
    *,
    may: Callable[[User, RightsRequest], bool] = can_read_items,
) -> tuple[RightsRequest, Held]:
    """The open request and what `gathering` gives of it, once the look is in the log."""
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    asked = RightsRequest.objects.filter(reference=reference)
    request = requests_of(look.by).filter(reference=reference).select_related("person").first()
    about = [number for number in asked.values_list("person", flat=True) if number is not None]
    if request is None:
        raise NotYours(
            "No request with this reference.",
            look=look,
            record=RightsRequest,
            people=about,
            values={"reference": reference},
        )
    if request.person is None or not may(look.by, request):
        raise NotNow(
            "What is held is shown to those who work on an open request for a copy, once its person is "
            "found.",
            look=look,
            record=request,
            people=about,
        )
    try:
        gathered = gathering(request)
    except GatherFailed as failure:
        raise Refused(str(failure)) from None
    show(look, [Shown(verb, request, circle_of(request.person))])
    return request, gathered


def _as_it_goes_out(person: Person, row: ItemRow[Item]) -> ShownItem | None:
    """The item as the person would read it; None if nothing of it is told, or nothing can be said."""
    alone = Gathered(
        person=person,
        items=(row.item,),
        sources=(),
        other_forms=(),
        rules=(),
        recipients=(),
    )
    try:
        copy: Disclosed = disclose(alone, row.decisions)
    except PassageMissing:
        return None
    return copy.items[0] if copy.items else None


def times_in_file(item: Item, decision: Withholding) -> int:
    """How often words withheld in the file of `item` stand on the pages of it that the software has read."""
    return sum(
        1 for text in words_of_files([item]).values() for _ in occurrences(decision.quote, text)
    )
