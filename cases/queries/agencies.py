"""Agencies as they stand now: doubles left out, and whether an address of theirs was checked. Behind the
door, or about nobody.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cases.models import Agency, ContactCheck, Professional


def agencies() -> QuerySet[Agency]:
    """Every agency the charity works with, by name; one that was written down twice, once."""
    return Agency.objects.filter(merged_into=None).order_by("name", "pk")


def same_agency(agency: Agency | None, path: str = "agency") -> Q:
    """Rows whose agency, the column `path`, is `agency`, under whichever name it was written down; rows
    without an agency where there is none.
    """
    if agency is None:
        return Q(**{path: None})
    number = agency.number_now
    return Q(**{path: number}) | Q(**{f"{path}__merged_into": number})


def is_checked(of: Agency | Professional) -> bool:
    """Whether somebody made sure that the e-mail address of `of`, as it stands now, reaches them."""
    return bool(of.email) and last_check(of) is not None


def last_check(of: Agency | Professional) -> ContactCheck | None:
    """The last time that the address which stands there now was checked."""
    checks = of.checks.filter(email=of.email).select_related("recorded_by")
    return checks.order_by("-checked_on", "-pk").first()


def unchecked_sentence(names: Iterable[str]) -> str:
    """Why nothing goes to these addresses yet, and what to do."""
    listed = " and ".join(names)
    return (
        f"Nobody has checked yet that {listed} reaches them. Ring them, and write it down on the page of the "
        "agency; or send it another way."
    )
