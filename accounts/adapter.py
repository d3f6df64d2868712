"""What allauth does differently here: no sign-up, and guessing is axes' business."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.actions.notices import tell
from audit.actors import Stranger
from audit.log import record
from audit.looks import look_of
from audit.purposes import Purpose
from audit.verbs import Action, Verb


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        # allauth would count by address alone here and lock a whole office; axes counts by name and
        # address together.
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        """The last step succeeded. The entry stands in the transaction that begins the session."""
        look = look_of(request, Purpose.ACCESS_CONTROL)
        record(Verb.SIGNED_IN, by=user, action=Action.ACCESS, record=user, look=look)
        super().login(request, user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password or an unknown address. The name that was tried can be destroyed."""
        super().authentication_failed(request, **credentials)
        record(
            Verb.SIGN_IN_FAILED,
            by=Stranger(),
            action=Action.ACCESS,
            look=look_of(request, Purpose.ACCESS_CONTROL),
            values={"name": name_tried(request, credentials)},
        )

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            look = look_of(request, Purpose.ACCESS_CONTROL)
            record(
                Verb.SIGNED_OUT,
                by=request.user,
                action=Action.ACCESS,
                record=request.user,
                look=look,
            )
        super().logout(request)

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kwargs: Any
    ) -> None:
        """What the library calls after each change of a password or second step, for a new second step
        after the commit. It is written in the log, and the owner hears of it as staff hear of everything.
        """
        record(
            Verb.SIGN_IN_CHANGED,
            by=user,
            action=Action.UPDATE,
            record=user,
            look=look_of(self.request, Purpose.ACCESS_CONTROL),
            values={"what": template_prefix.rpartition("/")[2]},
        )
        tell(
            who=[user],
            sentence="How you sign in was changed. If that was not you, tell us at once.",
            link="/account/",
            by=user,
        )


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name that a sign-in attempt used, in small letters: half of what axes locks by."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or ""
    if not name and request is not None:
        name = request.POST.get("login", "")
    return str(name).strip().lower()
