"""Reading the words of what a search found, so that names in it are proposed: long work, outside any request."""

import logging

from cases.previews import pictures_of
from core.files import office, pictures
from core.files.drawing import MOST_WORDS
from core.files.words import MOST_CHARACTERS
from sar.actions.search import keep_words
from sar.models import FoundFile

logger = logging.getLogger(__name__)


def read_found(found_id: int) -> None:
    """Read the first pages of one file. Run by the worker; may be run again at any time.

    What cannot be read has no words: the page of its item says that nobody is proposed in it.
    """
    found = (
        FoundFile.objects.select_related("search__request", "recorded_by")
        .filter(pk=found_id, words=None)
        .first()
    )
    if found is None:
        return
    try:
        made = pictures_of(found.file, found.format)
    except (office.NoOffice, pictures.NotDrawn):
        return
    except OSError as error:
        logger.error("Found file %s: %s", found_id, error.strerror)  # noqa: TRY400
        return
    keep_words(
        found=found,
        pages=made.pages,
        read=[one.text for one in made.drawn],
        is_cut=any(
            len(one.text) >= (MOST_WORDS if one.content else MOST_CHARACTERS) for one in made.drawn
        ),
    )
