"""Stops the start while something that was destroyed is here again."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from retention.replaying import sentences


def nothing_destroyed_is_back(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asks the ledger outside the database what must be gone, and what must protect (features.md N25)."""
    if not databases or "default" not in databases:
        return []
    return [Error(words, id="retention.E001") for words in sentences()]
