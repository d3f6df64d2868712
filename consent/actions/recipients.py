"""With whom information may be shared: agencies the charity knows, and those it meets now."""

from django.db import transaction

from accounts.models import User
from cases.actions.services import add_agency
from cases.models import Agency


@transaction.atomic
def agency_named(*, agency: Agency | str | None, by: User) -> Agency | None:
    """The agency meant by `agency`: one of ours, or one given by its name, which is added if it is new.

    One that was merged into another is the other.
    """
    if agency is None or isinstance(agency, Agency):
        return agency and agency.now
    name = " ".join(agency.split())
    if not name:
        return None
    known = Agency.objects.filter(name__iexact=name).select_related("merged_into").first()
    return known.now if known else add_agency(name=name, by=by)
