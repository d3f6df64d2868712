"""Reading about staff."""

from typing import cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts.models import Notice, Undertaking, UndertakingAcceptance, User
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


def people_with(permission: str) -> QuerySet[User]:
    """Everybody whose role has `permission`, such as "sar.work_requests", and who may sign in."""
    label, _, codename = permission.partition(".")
    return User.objects.filter(
        is_active=True,
        groups__permissions__content_type__app_label=label,
        groups__permissions__codename=codename,
    ).distinct()


def still_to_accept(*, among: QuerySet[User]) -> QuerySet[User]:
    """Those of `among` who may sign in and have not accepted the wording in force."""
    accepted = UndertakingAcceptance.objects.filter(
        accepted_by=OuterRef("pk"), undertaking=current_undertaking()
    )
    return among.filter(~Exists(accepted), is_active=True)


def reader_of(request: HttpRequest) -> User:
    """The member of staff who asks for a page; every page behind sign-in has one."""
    return cast("User", request.user)


def notice_to_mail(number: int) -> Notice | None:
    """The notice with this number, with whom it is for; None if it is gone."""
    return Notice.objects.select_related("to").filter(pk=number).first()


def unread_notices(user: User) -> QuerySet[Notice]:
    """What `user` was told and has not read yet, the latest first."""
    return Notice.objects.filter(to=user, read=None)
