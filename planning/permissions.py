"""Who reads figures and who releases them; who asks for uses with names and who decides."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import people_with
from funding.models import Contract
from funding.permissions import contracts_of, manages_contracts
from planning.models import IdentifiedUse
from planning.workflow import UseStatus


def reads_figures(user: User) -> bool:
    """Managers and the Data Protection Officer."""
    return user.has_perm("planning.read_figures")


def releases_figures(user: User) -> bool:
    """Make a quarter's figures final, and correct them."""
    return user.has_perm("planning.release_figures")


def reported_contracts(user: User) -> QuerySet[Contract]:
    """The contracts whose reports exist for `user`: a manager's own; for others who read figures, all."""
    if manages_contracts(user):
        return contracts_of(user)
    return Contract.objects.all() if reads_figures(user) else Contract.objects.none()


def reads_visits(user: User) -> bool:
    """Managers, the Data Protection Officer and the system administrator, who sees no client."""
    return user.has_perm("website.read_visits")


def asks_for_uses(user: User) -> bool:
    """Managers, and the Data Protection Officer, who decides."""
    return user.has_perm("planning.ask_identified_use") or _decides(user)


def uses_of(user: User) -> QuerySet[IdentifiedUse]:
    """The uses that exist for `user`: their own, or all for whoever decides."""
    every = IdentifiedUse.objects.all()
    return every if _decides(user) else every.filter(recorded_by=user)


def deciders_of_uses() -> QuerySet[User]:
    """Whoever decides on uses with names, deputies as well."""
    return people_with("planning.decide_identified_use")


def can_decide_use(user: User, use: IdentifiedUse) -> bool:
    """Somebody else than whoever asks, while it waits."""
    waits = use.status == UseStatus.ASKED
    return _decides(user) and waits and use.recorded_by_id != user.pk


def can_take_use(user: User, use: IdentifiedUse, *, on: date) -> bool:
    """Whoever asked, while it is approved and its time is not over."""
    return use.recorded_by_id == user.pk and use.is_allowed(on)


def can_end_use(user: User, use: IdentifiedUse) -> bool:
    """Whoever asked, or whoever decides, while it waits or is approved."""
    lives = use.status in {UseStatus.ASKED, UseStatus.APPROVED}
    return lives and (use.recorded_by_id == user.pk or _decides(user))


def _decides(user: User) -> bool:
    return user.has_perm("planning.decide_identified_use")
