from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Services, people, families, cases and everything written about them."""

    name = "cases"
    verbose_name = "Services"
