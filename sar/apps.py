from django.apps import AppConfig


class SarConfig(AppConfig):
    """Rights requests: the clock, the pack, the release."""

    name = "sar"
    verbose_name = "Rights requests"
