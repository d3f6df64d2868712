"""What whoever works on a request does not read is answered by those who do."""

from django.db import transaction

from accounts.actions.notices import tell
from accounts.models import Notice
from audit.actors import SYSTEM, Actor
from safeguarding.models import Allegation
from safeguarding.permissions import receivers_of
from sar.models import RightsRequest

ASKED = "Somebody asks for their record: look whether your answer belongs to it"


@transaction.atomic
def tell_receivers_of_requests(*, by: Actor = SYSTEM) -> int:
    """Tell the named people that somebody in an allegation which they receive asks for their record.

    Once for each request. They answer for that part themselves (UK GDPR Art 15); whoever works on the
    request does not learn that there is anything. Done at night and by the system, so that no entry of
    the log stands beside the work on the request.
    """
    told = 0
    for request in RightsRequest.objects.exclude(person=None).select_related("person"):
        if request.person is None or not request.is_open:
            continue
        for allegation in Allegation.objects.filter(people__in=request.person.numbers).distinct():
            link = f"{allegation.get_absolute_url()}?request={request.reference}"
            if Notice.objects.filter(link=link).exists():
                continue
            tell(who=receivers_of(allegation.about_staff_id), sentence=ASKED, link=link, by=by)
            told += 1
    return told
