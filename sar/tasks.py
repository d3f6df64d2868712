"""What the worker does for rights requests; the work itself is in `sar.building`. Numbers only."""

from procrastinate.contrib.django import app

from sar import building
from sar.actions.pack import BUILD_TASK


@app.task(name=BUILD_TASK)
def build_pack(*, pack_id: int) -> None:
    """Build one pack."""
    building.build_pack(pack_id)
