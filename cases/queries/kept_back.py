"""What a page says of what it does not show since it is restricted (UK GDPR Art 18).

That there is something, by its number and since when: a worker who reads on as if the record were whole would
be misled. Never what it says, nor when it happened. Behind the door, as the timeline: the
cases come from there, and whoever reads them is told the same at the address of the entry itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from cases.kinds import KINDS
from cases.models import Case, Person, Restriction, RestrictionGrant
from cases.restricted import bars, grants_of


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What is kept and not used of the entries of a page.

    `entries` are the restrictions of single ones; `leave` is what of those the reader may use for now; `people`
    are those who are restricted whole: what is about them, or names them, is left out.
    """

    entries: list[Restriction]
    leave: list[RestrictionGrant]
    people: list[Person]


def kept_back(
    *,
    cases: Iterable[Case],
    reader: User,
    person: Person | None = None,
    nouns: Sequence[str] = tuple(KINDS),
) -> KeptBack:
    """What of the entries of `cases` is not shown to `reader`; with `person`, of those about them.

    `case_people__person` of the cases is loaded.
    """
    cases = list(cases)
    theirs = Q(pk=None)
    for noun in nouns:
        in_them = Q(**{f"{noun}__case__in": cases})
        # A decision is about everybody in its case.
        if person is not None and KINDS[noun].about == "people":
            in_them &= Q(**{f"{noun}__people": person})
        theirs |= in_them
    restricted = Restriction.objects.filter(theirs, lifted_at=None).values("pk")
    barred = bars(reader).filter(pk__in=restricted).select_related(*nouns).order_by("pk")
    leave = grants_of(reader).filter(restriction__in=restricted).order_by("pk")
    return KeptBack(
        entries=list(barred),
        leave=list(leave.select_related(*(f"restriction__{noun}" for noun in nouns))),
        people=_restricted_in(cases),
    )


def _restricted_in(cases: Iterable[Case]) -> list[Person]:
    """Who in `cases` is named by number alone, each once."""
    people = {one.person_id: one.person for case in cases for one in case.case_people.all()}
    return [one for one in people.values() if one.is_named_by_number]
