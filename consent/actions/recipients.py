"""With whom information may be shared: agencies the charity knows, and those it meets now."""

from django.db import transaction

from accounts.models import User
from cases.actions.services import add_agency
from cases.models import Agency


@transaction.atomic
def agency_named(*, agency: Agency | str | None, by: User) -> Agency | None:
    """The agency meant by `agency`: one of ours, or one given by its name, which is added if it is new."""
    if not isinstance(agency, str):
        return agency
    name = " ".join(agency.split())
    if not name:
        return None
    return Agency.objects.filter(name__iexact=name).first() or add_agency(name=name, by=by)
