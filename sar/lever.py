"""One thing that can be done to a request: its words, its form, who may, the verb, and what has to be so first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.models import Person
from sar import permissions
from sar.answering import before_answer
from sar.forms.requests import FindPersonForm
from sar.models import RightsRequest
from sar.rules import said_closed


@dataclass(frozen=True, slots=True)
class Lever:
    """One verb that a member of staff may do to a request now."""

    name: str
    label: str
    button: str
    done: str
    form: Callable[..., BaseForm]
    can: Callable[[User, RightsRequest], bool]
    verb: Callable[..., Any]
    # What has to be so before it can be done, to whoever comes to its page too early or too late.
    otherwise: str
    # Whose task it is at all, whatever the state of the request.
    may: Callable[[User], bool] = permissions.may_work
    # Something that cannot be taken back: the button says so by its colour.
    is_final: bool = False
    # Whoever does it signs in afresh before (`core.fresh_sign_in`).
    is_dangerous: bool = False
    # Also done after the answer went.
    is_for_answered: bool = False
    # Nothing may stand in the way of the answer (`sar.gates`).
    waits_for_all: bool = False

    def why_not(self, request: RightsRequest) -> str:
        """Why it cannot be done to `request` now, and what to do first, in sentences."""
        if not request.is_open and not self.is_for_answered:
            return said_closed(request)
        if self.waits_for_all and (against := before_answer(request, on=timezone.localdate())):
            return f"“{self.label}” cannot be done to {request} yet. {against[0]}"
        return f"“{self.label}” cannot be done to {request} now. {self.otherwise}"

    def url(self, request: RightsRequest) -> str:
        return reverse("sar:request-lever", args=[request.reference, self.name])

    def make_form(
        self,
        data: QueryDict | None,
        *,
        request: RightsRequest,
        by: User,
        find: Callable[[str], Person | None],
        auto_id: str = "id_%s",
    ) -> Any:
        """The lever's form, with today and oneself filled in where it asks who and when."""
        today = timezone.localdate()
        initial = dict.fromkeys(
            ("asked_on", "seen_on", "answered_on", "assessed_on", "notice_sent_on", "withdrawn_on"),
            today,
        )
        extra: dict[str, Any] = {}
        if self.form is FindPersonForm:
            extra["find"] = find
        if getattr(self.form, "needs_request", False):
            extra["request"] = request
        form = self.form(
            data, initial={**initial, "seen_by": by.email, "assessed_by": by.email}, **extra
        )
        form.auto_id = auto_id
        return form
