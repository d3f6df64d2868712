"""The sign-in pages we offer, out of those the library brings.

No sign-up, and nobody changes their own address: accounts come from the system administrator.
"""

from allauth.account import urls
from django.urls import include, path

OFFERED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)

urlpatterns = [
    *(pattern for pattern in urls.urlpatterns if pattern.name in OFFERED),
    path("two-step/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
