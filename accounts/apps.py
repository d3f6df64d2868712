from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff: who they are, what their role lets them do, and the undertaking they signed."""

    name = "accounts"
    verbose_name = "Staff"
