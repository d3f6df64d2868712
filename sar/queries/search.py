"""The places and short forms on the officer's lists, and one place of a request with whoever may say what came of it."""

from collections.abc import Callable

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.queries.documents import StoredFile, must_exist
from core.files.formats import Format
from sar.models import Acronym, RightsRequest, Search, SearchPlace
from sar.permissions import may_work, searches_of
from sar.queries.requests import people_of_request


def list_places(*, look: Look) -> list[SearchPlace]:
    """The list; NotNow (403, logged) for whoever does not work on requests."""
    if not may_work(look.by):
        raise NotNow(
            "The Data Protection Officer keeps this list.",
            look=look.for_purpose(Purpose.MANAGEMENT),
            record=SearchPlace,
        )
    return list(SearchPlace.objects.all())


def open_place(slug: str, *, look: Look) -> SearchPlace:
    """One place of the list; NotYours (404, logged) if there is none."""
    found = next((one for one in list_places(look=look) if one.slug == slug), None)
    if found is None:
        raise NotYours("There is no such place.", look=look, record=SearchPlace)
    return found


def list_acronyms(*, look: Look) -> list[Acronym]:
    """The charity's short forms; NotNow (403, logged) for whoever does not work on requests."""
    if not may_work(look.by):
        raise NotNow(
            "The Data Protection Officer keeps this list.",
            look=look.for_purpose(Purpose.MANAGEMENT),
            record=Acronym,
        )
    return list(Acronym.objects.all())


def open_search(
    reference: str, place: str, *, look: Look, to: Callable[[User], bool] | None = None
) -> Search:
    """One place of a request, for the officer and for whoever was asked to search it; one entry.

    NotYours (404, logged) for everybody else: a search names somebody who has asked for their record;
    NotNow (403, logged) if they open it to do something (`to`) that their role does not do.
    """
    user: User = look.by
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    search = _asked_for(reference, place, look)
    if to is not None and not to(user):
        raise NotNow(
            "The Data Protection Officer asks colleagues to search.",
            look=look,
            record=search,
            people=people_of_request(search.request),
        )
    show(look, [Shown(Verb.SEARCH_READ, search, people_of_request(search.request))])
    return search


def open_found_file(reference: str, place: str, number: int, *, look: Look) -> StoredFile:
    """A file that a search found, to be saved; the entry says that it was taken out. As `open_search`.

    NotYours (404, logged) for whoever does not work on requests; Refused if it is not where it was stored.
    """
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    search = _asked_for(reference, place, look)
    found = search.files.filter(pk=number).first() if may_work(look.by) else None
    people = people_of_request(search.request)
    if found is None:
        raise NotYours("No such file.", look=look, record=Search, people=people)
    must_exist(found.file)
    show(look, [Shown(Verb.FOUND_FILE_TAKEN, found, people)])
    kind = Format(found.format)
    return StoredFile(path=found.file, name=found.saved_as, content_type=kind.content_type)


def _asked_for(reference: str, place: str, look: Look) -> Search:
    """The search that exists for whoever looks; NotYours (404, logged) if none does."""
    search = (
        searches_of(look.by)
        .filter(request__reference=reference, place__slug=place)
        .select_related("request__person", "place", "asked_of", "task", "recorded_by")
        .first()
    )
    if search is None:
        asked = RightsRequest.objects.filter(
            reference=reference, searches__place__slug=place
        ).first()
        raise NotYours(
            "No such search.",
            look=look,
            record=Search,
            people=people_of_request(asked) if asked else [],
            values={"reference": reference},
        )
    return search
