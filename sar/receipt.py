"""What counts as held: all that stood here by the end of the day on which the request came.

Old versions and drafts of that day are held. What was written down later goes into the copy as well, unless
somebody has made sure that it was held nowhere then: papers that a search finds are written down later too.
"""

from core.dates import plain
from core.privacy import Section
from sar.models import RightsRequest
from sar.pack.held import Listed


def came_later(item: Listed, request: RightsRequest) -> bool:
    """Whether `item` was written down here after the day on which `request` came.

    The papers of requests are no part of the question: they tell how this one was answered.
    """
    return (
        item.section != Section.REQUESTS
        and item.written_on is not None
        and item.written_on > request.received_on
    )


def later_in_words(item: Listed, request: RightsRequest) -> str:
    """When `item` was written down, where that was after the request came; "" otherwise."""
    if item.written_on is None or not came_later(item, request):
        return ""
    return (
        f"Written down here on {plain(item.written_on)}, after the request came on "
        f"{plain(request.received_on)}."
    )
