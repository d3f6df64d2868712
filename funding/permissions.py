"""Who sees contracts and their numbers, and who says which contract pays for a case."""

from django.db.models import QuerySet

from accounts.models import User
from cases.models import Case
from cases.permissions import can_see_entries, services_of
from funding.models import Contract


def manages_contracts(user: User) -> bool:
    """Contracts and their numbers are the manager's."""
    return user.has_perm("funding.manage_contracts")


def contracts_of(user: User) -> QuerySet[Contract]:
    """The contracts that exist for `user`: of the services they manage."""
    if not manages_contracts(user):
        return Contract.objects.none()
    return Contract.objects.filter(service__in=services_of(user))


def may_fund(user: User, case: Case) -> bool:
    """Say which contract pays for a case that exists for them, also after it was closed."""
    return can_see_entries(user) and user.has_perm("funding.fund_case")
