"""The refusal of what is restricted, and the leave to use it all the same (UK GDPR Art 18(2))."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from audit.door import NotNow
from audit.looks import Look
from cases.actions.restricted_use import use_restricted
from cases.kinds import kind_of
from cases.models import Case, RestrictionGrant
from cases.restricted import grants_of


class IsRestricted(NotNow):
    """The record is kept and not used (UK GDPR Art 18): 403, with the sentence and where to ask."""

    def __init__(
        self,
        *,
        look: Look,
        record: models.Model,
        people: Iterable[Any],
        leads_to: str = "",
    ) -> None:
        reference = getattr(record, "reference", "")
        super().__init__(
            f"{reference} is restricted: it is kept and not used, read or changed. Ask the Data "
            "Protection Officer, who can say until when and may give you leave.",
            look=look,
            record=record,
            people=people,
            values={"reference": reference},
        )
        self.leads_to = leads_to


def use_grants(
    look: Look,
    *,
    people: Iterable[Any] = (),
    case: Case | None = None,
    entries: Iterable[Any] = (),
) -> None:
    """Where `look.by` came to change something that they have leave to use although it is restricted,
    write that they use it, and for which reason: the database lets the change through for that.
    """
    if look.read_only:
        return
    numbers = _numbers(people)
    for grant in leave_over(look.by, people=numbers, case=case, entries=entries):
        use_restricted(grant=grant, people=numbers, look=look, by=look.by)


def leave_over(
    user: User,
    *,
    people: Iterable[Any] = (),
    case: Case | None = None,
    entries: Iterable[Any] = (),
) -> list[RestrictionGrant]:
    """What `user` has leave to use for now, of what a page shows although it is restricted: the page says so."""
    of = Q(restriction__person__in=_numbers(people))
    if case is not None:
        of |= Q(restriction__case=case)
    for entry in entries:
        of |= Q(**{f"restriction__{kind_of(entry).noun}": entry})
    grants = grants_of(user).filter(of, restriction__lifted_at=None)
    return list(grants.select_related("restriction"))


def _numbers(people: Iterable[Any]) -> list[int]:
    return [getattr(person, "pk", person) for person in people]
