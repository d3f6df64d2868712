"""What allauth does differently here: no sign-up, and guessing is axes' business."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        # allauth would count by address alone here and lock a whole office; axes counts by name and
        # address together.
        return None


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name that a sign-in attempt used, in small letters: half of what axes locks by."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or ""
    if not name and request is not None:
        name = request.POST.get("login", "")
    return str(name).strip().lower()
