from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register


class ProductConfig(AppConfig):
    """The wiring of the product, and the commands that need all of it."""

    name = "parenting2000"

    def ready(self) -> None:
        # These ask models, which can only be imported now.
        audit = import_module("audit.checks")
        register(Tags.security)(audit.middleware_stands)
        register(Tags.database)(audit.database_guards_stand)
        register(Tags.security, deploy=True)(audit.two_people_hold_the_anchor)
        register(Tags.security, deploy=True)(audit.database_guards_stand_before_deployment)
        register(Tags.database)(import_module("accounts.role_groups").roles_are_whole)
