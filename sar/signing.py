"""Who prepared a pack, and who else may sign it off: nobody signs what they decided themselves."""

from accounts.queries import people_with
from cases.closed import to_whom_closed
from cases.models import Person
from sar.models import BuiltPack

NOBODY_ELSE = (
    "Nobody else here may at the moment: name a deputy for some days (“Your account”, “Deputies”), or ask the "
    "system administrator to make a colleague safeguarding lead."
)


def prepared_by(pack: BuiltPack) -> set[int]:
    """Who had it built, decided what is withheld, what goes out about somebody else or of health, or what is no leak."""
    request = pack.request
    standing = (request.withholdings, request.staying, request.health_rulings)
    decided = [made.filter(undone_at=None) for made in standing]
    found = {pack.recorded_by_id}
    for made in (*decided, request.cleared_leaks.all()):
        found.update(made.order_by().values_list("recorded_by", flat=True).distinct())
    return found


def who_else(pack: BuiltPack) -> str:
    """Who may sign it off, in a sentence: somebody who did not prepare it; or what to do where nobody may."""
    about = Person.objects.filter(rights_requests=pack.request)
    others = people_with("sar.sign_pack").exclude(pk__in=prepared_by(pack))
    names = [str(one) for one in others.exclude(to_whom_closed(about)).order_by("full_name", "pk")]
    if not names:
        return NOBODY_ELSE
    *before, last = names
    return f"{', '.join(before)} or {last} may." if before else f"{last} may."


def to_be_signed(pack: BuiltPack) -> str:
    """What the page of a request says to whoever waits for the signature."""
    return f"Somebody who did not prepare it has to read it and sign it off. {who_else(pack)}"
