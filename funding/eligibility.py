"""Whether a family lives where a contract pays, in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.models import Address, Case, CaseRole
from funding.models import Contract

# Whose home decides: those for whom the work is done.
DECIDES = (CaseRole.CLIENT, CaseRole.CHILD, CaseRole.PARENT)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether the family lives in the area; None where that is not known. The sentence says why."""

    is_inside: bool | None
    sentence: str


def district_of(postcode: str) -> str:
    """The part before the space of a postcode, PR8 of PR8 5ZZ; "" where there is none."""
    words = postcode.upper().split()
    if len(words) > 1:
        return words[0]
    # Written without the space: the last three characters are the second part.
    return words[0][:-3] if words and len(words[0]) > 4 else "".join(words)


def eligibility(contract: Contract, case: Case, *, on: date) -> Eligibility:
    """Whether somebody of `case` lives in a district of `contract` on the day `on`."""
    if not contract.starts_on <= on <= contract.ends_on:
        return Eligibility(False, f"{contract.name} does not run on this day.")
    return where_they_live(contract, districts_of([case.pk], on=on)[case.pk])


def districts_of(cases: Iterable[int], *, on: date) -> dict[int, set[str]]:
    """The postcode districts in which the families of `cases` live on the day `on`."""
    found: dict[int, set[str]] = {case: set() for case in cases}
    homes = Address.objects.filter(
        Q(until=None) | Q(until__gte=on),
        person__case_people__case__in=found,
        person__case_people__role__in=DECIDES,
    ).exclude(postcode="")
    for case, postcode in homes.values_list("person__case_people__case", "postcode").order_by():
        found[case].add(district_of(postcode))
    return found


def where_they_live(contract: Contract, districts: set[str]) -> Eligibility:
    """Whether a family that lives in `districts` lives where `contract` pays."""
    if not contract.districts:
        return Eligibility(True, f"{contract.name} pays wherever people live.")
    if not districts:
        return Eligibility(None, "No postcode is recorded for anybody of this case: ask for it.")
    inside = sorted(districts & set(contract.districts))
    if inside:
        return Eligibility(
            True, f"They live in {' and '.join(inside)}, which {contract.name} covers."
        )
    return Eligibility(
        False,
        f"They live in {' and '.join(sorted(districts))}; {contract.name} covers "
        f"{', '.join(contract.districts)}.",
    )
