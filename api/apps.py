from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What other programs may read and write, for somebody who works here."""

    name = "api"
    verbose_name = "Interface for programs"
