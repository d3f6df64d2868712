"""Saying that something is due and nobody is there who may propose it."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import Notice
from accounts.queries import people_with
from audit.actors import Actor
from audit.log import SYSTEM
from retention.queries.due import due_to_nobody

# To whoever gives roles, and must not learn of anybody.
NOBODY = (
    "The time of a record is over, and no Data Protection Officer is there who may see it. Give the role to another "
    "colleague as well: until then it stays. For that nobody needs to know whose record it is."
)
# As long as it stays so, it is said again.
AGAIN = timedelta(days=30)


@transaction.atomic
def tell_of_due_to_nobody(*, on: date, by: Actor = SYSTEM) -> bool:
    """Tell whoever gives roles that something is due which no officer may see, once in a month; whether they were told.

    Where there is another officer or a deputy it is theirs, and nobody is told.
    """
    administrators = people_with("accounts.manage_users")
    recent = Notice.objects.filter(sentence=NOBODY, to__in=administrators)
    if recent.filter(told__gt=timezone.now() - AGAIN).exists():
        return False
    if not administrators.exists() or not due_to_nobody(on=on):
        return False
    tell(who=administrators, sentence=NOBODY, link=reverse("admin:accounts_user_changelist"), by=by)
    return True
