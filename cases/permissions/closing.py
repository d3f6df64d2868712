"""Who closes records to colleagues, by conflicts of interest, seals and restrictions, and who gives access."""

from django.db.models import QuerySet

from accounts.models import User
from cases.closed import closed
from cases.models import Barring, Seal
from cases.restricted import usable


def can_restrict(user: User) -> bool:
    """Restrict records, allow their use and lift it: the Data Protection Officer."""
    return user.has_perm("cases.restrict_records")


def can_keep_conflicts(user: User) -> bool:
    """Put on records whom colleagues know outside work, and end it."""
    return user.has_perm("cases.keep_conflicts")


def conflicts_of(user: User) -> QuerySet[Barring]:
    """The conflicts of interest of others that exist for `user`: none about somebody closed to them."""
    if not can_keep_conflicts(user):
        return Barring.objects.none()
    return Barring.objects.exclude(user=user).exclude(closed(user, "person"))


def can_keep_seals(user: User) -> bool:
    """Seal records, say who is named on a seal, ask to lift it, and lift it when somebody else asked."""
    return user.has_perm("cases.keep_seals")


def seals_of(user: User) -> QuerySet[Seal]:
    """The seals that exist for `user`: on records that are open to them."""
    if not can_keep_seals(user):
        return Seal.objects.none()
    return usable(Seal.objects.exclude(closed(user, "person")), by=user)


def can_read_sealed(user: User, seal: Seal) -> bool:
    """Whether the sealed record is open to `user` in spite of the seal."""
    named = seal.seal_readers.filter(user=user, ended_at=None).exists()
    return named or user.has_perm("cases.open_sealed")


def can_give_access(user: User) -> bool:
    """Give colleagues access with an end: managers in their services, the DPO and who manages services."""
    return user.has_perm("cases.give_access") or gives_everywhere(user)


def gives_everywhere(user: User) -> bool:
    """Whether they give it for every service, and see who has it where."""
    give = user.has_perm("cases.give_access") and user.has_perm("cases.open_any_record")
    return give or user.has_perm("cases.manage_services")
