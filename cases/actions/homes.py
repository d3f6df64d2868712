"""Where staff live, told by themselves and taken back at any time (features.md N8, docs/adr/0042)."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.homes import mark_of
from cases.models import StaffHome
from cases.queries.homes import homes_of_leavers
from core.database import next_number
from core.errors import Refused

NO_HOUSE = (
    "Write the number or the name of the house and its whole postcode, for example 14 and PR9 0ZZ."
)


@transaction.atomic
def give_home(*, house: str, postcode: str, by: User) -> StaffHome:
    """`by` says in which house they live; kept is a mark of it, and what was given before is replaced."""
    mark = mark_of(house, postcode)
    if not mark:
        raise Refused(NO_HOUSE)
    held = StaffHome.objects.select_for_update().filter(user=by).first()
    if held is not None and held.mark == mark:
        return held
    home = held or StaffHome(pk=next_number(StaffHome), user=by, recorded_by=by)
    home.mark, home.recorded_at = mark, timezone.now()
    record(
        Verb.HOME_GIVEN,
        by=by,
        action=Action.CREATE if held is None else Action.UPDATE,
        record=home,
        purpose=Purpose.ACCESS_CONTROL,
    )
    home.save(force_insert=held is None)
    return home


@transaction.atomic
def take_back_home(*, home: StaffHome, by: Actor) -> None:
    """The mark is deleted; their looks are no longer compared by address."""
    record(
        Verb.HOME_TAKEN_BACK,
        by=by,
        action=Action.DELETE,
        record=home,
        purpose=Purpose.ACCESS_CONTROL,
    )
    if StaffHome.objects.filter(pk=home.pk).delete()[0] != 1:
        raise Refused("It is taken back already.")


@transaction.atomic
def forget_homes_of_leavers(*, by: Actor = SYSTEM) -> int:
    """Delete the marks of staff who are suspended; how many. Their last day was compared before that."""
    homes = list(homes_of_leavers())
    for home in homes:
        take_back_home(home=home, by=by)
    return len(homes)
