from django.apps import AppConfig
from django.core.checks import Tags, register

from core.checks import declarations_are_complete, every_table_is_declared


class CoreConfig(AppConfig):
    """No tables: declarations, dates, PDF and the bases of pages."""

    name = "core"

    def ready(self) -> None:
        register(Tags.models)(declarations_are_complete)
        register(Tags.database)(every_table_is_declared)
