"""Which entries of a copy are announced by a line before they come (features.md N18).

An entry about harm by the topic that whoever wrote it gave it; what somebody who works on the request
says may be hard to read; and what speaks of that which the person asked to be warned of.
"""

import re
from collections.abc import Iterable

from django.db import connection

from cases.models import CaseNote
from cases.models.entry import ABOUT_HARM
from sar.models import RightsRequest
from sar.pack.held import Listed

Place = tuple[str, int]

# Words of a wish to be warned that say nothing of what about, and that the dictionary does not leave out.
OF_WISHES = frozenset(
    ["anything", "entry", "entries", "page", "pages", "part", "parts", "please", "thing", "things"]
)


def about_harm(items: Iterable[Listed]) -> frozenset[Place]:
    """Those of `items` that are notes about safety or domestic abuse, by their topic."""
    label = CaseNote._meta.label
    notes = [item.record_id for item in items if item.source == label]
    found = CaseNote.objects.filter(pk__in=notes, circumstances__overlap=sorted(ABOUT_HARM))
    return frozenset((label, number) for number in found.values_list("pk", flat=True))


def hard_to_read(request: RightsRequest, items: Iterable[Listed]) -> frozenset[Place]:
    """Those of `items` that are announced whatever the person asked to be warned of."""
    chosen = request.announced.values_list("source", "record_id")
    return about_harm(items) | frozenset(chosen)


def alike(wish: str, words: Iterable[str]) -> frozenset[str]:
    """Those of `words` that are a form of a word of `wish`: “harm” finds “harming”, “abuse” finds “abused”.

    By the dictionary of the database, which also leaves out what stands everywhere, such as “about”.
    """
    wanted = set(re.findall(r"\w+", wish.casefold())) - OF_WISHES
    if not wanted:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS (
                SELECT DISTINCT unnest(ts_lexize('english_stem', word)) AS stem
                FROM unnest(%s::text[]) AS word
            )
            SELECT word FROM unnest(%s::text[]) AS word
            WHERE EXISTS (
                SELECT 1 FROM wanted WHERE wanted.stem = ANY (ts_lexize('english_stem', word))
            )
            """,
            [sorted(wanted), sorted(set(words))],
        )
        return frozenset(word for (word,) in cursor.fetchall())
