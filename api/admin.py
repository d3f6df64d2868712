"""Everybody's tokens on the system administrator's desk: what they are for, and taking them back."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from api.actions import revoke_token
from api.models import Token
from api.permissions import can_revoke
from api.queries import last_used, why_not
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from audit.verbs import Verb


@admin.register(Token)
class TokenDesk(ReadingDesk):
    """Tokens of programs; no key is shown, since none is kept."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    listed = Verb.PROGRAM_LISTED
    read = Verb.PROGRAM_READ
    list_display = ("name", "owner", "scopes_in_words", "expires", "standing", "last_used")
    list_display_links = ("name",)
    fields = (
        "name",
        "owner",
        "prefix",
        "scopes_in_words",
        "made",
        "expires",
        "standing",
        "last_used",
        "revoked_at",
        "revoked_by",
    )
    readonly_fields = ("scopes_in_words", "standing", "last_used")
    search_fields = ("name", "owner__full_name")
    levers = (
        Lever(
            name="revoke",
            words="Take it back",
            pull=lambda token, **given: revoke_token(token=token, **given),
            allowed=lambda user, token: (
                user.has_perm("api.revoke_tokens") and can_revoke(user, token)
            ),
            explanation="The program that has it is refused from its next request on.",
            done="The token does not work any more.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("owner", "revoked_by")

    @admin.display(description="what it may be used for")
    def scopes_in_words(self, token: Token) -> str:
        return token.scopes_in_words

    @admin.display(description="how it stands")
    def standing(self, token: Token) -> str:
        return why_not(token) or "It works."

    @admin.display(description="last used")
    def last_used(self, token: Token) -> Any:
        return last_used(token)
