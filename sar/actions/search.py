"""The search: the places on the list, colleagues asked, chased and escalated, what came of each."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from procrastinate.contrib.django import app

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with
from audit import log
from audit.actors import SYSTEM, Actor
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, drop_task, finish_task
from cases.documents import kept_file
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.dates import plain
from core.errors import Refused
from core.files.formats import Examined
from core.files.keeping import stand_or_fall
from core.workflow import make
from sar.deadlines import deadline_of
from sar.gates import before_nothing_held
from sar.models import FoundFile, FoundWords, RightsRequest, Search, SearchPlace
from sar.rules import begin, locked, not_closed_to, not_in_future, record, still_open
from sar.searching import SUGGESTED, search_missing
from sar.workflow import OPEN_STATUSES, REQUEST_MOVES, RequestMove

# Where in the store the files lie that searches found.
FOLDER = "found"
# The name of the worker's task, which stands in sar/tasks.py above this module.
READ_TASK = "sar.read_found"


@transaction.atomic
def add_place(*, name: str, help_text: str = "", by: User) -> SearchPlace:
    """Put a place on the list of those that are searched for each new request."""
    name = " ".join(name.split())
    slug = slugify(name)[:60]
    if not slug:
        raise Refused("Give the place a name in letters.")
    if SearchPlace.objects.filter(Q(slug=slug) | Q(name__iexact=name)).exists():
        raise Refused("There is a place of this name already.")
    _record_list(by)
    return SearchPlace.objects.create(
        slug=slug, name=name, help_text=help_text.strip(), recorded_by=by
    )


@transaction.atomic
def add_suggested_places(*, by: User) -> list[SearchPlace]:
    """Put the suggested places on the list that are not there yet."""
    there = {name.casefold() for name in SearchPlace.objects.values_list("name", flat=True)}
    return [
        add_place(name=name, help_text=help_text, by=by)
        for name, help_text in SUGGESTED
        if name.casefold() not in there
    ]


@transaction.atomic
def offer_place(*, place: SearchPlace, is_open: bool, by: User) -> SearchPlace:
    """Search this place for new requests, or no longer. What was searched before stays."""
    _record_list(by)
    SearchPlace.objects.filter(pk=place.pk).update(is_open=is_open)
    place.refresh_from_db()
    return place


@transaction.atomic
def begin_search(*, request: RightsRequest, by: User) -> list[Search]:
    """Put each place of the list on the request, to be answered."""
    now = still_open(request)
    there = now.searches.values("place")
    places = list(SearchPlace.objects.filter(is_open=True).exclude(pk__in=there))
    if not places:
        raise Refused(
            "Every place of the list is on the request already, or the list is empty. Write the list under "
            "“Places that are searched”."
        )
    record(Verb.SEARCH_BEGUN, by=by, request=now, on=Search, action=Action.CREATE)
    made = Search.objects.bulk_create(
        Search(request=now, place=place, recorded_by=by) for place in places
    )
    begin(now)
    request.refresh_from_db()
    return made


@transaction.atomic
def ask_to_search(*, search: Search, asked_of: User, due_on: date, by: User) -> Search:
    """Ask a colleague to search a place by a day: a task of theirs, and a notice at once (P24)."""
    now = still_open(search.request)
    row = _unanswered(search)
    today = timezone.localdate()
    if due_on < today:
        raise Refused("This day is past. Give them time to search.")
    answer_by = deadline_of(now, today).deadline.due
    if answer_by and today <= answer_by < due_on:
        raise Refused(f"The answer is due on {plain(answer_by)}. Give an earlier day.")
    not_closed_to(asked_of, now)
    if row.asked_of is not None:
        raise Refused(f"{row.asked_of} has been asked already. They are asked again by themselves.")
    record(Verb.SEARCH_ASKED, by=by, request=now, on=row)
    task = add_task(
        kind=TaskKind.SEARCH,
        what=f"Search “{row.place}” for the request {now}, and say what came of it.",
        for_user=asked_of,
        due_on=due_on,
        link=row.get_absolute_url(),
        purpose=Purpose.RIGHTS_REQUEST,
        by=by,
    )
    Search.objects.filter(pk=row.pk).update(
        asked_of=asked_of, asked_on=today, due_on=due_on, task=task
    )
    _tell(row, [asked_of], f"Please search “{row.place}” by {plain(due_on)}, for {now}.", by)
    search.refresh_from_db()
    return search


@transaction.atomic
def answer_search(
    *,
    search: Search,
    outcome: str,
    searched_by: str = "",
    searched_on: date | None = None,
    terms: str = "",
    because: str = "",
    by: User,
) -> Search:
    """Say what came of a place: who searched when and with what words, or why nobody did."""
    row = _unanswered(search)
    searched = outcome != Search.Outcome.NOT_SEARCHED
    if searched and not (searched_by.strip() and searched_on and terms.strip()):
        raise Refused("Say who searched, when, and with what words.")
    if not searched and not because.strip():
        raise Refused("Say why it was not searched.")
    if searched_on is not None:
        not_in_future(searched_on)
    record(Verb.SEARCH_ANSWERED, by=by, request=row.request, on=row)
    Search.objects.filter(pk=row.pk).update(
        outcome=outcome,
        searched_by=searched_by.strip() if searched else "",
        searched_on=searched_on if searched else None,
        terms=terms.strip() if searched else "",
        because=because.strip(),
    )
    if row.task is not None and row.task.status == TaskStatus.OPEN:
        finish_task(task=row.task, by=by)
    if row.request.is_open:
        begin(row.request)
    search.refresh_from_db()
    return search


@stand_or_fall()
@transaction.atomic
def add_found_file(
    *,
    search: Search,
    file: Examined,
    title: str,
    lay: str,
    dated_on: date | None = None,
    by: User,
) -> FoundFile:
    """Put a paper or file that a search found with the request, so that it is looked through and goes into the copy.

    For what stands in no record: in a mailbox, in a drawer, in a case that is closed. Refused once the request is
    answered, of a place where nothing was found, and for the very file that was put there already.
    """
    now = still_open(search.request)
    row = Search.objects.select_for_update(of=("self",)).select_related("place").get(pk=search.pk)
    title, lay = " ".join(title.split()), " ".join(lay.split())
    if not title:
        raise Refused("Say what it is.")
    if not lay:
        raise Refused("Say where it lay, or who had it.")
    if row.is_answered and row.outcome != Search.Outcome.FOUND:
        raise Refused(
            f"It is written down of “{row.place}”: {row.get_outcome_display().lower()}. Put the file with the place "
            "where it was found."
        )
    if dated_on is not None:
        not_in_future(dated_on)
    there = FoundFile.objects.filter(search__request=now, sha256=file.sha256)
    if one := there.select_related("search__place").first():
        raise Refused(f"This very file is there already: “{one.title}”, under {one.search.place}.")
    record(Verb.FOUND_FILE_ADDED, by=by, request=now, on=row)
    added = FoundFile.objects.create(
        search=row,
        title=title,
        lay=lay,
        dated_on=dated_on,
        **kept_file(file, folder=FOLDER),
        recorded_by=by,
    )
    begin(now)
    app.configure_task(READ_TASK).defer(found_id=added.pk)
    return added


@transaction.atomic
def keep_words(
    *, found: FoundFile, pages: int, read: Sequence[str], is_cut: bool, by: Actor = SYSTEM
) -> FoundWords:
    """Keep the words on the first pages of what a search found: `read`, page by page, of so many `pages`."""
    request = found.search.request
    record(Verb.FOUND_FILE_READ, by=by, request=request, on=found)
    return FoundWords.objects.create(
        found=found,
        pages=pages,
        drawn=len(read),
        wordless=sum(not text for text in read),
        is_cut=is_cut,
        # PostgreSQL keeps every letter but this one.
        text="\n".join(read).replace("\0", ""),
        recorded_by=found.recorded_by,
    )


@transaction.atomic
def answer_nothing_held(*, request: RightsRequest, by: User) -> None:
    """Close a request about somebody of whom nothing is held, after a search that is written down.

    Refused while a place is unanswered, where something was found, for somebody who has a record, and before
    it is established who asks, where that has to be (`before_nothing_held`).
    """
    now = locked(request)
    if now.person_id is not None:
        raise Refused(f"{now} is about somebody who has a record here, so that something is held.")
    if not now.searches.exists():
        raise Refused("Begin the search first: what was searched is part of the answer.")
    if missing := search_missing(now):
        raise Refused(f"The search is not complete. {missing}")
    if now.searches.filter(outcome=Search.Outcome.FOUND).exists():
        raise Refused("Something was found. Say which person it is about, and answer with it.")
    if not now.searches.filter(outcome=Search.Outcome.NONE).exists():
        raise Refused("Nobody has searched anywhere yet.")
    if against := before_nothing_held(now, on=timezone.localdate()):
        raise Refused(
            f"Also that nothing is held tells something about somebody. {against[0]} If it cannot be shown, refuse "
            "the request."
        )
    record(Verb.REQUEST_NOTHING_HELD, by=by, request=now)
    make(
        now,
        REQUEST_MOVES[RequestMove.FIND_NOTHING],
        nothing_held_at=timezone.now(),
        nothing_held_by=by,
    )
    request.refresh_from_db()


@transaction.atomic
def say_gap(*, request: RightsRequest, gap: str, by: User) -> None:
    """Answer as a part only: what has not been searched yet is said in the answer, in these words."""
    now = still_open(request)
    if gap.strip() and not search_missing(now):
        raise Refused("Every place has been answered, so that there is no gap to state.")
    record(Verb.REQUEST_GAP_SAID, by=by, request=now)
    RightsRequest.objects.filter(pk=now.pk).update(gap=gap.strip())
    begin(now)
    request.refresh_from_db()


@transaction.atomic
def end_tasks(*, request: RightsRequest, by: User) -> None:
    """Nobody need search any more for a request that ends: those who were asked lose the task."""
    for row in request.searches.filter(outcome="").select_related("task"):
        if row.task is None or row.task.status != TaskStatus.OPEN:
            continue
        drop_task(task=row.task, because=f"{request} has ended.", by=by)


@transaction.atomic
def chase_searches(*, on: date, by: Actor = SYSTEM) -> int:
    """Ask colleagues again every so many days, and tell the officer once when one is late; how many.

    Run every morning; run again on the same day it asks nobody twice.
    """
    again = on - timedelta(days=settings.SEARCH_CHASE_DAYS)
    waiting = Search.objects.filter(
        outcome="", asked_of__isnull=False, request__status__in=OPEN_STATUSES
    ).select_related("request", "place", "asked_of")
    done = 0
    for row in waiting.select_for_update(of=("self",)):
        if (row.chased_on or row.asked_on or on) <= again:
            record(Verb.SEARCH_CHASED, by=by, request=row.request, on=row)
            Search.objects.filter(pk=row.pk).update(chased_on=on)
            words = f"We still wait for what came of “{row.place}”, for {row.request}."
            _tell(row, [row.asked_of], words, by)
            done += 1
        if row.due_on is not None and row.due_on < on and row.escalated_on is None:
            record(Verb.SEARCH_ESCALATED, by=by, request=row.request, on=row)
            Search.objects.filter(pk=row.pk).update(escalated_on=on)
            words = f"{row.asked_of} has not searched “{row.place}” by {plain(row.due_on)}, for {row.request}."
            _tell(row, list(people_with("sar.work_requests")), words, by)
            done += 1
    return done


def _unanswered(search: Search) -> Search:
    row = (
        Search.objects.select_for_update(of=("self",))
        .select_related("request", "place", "asked_of", "task")
        .get(pk=search.pk)
    )
    if row.is_answered:
        raise Refused("It has been said already what came of this place.")
    return row


def _tell(row: Search, who: list[User | None], sentence: str, by: Actor) -> None:
    tell(
        who=[user for user in who if user is not None],
        sentence=sentence,
        link=row.get_absolute_url(),
        by=by,
    )


def _record_list(by: User) -> None:
    log.record(
        Verb.SEARCH_PLACES_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=SearchPlace,
        purpose=Purpose.MANAGEMENT,
    )
