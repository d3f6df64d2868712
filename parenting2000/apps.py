from django.apps import AppConfig
from django.core.checks import Tags, register


class ProductConfig(AppConfig):
    """The wiring of the product, and the commands that need all of it."""

    name = "parenting2000"

    def ready(self) -> None:
        # Models must be loaded before this can be imported.
        from accounts.role_groups import roles_are_whole  # noqa: PLC0415

        register(Tags.database)(roles_are_whole)
