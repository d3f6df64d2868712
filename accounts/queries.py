"""Reading about staff."""

from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Deputy, Notice, Undertaking, UndertakingAcceptance, User
from accounts.permissions import roles_to_give
from accounts.roles import ROLES
from core.errors import Refused


def current_undertaking() -> Undertaking | None:
    """The wording that everybody must have accepted; None before the first is published."""
    return Undertaking.objects.order_by("-version").first()


def undertaking_to_accept(user: User) -> Undertaking | None:
    """The undertaking that `user` has still to accept before opening any record, or None.

    Raises Refused while the charity has published none: without a wording nobody opens anything.
    """
    current = current_undertaking()
    if current is None:
        raise Refused(
            "No confidentiality undertaking has been published yet, so no record opens. The system "
            "administrator publishes one with `manage.py first_administrator`."
        )
    if current.acceptances.filter(accepted_by=user).exists():
        return None
    return current


def still_to_accept(*, among: QuerySet[User]) -> QuerySet[User]:
    """Those of `among` who may sign in and have not accepted the wording in force."""
    accepted = UndertakingAcceptance.objects.filter(
        accepted_by=OuterRef("pk"), undertaking=current_undertaking()
    )
    return among.filter(~Exists(accepted), is_active=True)


def reader_of(request: HttpRequest) -> User:
    """The member of staff who asks for a page; every page behind sign-in has one."""
    return cast("User", request.user)


def people_with(permission: str) -> QuerySet[User]:
    """Everybody who may sign in and has `permission` today: by a role of their own, or as a deputy."""
    roles = [role.value for role, rights in ROLES.items() if permission in rights.permissions]
    by_role = User.objects.filter(groups__name__in=roles)
    deputies = deputies_on(timezone.localdate()).filter(role__in=roles)
    return User.objects.filter(
        Q(pk__in=by_role.order_by().values("pk")) | Q(pk__in=deputies.order_by().values("user")),
        is_active=True,
    )


def deputies_on(day: date) -> QuerySet[Deputy]:
    """Who has a role as a deputy on `day`."""
    return Deputy.objects.filter(ended_at=None, since__lte=day, until__gte=day)


def deputies_seen_by(user: User, on: date) -> list[Deputy]:
    """Who is a deputy on the day `on` or will be, whose days end first first: what `user` was given, and what
    is theirs to give.
    """
    roles = [role.value for role in roles_to_give(user)]
    found = Deputy.objects.filter(Q(user=user) | Q(role__in=roles), ended_at=None, until__gte=on)
    return list(found.select_related("user", "given_by"))


def notice_to_mail(number: int) -> Notice | None:
    """The notice with this number, with whom it is for; None if it is gone."""
    return Notice.objects.select_related("to").filter(pk=number).first()


def unread_notices(user: User) -> QuerySet[Notice]:
    """What `user` was told and has not read yet, the latest first."""
    return Notice.objects.filter(to=user, read=None)
