"""One page of a document in a request, as it came, for whoever chooses what of it is painted over."""

from dataclasses import dataclass

from audit.door import NotYours
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from core.errors import Refused
from sar.models import RightsRequest, Withholding
from sar.pack.gather import documents_for
from sar.pack.held import Item
from sar.pack.looking import NoPage, PageSeen, page_of
from sar.queries.items import at_work_on

NO_PAGE = (
    "This document has no such page. Go back to the item, and look at its pages from the first."
)


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page of a document, and what is painted over on it; `has_pages` is false where there is none to look at."""

    request: RightsRequest
    item: Item
    seen: PageSeen
    areas: list[Withholding]

    @property
    def has_pages(self) -> bool:
        return self.seen.of > 0

    @property
    def cannot(self) -> bool:
        """Whether something within it goes into the pack as a page that says: held, cannot be shown."""
        return any(one.cannot for one in self.seen.besides)

    @property
    def before(self) -> int | None:
        return self.seen.number - 1 if self.seen.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.seen.number + 1 if self.seen.number < self.seen.of else None

    def like(self, number: str | None) -> Withholding | None:
        """The decision on this page that the page's address names, for the next to begin with."""
        return next((one for one in self.areas if str(one.pk) == number), None)


def open_page(reference: str, key: str, number: int, *, look: Look) -> OnePage:
    """Open a page of an item of a request, or what is said of one without pages; one entry, as for the item.

    NotYours (404) and NotNow (403) as for its items; Refused if the item has no such page.
    """
    request, documents = at_work_on(reference, look, Verb.ITEM_READ, documents_for)
    item = next((one for one in documents if one.key == key), None)
    if item is None or item.file is None:
        raise NotYours(
            "No document of this kind is held about the person of this request.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=request,
            people=[request.person_id],
            values={"reference": reference},
        )
    try:
        seen = page_of(item.file, number, title=item.title)
    except NoPage:
        raise Refused(NO_PAGE) from None
    areas = request.withholdings.filter(
        source=item.source, record_id=item.record_id, page=number, undone_at=None
    )
    return OnePage(request, item, seen, list(areas.select_related("recorded_by")))
