from django.apps import AppConfig
from django.core.checks import Tags, register


class RetentionConfig(AppConfig):
    """How long records are kept, and how they go: schedule, holds, destruction, proof."""

    name = "retention"
    verbose_name = "Keeping and destroying"

    def ready(self) -> None:
        from retention import checks  # noqa: PLC0415  # models are ready now

        register(checks.nothing_destroyed_is_back, Tags.database)
        register(Tags.security, deploy=True)(checks.a_batch_may_be_made_anonymous)
