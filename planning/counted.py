"""Who is not counted: the one place where figures ask."""

from typing import Any

from django.db.models import QuerySet

from cases.restricted import usable_in


def counted[Rows: QuerySet[Any]](rows: Rows) -> Rows:
    """Those of `rows` that go into figures: whatever is held back from them is left out here."""
    return usable_in(rows, by=None)
