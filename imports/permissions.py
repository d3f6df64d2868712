"""Who may bring in a spreadsheet: the manager of a service, into that service."""

from django.db.models import QuerySet

from accounts.models import User
from cases.permissions import services_of
from imports.models import Import
from imports.workflow import IMPORT_MOVES, ImportMove


def may_import(user: User) -> bool:
    return user.has_perm("imports.import_records")


def imports_of(user: User) -> QuerySet[Import]:
    """The files that exist for `user`: of their services."""
    if not may_import(user):
        return Import.objects.none()
    return Import.objects.filter(service__in=services_of(user))


def can(batch: Import, move: ImportMove) -> bool:
    """Whether the file stands where `move` starts from."""
    return batch.status in IMPORT_MOVES[move].sources
