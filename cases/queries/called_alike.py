"""Whether two names may mean the same agency or person, however they are spelt (features.md N1).

Small and capital letters, accents, punctuation, “the”, “Ltd” and titles make no difference; a word that is
spelt or sounds nearly the same may be the same, as it may be for the search. The database compares
(migration 0042), and its own rule about the sharing log compares the same way.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from django.db import connection
from django.db.models import F, Func, IntegerField, Value

from cases.models import Agency


class Alike(IntEnum):
    """How near two names are, as `public.called_alike` answers."""

    NOT = 0
    SPELT = 1  # every word of the shorter one is spelt or sounds like a word of the other
    PART = 2  # every word of the shorter one stands in the other
    SAME = 3


class CalledAlike(Func):
    """How near a name is to another one: `Alike`."""

    function = "public.called_alike"
    output_field = IntegerField()


# Of each pair of names that were compared, how near they are.
Compared = Mapping[tuple[str, str], Alike]


def compared(pairs: Iterable[tuple[str, str]]) -> Compared:
    """How near the two names of each pair are, in one question; none where there is no pair."""
    asked = sorted(set(pairs))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one, other, public.called_alike(one, other)"
            " FROM unnest(%s::text[], %s::text[]) AS pairs (one, other)",
            [[one for one, _ in asked], [other for _, other in asked]],
        )
        return {(one, other): Alike(near) for one, other, near in cursor.fetchall()}


def agency_called(name: str) -> Agency | None:
    """The agency that `name` is the name of, as it stands now: however it is written, and not misspelt."""
    known = Agency.objects.annotate(near=CalledAlike(F("name"), Value(name)))
    found = known.filter(near=Alike.SAME).select_related("merged_into").order_by("pk").first()
    return found and found.now
