"""What may be said of a document, and whether it is there already. Checked before the log is written."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cases.models import Case, Document, HowReceived, Person, Professional, SourceKind
from cases.written import check_moment, check_people
from core.dates import plain
from core.errors import Refused
from core.files.formats import Examined
from core.files.keeping import keep

# Under which folders of the store the files of the record lie; the nightly upkeep looks there.
DOCUMENTS, PREVIEWS = "documents", "previews"


def document_words(
    *,
    case: Case,
    kind: str,
    title: str,
    happened_at: datetime,
    people: Iterable[Person],
    dated_on: date | None = None,
    source_kind: str = SourceKind.OWN,
    source_person: Person | None = None,
    source_professional: Professional | None = None,
    how_received: str = HowReceived.IN_PERSON,
) -> dict[str, Any]:
    """A document's own words as they are kept; Refused where they cannot stand."""
    title = " ".join(title.split())
    if not title:
        raise Refused("Give the document a title, so that others find it.")
    check_moment("document", happened_at)
    if dated_on and dated_on > timezone.localdate():
        raise Refused("The date on the document lies in the future. Check the year.")
    check_people(case, list(people), missing="Say whom the document is about: at least one person.")
    if source_person is not None:
        check_people(case, [source_person], missing="")
    if source_kind == SourceKind.PROFESSIONAL and source_professional is None:
        raise Refused("Say which professional it came from.")
    return {
        "kind": kind,
        "title": title,
        "happened_at": happened_at,
        "dated_on": dated_on,
        "source_kind": source_kind,
        "source_person": source_person,
        "source_professional": source_professional
        if source_kind == SourceKind.PROFESSIONAL
        else None,
        "how_received": how_received,
    }


def kept_file(file: Examined, *, folder: str) -> dict[str, Any]:
    """Keep `file` in the store: what a row says of it (`OfFile`). Within `stand_or_fall`."""
    return {
        "file": keep(file.content, folder=folder),
        "file_name": file.name,
        "format": file.format,
        "size": file.size,
        "sha256": file.sha256,
        "scanned": file.scanned,
    }


def check_not_there(case: Case, file: Examined) -> None:
    """Refused if this very file, byte for byte, is in the case already."""
    there = Document.objects.filter(case=case, sha256=file.sha256).first()
    if there is not None:
        raise Refused(
            f"This very file is in the case already: {there.reference}, “{there.title}”, added on "
            f"{plain(timezone.localdate(there.recorded_at))}."
        )
