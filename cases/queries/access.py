"""Access with an end: what one was given, and what one may give and end. About staff; no client is named."""

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, show
from audit.looks import Look
from audit.purposes import Purpose
from cases.models import Access, Service
from cases.permissions import can_give_access, gives_everywhere, services_of, team_of


def list_access(*, look: Look, ended: bool = False) -> list[Access]:
    """What `look.by` was given and what is theirs to end, whose days end first first; or what is over."""
    user: User = look.by
    show(look.for_purpose(Purpose.ACCESS_CONTROL), [])
    today = timezone.localdate()
    over = Q(until__lt=today) | Q(ended_at__isnull=False)
    found = access_seen_by(user).filter(over if ended else ~over)
    return list(
        found.select_related("user", "service", "colleague", "recorded_by", "ended_by")
        .annotate(how_many=Count("access_cases"))
        .order_by(*(["-until", "-pk"] if ended else ["until", "pk"]))[:200]
    )


def access_seen_by(user: User) -> QuerySet[Access]:
    """Their own; of others as far as they may give it."""
    own = Q(user=user)
    return Access.objects.filter(own | _to_give(user))


def access_to_end(number: str, *, by: User) -> Access | None:
    """What `by` may end, by the number that the button sends."""
    if not number.isdecimal() or len(number) > 18:
        return None
    theirs = Access.objects.filter(_to_give(by)).exclude(user=by)
    return theirs.filter(pk=int(number), ended_at=None).first()


def begin_access(*, look: Look) -> tuple[list[Service], list[User]]:
    """To which services and for whose cases `look.by` may give access; NotNow (403, logged) for most roles."""
    user: User = look.by
    if not can_give_access(user):
        raise NotNow("Your role gives nobody access.", look=look, record=Access)
    show(look.for_purpose(Purpose.ACCESS_CONTROL), [])
    everybody = User.objects.filter(is_active=True).order_by("full_name", "pk")
    if gives_everywhere(user):
        return list(Service.objects.all()), list(everybody)
    return list(services_of(user)), list(team_of(user).order_by("full_name", "pk"))


def _to_give(user: User) -> Q:
    if gives_everywhere(user):
        # Not Q(), which says nothing beside another condition: of everybody's, one's own would be left.
        return Q(pk__isnull=False)
    if not can_give_access(user):
        return Q(pk__in=[])
    return Q(service__in=services_of(user)) | Q(colleague__in=team_of(user))
