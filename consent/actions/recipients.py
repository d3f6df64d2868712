"""With whom information may be shared: agencies the charity knows, and those it meets now."""

from django.db import transaction

from accounts.models import User
from cases.actions.services import add_agency
from cases.models import Agency
from cases.queries.called_alike import agency_called


@transaction.atomic
def agency_named(*, agency: Agency | str | None, by: User) -> Agency | None:
    """The agency meant by `agency`: one of ours, or one given by its name, which is added if it is new.

    “The Ainsdale School Ltd” is Ainsdale School, which somebody may have to be kept from (features.md N1). One that was merged into another is the other.
    """
    if agency is None or isinstance(agency, Agency):
        return agency and agency.now
    name = " ".join(agency.split())
    if not name:
        return None
    return agency_called(name) or add_agency(name=name, by=by)
