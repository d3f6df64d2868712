from django.apps import AppConfig
from django.core.checks import Tags, register


class RetentionConfig(AppConfig):
    """How long records are kept, and how they go: schedule, holds, destruction, proof."""

    name = "retention"
    verbose_name = "Keeping and destroying"

    def ready(self) -> None:
        from retention.checks import nothing_destroyed_is_back  # noqa: PLC0415  # models are ready now

        register(nothing_destroyed_is_back, Tags.database)
