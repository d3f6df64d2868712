"""Stops the start while something that was destroyed is here again; warns of settings that undo what was decided."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error

from retention.alike import ENOUGH
from retention.replaying import sentences


def nothing_destroyed_is_back(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asks the ledger outside the database what must be gone, and what must protect (features.md N25)."""
    if not databases or "default" not in databases:
        return []
    return [Error(words, id="retention.E001") for words in sentences()]


def a_batch_may_be_made_anonymous(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Looks whether a group of figures can be begun at all (retention.alike); of `check --deploy`."""
    size = settings.RETENTION["batch"]
    if size >= ENOUGH:
        return []
    return [
        checks.Warning(
            f"DESTRUCTION_BATCH is {size}: figures of records that are made anonymous are begun only by {ENOUGH} families "
            "that go in one batch, so none ever are.",
            hint=f"Set it to {ENOUGH} or more, or leave it out.",
            id="retention.W001",
        )
    ]
