from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """What people agreed to, and whom the charity told what."""

    name = "consent"
    verbose_name = "Consent and sharing"
