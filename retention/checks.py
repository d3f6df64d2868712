"""Stops the start while something that was destroyed is here again."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from retention.replaying import sentence


def nothing_destroyed_is_back(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asks the ledger outside the database about every record in it (features.md N25)."""
    words = sentence() if databases and "default" in databases else ""
    return [Error(words, id="retention.E001")] if words else []
