from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log of who looked at and changed what."""

    name = "audit"
    verbose_name = "The log"
