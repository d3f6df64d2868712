"""What the searches of a request say: in sentences, for the answer and the page “what we searched”. Plain reading."""

from dataclasses import dataclass
from datetime import date

from core.dates import plain
from sar.models import RightsRequest, Search, SearchPlace

# What a charity of our size may begin with; the officer takes them over, or writes their own.
SUGGESTED: tuple[tuple[str, str], ...] = (
    ("Records in this system", "Everything the pack gathers, drafts and old versions included."),
    ("E-mail", "The mailboxes of those who worked with them, and the shared ones."),
    ("Paper", "Filing cabinets, note books, the archive."),
    ("Telephones", "Texts, messages and voice mail on the charity’s telephones."),
    ("Shared drive", "Folders outside this system, spreadsheets, photographs."),
    ("Volunteers", "What volunteers keep for us."),
    ("People who have left", "Mailboxes and folders of former workers."),
)


@dataclass(frozen=True, slots=True)
class SearchedPlace:
    """One row of the page “what we searched”, as the person reads it."""

    place: str
    outcome: str
    by: str
    on: date | None
    terms: str
    because: str

    @property
    def sentence(self) -> str:
        """The row in a sentence, for a letter."""
        if self.on is None:
            return f"{self.place}: {self.outcome.lower()}. {self.because}".strip()
        return (
            f"{self.place}: searched by {self.by} on {plain(self.on)} for “{self.terms}”. "
            f"{self.outcome}. {self.because}"
        ).strip()


def searched_places(request: RightsRequest) -> list[SearchedPlace]:
    """What was searched for `request`, place by place, for the pack and for letters."""
    return [
        SearchedPlace(
            place=str(one.place),
            outcome=str(one.get_outcome_display() or "Not answered yet"),
            by=one.searched_by,
            on=one.searched_on,
            terms=one.terms,
            because=one.because,
        )
        for one in _rows(request)
    ]


def searched_in_words(request: RightsRequest) -> str:
    """The same, a line each."""
    return "\n".join(one.sentence for one in searched_places(request))


def unanswered(request: RightsRequest) -> list[Search]:
    """The places of which nobody has said yet what came of them."""
    return [one for one in _rows(request) if not one.is_answered]


def search_missing(request: RightsRequest) -> str:
    """What is missing of the search, in a sentence; empty if nothing is."""
    rows = _rows(request)
    if not rows:
        if SearchPlace.objects.filter(is_open=True).exists():
            return "The search of the places on our list has not been begun."
        return ""
    left = [str(one.place) for one in rows if not one.is_answered]
    return f"Not answered yet: {', '.join(left)}." if left else ""


def _rows(request: RightsRequest) -> list[Search]:
    return list(request.searches.select_related("place"))
