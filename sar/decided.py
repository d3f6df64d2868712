"""How a page and a verb know whether they speak of the same decisions."""

from collections.abc import Iterable

from sar.models import Withholding


def mark_of(decisions: Iterable[Withholding]) -> str:
    """The decisions about one item that stand: what somebody saw when they pressed the button."""
    return "-".join(str(decision.pk) for decision in decisions)
