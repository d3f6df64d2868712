"""Who is not counted: the one place where figures ask."""

from typing import Any

from django.db.models import QuerySet

from cases.restricted import usable


def counted[Rows: QuerySet[Any]](rows: Rows) -> Rows:
    """Those of `rows` that go into figures: a restricted record is kept and not used (UK GDPR Art 18)."""
    return usable(rows, by=None)
